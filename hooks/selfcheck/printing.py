"""How problems are printed: for people, for GitHub's annotations, for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

from handbook.problems import Problem


def text(problems: Iterable[Problem]) -> str:
    return "\n".join(map(str, problems))


def github(problems: Iterable[Problem]) -> str:
    """Workflow commands: GitHub shows each beside its line in a pull request."""
    return "\n".join(
        f"::error file={_property(p.path)},line={p.line},col={p.column},title={_property(p.rule or 'check')}::{_data(p.message)}" for p in problems
    )


def as_json(problems: Iterable[Problem]) -> str:
    return json.dumps([asdict(problem) for problem in problems], indent=2, ensure_ascii=False)


FORMATS = {"text": text, "github": github, "json": as_json}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
