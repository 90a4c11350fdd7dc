"""What the app needs of the world to have something computed: a question is begun, awaited, and can be given up.

Knows no process: commands/ hands in how it is done, so that the app never computes what somebody typed in its own process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import msgspec

Plain = TypeVar("Plain")


class Pending(Protocol):
    """A question that is being worked on. result waits, and raises the ChainruleError that the question earned, or LostError; stop gives it
    up at once, from any thread."""

    def result(self) -> bytes: ...
    def stop(self) -> None: ...


Ask = Callable[[str, dict[str, Any]], Pending]
"""(one of ANSWERS in commands/play.py, its arguments as plain data) -> the pending answer."""


class LostError(Exception):
    """The work ended in a way that is no answer: a fault of the program."""


def decoded(data: bytes, kind: type[Plain]) -> Plain:
    """The answer as what it is. Raises LostError for what no worker of ours has written."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise LostError(f"the worker's answer cannot be read: {error}") from error
