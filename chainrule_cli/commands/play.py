"""chainrule play"""

from __future__ import annotations

import click

from chainrule_cli.commands import AT, command
from chainrule_cli.commands._types import TEXT
from chainrule_cli.errors import UsageError
from chainrule_cli.runtime.worker import Budget

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

    Keys, or the mouse, step, play, jump, edit the point and the formula, and ask for predictions; ? lists them. Without a FORMULA it
    begins with the example of every lecture; n goes on to the next one. Several FORMULAs share the point.
    """
    _refuse(as_json=as_json, path=path)
    if port is not None and not web:
        raise UsageError("--port does not go without --web")
    if port is not None and not 0 <= port <= LAST_PORT:
        raise UsageError(f"--port {port} is not between 0 and {LAST_PORT:,}", hint="0 takes any that is free")
    from chainrule_cli.commands import _app

    budget, found = Budget(timeout, memory), _app.examples(formulas, at)
    if not web:
        return _app.step(found, budget, color)
    options = {"at": at, "timeout": timeout, "memory": memory, "color": color}
    arguments = [
        "play",
        *(f"--{name}={value}" for name, value in options.items() if value is not None),
        "--",
        *formulas,
    ]
    return _app.serve(lambda: _app.scene(found[0], budget), arguments, PORT if port is None else port)


def _refuse(*, as_json: bool, path: str | None) -> None:
    if as_json or path is not None:
        raise UsageError(f"{'--json' if as_json else '--output'} does not go with an app", hint=GRAPH)
