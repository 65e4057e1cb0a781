"""Commands: `python -m selfcheck check` and `python -m selfcheck schema`, from the project's root."""

from __future__ import annotations

import sys
from pathlib import Path

from handbook.cache import Cache

from selfcheck.check import check
from selfcheck.schema import NAME, write


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    root = Path.cwd()
    if arguments == ["schema"]:
        write(root / "quizzes")
        print(f"Wrote quizzes/{NAME}.")
        return 0
    if arguments == ["check"]:
        report = check(root, Cache(root / ".cache" / "handbook.sqlite"))
        for problem in report.problems:
            print(problem)
        if report.problems:
            print()
        print(report.summary())
        print(f"{len(report.problems)} problems" if report.problems else "no problems")
        return 1 if report.problems else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
