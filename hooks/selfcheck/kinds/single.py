"""One right option among several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Tag
from pydantic import Field as About

from selfcheck.fields import Field, Text
from selfcheck.question import Part, Question, Some, Writer, mark, repeated, shuffled

LETTERS = "ABCDEFGHIJ"


class Right(Part):
    """A right option."""

    right: Annotated[Text, About(description="The text of a right option.")]
    why: Annotated[Text | None, About(description="Why it is right.")] = None
    pin: Annotated[Literal["first", "last"] | None, About(description="Keeps the option at this end of the list.")] = None

    @property
    def text(self) -> Text:
        return self.right


class Wrong(Part):
    """A wrong option."""

    wrong: Annotated[Text, About(description="The text of a wrong option: a mistake that people really make.")]
    why: Annotated[Text | None, About(description="Names the misconception and corrects it.")] = None
    pin: Annotated[Literal["first", "last"] | None, About(description="Keeps the option at this end of the list.")] = None

    @property
    def text(self) -> Text:
        return self.wrong


def _side(value: Any) -> str | None:
    if isinstance(value, Part):  # asked again when a question is written out
        return type(value).__name__.lower()
    sides = [side for side in ("right", "wrong") if isinstance(value, dict) and side in value]
    return sides[0] if len(sides) == 1 else None


Option = Annotated[
    Annotated[Right, Tag("right")] | Annotated[Wrong, Tag("wrong")],
    Discriminator(
        _side,
        custom_error_type="field",
        custom_error_message="An option is written `- right: …` or `- wrong: …`, with exactly one of the two keys.",
    ),
]


class Choice(Question):
    """What single and multiple choice share."""

    input_type: ClassVar[str]
    options: Annotated[Some[Option], About(description="In any order: the build orders them by a hash.")]

    @property
    def ordered(self) -> list[Right | Wrong]:
        """The options as the reader sees them."""
        loose = shuffled((o for o in self.options if not o.pin), self.id, lambda option: option.text)
        return [o for o in self.options if o.pin == "first"] + loose + [o for o in self.options if o.pin == "last"]

    def controls(self, write: Writer) -> str:
        options = "".join(
            f'<label class="sc-option"><input type="{self.input_type}" name="choice" value="{mark(option.text)}">'
            f'<span class="sc-letter">{letter}</span><span class="sc-text">{write.inline(option.text)}</span></label>'
            for letter, option in zip(LETTERS, self.ordered, strict=False)
        )
        return f'<fieldset class="sc-choices" aria-labelledby="q-{self.id}-ask">{options}</fieldset>'

    def answer(self, write: Writer) -> str:
        items = []
        for letter, option in zip(LETTERS, self.ordered, strict=False):
            right = isinstance(option, Right)
            attributes = f'data-choice="{mark(option.text)}"' + (" data-right" if right else "")
            verdict = " <b>Right.</b>" if right else ""
            why = f" {write.inline(option.why)}" if option.why else ""
            items.append(f'<li {attributes}><span class="sc-letter">{letter}</span>{verdict}{why}</li>')
        return f'<ul class="sc-reasons">{"".join(items)}</ul>'

    def problems(self) -> Iterable[tuple[Field, str]]:
        yield from repeated(option.text for option in self.options)
        if not 2 <= len(self.options) <= len(LETTERS):
            yield self.ask, f"There are {len(self.options)} options: write between 2 and {len(LETTERS)}."
        for end in ("first", "last"):
            pinned = [option.text for option in self.options if option.pin == end]
            if len(pinned) > 1:
                yield pinned[1], f"Two options are pinned {end}: only one can stand there."

    def proves(self, answer: Any) -> str | None:
        right = [str(option.text) for option in self.options if isinstance(option, Right)]
        found = sorted(map(str, answer)) if isinstance(answer, (list, set, tuple)) else [str(answer)]
        return None if found == sorted(right) else f"the proof finds {', '.join(found)}, the key says {', '.join(right)}"


class Single(Choice):
    """One right option among several."""

    input_type: ClassVar[str] = "radio"
    type: Literal["single"]

    def problems(self) -> Iterable[tuple[Field, str]]:
        yield from super().problems()
        right = [option.text for option in self.options if isinstance(option, Right)]
        if not right:
            yield self.ask, "No option is right: write one as `- right: …`."
        for text in right[1:]:
            yield text, "A second right option: `type: single` has one; use `type: multiple` for several."
