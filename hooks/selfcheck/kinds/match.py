"""Pairs to match."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic import Field as About

from selfcheck.fields import Field, Word, refuse
from selfcheck.kinds.single import LETTERS
from selfcheck.question import Question, Some, Writer, mark, repeated, shuffled

MARKUP = str.maketrans("", "", "$`*")


def _pair(value: Any) -> Any:
    if not isinstance(value, list) or len(value) != 2:
        count = f" This has {len(value)} parts: text with a comma needs quotes." if isinstance(value, list) else ""
        raise refuse(f"A pair is written `- [left, right]`, or as two items one below the other.{count}")
    return value


Pair = Annotated[tuple[Word, Word], BeforeValidator(_pair)]


def _name(left: Word, write: Writer) -> str:
    """A name for a menu whose label is not plain text: a formula or a piece of code can't be read out as one."""
    return "" if write.plain(left) else f' aria-label="{escape(left.translate(MARKUP))}"'


class Match(Question):
    """Pairs to match."""

    type: Literal["match"]
    pairs: Annotated[Some[Pair], About(description="Left and right sides that belong together.")]
    extra: Annotated[Some[Word] | None, About(description="Right sides that match nothing.")] = None

    @property
    def targets(self) -> list[Word]:
        """Every right side once, as the reader sees them."""
        rights = {mark(right): right for right in [*(right for _, right in self.pairs), *(self.extra or ())]}
        return shuffled(rights.values(), self.id, str)

    def controls(self, write: Writer) -> str:
        targets, legend = self.targets, ""
        labels = [escape(target) for target in targets]
        menu = f'<p class="sc-menu" hidden>{" · ".join(labels)}</p>'  # for paper, where menus are closed
        if not all(write.plain(target) for target in targets):
            labels = list(LETTERS[: len(targets)])
            menu = ""
            legend = f'<ol class="sc-targets" type="A">{"".join(f"<li>{write.inline(target)}</li>" for target in targets)}</ol>'
        options = "".join(f'<option value="{mark(target)}">{label}</option>' for label, target in zip(labels, targets, strict=True))
        pairs = "".join(
            f'<li><label><span class="sc-text">{write.inline(left)}</span>'
            f'<select name="{mark(left)}"{_name(left, write)}><option value="">Choose…</option>{options}</select></label></li>'
            for left in shuffled((left for left, _ in self.pairs), self.id, str)
        )
        return f'{legend}<ul class="sc-pairs" aria-labelledby="q-{self.id}-ask">{pairs}</ul>{menu}'

    def answer(self, write: Writer) -> str:
        pairs = "".join(f"<div><dt>{write.inline(left)}</dt><dd>{write.inline(right)}</dd></div>" for left, right in self.pairs)
        return f'<dl class="sc-matches">{pairs}</dl>'

    def key(self) -> Any:
        return {mark(left): mark(right) for left, right in self.pairs}

    def problems(self) -> Iterable[tuple[Field, str]]:
        yield from repeated(left for left, _ in self.pairs)
        rights = {mark(right) for _, right in self.pairs}
        for extra in self.extra or ():
            if mark(extra) in rights:
                yield extra, "This is the right side of a pair, so it matches something: delete it here."
        if len(self.pairs) < 2:
            yield self.ask, "One pair can't be mismatched: write at least two."
        if len(self.targets) > len(LETTERS):
            yield self.ask, f"There are {len(self.targets)} right sides: write at most {len(LETTERS)}."
