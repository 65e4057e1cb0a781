"""Runs a program against tests and says what happened, as plain data that JSON can carry.

`make check` runs this file, browsers run it in Pyodide, and every downloaded challenge contains it. So it is one file that
needs nothing but a few small modules of the standard library, of Python 3.11 or later, and it knows nothing of questions.

Every test gets the program anew, in a namespace of its own. A test is plain Python with `assert`; it is rewritten so that a
failure tells what was called, what was expected and what came. Calls from a test into the program are watched: whatever
they are given must look the same afterwards. Inside the program nothing is watched or changed.
"""

from __future__ import annotations

import ast
import io
import sys
import time

TYPE_CHECKING = False  # what `typing` has costs time to import
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

PROGRAM, TEST, MODULE = "<program>", "<test>", "program"
SHOWN = 200  # characters of a value
PRINTED = 10_000  # characters of what a program prints
FRAMES = 8  # of a traceback
EASY = 40  # characters of a value in which a difference is seen at once
WHOLE = "The result"
DEEP = 100  # lists in lists that are compared
NARROW = 30  # characters that are too few to show a list item by item
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
# Each operator: whether it holds, and how what it expects is written.
OPERATORS: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "Eq": (lambda a, b: _equal(a, b), ""),
    "NotEq": (lambda a, b: not _equal(a, b), "anything but "),
    "Lt": (lambda a, b: a < b, "less than "),
    "LtE": (lambda a, b: a <= b, "at most "),
    "Gt": (lambda a, b: a > b, "more than "),
    "GtE": (lambda a, b: a >= b, "at least "),
    "Is": (lambda a, b: a is b, ""),
    "IsNot": (lambda a, b: a is not b, "anything but "),
    "In": (lambda a, b: a in b, "one of "),
    "NotIn": (lambda a, b: a not in b, "none of "),
}


def run(program: str, tests: list[dict[str, Any]], mutates: bool = False, started: Callable[[str], Any] | None = None) -> dict[str, Any]:
    """Runs the program by itself, and then each test of `{"name", "code", "expects"}`, which must not stop before its time.

    `started` is called with the name of each test before it runs, and with "" before the program does.

    Returns `passed` (all of them), `error` (a failure of the program by itself, after which no test is run), `output` (what
    that printed), `seconds`, and `tests`, each with `name`, `expects`, `passed`, `seconds`, `output` and `failure`.
    A failure has `message`, and where they apply `called`, `expected`, `got`, `difference`, `assertion`, `trace` (the
    program's own frames) and `line` and `column` of the program, else "" and 0.
    """
    lines = program.splitlines()
    result: dict[str, Any] = {"passed": False, "error": None, "output": "", "seconds": 0.0, "tests": []}
    begun = time.perf_counter()
    (started or str)("")
    code = None
    names: set[str] = set()
    with Capture() as printed:
        try:
            code = compile(program, PROGRAM, "exec", dont_inherit=True)
            names = set(_loaded(code, "__main__"))
        except BaseException as error:
            result["error"] = _described(error, lines)
    result["output"] = printed.text()
    for test in tests if code and not result["error"] else ():
        (started or str)(test["name"])
        outcome = _tested(code, test, names, mutates, lines)
        result["tests"].append(outcome)
        if outcome["failure"] and outcome["failure"]["interrupted"]:
            break
    sys.modules.pop(MODULE, None)
    result["passed"] = len(result["tests"]) == len(tests) and all(test["passed"] for test in result["tests"])
    result["seconds"] = time.perf_counter() - begun
    return result


def report(result: dict[str, Any]) -> str:
    """A result for people to read in a terminal."""
    if result["error"]:
        return "\n".join([result["output"].rstrip(), "The program itself fails.", *_told(result["error"], "")]).strip("\n")
    lines = []
    for test in result["tests"]:
        lines.append(f"{'pass' if test['passed'] else 'FAIL'}  {test['name']}")
        if test["failure"]:
            lines += [f"      {' '.join(test['expects'].split())}"] if test["expects"] else []
            lines += _told(test["failure"], "      ")
            lines += [f"      printed   {_cut(line, SHOWN)}" for line in test["output"].splitlines()[:20]]
    passed = sum(test["passed"] for test in result["tests"])
    return "\n".join([*lines, "", f"{passed} of {len(result['tests'])} tests passed."])


def _told(failure: dict[str, Any], indent: str) -> list[str]:
    rows = [(name, failure[name]) for name in ("called", "expected", "got") if failure[name]]
    lines = [f"{name:<8}  {line}" for name, text in rows for line in text.splitlines()]
    lines += [*failure["trace"].splitlines(), failure["difference"], failure["message"]]
    return [indent + line for line in lines if line]


# One program, one test.


def _loaded(code: Any, name: str) -> dict[str, Any]:
    """What a program defines, when it is run under this name."""
    module = type(sys)(name)
    if name == MODULE:
        sys.modules[name] = module  # dataclasses look themselves up there
    exec(code, module.__dict__)
    return module.__dict__


def _tested(code: Any, test: dict[str, Any], names: set[str], mutates: bool, lines: list[str]) -> dict[str, Any]:
    watch = Watch(mutates)
    begun = time.perf_counter()
    failure = None
    with Capture() as printed:
        try:
            rewritten = Rewriter(test["code"], names).code()
            scope = dict(_loaded(code, MODULE))
            printed.clear()
            exec(rewritten, {**scope, "__name__": "test", "__test__": watch, "close": close, "raises": watch.raises})
        except BaseException as error:
            failure = _described(error, lines, watch)
    seconds = time.perf_counter() - begun
    told = {"name": test["name"], "expects": test.get("expects", "")}
    return {**told, "passed": failure is None, "seconds": seconds, "output": printed.text(), "failure": failure}


class Capture(io.TextIOBase):
    """Takes what is printed, up to a length; nothing can be typed in meanwhile."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.size = 0

    def __enter__(self) -> Capture:
        self.before = sys.stdin, sys.stdout, sys.stderr
        sys.stdin, sys.stdout, sys.stderr = io.StringIO(), self, self
        return self

    def __exit__(self, *_: object) -> None:
        sys.stdin, sys.stdout, sys.stderr = self.before

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.size < PRINTED:
            self.kept.append(text[: PRINTED - self.size])
        self.size += len(text)
        return len(text)

    def clear(self) -> None:
        self.kept, self.size = [], 0

    def text(self) -> str:
        more = self.size - PRINTED
        return "".join(self.kept) + (f"\n… and {more:,} characters more" if more > 0 else "")


# Tests: what an assertion says when it fails.


class Failure(Exception):
    """What a test found wrong."""

    def __init__(self, **facts: str) -> None:
        self.facts = facts


class Rewriter(ast.NodeTransformer):
    """Turns assertions into questions to a `Watch`, and lets it make the calls into the program."""

    def __init__(self, source: str, names: set[str]) -> None:
        self.source, self.names = source, names

    def code(self) -> Any:
        tree = self.visit(ast.parse(self.source, TEST))
        return compile(ast.fix_missing_locations(tree), TEST, "exec", dont_inherit=True)

    def visit_Assert(self, node: ast.Assert) -> Any:
        test = node.test
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) and not node.msg:
            return [self.visit_Assert(ast.copy_location(ast.Assert(part), part)) for part in test.values]
        text = " ".join((ast.get_source_segment(self.source, test) or "").split())
        begin = self._ask("begin", [ast.Constant(text), *([ast.Lambda(_no_arguments(), self.visit(node.msg))] if node.msg else [])])
        if isinstance(test, ast.Compare):
            operands = [test.left, *test.comparators]
            calls = [any(isinstance(part, ast.Call) for part in ast.walk(operand)) for operand in operands]
            swapped = calls == [False, True]  # `0.5 == f(x)`: the call gives what came
            operators = ast.Constant(" ".join(type(operator).__name__ for operator in test.ops))
            asked = self._ask("compare", [operators, ast.Constant(swapped), *map(self.visit, operands)], of=begin)
        elif isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "close":
            asked = self._ask("near", [self.visit(part) for part in test.args], [self.visit(part) for part in test.keywords], of=begin)
        else:
            asked = self._ask("true", [self.visit(test)], of=begin)
        return ast.copy_location(ast.Expr(asked), node)

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        function = node.func
        if isinstance(function, ast.Attribute) or (isinstance(function, ast.Name) and function.id in self.names):
            called = ast.unparse(function) if not isinstance(function, ast.Attribute) or isinstance(function.value, ast.Name) else function.attr
            return ast.copy_location(self._ask("call", [ast.Constant(called), function, *node.args], node.keywords), node)
        return node

    def _ask(self, method: str, arguments: list[Any], keywords: list[Any] | None = None, of: Any = None) -> Any:
        watch = of or ast.Name("__test__", ast.Load())
        return ast.Call(ast.Attribute(watch, method, ast.Load()), arguments, keywords or [])


def _no_arguments() -> ast.arguments:
    return ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])


class Watch:
    """Makes a test's calls into the program, and answers its assertions."""

    def __init__(self, mutates: bool) -> None:
        self.mutates = mutates
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []  # of the latest assertion, or what led to it
        self.fresh = False
        self.assertion = ""
        self.said: Callable[[], Any] | None = None
        self.wanted = ""  # an error that should come

    def begin(self, assertion: str, said: Callable[[], Any] | None = None) -> Watch:
        """Called before the parts of an assertion are computed."""
        self.assertion, self.said, self.fresh = assertion, said, False
        return self

    def _held(self) -> None:
        self.assertion, self.said, self.fresh = "", None, False

    def called(self) -> str:
        """The calls of the assertion, with their arguments; of many the last one."""
        return "\n".join(_call(*call) for call in (self.calls if len(self.calls) < 3 else self.calls[-1:]))

    def call(self, name: str, function: Any, /, *arguments: Any, **named: Any) -> Any:
        """Calls a function of the program, and looks whether what it was given is still the same."""
        if getattr(function, "__module__", "") != MODULE:
            return function(*arguments, **named)
        if not self.fresh:
            self.calls, self.fresh = [], True
        self.calls = [*self.calls[-2:], (name, arguments, named)]
        if self.mutates:
            return function(*arguments, **named)
        given: dict[Any, Any] = {**dict(enumerate(arguments)), **named}
        made: dict[int, Any] = {}
        copies = {place: _copy(value, made) for place, value in given.items()}
        self.calls[-1] = (name, tuple(copies[i] for i in range(len(arguments))), {key: copies[key] for key in named})
        result = function(*arguments, **named)
        if type(result).__name__ == "generator":
            watched: Any = self._drained(result, name, given, copies)
            watched.__name__, watched.__qualname__ = result.__name__, result.__qualname__
            return watched
        self._compared(name, given, copies)
        return result

    def _drained(self, generator: Any, name: str, given: dict[Any, Any], copies: dict[Any, Any]) -> Generator[Any, Any, Any]:
        result = yield from generator
        self._compared(name, given, copies)
        return result

    def _compared(self, name: str, given: dict[Any, Any], copies: dict[Any, Any]) -> None:
        for place, value in given.items():
            if not _unchanged(value, copies[place], set()):
                which = f"`{place}`" if isinstance(place, str) else f"its {ORDINALS[place]} argument" if place < len(ORDINALS) else "an argument"
                was, now = show(copies[place]), show(value)
                raise Failure(message=f"{name} changes {which}: work on a copy.", expected=f"{was}, as it was given", got=f"{now}, afterwards")

    def raises(self, error: Any, function: Any, /, *arguments: Any, **named: Any) -> bool:
        """Whether the call fails with this error, or one of these."""
        name = getattr(function, "__name__", "the call")
        self.wanted = " or ".join(kind.__name__ for kind in (error if isinstance(error, tuple) else (error,)))
        self.fresh = False
        try:
            result = self.call(name, function, *arguments, **named)
            if type(result).__name__ == "generator":
                list(result)
        except error:
            self.wanted, self.fresh = "", False
            return True
        raise Failure(expected=self.wanted, got=f"{show(result)}, and no error")

    def true(self, value: Any) -> None:
        if not value:
            raise self._failed(expected=self.assertion, got="" if value is False else show(value))
        self._held()

    def compare(self, operators: str, swapped: bool, *operands: Any) -> None:
        names = operators.split()
        for name, left, right in zip(names, operands, operands[1:], strict=False):
            if OPERATORS[name][0](left, right):
                continue
            got, expected = (right, left) if swapped and name == "Eq" else (left, right)
            if len(names) == 1:
                difference = _far(got, expected, _equal) if name == "Eq" else ""
                raise self._failed(expected=OPERATORS[name][1] + show(expected), got=show(got), difference=difference)
            raise self._failed(expected=self.assertion, got=show(operands[1] if len(operands) == 3 else left))
        self._held()

    def near(self, got: Any, expected: Any, tolerance: float = 1e-9, absolute: float | None = None) -> None:
        if not close(got, expected, tolerance, absolute):
            difference = _far(got, expected, _within(tolerance, absolute))
            raise self._failed(expected=show(expected), got=show(got), difference=difference)
        self._held()

    def _failed(self, **facts: str) -> Failure:
        return Failure(message=str(self.said()) if self.said else "", **facts)


def close(got: Any, expected: Any, tolerance: float = 1e-9, absolute: float | None = None) -> bool:
    """Whether numbers, or lists, dicts and arrays of them, are alike: off by `tolerance` of what is expected, or by `absolute`
    (`tolerance` unless given). NaN is like nothing, nor is a missing result like another."""
    return got is not None and not _difference(got, expected, _within(tolerance, absolute))


def _within(tolerance: float, absolute: float | None) -> Callable[[Any, Any], bool]:
    least = tolerance if absolute is None else absolute

    def alike(a: Any, b: Any) -> bool:
        if isinstance(a, str) or isinstance(b, str) or a is None or b is None:
            return bool(a == b)
        return bool(a == b or abs(a - b) <= max(tolerance * abs(b), least) < float("inf"))

    return alike


def _difference(got: Any, expected: Any, same: Callable[[Any, Any], bool], path: str = "") -> str:
    """Where two values first differ, in words; "" where they don't."""
    if _is_array(got) or _is_array(expected):
        one, other = (getattr(value, "shape", None) for value in (got, expected))
        if one is not None and other is not None and one != other:
            return f"The shape{_at(path)} is {one}, not {other}."
        got, expected = _listed(got), _listed(expected)
    if isinstance(got, (list, tuple)) and isinstance(expected, (list, tuple)):
        if len(got) != len(expected):
            return f"There are {len(got)} items{_at(path)}, not {len(expected)}."
        pairs: Any = ((f"{path}[{i}]", a, b) for i, (a, b) in enumerate(zip(got, expected, strict=True)))
    elif isinstance(got, dict) and isinstance(expected, dict):
        for which, these, those in (("missing", expected, got), ("too many", got, expected)):
            if extra := [key for key in these if key not in those]:
                return f"The key {show(extra[0])} is {which}{_at(path)}."
        pairs = ((f"{path}[{show(key)}]", got[key], expected[key]) for key in expected)
    else:
        try:
            if same(got, expected):
                return ""
        except TypeError:
            pass
        return f"{path or WHOLE} is {show(got)}, not {show(expected)}."
    return next((found for where, a, b in pairs if (found := _difference(a, b, same, where))), "")


def _far(got: Any, expected: Any, same: Callable[[Any, Any], bool]) -> str:
    """The difference, where values are too long to find it by eye."""
    difference = _difference(got, expected, same)
    return difference if len(show(expected)) > EASY and not difference.startswith(WHOLE) else ""


def _at(path: str) -> str:
    return f" in {path}" if path else ""


def _equal(a: Any, b: Any) -> bool:
    """Arrays are equal where their shapes and all their items are."""
    if _is_array(a) or _is_array(b):
        shapes = [value.shape for value in (a, b) if _is_array(value)]
        return shapes[0] == shapes[-1] and bool(_listed(a) == _listed(b))
    return bool(a == b)


def _is_array(value: Any) -> bool:
    return hasattr(value, "tobytes") and hasattr(value, "shape") and hasattr(value, "tolist")


def _listed(value: Any) -> Any:
    return value.tolist() if _is_array(value) else value


# Inputs: are they still what they were?


def _copy(value: Any, made: dict[int, Any], depth: int = 0) -> Any:
    """A copy as deep as there are lists, dicts, sets and arrays; anything else stands for itself."""
    if id(value) in made or depth > DEEP:
        return made.get(id(value), value)
    if isinstance(value, list):
        items = made[id(value)] = []
        items.extend(_copy(item, made, depth + 1) for item in value)
        return items
    if isinstance(value, tuple):
        return tuple(_copy(item, made, depth + 1) for item in value)
    if isinstance(value, dict):
        table = made[id(value)] = {}
        table.update((key, _copy(item, made, depth + 1)) for key, item in value.items())
        return table
    if isinstance(value, (set, bytearray)) or (_is_array(value) and hasattr(value, "setflags")):
        return value.copy()
    return value


def _unchanged(value: Any, copy: Any, seen: set[int]) -> bool:
    if value is copy or id(value) in seen:
        return True
    if isinstance(value, (list, tuple)):
        seen.add(id(value))
        return len(value) == len(copy) and all(_unchanged(one, other, seen) for one, other in zip(value, copy, strict=True))
    if isinstance(value, dict):
        seen.add(id(value))
        return list(value) == list(copy) and all(_unchanged(value[key], copy[key], seen) for key in value)
    if _is_array(value):
        return bool(value.shape == copy.shape and value.dtype == copy.dtype and value.tobytes() == copy.tobytes())
    return type(value) is type(copy) and (repr(value) == repr(copy) if isinstance(value, float) else bool(value == copy))


# Words: values, calls, tracebacks.


def show(value: Any, room: int = SHOWN) -> str:
    """A value as it is written, long ones by their beginning and end."""
    try:
        if _is_array(value):
            return _array(value, room)
        if isinstance(value, (list, tuple, set, frozenset, dict)) and type(value).__repr__ in BUILT_IN:
            return _collection(value, room)
        text = repr(value)
    except Exception:
        return f"<{type(value).__name__}>"
    if " at 0x" in text and text.endswith(">"):
        text = text[: text.rindex(" at 0x")] + ">"
    if isinstance(value, float) and len(text) > room:
        text = f"{value:.6g}"
    return _cut(text, room)


BUILT_IN = {kind.__repr__ for kind in (list, tuple, set, frozenset, dict)}


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room * 2 // 3]} … {text[-room // 4 :]}"


def _collection(value: Any, room: int) -> str:
    if room < NARROW:
        return _cut(repr(value), room) if len(value) <= room else f"<{type(value).__name__} of {len(value)} items>"
    pairs = isinstance(value, dict)
    items = list(value.items() if pairs else value)
    each = max(room // max(min(len(items), 4), 1), 24)

    def text(item: Any) -> str:
        return f"{show(item[0], each)}: {show(item[1], each)}" if pairs else show(item, each)

    first, last = list(map(text, items if len(items) <= 20 else items[:8])), list(map(text, items[-3:] if len(items) > 20 else ()))
    if not last and _length(first) > room:
        first, last = first[: max(len(first) - 3, 1)], first[max(len(first) - 3, 1) :]
    while _length(first + last) > room and len(first) + len(last) > 2:
        if len(first) > len(last):
            first.pop()
        else:
            last.pop(0)
    more = len(items) - len(first) - len(last)
    inside = ", ".join([*first, *([f"… {more} more …"] if more else []), *last])
    if isinstance(value, tuple):
        return f"({inside},)" if len(items) == 1 else f"({inside})"
    if isinstance(value, list):
        return f"[{inside}]"
    if isinstance(value, frozenset):
        return f"frozenset({{{inside}}})" if items else "frozenset()"
    return f"{{{inside}}}" if items or pairs else "set()"


def _length(texts: list[str]) -> int:
    return sum(len(text) + 2 for text in texts)


def _array(value: Any, room: int) -> str:
    if not value.shape:
        return repr(value.item())
    numpy = sys.modules["numpy"]
    text = numpy.array2string(value, separator=", ", threshold=20, edgeitems=3, max_line_width=10_000)
    text = _cut(" ".join(text.split()), room)
    return f"{text} (shape {value.shape})" if len(value.shape) > 1 or "..." in text else text


def _call(name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> str:
    shown = [*(show(value, 120) for value in arguments), *(f"{key}={show(value, 120)}" for key, value in named.items())]
    return f"{name}({', '.join(shown)})"


def _described(error: BaseException, lines: list[str], watch: Watch | None = None) -> dict[str, Any]:
    """A failure as `run` returns it."""
    facts = {"message": "", "called": "", "expected": "", "got": "", "difference": "", "assertion": "", "trace": ""}
    frames: list[tuple[int, str]] = []
    at = error.__traceback__
    last = ""
    while at:
        last = at.tb_frame.f_code.co_filename
        line, name = at.tb_lineno, at.tb_frame.f_code.co_name
        comprehension = name.startswith("<") and bool(frames) and frames[-1][0] == line  # newer Pythons don't count it
        if last == PROGRAM and not comprehension:
            frames.append((line, name))
        at = at.tb_next
    line, column = frames[-1][0] if frames else 0, 0
    if watch:
        facts |= {"called": watch.called(), "assertion": watch.assertion, "expected": watch.wanted or watch.assertion}
    if isinstance(error, Failure):
        return {**facts, **error.facts, "line": 0, "column": 0, "interrupted": False}
    if isinstance(error, SyntaxError) and error.filename == PROGRAM:
        line, column = error.lineno or 0, error.offset or 0
        text = (error.text or "").rstrip()
        stripped = text.lstrip()
        caret = " " * max(column - 1 - len(text) + len(stripped), 0) + "^"
        facts["trace"] = f"line {line}\n    {stripped}\n    {caret}" if text else f"line {line}"
    else:
        facts["trace"] = "\n".join(_frames(frames, lines))
    facts["message"] = _said(error, last == TEST)
    return {**facts, "line": line, "column": column, "interrupted": isinstance(error, KeyboardInterrupt)}


def _frames(frames: list[tuple[int, str]], lines: list[str]) -> list[str]:
    shown = []
    for line, name in frames:
        shown.append(f"line {line}" + (f", in {name}" if name != "<module>" else ""))
        if 0 < line <= len(lines):
            shown.append("    " + lines[line - 1].strip())
    if len(frames) > FRAMES:
        shown = [*shown[:6], f"… {len(frames) - FRAMES + 1} calls more …", *shown[-2 * (FRAMES - 4) :]]
    return shown


def _said(error: BaseException, by_test: bool) -> str:
    if isinstance(error, SystemExit):
        return "The program called exit(), so it ended here."
    if isinstance(error, KeyboardInterrupt):
        return "Interrupted: this was running when it was stopped."
    if isinstance(error, NameError) and by_test and error.name:
        return f"The test uses `{error.name}`, which the program does not define."
    if isinstance(error, MemoryError):
        return "MemoryError: this needs more memory than there is."
    try:
        text = str(error)
    except Exception:
        text = ""
    return _cut(f"{type(error).__name__}: {text}" if text else type(error).__name__, 2 * SHOWN)
