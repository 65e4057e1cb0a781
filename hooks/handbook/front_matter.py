"""Decides what may stand in the front matter of a page.

Templates put its values into HTML as they are, and some keys choose templates; so each key has a form, and other keys
are refused. This module must not know MkDocs.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

Form = Callable[[Any], bool]


def _text(pattern: str) -> Form:
    whole = re.compile(pattern)
    return lambda value: isinstance(value, str) and whole.fullmatch(value) is not None


def _list(form: Form) -> Form:
    return lambda value: isinstance(value, list) and all(form(item) for item in value)


_sentence = _text(r"[^<>\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]{1,300}")
_rule = _text("[a-z][a-z-]{0,59}")
_word = _text(r"\w[\w .,:+#&()/-]{0,59}")


def _waivers(value: Any) -> bool:
    return isinstance(value, dict) and all(_rule(key) and _sentence(reason) for key, reason in value.items())


FORMS: Mapping[str, tuple[Form, str]] = {
    "title": (_sentence, "one line of text without `<` and `>`"),
    "description": (_sentence, "one line of text without `<` and `>`"),
    "level": (_text("core|advanced"), "`core` or `advanced`"),
    "roles": (_list(_word), "a list of words"),
    "prerequisites": (_list(_text(r"[a-z0-9][a-z0-9/_-]*")), "a list of pages, like `math/probability`"),
    "minutes": (lambda value: type(value) is int and 0 < value < 1000, "a whole number"),
    "tags": (_list(_word), "a list of words"),
    "reviewed": (lambda value: type(value) is date, "a date like 2026-11-23"),
    "fast": (lambda value: value is True, "`true`, for a page whose subject moves fast: it is reviewed every three months, others every year"),
    "waive": (_waivers, "rules of style that don't fit the page, each with the reason"),
    "hide": (_list(_text("navigation|toc|footer|tags|path")), "a list of `navigation`, `toc`, `footer`, `tags`, `path`"),
    "search": (lambda value: isinstance(value, dict) and all(key == "exclude" and type(it) is bool for key, it in value.items()), "`exclude: true`"),
}


def refused(meta: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the keys of a page's front matter, by key."""
    problems = {}
    for key, value in meta.items():
        if key in FORMS:
            form, description = FORMS[key]
            if not form(value):
                problems[key] = f"In the front matter `{key}` has to be {description}."
        else:
            near = difflib.get_close_matches(str(key), FORMS, n=1)
            remedy = f"did you mean `{near[0]}`?" if near else f"it has {', '.join(f'`{name}`' for name in FORMS)}."
            problems[key] = f"The front matter of a page has no `{str(key)[:40]}`: {remedy}"
    return problems
