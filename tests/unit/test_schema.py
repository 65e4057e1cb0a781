"""The schema that editors use says what the loader does."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from conftest import FIXTURE, ROOT
from selfcheck.kinds import KINDS
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


def test_an_editor_can_explain_every_key() -> None:
    definitions = json.loads(schema())["definitions"]
    for kind in KINDS.values():
        for name, about in definitions[kind.__name__]["properties"].items():
            assert name == "type" or about.get("description"), f"{kind.__name__}.{name} has no description"
