"""chainrule play; and what an app needs of the world: a terminal or a browser, and its questions answered.

Each question is answered in a process of its own, within the budget, and given up by a kill: the app knows no
process and no report. ANSWERS are what it may ask for.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click

from chainrule_cli.commands import AT, command
from chainrule_cli.commands._parameter_types import TEXT
from chainrule_cli.errors import ExitStatus, LimitError, MissingExtraError, UsageError
from chainrule_cli.runtime import limits
from chainrule_cli.runtime.worker import Budget, Send, Stage, Task

if TYPE_CHECKING:
    from socket import socket

    from chainrule_cli.notation.syntax import Reading, Syntax
    from chainrule_cli.play.formulas import Example
    from chainrule_cli.play.player import Player
    from chainrule_cli.play.scene import Scene

EXAMPLES = (
    'chainrule play "(x + y)*z" --at x=-2,y=5,z=-4',
    "chainrule play",
    'chainrule play "sin(x^2)" "x*exp(x)" --at x=0.8',
    'chainrule play "relu(w*x + b)" --at w=1,x=2,b=-1 --web',
)
HELPS = {
    "format": "Only terminal: chainrule graph has the other formats.",
    "path": "Not here: chainrule graph writes files.",
    "timeout": "For each formula that is typed.",
    "memory": "For each formula, such as 300M or 2GiB.",
}
PORT, LAST_PORT = 8_000, 65_535
GRAPH = "chainrule graph has the same in other formats, and writes files"

STEPPER_HINT = "chainrule graph shows the same on a page; --web serves the app to a browser"
FLOW_HINT = "chainrule flow without --play shows the same on a page"

DRIVER = "TEXTUAL_DRIVER"
"""Set where a server shows the app elsewhere, so that no terminal is needed."""

MOST_NODES = 400
"""Of a graph that is stepped through; each step draws it anew."""


@command(formats=("terminal",), examples=EXAMPLES, here=HELPS)
@click.argument("formulas", nargs=-1, type=TEXT, metavar="[FORMULA]...")
@AT
@click.option("--web", is_flag=True, help="Serve the app to a browser, on this machine only.")
@click.option(
    "--port", type=int, metavar="N", help=f"The port of --web; 0 takes any that is free.  [default: {PORT}]"
)
def play(
    formulas: tuple[str, ...],
    at: str | None,
    web: bool,  # noqa: FBT001  # flags of the command line
    port: int | None,
    format: str | None,
    as_json: bool,  # noqa: FBT001
    path: str | None,
    color: str,
    timeout: float,
    memory: int,
) -> int:
    """Step through the passes over a graph, forward and back.

    An app for the terminal, over the graph of FORMULA.

    Keys, or the mouse, step, play, jump, edit the point and the formula, and ask for predictions; ? lists
    them. Without a FORMULA it begins with the example of every lecture; n goes on to the next one. Several
    FORMULAs share the point.
    """
    _refuse(as_json=as_json, path=path)
    if port is not None and not web:
        raise UsageError("--port does not go without --web")
    if port is not None and not 0 <= port <= LAST_PORT:
        raise UsageError(f"--port {port} is not between 0 and {LAST_PORT:,}", hint="0 takes any that is free")
    budget, found = Budget(timeout, memory), list_examples(formulas, at)
    if not web:
        return start_stepper(found, budget, color)
    options = {"at": at, "timeout": timeout, "memory": memory, "color": color}
    arguments = [
        "play",
        *(f"--{name}={value}" for name, value in options.items() if value is not None),
        "--",
        *formulas,
    ]
    return serve(lambda: find_scene(found[0], budget), arguments, PORT if port is None else port)


def _refuse(*, as_json: bool, path: str | None) -> None:
    if as_json or path is not None:
        raise UsageError(f"{'--json' if as_json else '--output'} does not go with an app", hint=GRAPH)


# the app, and where it is shown


def list_examples(formulas: Sequence[str], at: str | None) -> list[Example]:
    """What `next` goes through: several formulas that were given; one, and the built-in ones after it; those
    alone.
    """
    from chainrule_cli.play.formulas import EXAMPLES, Example

    given = [Example(formula, at or "") for formula in formulas]
    if len(given) > 1:
        return given
    typed = {formula.replace(" ", "") for formula in formulas}
    return [*given, *(each for each in EXAMPLES if each.formula.replace(" ", "") not in typed)]


def find_scene(example: Example, budget: Budget) -> bytes:
    """The scene of an example at its point. Raises what is wrong with the formula."""
    return answer_now("graph", {"formula": example.formula, "at": example.at or "", "fill": False}, budget)


def start_stepper(found: list[Example], budget: Budget, color: str) -> int:
    """The app in this terminal. Raises UsageError where there is none, and what is wrong with the first
    formula.
    """
    require_terminal(STEPPER_HINT)
    data = find_scene(found[0], budget)
    settle_colour(color)
    from chainrule_cli.play.scene import decode_scene
    from chainrule_cli.play.stepper import Stepper

    return _run(Stepper(make_ask(budget), decode_scene(data), found))


def start_flow(color: str, budget: Budget, options: dict[str, Any]) -> int:
    """The app of a deep network. options: of its report, those that were given."""
    require_terminal(FLOW_HINT)
    data = answer_now("flow", options, budget)
    settle_colour(color)
    from chainrule_cli.play.flow import FlowPlayer, decode_variant

    return _run(FlowPlayer(make_ask(budget), decode_variant(data), options))


def _run(app: Player) -> int:
    app.run()
    return app.return_code or ExitStatus.DONE


def serve(first: Callable[[], object], arguments: Sequence[str], port: int) -> int:
    """The app in a browser, until Ctrl-C.

    first: has the first page worked out, so that what is wrong with it is said here.
    arguments: of the command that each page runs.

    Raises MissingExtraError without the server.
    """
    if not (find_spec("textual_serve") and find_spec("aiohttp")):
        raise MissingExtraError("--web needs textual-serve", hint='pip install "chainrule[web]"')
    first()
    import asyncio

    from chainrule_cli.play import web

    asyncio.run(_serve_until_signalled(web.bind(port), arguments))
    return ExitStatus.DONE


async def _serve_until_signalled(bound: socket, arguments: Sequence[str]) -> None:
    """Ctrl-C, or whatever else ends a process, ends the pages first."""
    import asyncio

    from chainrule_cli.play import web

    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    address = f"http://{web.HOST}:{bound.getsockname()[1]}"
    sys.stdout.write(f"{address}  (only this machine can reach it; Ctrl-C ends it)\n")
    sys.stdout.flush()
    await web.serve(bound, arguments, ended)


# the terminal


def require_terminal(hint: str) -> None:
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


# the app's questions


class PendingAnswer:
    """One question, in a fresh interpreter: the app has threads, whose locks a fork would copy."""

    def __init__(self, name: str, arguments: dict[str, Any], budget: Budget) -> None:
        self._task = _make_task(name, arguments)
        self._budget = budget
        self._stop = limits.Stop()

    def result(self) -> bytes:
        from chainrule_cli.play.asking import LostError

        try:
            return _encode(limits.run(self._task, self._budget, fork=False, stop=self._stop))
        except limits.WorkerError as error:
            raise LostError(str(error)) from error

    def stop(self) -> None:
        self._stop()


def make_ask(budget: Budget) -> Callable[[str, dict[str, Any]], PendingAnswer]:
    """How an app asks: (one of ANSWERS, its arguments) -> the pending answer."""
    return lambda name, arguments: PendingAnswer(name, arguments, budget)


def answer_now(name: str, arguments: dict[str, Any], budget: Budget) -> bytes:
    """The answer before the app begins: what is wrong with it is told as every command tells it."""
    found = limits.run(_make_task(name, arguments), budget)
    if found.shortfall is not None:
        raise found.shortfall
    return _encode(found)


def _make_task(name: str, arguments: dict[str, Any]) -> Task:
    return Task(__name__, answer.__name__, {"name": name, "arguments": arguments})


def _encode(found: limits.WorkerAnswer) -> bytes:
    output = found.stage.output
    return output if isinstance(output, bytes) else output.encode("utf-8")


# in the worker


def answer(send: Send, name: str, arguments: dict[str, Any]) -> None:
    """The worker's side of a question. What a library might print would land in the middle of the app."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    send(Stage("done", ANSWERS[name](**arguments), 0))


def answer_graph(formula: str, at: str, *, fill: bool) -> bytes:
    """The scene of a formula at a point, as plain data, so that nothing is unpickled. fill: as for
    `make_scene`.
    """
    from chainrule_cli.play.scene import encode_scene

    return encode_scene(make_scene(formula, at, fill=fill))


def make_scene(formula: str, at: str, *, fill: bool = False) -> Scene:
    """What the app shows of a formula at a point.

    fill: the point is another formula's: of its variables those that are here too stay, what it lacks is
    assumed.

    Raises what the report of a graph raises, and LimitError for a graph that is too large to be stepped
    through.
    """
    from chainrule_cli.play.scene import build_scene
    from chainrule_cli.reports import graph

    blank = fill and not at.strip()  # a point that is fitted may be empty
    reading, point = graph.read_at(formula, "" if blank else at)
    typed, assumed = at, tuple[str, ...]()
    if fill:
        typed, point, assumed = fit_point(reading, point, at)
    record = graph.answer(graph.evaluate_at(reading, point))
    if len(record.nodes) > MOST_NODES:
        raise LimitError(
            f"the graph has {len(record.nodes):,} nodes, which is too many to step through: at most "
            f"{MOST_NODES}",
            hint="chainrule graph shows it on a page",
        )
    return build_scene(record, typed, assumed)


def fit_point(
    reading: Reading, point: Mapping[str, Syntax], at: str
) -> tuple[str, Mapping[str, Syntax], tuple[str, ...]]:
    """The point with the formula's variables and no others, as typed and as it is, and those of them that had
    no value.

    at: the point as it was typed, which stays where it fits.
    """
    from chainrule_cli.notation.build import ONE
    from chainrule_cli.notation.write import to_text

    variables = reading.variables
    if set(variables) == set(point):
        return at, point, ()
    values = {name: point.get(name, ONE) for name in variables}
    typed = ", ".join(f"{name}={to_text(value)}" for name, value in values.items())
    return typed, values, tuple(name for name in variables if name not in point)


def answer_flow(**options: Any) -> bytes:
    """The record of one deep network. Raises what its report raises."""
    from chainrule_cli.records.base import encode
    from chainrule_cli.reports.flow import report

    return encode(report(**options))


ANSWERS: dict[str, Callable[..., bytes]] = {"graph": answer_graph, "flow": answer_flow}
"""What an app may ask for, by name; the arguments are plain data."""
