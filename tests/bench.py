"""Measures time and size against the budgets, as ratios within one run: `make bench`.

Sites are generated: plain pages, and the same pages with questions. Times are processor time of whole builds, the two
sites in turn, so that a machine that gets slower does so for both. Bytes are compressed as a web host would.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
WORDS = (
    "model data loss gradient variance bias feature label split tree kernel prior batch layer weight rate score rank "
    "sample error metric test train fold depth node"
).split()


def write_site(folder: Path, pages: int, questions: int) -> Path:
    """A site with the handbook's own settings."""
    (folder / "docs").mkdir(parents=True)
    os.symlink(ROOT / "docs" / "assets", folder / "docs" / "assets")
    nav = [{f"Part {part}": [f"p{page}.md" for page in range(part * 20, min(part * 20 + 20, pages))]} for part in range((pages + 19) // 20)]
    (folder / "docs" / "index.md").write_text("# Home\n")
    hooks = [str(ROOT / "hooks" / name) for name in ("notebooks.py", "formulas.py", "questions.py", "assets.py")]
    settings = {
        "INHERIT": str(ROOT / "mkdocs.yml"),
        "docs_dir": "docs",
        "hooks": hooks,
        "theme": {"custom_dir": str(ROOT / "overrides")},
        "nav": ["index.md", *nav],
    }
    (folder / "mkdocs.yml").write_text(json.dumps(settings))
    (folder / "quizzes").mkdir()
    for page in range(pages):
        (folder / "docs" / f"p{page}.md").write_text(_page(page, bool(questions)), encoding="utf-8")
        if questions:
            quiz = "questions:\n" + "".join(_question(page, i) for i in range(questions))
            (folder / "quizzes" / f"p{page}.yml").write_text(quiz, encoding="utf-8")
    return folder


def _prose(seed: int, words: int) -> str:
    return " ".join(WORDS[(seed * 7 + i * i) % len(WORDS)] for i in range(words)).capitalize() + "."


def _page(page: int, marker: bool) -> str:
    sections = "\n\n".join(
        f"## Section {section}\n\n{_prose(page + section, 70)} Here $x_{{{section}}}^2 + {page % 9}$ and `code`.\n\n"
        f"- {_prose(section, 9)}\n- {_prose(page, 9)}\n\n```python\ndef f(x):\n    return x + {section}\n```\n\n"
        f"| a | b |\n| - | - |\n| {page} | {section} |"
        for section in range(8)
    )
    return f"# Page {page}\n\n{sections}\n\n" + ("## Check\n\n<!-- quiz -->\n" if marker else "")


def _question(page: int, i: int) -> str:
    name = f"p{page}-q{i}"
    head = f"  - id: {name}\n    type: TYPE\n    ask: |\n      {_prose(page + i, 14)} What does `f({i})` give when $x_{{{i % 8}}} = {page % 9}$?\n"
    why = f"    why: {_prose(i, 22)}\n    see: p{page}.md#section-{i % 8}\n"
    if i % 5 == 3:
        return (
            head.replace("TYPE", "numeric")
            + f"    answer: {i}.5\n    tolerance: 0.01\n    slips:\n      - near: {i}\n        why: {_prose(i, 8)}\n"
            + why
        )
    if i % 5 == 4:
        return head.replace("TYPE", "short") + f"    accept: [word {i}, term {i}]\n" + why
    options = "".join(f"      - wrong: Option {o} with $y_{o}$ and {_prose(o + i, 4)}\n        why: {_prose(o, 12)}\n" for o in range(3))
    return head.replace("TYPE", "single") + f"    options:\n      - right: Option with `z` and {_prose(i, 4)}\n{options}" + why


def build(site: Path, cold: bool) -> float:
    """Processor seconds of one build, which don't depend on what else the machine does. Cold means that nothing of the handbook's cache is there."""
    cache = ROOT / ".cache" / "handbook.sqlite"
    if cold:
        cache.unlink(missing_ok=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run_mkdocs(site, site / "site")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run_mkdocs(root: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", str(root / "mkdocs.yml"), "-d", str(folder)]
    subprocess.run(command, check=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})


def ratio(one: Path, other: Path, cold: bool, runs: int) -> tuple[float, float]:
    """The median of the ratio one : other, pair by pair, and the median seconds of the second."""
    pairs = [(build(one, cold), build(other, cold)) for _ in range(runs)]
    return statistics.median(a / b for a, b in pairs), statistics.median(b for _, b in pairs)


def compressed(*files: Path) -> int:
    """Bytes of all files, each compressed by itself."""
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def row(what: str, measured: str, budget: str, kept: bool) -> None:
    print(f"{what:<58} {measured:>14}  {budget:<18} {'kept' if kept else 'MISSED'}")


def sizes(site: Path) -> None:
    """What a reader's browser loads of ours, on the real site."""
    assets = site / "assets"
    always = compressed(assets / "site.css", assets / "site.js")
    scripts = [file for file in sorted((assets / "selfcheck").rglob("*.js")) if file.name != "manage.js"]  # that one on demand
    questions = always + compressed(assets / "selfcheck" / "selfcheck.css", *scripts)
    row("our JavaScript and CSS, page without questions", f"{always} B", "at most 1,000 B", always <= 1000)
    row("our JavaScript and CSS, page with every type of question", f"{questions} B", "at most 12,000 B", questions <= 12_000)
    notebooks = sorted(page for page in site.rglob("notebooks/*/index.html"))
    largest = max((compressed(page) for page in notebooks), default=0)
    row("largest notebook page, HTML", f"{largest} B", "at most 20,000 B", largest <= 20_000)
    pages = sum(1 for _ in site.rglob("index.html"))
    index = compressed(site / "search" / "search_index.json") // pages
    row("search index, per page", f"{index} B", "at most 8,000 B", index <= 8000)
    for page in sorted(site.rglob("index.html")):
        print(f"  {page.relative_to(site).as_posix():<56} {compressed(page):>12} B of HTML")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="only the smaller site, once")
    options = parser.parse_args()
    print(f"{'':<58} {'measured':>14}  {'budget':<18}")
    with tempfile.TemporaryDirectory() as folder:
        for pages, questions in [(100, 10)] if options.quick else [(100, 10), (400, 25)]:
            plain = write_site(Path(folder, f"plain{pages}"), pages, 0)
            asked = write_site(Path(folder, f"asked{pages}"), pages, questions)
            runs = 1 if options.quick else options.runs
            name = f"build of {pages} pages with {pages * questions:,} questions"
            value, base = ratio(asked, plain, True, runs)
            row(f"{name}, cold", f"{value:.2f} x {base:.1f} s", "at most 1.50 x", value <= 1.5)
            build(asked, False)
            value, base = ratio(asked, plain, False, runs)
            row(f"{name}, warm", f"{value:.2f} x {base:.1f} s", "at most 1.10 x", value <= 1.1)
            shutil.rmtree(asked)
            shutil.rmtree(plain)
        real = Path(folder, "real")
        run_mkdocs(ROOT, real)
        sizes(real)


if __name__ == "__main__":
    main()
