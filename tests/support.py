"""What tests share: the command as a child process, a terminal for it, and the counts of generated tests."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.warm import warm_process

ROOT = Path(__file__).resolve().parent.parent
FAKES = ROOT / "tests" / "fakes"

COMMAND = [sys.executable, "-m", "chainrule_cli"]


def running(*code: str) -> list[str]:
    """The command with the commands of tests/fakes among its own, as a program that first runs that code."""
    begin = ("from chainrule_cli import cli, commands", f"commands.__path__.append({str(FAKES)!r})")
    return [sys.executable, "-c", "\n".join((*begin, *code, "cli.main()"))]


WITH_FAKES = running()
STRIKING = f"""import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.clock import strike_at_a_stage
strike_at_a_stage()"""
"""The time of the command's workers is over at their first stage."""

PATIENCE = 300
"""Seconds after which a child is hung, on the slowest machine and beside whatever else it does."""


def counted(full: int, name: str = "count") -> pytest.MarkDecorator:
    """Runs a generated test with a tenth of its count, and with all of it where the marker `full` is asked for."""
    few, all_ = (
        pytest.param(max(1, full // 10), id="tenth"),
        pytest.param(full, id="full", marks=pytest.mark.full),
    )
    return pytest.mark.parametrize(name, [few, all_])


def steps(work: Callable[[], object]) -> int:
    """How many lines of Python it runs through: a cost that is the same on every machine, whatever else it does."""
    count = 0

    def line(_frame: FrameType, event: str, _argument: object) -> Callable[..., Any]:
        nonlocal count
        count += event == "line"
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def chainrule(
    *arguments: str,
    given: str | bytes = "",
    program: list[str] | None = None,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    **more: Any,
) -> subprocess.CompletedProcess[str]:
    """One run of the command; what it wrote is decoded as UTF-8.

    It is forked off a warm process (warm.py), which is much faster; a program that is named runs as a process of its own, as a batch does."""
    data = given.encode("utf-8") if isinstance(given, str) else given
    environment = os.environ | (env or {})
    ran: Any
    if program is None and arguments[:1] != ("batch",):
        ran = warm_process().run(arguments, data, environment, PATIENCE, cwd=str(cwd or Path.cwd()), **more)
    else:
        more = {"timeout": PATIENCE, "env": environment, "cwd": cwd} | more
        command = [*(program or COMMAND), *arguments]
        ran = subprocess.run(command, input=data, capture_output=True, check=False, **more)
    return subprocess.CompletedProcess(
        arguments, ran.returncode, ran.stdout.decode("utf-8"), ran.stderr.decode("utf-8")
    )


def fake(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """One run of the command with the commands of tests/fakes among its own."""
    return chainrule(*arguments, program=WITH_FAKES, **more)


def wait_for_lines(path: Path, count: int, child: subprocess.Popen[Any]) -> None:
    """Returns once the file has as many lines."""
    wait_until(lambda: path.exists() and path.read_bytes().count(b"\n") >= count, child)


def wait_until(holds: Callable[[], bool], child: subprocess.Popen[Any]) -> None:
    """Returns once it holds; a child that ends before, or that nothing is heard of, is an error."""
    with os.fdopen(os.pidfd_open(child.pid)) as ended:
        for _ in range(PATIENCE * 100):
            over = select.select([ended], [], [], 0.01)[0]
            if holds():
                return
            assert not over, "the child has ended"
    raise AssertionError("the child is hung")


def on_terminal(
    *arguments: str,
    columns: int = 80,
    env: dict[str, str] | None = None,
    program: list[str] = COMMAND,
    whole: bool = False,
) -> tuple[int, str]:
    """Exit status and output of the command on a terminal of that width. whole: with standard error, which has its own pipe else."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(
        [*program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs if whole else subprocess.PIPE,
        env=os.environ | {"TERM": "xterm-256color"} | (env or {}),
    ) as child:
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
        status = child.wait(PATIENCE)
    os.close(ours)
    return status, shown.decode("utf-8")


def _read(descriptor: int) -> bytes:
    """What the terminal shows next; nothing once the program has closed it."""
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:
        return b""
