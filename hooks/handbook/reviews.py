"""Knows when the facts of a page have to be checked again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

USUAL, FAST = timedelta(days=365), timedelta(days=92)


def last_review(meta: Mapping[str, Any]) -> date | None:
    """The day that the front matter of a page names; None for pages without facts to check."""
    reviewed = meta.get("reviewed")
    return reviewed if type(reviewed) is date else None


def overdue(meta: Mapping[str, Any], today: date) -> bool:
    """Whether a page was last reviewed more than a year ago, or more than three months where it is marked `fast: true`."""
    reviewed = last_review(meta)
    return reviewed is not None and today - reviewed > (FAST if meta.get("fast") is True else USUAL)
