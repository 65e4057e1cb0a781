"""Rules find what they are for, and leave alone what they are not for."""

from __future__ import annotations

import json
import subprocess
import textwrap
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from handbook import front_matter
from handbook.cache import Cache
from handbook.problems import Problem
from hypothesis import given
from hypothesis import strategies as st
from selfcheck.lint import words
from selfcheck.lint.catalog import RULES, described, listed
from selfcheck.lint.history import NoBase, base
from selfcheck.lint.page import Page, prose
from selfcheck.lint.project import lint
from selfcheck.lint.run import lint_page
from selfcheck.printing import FORMATS
from selfcheck.quizfile import parse

needs_words = pytest.mark.skipif(not words.installed(), reason="pyspellchecker is not installed")


def quiz_problems(text: str, root: Path = Path("nowhere"), **more: Any) -> list[Problem]:
    quiz = parse("quizzes/page.yml", "questions:\n" + textwrap.indent(text.strip("\n"), "  ") + "\n")
    assert quiz.all_problems == []
    return list(lint(root, [quiz], [], Cache(), **more))


def page_problems(text: str) -> list[Problem]:
    return list(lint_page(Page("docs/page.md", text)))


def rules_of(problems: list[Problem]) -> set[str]:
    return {problem.rule for problem in problems}


EXAMPLES = [
    pytest.param(rule.id, about, marks=[needs_words] if rule.id == "spelling" else [])
    for rule in RULES.values()
    for about in ("questions", "pages")
    if (rule.bank if about == "questions" else rule.page) and not rule.needs_base
]


@pytest.mark.parametrize(("name", "about"), EXAMPLES)
def test_a_rule_finds_its_bad_example_and_no_rule_the_good_one(name: str, about: str) -> None:
    def found(example: str) -> set[str]:
        if about == "pages":
            return rules_of(page_problems(example))
        if RULES[name].page:  # of words: an example is a text
            example = f"- id: q\n  type: short\n  ask: |\n    {example.strip()}\n  accept: [a]\n"
        return rules_of(quiz_problems(example))

    assert found(RULES[name].bad) == {name}
    assert found(RULES[name].good) == set()


def single(ask: str = "Which holds?", right: str = "This one", *wrong: str, more: str = "") -> str:
    options = "".join(f"    - wrong: {text}\n      why: No.\n" for text in wrong or ("That one", "The other one"))
    return f"- id: q\n  type: single\n  ask: |\n    {ask}\n  options:\n    - right: {right}\n{options}{more}"


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        (single("Which of these losses is not convex?"), "negative-question"),
        (single("Which loss isn't convex?"), "negative-question"),
        (single("What would you NOT try first?"), "negative-question"),
        (single("All of these help, except:"), "negative-question"),
        (single("Each claim holds except which?"), None),  # too odd to foresee
        (single("Which cause is least likely here?"), "negative-question"),
        (single("The loss does not fall. What is the likely cause?"), None),
        (single("Which explains why the loss does not fall?"), None),
        (single("What follows if the loss is not convex?"), None),
        (single("The mean is not finite, all moments except the first exist. Which test is exact?"), None),
        (single("Which derivative is defined everywhere, except at 0?"), None),
        (single("What is the probability that at least one fails?"), None),
        (single(right="It never fails", more=""), "cue-word"),
        (single("Which?", "With `all` rows", "With rows", "With one"), None),
        (single("Which?", "Sometimes", "It must fall", "It must grow"), "cue-word"),
        (single("Which?", "It must stay", "It must fall", "It must grow"), None),
        (single("Which?", "Sometimes", "Always so", "Never so"), None),
        (single("Which?", "Bias and variance", "Bias", "Variance"), None),
        (single("Which?", "$n$ times as slow", "$n \\log n$ times as slow", "As slow"), None),
        (single("Which?", "It grows with the depth", "It grows with the depth and the width", "It shrinks with the depth"), "nested-option"),
        (single("Which?", "All of the above", "This one here", "That one here"), "catch-all"),
        (single("Which?", "None of these", "This one here", "That one here"), "catch-all"),
        (single("Which?", "All of the trees", "Half of the trees", "None of the trees"), None),
        (single("Which?", "$\\frac{\\partial L}{\\partial w}$", "$w_{t+1}$", "$w_{t-1}$"), None),
        (single("Which?", "It is divided by the square root of the number of heads", "It is scaled", "It is not scaled"), "longest-option"),
        (single("Which?", "It is divided by heads", "It is scaled", "It is not scaled"), None),
    ],
)  # fmt: skip
def test_choices(question: str, rule: str | None) -> None:
    assert rules_of(quiz_problems(question)) == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("ask", "answer", "tolerance", "wanted"),
    [
        ("What is it, to two decimals?", "0.69", "0.004", "0.005"),
        ("What is it, to two decimals?", "0.69", "0.005", None),
        ("Give one decimal.", "13.8", "0.04", "0.05"),
        ("To 3 decimal places, please?", "0.125", "0.0001", "0.0005"),
        ("With two significant digits?", "1200", "10", "50"),
        ("With three significant figures?", "0.0123", "1%", None),
        ("How many, to the nearest thousand?", "12000", "100", "500"),
        ("In percent, to the nearest 0.1?", "12.3", "0.01", "0.05"),
        ("What is it, to the nearest euro?", "41", "0.1", "0.5"),
        ("Round up to a whole number.", "41", "0.1", "0.5"),
        ("What is it? The answer is a whole number.", "41", "0", None),
        ("A price is rounded to two decades of data?", "41", "0", None),
    ],
)
def test_a_tolerance_fits_the_rounding(ask: str, answer: str, tolerance: str, wanted: str | None) -> None:
    found = quiz_problems(f"- id: q\n  type: numeric\n  ask: |\n    {ask}\n  answer: {answer}\n  tolerance: {tolerance}\n")
    assert [problem.message.rpartition(" ")[2].rstrip(".") for problem in found] == ([wanted] if wanted else [])
    assert rules_of(found) <= {"tight-tolerance"}


@pytest.mark.parametrize(("found", "exact"), [("0.5", True), ("0.5000001", True), ("0.54", False), ("[1]", False), (None, False)])
def test_what_a_proof_shows_to_be_exact_needs_no_room_for_rounding(found: str | None, exact: bool) -> None:
    question = "- id: q\n  type: numeric\n  ask: What is it, to one decimal?\n  answer: 0.5\n  tolerance: 0.005\n"
    assert (quiz_problems(question, found={"q": found} if found else {}) == []) is exact


def test_in_a_file_the_right_option_is_seldom_the_longest() -> None:
    def bank(longest: int, of: int, waived: int = 0) -> list[Problem]:
        names = ["dog cat owl bee ant fox cow hen".split()[i % 8] + " " + "red blue green".split()[i // 8] for i in range(of)]
        return quiz_problems(
            "\n".join(
                single(f"What does a {name} eat?", "Much grass" if i < longest else "Grass", f"Fish {name}"[:8], "Hay", more=f"{WAIVED if i < waived else ''}").replace("id: q", f"id: q{i}")
                for i, name in enumerate(names)
            )
        )  # fmt: skip

    assert bank(7, 7) == []  # too few to tell
    assert bank(4, 12) == []
    five = bank(5, 12)
    assert [problem.line for problem in five] == [7, 18, 29, 40, 51]
    assert "In 5 of 12 single choices of this file the right option is the longest" in five[0].message
    assert bank(5, 12, waived=1) == []
    assert bank(3, 12, waived=1) == []  # what is waived does not count


WAIVED = "  waive:\n    longest-option: The grass is what matters.\n"


def test_near_duplicates_are_reported_once_and_across_files(tmp_path: Path) -> None:
    (tmp_path / "quizzes").mkdir()
    ask = "A sensor flags nine in ten of the defective parts and one in ten of the good ones, and two in a hundred are defective. {} How sure?"
    question = "questions:\n  - id: {}\n    type: short\n    ask: {}\n    accept: [a]\n"
    texts = {
        name: question.format(name, ask.format(more))
        for name, more in (
            ("one", ""),
            ("two", "One part is flagged."),
            ("three", "Think of it in odds, or count a thousand of these parts by hand and divide the defective among them by all."),
        )
    }
    for name, text in texts.items():
        (tmp_path / "quizzes" / f"{name}.yml").write_text(text)
    quizzes = [parse(f"quizzes/{name}.yml", text) for name, text in texts.items()]
    cache = Cache()
    every = list(lint(tmp_path, quizzes, [], cache))
    assert [str(problem) for problem in every] == [
        "quizzes/two.yml:4:10: This asks nearly the same as `one` (quizzes/one.yml:2): ask something else, or delete one of the two. [duplicate-question]"
    ]
    for _ in range(2):  # what is known of the other files comes from the cache the second time
        alone = list(lint(tmp_path, quizzes[:1], [], cache))
        assert [problem.path for problem in alone] == ["quizzes/one.yml"]


def test_short_prompts_are_told_apart_by_their_options() -> None:
    one, two = single(), single("Which holds?", "Grass", "Hay", "Fish").replace("id: q", "id: r")
    assert quiz_problems(one + two) == []
    assert rules_of(quiz_problems(one + one.replace("id: q", "id: r"))) == {"duplicate-question"}


def test_a_question_waives_a_rule_with_a_reason() -> None:
    broken = single("Which loss is **not** convex?")
    waived = broken + "  waive:\n    negative-question: The exam asks it in these words.\n"
    assert rules_of(quiz_problems(broken)) == {"negative-question"}
    assert quiz_problems(waived) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("negative-question", "The rule `negative-question` is kept here: delete its waiver."),
        ("negativ-question", "There is no rule `negativ-question`: did you mean `negative-question`?"),
        ("footnotes", "The rule `footnotes` is one of pages: delete its waiver here."),
        ("rev-not-raised", None),  # nothing to compare with, so nobody knows
    ],
)
def test_a_waiver_that_is_not_needed_is_a_problem(name: str, message: str | None) -> None:
    found = quiz_problems(single(more=f"  waive:\n    {name}: No reason.\n"))
    assert [(problem.line, problem.message, problem.rule) for problem in found] == ([(13, message, "unneeded-waiver")] if message else [])


def test_a_page_waives_a_rule_in_its_front_matter() -> None:
    page = "---\ntitle: Colour\nwaive:\n  american-spelling: It is the title of a film.\n---\n\nText.\n"
    assert page_problems(page) == []
    assert rules_of(page_problems(page.replace("waive:\n  american-spelling: It is the title of a film.\n", ""))) == {"american-spelling"}
    assert [str(problem) for problem in page_problems(page.replace("Colour", "Color"))] == [
        "docs/page.md:3:1: The rule `american-spelling` is kept here: delete its waiver. [unneeded-waiver]"
    ]
    assert front_matter.refused(Page("", page).meta) == {}
    assert "waive" in front_matter.refused({"waive": ["american-spelling"]})


@pytest.mark.parametrize(
    ("text", "misspelled"),
    [
        ("The gradeint is recieved.", ["gradeint", "recieved"]),
        ("Hoeffding's bound, NumPy's arrays and a nonconvex loss; don't worry.", []),
        ("`gradeint` and $gradeint$ and [a link](gradeint.md) and <span title='gradeint'>", []),
        ("```text\ngradeint\n```\n\n    ```text\n    gradeint\n    ```\n", []),
        ("A claim[^gradeint].\n\n[^gradeint]: Le gradeint (1900).\n", []),
        ("It costs $5 for a gradeint, or $6.", ["gradeint"]),
        ("Call fooo(x), see a.fooo, x_fooo and fooo_x, fooo@example.org, https://example.org/fooo.", []),
        ("The user’s naïve model.", []),
    ],
)  # fmt: skip
@needs_words
def test_spelling(text: str, misspelled: list[str]) -> None:
    assert [problem.message.split("`")[1] for problem in page_problems(text)] == misspelled


def test_the_dictionary_is_in_order() -> None:
    lines = (ROOT / words.DICTIONARY).read_text(encoding="utf-8").splitlines()[1:]
    assert lines == sorted(set(lines))


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("optimised", "optimized"),
        ("Regularisation", "regularization"),
        ("neighbours", "neighbors"),
        ("modelling", "modeling"),
        ("behaviour", "behavior"),
        ("analyse", "analyze"),
        ("grey", "gray"),
    ],
)
def test_american_spelling(british: str, american: str) -> None:
    (found,) = [problem for problem in page_problems(f"A {british} word.") if problem.rule == "american-spelling"]
    assert found.message == f"`{british}` is British: write `{american}`."


@needs_words
def test_american_spellings_are_words_and_no_british_one_is_american_too() -> None:
    ours = "advise arise comprise compromise concise devise enterprise excise exercise expertise four four-fold hour noise otherwise our precise premise promise raise revise rise surprise supervise tour wise your filled installed controlled propelled rebelled called".split()
    assert [word for word in ours if word in words.AMERICAN] == []


@given(st.text(alphabet="ab `$\\[](){}^:~\n<>!-#", max_size=80))
def test_places_stay_places(text: str) -> None:
    masked = prose(text)
    assert len(masked) == len(text)
    assert all(after in (before, " ") for before, after in zip(text, masked, strict=True))
    page = Page("page.md", text)
    assert len(page.text) == len(page.markdown) == len(text)


TOPIC = RULES["page-skeleton"].good


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("# Odds\n", "# Chances\n", 12, "The page's title is “Odds” in the front matter and “Chances” here"),
        ("# Odds\n\nOdds make", "Odds make", 14, "write `# Odds` before this"),
        ("Odds make updates short, and interviewers like them.\n", "<!-- later -->\n", 12, "The opening is missing"),
        ("## Odds and", "# Odds and", 20, "A page has one title"),
        ("## What is", "## Before\n\n## What is", 16, "The first section is “What is being tested”"),
        ("## Questions you will be asked\n\n", "", 26, "The section “Questions you will be asked” is missing"),
        ("## In one screen\n\n", "", 26, "The section “In one screen” is missing"),
        ("## Sources\n", "## Practice\n\n## Sources\n", 26, "The last two sections are"),
        ("## Questions", "## Practice\n\n## Questions", 24, "“Practice” comes after “Questions you will be asked”"),
    ],
)
def test_the_skeleton_of_a_topic_page(old: str, new: str, line: int, words: str) -> None:
    assert old in TOPIC
    found = [problem for problem in page_problems(TOPIC.replace(old, new)) if problem.rule == "page-skeleton"]
    assert [problem.line for problem in found] == [line]
    assert words in found[0].message


def test_a_page_that_is_no_topic_has_no_skeleton() -> None:
    assert page_problems("# Home\n\n## Sources\n\n## In one screen\n") == []
    assert page_problems(TOPIC.replace("level: core\n", "").replace("## Sources", "## Ends")) == []


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("One[^a]: two[^b].\n\n[^a]: A.\n[^b]: B.\n", []),
        ("One[^a].\n\n[^a]: A.\n\n    More of A[^b].\n\n[^b]: B.\n", []),
        ("One[^a] and `[^c]`.\n\n[^b]: B.\n", ["1:4: There is no footnote `[^a]`", "3:1: Nothing refers to `[^b]`"]),
        ("One[^a].\n\n[^a]: A.\n[^a]: B.\n", ["4:1: The footnote `[^a]` stands in line 3 already"]),
    ],
)
def test_footnotes(text: str, problems: list[str]) -> None:
    found = [str(problem).removeprefix("docs/page.md:") for problem in page_problems(text)]
    assert len(found) == len(problems)
    assert all(one.startswith(start) for one, start in zip(found, problems, strict=True))


def test_images_have_alternatives() -> None:
    text = '![A curve.](a.svg) and <img src="b.png" alt="A curve"> and `![](c.svg)`\n\n![ ](d.svg)\n<img src="e.png" alt="">\n'
    assert [(problem.line, problem.rule) for problem in page_problems(text)] == [(3, "text-alternative"), (4, "text-alternative")]


# What was before, in a repository of its own.

NUMBER = "- id: q\n  type: numeric\n  ask: How many?\n  answer: 3\n  tolerance: 0.1\n"
TYPES = {
    "numeric": NUMBER,
    "single": single(),
    "short": "- id: q\n  type: short\n  ask: Which?\n  accept: [first, other]\n",
    "cloze": "- id: q\n  type: cloze\n  ask: It is [[a]].\n  blanks:\n    a:\n      accept: [first]\n",
    "order": "- id: q\n  type: order\n  ask: In order?\n  items:\n    - Read it\n    - Write it\n    - Delete it\n",
    "match": "- id: q\n  type: match\n  ask: Match?\n  pairs:\n    - [first, one]\n    - [second, two]\n",
    "output": "- id: q\n  type: output\n  ask: What?\n  code: print(1)\n  prints: 1\n",
    "open": "- id: q\n  type: open\n  ask: Explain.\n  rubric:\n    - Names the reason\n    - Names the remedy\n  model: So.\n",
}


@pytest.fixture
def repository(tmp_path: Path):
    """A handbook whose main branch has one file of questions."""

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments], check=True, capture_output=True)

    def started(before: str, retired: str = "") -> Path:
        (tmp_path / "quizzes").mkdir()
        (tmp_path / "quizzes" / "page.yml").write_text(_file(before))
        (tmp_path / "quizzes" / "retired.yml").write_text(retired)
        git("init", "--initial-branch", "main")
        git("add", ".")
        git("commit", "--message", "Before")
        git("switch", "--create", "branch")
        return tmp_path

    return started


def _file(questions: str) -> str:
    return "questions:\n" + textwrap.indent(questions, "  ")


def changed(root: Path, now: str, compare_with: str = "") -> list[Problem]:
    (root / "quizzes" / "page.yml").write_text(_file(now))
    return [problem for problem in quiz_problems(now, root, base=base(root, compare_with)) if RULES[problem.rule].needs_base]


@pytest.mark.parametrize(
    ("kind", "old", "new", "raised"),
    [
        ("numeric", "answer: 3", "answer: 4", "The answer has changed"),
        ("numeric", "answer: 3", "answer: 3.0", None),
        ("numeric", "ask: How many?", "ask: How many of them?", None),
        ("single", "This one", "This two", "A right option has changed"),
        ("single", "That one", "That two", "A wrong option has changed"),
        ("single", "The other one", "The oter one.", None),
        ("single", "The other one", "The otter one", None),  # one letter may be a typing error
        ("single", "    - wrong: That one\n      why: No.\n", "", "An option was removed"),
        ("single", "    - right: This one\n", "    - wrong: A third\n      why: No.\n    - right: This one\n", "An option was added"),
        ("short", "[first, other]", "[other, first, third]", None),
        ("short", "[first, other]", "[second]", "The answer has changed"),
        ("cloze", "[first]", "[second]", "The blanks have changed"),
        ("order", "    - Read it\n    - Write it\n", "    - Write it\n    - Read it\n", "The items or their order have changed"),
        ("order", "Delete it", "Dellete it", None),
        ("match", "[first, one]", "[first, three]", "The pairs have changed"),
        ("match", "    - [first, one]\n    - [second, two]\n", "    - [second, two]\n    - [first, one]\n", None),
        ("output", "print(1)\n  prints: 1", "print(2)\n  prints: 2", "The output has changed"),
        ("open", "Names the remedy", "Names the reward", "The rubric has changed"),
        ("open", "    - Names the remedy\n", "    - Names the remedy\n    - Names the cost\n", "The rubric has changed"),
    ],
)
def test_a_changed_key_raises_the_revision(repository, kind: str, old: str, new: str, raised: str | None) -> None:
    before = TYPES[kind]
    assert old in before
    root = repository(before)
    now = before.replace(old, new)
    found = changed(root, now)
    assert [(problem.rule, problem.message.partition(", and")[0]) for problem in found] == ([("rev-not-raised", raised)] if raised else [])
    assert changed(root, now.replace("  ask:", "  rev: 2\n  ask:")) == []


@pytest.mark.parametrize("formula", ["$2w$", "`w * 2`"])
def test_in_formulas_and_code_one_letter_is_no_typing_error(repository, formula: str) -> None:
    before = single("Which?", f"'{formula}'", "The weights themselves", "Nothing at all")
    assert rules_of(changed(repository(before), before.replace(formula, formula.replace("2", "3")))) == {"rev-not-raised"}


def test_ids_stay_what_they_were(repository) -> None:
    root = repository(
        NUMBER + NUMBER.replace("id: q", "id: r").replace("many", "much") + TYPES["order"].replace("id: q", "id: s"), "retired:\n  - old\n"
    )
    now = TYPES["short"].replace("id: q", "id: s")
    (root / "quizzes" / "retired.yml").write_text("retired:\n  - q\n")
    assert [str(problem).partition(":")[0] + ": " + problem.message.partition(":")[0] for problem in changed(root, now)] == [
        "quizzes/retired.yml: `r` was a question in quizzes/page.yml and is gone",
        "quizzes/retired.yml: `old` was retired and is not listed any more",
        "quizzes/page.yml: `s` was of type `order`",
    ]


def test_a_question_may_move_to_another_file(repository) -> None:
    root = repository(NUMBER)
    (root / "quizzes" / "other.yml").write_text(_file(NUMBER))
    (root / "quizzes" / "page.yml").unlink()
    assert list(lint(root, [parse("quizzes/other.yml", _file(NUMBER))], [], Cache(), base(root))) == []


def test_what_to_compare_with_can_be_said(repository) -> None:
    root = repository(NUMBER)
    assert rules_of(changed(root, NUMBER.replace("answer: 3", "answer: 4"), compare_with="HEAD")) == {"rev-not-raised"}
    with pytest.raises(NoBase, match="nowhere"):
        changed(root, NUMBER, compare_with="nowhere")


# How problems and rules are shown.

PROBLEM = Problem("docs/a, b.md", 3, 7, "100% wrong:\nmend it.", "spelling")


def test_formats() -> None:
    assert FORMATS["text"]([PROBLEM]) == "docs/a, b.md:3:7: 100% wrong:\nmend it. [spelling]"
    assert FORMATS["github"]([PROBLEM]) == "::error file=docs/a%2C b.md,line=3,col=7,title=spelling::100%25 wrong:%0Amend it."
    assert json.loads(FORMATS["json"]([PROBLEM])) == [
        {"path": "docs/a, b.md", "line": 3, "column": 7, "message": "100% wrong:\nmend it.", "rule": "spelling"}
    ]


def test_every_rule_is_described() -> None:
    for rule in described():
        assert rule["looks_at"]
        assert all(rule[key] for key in ("id", "says", "reason", "bad", "good"))
        assert rule["id"] in listed()
