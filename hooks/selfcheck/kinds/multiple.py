"""Several right options."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

from selfcheck.fields import Field
from selfcheck.kinds.single import Choice, Right


class Multiple(Choice):
    """Several right options."""

    input_type: ClassVar[str] = "checkbox"
    type: Literal["multiple"]

    def problems(self) -> Iterable[tuple[Field, str]]:
        yield from super().problems()
        if not any(isinstance(option, Right) for option in self.options):
            yield self.ask, "No option is right: write at least one as `- right: …`."
