"""Scripts and styles get smaller and stay what they were."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import ROOT
from handbook.minify import MinifyError, minify
from handbook.node import find_node


def test_a_script_still_does_what_it_did(tmp_path: Path) -> None:
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds" / "one.js").write_text("/** Says it. */\nexport const greeting = (name) => `hello ${name}`;\n")
    (tmp_path / "main.mjs").write_text('import { greeting } from "./kinds/one.js";\n// comment\nconsole.log(greeting("you"));\n')
    (tmp_path / "package.json").write_text('{"type": "module"}')
    minify(tmp_path, [tmp_path / "kinds" / "one.js"], ROOT)
    assert "Says it" not in (tmp_path / "kinds" / "one.js").read_text()
    assert subprocess.run([find_node(), "main.mjs"], cwd=tmp_path, capture_output=True, text=True).stdout == "hello you\n"


def test_a_style_loses_its_comments(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("/* why */\na { color: red; }\n")
    minify(tmp_path, [tmp_path / "a.css"], ROOT)
    assert (tmp_path / "a.css").read_text() == "a{color:red}\n"


def test_a_script_with_an_error_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("const a = 1;\nconst = 2;\n")
    with pytest.raises(MinifyError, match=r"a\.js:2"):
        minify(tmp_path, [tmp_path / "a.js"], ROOT)


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(MinifyError, match="make serve"):
        minify(tmp_path, [], tmp_path)
