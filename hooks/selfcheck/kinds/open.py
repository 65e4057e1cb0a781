"""A question to answer in one's own words, and a rubric to mark oneself by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field as About

from selfcheck.fields import Field, Text
from selfcheck.question import Question, Some, Writer, mark, repeated


class Open(Question):
    """A question to answer in one's own words."""

    type: Literal["open"]
    rubric: Annotated[Some[Text], About(description="Four to seven points that one can check.")]
    model: Annotated[Text, About(description="An answer at the length one would speak.")]
    weak: Annotated[Text | None, About(description="The sign of a weak answer.")] = None

    def controls(self, write: Writer) -> str:
        return '<label class="sc-field"><span class="sc-label">Your answer</span><textarea name="value" rows="6"></textarea></label>'

    def answer(self, write: Writer) -> str:
        points = "".join(
            f'<label class="sc-point"><input type="checkbox" name="point" value="{mark(point)}">'
            f'<span class="sc-text">{write.inline(point)}</span></label>'
            for point in self.rubric
        )
        weak = f'<div class="sc-weak"><p><b>Sign of a weak answer</b></p>{write.block(self.weak)}</div>' if self.weak else ""
        return (
            f'<fieldset class="sc-rubric"><legend>Which of these did your answer say?</legend>{points}</fieldset>'
            f'<div class="sc-model"><p><b>A good answer</b></p>{write.block(self.model)}</div>{weak}'
        )

    def problems(self) -> Iterable[tuple[Field, str]]:
        yield from repeated(self.rubric)
        if len(self.rubric) < 2:
            yield self.rubric[0], "One point can't tell a good answer from a fair one: write at least two."
