"""Holds a challenge to what it claims, by running its programs against its tests.

Every solution passes, the tests in whatever order and with whatever hashes; the starter runs and fails; every wrong solution
is caught by the tests that claim it. Each run is a process of its own, with the challenge's limits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from selfcheck import sandbox
from selfcheck.fields import Field, Text
from selfcheck.kinds.code import Code, Test

HARNESS = (Path(__file__).parent / "harness.py").read_text(encoding="utf-8")
INTERPRETER = 64  # MiB that Python takes before a program does
PACKAGES = {"numpy": 192}  # MiB, likewise

# Says which test begins, so that it is known which one never ends.
DRIVER = """
import json
def say(out=sys.stdout, **facts):
    print(json.dumps(facts), file=out, flush=True)
def told(failure):
    if failure is None:
        return {}
    facts = [f"{name} {failure[name]}" for name in ("called", "expected", "got") if failure[name]]
    words = "; ".join([*facts, *filter(None, (failure["difference"], failure["message"]))])
    return {"failed": " ".join(words[:1000].split()), "line": failure["line"]}
result = run(*json.loads(REQUEST), started=lambda name: say(started=name))
for outcome in result["tests"]:
    say(test=outcome["name"], **told(outcome["failure"]))
say(seconds=result["seconds"], **told(result["error"]))
"""


@dataclass
class Outcome:
    """What came of one program: why it fails tests, by their names, and in which of its lines."""

    failed: dict[str, tuple[str, int]] = field(default_factory=dict)
    error: tuple[str, int] | None = None  # it does not even run by itself
    seconds: float = 0.0


@dataclass
class Verdict:
    """What came of a challenge."""

    complaints: list[tuple[Field, str]] = field(default_factory=list)
    seconds: float = 0.0  # that the solution takes for all tests


@cache
def installed(package: str) -> str:
    """Its version; "" where there is none."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def verify(question: Code) -> Verdict:
    """Runs everything."""
    verdict = Verdict()
    verdict.complaints += _solutions(question, verdict)
    verdict.complaints += _starter(question)
    verdict.complaints += _wrong(question)
    return verdict


def _solutions(question: Code, verdict: Verdict) -> Iterator[tuple[Field, str]]:
    for code in (question.solution, *(other.code for other in question.solutions or ())):
        outcome = _outcome(question, code, question.tests)
        if code is question.solution:
            verdict.seconds = outcome.seconds
        if outcome.error:
            why, line = outcome.error
            yield code.line(line), f"the solution fails: {why}"
        for name, (why, line) in outcome.failed.items():
            yield code.line(line), f"the solution fails the test `{name}`: {why}"
        if not outcome.error and not outcome.failed:
            yield from _unstable(question, code)


def _unstable(question: Code, code: Text) -> Iterator[tuple[Field, str]]:
    """Every two tests are seen in both orders, so none can rest on what another leaves behind."""
    tests = {str(test.name): test for test in question.tests}
    for name, (why, line) in _outcome(question, code, question.tests[::-1], hash_seed=1).failed.items():
        if name in _outcome(question, code, question.tests, hash_seed=1).failed:
            yield (
                code.line(line),
                f"the solution passes the test `{name}` in one run and not in another: it depends on the order of a set or on chance.",
            )
        else:
            yield tests[name].code, f"the test `{name}` depends on another one, or on chance: when all run in reverse order, it fails ({why})"


def _starter(question: Code) -> Iterator[tuple[Field, str]]:
    outcome = _outcome(question, question.starter, question.tests)
    if outcome.error:
        why, line = outcome.error
        yield question.starter.line(line), f"the starter does not run: {why}"
    elif not outcome.failed:
        yield question.starter, "the starter passes all tests, so there is nothing to do."


def _wrong(question: Code) -> Iterator[tuple[Field, str]]:
    for wrong in question.broken:
        program = wrong.program(question.solution)
        outcome = _outcome(question, program, question.tests)
        if outcome.error:
            why, line = outcome.error
            yield program.line(line), f"this wrong solution does not even run: {why}"
            continue
        caught = "it fails only " + ", ".join(f"`{name}`" for name in outcome.failed) if outcome.failed else "it passes all tests"
        for name in wrong.fails:
            if str(name) not in outcome.failed:
                yield name, f"the test `{name}` does not catch this wrong solution: {caught}."


def _outcome(question: Code, program: Text, tests: list[Test], hash_seed: int = 0) -> Outcome:
    """Runs a program against tests; where one never ends, the others are run without it."""
    outcome, left = Outcome(), list(tests)
    packages = [str(package) for package in question.packages or ()]
    memory = INTERPRETER + question.memory + sum(PACKAGES[package] for package in packages)
    while True:
        request = json.dumps([program, [{"name": test.name, "code": test.code} for test in left], question.changes_inputs])
        done = sandbox.run(HARNESS + DRIVER.replace("REQUEST", repr(request)), seconds=question.seconds, megabytes=memory, hash_seed=hash_seed)
        running, finished = "", False
        for facts in map(json.loads, filter(str.strip, done.printed.splitlines())):
            running = facts.get("started", running)
            if "failed" in facts and "test" in facts:
                outcome.failed[facts["test"]] = facts["failed"], facts["line"]
            if finished := "seconds" in facts:
                outcome.seconds += facts["seconds"]
                outcome.error = (facts["failed"], facts["line"]) if "failed" in facts else None
        if finished:
            return outcome
        why = f"{done.error or 'it ended the process'}."
        if not running:
            outcome.error = why, 0
            return outcome
        outcome.failed[running] = why, 0
        left = [test for test in left if str(test.name) != running]
