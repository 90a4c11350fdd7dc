"""An app without a terminal: its screen as text, places on it for a mouse, and questions worked out here instead of in a worker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.timer import Timer

from chainrule_cli.commands.play import ANSWERS, make_scene
from chainrule_cli.play.formulas import EXAMPLES, Example
from chainrule_cli.play.scene import Scene
from chainrule_cli.play.stepper import Stepper

LECTURE = Example("(x + y)*z", "x=-2,y=5,z=-4")


class Here:
    """A pending answer that is worked out in this process: for what is harmless."""

    def __init__(self, name: str, arguments: dict[str, Any]) -> None:
        self.name, self.arguments = name, arguments

    def result(self) -> bytes:
        return ANSWERS[self.name](**self.arguments)

    def stop(self) -> None:
        """Nothing: it is done at once."""


def lecture() -> Scene:
    return make_scene(LECTURE.formula, LECTURE.at or "")


def stepper(*examples: Example, ask: Callable[[str, dict[str, Any]], Any] = Here) -> Stepper:
    """The app at the first of the examples; at the lecture's, with the built-in ones behind it, where there are none."""
    found = list(examples) or [LECTURE, *EXAMPLES]
    return Stepper(ask, make_scene(found[0].formula, found[0].at or ""), found)


def drive(
    app: App[None], visit: Callable[[Pilot[None]], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> None:
    """The visit of an app that nobody's clock steps: what plays goes on where the visit calls app.tick()."""
    app.set_interval = lambda interval, *_, **__: Timer(app, interval)  # type: ignore[method-assign]  # it never starts

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await visit(pilot)

    asyncio.run(run())


async def settled(pilot: Pilot[None]) -> str:
    """The screen once all that was asked for is there."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()
    return screen(pilot.app)


def screen(app: App[None]) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def spot(app: App[None], words: str, place: int = 0) -> tuple[int, int]:
    """The cell at which words stand, the first of them or a later one."""
    found = [(line.index(words), row) for row, line in enumerate(screen(app).splitlines()) if words in line]
    return found[place]


async def type_(pilot: Pilot[None], text: str) -> None:
    """Replaces what stands in the line that is open, and enters it."""
    from textual.widgets import Input

    pilot.app.query_one(Input).value = text
    await pilot.press("enter")
