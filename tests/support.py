"""What tests share: the command as a child process, a terminal for it, and the counts of generated tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
FAKES = ROOT / "tests" / "fakes"

COMMAND = [sys.executable, "-m", "chainrule_cli"]
WITH_FAKES = [
    sys.executable,
    "-c",
    f"from chainrule_cli import cli, commands; commands.__path__.append({str(FAKES)!r}); cli.main()",
]

PATIENCE = 60
"""Seconds after which a child is hung, on the slowest machine."""


def counted(full: int, name: str = "count") -> pytest.MarkDecorator:
    """Runs a generated test with a tenth of its count, and with all of it where the marker `full` is asked for."""
    few, all_ = (
        pytest.param(max(1, full // 10), id="tenth"),
        pytest.param(full, id="full", marks=pytest.mark.full),
    )
    return pytest.mark.parametrize(name, [few, all_])


def chainrule(
    *arguments: str,
    given: str | bytes = "",
    program: list[str] = COMMAND,
    env: dict[str, str] | None = None,
    **more: Any,
) -> subprocess.CompletedProcess[str]:
    """One run of the command; what it wrote is decoded as UTF-8."""
    data = given.encode("utf-8") if isinstance(given, str) else given
    more = {"timeout": PATIENCE, "env": os.environ | (env or {})} | more
    ran = subprocess.run([*program, *arguments], input=data, capture_output=True, check=False, **more)
    return subprocess.CompletedProcess(
        ran.args, ran.returncode, ran.stdout.decode("utf-8"), ran.stderr.decode("utf-8")
    )


def fake(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """One run of the command with the commands of tests/fakes among its own."""
    return chainrule(*arguments, program=WITH_FAKES, **more)


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
