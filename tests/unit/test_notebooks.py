"""Notebooks: what a script makes of itself, what is refused and where, and how the result becomes a page."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from handbook.cache import Cache
from handbook.execute import Notebooks, Trouble
from handbook.notebooks import cell_line, colab_url, convert, fill, fingerprint, links, load, prose, still_html

GOOD = """\
# ---
# description: What a trial shows
# ---

# %% [markdown]
# # A trial
#
# It costs \\$5.

# %%
import os, sys, numpy as np
print(sorted({"b", "a", "c"}), list({"x", "y", "z"}))
print(np.random.default_rng(1).integers(10, size=3), os.environ.get("FOREIGN"))

# %% alt="A line that rises"
import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(6, 3.6))
ax.plot([1, 2])
plt.show()

# %%
1 + 1
"""

DOT = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
).decode()


def make(folder: Path, script: str, cache: Cache | None = None) -> str:
    path = folder / "trial.py"
    path.write_text(script, encoding="utf-8")
    return Notebooks(cache or Cache(), folder / "workspace").make(path)


def troubles(folder: Path, script: str) -> list[tuple[int, str]]:
    with pytest.raises(Trouble) as raised:
        make(folder, "# %% [markdown]\n# # Title\n\n" + script)
    return [(problem.line, problem.message) for problem in raised.value.problems]


@pytest.fixture(scope="module")
def cache() -> Cache:
    return Cache()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, cache: Cache) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOREIGN", "from this machine")
        return make(tmp_path_factory.mktemp("made"), GOOD, cache)


# Executing


def test_a_second_run_gives_the_same_bytes(made: str, tmp_path: Path) -> None:
    again = make(tmp_path, GOOD)
    for cell, other in zip(json.loads(made)["cells"], json.loads(again)["cells"], strict=True):
        if not cell["metadata"].get("alt"):  # pixels may differ
            assert cell == other
    assert json.loads(made)["metadata"] == json.loads(again)["metadata"]


def test_a_notebook_holds_outputs_and_nothing_of_the_machine(made: str) -> None:
    notebook = json.loads(made)
    assert "".join(notebook["cells"][1]["outputs"][0]["text"]).endswith("[4 5 7] None\n")
    assert notebook["cells"][3]["outputs"][0]["data"]["text/plain"] == ["2"]
    assert {cell.get("execution_count") for cell in notebook["cells"]} == {None}
    assert notebook["metadata"]["front_matter"] == "description: What a trial shows"
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    assert len({cell["id"] for cell in notebook["cells"]}) == 4


def test_a_figure_is_small_and_has_its_alternative(made: str) -> None:
    output = json.loads(made)["cells"][2]["outputs"][0]
    about = output["metadata"]["image/png"]
    assert about["alt"] == "A line that rises"
    assert 400 < about["width"] <= 600
    assert 250 < about["height"] <= 360
    assert len(base64.b64decode(output["data"]["image/png"])) < 30_000


def test_what_was_executed_is_not_executed_again(tmp_path: Path) -> None:
    script = "# %% [markdown]\n# # Title\n\n# %%\nprint(open('count', 'a').write('x'))\n"
    cache = Cache()
    assert make(tmp_path, script, cache) == make(tmp_path, script, cache)
    assert (tmp_path / "count").read_text() == "x"
    make(tmp_path, script + "# changed\n", cache)
    assert (tmp_path / "count").read_text() == "xx"


def test_an_error_is_reported_where_it_happens(tmp_path: Path) -> None:
    called = "# %%\ndef f(x):\n    y = x\n    assert y > 1, 'too small'\n\n# %%\nf(2)\nf(0)\n"
    assert troubles(tmp_path, called) == [(7, "AssertionError: too small")]
    [(line, message)] = troubles(tmp_path, "# %%\n1\n\n# %%\n\nx = 1\ny = = 1\n")
    assert (line, message.split(" (")[0]) == (10, "SyntaxError: invalid syntax")


def test_bad_outputs_are_all_named_at_once(tmp_path: Path) -> None:
    script = f'''\
# %%
from IPython.display import Image, display
import base64, sys
dot = Image(base64.b64decode("{DOT}"))
display(dot);

# %% alt="Two dots"
display(dot)
display(dot)

# %% alt="Nothing"
print("no figure")

# %%
print("line\\n" * 61)

# %%
object()

# %%
print("DeprecationWarning: old", file=sys.stderr)

# %%
display({{"application/x-chart": "…"}}, raw=True)
'''
    found = troubles(tmp_path, script)
    assert [line for line, _ in found] == [5, 11, 15, 18, 21, 24, 27]
    parts = ["no text alternative", "several figures", "draws no figure", "more than 60 lines", "address in memory", "warns: Dep", "can't show"]
    assert [part for (_, message), part in zip(found, parts, strict=True) if part not in message] == []


@pytest.mark.parametrize("script", ["", "print(1)\n", "# %% [markdown]\n# ## Second\n", "# %%\n# # Comment\n1\n"])
def test_a_notebook_begins_with_its_title(tmp_path: Path, script: str) -> None:
    with pytest.raises(Trouble, match="has to be Markdown that begins with"):
        make(tmp_path, script)


@pytest.mark.parametrize("header", ["# ---\n# tags: [\n# ---\n", "# ---\n# just text\n# ---\n"])
def test_a_broken_header_is_a_problem_of_the_script(tmp_path: Path, header: str) -> None:
    with pytest.raises(Trouble, match=r"trial\.py:1:1: can't be read as a percent script"):
        make(tmp_path, header + "\n# %% [markdown]\n# # Title\n")


# Comparing


def test_check_tells_what_went_stale(tmp_path: Path) -> None:
    script = tmp_path / "trial.py"
    source = "# %% [markdown]\n# # Title\n\n# %%\nprint(1)\n"
    script.write_text(source)
    notebooks = Notebooks(Cache(), tmp_path / "workspace")
    [missing] = notebooks.check(script)
    assert "has no notebook" in missing.message
    assert notebooks.write(script)
    assert notebooks.check(script) == []
    assert not notebooks.write(script)

    committed = script.with_suffix(".ipynb")
    committed.write_text(committed.read_text().replace('"1\\n"', '"2\\n"'))
    [wrong] = notebooks.check(script)
    assert (wrong.line, wrong.path) == (5, str(script))
    assert "run `make notebooks`" in wrong.message

    assert notebooks.write(script)
    script.write_text(source + "print(2)\n")
    [changed] = notebooks.check(script)
    assert changed.line == 5
    committed.write_text("<<<<<<<")
    [broken] = notebooks.check(script)
    assert "can't be read" in broken.message


def test_pixels_are_not_compared(tmp_path: Path, made: str, cache: Cache) -> None:
    script = tmp_path / "trial.py"
    script.write_text(GOOD)
    notebooks = Notebooks(cache, tmp_path / "workspace")
    notebook = json.loads(made)
    notebook["cells"][2]["outputs"][0]["data"]["image/png"] = DOT
    script.with_suffix(".ipynb").write_text(json.dumps(notebook))
    assert notebooks.check(script) == []
    notebook["cells"][2]["outputs"][0]["metadata"]["image/png"]["alt"] = "Something else"
    script.with_suffix(".ipynb").write_text(json.dumps(notebook))
    assert [problem.line for problem in notebooks.check(script)] == [16]


# Showing


def notebook_of(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs)}


def shown(**data: str) -> dict[str, Any]:
    return {
        "output_type": "display_data",
        "data": {kind.replace("_", "/"): text for kind, text in data.items()},
        "metadata": {},
    }


def printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def outputs_of(*outputs: dict[str, Any]) -> str:
    page = convert(notebook_of(markdown("# T"), code("1", *outputs)))
    return fill(page.markdown.partition("```\n")[2], page, "", lambda figure: f"../{figure}")


def test_markdown_goes_to_the_page_as_it_is() -> None:
    page = convert(notebook_of(markdown("# Title\ntext \\$5 $a<b$"), markdown("<!-- quiz: a -->"), front_matter="minutes: 5"))
    assert page.markdown == "---\nminutes: 5\n---\n\n# Title\n\n<!-- notebook: links -->\n\ntext \\$5 $a<b$\n\n<!-- quiz: a -->\n"


def test_code_with_a_fence_in_it_stays_one_block() -> None:
    page = convert(notebook_of(markdown("# T"), code('"""\n```\n<!-- quiz: a -->\n```\n"""')))
    assert '````python\n"""\n```\n<!-- quiz: a -->\n```\n"""\n````\n' in page.markdown


def test_an_output_is_text() -> None:
    text = outputs_of(printed('<b> <!-- quiz: a --> <!-- notebook: links --> <img src="x">\n'))
    assert '<pre><code>&lt;b&gt; &lt;!-- quiz: a --&gt; &lt;!-- notebook: links --&gt; &lt;img src="x"&gt;</code></pre>' in text


def test_a_figure_is_a_file_with_a_size_and_an_alternative() -> None:
    figure = shown(image_png=DOT, text_plain="x")
    figure["metadata"] = {"image/png": {"alt": 'A "dot" <!-- quiz: a -->', "width": 2, "height": 1}}
    assert '<img src="../figure-1.png" alt="A &quot;dot&quot; &lt;!-- quiz: a --&gt;" width="2" height="1"' in outputs_of(figure)
    page = convert(notebook_of(markdown("# T"), code("1", figure), code("2", figure)))
    assert page.figures == {"figure-1.png": base64.b64decode(DOT), "figure-2.png": base64.b64decode(DOT)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<!-- quiz: a --><p onclick='x'>1 &lt; 2 &amp; 3</p>", "<p>1 &lt; 2 &amp; 3</p>"),
        ("<style scoped>p {}</style><script>alert('<p>')</script>after", "after"),
        ("<table class='dataframe'><tr><th colspan=2>a", '<table><tr><th colspan="2">a</th></tr></table>'),
        ("</div></div><b>bold", "<b>bold</b>"),
        ("<div><p>a</div>b</p>", "<div><p>a</p></div>b"),
        ("<iframe src=x></iframe><a href='javascript:x'>link</a><br>", "link<br>"),
        ("&lt;!-- quiz: a --&gt;", "&lt;!-- quiz: a --&gt;"),
    ],
)
def test_html_in_an_output_is_still(source: str, expected: str) -> None:
    assert still_html(source) == expected


def test_links_lead_to_colab_only_from_github() -> None:
    edit = "https://github.com/me/book/edit/main/docs/math/notebooks/a.ipynb"
    assert colab_url(edit) == "https://colab.research.google.com/github/me/book/blob/main/docs/math/notebooks/a.ipynb"
    assert colab_url("https://example.org/me/book/edit/main/docs/a.ipynb") is None
    assert links("a.ipynb", None).count("href=") == 1
    assert 'href="a.ipynb" download' in links("a.ipynb", None)


def test_loading_names_what_is_wrong(tmp_path: Path) -> None:
    notebook = tmp_path / "a.ipynb"
    assert "can't be read" in load(notebook, "docs/a.ipynb").problems[0].message
    notebook.write_text("[]")
    assert "can't be read" in load(notebook, "docs/a.ipynb").markdown
    notebook.write_text(json.dumps(notebook_of(markdown("# T"), script=fingerprint("# %%\n"))))
    assert "has no script docs/a.py" in load(notebook, "docs/a.ipynb").problems[0].message
    (tmp_path / "a.py").write_text("# %%\n")
    assert load(notebook, "docs/a.ipynb").problems == []
    (tmp_path / "a.py").write_text("# %%\n1\n")
    [stale] = load(notebook, "docs/a.ipynb").problems
    assert str(stale).startswith("docs/a.py:1:1: the notebook beside it was made from another version")


def test_a_text_is_found_in_the_script(tmp_path: Path) -> None:
    script = tmp_path / "a.py"
    script.write_text("# ---\n# x: $x$\n# ---\n# %%\n# $x$\n# %% [markdown]\n# # T\n#\n# <!-- quiz: a b -->\n# $x$\n# %% [md]\n#  - a\n")
    assert cell_line(script, "<!-- quiz: a b -->") == 9
    assert cell_line(script, "\n$x$\n$y$") == 10
    assert prose(script.read_text()) == "\n" * 6 + "# T\n\n<!-- quiz: a b -->\n$x$\n\n - a"
    assert cell_line(script, "nowhere") == 1
    assert cell_line(tmp_path / "none.py", "x") == 1
