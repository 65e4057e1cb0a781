"""A word or a phrase to type."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Annotated, Any, Literal

from pydantic import Field as About

from selfcheck.fields import Field, Word
from selfcheck.question import Part, Question, Slip, Some, Writer, reasons, repeated


class Accepted(Part):
    """Answers that count, and wrong ones that people give."""

    accept: Annotated[Some[Word], About(description="Every spelling that counts; the first is shown. Case and hyphens don't matter.")]
    slips: Annotated[Some[Slip] | None, About(description="Wrong answers that typical mistakes give.")] = None

    def wording(self) -> dict[str, Any]:
        """What the browser compares with."""
        return {"accept": [str(word) for word in self.accept], "slips": [slip.spellings for slip in self.slips or ()]}

    def reasons(self, write: Writer, attributes: str = "") -> str:
        return reasons(((f"If you wrote {escape(slip.spellings[0])}:", slip.why) for slip in self.slips or ()), write, attributes)


class Short(Question, Accepted):
    """A word or a phrase to type."""

    type: Literal["short"]

    def controls(self, write: Writer) -> str:
        return (
            '<label class="sc-field"><span class="sc-label">Your answer</span>'
            '<input type="text" name="value" autocomplete="off" autocapitalize="off" spellcheck="false"></label>'
        )

    def answer(self, write: Writer) -> str:
        return f'<p class="sc-right">{escape(self.accept[0])}</p>' + self.reasons(write)

    def key(self) -> Any:
        return self.wording()

    def problems(self) -> Iterable[tuple[Field, str]]:
        yield from repeated(self.accept)

    def proves(self, answer: Any) -> str | None:
        return None if str(answer) in self.accept else f"the proof finds {answer!r}, which `accept` does not list"
