"""The command line of play and of flow --play: what needs a terminal says so; a real terminal shows the app."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess

import pytest

from tests.support import COMMAND, PATIENCE, chainrule, on_terminal

LECTURE = ["play", "(x + y)*z", "--at", "x=-2,y=5,z=-4"]


@pytest.mark.parametrize("arguments", [LECTURE, ["play"], ["flow", "--play"]])
def test_without_a_terminal_it_says_so(arguments: list[str]) -> None:
    ran = chainrule(*arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("error: the app needs a terminal")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["play", "x", "--at", "x=1", "--json"], "--json does not go with an app"),
        (["play", "x", "--at", "x=1", "--output", "f"], "--output does not go with an app"),
        (["play", "x", "--format", "svg"], "'svg' is not"),
        (["play", "x", "--port", "8000"], "--port does not go without --web"),
        (["play", "x", "--web", "--port", "99999"], "99999"),
        (["flow", "--play", "--compare", "relu"], "--play does not go with --compare"),
        (["flow", "--play", "--train", "3"], "--play does not go with --train"),
        (["flow", "--play", "--cell", "rnn"], "--play does not go with --cell"),
        (["flow", "--play", "--json"], "--play does not go with --json"),
        (["flow", "--play", "--format", "html"], "--play does not go with --format"),
        (["flow", "--play", "--output", "f"], "--play does not go with --output"),
    ],
)
def test_what_does_not_go_with_an_app(arguments: list[str], words: str) -> None:
    ran = chainrule(*arguments)
    assert ran.returncode == 2
    assert words in ran.stderr.replace("\n", " ")


def test_flow_without_play_is_what_it_was() -> None:
    ran = chainrule("flow", "--layers", "3")
    assert ran.returncode == 0
    assert "3 layers of width 1" in ran.stdout


class Terminal:
    """The command on a terminal of 80 by 24, with a keyboard."""

    def __init__(self, *arguments: str, env: dict[str, str] | None = None, given: str | None = None) -> None:
        import fcntl
        import struct
        import termios

        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.child = subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=theirs if given is None else subprocess.PIPE,
            stdout=theirs,
            stderr=theirs,
            env=os.environ | {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | (env or {}),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(1, termios.TIOCSCTTY, 0),  # noqa: PLW1509  # the terminal is the child's own
        )
        if given is not None and self.child.stdin is not None:
            self.child.stdin.write(given.encode())
            self.child.stdin.close()
        os.close(theirs)
        self.shown = b""

    def until(self, words: str) -> str:
        while words not in self.text():
            more = self._read() if select.select([self.ours], [], [], PATIENCE)[0] else b""
            assert more, f"no {words!r} in {self.text()!r}"
            self.shown += more
        return self.text()

    def _read(self) -> bytes:
        try:
            return os.read(self.ours, 1 << 16)
        except OSError:
            return b""

    def text(self) -> str:
        return re.sub(r"\x1b\[[0-9;?]*[ -/]*[@-~]", "", self.shown.decode("utf-8", "replace"))

    def press(self, keys: str) -> None:
        os.write(self.ours, keys.encode())

    def end(self) -> int:
        """The exit status; what is still written is read, or the child would wait for it."""
        self.shown += b"".join(iter(self._read, b""))
        os.close(self.ours)
        return self.child.wait(PATIENCE)


def test_a_terminal_shows_the_app_and_gets_its_screen_back() -> None:
    terminal = Terminal(*LECTURE)
    terminal.until("takes the first step")
    terminal.press("\x1b[C")
    terminal.until("x = -2 is given")
    terminal.press("q")
    assert terminal.end() == 0
    assert b"\x1b[?1049l" in terminal.shown


def test_ctrl_c_ends_it() -> None:
    terminal = Terminal("flow", "--play", "--layers", "3", "--activation", "tanh")
    terminal.until("3 layers of width 1, tanh")
    terminal.press("\x03")
    assert terminal.end() == 0


def test_a_formula_from_standard_input_leaves_the_keyboard_to_the_terminal() -> None:
    terminal = Terminal("play", "-", "--at", "x=2", given="x^3")
    terminal.until("f = x³")
    terminal.press("q")
    assert terminal.end() == 0


@pytest.mark.parametrize(
    ("arguments", "env", "words"),
    [
        (LECTURE, {"TERM": "dumb"}, "this terminal cannot be drawn on"),
        (LECTURE, {"PYTHONIOENCODING": "latin-1"}, "encoding (iso8859-1) lacks"),
        (["play", "sin("], {}, "error: "),
        (["play", "x*y", "--at", "x=1"], {}, "the point has no value for y"),
        (["play", "x = y^2 + x^2"], {}, "an equation has no value"),
        (["flow", "--play", "--layers", "0"], {}, "--layers 0 is not between 1"),
    ],
)
def test_what_is_wrong_is_told_before_the_screen_is_taken(
    arguments: list[str], env: dict[str, str], words: str
) -> None:
    terminal = Terminal(*arguments, env=env)
    assert terminal.end() == 2
    assert words in terminal.text().replace("latin-1", "iso8859-1")
    assert b"\x1b[?1049h" not in terminal.shown


def test_a_pipe_behind_it_is_no_terminal() -> None:
    status, page = on_terminal(*LECTURE)
    assert status == 2
    assert page == ""
