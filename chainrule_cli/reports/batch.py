"""(request) -> one line of JSON: a command's record, or why there is none. What a batch asks of its workers.

To let a batch run another command, add a row to COMMANDS: which fields its requests have.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

import msgspec

from chainrule_cli.errors import ChainruleError, UsageError
from chainrule_cli.grading.equality import SEEDLESS
from chainrule_cli.notation.decimals import MARKS, POINT, write_decimal_points
from chainrule_cli.records.base import Record, encode
from chainrule_cli.records.batch import RequestError
from chainrule_cli.records.check import CheckRecord
from chainrule_cli.reports.batch_input import BatchLine, BatchRequest
from chainrule_cli.runtime.pool import Begun, Lost, PoolWork

TIMEOUT, MEMORY = 10.0, 1 << 30
"""Seconds and bytes of a request, unless it is said otherwise."""

Point = str | dict[str, int | float]

Shapes = str | dict[str, str | list[int | str]]

TYPE_WORDS: dict[Any, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    Point: 'numbers by name, as {"x": 1} or "x=1"',
    Shapes: 'shapes by name, as {"X": "4x3"} or "X:4x3"',
    str | list[str]: "a text, or a list of lines",
    str | int: "a text or a whole number",
}
"""Types that a field may have, in words."""

WRT: dict[str, Any] = {"wrt": str}
COMMANDS: dict[str, dict[str, Any]] = {
    "diff": WRT | {"order": int, "at": Point, "method": str, "dependent": str},
    "check": WRT
    | {
        "answer": str,
        "order": int,
        "at": Point,
        "dependent": str,
        "strict": bool,
        "form": str,
        "reading": str,
        "working": str | list[str],
    },
    "peel": WRT | {"at": Point},
    "graph": {"at": Point, "order": int, "outputs": str},
    "paths": WRT | {"at": Point, "top": int},
    "matrix": WRT | {"shapes": Shapes, "order": int, "vjp": bool, "jvp": bool},
    "hint": WRT | {"level": int, "dependent": str},
}
"""Command -> the fields of its requests and their types, beside id, command and formula; named as its options
are.
"""

ALWAYS: dict[str, Any] = {"id": str | int, "command": str, "formula": str, "decimal_mark": str}
"""The fields that every request may have."""
TEXTS = ("formula", "answer", "at", "working")
"""Fields that hold formulas and numbers, as they are typed."""
KNOWN = frozenset(ALWAYS).union(*COMMANDS.values())

MOST_NESTED = 500
"""Brackets within brackets of a request. Its fields come back in its record, which is read by programs that
stop at a depth of their own: Python's at 1,000.
"""

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
"""What a file in UTF-16 begins with."""

TEXT_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)

MOST_KEPT, LONGEST_KEPT = 2_000, 8_000
"""Records that a worker keeps for requests that say the same, and the bytes of one of them."""


class BatchQuestion(NamedTuple):
    """A request, parsed.

    id: as JSON.
    command, arguments: the report, and what it is given by name.
    rest: the fields that no command knows, as JSON.
    problem: why nothing can be asked; None where all is well.
    """

    id: bytes
    command: str
    arguments: dict[str, Any]
    rest: bytes
    problem: ChainruleError | None

    @property
    def formula(self) -> str | None:
        return self.arguments.get("formula")


def make_work(timeout: float = TIMEOUT, memory: int = MEMORY) -> PoolWork:
    """The work of a batch, for those who hand it to workers."""
    return PoolWork(__name__, answer.__name__, answer_lost.__name__, timeout, memory)


Report = Callable[..., Record]


def answer(request: BatchRequest) -> Begun:
    """What works out the line of one request, when all that it needs has been imported."""
    asked = parse_request(request.line)
    if asked.problem is not None:
        return partial(_answer_problem, asked, asked.problem)
    report: Report = importlib.import_module(f"chainrule_cli.reports.{asked.command}").report
    return partial(_answer_question, asked, request.seed, report)


def _answer_problem(asked: BatchQuestion, problem: ChainruleError, _: Callable[[bytes], None]) -> bytes:
    return _write_line(asked, b'"error"', error=problem)


def _answer_question(
    asked: BatchQuestion, seed: str, report: Report, stage: Callable[[bytes], None]
) -> bytes:
    try:
        return _write_line(asked, b'"ok"', record=_work_out(asked, seed, report, stage))
    except ChainruleError as error:
        return _write_line(asked, b'"error"', error=error)


def answer_lost(work: PoolWork, request: BatchRequest, how: Lost, why: str, stage: bytes | None) -> bytes:
    """The line of a request that ended its worker, with what was finished before."""
    error = ChainruleError(*LOSSES[how](work, why))
    error.code = "internal" if how == "crash" else "budget"
    return _write_line(parse_request(request.line), f'"{how}"'.encode(), error=error, record=stage)


LOSSES: dict[Lost, Callable[[PoolWork, str], tuple[str]]] = {
    "timeout": lambda work, _: (f"the time of {work.seconds:g} s ran out",),
    "memory": lambda work, _: (f"the memory of {work.memory / 2**20:.0f} MiB ran out",),
    "crash": lambda _, why: (f"internal error ({why})",),
}


def read_id(line: BatchLine) -> bytes:
    """The id of a request, as JSON: its own, else its number."""
    return parse_request(line).id


# from a line to a question


def parse_request(line: BatchLine) -> BatchQuestion:
    """Every fault of a line is said here, with the id that could still be read."""
    own = str(line.number).encode()
    fields: dict[str, msgspec.Raw] = {}
    try:
        fields = _parse_fields(line)
        if (named := _convert_field(fields, "id", ALWAYS["id"], line)) is not None:
            own = msgspec.json.encode(named)
        command = _choose_command(_convert_field(fields, "command", str, line), fields)
        arguments = {
            name: _convert_field(fields, name, kind, line)
            for name, kind in (("formula", str), ("decimal_mark", str), *COMMANDS[command].items())
        }
        if arguments["formula"] is None:
            raise UsageError("the request has no formula", hint='such as {"formula": "sin(x^2)"}')
        arguments = _write_points(arguments, arguments.pop("decimal_mark") or line.decimal_mark)
    except ChainruleError as problem:
        return BatchQuestion(own, "", _keep_texts(fields), _encode_rest(fields, KNOWN), problem)
    rest = _encode_rest(fields, {*ALWAYS, *COMMANDS[command]})
    return BatchQuestion(
        own, command, {name: value for name, value in arguments.items() if value is not None}, rest, None
    )


def _write_points(arguments: dict[str, Any], mark: str) -> dict[str, Any]:
    """The arguments with points in their decimals. Raises UsageError for a mark that there is not."""
    if mark not in MARKS:
        raise UsageError(f"decimal_mark {mark} is not known", hint="one of " + ", ".join(MARKS))
    if mark == POINT:
        return arguments
    return {
        name: write_decimal_points(value)
        if name in TEXTS and isinstance(value, str)
        else [write_decimal_points(each) for each in value]
        if name in TEXTS and isinstance(value, list)
        else value
        for name, value in arguments.items()
    }


def _parse_fields(line: BatchLine) -> dict[str, msgspec.Raw]:
    if line.problem:
        raise UsageError(line.problem)
    if line.raw[:2] in UTF16_MARKS or 3 * line.raw.count(0) > len(line.raw) > 0:
        raise UsageError("the line is UTF-16, not UTF-8", hint="save the file as UTF-8")
    try:
        line.raw.decode("utf-8")
        fields = msgspec.json.decode(line.raw, type=dict[str, msgspec.Raw])
    except UnicodeDecodeError as error:
        raise UsageError(
            f"the line is not UTF-8 (byte {error.start})", hint="save the file as UTF-8"
        ) from error
    except RecursionError as error:
        raise UsageError("the line is nested too deeply") from error
    except msgspec.DecodeError as error:
        raise UsageError(f"the line is not a JSON object: {error}") from error
    if _is_nested_too_deeply(line.raw):
        raise UsageError("the line is nested too deeply")
    return fields


def _is_nested_too_deeply(raw: bytes) -> bool:
    """Of JSON. Counted here: at which depth a decoder gives up depends on the process that it runs in."""
    if raw.count(b"[") + raw.count(b"{") <= MOST_NESTED:
        return False
    depth = 0
    for found in TEXT_OR_BRACKET.finditer(raw):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(found[0], 0)
        if depth > MOST_NESTED:
            return True
    return False


def _choose_command(wish: str | None, fields: Mapping[str, msgspec.Raw]) -> str:
    """The one that was named, or check where there is something to check, or diff."""
    if wish is None:
        return "check" if any(fields.get(name, NULL) != NULL for name in ("answer", "working")) else "diff"
    if wish not in COMMANDS:
        raise UsageError(f"no such command in a batch: {wish[:40]}", hint="one of " + ", ".join(COMMANDS))
    return wish


NULL = msgspec.Raw(b"null")


def _convert_field(fields: Mapping[str, msgspec.Raw], name: str, kind: Any, line: BatchLine) -> Any:
    """A field in its type; None where it is not there, null, or an empty cell of anything but an answer."""
    raw = fields.get(name, NULL)
    if not line.typed and bytes(raw) == b'""' and name != "answer":
        return None
    try:
        value = msgspec.json.decode(raw)
        return None if value is None else msgspec.convert(value, kind, strict=line.typed)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UsageError(f"{name} is not {TYPE_WORDS[kind]}") from error


def _keep_texts(fields: Mapping[str, msgspec.Raw]) -> dict[str, Any]:
    """Formula and answer of a request that is wrong elsewhere."""
    found: dict[str, Any] = {}
    for name in ("formula", "answer"):
        try:
            found[name] = msgspec.json.decode(fields.get(name, NULL), type=str)
        except (msgspec.MsgspecError, ValueError):
            continue
    return found


def _encode_rest(fields: Mapping[str, msgspec.Raw], known: Iterable[str]) -> bytes:
    return msgspec.json.encode({name: value for name, value in fields.items() if name not in known})


# from a question to a line

_kept_records: dict[tuple[Any, ...], bytes] = {}


def _work_out(asked: BatchQuestion, seed: str, report: Report, stage: Callable[[bytes], None]) -> bytes:
    """The command's record; what was asked before in the same words is not worked out again."""
    arguments = dict(asked.arguments)
    formula = arguments.pop("formula")
    if isinstance(lines := arguments.get("working"), list):
        arguments["working"] = "\n".join(lines)
    if outputs := arguments.get("outputs"):
        arguments["outputs"] = [name.strip() for name in outputs.split(",")]
    key = (asked.command, formula, *((name, repr(value)) for name, value in arguments.items()))
    known = _kept_records.get(key) or _kept_records.get((*key, seed))
    if known is not None:
        return known
    if asked.command == "check":
        arguments["seed"] = seed
    if asked.command in ("check", "diff"):
        arguments["stage"] = lambda _, unfinished: stage(encode(unfinished))
    record = report(formula, **arguments)
    text = encode(record)
    if len(text) <= LONGEST_KEPT:
        if len(_kept_records) >= MOST_KEPT:
            _kept_records.clear()
        by_primes = isinstance(record, CheckRecord) and record.method not in SEEDLESS
        _kept_records[(*key, seed) if by_primes else key] = text
    return text


def _write_line(
    asked: BatchQuestion, status: bytes, *, error: ChainruleError | None = None, record: bytes | None = None
) -> bytes:
    """{"id", "status", "error"?, "input", ...record}; without a record, what was typed stands there."""
    parts = [b'"id":', asked.id, b',"status":', status]
    if error is not None:
        span = None if error.span is None else (error.span.start, error.span.end)
        problem = RequestError(code=error.code, message=error.message, span=span, hint=error.hint or None)
        parts += [b',"error":', encode(problem)]
    parts += [b',"input":', asked.rest]
    if record is None:
        typed = {"typed": asked.formula, "typed_answer": asked.arguments.get("answer")}
        record = msgspec.json.encode({name: value for name, value in typed.items() if value is not None})
    return b"".join([b"{", *parts, b"," if len(record) > 2 else b"", record[1:]])
