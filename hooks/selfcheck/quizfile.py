"""Turns what a quiz file says into questions, and everything that is wrong with it into problems with a place."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Union

from handbook.problems import Problem
from pydantic import BaseModel, Discriminator, TypeAdapter, ValidationError
from pydantic import Field as About

from selfcheck.fields import Name
from selfcheck.kinds import KINDS
from selfcheck.question import Part, Question, Some
from selfcheck.source import Path as Location
from selfcheck.source import Source, read

if TYPE_CHECKING:
    AnyQuestion = Question
else:  # the members are known only at run time
    AnyQuestion = Annotated[Union[tuple(KINDS.values())], Discriminator("type")]  # noqa: UP007


class QuizFile(Part):
    """The questions of one page."""

    questions: Annotated[Some[AnyQuestion], About(description="In the order in which a page shows them.")]


class RetiredFile(Part):
    """Ids of questions that were removed. They are never used again, since readers' answers are stored under them."""

    retired: Some[Name]


_one: TypeAdapter[Question] = TypeAdapter(AnyQuestion)
_retired = TypeAdapter(RetiredFile)


@dataclass
class Entry:
    """One question of a file; `question` is None where its problems don't let it be one."""

    id: str
    line: int
    question: Question | None
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Quiz:
    """One file: what could be read, and problems that belong to no single question."""

    path: str
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def all_problems(self) -> list[Problem]:
        return sorted([*self.problems, *(problem for entry in self.entries for problem in entry.problems)])


def parse(path: str, text: str) -> Quiz:
    """Reads a quiz file. Everything wrong with it is reported, not only the first thing."""
    source = read(path, text)
    quiz = Quiz(path, problems=source.problems)
    if source.data is None:
        return quiz
    items = _only_key(source, "questions")
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        entry = _entry(source, ("questions", index), item)
        if entry.id in seen:
            entry.problems.append(
                Problem(
                    path,
                    *source.place(("questions", index, "id")),
                    f"`{entry.id}` is the id of the question in line {seen[entry.id]} too: ids are unique.",
                )
            )
        elif entry.id:
            seen[entry.id] = entry.line
        quiz.entries.append(entry)
    return quiz


def written(path: str, text: str) -> dict[str, str]:
    """The lines of each question, by its id; a comment before a question belongs to it, if to any."""
    lines, entries = text.splitlines(), parse(path, text).entries
    ends = [*(entry.line - 1 for entry in entries[1:]), len(lines)]
    found = {}
    for entry, end in zip(entries, ends, strict=True):
        mine = lines[entry.line - 1 : end]
        while mine and (not mine[-1].strip() or mine[-1].lstrip().startswith("#")):
            mine.pop()
        found[entry.id] = "\n".join(mine)
    return found


def parse_retired(path: str, text: str) -> tuple[list[str], list[Problem]]:
    """Reads the list of ids that must not be used again."""
    if not any(line.split("#")[0].strip() for line in text.splitlines()):
        return [], []
    source = read(path, text)
    if source.data is None:
        return [], source.problems
    try:
        return list(map(str, _retired.validate_python(source.data).retired)), source.problems
    except ValidationError as error:
        return [], source.problems + list(translated(source, (), error, RetiredFile))


def load(root: Path, path: Path) -> tuple[str, str, list[Problem]]:
    """The file's name in problems, its text, and what kept it from being read."""
    name = path.relative_to(root).as_posix()
    try:
        return name, path.read_bytes().decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return name, "", [Problem(name, line, 1, "This line is not UTF-8 text: save the file as UTF-8.")]
    except OSError as error:
        return name, "", [Problem(name, 1, 1, f"The file can't be read: {error.strerror}.")]


def _only_key(source: Source, key: str) -> list[Any]:
    if not isinstance(source.data, dict):
        source.problem((1, 1), f"A quiz file begins with `{key}:`, and everything else stands below it.")
        return []
    for other in source.data:
        if other != key:
            source.problem(source.keys[(other,)], f"`{other}` is not a key of a quiz file: only `{key}` is.")
    items = source.data.get(key)
    if not isinstance(items, list) or not items:
        source.problem(source.place((key,)), f"`{key}` holds a list of questions, each beginning with `- id: …`.")
        return []
    return items


def _entry(source: Source, location: Location, item: Any) -> Entry:
    place = source.place(location)
    if not isinstance(item, dict):
        return Entry("", place[0], None, [Problem(source.path, *place, "A question has keys: it begins with `- id: …`.")])
    identifier = item.get("id")
    entry = Entry(str(identifier) if isinstance(identifier, str) else "", place[0], None)
    try:
        question = _one.validate_python(item)
    except ValidationError as error:
        model = KINDS.get(str(item.get("type")), Question)
        entry.problems = list(translated(source, location, error, model))
        return entry
    entry.problems = [Problem(source.path, field.source.line, field.source.column, message) for field, message in question.problems()]
    entry.question = question
    return entry


def translated(source: Source, location: Location, error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """What pydantic complains about, said with a place and a remedy."""
    problems = []
    for detail in error.errors(include_url=False):
        path, kind, value = _walk(source, location, detail["loc"]), detail["type"], detail["input"]
        last = detail["loc"][-1] if detail["loc"] else ""
        if kind == "extra_forbidden":
            place, message = source.place(path, of_key=True), _unknown_key(str(last), model)
        elif kind == "missing":
            place, message = source.place(path), f"`{last}` is missing: every {_what(path, model)} has one."
        elif kind == "union_tag_not_found":
            place, message = source.place(path), f"`type` is missing: write `type: ` and one of {', '.join(KINDS)}."
        elif kind == "union_tag_invalid":
            place = source.place((*path, "type"))
            message = (
                f"`{value.get('type')}` is not a type of question.{_suggestion(str(value.get('type')), KINDS)} The types are {', '.join(KINDS)}."
            )
        elif kind == "literal_error":
            place = source.place(path)
            message = f"`{value}` can't stand here: write one of {detail['ctx']['expected'].replace(chr(39), '`')}."
        elif kind in ("model_type", "model_attributes_type", "dict_type"):
            place, message = source.place(path), f"Keys belong here, each on its own line, not {'a list' if isinstance(value, list) else 'one text'}."
        else:
            place, message = source.place(path), detail["msg"]
        problems.append(Problem(source.path, *place, message))
    return sorted(set(problems))


def _walk(source: Source, location: Location, loc: tuple[int | str, ...]) -> Location:
    """The path in the file: pydantic's own path also names the members of unions, which stand nowhere."""
    for part in loc:
        if (*location, part) in source.values:
            location = (*location, part)
    return location


def _what(path: Location, model: type[BaseModel]) -> str:
    names = {"options": "option", "slips": "slip", "also": "entry of `also`", "blanks": "blank"}
    names |= {"terms": "term", "confusable": "pair"}
    names |= {"tests": "test", "solutions": "further solution", "broken": "wrong solution", "change": "change", "followups": "follow-up"}
    for part in reversed(path):
        if part in names:
            return names[str(part)]
    return f"question of type `{model.__name__.lower()}`"


def _unknown_key(key: str, model: type[BaseModel]) -> str:
    known = sorted(_keys(model))
    return f"`{key}` is not a key that can stand here.{_suggestion(key, known)}"


def _suggestion(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Did you mean `{close[0]}`?" if close else ""


def _keys(model: type[BaseModel]) -> set[str]:
    """Every key of a model and of the parts inside it."""
    schema = model.model_json_schema(by_alias=True)
    return {key for part in (schema, *schema.get("$defs", {}).values()) for key in part.get("properties", {})}
