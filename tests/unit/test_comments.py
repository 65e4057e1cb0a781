"""What the jobs that may write on GitHub write: nothing of it can be chosen by whoever opened a pull request."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from handbook.problems import Problem
from markdown_it import MarkdownIt
from selfcheck.printing import FORMATS

BRIDGE = Path(__file__).with_name("github_scripts.mjs")
MARK = "<!-- handbook-check -->"
RUN = {
    "id": 7,
    "event": "pull_request",
    "head_sha": "abc",
    "head_branch": "fix",
    "head_repository": {"full_name": "someone/handbook", "owner": {"login": "someone"}},
    "conclusion": "failure",
    "html_url": "https://github.com/o/r/actions/runs/7",
}
CONTEXT = {"repo": {"owner": "o", "repo": "r"}, "payload": {"workflow_run": RUN}, "serverUrl": "https://github.com", "runId": 7}
PULL = {"number": 42, "head": {"sha": "abc", "repo": {"full_name": "someone/handbook"}}}
PROBLEM = {"path": "quizzes/x.yml", "line": 3, "column": 5, "message": "`q`: write a `why`.", "rule": "wrong-without-why"}


def call(module: str, name: str, *args: Any, **api: Any) -> dict[str, Any]:
    asked = json.dumps({"module": module, "name": name, "args": args, "api": api})
    done = subprocess.run([Path(sys.executable).with_name("node"), BRIDGE], input=asked, capture_output=True, text=True, encoding="utf-8", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def commented(report: object, tmp_path: Path, **more: Any) -> list[Any]:
    path = tmp_path / "report.json"
    if report is not None:
        path.write_text(report if isinstance(report, str) else json.dumps(report), encoding="utf-8")
    api = {"pulls": [PULL], "comments": [], **more}
    return list(call("comment", "comment", "$github", CONTEXT, str(path), **api)["written"])


def test_problems_become_one_comment(tmp_path: Path) -> None:
    [(kind, what)] = commented([PROBLEM], tmp_path)
    assert (kind, what["issue_number"]) == ("createComment", 42)
    assert what["body"].startswith(MARK)
    assert "**The check found one problem.**" in what["body"]
    assert "quizzes/x.yml:3:5: `q`: write a `why`. [wrong-without-why]" in what["body"]


def test_what_the_check_prints_is_a_report(tmp_path: Path) -> None:
    problems = [Problem("docs/ml/page.md", 1, 1, "Write `<!-- quiz -->` $x$ “so”.", "no-notes"), Problem("quizzes/x.yml", 2, 3, "This is empty.")]
    [(_, what)] = commented(FORMATS["json"](problems), tmp_path)
    assert all(str(problem) in what["body"] for problem in problems)


def test_the_comment_that_is_there_is_changed(tmp_path: Path) -> None:
    comments = [
        {"id": 1, "user": {"login": "someone"}, "body": f"{MARK} mine"},
        {"id": 2, "user": {"login": "github-actions[bot]"}, "body": "another"},
        {"id": 3, "user": {"login": "github-actions[bot]"}, "body": f"{MARK}\nold"},
    ]
    [(kind, what)] = commented([], tmp_path, comments=comments)
    assert (kind, what["comment_id"]) == ("updateComment", 3)


def test_the_pull_request_is_the_one_of_the_event_and_its_newest_commit(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps([{**PROBLEM, "number": 1, "pull_request": 1}]))
    newer = {"number": 43, "head": {"sha": "def", "repo": {"full_name": "someone/handbook"}}}
    other = {"number": 44, "head": {"sha": "abc", "repo": {"full_name": "someone/other"}}}
    gone = {"number": 45, "head": {"sha": "abc", "repo": None}}
    done = call("comment", "comment", "$github", CONTEXT, str(path), pulls=[newer, other, gone, PULL], comments=[])
    assert done["written"][0][1]["issue_number"] == 42
    assert done["asked"][0][1] == {"key": "pulls", "head": "someone:fix", "state": "open"}
    assert call("comment", "comment", "$github", CONTEXT, str(path), pulls=[newer, other, gone], comments=[])["written"] == []


@pytest.mark.parametrize(
    "report",
    [
        None,
        "",
        "{",
        "{}",
        '"text"',
        [1],
        [None],
        [{**PROBLEM, "line": "3"}],
        [{**PROBLEM, "line": -1}],
        [{**PROBLEM, "path": "a](https://evil.example)"}],
        [{**PROBLEM, "path": "a\nb"}],
        [{**PROBLEM, "rule": "<img>"}],
        [{**PROBLEM, "message": 5}],
        [{**PROBLEM, "message": "x" * 5_001}],
        [{key: value for key, value in PROBLEM.items() if key != "rule"}],
        [PROBLEM] * 5_001,
        "[" + " " * 1_000_000 + "]",
    ],
    ids=lambda report: repr(report)[:40],
)
def test_what_is_no_report_is_not_quoted(report: object, tmp_path: Path) -> None:
    [(_, what)] = commented(report, tmp_path)
    assert what["body"] == (
        f"{MARK}\n**The checks did not get as far as a report.** "
        "[The run](https://github.com/o/r/actions/runs/7) has every step, and the built site as an artifact."
    )


def test_a_link_in_place_of_the_report_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(json.dumps([{**PROBLEM, "message": "secret"}]))
    (tmp_path / "report.json").symlink_to(tmp_path / "secret")
    [(_, what)] = commented(None, tmp_path)
    assert "secret" not in what["body"]


@pytest.mark.parametrize(
    "message",
    [
        "@everyone look",
        "```\n# Free\n```",
        "`````` six and ```` four",
        "</code></pre><img src=x onerror=alert(1)>",
        "[click](https://evil.example) ![](https://evil.example/x.png)",
        "closes #1, o/r#2",
        "\n\n## A heading\n\n- a list",
        "a\u202eb\u200bc\u0000d\u001be",
        "~~~\ntext",
        "<!-- handbook-check -->",
    ],
)
def test_messages_stay_text(message: str, tmp_path: Path) -> None:
    [(_, what)] = commented([{**PROBLEM, "message": message}, PROBLEM], tmp_path)
    blocks = MarkdownIt("commonmark").parse(what["body"])
    fences = [block for block in blocks if block.type == "fence"]
    assert len(fences) == 1
    assert len(fences[0].content.splitlines()) == 2
    outside = what["body"].replace(fences[0].content, "")
    assert not any(part in outside for part in ("evil", "everyone", "onerror", "heading", "closes"))
    assert not any(character in what["body"] for character in "\u202e\u200b\u0000\u001b")


def test_a_long_report_is_cut(tmp_path: Path) -> None:
    [(_, what)] = commented([{**PROBLEM, "message": "y" * 4_000}] * 200, tmp_path)
    assert len(what["body"]) < 65_536
    assert "And 170 more" in what["body"]


def test_a_run_without_problems_says_whether_everything_holds(tmp_path: Path) -> None:
    assert "the build or a test does not" in commented([], tmp_path)[0][1]["body"]
    assert call("comment", "body", [], "success", "https://x")["value"].startswith(f"{MARK}\n**Everything holds.**")


@pytest.mark.parametrize(
    ("artifacts", "id"),
    [
        ([], ""),
        ([{"id": 1, "name": "report", "size_in_bytes": 300, "expired": False}], "1"),
        (
            [{"id": 1, "name": "report", "size_in_bytes": 300, "expired": False}, {"id": 2, "name": "report", "size_in_bytes": 9, "expired": False}],
            "2",
        ),
        ([{"id": 1, "name": "report", "size_in_bytes": 300_000, "expired": False}], ""),
        ([{"id": 1, "name": "report", "size_in_bytes": 300, "expired": True}], ""),
        ([{"id": 1, "name": "report2", "size_in_bytes": 300, "expired": False}], ""),
    ],
)
def test_only_a_small_report_is_fetched(artifacts: list[dict[str, Any]], id: str) -> None:
    assert call("comment", "findReport", "$github", CONTEXT, artifacts={"artifacts": artifacts})["value"] == id


def weekly(results: dict[str, str], reports: dict[str, str], tmp_path: Path, issues: list[dict[str, Any]]) -> list[Any]:
    for name, text in reports.items():
        (tmp_path / f"weekly-{name}.txt").write_text(text, encoding="utf-8")
    needs = {name: {"result": result} for name, result in results.items()}
    return list(call("weekly", "issue", "$github", CONTEXT, needs, str(tmp_path), issues=issues)["written"])


FINE = {"links": "success", "notebooks": "success", "locks": "success"}
MINE = {"number": 5, "title": "Weekly check"}


def test_a_week_without_findings_opens_nothing_and_closes_what_is_open(tmp_path: Path) -> None:
    assert weekly(FINE, {"links": "26 addresses"}, tmp_path, []) == []
    [(kind, what)] = weekly(FINE, {}, tmp_path, [MINE])
    assert (kind, what["issue_number"], what["state"]) == ("update", 5, "closed")


def test_what_broke_is_told_in_one_issue(tmp_path: Path) -> None:
    broken = {**FINE, "links": "failure", "locks": "cancelled"}
    reports = {"links": "docs/x.md:3: https://gone.example (404): ```@someone", "reviews": "due for review  docs/y.md"}
    [(kind, what)] = weekly(broken, reports, tmp_path, [])
    assert (kind, what["title"]) == ("create", "Weekly check")
    assert [line for line in what["body"].splitlines() if line.startswith("## ")] == [
        "## Links to outside",
        "## Pages due for review",
        "## Locks, resolved anew and tested",
    ]
    assert "There is no report; see the run." in what["body"]
    assert [(kind, what["issue_number"]) for kind, what in weekly(broken, {}, tmp_path, [MINE])] == [("update", 5)]


def test_a_pull_request_of_the_same_title_is_left_alone(tmp_path: Path) -> None:
    assert weekly(FINE, {}, tmp_path, [{**MINE, "pull_request": {}}]) == []
