"""A challenge as one file that tests itself when Python runs it.

The reader's program stands first, so that its line numbers are those of the file. What tests it is text until then, so that
no name in it can meet one of the reader's.
"""

from __future__ import annotations

import re
from pathlib import Path

HARNESS = (Path(__file__).parent / "harness.py").read_text(encoding="utf-8")
ADDRESS, TESTER = "\ue003", "\ue004"  # where the question's address and the harness are to stand, until they are known
RULE = "# " + "=" * 76
HEAD = """\
# {title}
# {address}
#
{asked}
#
# Run this file with Python 3.11 or later to test your program: python {name}.py{needs}

{starter}


{rule}
# The tests. Your program ends above this line.

TESTS = [
{tests}]

HARNESS = r'''
{tester}'''

if __name__ == "__main__":
    import sys

    harness = {{"__name__": "harness"}}
    exec(compile(HARNESS, "<harness>", "exec"), harness)
    with open(__file__, encoding="utf-8") as file:
        program = file.read().partition("\\n# " + "=" * 76)[0]
    result = harness["run"](program, TESTS, {mutates})
    print(harness["report"](result))
    sys.exit(not result["passed"])
"""


def write(name: str, asked: str, starter: str, tests: list[dict[str, str]], mutates: bool, needs: list[str]) -> str:
    """The file, all but what `complete` adds."""
    return HEAD.format(
        title=name.replace("-", " ").capitalize(),
        address=ADDRESS,
        asked="\n".join(f"# {line}".rstrip() for line in re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", asked).strip().splitlines()),
        name=name,
        needs=f"\n# It needs {', '.join(needs)}: python -m pip install {' '.join(needs)}" if needs else "",
        starter=starter.strip("\n"),
        rule=RULE,
        tests="".join(map(_test, tests)),
        tester=TESTER,
        mutates=mutates,
    )


def complete(text: str, address: str) -> str:
    """Puts in where the question stands, and the harness."""
    return text.replace(ADDRESS, address).replace(TESTER, HARNESS)


def _test(test: dict[str, str]) -> str:
    lines = "".join(f"            {line + chr(10)!r}\n" for line in test["code"].rstrip().splitlines())
    return (
        f'    {{\n        "name": {test["name"]!r},\n        "expects": {test["expects"].strip()!r},\n        "code": (\n{lines}        ),\n    }},\n'
    )
