"""`fmt` lays files out and changes nothing that they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from selfcheck import fmt
from selfcheck.__main__ import main
from selfcheck.fmt import formatted
from selfcheck.quizfile import parse

BEFORE = """\
# About this file.
questions:   # one page
- id: first   # a comment
  type:   short
  ask: "A \\\\ and: more"   # behind

  # between


  accept: [a,   b,
     c]   # in brackets
  why: this is
    plain text
    on three lines
  hints:
  - 'zero: indent'
  -   far
  - # of - it
     # moved
     alone
  # - left out
  slips:
      - is: x
        why: |3
             two
           more
      # the end of slips
  # about the second

-   id: second

    type: match
    ask:   # why so
      What # is this?
    pairs:
      - - a
        - b
      -   - c
          -   d
    tags: [x]
    # the end
"""
AFTER = """\
# About this file.
questions:   # one page
  - id: first   # a comment
    type: short
    ask: |   # behind
      A \\ and: more

    # between

    accept: [a,   b,
        c]   # in brackets
    why: |
      this is
      plain text
      on three lines
    hints:
      - |
        zero: indent
      - far
      # of - it
      # moved
      - alone
      # - left out
    slips:
      - is: x
        why: |2
            two
          more
      # the end of slips
    # about the second

  - id: second

    type: match
    # why so
    ask: What is this?
    pairs:
      - - a
        - b
      - - c
        - d
    tags: [x]
    # the end
"""


def test_a_file_is_laid_out() -> None:
    before = BEFORE.replace("What # is", "What is")
    assert parse("q.yml", before).all_problems == []
    assert formatted("q.yml", before) == (AFTER, [])
    assert formatted("q.yml", AFTER) == (AFTER, [])
    assert formatted("q.yml", before.replace("\n", "\r\n")) == (AFTER, [])


FILES = [
    path
    for path in sorted([*(ROOT / "quizzes").rglob("*.yml"), *(ROOT / "tests" / "site" / "fixture" / "quizzes").rglob("*.yml")])
    if path.name != "retired.yml"
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_our_files_can_be_laid_out(file: Path) -> None:
    """Whoever edits a file in the browser can't run `make fmt`, so how a file is laid out fails nothing."""
    made, problems = formatted(file.name, file.read_text(encoding="utf-8"))
    assert problems == []
    assert formatted(file.name, made) == (made, [])


@pytest.mark.parametrize(
    ("written", "laid_out"),
    [
        ("'It is: so'", "|\n      It is: so"),
        ("'# It'", "|\n      # It"),
        ("'- It'", "|\n      - It"),
        ('"It \\"is\\" so"', '|\n      It "is" so'),
        ("'It is so'", "'It is so'"),
        ("It: is", None),
        ("'It is\n      so: yes'", "|\n      It is so: yes"),
        ("It is\n      so", "|\n      It is\n      so"),
        ("It is\n      - so", "|\n      It is - so"),  # on a line of its own this would be a list
        ("It is\n\n      so", "|\n      It is\n      so"),
        (">-\n     It is\n     so", ">-\n      It is\n      so"),
        ("|+\n       It is\n\n\n", "|\n      It is\n\n"),
        ("|\n         It is\n           so   \n", "|\n      It is\n        so   \n"),
        ("|-  # why\n     It is # so\n", "|-  # why\n      It is # so\n"),
    ],
)  # fmt: skip
def test_texts(written: str, laid_out: str | None) -> None:
    text = f"questions:\n  - id: q\n    type: short\n    ask: {written}\n    accept: [a]\n"
    if laid_out is None:
        assert parse("q.yml", text).all_problems
        assert formatted("q.yml", text)[0] == text
        return
    made, problems = formatted("q.yml", text)
    assert problems == []
    assert made.partition("ask: ")[2].partition("    accept")[0].rstrip() == laid_out.rstrip()
    assert formatted("q.yml", made)[0] == made


def test_words_and_numbers_keep_their_quotes() -> None:
    text = "questions:\n  - id: q\n    type: short\n    ask: Which?\n    accept:\n      - 'a: b'\n      - '#'\n"
    assert formatted("q.yml", text) == (text, [])


# Files at random: what they say, and how they are laid out.

TEXT = st.text(alphabet="ab .:#-'\"\\${}[]*`é≤|>&!%@,?", min_size=1, max_size=14).map(str.strip).filter(bool)
LINES = st.lists(TEXT, min_size=1, max_size=3)


@st.composite
def scalars(draw: st.DrawFn, indent: int, number: list[int]) -> str:
    """A text in one of the ways in which YAML can write it, behind a key or a dash of a level at `indent`."""
    way = draw(st.sampled_from(["plain", "single", "double", "literal", "digit", "folded", "many", "below"]))
    lines = draw(LINES)
    pad = " " * (indent + draw(st.integers(1, 4)))
    if way == "plain":
        return f" {lines[0]}"
    if way == "below":
        return f"{draw(comments(number))}\n{pad}{lines[0]}"
    if way == "single":
        return " '" + f"\n{pad} ".join(line.replace("'", "''") for line in lines) + "'" + draw(comments(number))
    if way == "double":
        return ' "' + lines[0].replace("\\", "\\\\").replace('"', '\\"') + '"' + draw(comments(number))
    if way == "many":
        return " " + f"\n{pad}".join(lines)
    if way == "digit":
        digit = draw(st.integers(1, 4))
        return f" |{digit}{draw(comments(number))}\n" + "\n".join(" " * (indent + digit + 2 * (i == 0)) + line for i, line in enumerate(lines))
    return f" {'|' if way == 'literal' else '>'}{draw(st.sampled_from(['', '-', '+']))}{draw(comments(number))}\n" + "\n".join(
        pad + line for line in lines
    )


@st.composite
def comments(draw: st.DrawFn, number: list[int]) -> str:
    if draw(st.booleans()):
        return ""
    number[0] += 1
    return f"{' ' * draw(st.integers(1, 3))}# comment {number[0]}."


@st.composite
def gaps(draw: st.DrawFn, number: list[int], indent: int) -> str:
    """Empty lines and comments between two lines."""
    rows = []
    for _ in range(draw(st.integers(0, 2))):
        number[0] += 1
        rows.append(draw(st.sampled_from(["", f"{' ' * draw(st.integers(0, indent))}# comment {number[0]}."])))
    return "".join(f"{row}\n" for row in rows)


@st.composite
def files(draw: st.DrawFn) -> str:
    number = [0]
    dash = draw(st.integers(0, 4))
    key = dash + 1 + draw(st.integers(1, 3))
    text = draw(gaps(number, 0)) + "questions:" + draw(comments(number)) + "\n"
    for i in range(draw(st.integers(1, 3))):
        text += draw(gaps(number, dash)) + " " * dash + "-" + " " * (key - dash - 1) + f"id: q{i}{draw(comments(number))}\n"
        parts = [f"type: short{draw(comments(number))}\n", f"ask:{draw(scalars(key, number))}\n"]
        parts.append(
            draw(st.sampled_from(["accept: [a, b]\n", f"accept:\n{' ' * key}- a\n{' ' * key}- 'b: c'\n", f"accept: [a,\n{' ' * (key + 2)}b]\n"]))
        )
        if draw(st.booleans()):
            parts.append(f"why:{draw(scalars(key, number))}\n")
        if draw(st.booleans()):
            inner = key + draw(st.integers(0, 3))
            hints = "".join(f"{draw(gaps(number, inner))}{' ' * inner}-{draw(scalars(inner, number))}\n" for _ in range(draw(st.integers(1, 3))))
            parts.append(f"hints:{draw(comments(number))}\n{hints}")
        text += "".join(draw(gaps(number, key)) + " " * key + part for part in draw(st.permutations(parts)))
    return text + draw(gaps(number, key))


COMMENT = re.compile(r"# comment \d+\.")


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(files())
def test_nothing_that_a_file_says_changes(text: str) -> None:
    before = parse("q.yml", text)
    made, problems = formatted("q.yml", text)
    if before.all_problems:
        assert (made, problems) == (text, before.all_problems)
        assume(False)
    after = parse("q.yml", made)
    assert after.all_problems == problems == []
    assert COMMENT.findall(made) == COMMENT.findall(text) or sorted(COMMENT.findall(made)) == sorted(COMMENT.findall(text))
    for old, new in zip(before.entries, after.entries, strict=True):
        one, other = (
            " ".join(entry.question.model_dump_json().replace("\\n", " ").split()).replace(' "', '"') for entry in (old, new) if entry.question
        )
        assert one == other
    assert formatted("q.yml", made) == (made, [])


def test_a_fault_of_ours_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(fmt._Writer, "written", lambda self: AFTER.replace("far", "near"))
    file = tmp_path / "q.yml"
    file.write_text(AFTER)
    assert main(["fmt", str(file)]) == 1
    assert "this file would say something else" in capsys.readouterr().out
    assert file.read_text() == AFTER


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "quizzes").mkdir()
    good, bad = tmp_path / "quizzes" / "good.yml", tmp_path / "quizzes" / "bad.yml"
    good.write_text(BEFORE.replace("What # is", "What is"))
    assert main(["fmt", "--check"]) == 1
    assert capsys.readouterr().out == "quizzes/good.yml is not laid out as `make fmt` does it.\n"
    assert main(["fmt"]) == 0
    assert capsys.readouterr().out == "quizzes/good.yml is laid out anew.\n"
    assert good.read_text() == AFTER
    bad.write_text(BEFORE)
    assert main(["fmt"]) == 1
    assert capsys.readouterr().out.startswith("quizzes/bad.yml:34:7: ")
    assert bad.read_text() == BEFORE
