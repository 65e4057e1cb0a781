"""What can be said of a challenge's programs without running them.

This module knows Python and nothing of questions.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Collection, Iterator

Complaint = tuple[int, str]  # a line of the program, from 1, and what is wrong there

# Of the standard library, what a browser can't do.
NOT_IN_BROWSERS = {"curses", "dbm", "multiprocessing", "socket", "sqlite3", "ssl", "subprocess", "threading", "tkinter", "turtle", "venv"}
SEEDED = {"Random", "default_rng", "Generator", "PCG64", "SeedSequence"}  # what makes generators of one's own


def parse(code: str) -> ast.Module | Complaint:
    """The program's tree, or why there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
            compile(code, "", "exec", dont_inherit=True)
        return tree
    except SyntaxError as error:
        return error.lineno or 1, f"This is not Python: {error.msg} (column {error.offset or 1})."
    except ValueError as error:
        return 1, f"This is not Python: {error}."


def imports(tree: ast.Module, packages: Collection[str]) -> Iterator[Complaint]:
    """Modules that the page won't have."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for name in [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]:
            top = name.partition(".")[0]
            if top in packages:
                continue
            if top not in sys.stdlib_module_names:
                yield node.lineno, f"`{top}` is not there: write it under `packages` if it may stand there, or do without."
            elif top in NOT_IN_BROWSERS:
                yield node.lineno, f"`{top}` does not work in a browser: do without."


def chance(tree: ast.Module) -> Iterator[Complaint]:
    """Random numbers that come differently each time, or from a generator that all share."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in ("random", "numpy.random"):
            if any(alias.name not in SEEDED for alias in node.names):
                yield node.lineno, f"This uses the generator that all of `{node.module}` shares: take a seeded one as an argument."
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            if owner not in ("random", "np.random", "numpy.random"):
                continue
            if node.func.attr not in SEEDED:
                yield node.lineno, f"`{owner}.{node.func.attr}` uses the generator that all share: take a seeded one as an argument."
            elif node.func.attr in ("Random", "default_rng") and not node.args and not node.keywords:
                yield node.lineno, f"`{owner}.{node.func.attr}()` is seeded differently each time: give it a number."


def asserts(tree: ast.Module) -> bool:
    """Whether a test can fail other than by an error."""
    return any(
        isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "raises")
        for node in ast.walk(tree)
    )
