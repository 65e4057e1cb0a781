"""A program to write, or to mend, with tests that say whether it works.

What the browser finds in the page, and where `kinds/code.js` may rely on it:

- `data-key` is JSON: `debug`, `packages`, `mutates`, `seconds`, `memory` (MiB) and `experiments` (0 where there is no budget).
- `.sc-starter code` is what the editor holds at first: its `textContent`, without empty lines at both ends.
- `.sc-tests li` is a test: `data-test` its name, `.sc-expects` what it expects, in words, and the `textContent` of `code` the
  test as the harness takes it.
- `.sc-download a` leads to the challenge as one file.
- In the closed answer: `.sc-solution code` (the first is the reference), `.sc-complexity`, `.sc-decisive`, `.sc-broken li` (each
  a misconception, `data-fails` the names of tests that catch it, as JSON) and `details.sc-followup`.

The site has the harness, which runs a program against tests, as `assets/selfcheck/harness.py`.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from html import escape
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, model_validator
from pydantic import Field as About

from selfcheck.challenge import download, rules
from selfcheck.challenge.changes import Misfit, changed
from selfcheck.fields import Count, Field, Switch, Text, Word, refuse
from selfcheck.question import Part, Question, Some, Writer, repeated

SECONDS, MEMORY = 5, 256
LONGEST = 60  # lines of a solution; more can't be written in an interview
Package = Literal["numpy"]


class Test(Part):
    """Plain Python with `assert`, run on its own against the program."""

    name: Annotated[Word, About(description="A few words, shown to the reader.")]
    expects: Annotated[Text, About(description="What was expected, in a sentence; shown when it fails.")]
    code: Annotated[Text, About(description="Python with `assert`. It may use what the program defines, `close` and `raises`.")]


class Style(Part):
    """A further solution."""

    style: Annotated[Word, About(description="What is different about it, in a few words.")]
    code: Annotated[Text, About(description="A program that passes all tests.")]


class Change(Part):
    """A piece of the solution, and what stands there instead."""

    from_: Annotated[Text, About(alias="from", description="A text that the solution, with the changes before this one, has exactly once.")]
    to: Annotated[Text, About(description="What takes its place.")]


class Broken(Part):
    """A wrong solution that people write, and the tests that must catch it: a program, or changes that make one of the solution."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["code"]}, {"required": ["change"]}]})
    why: Annotated[Text, About(description="The misconception.")]
    fails: Annotated[Some[Word], About(description="Names of the tests that it must fail.")]
    code: Annotated[Text | None, About(description="A program that runs and is wrong.")] = None
    change: Annotated[Some[Change] | None, About(description="What is different from the solution, made in this order.")] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.code) == bool(self.change):
            raise refuse("A wrong solution has `code`, a whole program, or `change`, what is different from the solution: exactly one of the two.")
        return self

    def program(self, solution: Text) -> Text:
        """The wrong program. Raises `Misfit` where a change does not fit the solution."""
        return self.code or changed(solution, [(change.from_, change.to) for change in self.change or ()])


class Limits(Part):
    """What a run may use."""

    seconds: Annotated[Count | None, About(description=f"{SECONDS} unless written.")] = None
    memory: Annotated[Count | None, About(description=f"MiB; {MEMORY} unless written.")] = None


class FollowUp(Part):
    """What the interviewer asks next."""

    ask: Annotated[Text, About(description="The question.")]
    answer: Annotated[Text, About(description="The answer, at the length one would speak.")]


class Code(Question):
    """A program to write or to mend. `make check` runs it."""

    type: Literal["code"]
    kind: Annotated[Literal["write", "debug"], About(description="`debug`: the starter runs and misbehaves. `write` unless written.")] = "write"
    starter: Annotated[Text, About(description="What the editor holds at first. It runs, and fails a test.")]
    solution: Annotated[Text, About(description="Commented as one would explain it at the whiteboard.")]
    solutions: Annotated[Some[Style] | None, About(description="Further solutions, in other styles.")] = None
    tests: Annotated[Some[Test], About(description="Each is run on its own, in any order.")]
    broken: Annotated[Some[Broken], About(description="Wrong solutions, which the tests must catch.")]
    complexity: Annotated[Text | None, About(description="Time and space, in a sentence or two. Required unless `kind: debug`.")] = None
    packages: Annotated[Some[Package] | None, About(description="What is needed beyond the standard library.")] = None
    limits: Annotated[Limits | None, About(description="What a run may use, where the usual is not right.")] = None
    mutates: Annotated[Switch | None, About(description="`true` lets the program change what it is given.")] = None
    followups: Annotated[Some[FollowUp] | None, About(description="What the interviewer asks next.")] = None
    symptom: Annotated[Text | None, About(description="For `kind: debug`: what is seen.")] = None
    experiments: Annotated[Count | None, About(description="For `kind: debug`: how many experiments there are to find the fault.")] = None
    decisive: Annotated[Text | None, About(description="For `kind: debug`: the experiment that decides, and what it shows.")] = None

    @property
    def seconds(self) -> int:
        return self.limits.seconds.value if self.limits and self.limits.seconds else SECONDS

    @property
    def memory(self) -> int:
        return self.limits.memory.value if self.limits and self.limits.memory else MEMORY

    @property
    def changes_inputs(self) -> bool:
        return bool(self.mutates and self.mutates.value)

    def prompt(self, write: Writer) -> str:
        html = write.block(self.ask)
        if self.symptom:
            html += f'<div class="sc-symptom"><p><b>Symptom</b></p>{write.block(self.symptom)}</div>'
        if self.experiments:
            count = self.experiments.value
            html += f'<p class="sc-budget">Find the fault with at most {count} experiment{"s" if count > 1 else ""}.</p>'
        return html

    def controls(self, write: Writer) -> str:
        tests = "".join(
            f'<li data-test="{escape(test.name)}"><b>{escape(test.name)}</b> <span class="sc-expects">{write.inline(test.expects)}</span>'
            f"<pre><code>{escape(test.code.rstrip(), quote=False)}</code></pre></li>"
            for test in self.tests
        )
        needs = "needs NumPy and " if "numpy" in (self.packages or ()) else ""
        return (
            f'<div class="sc-code sc-starter">{write.code(self.starter)}</div>'
            f'<details class="sc-tests"><summary>Tests ({len(self.tests)})</summary><ul>{tests}</ul></details>'
            f'<p class="sc-download"><a href="doc://{self.file_name}" download>Download this challenge</a>'
            f" as a file that {needs}tests itself when Python runs it.</p>"
        )

    def answer(self, write: Writer) -> str:
        html = _titled("decisive", "The experiment that decides", write.block(self.decisive)) if self.decisive else ""
        html += _titled("solution", "The program, mended" if self.kind == "debug" else "A solution", write.code(self.solution))
        for other in self.solutions or ():
            html += _titled("solution", f"Another solution: {escape(other.style)}", write.code(other.code))
        if self.complexity:
            html += _titled("complexity", "Time and space", write.block(self.complexity))
        items = "".join(
            f'<li data-fails="{escape(json.dumps(wrong.fails, ensure_ascii=False))}">{write.inline(wrong.why)} '
            f'<span class="sc-caught">Caught by: {escape(", ".join(wrong.fails))}.</span></li>'
            for wrong in self.broken
        )
        html += _titled("wrongs", "What goes wrong", f'<ul class="sc-broken">{items}</ul>')
        if self.followups:
            asked = "".join(
                f'<details class="sc-followup"><summary>{write.inline(next.ask)}</summary>{write.block(next.answer)}</details>'
                for next in self.followups
            )
            html += _titled("followups", "What is asked next", asked)
        return html

    def key(self) -> Any:
        return {
            "debug": self.kind == "debug",
            "packages": [str(package) for package in self.packages or ()],
            "mutates": self.changes_inputs,
            "seconds": self.seconds,
            "memory": self.memory,
            "experiments": self.experiments.value if self.experiments else 0,
        }

    @property
    def file_name(self) -> str:
        """Where the challenge lies as one file, below the site's root."""
        return f"challenges/{self.id}.py"

    def files(self) -> dict[str, str]:
        asked = self.ask.strip() + (f"\n\nSymptom: {self.symptom.strip()}" if self.symptom else "")
        tests = [{"name": str(test.name), "expects": str(test.expects), "code": str(test.code)} for test in self.tests]
        needs = [str(package) for package in self.packages or ()]
        return {self.file_name: download.write(str(self.id), asked, str(self.starter), tests, self.changes_inputs, needs)}

    def problems(self) -> Iterable[tuple[Field, str]]:
        yield from self._misplaced()
        if len(self.broken) < 3:
            yield self.broken[0].why, f"There are {len(self.broken)} wrong solutions: write at least three that people really write."
        if len(self.tests) < 4:
            yield self.tests[0].name, f"There are {len(self.tests)} tests: write at least four."
        yield from repeated(test.name for test in self.tests)
        names = {str(test.name) for test in self.tests}
        for wrong in self.broken:
            for name in wrong.fails:
                if str(name) not in names:
                    yield name, f"There is no test `{name}`: the tests are {', '.join(f'`{known}`' for known in sorted(names))}."
        wrong_programs = []
        for wrong in self.broken:
            try:
                wrong_programs.append(wrong.program(self.solution))
            except Misfit as misfit:
                yield misfit.text, misfit.message
        yield from repeated([self.starter, self.solution, *wrong_programs], str.rstrip)  # indentation tells programs apart
        for solution in (self.solution, *(other.code for other in self.solutions or ())):
            lines = str(solution).rstrip().count("\n") + 1
            if lines > LONGEST:
                yield solution, f"This has {lines} lines: in an interview there is time for {LONGEST}. Ask for less."
        yield from self._unwritten(wrong_programs)

    def _misplaced(self) -> Iterator[tuple[Field, str]]:
        """Keys that belong to the other kind."""
        debug = {"symptom": self.symptom, "experiments": self.experiments, "decisive": self.decisive}
        for key, value in debug.items():
            if self.kind == "debug" and not value:
                yield self.ask, f"`{key}` is missing: every `kind: debug` has one."
            elif self.kind == "write" and value:
                yield value, f"`{key}` belongs to `kind: debug`: delete it, or write `kind: debug`."
        if self.kind == "write" and not self.complexity:
            yield self.ask, "`complexity` is missing: say how time and space grow."

    def _unwritten(self, wrong: list[Text]) -> Iterator[tuple[Field, str]]:
        """What is wrong with programs and can be seen without running them."""
        packages = [str(package) for package in self.packages or ()]
        ours = [self.starter, self.solution, *(other.code for other in self.solutions or ())]
        tests = [test.code for test in self.tests]
        for codes in (ours, tests, wrong):
            for code in codes:
                tree = rules.parse(code)
                if not isinstance(tree, ast.Module):
                    yield code.line(tree[0]), tree[1]
                    continue
                complaints = [*rules.imports(tree, packages), *(rules.chance(tree) if codes is not wrong else ())]
                yield from ((code.line(line), message) for line, message in complaints)
                if codes is tests and not rules.asserts(tree):
                    yield code, "This test asserts nothing, so it can't fail: write `assert …`."


def _titled(name: str, title: str, html: str) -> str:
    return f'<div class="sc-{name}"><p><b>{title}</b></p>{html}</div>'
