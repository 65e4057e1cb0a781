"""A program whose output is to be foreseen."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Annotated, Any, Literal

from pydantic import Field as About

from selfcheck.fields import Field, Text
from selfcheck.question import Part, Question, Some, Writer, reasons


class Misread(Part):
    """A wrong output that people foresee, and what it shows they were thinking."""

    is_: Annotated[Text, About(alias="is", description="The wrong output.")]
    why: Annotated[Text, About(description="Names the mistake and corrects it.")]


class Output(Question):
    """A program whose output is to be foreseen. `make check` runs it."""

    type: Literal["output"]
    code: Annotated[Text, About(description="A Python program that needs nothing but the standard library.")]
    prints: Annotated[Text, About(description="What it prints, exactly.")]
    slips: Annotated[Some[Misread] | None, About(description="Wrong outputs that typical mistakes give.")] = None

    def controls(self, write: Writer) -> str:
        rows = str(self.prints).strip("\n").count("\n") + 1
        return (
            f'<div class="sc-code">{write.code(self.code)}</div>'
            '<label class="sc-field"><span class="sc-label">What it prints</span>'
            f'<textarea name="value" rows="{max(rows, 2)}" spellcheck="false" autocapitalize="off" autocomplete="off"></textarea></label>'
        )

    def answer(self, write: Writer) -> str:
        slips = ((f"If you wrote <code>{escape(slip.is_.strip())}</code>:", slip.why) for slip in self.slips or ())
        printed = escape(str(self.prints).rstrip())
        return f'<pre class="sc-right"><code>{printed}</code></pre>' + reasons(slips, write)

    def key(self) -> Any:
        return {"prints": lines(self.prints), "slips": [[lines(slip.is_)] for slip in self.slips or ()]}

    def problems(self) -> Iterable[tuple[Field, str]]:
        for slip in self.slips or ():
            if lines(slip.is_) == lines(self.prints):
                yield slip.is_, "This is the right output: change it, or delete the slip."


def lines(text: str) -> str:
    """An output as readers' answers are compared: it doesn't matter how many spaces stand somewhere."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()
