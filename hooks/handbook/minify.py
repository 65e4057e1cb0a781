"""Makes our scripts and styles small, file by file: readers on a phone pay for every byte, and need no comments.

Nothing is bundled, so a page still fetches only what its questions need. This module must not know MkDocs.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from handbook.node import find_node

TARGET = "es2022"


class MinifyError(Exception):
    """A file that can't be read, with esbuild's message, which names the line."""


def minify(folder: Path, files: Iterable[Path], project: Path) -> None:
    """Rewrites the files, which stand below `folder`, in place. `project` has the node_modules."""
    program = project / "node_modules" / "esbuild" / "bin" / "esbuild"
    if not program.exists():
        raise MinifyError("Scripts can't be made small: node_modules/esbuild is missing. `make serve` installs what is missing.")
    names = [str(file) for file in files]
    if not names:
        return
    command = [find_node(), str(program), *names, "--minify", f"--target={TARGET}", f"--outdir={folder}", f"--outbase={folder}"]
    done = subprocess.run([*command, "--allow-overwrite", "--log-level=warning", "--legal-comments=none"], capture_output=True, text=True)
    if done.returncode:
        raise MinifyError(done.stderr.strip())
