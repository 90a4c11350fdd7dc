"""Requests from a file: JSON lines, or CSV with a header; one at a time, each with its block's seed.

Nothing in a file is trusted: what cannot be read is a problem of its own line. Rows of CSV become JSON here,
so that everything behind has one form.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import blake2b
from io import BufferedReader
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import msgspec

from chainrule_cli.errors import UsageError

if TYPE_CHECKING:
    from _csv import Reader

LONGEST_LINE = 1_000_000
"""Bytes of a request."""

BLOCK = 64
"""Requests that choose their primes together: by a hash of them all, so that no answer can be written for its
primes.
"""

_MARK = b"\xef\xbb\xbf"
DELIMITERS = ",;\t"
"""What may stand between the cells: the one that the header has most of."""


class BatchLine(NamedTuple):
    """A request before anybody has looked into it.

    number: from 1, as in an editor; for CSV the rows are counted, with the header.
    raw: a JSON object.
    typed: whether its values have types, as JSON has; a cell of CSV has none.
    problem: why it cannot even be a JSON object; empty where it can.
    decimal_mark: of the run, where the request has none of its own.
    """

    number: int
    raw: bytes
    typed: bool = True
    problem: str = ""
    decimal_mark: str = "point"


class BatchRequest(NamedTuple):
    """A line with what chooses the primes of its block.

    line: as it was read.
    seed: a hash of all lines of the block.
    """

    line: BatchLine
    seed: str


def add_seeds(lines: Iterable[BatchLine], decimal_mark: str = "point") -> Iterator[BatchRequest]:
    """The lines, in blocks of BLOCK in the order of the file: what is skipped or shared out later changes no
    record.

    decimal_mark: of the run.
    """
    source = iter(lines)
    while block := list(islice(source, BLOCK)):
        seed = blake2b(b"\n".join(line.raw for line in block), digest_size=16).hexdigest()
        yield from (BatchRequest(line._replace(decimal_mark=decimal_mark), seed) for line in block)


def read_mappings(requests: Iterable[Mapping[str, Any]]) -> Iterator[BatchLine]:
    """Requests of a program. What JSON cannot hold is a problem of that request alone."""
    for number, request in enumerate(requests, 1):
        try:
            yield BatchLine(number, msgspec.json.encode(request))
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            yield BatchLine(number, b"", problem=f"the request cannot be written as JSON: {error}")


def read_json(file: IO[bytes]) -> Iterator[BatchLine]:
    """Lines of JSON; empty ones are passed over."""
    for number, raw, whole in _split_lines(file):
        if raw.strip():
            yield BatchLine(number, raw.strip()) if whole else BatchLine(number, b"", problem=_say_too_long())


def looks_like_csv(file: BufferedReader) -> bool:
    """Whether the file begins with a header that names a formula."""
    first = file.peek(1).removeprefix(_MARK).partition(b"\n")[0]
    return not first.lstrip().startswith(b"{") and b"formula" in first.lower()


def read_csv(file: IO[bytes], known: Collection[str]) -> Iterator[BatchLine]:
    """Rows under a header of names.

    known: the names that have a meaning, which are found in any case; formula must be there.

    A row that cannot be read is a problem of its own. Raises UsageError for a header that cannot serve.
    """
    rows = _read_rows(file)
    names = _read_header(next(rows, _CsvRow(1, [])), known)
    for row in rows:
        if row.problem or len(row.cells) > len(names):
            yield BatchLine(
                row.number,
                b"",
                problem=row.problem or f"the row has {len(row.cells)} cells, the header has {len(names)}",
            )
        elif any(row.cells):
            try:
                yield BatchLine(
                    row.number, msgspec.json.encode(dict(zip(names, row.cells, strict=False))), typed=False
                )
            except UnicodeEncodeError:
                yield BatchLine(row.number, b"", problem="the row is not UTF-8")


class _CsvRow(NamedTuple):
    """number: of the line on which it begins."""

    number: int
    cells: list[str]
    problem: str = ""


def _read_rows(file: IO[bytes]) -> Iterator[_CsvRow]:
    """Rows as csv reads them, strictly: a quote that is never closed is a problem, not a very long cell."""
    cut: set[int] = set()
    texts = _decode_lines(file, cut)
    first = next(texts, "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(chain([first], texts), delimiter=delimiter, strict=True)
    number = 1
    while (row := _next_row(reader, number, cut)) is not None:
        yield row
        number = reader.line_num + 1
        cut.clear()


def _next_row(reader: Reader, number: int, cut: Collection[int]) -> _CsvRow | None:
    try:
        return _CsvRow(number, next(reader), _say_too_long() if cut else "")
    except StopIteration:
        return None
    except csv.Error as error:
        return _CsvRow(number, [], f"lines {number} to {reader.line_num} are no row of CSV: {error}")


def _decode_lines(file: IO[bytes], cut: set[int]) -> Iterator[str]:
    """Lines as text; bytes that are no UTF-8 stay what they are until their row is known."""
    for number, raw, whole in _split_lines(file):
        if not whole:
            cut.add(number)
        yield raw.decode("utf-8", "surrogateescape")


def _read_header(header: _CsvRow, known: Collection[str]) -> list[str]:
    plain = [name.strip() for name in header.cells]
    names = [name.casefold() if name.casefold() in known else name for name in plain]
    if header.problem or not "".join(names).isprintable():
        raise UsageError(header.problem or "the header of the CSV is not text in UTF-8")
    if "formula" not in names:
        raise UsageError(
            "the CSV has no column formula", hint=f"its header has {', '.join(names)[:200] or 'no names'}"
        )
    twice = sorted({name for name in names if names.count(name) > 1 and name})
    if twice:
        raise UsageError(f"the CSV has two columns {twice[0]}")
    return names


def _say_too_long() -> str:
    return f"the request is longer than {LONGEST_LINE:,} bytes"


def _split_lines(file: IO[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """(number, line, whether it is whole): no more than LONGEST_LINE bytes are held."""
    number = 0
    while raw := file.readline(LONGEST_LINE):
        number += 1
        line, whole = raw, True
        while len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            raw, whole = file.readline(LONGEST_LINE), False
        yield number, line.removeprefix(_MARK) if number == 1 else line, whole
