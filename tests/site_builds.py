"""Builds sites for tests as people build them: with the mkdocs command, in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Built:
    """A built site and what the build said."""

    folder: Path
    code: int
    said: str

    def page(self, name: str) -> str:
        return (self.folder / name / "index.html").read_text(encoding="utf-8")


def build(config: Path, folder: Path, *, strict: bool = True, site_url: str = "http://127.0.0.1:8000/") -> Built:
    """Builds the site of `config` into `folder`."""
    command = [sys.executable, "-m", "mkdocs", "build", "-f", str(config), "-d", str(folder), *(["--strict"] if strict else [])]
    environment = {**os.environ, "SITE_URL": site_url, "OFFLINE": "false", "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
    return Built(folder, done.returncode, done.stdout + done.stderr)


def our_hooks() -> list[str]:
    """The handbook's hooks in their order, for a site in another folder."""
    return [str(ROOT / name) for name in re.findall(r"^  - (hooks/\w+\.py)", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)]
