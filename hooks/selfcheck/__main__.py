"""The commands on questions and pages. Run them from the project's root.

Without files, `check` looks at everything: form, places, links, style, and what can be run. With files (questions or pages) it
looks at these alone, and not at where pages show questions.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import date
from pathlib import Path

from handbook.cache import Cache
from handbook.problems import Problem
from handbook.reviews import overdue

from selfcheck import new
from selfcheck.bank import RETIRED
from selfcheck.check import Report, check, check_files
from selfcheck.fmt import Unchanged, formatted
from selfcheck.lint import words
from selfcheck.lint.catalog import described, listed
from selfcheck.lint.history import NoBase, base
from selfcheck.lint.page import Page
from selfcheck.lint.project import lint
from selfcheck.printing import FORMATS, text
from selfcheck.quizfile import load
from selfcheck.schema import NAME, write
from selfcheck.site import Site


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    chosen = _parser().parse_args(arguments)
    root = Path.cwd()
    if chosen.command == "schema":
        write(root / "quizzes")
        print(f"Wrote quizzes/{NAME}.")
        return 0
    if chosen.command == "rules":
        print(json.dumps(described(), indent=2, ensure_ascii=False) if chosen.format == "json" else listed())
        return 0
    if chosen.command == "new":
        return _new(root, chosen.what)
    if chosen.command == "fmt":
        return _laid_out(root, chosen.files, chosen.check)
    try:
        report = _checked(root, chosen.files)
    except NoBase as error:
        print(error, file=sys.stderr)
        return 2
    if report.problems or chosen.format == "json":
        print(FORMATS[chosen.format](report.problems))
    if chosen.format != "json":
        print(("\n" if report.problems else "") + (report.table() if chosen.command == "challenges" else report.summary()))
        print(f"{len(report.problems)} problems" if report.problems else "no problems")
    if os.environ.get("CI") and (missing := _missing(report)):
        print(missing, file=sys.stderr)
        return 1
    return 1 if report.problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m selfcheck", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, does in (("check", "check everything, or some files"), ("challenges", "the same, and show the challenges as a table")):
        command = commands.add_parser(name, help=does, description=does)
        command.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files of questions (.yml) or pages (.md, or a notebook's .py)")
        command.add_argument("--format", choices=list(FORMATS), default="text", help="how problems are printed")
    command = commands.add_parser("rules", help="list the rules of style, each with its reason and an example")
    command.add_argument("--format", choices=["text", "json"], default="text")
    command = commands.add_parser("new", help="write a scaffold of a page, a question or a notebook", description=new.__doc__)
    command.add_argument("what", nargs="*", metavar="KEY=VALUE", help="without any: shows what can be written")
    command = commands.add_parser("fmt", help="lay files of questions out alike, without changing what they say")
    command.add_argument("files", nargs="*", type=Path, metavar="FILE", help="all of quizzes unless named")
    command.add_argument("--check", action="store_true", help="change nothing, and fail if something would change")
    commands.add_parser("schema", help=f"write quizzes/{NAME} from the types of questions")
    return parser


def _new(root: Path, words: list[str]) -> int:
    try:
        print("\n".join(new.new(root, {key: value for key, _, value in (word.partition("=") for word in words)})))
    except new.Refused as why:
        print(why, file=sys.stderr)
        return 2
    return 0


def _checked(root: Path, files: list[Path]) -> Report:
    cache = Cache(root / ".cache" / "handbook.sqlite")
    quizzes, written = [file for file in files if file.suffix == ".yml"], {file.resolve() for file in files}
    report = check_files(root, quizzes, cache) if files else check(root, cache)
    pages = [Page(file, source) for _, file, source in Site.at(root).sources() if not files or root / file in written]
    before = base(root, os.environ.get("BASE", ""))
    report.notes.append(
        ("ids and revisions", f"compared with {before.commit[:10]}" if before else "not compared, since there is no main branch here")
    )
    if not words.installed():
        report.notes.append(("spelling", "not checked, since pyspellchecker is not installed"))
    report.notes += [
        ("due for review", f"{page.path}, last reviewed on {page.meta['reviewed']}") for page in pages if overdue(page.meta, date.today())
    ]
    report.problems += lint(root, report.quizzes, pages, cache, before, report.found)
    report.problems.sort()
    return report


def _laid_out(root: Path, files: list[Path], only_look: bool) -> int:
    problems, changed = 0, 0
    for path in files or sorted(path for path in (root / "quizzes").rglob("*.yml") if path.name != RETIRED):
        path = path.resolve()
        name, before, found = load(root if path.is_relative_to(root) else path.parent, path)
        try:
            after, more = formatted(name, before)
        except Unchanged as error:
            after, more = before, [Problem(name, 1, 1, str(error))]
        if found := found or more:
            print(text(found))
        elif after.encode() != path.read_bytes():
            changed += 1
            print(f"{name} {'is not laid out as `make fmt` does it' if only_look else 'is laid out anew'}.")
            if not only_look:
                path.write_bytes(after.encode())
        problems += len(found)
    return 1 if problems or (only_look and changed) else 0


def _missing(report: Report) -> str:
    """What could not be checked here, where everything has to be."""
    lacking = ["NumPy"] * bool(report.unchecked) + ["pyspellchecker"] * (not words.installed())
    return f"Everything has to be checked here: install {' and '.join(lacking)}." if lacking else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
