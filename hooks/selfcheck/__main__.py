"""Commands, from the project's root:

python -m selfcheck check                 checks everything
python -m selfcheck challenges            checks everything, and shows the challenges as a table
python -m selfcheck challenges FILE …     checks only these quiz files, and not where pages show them
python -m selfcheck schema                writes the schema of quiz files
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from handbook.cache import Cache

from selfcheck.check import check, check_files
from selfcheck.schema import NAME, write


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    root = Path.cwd()
    if arguments == ["schema"]:
        write(root / "quizzes")
        print(f"Wrote quizzes/{NAME}.")
        return 0
    if arguments == ["check"] or arguments[:1] == ["challenges"]:
        files = [Path(name) for name in arguments[1:]]
        cache = Cache(root / ".cache" / "handbook.sqlite")
        report = check_files(root, files, cache) if files else check(root, cache)
        for problem in report.problems:
            print(problem)
        if report.problems:
            print()
        print(report.summary() if arguments == ["check"] else report.table())
        print(f"{len(report.problems)} problems" if report.problems else "no problems")
        if report.unchecked and os.environ.get("CI"):
            print("Every challenge has to be run here: install NumPy.")
            return 1
        return 1 if report.problems else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
