"""What is done in a process before a hostile text comes to it: a bound on its memory, a watch over what is evaluated."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Any

BOUND = 500 << 20
"""Bytes of a whole process; of a run that is forked off a warm one, bytes beyond what that has mapped."""


def bound_memory() -> None:
    """Half a gigabyte, whatever the command thinks that it may use."""
    resource.setrlimit(resource.RLIMIT_AS, (BOUND, BOUND))


def bound_growth() -> None:
    """As much beside what is there already."""
    mapped = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + BOUND // 2, mapped + BOUND // 2))


def watch_evaluation() -> None:
    """Says on standard error when the last argument, or a text that holds it, is compiled or executed."""
    bare = "".join(sys.argv[-1].split())

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("compile", "exec"):
            held = getattr(arguments[0], "co_consts", None) or arguments
            if any(bare in "".join(str(each).split()) for each in held):
                sys.stderr.write("AUDIT: the text was evaluated\n")

    sys.addaudithook(watch)
