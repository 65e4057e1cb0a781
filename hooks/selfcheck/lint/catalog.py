"""All rules. A new rule is a function and a `Rule` in the module of its subject; a new subject is a line here."""

from __future__ import annotations

from dataclasses import asdict

from selfcheck.lint import choices, duplicates, history, numbers, pages, stems, words
from selfcheck.lint.rule import Rule

RULES: dict[str, Rule] = {rule.id: rule for module in (choices, stems, numbers, duplicates, history, words, pages) for rule in module.RULES}


def described() -> list[dict[str, str | list[str]]]:
    """The rules as data, for documentation."""
    return [
        {
            **{key: str(value).strip() for key, value in asdict(rule).items() if key in ("id", "says", "reason", "bad", "good")},
            "looks_at": [name for name, check in (("questions", rule.bank), ("pages", rule.page)) if check],
        }
        for rule in RULES.values()
    ]


def listed() -> str:
    """The rules for people to read."""
    parts = []
    for rule in RULES.values():
        examples = [f"    {word}:\n{_indented(text)}" for word, text in (("wrong", rule.bad), ("right", rule.good))]
        parts.append("\n".join([rule.id, f"    {rule.says}", f"    {rule.reason}", *examples]))
    return "\n\n".join(parts)


def _indented(text: str) -> str:
    return "\n".join(f"        {line}".rstrip() for line in text.strip().splitlines())
