"""Checks the bank without a browser: form, places, links, and everything that can be run.

Quiz code runs here and nowhere else. A run that went well is remembered by its content.
"""

from __future__ import annotations

import ast
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handbook.cache import Cache, key
from handbook.formulas import Typesetter
from handbook.problems import Problem

from selfcheck.bank import RETIRED, Library
from selfcheck.embed import Placement
from selfcheck.fields import Text
from selfcheck.flavor import Flavor
from selfcheck.kinds.output import Output
from selfcheck.kinds.single import Choice, Right, Single, Wrong
from selfcheck.question import Question
from selfcheck.quizfile import load, parse
from selfcheck.sandbox import run
from selfcheck.site import Site

Judge = Callable[[Any], tuple[str | None, int]]  # a question to what is wrong with it, and the line of its code


@dataclass
class Report:
    """What a check found."""

    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    proofs: int = 0
    outputs: int = 0

    def summary(self) -> str:
        """Counts for people to read."""
        types, levels = Counter(q.type for q in self.questions), Counter(str(q.level) for q in self.questions)
        longest = [_right_is_longest(q) for q in self.questions if isinstance(q, Single)]
        wrong = [option for q in self.questions if isinstance(q, Choice) for option in q.options if isinstance(option, Wrong)]
        numeric = [q for q in self.questions if q.type == "numeric"]
        rows = [
            ("questions", f"{len(self.questions)}"),
            ("by type", _listed(types)),
            ("by level", _listed(levels)),
            ("right option strictly the longest", _share(sum(longest), len(longest), "of the single choices")),
            ("wrong options with a reason", _share(sum(1 for option in wrong if option.why), len(wrong))),
            ("numbers with a proof", _share(sum(1 for q in numeric if q.proof), len(numeric))),
            ("proofs run", f"{self.proofs}"),
            ("programs run for their output", f"{self.outputs}"),
        ]
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def check(root: Path, cache: Cache) -> Report:
    """Checks the handbook at `root`."""
    site, report = Site.at(root), Report()
    typesetter = Typesetter(cache, Path(__file__).parents[2])
    library = Library(Flavor(site.extensions, site.configs), typesetter.typeset_html, typesetter.fingerprint, cache)
    bank = library.read(root, root / "quizzes")
    placement = Placement(bank)
    anchors: dict[str, set[str] | None] = dict.fromkeys(site.files())
    for page in site.pages(cache):
        name = page.path.rpartition(".")[0]
        placement.prompts(page.html, name, page.file, page.source)
        anchors[page.path] = page.anchors | {f"q-{id}" for id in placement.pages[name]}
    report.problems += [*bank.problems, *placement.problems, *placement.unplaced(), *placement.dangling(anchors)]
    work = []
    for path in sorted((root / "quizzes").rglob("*.yml")):
        if path.name != RETIRED:
            name, text, _ = load(root, path)
            found = [entry.question for entry in parse(name, text).entries if entry.question and not entry.problems]
            report.questions += found
            work += [(name, question) for question in found]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for problems in pool.map(lambda item: list(_executed(item[0], item[1], cache)), work):
            report.problems += problems
    report.proofs = sum(1 for question in report.questions if question.proof)
    report.outputs = sum(1 for question in report.questions if isinstance(question, Output))
    report.problems.sort()
    return report


def _executed(path: str, question: Question, cache: Cache) -> Iterator[Problem]:
    """Runs what a question has to run."""
    if isinstance(question, Output):
        yield from _remembered(path, question, question.code, cache, _output)
    if question.proof:
        yield from _remembered(path, question, question.proof, cache, _proof)


def _remembered(path: str, question: Question, code: Text, cache: Cache, judge: Judge) -> Iterator[Problem]:
    digest = key("run", sys.version, Path(__file__).read_bytes(), question.model_dump_json(by_alias=True), code)
    if cache.get(digest) is not None:
        return
    complaint, line = judge(question)
    if complaint is None:
        cache.put(digest, "")
        return
    place = code.source.line + code.source.block + max(line - 1, 0) if line else code.source.line
    yield Problem(path, place, 1 if line else code.source.column, f"`{question.id}`: {complaint}")


def _output(question: Output) -> tuple[str | None, int]:
    done = run(question.code)
    if done.error:
        return f"the program fails: {done.error}.", done.line
    if done.printed.rstrip() != question.prints.rstrip():
        return f"the program prints {done.printed.rstrip()!r}, `prints` says {question.prints.rstrip()!r}.", 0
    return None, 0


def _proof(question: Question) -> tuple[str | None, int]:
    assert question.proof
    try:
        names = {node.id for node in ast.walk(ast.parse(question.proof)) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        asserts = any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(question.proof)))
    except SyntaxError as error:
        return f"the proof is not Python: {error.msg}.", error.lineno or 0
    if "answer" not in names and not asserts:
        return "the proof proves nothing: let it set `answer`, or assert something.", 0
    done = run(question.proof, report="answer" if "answer" in names else "")
    if done.error:
        return f"the proof fails: {done.error}.", done.line
    if "answer" not in names:
        return None, 0
    try:
        answer = ast.literal_eval(done.printed.rpartition("\0")[2].strip())
    except (ValueError, SyntaxError):
        return "the proof must set `answer` to a plain number, text or list.", 0
    if complaint := question.proves(answer):
        return f"{complaint}.", 0
    return None, 0


def _right_is_longest(question: Single) -> bool:
    right = max(len(o.text.strip()) for o in question.options if isinstance(o, Right))
    return all(len(o.text.strip()) < right for o in question.options if isinstance(o, Wrong))


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none"


def _share(part: int, whole: int, of: str = "") -> str:
    return f"{part} of {whole} {of}".strip() + (f" ({part / whole:.0%})" if whole else "")
