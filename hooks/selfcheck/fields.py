"""The kinds of fields a question has: text, words, numbers, names. Each refuses what would be read otherwise than meant.

A field keeps where it stands in its file, so that whoever works on it later can name the place.
"""

from __future__ import annotations

import math
import re
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from selfcheck.source import Scalar

# What an editor reads as a number, a truth value or nothing is text here all the same.
ANY_SCALAR = ["string", "number", "boolean", "null"]
# Marks that turn the direction of text around, and characters without a meaning, which the renderer uses for its own ends.
UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\ue000-\uf8ff]")


def refuse(message: str) -> PydanticCustomError:
    return PydanticCustomError("field", "{message}", {"message": message})


class Field(str):
    """A scalar of a quiz file with its place."""

    source: Scalar
    flow_allowed: ClassVar[bool] = True
    json_schema: ClassVar[dict[str, Any]] = {"type": ANY_SCALAR}

    @classmethod
    def read(cls, value: Any) -> Self:
        if isinstance(value, list):
            raise refuse("A list stands where one text belongs. If the text begins with `[` or `-`, put it in quotes or in a block (`|`).")
        if isinstance(value, dict):
            raise refuse("Keys stand where one text belongs. If the text holds `: ` or begins with `{`, put it in quotes or in a block (`|`).")
        field = cls(value)
        field.source = value if isinstance(value, Scalar) else _unplaced(str(value))
        field.check()
        return field

    def check(self) -> None:
        """Raises what `refuse` makes if the field can't be what it is meant to be."""
        if not self.strip():
            raise refuse("This is empty: write it, or delete the key.")
        if self.source.escape:
            raise refuse(f"In double quotes `{self.source.escape}` does not stay as written: use single quotes or a block (`|`).")
        if found := UNSEEN.search(self):
            raise refuse(f"The character U+{ord(found[0]):04X} can't be seen and changes how the text reads: delete it.")

    def line(self, number: int) -> Field:
        """Stands for one line of this text, from 1, where a problem needs a place."""
        field = Field(self)
        field.source = self.source
        if number and self.source.block:
            field.source = _unplaced(str(self))
            field.source.line = self.source.line + number
        return field

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.read)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(cls.json_schema)


class Text(Field):
    """Markdown of the site's flavor, or code: the kind of text in which commas, colons and `#` are common."""

    def check(self) -> None:
        super().check()
        if self.source.comment:
            raise refuse("` #` begins a comment, so the text ends before it: put the text in quotes or in a block (`|`).")
        if self.source.flow:
            raise refuse("Inside `[ ]` and `{ }` a comma ends a text: write one item a line, with `- ` before it.")


class Word(Field):
    """A short text that may stand in a list like `[FP, false positives]`."""

    def check(self) -> None:
        super().check()
        if self.source.comment:
            raise refuse("` #` begins a comment, so the text ends before it: put the text in quotes.")
        if "\n" in self.strip():
            raise refuse("This has to fit on one line.")


class Name(Field):
    """An id: lower-case words joined by hyphens."""

    json_schema = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 60}

    def check(self) -> None:
        super().check()
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self) or len(self) > 60:
            raise refuse(f"`{self}` can't be an id: use lower-case words and digits joined by hyphens, 60 characters at most.")


class Number(Field):
    """A finite decimal number as Python writes it: 0.69, -3, 1e-3."""

    json_schema = {"type": ["number", "string"]}
    value: float

    def check(self) -> None:
        super().check()
        if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", self.strip()) or not math.isfinite(float(self)):
            raise refuse(f"`{self}` is not a number that can be read: write it like 0.69, -3 or 1e-3.")
        self.value = float(self)


class Tolerance(Field):
    """How far off an answer may be: a number, or a percentage of the answer (`5%`)."""

    json_schema = {"type": ["number", "string"]}
    value: float
    percent: bool

    def check(self) -> None:
        super().check()
        text = self.strip()
        self.percent = text.endswith("%")
        try:
            self.value = float(text.rstrip("% "))
        except ValueError:
            self.value = -1.0
        if not 0 <= self.value < math.inf:
            raise refuse(f"`{self}` is not a tolerance: write a number like 0.005, or a percentage like 5%.")


class Count(Field):
    """A whole number from 1."""

    json_schema = {"type": "integer", "minimum": 1}
    value: int

    def check(self) -> None:
        super().check()
        if not re.fullmatch(r"[1-9]\d{0,5}", self):
            raise refuse(f"`{self}` is not a whole number from 1.")
        self.value = int(self)


class Switch(Field):
    """true or false."""

    json_schema = {"type": "boolean"}
    value: bool

    def check(self) -> None:
        super().check()
        if self not in ("true", "false"):
            raise refuse(f"`{self}` is neither `true` nor `false`.")
        self.value = self == "true"


class Target(Field):
    """A page of the handbook, written from the docs root, with a section after `#` where that helps."""

    json_schema = {"type": "string", "pattern": r"^[^/#:][^#:]*\.(md|ipynb)(#[^#]+)?$"}

    def check(self) -> None:
        super().check()
        if not re.fullmatch(r"[^/#:.][^#:]*\.(md|ipynb)(#[^#\s]+)?", self):
            raise refuse(f"`{self}` is not a page: write its path below `docs`, like `math/probability.md#bayes-rule`.")


def _unplaced(text: str) -> Scalar:
    scalar = Scalar(text)
    scalar.line, scalar.column = 1, 1
    scalar.flow = scalar.comment = scalar.block = False
    scalar.escape = ""
    return scalar
