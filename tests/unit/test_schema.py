"""The schema that editors use says what the loader does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml
from conftest import FIXTURE, ROOT
from selfcheck.schema import schema

VALIDATOR = jsonschema.Draft7Validator(json.loads(schema()))
FILES = sorted([*(ROOT / "quizzes").rglob("*.yml"), *(FIXTURE / "quizzes").rglob("*.yml")])


def test_the_file_is_what_the_models_say() -> None:
    assert (ROOT / "quizzes" / "schema.json").read_text(encoding="utf-8") == schema(), "run `make schema`"


@pytest.mark.parametrize("file", [file for file in FILES if file.name != "retired.yml"], ids=lambda file: file.stem)
def test_every_quiz_file_is_accepted(file: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(yaml.safe_load(file.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize("right", ["0.5", "no", "1e-3", "1:30", "null", "012", "yes", "text"])
def test_what_looks_like_something_else_is_text(right: str) -> None:
    quiz = f"questions:\n  - id: q\n    type: single\n    ask: Which?\n    options:\n      - right: {right}\n      - wrong: Other\n"
    assert list(VALIDATOR.iter_errors(yaml.safe_load(quiz))) == []


@pytest.mark.parametrize(
    "question",
    [
        {"id": "q", "type": "single", "ask": "Which?"},
        {"id": "q", "type": "single", "ask": "Which?", "options": [{"right": "A", "wrong": "B"}]},
        {"id": "q", "type": "single", "ask": "Which?", "options": [{"right": "A"}], "hint": "x"},
        {"id": "My Id", "type": "short", "ask": "Which?", "accept": ["a"]},
        {"id": "q", "type": "short", "ask": "Which?", "accept": []},
        {"id": "q", "type": "short", "ask": ["Which?"], "accept": ["a"]},
        {"id": "q", "type": "short", "ask": "Which?", "accept": ["a"], "hints": None},
        {"id": "q", "type": "other", "ask": "Which?"},
    ],
)
def test_what_the_loader_refuses_is_refused(question: dict) -> None:
    assert list(VALIDATOR.iter_errors({"questions": [question]}))


def keys(part: object, path: str = "") -> Iterator[tuple[str, dict]]:
    """Every key that can be written, at every depth."""
    if isinstance(part, dict):
        for name, about in part.get("properties", {}).items():
            yield f"{path}.{name}", about
        for name, below in part.items():
            yield from keys(below, f"{path}.{name}")
    elif isinstance(part, list):
        for i, below in enumerate(part):
            yield from keys(below, f"{path}.{i}")


def test_an_editor_can_explain_every_key() -> None:
    found = dict(keys(json.loads(schema())))
    assert len(found) > 150
    assert [path for path, about in found.items() if not about.get("description", "").endswith((".", ")"))] == []


def test_an_editor_knows_which_schema_a_quiz_file_has() -> None:
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    assert settings["yaml.schemas"]["./quizzes/schema.json"] == ["quizzes/**/*.yml", "!quizzes/retired.yml"]
    for file in (ROOT / "quizzes").rglob("*.yml"):
        found = re.search(r"^# yaml-language-server: \$schema=(\S+)", file.read_text(encoding="utf-8"), re.MULTILINE)
        assert file.name == "retired.yml" or (found and (file.parent / found[1]).resolve() == ROOT / "quizzes" / "schema.json"), file


def test_vs_code_recommends_what_the_settings_are_for() -> None:
    recommended = json.loads((ROOT / ".vscode" / "extensions.json").read_text(encoding="utf-8"))["recommendations"]
    assert {"redhat.vscode-yaml", "ms-python.python", "charliermarsh.ruff", "editorconfig.editorconfig"} <= set(map(str.lower, recommended))
