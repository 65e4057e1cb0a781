"""Makes notebooks from percent scripts by executing them, and checks that the committed ones still say the same.

    python -m handbook.execute docs            executes what changed, writes each .ipynb beside its script
    python -m handbook.execute docs --check    executes what changed, compares text, writes nothing

A script that didn't change gives the same file again, so that a difference in it is a difference in what it shows.
Knows nothing of the site that shows the notebooks, and the site needs nothing from here.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import os
import platform
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import yaml
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from PIL import Image

from handbook.cache import Cache, key
from handbook.notebooks import REMEDY, fingerprint, text_of
from handbook.problems import Problem

TIMEOUT = 120  # seconds for a cell; a notebook should take less than 30 in all
LONGEST_OUTPUT = 60, 5_000  # lines and characters: more is not read
COLORS = 64  # in a figure's palette: enough for a plot, and a third of the bytes
SHOWN = {"text/plain", "text/html", "image/png"}
LIBRARIES = ["ipykernel", "ipython", "matplotlib", "matplotlib-inline", "numpy", "pandas", "scikit-learn", "scipy", "torch"]
FORMAT = 1  # goes up when this module makes another notebook from the same script
ANSI = re.compile(r"\x1b\[[0-9;]*m")
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")
FRAME = re.compile(r"Cell In\[(\d+)\], line (\d+)")


class Trouble(Exception):
    """Problems that keep a script from becoming a notebook."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Notebooks:
    """Executes scripts, none twice with the same libraries."""

    def __init__(self, cache: Cache, workspace: Path) -> None:
        """`workspace` is a folder for what libraries like to keep between runs, such as the list of fonts."""
        self._cache = cache
        self._workspace = workspace.resolve()
        self._environment = [platform.python_version_tuple()[:2], *((name, _version(name)) for name in LIBRARIES)]

    def make(self, script: Path) -> str:
        """The text of the .ipynb; raises Trouble."""
        source = script.read_text(encoding="utf-8")
        k = key("notebook", FORMAT, source, self._environment)
        text = self._cache.get(k)
        if text is None:
            text = execute(script, source, self._workspace)
            self._cache.put(k, text)
        return text

    def write(self, script: Path) -> bool:
        """Whether the notebook beside the script had to be written. Figures alone are no reason."""
        text = self.make(script)
        notebook = script.with_suffix(".ipynb")
        if _words(_read(notebook)) == _words(text):
            return False
        notebook.write_text(text, encoding="utf-8", newline="\n")
        return True

    def check(self, script: Path) -> list[Problem]:
        """What differs between the committed notebook and what the script gives now, pixels apart."""
        notebook = script.with_suffix(".ipynb")
        committed = _read(notebook)
        if committed is None:
            return [Problem(str(script), 1, 1, f"has no notebook beside it; {REMEDY}")]
        made = _words(self.make(script))
        kept = _words(committed)
        if kept is None:
            return [Problem(str(notebook), 1, 1, f"can't be read as a notebook; {REMEDY}")]
        if made == kept:
            return []
        lines = _lines(script.read_text(encoding="utf-8"), made["cells"])
        for old, new, line in zip(kept["cells"], made["cells"], lines, strict=False):
            if old != new:
                return [Problem(str(script), line, 1, f"this cell differs from the notebook's; {REMEDY}")]
        return [Problem(str(script), 1, 1, f"the notebook beside it has other cells or another header; {REMEDY}")]


def find_scripts(docs: Path) -> list[Path]:
    return sorted(docs.glob("**/notebooks/*.py"))


def execute(script: Path, source: str, workspace: Path) -> str:
    """The text of the notebook that a percent script gives."""
    try:
        notebook: NotebookNode = jupytext.reads(source, fmt="py:percent")
        front_matter = _take_front_matter(notebook)
    except Exception as error:  # the parsers raise what they like, and all of it is about the script
        message = f"can't be read as a percent script: {str(error).strip().splitlines()[0]}"
        raise Trouble([Problem(str(script), 1, 1, message)]) from error
    lines = _lines(source, notebook.cells)
    if [cell.cell_type for cell in notebook.cells[:1]] != ["markdown"] or not notebook.cells[0].source.startswith("# "):
        raise Trouble([Problem(str(script), 1, 1, "the first cell has to be Markdown that begins with `# Title`")])
    _run(script, notebook, lines, workspace)
    for cell in notebook.cells:
        _normalize(cell)
    problems = [Problem(str(script), line, 1, message) for cell, line in zip(notebook.cells, lines, strict=True) for message in _complaints(cell)]
    if problems:
        raise Trouble(problems)
    _name_cells(notebook.cells)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "script": fingerprint(source),
    }
    if front_matter:
        notebook.metadata["front_matter"] = front_matter
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return text.rstrip() + "\n"


def _take_front_matter(notebook: NotebookNode) -> str | None:
    """What a script's header says about the page goes to the metadata: nobody wants to read it in a notebook."""
    first = notebook.cells[0] if notebook.cells else None
    if first is None or first.cell_type != "raw" or not first.source.startswith("---"):
        return None
    del notebook.cells[0]
    front_matter = str(first.source).strip().strip("-").strip()
    if not isinstance(yaml.safe_load(front_matter), dict):
        raise ValueError("its header is no list of names and values")
    return front_matter


def _lines(source: str, cells: Iterable[Any]) -> list[int]:
    """The line of the script on which each cell begins; empty ones don't count, as they don't in tracebacks."""
    lines = [line.strip() for line in source.splitlines()]
    found = []
    at = 0
    for cell in cells:
        wanted = [line.strip() for line in text_of(cell["source"]).strip().splitlines()]
        starts = range(at, len(lines) - len(wanted) + 1)
        at = next((i for i in starts if all(map(_same, lines[i:], wanted))), at)
        found.append(at + 1)
        at += len(wanted)
    return found


def _same(line: str, wanted: str) -> bool:
    """Whether a line of a script is a line of a cell; in the script, a line of Markdown is a comment."""
    return line == wanted or (line.startswith("#") and line[1:].strip() == wanted)


def _run(script: Path, notebook: NotebookNode, lines: list[int], workspace: Path) -> None:
    """Executes the cells in a kernel that sees nothing of this machine's settings."""
    specs = KernelSpecManager(kernel_dirs=[])  # the kernel of this Python, not one that somebody installed
    started: list[int] = []
    with tempfile.TemporaryDirectory() as home:
        client = NotebookClient(
            notebook,
            km=AsyncKernelManager(
                kernel_name="python3",
                kernel_spec_manager=specs,
                transport="ipc",  # not a port of this machine, which others could talk to
                connection_file=str(Path(home) / "kernel.json"),
            ),
            timeout=TIMEOUT,
            record_timing=False,
            resources={"metadata": {"path": str(script.parent.resolve())}},
            coalesce_streams=True,
            extra_arguments=["--InlineBackend.figure_formats=retina"],
            on_cell_start=lambda cell, cell_index: started.append(cell_index),
        )
        try:
            client.execute(env=_kernel_environment(home, workspace), cleanup_kc=True)
        except CellExecutionError as error:
            line = _failing_line(notebook.cells, lines, started[-1])
            last = f"{error.ename}: {ANSI.sub('', error.evalue)}".strip().splitlines()[0]
            raise Trouble([Problem(str(script), line, 1, last)]) from None
        except CellTimeoutError:
            message = f"the cell takes more than {TIMEOUT} seconds"
            raise Trouble([Problem(str(script), lines[started[-1]], 1, message)]) from None
        except DeadKernelError:
            raise Trouble([Problem(str(script), lines[started[-1]], 1, "Python dies in this cell")]) from None


def _kernel_environment(home: str, workspace: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": home,
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(workspace),  # the list of fonts, which takes seconds to make
        "OMP_NUM_THREADS": "1",  # sums in another order have other last digits
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    }


def _failing_line(cells: list[NotebookNode], lines: list[int], failed: int) -> int:
    """The innermost line of the notebook in a traceback."""
    executed = [i for i, cell in enumerate(cells) if cell.cell_type == "code" and cell.source.strip()]
    trace = ANSI.sub("", "\n".join(text for output in cells[failed].outputs for text in output.get("traceback", [])))
    frames = FRAME.findall(trace)
    if not frames:
        return lines[failed]
    number, line = map(int, frames[-1])
    return lines[executed[number - 1]] + line - 1


def _normalize(cell: NotebookNode) -> None:
    """Takes out what another run or another machine would write differently, and gives figures their alternative."""
    cell.metadata = {name: value for name, value in cell.metadata.items() if name in ("alt", "tags")}
    if cell.cell_type != "code":
        return
    cell.execution_count = None
    for output in cell.outputs:
        if output.output_type == "execute_result":
            output.execution_count = None
        if output.output_type == "stream":
            output.text = ANSI.sub("", output.text)
        elif output.output_type == "error":
            output.traceback = []
        elif "image/png" in output.data:
            alternative = cell.metadata.get("alt", "")
            size = output.metadata.get("image/png", {})
            output.data = {"image/png": _compact(output.data["image/png"]), "text/plain": alternative}
            output.metadata = {"image/png": {"alt": alternative, **size}}


def _compact(png: str) -> str:
    """The same figure in a palette."""
    smaller = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(png))) as image:
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image.convert("RGBA"))
        white.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(smaller, "PNG", optimize=True)
    return base64.b64encode(smaller.getvalue()).decode()


def _complaints(cell: NotebookNode) -> Iterator[str]:
    """What is wrong with the outputs of a cell, and how to mend it."""
    outputs = cell.get("outputs", [])
    text = "".join(map(_output_text, outputs))
    figures = sum("image/png" in output.get("data", {}) for output in outputs)
    lines, characters = LONGEST_OUTPUT
    if text.count("\n") > lines or len(text) > characters:
        yield f"the output has more than {lines} lines or {characters} characters: print what matters"
    if match := ADDRESS.search(text):
        yield f"the output holds {match[0]}, an address in memory that changes with every run: end the line with `;`"
    if any(output.get("name") == "stderr" for output in outputs):
        yield f"the cell warns: {text.strip().splitlines()[-1]}"
    if figures and not cell.metadata.get("alt"):
        yield 'the figure has no text alternative: head the cell with `# %% alt="What the figure shows"`'
    if figures > 1:
        yield "several figures share one text alternative: give each a cell"
    if cell.metadata.get("alt") and not figures:
        yield "the cell has a text alternative and draws no figure"
    for output in outputs:
        if "data" in output and not SHOWN & set(output.data):
            yield f"the page can't show {', '.join(output.data)}: print text or draw with Matplotlib"


def _output_text(output: NotebookNode) -> str:
    data = output.get("data", {})
    return "".join([output.get("text", ""), data.get("text/html", ""), data.get("text/plain", "")])


def _name_cells(cells: list[NotebookNode]) -> None:
    """Ids that stay when other cells come or go."""
    seen: dict[str, int] = {}
    for cell in cells:
        name = key(cell.cell_type, cell.source)[:12]
        seen[name] = seen.get(name, 0) + 1
        cell.id = name if seen[name] == 1 else f"{name}-{seen[name]}"


def _words(text: str | None) -> Any:
    """A notebook without its pixels; None for what isn't a notebook."""
    try:
        notebook = json.loads(text or "")
        for cell in notebook["cells"]:
            for output in cell.get("outputs", []):
                if "image/png" in output.get("data", {}):
                    output["data"]["image/png"] = ""
                    output["metadata"] = {"alt": output["metadata"].get("image/png", {}).get("alt")}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return notebook


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m handbook.execute", description="Make notebooks from scripts.")
    parser.add_argument("docs", type=Path, help="the folder of the site's pages")
    parser.add_argument("--check", action="store_true", help="compare with the committed notebooks, write nothing")
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="the folder of what was executed before")
    options = parser.parse_args(arguments)
    notebooks = Notebooks(Cache(options.cache / "notebooks.sqlite"), options.cache / "matplotlib")
    problems: list[Problem] = []
    for script in find_scripts(options.docs):
        try:
            if options.check:
                problems += notebooks.check(script)
            elif notebooks.write(script):
                print(f"wrote {script.with_suffix('.ipynb')}")
        except Trouble as trouble:
            problems += trouble.problems
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
