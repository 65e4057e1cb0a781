"""Things to put in order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field as About

from selfcheck.fields import Field, Text
from selfcheck.question import Question, Some, Writer, mark, repeated, shuffled


class Order(Question):
    """Things to put in order."""

    type: Literal["order"]
    items: Annotated[Some[Text], About(description="In the right order; the reader sees them shuffled.")]

    def controls(self, write: Writer) -> str:
        start = shuffled(self.items, self.id, str)
        if start == list(self.items):
            start = start[1:] + start[:1]
        items = "".join(f'<li data-item="{mark(item)}"><span class="sc-text">{write.inline(item)}</span></li>' for item in start)
        return f'<ol class="sc-items" aria-labelledby="q-{self.id}-ask">{items}</ol>'

    def answer(self, write: Writer) -> str:
        return f'<ol class="sc-order">{"".join(f"<li>{write.inline(item)}</li>" for item in self.items)}</ol>'

    def key(self) -> Any:
        return {"order": [mark(item) for item in self.items]}

    def problems(self) -> Iterable[tuple[Field, str]]:
        yield from repeated(self.items)
        if len(self.items) < 3:
            yield self.items[0], "Two things in order are a coin flip: write at least three."

    def proves(self, answer: Any) -> str | None:
        return None if list(map(str, answer)) == list(map(str, self.items)) else f"the proof finds the order {answer!r}"
