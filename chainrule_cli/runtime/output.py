"""Where an answer goes: its width, its colour, its bytes, its file.

A text that the encoding of standard output cannot hold is spelled in ASCII as a mathematician would type it;
a new spelling is a row in _ASCII.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO

from chainrule_cli.errors import UsageError

STANDARD = "-"

_NARROWEST, _WIDEST = 20, 1_000
_OFF = ("0", "false", "no", "off")


def page_width(path: str | None) -> int | None:
    """COLUMNS, else the terminal's width; None, for no wrapping, in a pipe and in a file."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return min(max(int(columns), _NARROWEST), _WIDEST)
    return max(terminal_width(1), _NARROWEST) if _is_terminal(path) else None


def terminal_width(descriptor: int) -> int:
    """Columns of the terminal behind a descriptor; 80 where there is none or it does not know."""
    try:
        return os.get_terminal_size(descriptor).columns or 80
    except OSError:
        return 80


def page_colour(wish: str, path: str | None) -> bool:
    """--color over NO_COLOR over FORCE_COLOR over the terminal; FORCE_COLOR=0 forces it off."""
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if forced := os.environ.get("FORCE_COLOR"):
        return forced.lower() not in _OFF
    return _is_terminal(path) and os.environ.get("TERM") != "dumb"


def _is_terminal(path: str | None) -> bool:
    return path in (None, STANDARD) and sys.stdout is not None and sys.stdout.isatty()


def deliver(output: str | bytes, path: str | None) -> None:
    """The answer, whole: to standard output, or to a file that is replaced at once or not touched at all.

    Raises UsageError where it cannot be written and BrokenPipeError where nobody reads on.
    """
    try:
        if path in (None, STANDARD):
            _print(output)
        else:
            _save(output if isinstance(output, bytes) else output.encode("utf-8"), str(path))
    except BrokenPipeError:
        raise
    except OSError as error:
        where = "to standard output" if path in (None, STANDARD) else path
        raise UsageError(f"cannot write {where}: {error.strerror}") from error


def _print(output: str | bytes) -> None:
    if sys.stdout is None:
        raise UsageError("cannot write: standard output is closed")
    left = memoryview(output if isinstance(output, bytes) else encode(output, sys.stdout.encoding or "utf-8"))
    while left:  # a pipe whose reader leaves may take a part and report no error until the next one
        left = left[sys.stdout.buffer.write(left) :]
    sys.stdout.flush()


def _save(data: bytes, path: str) -> None:
    from pathlib import Path

    if Path(path).exists() and not Path(path).is_file():
        Path(path).write_bytes(data)  # a device or a pipe is written to, never replaced
        return
    target = Path(path).resolve()
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        unfinished.write_bytes(data)
        if target.exists():
            unfinished.chmod(stat.S_IMODE(target.stat().st_mode))
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


class Lines:
    """Whole lines, one after another: to standard output, or to a file that is whole up to its last line.

    keep: the lines that a file already has stay.
    there: how many of them were looked at.
    Raises UsageError where it cannot be read or written and BrokenPipeError where nobody reads on.
    """

    def __init__(self, path: str | None, *, keep: bool = False) -> None:
        self.path = None if path == STANDARD else path
        self.there = 0
        self._file: IO[bytes] | None = None
        with self._translate_errors("write"):
            if self.path is not None:
                # pathlib is not imported on this path
                mode = "r+b" if keep and os.path.exists(self.path) else "w+b"  # noqa: PTH110
                self._file = open(self.path, mode, buffering=0)  # noqa: PTH123, SIM115
            elif sys.stdout is None:
                raise UsageError("cannot write: standard output is closed")

    def read_kept(self) -> Iterator[bytes]:
        """The whole lines that the file has; a half-written last one is cut off."""
        if self._file is None:
            return
        whole = 0
        with self._translate_errors("read"), open(self._file.fileno(), "rb", closefd=False) as lines:
            for line in lines:
                if line.endswith(b"\n"):
                    whole += len(line)
                    self.there += 1
                    yield line
        with self._translate_errors("write"):
            self._file.truncate(whole)
            self._file.seek(whole)

    def write(self, line: bytes) -> None:
        with self._translate_errors("write"):
            left = memoryview(line + b"\n")
            while left:
                left = left[(self._file or sys.stdout.buffer).write(left) :]
            if self._file is None:
                sys.stdout.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    @contextmanager
    def _translate_errors(self, what: str) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            raise UsageError(
                f"cannot {what} {self.path or 'to standard output'}: {error.strerror}"
            ) from error


# characters that an encoding lacks

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿˣᵘᵛᵃᵖ", "0123456789+-()nxuvap")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿˣᵘᵛᵃᵖ]+")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_LOWERED = re.compile("[₀₁₂₃₄₅₆₇₈₉]+")
_ASCII = {
    "·": "*", "×": "x", "−": "-", "–": "-", "′": "'", "″": "''", "‴": "'''", "∘": " o ", "∂": "d",
    "√": "sqrt", "∛": "cbrt", "π": "pi", "σ": "sigma", "Γ": "Gamma", "Σ": "sum", "Φ": "Phi", "φ": "phi",
    "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "∞": "inf",
    "✓": "ok", "✗": "x", "…": "...", "█": "#",
    "│": "|", "║": "|", "┃": "|", "─": "-", "═": "=", "━": "-", "↻": "+", "↺": "-",
}  # fmt: skip
_CORNERS = "╭╮╰╯┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋╞╡╪"


def encode(text: str, encoding: str) -> bytes:
    """The text in that encoding; what it lacks is spelled in ASCII, a raised or lowered number as a whole."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        lines = _RAISED.sub(partial(_spell_run, encoding, "^", _SUPERSCRIPTS), text)
        lines = _LOWERED.sub(partial(_spell_run, encoding, "_", _SUBSCRIPTS), lines)
        return "".join(
            character if _holds(encoding, character) else _spell(character) for character in lines
        ).encode(encoding)


def _spell_run(encoding: str, mark: str, table: dict[int, int], found: re.Match[str]) -> str:
    if _holds(encoding, found[0]):
        return found[0]
    plain = found[0].translate(table)
    return mark + (plain if plain.isalnum() else f"({plain})")


def _spell(character: str) -> str:
    return _ASCII.get(character) or (
        "+" if character in _CORNERS else character.encode("ascii", "backslashreplace").decode()
    )


def _holds(encoding: str, text: str) -> bool:
    return text.encode(encoding, "ignore").decode(encoding) == text
