"""The JSON Schema of quiz files, for editors. It is made from the models, so it accepts what the loader accepts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from selfcheck.kinds import KINDS
from selfcheck.quizfile import QuizFile

NAME = "schema.json"


def schema() -> str:
    """The schema as it stands in `quizzes/schema.json`."""
    made = QuizFile.model_json_schema(by_alias=True)
    for kind in KINDS.values():
        about = made["$defs"][kind.__name__]
        about["properties"]["type"].setdefault("description", about["description"])
    made = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "A quiz file", **_plain(made)}
    return json.dumps(made, indent=2, ensure_ascii=False).replace("#/$defs/", "#/definitions/") + "\n"


def write(folder: Path) -> None:
    """Writes the schema beside the quiz files."""
    (folder / NAME).write_text(schema(), encoding="utf-8")


def _plain(part: Any) -> Any:
    """Editors know draft 07: definitions instead of $defs, nothing about defaults and OpenAPI."""
    if isinstance(part, list):
        return [_plain(item) for item in part]
    if not isinstance(part, dict):
        return part
    dropped = ("title", "default", "discriminator")
    if part.get("default", 0) is None and {"type": "null"} in part.get("anyOf", ()):  # a key may be left out, but not left empty
        choices = [choice for choice in part["anyOf"] if choice != {"type": "null"}]
        rest = {key: value for key, value in part.items() if key not in ("anyOf", "default")}
        return _plain({**choices[0], **rest} if len(choices) == 1 and "$ref" not in choices[0] else {**rest, "anyOf": choices})
    kept = {key: _plain(value) for key, value in part.items() if key not in dropped or (isinstance(value, dict) and "type" in value)}
    if "$defs" in kept:
        kept["definitions"] = kept.pop("$defs")
    return kept
