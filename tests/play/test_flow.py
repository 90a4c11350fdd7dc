"""The app of a deep network: stepping back layer by layer, options by keys, bars at once; and its options as plain data."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from chainrule_cli.commands.play import answer_flow as flow
from chainrule_cli.commands.play import make_ask as asking
from chainrule_cli.errors import ChainruleError
from chainrule_cli.play.asking import LostError
from chainrule_cli.play.flow import (
    TURNS,
    FlowOptions,
    FlowPlayer,
    add_layer,
    decode_variant,
    double_width,
    halve_width,
    remove_layer,
    turn_init,
)
from chainrule_cli.reports.flow import report
from chainrule_cli.runtime.worker import Budget
from tests.play.support import Here, drive, screen, settled, spot
from tests.support import PATIENCE


def player(ask: Any = Here, **options: Any) -> FlowPlayer:
    return FlowPlayer(ask, decode_variant(flow(**options)), options)


def test_it_begins_with_all_bars_and_what_they_mean() -> None:
    app = player()

    async def visit(pilot: Pilot[None]) -> None:
        shown = screen(app)
        assert "10 layers of width 1, sigmoid, every weight 1" in shown
        assert shown.count("█ ") + sum(line.endswith("█") for line in shown.splitlines()) >= 11
        assert "vanishes: layer 1 gets 1.48e-6 times what layer 10 gets" in shown
        assert "layer 1 → input: upstream 1.48e-06 × rate 0.235 = 3.48e-07" in shown
        for words in ("→ step", "l deeper", "a activation", "r residual", "n norm", "c clip norm", "q quit"):
            assert words in shown
        assert len(shown.splitlines()) == 24

    drive(app, visit)


def test_stepping_back_layer_by_layer() -> None:
    app = player()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("f")
        await pilot.pause()
        assert "█" not in screen(app)
        await pilot.press("right")
        await pilot.pause()
        assert sum("█" in line for line in screen(app).splitlines()) == 1
        for _ in range(4):
            await pilot.press("right")
        await pilot.pause()
        assert "layer 7 → layer 6: upstream 1.13e-02 × rate 0.2247 = 2.55e-03" in screen(app)
        await pilot.press("left")
        await pilot.pause()
        assert "layer 8 → layer 7" in screen(app)
        await pilot.click(offset=spot(app, "     4"))
        await pilot.pause()
        assert "layer 5 → layer 4" in screen(app)
        await pilot.press("space")
        for _ in range(4):
            app.tick()
        assert not app.playing
        assert app.at_end()

    drive(app, visit)


def test_keys_change_the_network_and_the_bars_move() -> None:
    app = player()

    async def visit(pilot: Pilot[None]) -> None:
        for key, words in (
            ("l", "11 layers of width 1, sigmoid, every weight 1"),
            ("k", "10 layers of width 1, sigmoid, every weight 1"),
            ("w", "10 layers of width 2, sigmoid, init xavier"),
            ("a", "10 layers of width 2, tanh, init xavier"),
            ("i", "10 layers of width 2, tanh, init he"),
            ("r", "10 layers of width 2, tanh, init he, residual"),
            ("n", "residual, batch norm"),
            ("n", "residual, layer norm"),
            ("c", "layer norm, clip-norm 1"),
            ("x", "clip-value 1"),
            ("v", "10 layers of width 1, tanh, init he, residual, clip-norm 1, clip-value"),
        ):
            await pilot.press(key)
            assert words in await settled(pilot)
        assert "q quit" in screen(app)
        await pilot.press("s")
        assert "seed 1" in await settled(pilot)

    drive(app, visit)


def test_buttons_turn_too() -> None:
    app = player()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.click(offset=spot(app, "a activation"))
        assert "tanh" in await settled(pilot)
        await pilot.click(offset=spot(app, "r residual"))
        assert "tanh, every weight 1, residual" in await settled(pilot)

    drive(app, visit)


def test_what_does_not_fit_is_told_and_the_old_bars_stay() -> None:
    app = player()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("n")
        shown = await settled(pilot)
        assert "error: a norm needs several numbers" in shown
        assert "10 layers of width 1, sigmoid, every weight 1" in shown
        await pilot.press("w")
        assert "10 layers of width 2" in await settled(pilot)
        assert "norm" not in app.options

    drive(app, visit)


def test_the_place_stays_where_it_was() -> None:
    app = player()

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("f", "right", "right", "a")
        await settled(pilot)
        assert app.position == 2
        await pilot.press("k", "k", "k", "k", "k", "k", "k", "k", "k", "k", "k")
        assert "1 layer of width 1" in await settled(pilot)
        assert app.position == 2

    drive(app, visit)


def test_a_worker_works_the_bars_out() -> None:
    app = player(ask=asking(Budget(PATIENCE, 1 << 30)), width=4)

    async def visit(pilot: Pilot[None]) -> None:
        await pilot.press("a", "a")
        assert "10 layers of width 4, relu" in await settled(pilot)
        assert "dead" in screen(app)

    drive(app, visit, size=(130, 40))


# options as plain data


@pytest.mark.parametrize("name", TURNS)
def test_every_turn_changes_something_and_can_be_asked_for(name: str) -> None:
    options: FlowOptions = {"width": 2, "weight": None} if name != "narrower" else {"width": 4}
    options = {key: value for key, value in options.items() if value is not None}
    turned = TURNS[name](options)
    assert turned != options
    assert report(**turned).variants


@pytest.mark.parametrize(
    ("name", "rounds"),
    [("activation", 9), ("init", 5), ("norm", 3), ("residual", 2), ("clip_norm", 2), ("clip_value", 2)],
)
def test_turns_come_round(name: str, rounds: int) -> None:
    seen = [{"activation": "sigmoid"}]
    for _ in range(rounds):
        seen.append(dict(TURNS[name](seen[-1])))
    assert seen[-1] == seen[0]
    assert len({str(each) for each in seen}) == rounds


def test_what_belongs_to_a_chain_goes_with_it() -> None:
    assert double_width({"weight": 0.5, "input": 2.0, "layers": 3}) == {"layers": 3, "width": 2}
    assert turn_init({"weight": 0.5})["init"] == "xavier"
    assert halve_width({"width": 2, "norm": "batch"}) == {"width": 1}
    assert turn_init({"init": "scale=3", "width": 4})["init"] == "xavier"


def test_ends() -> None:
    assert remove_layer({"layers": 1})["layers"] == 1
    assert halve_width({"width": 1})["width"] == 1
    assert add_layer({"layers": 2_000})["layers"] == 2_000
    assert double_width({"width": 1_024})["width"] == 1_024


def test_a_network_past_its_limits_is_refused() -> None:
    with pytest.raises(ChainruleError):
        report(**double_width({"width": 1_024, "layers": 2_000}))


def test_what_nobody_of_ours_has_written_is_refused() -> None:
    with pytest.raises(LostError):
        decode_variant(b"{}")
