"""Whether there is a terminal for the app, and its colours. Knows no app."""

from __future__ import annotations

import os
import sys

from chainrule_cli.errors import UsageError

HINT = "chainrule graph shows the same on a page; --web serves the app to a browser"
DRIVER = "TEXTUAL_DRIVER"
"""Set where a server shows the app elsewhere, so that no terminal is needed."""


def require_terminal(hint: str = HINT) -> None:
    """Raises UsageError where nobody could see the app or press a key."""
    if os.environ.get(DRIVER):
        return
    take_keyboard()
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if any(stream is None or not stream.isatty() for stream in streams):
        raise UsageError("the app needs a terminal: standard input, output and error", hint=hint)
    if os.environ.get("TERM", "dumb") in ("dumb", "unknown", ""):
        raise UsageError("this terminal cannot be drawn on (TERM is dumb, or not set)", hint=hint)
    if not (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf"):
        message = (
            f"the app is drawn with characters that this terminal's encoding ({sys.stdout.encoding}) lacks"
        )
        raise UsageError(message, hint="set LANG to one in UTF-8")


def take_keyboard() -> None:
    """A formula may have come through standard input; the keys then come from the terminal itself."""
    if (
        os.name != "posix"
        or sys.stdin is None
        or sys.stdin.isatty()
        or sys.stdout is None
        or not sys.stdout.isatty()
    ):
        return
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:  # there is none: the check that follows says so
        return
    os.dup2(terminal, 0)
    os.close(terminal)


def settle_colour(wish: str) -> None:
    """The app's library asks NO_COLOR alone; an empty one says nothing."""
    if wish == "never":
        os.environ["NO_COLOR"] = "1"
    elif wish == "always" or not os.environ.get("NO_COLOR"):
        os.environ.pop("NO_COLOR", None)
