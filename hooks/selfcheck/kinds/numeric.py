"""A number to compute, with a tolerance, and a unit where there is one."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Annotated, Any, Literal

from pydantic import Field as About

from selfcheck.fields import Field, Number, Text, Tolerance, Word
from selfcheck.question import OneOrMany, Part, Question, Some, Writer, reasons

Units = OneOrMany[Word]


class Near(Part):
    """A wrong number that a typical mistake gives."""

    near: Annotated[Number, About(description="The number the mistake gives.")]
    why: Annotated[Text, About(description="Names the mistake and corrects it.")]


class Also(Part):
    """The right answer in another unit; it counts only when typed with that unit."""

    answer: Annotated[Number, About(description="The right number in the other unit.")]
    unit: Annotated[Units, About(description="The other unit, or several spellings of it; the first is shown.")]


def _units(units: Any) -> list[str]:
    return [str(unit) for unit in units or ()]


class Numeric(Question):
    """A number to compute."""

    type: Literal["numeric"]
    answer_: Annotated[Number, About(alias="answer", description="The right number, in the unit of the question.")]
    tolerance: Annotated[Tolerance, About(description="How far off an answer may be: absolute, or a percentage like 5%.")]
    unit: Annotated[Units | None, About(description="The unit, or several spellings of it; the first is shown.")] = None
    also: Annotated[Some[Also] | None, About(description="The right answer in other units.")] = None
    slips: Annotated[Some[Near] | None, About(description="Wrong numbers that typical mistakes give.")] = None

    @property
    def margin(self) -> float:
        """The absolute tolerance."""
        return self.tolerance.value * abs(self.answer_.value) / 100 if self.tolerance.percent else self.tolerance.value

    def accepts(self, value: float) -> bool:
        """Round-off in the last digit must not decide."""
        return abs(value - self.answer_.value) <= self.margin * (1 + 1e-9) + 1e-12 * abs(self.answer_.value)

    def controls(self, write: Writer) -> str:
        unit = f'<span class="sc-unit">{escape(_units(self.unit)[0])}</span>' if self.unit else ""
        return (
            '<label class="sc-field"><span class="sc-label">Your answer</span>'
            f'<input type="text" name="value" inputmode="decimal" autocomplete="off">{unit}</label>'
        )

    def answer(self, write: Writer) -> str:
        unit = f" {escape(_units(self.unit)[0])}" if self.unit else ""
        also = "".join(f", or {escape(a.answer)} {escape(_units(a.unit)[0])}" for a in self.also or ())
        slips = ((f"If you got {escape(slip.near)}:", slip.why) for slip in self.slips or ())
        return f'<p class="sc-right">{escape(self.answer_)}{unit}{also}</p>' + reasons(slips, write)

    def key(self) -> Any:
        return {
            "answer": self.answer_.value,
            "tolerance": self.tolerance.value,
            "percent": self.tolerance.percent,
            "unit": _units(self.unit),
            "also": [{"answer": also.answer.value, "unit": _units(also.unit)} for also in self.also or ()],
            "slips": [slip.near.value for slip in self.slips or ()],
        }

    def problems(self) -> Iterable[tuple[Field, str]]:
        for slip in self.slips or ():
            if self.accepts(slip.near.value):
                yield (
                    slip.near,
                    f"This slip is within the tolerance of the answer {self.answer_}, so it would count as right: narrow the tolerance.",
                )

    def proves(self, answer: Any) -> str | None:
        if isinstance(answer, bool) or not isinstance(answer, (int, float)):
            return f"the proof sets `answer` to {answer!r}, which is not a number"
        return None if self.accepts(answer) else f"the proof finds {answer:.10g}, the key says {self.answer_} (tolerance {self.tolerance})"
