"""How the app has something computed: a question is begun, awaited, given up, and its answer read.

commands/ hands in how a question is worked out: what somebody typed is never computed in the app's own
process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import msgspec

from chainrule_cli.errors import ChainruleError, ExitStatus
from chainrule_cli.runtime import faults
from chainrule_cli.runtime.faults import Fault

Plain = TypeVar("Plain")


class Pending(Protocol):
    """A question that is being worked on."""

    def result(self) -> bytes:
        """Waits for the answer. Raises the ChainruleError that the question earned, or LostError."""

    def stop(self) -> None:
        """Gives it up at once, from any thread."""


Ask = Callable[[str, dict[str, Any]], Pending]
"""(one of ANSWERS in commands/play.py, its arguments as plain data) -> the pending answer."""


class LostError(Exception):
    """The work ended in a way that is no answer: a fault of the program."""


def decode(data: bytes, kind: type[Plain]) -> Plain:
    """The answer as what it is. Raises LostError for what no worker of ours has written."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise LostError(f"the worker's answer cannot be read: {error}") from error


def write_fault(error: ChainruleError | LostError, width: int) -> str:
    """An error as the app shows it: the message, the text with a caret, the hint, as on standard error.

    No line is wider than that, but for a message, which the widget wraps; a hint that names an option names
    the line that is typed instead.
    """
    if isinstance(error, LostError):
        what = Fault(
            ExitStatus.INTERNAL, "internal", f"a fault of the program, not of your formula ({error})"
        )
    else:
        what = faults.make_fault(error)
    return faults.to_text(what._replace(hint=what.hint.replace("--at", "the point")), width=max(width, 20))
