"""A text with blanks to fill."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic import Field as About

from selfcheck.fields import Field, Text, refuse
from selfcheck.kinds.short import Accepted
from selfcheck.question import Question, Writer, repeated

BLANK = re.compile(r"\[\[([^\[\]]*)\]\]")
# Characters of the private use area pass through Markdown and highlighting untouched; a blank is replaced afterwards.
OPEN, CLOSE = "\ue000", "\ue001"
HIDDEN = re.compile(f"{OPEN}(\\d+){CLOSE}")


def _blanks(value: Any) -> Any:
    if not isinstance(value, dict) or not value:
        raise refuse("The blanks are keys, each with `accept` below it.")
    return value


class Cloze(Question):
    """A text with blanks to fill: `[[name]]` in the prompt, `name` among the blanks."""

    type: Literal["cloze"]
    blanks: Annotated[
        dict[str, Accepted],
        BeforeValidator(_blanks),
        About(description="For each `[[name]]` of the prompt the answers that count."),
    ]

    @property
    def names(self) -> list[str]:
        """The blanks in the order of the prompt."""
        return [name.strip() for name in BLANK.findall(self.ask)]

    def prompt(self, write: Writer) -> str:
        names = self.names
        numbers = iter(range(len(names)))
        hidden = Text(BLANK.sub(lambda _: f"{OPEN}{next(numbers)}{CLOSE}", self.ask))
        hidden.source = self.ask.source

        def field(found: re.Match[str]) -> str:
            number = int(found[1])
            size = max(4, *(len(word) + 1 for word in self.blanks[names[number]].accept))
            return (
                f'<input class="sc-blank" type="text" name="{escape(names[number])}" aria-label="Blank {number + 1} of {len(names)}" '
                f'size="{min(size, 24)}" autocomplete="off" autocapitalize="off" spellcheck="false">'
            )

        return HIDDEN.sub(field, write.block(hidden))

    def controls(self, write: Writer) -> str:
        return ""

    def answer(self, write: Writer) -> str:
        items = ""
        for name in self.names:
            which = f' data-blank="{escape(name)}"'
            items += f"<li{which}>{escape(self.blanks[name].accept[0])}{self.blanks[name].reasons(write, which)}</li>"
        return f'<ol class="sc-blanks">{items}</ol>'

    def key(self) -> Any:
        return {name: self.blanks[name].wording() for name in self.names}

    def problems(self) -> Iterable[tuple[Field, str]]:
        names = self.names
        if not names:
            yield self.ask, "The prompt has no blank: write `[[name]]` where one belongs."
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                yield self.ask, f"`[[{name}]]` stands {names.count(name)} times in the prompt: give each blank a name of its own."
            if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
                yield self.ask, f"`[[{name}]]` is no name for a blank: use lower-case letters, digits and hyphens."
            elif name not in self.blanks:
                yield self.ask, f"`[[{name}]]` is not among the blanks: add `{name}:` with `accept` below `blanks`."
        for name, blank in self.blanks.items():
            if name not in names:
                yield blank.accept[0], f"The prompt has no `[[{name}]]`: add it there, or delete this blank."
            yield from repeated(blank.accept)
        for formula in re.findall(r"\$[^$\n]*\[\[[^$\n]*\$", self.ask):
            if formula.count("[[") and not re.search(r"\$\s", formula):
                yield self.ask, "A blank can't stand inside a formula: end the formula before it."
