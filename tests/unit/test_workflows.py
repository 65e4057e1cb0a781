"""GitHub's files: their form, what their jobs may do, and that they fit the rest of the project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from conftest import ROOT
from selfcheck.embed import Project
from selfcheck.fragment import Fragment

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in WORKFLOWS}
ZIZMOR = Path(sys.executable).with_name("zizmor")

# Where everything has to be checked, a tool that is missing is a failure.
needs = {
    name: pytest.mark.skipif(not there and not os.environ.get("CI"), reason=f"{name} is not installed")
    for name, there in (("zizmor", ZIZMOR.exists()), ("check-jsonschema", find_spec("check_jsonschema") is not None))
}


def load(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # or `on` would be True
    return data


def jobs() -> list[Any]:
    return [pytest.param(path.stem, name, job, id=f"{path.stem}-{name}") for path in WORKFLOWS for name, job in load(path)["jobs"].items()]


@needs["zizmor"]
def test_the_workflow_linter_finds_nothing() -> None:
    done = subprocess.run([ZIZMOR, "--offline", "--no-progress", "--persona=pedantic", GITHUB], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@needs["check-jsonschema"]
@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("custom.github-workflows-require-timeout", WORKFLOWS),
        ("vendor.github-issue-forms", FORMS),
        ("vendor.github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
        ("vendor.dependabot", [GITHUB / "dependabot.yml"]),
    ],
)
def test_files_have_the_form_that_github_asks_for(schema: str, files: list[Path]) -> None:
    done = subprocess.run([sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_action_is_github_s_own_and_pinned_by_its_commit_in_one_version() -> None:
    uses = {line.strip() for text in TEXTS.values() for line in text.splitlines() if "uses:" in line}
    pins = [re.fullmatch(r"(?:- )?uses: (actions/[a-z-]+)@[0-9a-f]{40} # v\d+\.\d+\.\d+", line) for line in uses]
    assert all(pins), uses
    assert len({pin[1] for pin in pins if pin}) == len({re.sub("^- ", "", line) for line in uses}), "one action in two versions"


def test_what_runs_a_pull_request_has_no_secret_and_can_write_nothing() -> None:
    check = load(GITHUB / "workflows" / "check.yml")
    assert set(check["on"]) == {"pull_request", "push"}
    assert check["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in check["jobs"].values())
    assert not any("pull_request_target" in text for text in TEXTS.values())
    assert not any(re.search(r"\bsecrets\b(?! or)", re.sub("#.*", "", text)) for text in TEXTS.values())


@pytest.mark.parametrize(("workflow", "name", "job"), jobs())
def test_no_job_may_write_unless_it_says_so_or_keeps_a_token(workflow: str, name: str, job: dict[str, Any]) -> None:
    allowed = {"comment-comment": {"pull-requests"}, "deploy-deploy": {"pages", "id-token"}, "weekly-issue": {"issues"}}
    writes = {scope for scope, access in (job.get("permissions") or {}).items() if access == "write"}
    assert writes == allowed.get(f"{workflow}-{name}", set())
    for step in job["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"
            assert "ref" not in step["with"] and "repository" not in step["with"], "the default branch, or the commit of the event"


@pytest.mark.parametrize(("workflow", "name", "job"), jobs())
def test_no_text_from_outside_becomes_part_of_a_program(workflow: str, name: str, job: dict[str, Any]) -> None:
    for step in job["steps"]:
        for program in (step.get("run", ""), step.get("with", {}).get("script", "")):
            assert "${{" not in program


def test_the_job_that_comments_runs_nothing_of_the_pull_request() -> None:
    workflow = load(GITHUB / "workflows" / "comment.yml")
    assert set(workflow["on"]) == {"workflow_run"}
    assert workflow["on"]["workflow_run"]["workflows"] == [load(GITHUB / "workflows" / "check.yml")["name"]]
    steps = workflow["jobs"]["comment"]["steps"]
    assert not any("run" in step for step in steps)
    assert {step["uses"].split("@")[0] for step in steps} == {"actions/checkout", "actions/github-script", "actions/download-artifact"}


def test_workflows_call_what_make_has() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w./-]+(?: [\w./-]+)*):(?!=)", makefile, re.MULTILINE))
    called = {
        word
        for text in TEXTS.values()
        for command in re.findall(r"\bmake ((?:--silent )?[^|>\n]+)", text)
        for word in command.split()
        if re.fullmatch(r"[a-z.][\w./-]*", word) and not word.startswith("--")
    } - {"may"}
    assert {"check", "build", "test", "lock", "links"} <= called
    assert called <= targets | {"2"}, called - targets


def test_a_report_from_a_page_fills_the_form() -> None:
    fragment = Fragment("prob-birthday", "numeric", "warmup", 3, 1, "", "")
    link = urlsplit(Project("https://github.com/o/r").report(fragment, "https%3A%2F%2Fx.example%2Fmath%2F"))
    filled = parse_qs(link.query)
    form = GITHUB / "ISSUE_TEMPLATE" / filled.pop("template")[0]
    ids = {field.get("id") for field in load(form)["body"]}
    assert filled.pop("title") == ["Question prob-birthday"]
    assert filled == {"question": ["prob-birthday"], "rev": ["3"], "page": ["https://x.example/math/"]}
    assert set(filled) <= ids


def test_the_repository_is_the_one_of_the_settings() -> None:
    found = re.search(r'!ENV \[REPO_URL, "([^"]+)"\]', (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    assert found
    for link in load(GITHUB / "ISSUE_TEMPLATE" / "config.yml")["contact_links"]:
        assert link["url"].startswith(found[1] + "/")
    owner = urlsplit(found[1]).path.split("/")[1]
    owners = re.findall(r"@([\w/-]+)", (GITHUB / "CODEOWNERS").read_text(encoding="utf-8"))
    assert {name.split("/")[0] for name in owners} == {owner}


def test_dependabot_looks_at_every_lock() -> None:
    updates = load(GITHUB / "dependabot.yml")["updates"]
    folders = {(update["package-ecosystem"], folder) for update in updates for folder in update.get("directories", [update.get("directory")])}
    locks = [path for path in ROOT.rglob("package-lock.json") if "node_modules" not in path.parts]
    assert {("npm", f"/{path.parent.relative_to(ROOT)}".replace("/.", "/")) for path in locks} <= folders
    assert {("pip", "/"), ("github-actions", "/")} <= folders
