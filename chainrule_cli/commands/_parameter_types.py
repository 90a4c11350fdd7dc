"""The types of arguments and options: a text, a file, seconds, a size; - stands for standard input."""

from __future__ import annotations

import math
import re
import sys
from typing import TYPE_CHECKING

import click

from chainrule_cli.errors import LimitError, ReadError, UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

STANDARD_INPUT = "-"
LONGEST_TIME = 31_536_000.0
LONGEST_FILE = 1_000_000
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?", re.IGNORECASE | re.ASCII)
_PART = re.compile(r"(\d{1,9})/(\d{1,9})", re.ASCII)
_MOST_JOBS = 1_024
_LEAST_MEMORY, _MOST_MEMORY = 2**20, 2**50


class _TextType(click.ParamType[str]):
    """A formula; "-" is read from standard input, once."""

    name = "formula"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = _from_standard_input(ctx) if value == STANDARD_INPUT else value
        return write_points(text, ctx)


class _PointType(click.ParamType[str]):
    """Numbers by names, as x=1,y=2."""

    name = "point"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return write_points(value, ctx)


DECIMAL_MARK = f"{__name__}.decimal_mark"
"""Where the context keeps the mark of decimals."""


def keep_decimal_mark(ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """For an eager option: every text behind it is read with that mark."""
    ctx.meta[DECIMAL_MARK] = value
    return value


def write_points(text: str, ctx: click.Context | None) -> str:
    """The text with points in its decimals, where the run has commas there."""
    if ctx is None or ctx.meta.get(DECIMAL_MARK) != "comma":
        return text
    from chainrule_cli.notation.decimals import write_decimal_points

    return write_decimal_points(text)


def _from_standard_input(ctx: click.Context | None) -> str:
    """A formula, never much more than the reader's own limit."""
    from chainrule_cli.notation.syntax import LONGEST_TEXT

    data = _bytes_from_standard_input(
        ctx, 4 * LONGEST_TEXT + 3
    )  # a character of UTF-8 has at most four bytes; three more for a mark or a line's end
    text = (
        None if data is None else _decode(data, "standard input", "save the formula as UTF-8").rstrip("\r\n")
    )
    if text is None or len(text) > LONGEST_TEXT:
        raise LimitError(f"the formula is longer than {LONGEST_TEXT:,} characters")
    return text


def _bytes_from_standard_input(ctx: click.Context | None, most: int) -> bytes | None:
    """What is there, read once; None where it is more than so many bytes."""
    if ctx is not None and ctx.meta.setdefault(__name__, 0):
        raise UsageError("standard input can be read once only")
    if ctx is not None:
        ctx.meta[__name__] = 1
    if sys.stdin is None:
        raise UsageError("cannot read: standard input is closed")
    data = sys.stdin.buffer.read(most + 1)
    return data if len(data) <= most else None


def _decode(data: bytes, source: str, hint: str) -> str:
    if data[:2] in UTF16_MARKS or 3 * data.count(0) > len(data):
        raise ReadError(f"{source} is UTF-16, not UTF-8", hint=hint)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(f"{source} is not UTF-8 (byte {error.start})", hint=hint) from error


UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
"""What a text in UTF-16 begins with."""


class _PathType(click.ParamType[str]):
    """The name of a file, as it was typed; a shell completes it."""

    name = "path"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="file")]


class _FileType(_PathType):
    """The text of a file; "-" is standard input."""

    name = "file"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value == STANDARD_INPUT:
            source, data = "standard input", _bytes_from_standard_input(ctx, LONGEST_FILE)
        else:
            source, data = value, _bytes_of(value)
        if data is None:
            raise LimitError(f"{source} is longer than {LONGEST_FILE:,} bytes")
        return write_points(_decode(data, source, "save it as UTF-8"), ctx)


def _bytes_of(path: str) -> bytes | None:
    """What a file holds; None where it is more than a file may be."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # pathlib is not imported on this path
            data = file.read(LONGEST_FILE + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    return data if len(data) <= LONGEST_FILE else None


class _SecondsType(click.ParamType[float]):
    name = "seconds"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            seconds = float(value)
        except ValueError:
            seconds = math.nan
        if not 0 < seconds <= LONGEST_TIME:
            raise UsageError(
                f"--timeout is not a number of seconds: {value}", hint="such as 2 or 0.5, at most a year"
            )
        return seconds


class _SizeType(click.ParamType[int]):
    """Bytes; K, M, G and T are powers of 1024, with or without B or iB."""

    name = "size"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        found = _SIZE.fullmatch(str(value).strip())
        size = int(float(found[1]) * _UNITS[found[2].lower()]) if found else 0
        if not _LEAST_MEMORY <= size <= _MOST_MEMORY:
            raise UsageError(f"--memory is not a size: {value}", hint="such as 300M, 1G or 2GiB, at least 1M")
        return size


class _JobsType(click.ParamType[int]):
    name = "jobs"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not str(value).isdecimal() or not 1 <= int(value) <= _MOST_JOBS:
            raise UsageError(f"--jobs is not a number of workers: {value}", hint=f"from 1 to {_MOST_JOBS}")
        return int(value)


class _ShardType(click.ParamType[tuple[int, int]]):
    """I/N: the I-th of N parts."""

    name = "shard"

    def convert(
        self, value: str | tuple[int, int], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        found = _PART.fullmatch(value) if isinstance(value, str) else None
        which, parts = (int(found[1]), int(found[2])) if found else (0, 0)
        if not 1 <= which <= parts:
            raise UsageError(f"--shard is not a part: {value}", hint="such as 1/4, 2/4, 3/4 and 4/4")
        return which, parts


TEXT, POINT, PATH, FILE, SECONDS, SIZE, JOBS, SHARD = (
    _TextType(),
    _PointType(),
    _PathType(),
    _FileType(),
    _SecondsType(),
    _SizeType(),
    _JobsType(),
    _ShardType(),
)
