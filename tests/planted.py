"""A site full of attacks, as a hostile pull request could hold them. Tests build it once and look at it in their ways.

Each attack that a build can see is a page or a file of its own, with the words of the problem that it has to become.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from site_builds import ROOT, Built, build

HARM = "window.harmed=1"  # what every attack tries to run
ELSEWHERE = "https://elsewhere.invalid/"
PICTURE = f'<img src="gone.png" onerror="{HARM}">'


@dataclass(frozen=True)
class Attack:
    """Text of a page, the line that is at fault, and what the build has to say about it."""

    text: str
    line: int
    said: str


PAGES = {
    "script": Attack(f"# Page\n\nText\n\n<script>{HARM}</script>\n", 5, "`<script>` can't stand in a page"),
    "script-in-a-list": Attack(f"# Page\n\n- item\n\n    <script>{HARM}</script>\n", 5, "`<script>` can't stand in a page"),
    "event-attribute": Attack(f"# Page\n\n{PICTURE}\n", 3, "`onerror` can't stand in a page"),
    "event-attribute-by-attr-list": Attack(f'# Page\n\nText\n{{: onclick="{HARM}" }}\n', 4, "`onclick` can't stand in a page"),
    "event-in-a-heading": Attack(f'# Page\n\n## Section {{: onmouseover="{HARM}" }}\n', 3, "`onmouseover` can't stand in a page"),
    "link-to-a-script": Attack(f"# Page\n\n[link](javascript:{HARM})\n", 3, "leads neither to a page of the handbook nor"),
    "disguised-link": Attack(f"# Page\n\n[link](JaVa&#115;cript&colon;{HARM})\n", 3, "leads neither to a page of the handbook nor"),
    "link-with-a-tab": Attack(f'# Page\n\n<p><a href="java&Tab;script:{HARM}">x</a></p>\n', 3, "has white space or a control character in it"),
    "link-by-reference": Attack(f"# Page\n\n[link][a]\n\n[a]: vbscript:{HARM}\n", 5, "leads neither to a page of the handbook nor"),
    "data-link": Attack(f"# Page\n\n[link](data:text/html,<script>{HARM}</script>)\n", 3, "leads neither to a page of the handbook nor"),
    "frame": Attack(f'# Page\n\n<iframe srcdoc="&lt;script&gt;parent.{HARM}&lt;/script&gt;"></iframe>\n', 3, "`<iframe srcdoc="),
    "base": Attack(f'# Page\n\n<base href="{ELSEWHERE}">\n\n[link](index.md)\n', 3, "`<base href="),
    "refresh": Attack(f'# Page\n\n<meta http-equiv="refresh" content="0;url={ELSEWHERE}">\n', 3, "`<meta http-equiv="),
    "form": Attack(f'# Page\n\n<form action="{ELSEWHERE}"><input type="password" name="p"><button>Sign in</button></form>\n', 3, "`<form action="),
    "overlay": Attack('# Page\n\n<div style="position:fixed;inset:0;z-index:9999">Sign in</div>\n', 3, "is not the alignment of a table cell"),
    "style-that-tells": Attack(f'# Page\n\n<p style="background:url({ELSEWHERE})">x</p>\n', 3, "is not the alignment of a table cell"),
    "style-element": Attack(f"# Page\n\n<style>@import url({ELSEWHERE}a.css);</style>\n", 3, "`<style>` can't stand in a page"),
    "stylesheet": Attack(f'# Page\n\n<link rel="stylesheet" href="{ELSEWHERE}a.css">\n', 3, "`<link rel="),
    "svg": Attack(f'# Page\n\n<svg onload="{HARM}"><script>{HARM}</script></svg>\n', 3, "`<svg onload="),
    "mathml": Attack(
        f'# Page\n\n<math><maction actiontype="statusline" xlink:href="javascript:{HARM}">x</maction></math>\n', 3, "`<math>` can't stand"
    ),
    "picture-that-tells": Attack(f"# Page\n\n![x]({ELSEWHERE}pixel.png)\n", 3, "is not a file of the handbook"),
    "id-of-the-theme": Attack('# Page\n\n<p id="__config">{"base": "https://elsewhere.invalid/"}</p>\n', 3, "is kept for the theme"),
    "name-that-clobbers": Attack('# Page\n\n<img name="body" alt="" src="x.png">\n', 3, "`name` can't stand in a page"),
    "class-of-the-theme": Attack('# Page\n\n<div class="md-dialog" data-md-component="search">x</div>\n', 3, "has `md-dialog`, which is kept"),
    "label-of-the-theme": Attack('# Page\n\n<label for="__search">x</label>\n', 3, "is kept for tabs"),
    "false-question": Attack('# Page\n\n<self-check id="q-a" data-type="../../evil">x</self-check>\n', 3, "`<self-check id="),
    "false-verdict": Attack('# Page\n\n<p class="sc-verdict sc-right">Right.</p>\n', 3, "has `sc-verdict`, which is kept"),
    "open-end": Attack("# Page\n\n</div></article></main>\n\n<div><div>\n", 3, "closes nothing"),
    "unfinished-tag": Attack(f"# Page\n\n<div>\n<img src=x onerror={HARM}//\n</div>\n", 4, "can't be read as HTML"),
    "comment-in-two-readings": Attack(f"# Page\n\n<div><!-- --!>{PICTURE} --></div>\n", 3, "`onerror` can't stand in a page"),
    "direction": Attack("# Page\n\nText \u202egnp.exe\n", 3, "turns the direction of the text around"),
    "title": Attack(f"---\ntitle: '{PICTURE}'\n---\n\n# Page\n", 2, "In the front matter `title` has to be"),
    "tag": Attack(f"---\ntags: ['{PICTURE}']\n---\n\n# Page\n", 2, "In the front matter `tags` has to be"),
    "fact": Attack(f"---\nreviewed: '\"><script>{HARM}</script>'\n---\n\n# Page\n", 2, "In the front matter `reviewed` has to be"),
    "template": Attack(f"---\ntemplate: redirect.html\nlocation: javascript:{HARM}\n---\n\n# Page\n", 2, "has no `template`"),
    "formula": Attack(f"# Page\n\nLook: $\\href{{javascript:{HARM}}}{{x}}$\n", 3, r"the formula \href"),
    "formula-that-covers": Attack("# Page\n\nLook: $\\raisebox{-300em}{Sign in}$\n", 3, "a length has at most 40 em"),
}

# What is meant to be text stays text, and is no problem.
INERT = {
    "text-of-a-template": "# Page\n\n{{ config.site_url }} {% include '404.html' %} {{ 7 * 7 }}\n",
    "false-slot": f"# Page\n\n<!--selfcheck:one-->{HARM}<!--/selfcheck-->\n\n<!-- notebook: 0 -->\n",
    "code": f"# Page `<script>{HARM}</script>`\n\n## &lt;script&gt;{HARM}&lt;/script&gt;\n\n```html\n<script>{HARM}</script>{PICTURE}\n```\n",
    "formula-with-markup": f"# Page\n\n$\\text{{</math><script>{HARM}</script>}}$ and $x</span><script>{HARM}</script>$\n",
}

SVG = f'<svg xmlns="http://www.w3.org/2000/svg"><script>{HARM}</script></svg>'
FILES = {
    'x" onload="y.md': ("# Page\n", "can't be a name"),
    "<b>.md": ("# Page\n", "can't be a name"),
    "page.html": (f"<script>{HARM}</script>", "Files that end in `.html` are not published"),
    "page.xhtml": (f'<html xmlns="http://www.w3.org/1999/xhtml"><script>{HARM}</script></html>', "Files that end in `.xhtml` are not published"),
    "_redirects": (f"/* {ELSEWHERE} 302\n", "can't be a name"),
    "worker.js": ("self.onfetch = () => {}", "Scripts and styles are published from `docs/assets/` only"),
    "picture.svg": (SVG, "has the element `script`"),
    "handler.svg": (f'<svg xmlns="http://www.w3.org/2000/svg" onload="{HARM}"/>', "has the event attribute `onload`"),
}

QUIZ = {
    "html": f"Text <script>{HARM}</script>",
    "event": PICTURE,
    "link": f"[x](javascript:{HARM})",
    "link-in-disguise": f"[x](&#106;ava&Tab;script&colon;{HARM})",
    "autolink": f"<javascript:{HARM}>",
    "reference": f"[x][y]\n\n[y]: data:text/html,{HARM}",
    "picture": f"![x]({ELSEWHERE}pixel.png)",
    "frame": '<iframe srcdoc="x"></iframe>',
    "class": "!!! md-dialog\n    x",
    "formula": f"$\\href{{javascript:{HARM}}}{{x}}$",
    "slot": "\ue0000\ue001",
}
FIELDS = ("ask", "why", "hints", "sources")  # where a text can stand

OUTPUTS = [
    {"text/html": f'<b onclick="{HARM}">kept</b>{PICTURE}<script>{HARM}</script><iframe srcdoc="x"></iframe><a href="javascript:{HARM}">link</a>'},
    {"text/html": f"<table><style>@import url({ELSEWHERE})</style><tr><td style='position:fixed'>cell</td></tr></table></div></article>"},
    {"text/html": "<!-- quiz: one --><!--selfcheck:one-->x<!--/selfcheck-->"},
    {"image/svg+xml": SVG, "text/plain": "<Figure>"},
    {"application/javascript": HARM, "text/plain": "<IPython.core.display.Javascript object>"},
    {"text/markdown": PICTURE, "text/plain": "<Markdown>"},
]
NOTEBOOK_TEXT = f"# Notebook\n\n{PICTURE}\n\n<!-- notebook: 99 -->\n"


def _indented(text: str) -> str:
    return "\n".join(f"      {line}" for line in text.split("\n"))


def _quiz() -> str:
    questions = []
    for name in QUIZ:
        for field in FIELDS:
            text = QUIZ[name].replace("{x}", f"{{{field}}}")  # no two alike, since a formula is told of once
            block = f"|\n{_indented(text)}" if field in ("ask", "why") else f"\n      - |\n{_indented(_indented(text))}"
            ask = "" if field == "ask" else "    ask: What?\n"
            questions.append(f"  - id: {name}-{field}\n    type: short\n    accept: [a]\n{ask}    {field}: {block}\n")
    return "questions:\n" + "".join(questions)


def _notebook() -> str:
    source = {"cell_type": "markdown", "metadata": {}, "source": NOTEBOOK_TEXT}
    outputs = [{"output_type": "display_data", "metadata": {}, "data": data} for data in OUTPUTS]
    code = {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": "show()", "outputs": outputs}
    return json.dumps({"cells": [source, code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def plant(folder: Path) -> Path:
    """Writes the site; returns its configuration."""
    docs = folder / "docs"
    for name, text in {**{name: attack.text for name, attack in PAGES.items()}, **INERT}.items():
        _write(docs / f"{name}.md", text)
    for name, (text, _) in FILES.items():
        _write(docs / name, text)
    _write(docs / "index.md", "# Home\n\n![picture](picture.svg)\n")
    _write(docs / "quiz.md", "# Quiz\n\n<!-- quiz -->\n")
    _write(docs / "tags.md", "# Tags\n\n<!-- material/tags -->\n")
    _write(docs / "notebook.ipynb", _notebook())
    (docs / "outside.txt").symlink_to(ROOT / "mkdocs.yml")
    (docs / "assets").symlink_to(ROOT / "docs" / "assets")
    _write(folder / "quizzes" / "quiz.yml", _quiz())
    names = ("notebooks", "diagrams", "formulas", "questions", "policy", "assets")
    settings = {
        "INHERIT": str(ROOT / "mkdocs.yml"),
        "hooks": [str(ROOT / "hooks" / f"{name}.py") for name in names],
        "nav": None,
        "theme": {"custom_dir": str(ROOT / "overrides")},
    }
    _write(folder / "mkdocs.yml", json.dumps(settings))
    return folder / "mkdocs.yml"


def built(folder: Path, site_url: str = "http://127.0.0.1:8000/") -> Built:
    """The site, built although everything in it is a problem."""
    return build(plant(folder), folder / "site", strict=False, site_url=site_url)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
