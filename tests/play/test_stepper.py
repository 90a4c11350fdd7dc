"""The app of a formula, driven by keys and by a mouse: a whole run of the lecture's example, predictions, edits, what is hostile."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from textual.pilot import Pilot

from chainrule_cli.commands.play import make_ask as asking
from chainrule_cli.play.asking import LostError
from chainrule_cli.play.formulas import EXAMPLES, Example
from chainrule_cli.play.stepper import Stepper
from chainrule_cli.runtime.worker import Budget
from tests.play.support import drive, screen, settled, spot, stepper, type_
from tests.support import PATIENCE

STORY = [
    "x = -2 is given",
    "y = 5 is given",
    "z = -4 is given",
    "v1 = x + y = 3, with x = -2, y = 5",
    "f = v1·z = -12, with v1 = 3, z = -4",
    "seed: ∂f/∂f = 1, the backward pass begins",
    "f → v1: ∂f/∂v1 = z = -4; upstream 1 × local (-4) = -4",
    "f → z: ∂f/∂z = v1 = 3; upstream 1 × local 3 = 3",
    "v1 → x: ∂v1/∂x = 1; upstream -4 × local 1 = -4",
    "v1 → y: ∂v1/∂y = 1; upstream -4 × local 1 = -4",
]
END = """\
 x  -2 ─┐
    -4  ├─ v1 = x + y   3 ─┐
 y   5 ─┘              -4  ├─ f = v1·z  -12
    -4                     │              1
 z  -4 ────────────────────┘
     3          value above, gradient below"""


def told(app: Stepper) -> str:
    """The line that spells out what happens now: the last one above the status."""
    lines = screen(app).splitlines()
    status = next(row for row, line in enumerate(lines) if " a second" in line)
    return lines[status - 1].strip()


def test_a_whole_run_by_keys_forward_and_back() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        for story in STORY:
            await pilot.press("right")
            await pilot.pause()
            assert told(app) == story
            assert any(line.startswith("▶") and story in line for line in screen(app).splitlines())
        assert END in screen(app)
        await pilot.press("right")
        assert app.walk.position == 10
        for story in reversed(STORY[:-1]):
            await pilot.press("left")
            await pilot.pause()
            assert told(app) == story
        await pilot.press("left", "left")
        await pilot.pause()
        assert app.walk.position == 0
        assert "-2" not in screen(app).partition("\n")[2]

    drive(app, visit)


def test_a_whole_run_by_mouse() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        for story in STORY:
            await pilot.click(offset=spot(app, "→ step"))
            await pilot.pause()
            assert told(app) == story
        await pilot.click(offset=spot(app, "← back"))
        await pilot.pause()
        assert told(app) == STORY[-2]
        await pilot.click(offset=spot(app, "f forward"))
        await pilot.pause()
        assert app.walk.position == 0
        await pilot.click(offset=spot(app, "  4  v1 = x + y"))
        await pilot.pause()
        assert told(app) == STORY[3]
        await pilot.click(offset=spot(app, "v1 = x + y"))
        await pilot.pause()
        assert told(app) == STORY[6]
        await pilot.click(offset=spot(app, "end last"))
        await pilot.pause()
        assert END in screen(app)

    drive(app, visit)


def test_everything_important_is_visible_at_80_by_24() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("b", "right")
        await pilot.pause()
        shown = screen(app)
        assert len(shown.splitlines()) == 24
        for words in (
            "f = (x + y)·z   at x = -2, y = 5, z = -4",
            "├─ f = v1·z  -12",
            "value above, gradient below",
            "▶   7",
            STORY[6],
            "Backward",
        ):
            assert words in shown
        for words in (
            "→ step",
            "← back",
            "space play",
            "+ faster",
            "- slower",
            "f forward",
            "b backward",
            "end last",
            "n next",
            "e formula",
            "a point",
        ):
            assert words in shown
        assert "p predict  ? help  q quit" in shown
        assert "backward 7 of 10 · paused, 1 a second" in shown

    drive(app, visit)


def test_jumps() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        for key, position in (
            ("end", 10),
            ("b", 6),
            ("f", 0),
            ("end", 10),
            ("home", 0),
            ("down", 1),
            ("up", 0),
        ):
            await pilot.press(key)
            assert app.walk.position == position

    drive(app, visit)


def test_playing() -> None:
    """The clock is turned by hand: each tick is a step, and the last one ends the play."""
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("minus", "minus", "minus")
        await pilot.press("space")
        assert app.playing
        await pilot.pause()
        assert "playing, 0.5 a second" in screen(app)
        for _ in range(10):
            app.tick()
        assert (app.playing, app.walk.position) == (False, 10)
        await pilot.press("plus", "plus", "equals_sign")
        await pilot.press("space")
        assert (app.playing, app.walk.position) == (True, 0)
        await pilot.pause()
        assert "playing, 4 a second" in screen(app)
        await pilot.press("plus", "plus", "plus", "space")
        assert not app.playing
        await pilot.press("space", "right")
        assert not app.playing
        await pilot.pause()
        assert "paused, 8 a second" in screen(app)

    drive(app, visit)


# predictions


def test_predictions_keep_score() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("p", "right", "right", "right")
        assert app.walk.position == 3
        await pilot.press("right")
        await pilot.pause()
        assert app.walk.position == 3
        assert "What is the value of v1?" in screen(app)
        assert "v1 = x + y = 3" not in screen(app)
        await pilot.press(*"6/2", "enter")
        await pilot.pause()
        assert "✓ right: 3" in screen(app)
        assert "1 of 1 right" in screen(app)
        await pilot.press("right", *"12", "enter")
        await pilot.pause()
        assert "✗ not 12, but -12" in screen(app)
        assert "1 of 2 right" in screen(app)
        await pilot.press("right", "right")
        await pilot.pause()
        assert "What is the contribution along f → v1?" in screen(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "it is -4" in screen(app)
        assert "1 of 3 right" in screen(app)

    drive(app, visit)


def test_what_is_no_number_is_told_and_asked_again() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("p", "right", "right", "right", "right", *"3+", "enter")
        await pilot.pause()
        assert "error: the formula ends too early" in screen(app)
        assert (app.walk.position, app.walk.score.asked) == (3, 0)
        await pilot.press("backspace", "enter")
        await pilot.pause()
        assert "✓ right: 3" in screen(app)

    drive(app, visit)


def test_a_question_stops_the_play_and_escape_leaves_the_mode() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("p", "space")
        for _ in range(4):
            app.tick()
        assert not app.playing
        assert app.entry.purpose == "answer"
        await pilot.press("escape")
        await pilot.pause()
        assert app.entry.purpose == ""
        assert not app.walk.predicting
        await pilot.press("right")
        assert app.walk.position == 4

    drive(app, visit)


# edits


def test_the_point_is_edited() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("end", "a")
        await pilot.pause()
        assert "point, such as" in screen(app)
        await type_(pilot, "x=1/2, y=-1, z=3")
        shown = await settled(pilot)
        assert "at x = 0.5, y = -1, z = 3" in shown
        assert app.walk.position == 0
        await pilot.press("end")
        await pilot.pause()
        assert "f = v1·z  -1.5" in screen(app)

    drive(app, visit)


def test_the_formula_is_edited_and_the_point_stays_where_it_can() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("e", "backspace", *"w", "enter")
        shown = await settled(pilot)
        assert "f = (x + y)·w   at x = -2, y = 5, w = 1" in shown
        assert "w = 1 for now: a edits the point" in shown
        await pilot.press("a")
        await type_(pilot, "x=-2, y=5, w=7")
        await settled(pilot)
        await pilot.press("end")
        await pilot.pause()
        assert "f = v1·w  21" in screen(app)

    drive(app, visit)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("(x + y)*(z", ["error: a bracket is not closed", "(x + y)*(z", "        ^", "add )"]),
        ("sni(x)", ["error:", "did you mean sin"]),
        ("x^2 + y^2 = 1", ["error: an equation has no value"]),
        ("[@click=app.quit]x[/]", ["error:"]),
        ("", ["error: there is nothing to read"]),
        ("x + \x1b[31m", ["error:"]),
    ],
)
def test_a_bad_formula_shows_its_error_and_the_old_one_stays(formula: str, words: list[str]) -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("end", "e")
        await type_(pilot, formula)
        shown = await settled(pilot)
        for each in words:
            assert each in shown
        assert "f = (x + y)·z   at x = -2, y = 5, z = -4" in shown
        assert app.walk.position == 10
        await pilot.press("escape")
        await pilot.pause()
        assert END in screen(app)

    drive(app, visit)


def test_definitions_on_lines_of_their_own_can_be_edited() -> None:
    app = stepper(Example("u = x^2\nu*x", "x=3"))

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("e", *"+1", "enter")
        assert "u = x²; f = u·x + 1   at x = 3" in await settled(pilot)

    drive(app, visit)


def test_next_goes_through_the_examples_and_round() -> None:
    app = stepper(Example("x*y", "x=1,y=2"), Example("sin(x)", "x=1,y=2"))

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("n")
        assert "f = sin(x)   at x = 1" in await settled(pilot)
        await pilot.press("n")
        assert "f = x·y   at x = 1, y = 2" in await settled(pilot)

    drive(app, visit)


def test_every_built_in_example_fits_the_screen() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        for _ in EXAMPLES:
            await pilot.press("n")
            await settled(pilot)
            await pilot.press("end")
            await pilot.pause()
            assert app.notice == ""
            assert app.walk.ended
            assert "q quit" in screen(app)

    drive(app, visit)


# what is hostile, slow or broken


class Slow:
    """A question that is never answered until it is stopped."""

    def __init__(self, *_: Any) -> None:
        self.stopped = threading.Event()

    def result(self) -> bytes:
        self.stopped.wait(PATIENCE)
        raise LostError("stopped")

    def stop(self) -> None:
        self.stopped.set()


def test_while_something_is_worked_out_the_app_goes_on() -> None:
    asked: list[Slow] = []

    def ask(*_: Any) -> Slow:
        asked.append(Slow())
        return asked[-1]

    app = stepper(ask=ask)

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("n")
        await pilot.pause()
        assert "working, Esc gives up" in screen(app)
        await pilot.press("right", "right")
        await pilot.pause()
        assert told(app) == STORY[1]
        await pilot.press("escape")
        await pilot.pause()
        assert asked[0].stopped.is_set()
        assert "working" not in screen(app)
        await pilot.press("n")
        await pilot.pause()
        await pilot.press("n")
        await pilot.pause()
        assert [each.stopped.is_set() for each in asked] == [True, True, False]

    drive(app, visit)
    assert asked[2].stopped.is_set()


def test_a_hostile_formula_is_killed_at_its_limit_and_the_old_one_stays() -> None:
    """In a worker of its own, as the command runs it: what takes too long there costs nothing here."""
    app = stepper(ask=asking(Budget(0.05, 1 << 30)))

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("e")
        await type_(pilot, "+".join(f"sin(x^{power})*gamma(x+{power})" for power in range(60)))
        shown = await settled(pilot)
        assert "error: the time of 0.05 s ran out" in shown
        assert "f = (x + y)·z" in shown

    drive(app, visit)


def test_a_worker_answers() -> None:
    app = stepper(ask=asking(Budget(PATIENCE, 1 << 30)))

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("n")
        assert "f = (x + y)·z" in await settled(pilot)
        await pilot.press("n")
        assert "f = sin(x²)   at x = 0.8" in await settled(pilot)

    drive(app, visit)


def test_a_fault_of_the_worker_is_told() -> None:
    class Broken(Slow):
        def result(self) -> bytes:
            raise LostError("the worker ended unexpectedly (SIGSEGV)")

    app = stepper(ask=Broken)

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("n")
        assert "a fault of the program, not of your formula (the worker ended" in await settled(pilot)

    drive(app, visit)


# screens


def test_resizing() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("end")
        await pilot.resize_terminal(140, 40)
        await pilot.pause()
        lines = screen(app).splitlines()
        assert any(
            "v1 = x + y   3 ─┐" in line and ("is given" in line or "Forward" in line) for line in lines
        )
        await pilot.resize_terminal(60, 16)
        await pilot.pause()
        await pilot.pause()
        assert any(line.startswith("▶  10") for line in screen(app).splitlines())
        for size in ((40, 12), (10, 4), (1, 1), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert END in screen(app)

    drive(app, visit)


def test_a_long_formula_leaves_room_for_its_point() -> None:
    app = stepper(
        Example(
            "; ".join(["u_0 = x", *(f"u_{place + 1} = u_{place}*x + y" for place in range(20))]), "x=0.5,y=1"
        )
    )

    async def visit(pilot: Pilot[None]) -> None:
        lines = screen(app).splitlines()
        assert lines[0].endswith("…")
        assert lines[1] == " at x = 0.5, y = 1"

    drive(app, visit)


def test_help_lists_every_key() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("question_mark")
        await pilot.pause()
        shown = screen(app)
        for words in ("→ or ↓", "Space", "predict mode", "edit the point", "Ctrl-C"):
            assert words in shown
        await pilot.press("escape")
        await pilot.pause()
        assert "predict mode" not in screen(app)
        await pilot.press("h")
        await pilot.pause()
        await pilot.click(offset=(40, 5))
        await pilot.pause()
        assert "predict mode" not in screen(app)

    drive(app, visit, size=(80, 40))


def test_help_scrolls_by_keys_on_a_small_screen() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("question_mark", "end")
        await pilot.pause()
        await pilot.wait_for_scheduled_animations()
        await pilot.pause()
        assert "closes this page" in screen(app)

    drive(app, visit)


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_leaving(key: str) -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press(key)
        await pilot.pause()

    drive(app, visit)
    assert app.return_code == 0


def test_ctrl_c_leaves_while_a_line_is_open() -> None:
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("e", "ctrl+c")
        await pilot.pause()
        assert not app.is_running or app._exit

    drive(app, visit)


def test_without_colour_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is current is marked by a sign and reversed, what is stressed is bold: the text alone says where one is."""
    monkeypatch.setenv("NO_COLOR", "1")
    app = stepper()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("b", "right")
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        colours = {
            segment.style.color.triplet
            for strip in strips
            for segment in strip
            if segment.style and segment.style.color
        }
        assert all(colour is None or max(colour) - min(colour) <= 1 for colour in colours)
        gradients = {
            segment.style.color.triplet
            for strip in strips
            for segment in strip
            if segment.text == "-4" and segment.style and segment.style.color
        }
        assert gradients
        assert all(colour is not None and min(colour) > 140 for colour in gradients)
        assert "▶   7" in screen(app)
        reversed_ = "".join(
            segment.text
            for strip in strips
            for segment in strip
            if segment.style and segment.style.reverse and "v1" in segment.text
        )
        assert "v1" in reversed_

    drive(app, visit)
