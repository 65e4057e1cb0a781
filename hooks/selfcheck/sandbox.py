"""Runs Python that stands in quiz files, in processes of their own with limits on time and memory.

That protects against accidents, not against malice: whoever can change a quiz file can run code here.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass

SECONDS = 10
MEGABYTES = 1024
PATIENCE, START_UP = 6, 20  # how many times its processor time, and seconds more, a program may take on a busy machine
OUTPUT_LIMIT = 100_000  # characters
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # each thread of NumPy's would count as memory


@dataclass(frozen=True)
class Run:
    """What a program did."""

    printed: str
    error: str  # the last line of the traceback, or what ended the program; "" when it ended well
    line: int  # of the program, where it failed; 0 where that is not known


# As `-I`, which would also ignore the seed for hashes; the environment is ours anyway.
ISOLATED = ("-P", "-s")
# The program comes in on standard input, so that a file name of our own makes its tracebacks ours to read.
START = """
import sys, traceback
source = sys.stdin.read()
sys.stdin = open("/dev/null")
space = {"__name__": "__main__"}
try:
    exec(compile(source, "<quiz>", "exec"), space)
    if REPORT:
        print("\\0" + repr(space[REPORT]) if REPORT in space else "")
except BaseException as error:
    line = getattr(error, "lineno", 0) if isinstance(error, SyntaxError) else 0
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == "<quiz>":
            line = frame.lineno
    sys.stdout.flush()
    print(f"\\0{line}\\0{type(error).__name__}: {error}", file=sys.stderr)
    sys.exit(1)
"""


def run(program: str, report: str = "", seconds: int = SECONDS, megabytes: int = MEGABYTES, hash_seed: int = 0) -> Run:
    """Runs a program. With `report`, what the variable of that name holds at the end is printed after a NUL."""
    wait = START_UP + seconds * PATIENCE
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [sys.executable, *ISOLATED, "-X", "utf8", "-c", START.replace("REPORT", repr(report))],
                input=program,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                cwd=folder,
                env={"PYTHONHASHSEED": str(hash_seed), "PATH": "", "HOME": folder, **ONE_THREAD},
                timeout=wait,
                preexec_fn=lambda: _limit(seconds, megabytes),
            )
        except subprocess.TimeoutExpired as late:
            printed = late.stdout.decode("utf-8", "replace") if isinstance(late.stdout, bytes) else ""
            return Run(printed, f"it did not end within {wait} seconds", 0)
    printed = done.stdout[:OUTPUT_LIMIT]
    if done.returncode == 0:
        return Run(printed, "", 0)
    _, _, told = done.stderr.partition("\0")
    line, _, error = told.partition("\0")
    if not error:
        error = f"it was ended: more than {seconds} seconds or {megabytes} MB, or a crash (exit code {done.returncode})"
    return Run(printed, error.strip(), int(line) if line.isdigit() else 0)


def _limit(seconds: int, megabytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * 1024,) * 2)
