"""What starts the app: the examples it begins with, the terminal or the browser that it is shown in."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from chainrule_cli.commands._pending import asking, first
from chainrule_cli.commands._terminal import require_terminal, settle_colour
from chainrule_cli.errors import ExitStatus, MissingExtraError
from chainrule_cli.runtime.worker import Budget

if TYPE_CHECKING:
    from socket import socket

    from chainrule_cli.play.formulas import Example
    from chainrule_cli.play.player import Player


def examples(formulas: Sequence[str], at: str | None) -> list[Example]:
    """What `next` goes through: several formulas that were given; one, and the built-in ones after it; those alone."""
    from chainrule_cli.play.formulas import EXAMPLES, Example

    given = [Example(formula, at or "") for formula in formulas]
    if len(given) > 1:
        return given
    return [*given, *(each for each in EXAMPLES if not any(_same(each.formula, other) for other in formulas))]


def _same(one: str, other: str) -> bool:
    return one.replace(" ", "") == other.replace(" ", "")


def scene(example: Example, budget: Budget) -> bytes:
    return first("graph", {"formula": example.formula, "at": example.at or "", "fill": False}, budget)


def step(found: list[Example], budget: Budget, color: str) -> int:
    """The app in this terminal. Raises UsageError where there is none, and what is wrong with the first formula."""
    require_terminal()
    data = scene(found[0], budget)
    settle_colour(color)
    from chainrule_cli.play.scene import decoded
    from chainrule_cli.play.stepper import Stepper

    return run(Stepper(asking(budget), decoded(data), found))


FLOW_HINT = "chainrule flow without --play shows the same on a page"


def flow(color: str, budget: Budget, options: dict[str, Any]) -> int:
    """The app of a deep network. options: of its report, those that were given."""
    require_terminal(FLOW_HINT)
    data = first("flow", options, budget)
    settle_colour(color)
    from chainrule_cli.play import flow
    from chainrule_cli.play.flow import FlowPlayer

    return run(FlowPlayer(asking(budget), flow.decoded(data), options))


def run(app: Player) -> int:
    app.run()
    return app.return_code or ExitStatus.DONE


def serve(first: Callable[[], object], arguments: Sequence[str], port: int) -> int:
    """The app in a browser, until Ctrl-C. first: has the first page worked out, so that what is wrong with it is said here; arguments: of
    the command that each page runs. Raises MissingExtraError without the server."""
    if not (find_spec("textual_serve") and find_spec("aiohttp")):
        raise MissingExtraError("--web needs textual-serve", hint='pip install "chainrule[web]"')
    first()
    from chainrule_cli.play import web

    door = web.bound(port)
    asyncio.run(_until_signalled(door, arguments))
    return ExitStatus.DONE


async def _until_signalled(door: socket, arguments: Sequence[str]) -> None:
    """Ctrl-C, or whatever else ends a process, ends the pages first."""
    from chainrule_cli.play import web

    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    sys.stdout.write(
        f"http://{web.HOST}:{door.getsockname()[1]}  (only this machine can reach it; Ctrl-C ends it)\n"
    )
    sys.stdout.flush()
    await web.served(door, arguments, ended)
