"""Reads the list of mistakes that readers reported in what was published, and says what is wrong with the list.

This module must not know MkDocs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from handbook.problems import Problem

FORM = "`reported`, `corrected` (left out while it is open), `page`, `question` (if it is in one), `was` and `now`"
KEYS = {"reported", "corrected", "page", "question", "was", "now"}


@dataclass(frozen=True)
class Erratum:
    """A mistake. It is open until `corrected` names a day."""

    reported: date
    page: str  # its path below docs
    was: str
    now: str = ""
    question: str = ""
    corrected: date | None = None


def read(path: str, text: str) -> tuple[list[Erratum], list[Problem]]:
    """The mistakes of a file, newest first, and the problems of the file. `path` names it in them."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        return [], [Problem(path, mark.line + 1 if mark else 1, 1, "This is not YAML: look at the indentation and the quotes around this line.")]
    if data is None:
        return [], []
    if not isinstance(data, list) or not isinstance(node, yaml.SequenceNode):
        return [], [Problem(path, 1, 1, f"The file is a list of corrections, each with {FORM}.")]
    found, problems = [], []
    for item, place in zip(data, node.value, strict=True):
        wrong = list(_wrong(item))
        problems += [Problem(path, place.start_mark.line + 1, place.start_mark.column + 1, message) for message in wrong]
        if not wrong:
            found.append(Erratum(**item))
    return sorted(found, key=lambda erratum: erratum.reported, reverse=True), problems


def _wrong(item: Any) -> Iterator[str]:
    if not isinstance(item, dict) or not {"reported", "page", "was"} <= set(item) <= KEYS:
        yield f"A correction has {FORM}, and no other keys."
        return
    for name in ("reported", "corrected"):
        if name in item and type(item[name]) is not date:
            yield f"`{name}` has to be a date like 2026-11-23."
    for name in ("page", "question", "was", "now"):
        if name in item and (not isinstance(item[name], str) or not item[name].strip()):
            yield f"`{name}` has to be a text: put it in quotes."
    if not re.fullmatch(r"[^/#:.][^#:\n]*\.(md|ipynb)", str(item["page"])):
        yield "`page` has to be a path below `docs`, like `math/probability.md`."
    if ("corrected" in item) != ("now" in item):
        yield "`corrected` and `now` belong together: the day of the correction, and what stands there since."
