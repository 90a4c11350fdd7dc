"""docs/play.md: its picture is the screen."""

from __future__ import annotations

import pytest
from textual.binding import Binding
from textual.pilot import Pilot

from chainrule_cli.play.flow import FlowPlayer
from chainrule_cli.play.player import Player
from chainrule_cli.play.stepper import Stepper
from tests.play.support import drive, screen, stepper
from tests.support import ROOT

PAGE = ROOT / "docs" / "play.md"


def test_the_picture() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("b", "right")
        await pilot.pause()
        shown = "\n".join(line.rstrip(" ▁▂▃▄▅▆▇█▉") for line in screen(app).splitlines())
        assert shown in PAGE.read_text("utf-8")

    drive(app, visit)


@pytest.mark.parametrize("app", [Stepper, FlowPlayer])
def test_no_key_has_two_meanings(app: type[Player]) -> None:
    keys = [
        key.strip()
        for binding in app.BINDINGS
        if isinstance(binding, Binding)
        for key in binding.key.split(",")
    ]
    assert len(keys) == len(set(keys))
