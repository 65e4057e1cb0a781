"""Asks every outside address that pages and questions link to whether it is still there: `python -m handbook.links`.

Politely: one request at a time to each host, with a pause between two, and HEAD before GET. An address that answers
"not found", or whose host can't be reached after several attempts, is dead, and fails the run. One that turns machines
away (as publishers do) or has trouble of its own is only listed, since people may still be able to read it.
"""

from __future__ import annotations

import argparse
import http.client
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urldefrag, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from handbook.problems import Problem

PAUSE = 1.0  # seconds between two requests to one host
PATIENCE = 30.0  # seconds for an answer
ATTEMPTS = 3
LONGEST_WAIT = 60.0  # seconds, whatever `Retry-After` says
HOSTS_AT_ONCE = 8
AGENT = "handbook-links/1 (checks links once a week; urllib)"
RESOLVERS = {"doi.org", "dx.doi.org"}  # a redirect is their answer; where it leads, publishers turn machines away
PLACES = ("docs/**/*.md", "docs/**/notebooks/*.py", "quizzes/**/*.yml", "*.md")

FENCE = re.compile(r"^[ >\t]*(`{3,}|~{3,}).*?^[ >\t]*\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+)[^`\n]+\1")
LINK = re.compile(
    r"""\]\(<?(https?://(?:[^\s()<>]|\([^\s()]*\))+)  # [text](address)
    | <(https?://[^\s>]+)>
    | ^\[[^\]\n]+\]:[ ]*(https?://\S+)
    | \bhref="(https?://[^"]+)" """,
    re.MULTILINE | re.VERBOSE,
)
EXAMPLES = re.compile(r"(?:^|\.)(?:example|test|invalid|localhost)$|^example\.(?:com|org|net)$|^127\.|^localhost$")

State = Literal["there", "dead", "unsure"]
REMEDIES: dict[State, str] = {
    "dead": "link to where it is now, or to an archived copy",
    "unsure": "open it in a browser; nothing is to be done if it is there",
}


@dataclass(frozen=True)
class Answer:
    """What is known of an address."""

    state: State
    said: str = ""


class _Stay(HTTPRedirectHandler):
    """A redirect becomes an answer."""

    def redirect_request(self, *_: object) -> None:
        return None


FOLLOW, STAY = build_opener(), build_opener(_Stay())


def find(root: Path) -> dict[str, list[Problem]]:
    """Every outside address, without its fragment, and where it stands. Code and reserved example hosts are passed over."""
    found: dict[str, list[Problem]] = defaultdict(list)
    for file in sorted({file for place in PLACES for file in root.glob(place)}):
        text = file.read_text(encoding="utf-8")
        for pattern in (FENCE, CODE):
            text = pattern.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)
        for link in LINK.finditer(text):
            address = urldefrag(next(filter(None, link.groups())))[0]
            if not EXAMPLES.search(urlsplit(address).hostname or "localhost"):
                found[address].append(Problem(file.relative_to(root).as_posix(), text.count("\n", 0, link.start()) + 1, 1, address))
    return found


def ask(addresses: Iterable[str], pause: float = PAUSE, patience: float = PATIENCE) -> dict[str, Answer]:
    """Asks for all addresses, hosts side by side, and each host for one at a time."""
    hosts: dict[str, list[str]] = defaultdict(list)
    for address in sorted(addresses):
        hosts[urlsplit(address).netloc].append(address)
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        return dict(pair for pairs in pool.map(lambda some: list(_one_host(some, pause, patience)), hosts.values()) for pair in pairs)


def _one_host(addresses: list[str], pause: float, patience: float) -> Iterator[tuple[str, Answer]]:
    for i, address in enumerate(addresses):
        if i:
            time.sleep(pause)
        yield address, _persistent(address, pause, patience)


def _persistent(address: str, pause: float, patience: float) -> Answer:
    """Several attempts, as long as it may be only a moment's trouble."""
    answer = Answer("unsure")
    for attempt in range(1, ATTEMPTS + 1):
        answer, wait = _attempt(address, pause, patience)
        if wait is None or attempt == ATTEMPTS:
            break
        time.sleep(min(max(wait, pause * 2**attempt), LONGEST_WAIT))
    return answer


def _attempt(address: str, pause: float, patience: float) -> tuple[Answer, float | None]:
    """HEAD, and GET where HEAD is not answered well. Also how long to wait before another attempt; None if none would help."""
    outcome: tuple[Answer, float | None] = Answer("unsure"), None
    for method in ("HEAD", "GET"):
        if method == "GET":
            time.sleep(pause)
        try:
            opener = STAY if urlsplit(address).hostname in RESOLVERS else FOLLOW
            with opener.open(Request(quote(address, safe="%/:=&?~#+!$,;'@()*[]"), method=method, headers={"User-Agent": AGENT}), timeout=patience):
                return Answer("there"), None
        except HTTPError as error:
            error.close()
            if opener is STAY and 300 <= error.code < 400:
                return Answer("there"), None
            said = f"{error.code} {http.client.responses.get(error.code, '')}".strip()
            if error.code in (404, 410):
                outcome = Answer("dead", said), None
            elif error.code == 429 or error.code >= 500:
                after = error.headers.get("Retry-After", "")
                outcome = Answer("unsure", said), float(after) if after.isdigit() else 0.0
            else:
                outcome = Answer("unsure", said), None
        except (URLError, http.client.HTTPException, OSError, ValueError) as error:
            outcome = Answer("dead", str(getattr(error, "reason", "") or error or type(error).__name__)), 0.0
    return outcome


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m handbook.links", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", nargs="?", type=Path, default=Path(), help="the project's folder")
    found = find(parser.parse_args(arguments).root)
    answers = ask(found)
    for state, remedy in REMEDIES.items():
        for address, places in found.items():
            if answers[address].state == state:
                print("\n".join(f"{place.path}:{place.line}: {address} ({answers[address].said}): {remedy}." for place in places))
    counts = [f"{sum(1 for answer in answers.values() if answer.state == state)} {state}" for state in ("there", "dead", "unsure")]
    print(f"{len(answers)} addresses: {', '.join(counts)}")
    return 1 if any(answer.state == "dead" for answer in answers.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
