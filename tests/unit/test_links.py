"""Outside links are found where they stand, asked for with patience and at a polite rate, and told apart."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread

import pytest
from handbook import links
from handbook.links import Answer, ask, find


class Handler(BaseHTTPRequestHandler):
    """Answers by the path: its first number is the status."""

    def respond(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        server.seen.append((time.monotonic(), self.command, self.path))
        name = self.path.strip("/")
        status = int(name.split("-")[0])
        if name == "405-head":
            status = 405 if self.command == "HEAD" else 200
        if name == "404-head":
            status = 404 if self.command == "HEAD" else 200
        if name == "503-twice":
            status = 503 if sum(path == self.path and command == "GET" for _, command, path in server.seen) < 2 else 200
        if name == "200-slow":
            time.sleep(1.5)
        self.send_response(status)
        if status in (301, 302):
            self.send_header("Location", "/" + name.split("-")[1])
        if name == "429-later":
            self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = respond

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[float, str, str]] = []
        self.address = f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "answer", "requests"),
    [
        ("200", Answer("there"), 1),
        ("301-200", Answer("there"), 2),
        ("404", Answer("dead", "404 Not Found"), 2),
        ("410", Answer("dead", "410 Gone"), 2),
        ("301-404", Answer("dead", "404 Not Found"), 4),
        ("405-head", Answer("there"), 2),
        ("404-head", Answer("there"), 2),
        ("403", Answer("unsure", "403 Forbidden"), 2),
        ("503-twice", Answer("there"), 4),
        ("503", Answer("unsure", "503 Service Unavailable"), 6),
        ("429-later", Answer("unsure", "429 Too Many Requests"), 6),
    ],
)
def test_an_address_is_asked_for_with_patience(server: Server, path: str, answer: Answer, requests: int) -> None:
    address = f"{server.address}/{path}"
    assert ask([address], pause=0.0, patience=5) == {address: answer}
    assert len(server.seen) == requests
    assert server.seen[0][1] == "HEAD"


def test_a_host_that_can_t_be_reached_is_dead_and_a_slow_one_too(server: Server) -> None:
    closed = Server()
    closed.server_close()
    slow = f"{server.address}/200-slow"
    answers = ask([closed.address, slow], pause=0.0, patience=0.3)
    assert [answer.state for answer in answers.values()] == ["dead", "dead"]
    assert all(answer.said for answer in answers.values())


def test_a_host_is_asked_one_at_a_time_with_a_pause(server: Server) -> None:
    ask([f"{server.address}/200-{i}" for i in range(4)], pause=0.15, patience=5)
    times = [when for when, *_ in server.seen]
    assert all(later - earlier >= 0.14 for earlier, later in pairwise(times))


def test_a_redirect_of_a_resolver_is_its_answer(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "RESOLVERS", {"127.0.0.1"})
    answers = ask([f"{server.address}/302-403", f"{server.address}/404"], pause=0.0, patience=5)
    assert Counter(answer.state for answer in answers.values()) == {"there": 1, "dead": 1}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("docs/math/notebooks", "quizzes"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "docs" / "page.md").write_text(
        "# Page\n\n[a](https://a.org/x#part) and [b](https://b.org/w_(x)), <https://c.org/>\n\n"
        "`[no](https://no.org/)` [local](http://127.0.0.1:8000/) [example](https://handbook.example/)\n\n"
        "```\n[no](https://no.org/)\n```\n\n[^x]: [doi:10.1](https://doi.org/10.1)\n\n[ref]: https://d.org/\n"
    )
    (tmp_path / "docs/math/notebooks/x.py").write_text("# %% [markdown]\n# [a](https://a.org/x) [n](https://n.org)\n")
    (tmp_path / "quizzes" / "page.yml").write_text('questions:\n  - id: q\n    sources:\n      - "[q](https://q.org/)"\n')
    return tmp_path


def test_links_are_found_where_people_wrote_them(project: Path) -> None:
    found = {address: [f"{place.path}:{place.line}" for place in places] for address, places in find(project).items()}
    assert found == {
        "https://a.org/x": ["docs/math/notebooks/x.py:2", "docs/page.md:3"],
        "https://n.org": ["docs/math/notebooks/x.py:2"],
        "https://b.org/w_(x)": ["docs/page.md:3"],
        "https://c.org/": ["docs/page.md:3"],
        "https://doi.org/10.1": ["docs/page.md:11"],
        "https://d.org/": ["docs/page.md:13"],
        "https://q.org/": ["quizzes/page.yml:4"],
    }


def test_the_command_names_the_place_and_what_to_do(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(links, "ask", lambda found: {a: Answer("dead", "404 Not Found") if "n.org" in a else Answer("there") for a in found})
    assert links.main([str(project)]) == 1
    assert capsys.readouterr().out == (
        "docs/math/notebooks/x.py:2: https://n.org (404 Not Found): link to where it is now, or to an archived copy.\n7 addresses: 6 there, 1 dead, 0 unsure\n"
    )
    monkeypatch.setattr(links, "ask", lambda found: dict.fromkeys(found, Answer("unsure", "403 Forbidden")))
    assert links.main([str(project)]) == 0
