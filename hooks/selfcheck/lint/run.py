"""Applies the rules, and what questions and pages waive of them.

A waiver names a rule and says why it does not fit here. One that is not needed is a problem itself, so that none outlives
its reason.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handbook.problems import Problem

from selfcheck.lint.catalog import RULES
from selfcheck.lint.page import Page
from selfcheck.lint.rule import Bank, Found, Place, at
from selfcheck.question import Question

WAIVE = "waive"
UNNEEDED = "unneeded-waiver"


@dataclass(frozen=True)
class Waiver:
    """Where a rule is waived."""

    rule: str
    place: Place


def lint_bank(bank: Bank) -> Iterator[Problem]:
    """What is wrong with the questions of `bank.files`."""
    applied = [rule for rule in RULES.values() if rule.applies(bank)]
    found: dict[tuple[str, str], list[tuple[str, Found]]] = defaultdict(list)  # by file and id
    for rule in applied:
        assert rule.bank
        for finding in rule.bank(bank):
            if finding.question is None:
                yield Problem(finding.path, *finding.place, finding.message, rule.id)
            else:
                found[finding.path, str(finding.question.id)].append((rule.id, (finding.place, finding.message)))
    names = {rule.id for rule in applied}
    for path, questions in bank.files.items():
        for question in questions:
            yield from _settled(path, found[path, str(question.id)], _waivers(question), names)


def lint_page(page: Page) -> Iterator[Problem]:
    """What is wrong with a page."""
    found = [(rule.id, finding) for rule in RULES.values() if rule.page for finding in rule.page(page)]
    waived = page.meta.get(WAIVE)
    waivers = [Waiver(str(name), (page.line_of(WAIVE), 1)) for name in waived] if isinstance(waived, dict) else []
    yield from _settled(page.path, found, waivers, {rule.id for rule in RULES.values() if rule.page})


def _waivers(question: Question) -> list[Waiver]:
    return [Waiver(name, at(reason)) for name, reason in (question.waive or {}).items()]


def _settled(path: str, found: Iterable[tuple[str, Found]], waivers: list[Waiver], applied: set[str]) -> Iterator[Problem]:
    """What was found and isn't waived, and what is waived and wasn't found. Of a rule that wasn't applied, nothing is known."""
    waived, broken = {waiver.rule for waiver in waivers}, set()
    for name, (place, message) in found:
        broken.add(name)
        if name not in waived:
            yield Problem(path, *place, message, name)
    for waiver in waivers:
        if waiver.rule not in RULES:
            near = difflib.get_close_matches(waiver.rule, RULES, n=1)
            meant = f"did you mean `{near[0]}`?" if near else "`python -m selfcheck rules` lists them."
            yield Problem(path, *waiver.place, f"There is no rule `{waiver.rule}`: {meant}", UNNEEDED)
        elif waiver.rule in applied and waiver.rule not in broken:
            yield Problem(path, *waiver.place, f"The rule `{waiver.rule}` is kept here: delete its waiver.", UNNEEDED)
        elif waiver.rule not in applied and RULES[waiver.rule].page and not RULES[waiver.rule].bank:
            yield Problem(path, *waiver.place, f"The rule `{waiver.rule}` is one of pages: delete its waiver here.", UNNEEDED)
