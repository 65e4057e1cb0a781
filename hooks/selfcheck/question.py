"""What all questions have in common. What differs by type stands in `kinds`, one file per type."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Annotated, Any, ClassVar, Literal, Protocol, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetJsonSchemaHandler
from pydantic import Field as About

from selfcheck.fields import Count, Field, Name, Switch, Target, Text, Word, refuse

T = TypeVar("T")
Level = Literal["warmup", "interview", "advanced"]


def _listed(value: Any) -> Any:
    if not isinstance(value, list):
        raise refuse("A list belongs here: one item a line, with `- ` before each.")
    if not value:
        raise refuse("This list is empty: fill it, or delete the key.")
    return value


def _wrapped(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _keyed(value: Any) -> Any:
    if not isinstance(value, dict) or not value:
        raise refuse("Keys belong here, each on its own line: the id of a rule, and the reason why it does not fit this question.")
    return value


class _OneOrMany:
    """Lets an editor accept one item without the list around it, as the loader does."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        many = handler(schema)
        return {"anyOf": [many["items"], many]}


Some = Annotated[list[T], BeforeValidator(_listed), About(min_length=1)]
OneOrMany = Annotated[list[T], BeforeValidator(_wrapped), About(min_length=1), _OneOrMany]


class Writer(Protocol):
    """Turns the text of a question into HTML."""

    def block(self, text: Text) -> str:
        """Paragraphs, lists, code."""

    def inline(self, text: Field) -> str:
        """One line; text that turns out to be more becomes blocks."""

    def code(self, text: Text) -> str:
        """A Python program, highlighted."""

    def plain(self, text: Field) -> bool:
        """Whether the text has no markup at all, so that it can stand in a menu."""


class Part(BaseModel):
    """A group of keys; a key it does not have is a problem."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Slip(Part):
    """A wrong answer that people really give, and what it shows they were thinking."""

    is_: Annotated[OneOrMany[Word], About(alias="is", description="The wrong answer, or several that come from one mistake.")]
    why: Annotated[Text, About(description="Names the mistake and corrects it.")]

    @property
    def spellings(self) -> list[str]:
        return [str(word) for word in self.is_]


class Question(Part):
    """The keys every question may have."""

    icon: ClassVar[str] = ""
    id: Annotated[Name, About(description="Unique in the whole bank, permanent, never reused: answers are stored under it.")]
    type: str
    level: Annotated[Level, About(description="How hard it is. `interview` unless written.")] = "interview"
    rev: Annotated[Count | None, About(description="Goes up when the meaning or the key changes. 1 unless written.")] = None
    ask: Annotated[Text, About(description="The question, in Markdown.")]
    why: Annotated[Text | None, About(description="The explanation: the reason in two to five sentences, for a number the calculation.")] = None
    hints: Annotated[Some[Text] | None, About(description="Shown one at a time.")] = None
    see: Annotated[Target | None, About(description="The page and section that teaches this, from the docs root.")] = None
    sources: Annotated[Some[Text] | None, About(description="Where the facts come from.")] = None
    tags: Annotated[Some[Word] | None, About(description="Free words to find the question by.")] = None
    proof: Annotated[Text | None, About(description="Python that sets `answer`, or whose assertions must hold. Run by `make check`.")] = None
    review: Annotated[Switch | None, About(description="`false` leaves the question out of later reviews.")] = None
    waive: Annotated[
        dict[str, Text] | None, BeforeValidator(_keyed), About(description="Rules that don't fit this question: the id of each, and the reason.")
    ] = None

    @property
    def revision(self) -> int:
        return self.rev.value if self.rev else 1

    def prompt(self, write: Writer) -> str:
        """HTML of the question itself."""
        return write.block(self.ask)

    def controls(self, write: Writer) -> str:
        """HTML of what the reader answers with."""
        raise NotImplementedError

    def answer(self, write: Writer) -> str:
        """HTML of the answer, without the explanation."""
        raise NotImplementedError

    def key(self) -> Any:
        """What the browser needs to grade an answer, as JSON, unless the answer's HTML holds it already."""
        return None

    def files(self) -> dict[str, str]:
        """Files that readers can take away, by their paths below the site's root."""
        return {}

    def problems(self) -> Iterable[tuple[Field, str]]:
        """What is wrong beyond the form of single fields: a field to point at, and a message."""
        return ()

    def proves(self, answer: Any) -> str | None:
        """Why what a proof found does not fit the key; None where it does."""
        return "This type has no number or text to compare with: prove it with `assert`."


def mark(text: str) -> str:
    """Tells choices apart by their text, so that an answer is recognized after the choices were reordered."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:8]


def shuffled(items: Iterable[Any], seed: str, text: Any) -> list[Any]:
    """The same order at every build, and none that the author chose."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{seed}\0{text(item)}".encode()).hexdigest())


def repeated(texts: Iterable[Field], alike: Callable[[str], str] = mark) -> Iterable[tuple[Field, str]]:
    """Choices that can't be told apart, or what else is the same thing twice."""
    seen: dict[str, Field] = {}
    for text in texts:
        first = seen.setdefault(alike(text), text)
        if first is not text:
            yield text, f"This stands in line {first.source.line} already: change or delete one of the two."


def reasons(slips: Iterable[tuple[str, Text]], write: Writer, attributes: str = "") -> str:
    """HTML of typical wrong answers, each a label and its explanation."""
    items = "".join(f'<li{attributes} data-slip="{i}">{label} {write.inline(why)}</li>' for i, (label, why) in enumerate(slips))
    return f'<ul class="sc-reasons">{items}</ul>' if items else ""
