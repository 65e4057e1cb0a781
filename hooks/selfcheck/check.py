"""Checks the bank without a browser: form, places, links, and everything that can be run.

Quiz code runs here and nowhere else. A run that went well is remembered by its content.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handbook.cache import Cache, key
from handbook.formulas import Typesetter
from handbook.problems import Problem

from selfcheck.bank import RETIRED, Library
from selfcheck.challenge.verify import HARNESS, installed, verify
from selfcheck.embed import Placement
from selfcheck.fields import Text
from selfcheck.flavor import Flavor
from selfcheck.kinds.code import Code
from selfcheck.kinds.output import Output
from selfcheck.question import Question
from selfcheck.quizfile import Quiz, load, parse
from selfcheck.sandbox import run
from selfcheck.site import Site
from selfcheck.tally import Tally, listed, share

HERE = Path(__file__).parent
SANDBOX, VERIFIER, CHANGES = ((HERE / name).read_bytes() for name in ("sandbox.py", "challenge/verify.py", "challenge/changes.py"))


@dataclass(frozen=True)
class Judgment:
    """What came of a run: what is wrong (None if nothing is), in which line of the code, and what a proof has found."""

    complaint: str | None
    line: int = 0
    found: str = ""


Judge = Callable[[Any], Judgment]  # of a question


@dataclass
class Report:
    """What a check found."""

    problems: list[Problem] = field(default_factory=list)
    quizzes: list[Quiz] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)  # by id of a challenge: what its solution takes
    unchecked: list[str] = field(default_factory=list)  # ids of challenges that need what is not here
    found: dict[str, str] = field(default_factory=dict)  # by id: what a proof that holds has found, as Python writes it
    notes: list[tuple[str, str]] = field(default_factory=list)  # further rows of the summary

    def summary(self) -> str:
        """Counts for people to read."""
        tally = self.tally
        rows = [
            ("questions", f"{tally.questions}"),
            ("by type", listed(tally.types)),
            ("by level", listed(tally.levels)),
            ("right option strictly the longest", share(tally.longest, tally.singles, "of the single choices")),
            ("wrong options with a reason", share(tally.explained, tally.wrong)),
            ("numbers with a proof", share(tally.proved, tally.numbers)),
            ("proofs run", f"{tally.proofs}"),
            ("programs run for their output", f"{tally.outputs}"),
            ("challenges", f"{tally.challenges}"),
            ("tests of challenges", f"{tally.tests}"),
            ("wrong solutions caught", f"{sum(len(q.broken) for q in self.challenges if str(q.id) in self.seconds)}"),
        ]
        if self.unchecked:
            rows.append(("challenges not run", f"{len(self.unchecked)}, since NumPy is not installed"))
        rows += self.notes
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)

    @property
    def tally(self) -> Tally:
        return Tally.of(self.questions)

    @property
    def challenges(self) -> list[Code]:
        return [question for question in self.questions if isinstance(question, Code)]

    def table(self) -> str:
        """The challenges, one a line."""
        rows = [("challenge", "kind", "tests", "wrong caught", "seconds")]
        for q in self.challenges:
            held = str(q.id) in self.seconds
            seconds = f"{self.seconds[q.id]:.3f}" if held else "not run" if q.id in self.unchecked else "fails"
            rows.append((str(q.id), q.kind, f"{len(q.tests)}", f"{len(q.broken)}" if held else "", seconds))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def check_files(root: Path, files: Iterable[Path], cache: Cache) -> Report:
    """Checks what can be run of some quiz files, whatever page shows them."""
    report, library = Report(), _library(Site.at(root), cache)
    for path in map(Path.resolve, files):
        name, text, problems = load(root if path.is_relative_to(root) else path.parent, path)
        report.problems += problems or library.rendered(name, name, text).problems
        report.quizzes.append(parse(name, text))
    _execute(report, cache)
    return report


def check(root: Path, cache: Cache) -> Report:
    """Checks the handbook at `root`."""
    site, report = Site.at(root), Report()
    bank = _library(site, cache).read(root, root / "quizzes")
    placement = Placement(bank)
    anchors: dict[str, set[str] | None] = dict.fromkeys(site.files())
    for page in site.pages(cache):
        name = page.path.rpartition(".")[0]
        placement.prompts(page.html, name, page.file, page.source)
        anchors[page.path] = page.anchors | {f"q-{id}" for id in placement.pages[name]}
    report.problems += [*bank.problems, *placement.problems, *placement.unplaced(), *placement.dangling(anchors)]
    for path in sorted((root / "quizzes").rglob("*.yml")):
        if path.name != RETIRED:
            name, text, _ = load(root, path)
            report.quizzes.append(parse(name, text))
    _execute(report, cache)
    return report


def _library(site: Site, cache: Cache) -> Library:
    typesetter = Typesetter(cache, HERE.parents[1])
    return Library(Flavor(site.extensions, site.configs), typesetter.typeset_html, typesetter.fingerprint, cache)


def _execute(report: Report, cache: Cache) -> None:
    """Runs what questions have to run, as many at once as there are cores."""
    work = [(quiz.path, entry.question) for quiz in report.quizzes for entry in quiz.entries if entry.question and not entry.problems]
    report.questions = [question for _, question in work]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for problems in pool.map(lambda item: list(_executed(item[0], item[1], cache, report)), work):
            report.problems += problems
    report.problems.sort()


def _executed(path: str, question: Question, cache: Cache, report: Report) -> Iterator[Problem]:
    """Runs what a question has to run."""
    if isinstance(question, Code):
        yield from _challenge(path, question, cache, report)
    if isinstance(question, Output):
        yield from _remembered(path, question, question.code, cache, report, _output)
    if question.proof:
        yield from _remembered(path, question, question.proof, cache, report, _proof)


def _challenge(path: str, question: Code, cache: Cache, report: Report) -> Iterator[Problem]:
    versions = [installed(package) for package in question.packages or ()]
    if "" in versions:
        report.unchecked.append(str(question.id))
        return
    runs = question.model_dump_json(include={"starter", "solution", "solutions", "tests", "broken", "packages", "limits", "mutates"})
    digest = key("challenge", sys.version, *versions, HARNESS, SANDBOX, VERIFIER, CHANGES, runs)
    if (known := cache.get(digest)) is not None:
        report.seconds[str(question.id)] = float(known)
        return
    verdict = verify(question)
    if not verdict.complaints:
        report.seconds[str(question.id)] = verdict.seconds
        cache.put(digest, f"{verdict.seconds}")
    for place, complaint in verdict.complaints:
        yield Problem(path, place.source.line, place.source.column, f"`{question.id}`: {complaint}")


def _remembered(path: str, question: Question, code: Text, cache: Cache, report: Report, judge: Judge) -> Iterator[Problem]:
    digest = key("run", sys.version, SANDBOX, Path(__file__).read_bytes(), question.model_dump_json(by_alias=True), code)
    found = cache.get(digest)
    if found is None:
        judgment = judge(question)
        if judgment.complaint is not None:
            place = code.line(judgment.line).source
            yield Problem(path, place.line, place.column, f"`{question.id}`: {judgment.complaint}")
            return
        found = judgment.found
        cache.put(digest, found)
    if found:
        report.found[str(question.id)] = found


def _output(question: Output) -> Judgment:
    done = run(question.code)
    if done.error:
        return Judgment(f"the program fails: {done.error}.", done.line)
    if done.printed.rstrip() != question.prints.rstrip():
        return Judgment(f"the program prints {done.printed.rstrip()!r}, `prints` says {question.prints.rstrip()!r}.")
    return Judgment(None)


def _proof(question: Question) -> Judgment:
    assert question.proof
    try:
        names = {node.id for node in ast.walk(ast.parse(question.proof)) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        asserts = any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(question.proof)))
    except SyntaxError as error:
        return Judgment(f"the proof is not Python: {error.msg}.", error.lineno or 0)
    if "answer" not in names and not asserts:
        return Judgment("the proof proves nothing: let it set `answer`, or assert something.")
    done = run(question.proof, report="answer" if "answer" in names else "")
    if done.error:
        return Judgment(f"the proof fails: {done.error}.", done.line)
    if "answer" not in names:
        return Judgment(None)
    try:
        answer = ast.literal_eval(done.printed.rpartition("\0")[2].strip())
    except (ValueError, SyntaxError):
        return Judgment("the proof must set `answer` to a plain number, text or list.")
    complaint = question.proves(answer)
    return Judgment(f"{complaint}." if complaint else None, found=repr(answer))
