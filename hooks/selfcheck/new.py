"""Writes scaffolds: a page, a file of questions, a question, a notebook. It asks nothing and never overwrites.

What it writes loads, and says in its texts what belongs there, after `TODO`; the check refuses it until none is left.
"""

from __future__ import annotations

import re
import textwrap
from datetime import date
from pathlib import Path

import yaml

from selfcheck.bank import RETIRED
from selfcheck.kinds import KINDS
from selfcheck.quizfile import load, parse, parse_retired, written

FOLDER = Path(__file__).parent / "scaffolds"
PATH = r"[a-z0-9][a-z0-9-]*(?:/[a-z0-9][a-z0-9-]*)*"
ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
REST = re.compile(r"<!-- ?quiz *-->")
FORMS = {
    'page=ml/trees title="Decision trees"': "a page, its file of questions, and the line for the navigation",
    "quiz=ml/trees": "a file of questions for a page that has none",
    "question=numeric file=quizzes/ml/trees.yml id=trees-gini-split": f"a question at the end of a file: {', '.join(KINDS)}",
    "challenge=gini-impurity file=quizzes/ml/trees.yml": "a question of type code",
    'notebook=ml/split-quality title="How good is a split?"': "the script of a notebook, and the line for the navigation",
}


class Refused(Exception):
    """Why nothing was written, and what to do."""


def new(root: Path, arguments: dict[str, str]) -> list[str]:
    """Writes what `arguments` ask for; returns what to tell."""
    given = set(arguments)
    if given == {"page", "title"}:
        return _page(root, _path(arguments["page"], ".md"), arguments["title"])
    if given == {"quiz"}:
        return _quiz(root, _path(arguments["quiz"], ".yml"))
    if given == {"notebook", "title"}:
        return _notebook(root, _path(arguments["notebook"], ".py"), arguments["title"])
    if given == {"challenge", "file"}:
        return _question(root, "code", arguments["file"], arguments["challenge"])
    if given in ({"question", "file"}, {"question", "file", "id"}):
        return _question(root, arguments["question"], arguments["file"], arguments.get("id", ""))
    width = max(map(len, FORMS))
    raise Refused("\n".join(["Write one of these:", *(f"  make new {form:<{width}}  {what}" for form, what in FORMS.items())]))


def _page(root: Path, path: str, title: str) -> list[str]:
    text = (FOLDER / "page.md").read_text(encoding="utf-8")
    front = yaml.safe_dump({"title": _title(title)}, allow_unicode=True, width=1000).strip()
    page, quiz = f"docs/{path}.md", f"quizzes/{path}.yml"
    _write(root, {page: text.format(front=front, title=title, today=date.today()), quiz: _begun("single")})
    return [*_told(page, quiz), *_nav(f"{path}.md"), *_next(page, quiz)]


def _quiz(root: Path, path: str) -> list[str]:
    if not any((root / "docs" / f"{path}{suffix}").exists() for suffix in (".md", ".ipynb")):
        raise Refused(f"There is no page docs/{path}.md to which the questions would belong: `make new page={path} title=…` writes both.")
    quiz = f"quizzes/{path}.yml"
    _write(root, {quiz: _begun("single")})
    return [*_told(quiz), f"Write `<!-- quiz -->` alone on a line of docs/{path}.md, where the questions are to appear.", *_next(quiz)]


def _notebook(root: Path, path: str, title: str) -> list[str]:
    folder, _, name = path.rpartition("/")
    script = f"{folder}/notebooks/{name}".lstrip("/")
    _write(root, {f"docs/{script}.py": (FOLDER / "notebook.txt").read_text(encoding="utf-8").format(title=_title(title))})
    return [*_told(f"docs/{script}.py"), *_nav(f"{script}.ipynb"), "Then: make notebooks"]


def _question(root: Path, kind: str, name: str, identifier: str) -> list[str]:
    if kind not in KINDS:
        raise Refused(f"`{kind}` is not a type of question: write one of {', '.join(KINDS)}.")
    file = root / name
    if not (name.startswith("quizzes/") and name.endswith(".yml") and file.is_file()):
        raise Refused(f"There is no file of questions {name}: `make new quiz=…` writes one.")
    _, text, unread = load(root, file)
    quiz = parse(name, text)
    if unread or not quiz.entries:
        raise Refused("\n".join(map(str, [*unread, *quiz.problems])) or f"{name} holds no questions yet.")
    if identifier and (not re.fullmatch(ID, identifier) or len(identifier) > 60):
        raise Refused(f"`{identifier}` can't be an id: use lower-case words and digits joined by hyphens, 60 characters at most.")
    if where := _taken(root, identifier or f"todo-{kind}"):
        raise Refused(f"`{identifier or f'todo-{kind}'}` is taken, in {where}: choose another id.")
    last = text.splitlines()[quiz.entries[-1].line - 1]
    indent = " " * (len(last) - len(last.lstrip()))
    added = textwrap.indent(_scaffold(kind, identifier), indent)
    file.write_text(f"{text.rstrip()}\n\n{added}\n", encoding="utf-8", newline="\n")
    line = text.rstrip().count("\n") + 3
    return [
        f"Wrote a question to the end of {name}, from line {line}. Replace every TODO{'' if identifier else ', and the id'}.",
        _shown(root, name.removeprefix("quizzes/").removesuffix(".yml"), identifier or f"todo-{kind}"),
        *_next(name),
    ]


def _shown(root: Path, path: str, identifier: str) -> str:
    """Where the new question appears, or what to do so that it does."""
    for page in (f"docs/{path}.md", f"docs/{path}.py"):
        if (root / page).exists():
            for number, line in enumerate((root / page).read_text(encoding="utf-8").splitlines(), 1):
                if REST.search(line):
                    return f"It appears where line {number} of {page} says `<!-- quiz -->`."
            return f"Write `<!-- quiz: {identifier} -->` alone on a line of {page}, where it is to appear."
    return f"Write `<!-- quiz: {identifier} -->` alone on a line of the page that is to show it."


def _begun(kind: str) -> str:
    """A file of questions with one of them."""
    return f"# yaml-language-server: $schema={{schema}}\nquestions:\n{textwrap.indent(_scaffold(kind), '  ')}\n"


def _scaffold(kind: str, identifier: str = "") -> str:
    file = FOLDER / "questions.yml"
    text = textwrap.dedent(written(file.name, file.read_text(encoding="utf-8"))[f"todo-{kind}"])
    return text.replace(f"todo-{kind}", identifier, 1) if identifier else text


def _taken(root: Path, identifier: str) -> str:
    """The file that has this id already."""
    for path in sorted((root / "quizzes").rglob("*.yml")):
        name, text, _ = load(root, path)
        ids = parse_retired(name, text)[0] if path.name == RETIRED else [entry.id for entry in parse(name, text).entries]
        if identifier in ids:
            return name
    return ""


def _write(root: Path, texts: dict[str, str]) -> None:
    """All of them or none."""
    if there := [name for name in texts if (root / name).exists()]:
        raise Refused(f"{' and '.join(there)} {'is' if len(there) == 1 else 'are'} there already: nothing was written.")
    for name, text in texts.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("{schema}", "../" * (name.count("/") - 1) + "schema.json"), encoding="utf-8", newline="\n")


def _path(text: str, suffix: str) -> str:
    """A path below docs or quizzes, however much of it was written."""
    path = re.sub(r"\A(?:docs|quizzes)/", "", text).removesuffix(suffix)
    if not re.fullmatch(PATH, path):
        raise Refused(f"`{text}` can't be a path: write it like ml/trees, in lower-case letters, digits, hyphens and slashes.")
    return path


def _title(title: str) -> str:
    if re.search(r"[<>\n]", title) or not title.strip():
        raise Refused("A title is one line of text without `<` and `>`.")
    return title


def _told(*names: str) -> list[str]:
    return [f"Wrote {name}" for name in names]


def _nav(path: str) -> list[str]:
    return ["Add this line to `nav` in mkdocs.yml, where the page belongs:", f"      - {path}"]


def _next(*names: str) -> list[str]:
    return [f"Then: make check FILES='{' '.join(names)}'" if len(names) > 1 else f"Then: make check FILES={names[0]}"]
