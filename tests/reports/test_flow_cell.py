"""chainrule flow --cell: closed forms of one step, autograd through ten, the highway exactly, hostile values."""

from __future__ import annotations

import json
import math
import random

import autograd
import autograd.numpy as anp
import pytest

from chainrule_cli.explain import flow_cell as explain_cell
from chainrule_cli.lessons.recurrent import CELLS, PARAMETERS, Cell, slopes_of_last, through_time
from chainrule_cli.render import plain
from chainrule_cli.reports.flow_cell import RATE, TARGET, report
from tests.support import chainrule, counted


def parameters(kind: str, dice: random.Random, spread: float = 1.0) -> dict[str, float]:
    return {f"{letter}_{name}": dice.gauss(0, spread) for name in PARAMETERS[kind] for letter in "wub"}


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


@counted(200)
def test_one_step_of_an_lstm_is_the_closed_form(count: int) -> None:
    dice = random.Random(1)
    for _ in range(count):
        p = parameters("lstm", dice)
        x, c, o = dice.gauss(0, 1), dice.gauss(0, 1), dice.random()
        h = o * math.tanh(c)
        f, i = (
            sigmoid(p["w_f"] * x + p["u_f"] * h + p["b_f"]),
            sigmoid(p["w_i"] * x + p["u_i"] * h + p["b_i"]),
        )
        g = math.tanh(p["w_g"] * x + p["u_g"] * h + p["b_g"])
        heard = c * f * (1 - f) * p["u_f"] + g * i * (1 - i) * p["u_i"] + i * (1 - g * g) * p["u_g"]
        gates = heard * o * (1 - math.tanh(c) ** 2)
        step, after = Cell("lstm").step(p, x, c, o)
        assert step.highway == pytest.approx(f, rel=1e-13)
        assert step.gates == pytest.approx(gates, rel=1e-11, abs=1e-15)
        assert step.total == pytest.approx(f + gates, rel=1e-11, abs=1e-15)
        assert step.state == pytest.approx(f * c + i * g, rel=1e-13, abs=1e-16)
        assert after == pytest.approx(sigmoid(p["w_o"] * x + p["u_o"] * h + p["b_o"]), rel=1e-13)


@counted(200)
def test_one_step_of_a_gru_is_the_closed_form(count: int) -> None:
    dice = random.Random(2)
    for _ in range(count):
        p = parameters("gru", dice)
        x, h = dice.gauss(0, 1), dice.gauss(0, 1)
        z, r = (
            sigmoid(p["w_z"] * x + p["u_z"] * h + p["b_z"]),
            sigmoid(p["w_r"] * x + p["u_r"] * h + p["b_r"]),
        )
        n = math.tanh(p["w_n"] * x + p["b_n"] + r * p["u_n"] * h)
        gates = (h - n) * z * (1 - z) * p["u_z"] + (1 - z) * (1 - n * n) * (
            r * p["u_n"] + p["u_n"] * h * r * (1 - r) * p["u_r"]
        )
        step, _ = Cell("gru").step(p, x, h, 1.0)
        assert step.highway == pytest.approx(z, rel=1e-13)
        assert step.gates == pytest.approx(gates, rel=1e-11, abs=1e-15)
        assert step.total == pytest.approx(z + gates, rel=1e-11, abs=1e-15)
        assert step.state == pytest.approx((1 - z) * n + z * h, rel=1e-13, abs=1e-16)


def test_a_plain_cell_has_no_highway() -> None:
    step, _ = Cell("rnn").step({"w_h": 0.3, "u_h": -1.2, "b_h": 0.1}, 0.5, 0.7, 1.0)
    assert step.highway == 0
    assert (
        step.total
        == step.gates
        == pytest.approx(-1.2 * (1 - math.tanh(0.3 * 0.5 - 1.2 * 0.7 + 0.1) ** 2), rel=1e-13)
    )


@pytest.mark.parametrize("kind", CELLS)
def test_ten_steps_against_autograd(kind: str) -> None:
    dice = random.Random(kind)
    p, inputs = parameters(kind, dice), [dice.gauss(0, 1) for _ in range(10)]

    def last(p: dict[str, float]) -> float:
        def gate(name: str, x: float, h: float) -> float:
            z = p[f"w_{name}"] * x + p[f"u_{name}"] * h + p[f"b_{name}"]
            return anp.tanh(z) if name in "gh" else 1 / (1 + anp.exp(-z))

        state, o = 0.0, 0.0
        for x in inputs:
            if kind == "rnn":
                state = gate("h", x, state)
            elif kind == "lstm":
                h = o * anp.tanh(state)
                f, i, g, o = (gate(name, x, h) for name in "figo")
                state = f * state + i * g
            else:
                z, r = gate("z", x, state), gate("r", x, state)
                state = (1 - z) * anp.tanh(p["w_n"] * x + p["b_n"] + r * p["u_n"] * state) + z * state
        return state

    assert through_time(kind, 10, p, inputs)[-1].state == pytest.approx(float(last(p)), rel=1e-12)
    slopes = autograd.grad(last)(p)
    found = slopes_of_last(kind, p, inputs)
    assert set(found) == set(p)
    assert found == {
        name: pytest.approx(float(slope), rel=1e-10, abs=1e-15) for name, slope in slopes.items()
    }


@pytest.mark.parametrize(("keeps", "product"), [(0.9, 2.6561398887587544e-05), (0.99, 0.3660323412732292)])
def test_the_highway_of_the_reference(keeps: float, product: float) -> None:
    quiet = dict.fromkeys((f"{letter}_{name}" for name in "figo" for letter in "wub"), 0.0)
    steps = through_time("lstm", 100, quiet | {"b_f": math.log(keeps / (1 - keeps))}, [0.0] * 100)
    assert math.prod(step.total for step in steps) == pytest.approx(product, rel=1e-12)


def test_a_forget_gate_that_starts_open_remembers() -> None:
    products = [abs(variant.product or 0) for variant in report("lstm").variants]
    assert products == sorted(products)
    assert [variant.verdict for variant in report("lstm").variants][::2] == ["vanishes", "steady"]


def test_plain_cells_vanish_stay_and_explode_and_clipping_holds_the_step() -> None:
    record = report("rnn", clip_norm=1.0)
    assert [variant.verdict for variant in record.variants] == ["vanishes", "steady", "explodes"]
    assert record.variants[2].product == pytest.approx(1.1**100, rel=1e-3)
    assert record.variants[2].step.norm is not None
    assert record.variants[2].step.norm > 1.0
    assert record.variants[2].step.clipped == 1.0


def test_what_one_step_does_to_an_exploding_cell_with_and_without_clipping() -> None:
    """Unclipped, the bias is thrown so far that tanh is flat for good; clipped, the loss falls."""
    exploding = report("rnn", clip_norm=1.0).variants[2]
    assert exploding.clipped_update is not None
    assert exploding.loss is not None
    assert exploding.update.next_gradient == 0
    assert (exploding.clipped_update.next_gradient or 0) > 0
    assert (exploding.update.product, (exploding.update.loss or 0) > exploding.loss) == (0.0, True)
    assert (exploding.clipped_update.loss or math.inf) < 0.2 * exploding.loss
    assert exploding.clipped_update.product != 0
    assert report("rnn").variants[2].clipped_update is None


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    "clip", [{"clip_norm": 0.01}, {"clip_value": 0.003}, {"clip_norm": 0.004, "clip_value": 0.003}]
)
def test_one_step_is_the_gradient_times_the_rate(cell: str, clip: dict[str, float]) -> None:
    record = report(cell, steps=7, seed=3, clip_norm=clip.get("clip_norm"), clip_value=clip.get("clip_value"))
    for variant in record.variants:
        inputs = list(record.inputs)
        off = through_time(cell, 7, variant.parameters, inputs)[-1].state - TARGET
        slopes = {
            name: 2 * off * slope for name, slope in slopes_of_last(cell, variant.parameters, inputs).items()
        }
        most = clip.get("clip_value", math.inf)
        cut = {name: max(-most, min(most, slope)) for name, slope in slopes.items()}
        shrink = min(1.0, clip.get("clip_norm", math.inf) / math.hypot(*cut.values()))
        assert variant.step.norm == pytest.approx(math.hypot(*slopes.values()), rel=1e-12)
        assert variant.step.clipped == pytest.approx(math.hypot(*cut.values()) * shrink, rel=1e-12)
        for update, step, factor in ((variant.update, slopes, 1.0), (variant.clipped_update, cut, shrink)):
            moved = {name: value - RATE * factor * step[name] for name, value in variant.parameters.items()}
            steps = through_time(cell, 7, moved, inputs)
            assert update is not None
            assert update.loss == pytest.approx((steps[-1].state - TARGET) ** 2, rel=1e-9)
            assert update.product == pytest.approx(math.prod(each.total for each in steps), rel=1e-9)
            again = [
                2 * (steps[-1].state - TARGET) * slope
                for slope in slopes_of_last(cell, moved, inputs).values()
            ]
            assert update.next_gradient == pytest.approx(math.hypot(*again), rel=1e-9)


@pytest.mark.parametrize("cell", CELLS)
def test_the_means_are_geometric(cell: str) -> None:
    for variant in report(cell, steps=9).variants:
        assert (variant.mean_total or 0) ** 9 == pytest.approx(abs(variant.product or 0), rel=1e-9)
        if cell == "rnn":
            assert variant.mean_highway is None
        else:
            assert (variant.mean_highway or 0) ** 9 == pytest.approx(variant.highway_product, rel=1e-9)


@pytest.mark.parametrize("cell", CELLS)
def test_highway_and_gates_are_the_total(cell: str) -> None:
    for variant in report(cell, seed=5).variants:
        for step in variant.steps:
            assert (step.highway or 0) + (step.gates or 0) == pytest.approx(step.total, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cell", "lsmt"], "lsmt is no cell"),
        (["--cell", "gru", "--steps", "0"], "--steps"),
        (["--cell", "gru", "--steps", "1000000000"], "--steps"),
        (["--cell", "gru", "--layers", "3"], "--layers does not go with --cell"),
        (["--steps", "3"], "without --cell"),
        (["--cell", "rnn", "--weight", "nan"], "finite"),
        (["--cell", "rnn", "--clip-norm", "-1"], "--clip-norm"),
        (["--cell", "rnn", "--seed", "-1"], "--seed"),
        (["--cell", ""], "an empty word is no cell"),
        (["--cell", "lstm", "--train", "3"], "--train does not go with --cell"),
        (["--cell", "lstm", "--compare", "gru"], "--compare does not go with --cell"),
        (["--cell", "lstm", "--residual"], "--residual does not go with --cell"),
    ],
)
def test_what_is_no_cell(arguments: list[str], message: str) -> None:
    ran = chainrule("flow", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr


@pytest.mark.parametrize(
    "options", [{}, {"clip_norm": 1.0}, {"clip_value": 0.5}, {"weight": 2.0}, {"weight": 1e308}, {"steps": 1}]
)
@pytest.mark.parametrize("cell", CELLS)
def test_no_row_of_a_page_is_broken_at_80_columns(cell: str, options: dict[str, float]) -> None:
    document = explain_cell.explain(report(cell, **options))  # type: ignore[arg-type]  # by their names
    narrow, unbroken = (plain.render(document, width=width) for width in (80, None))
    assert max(map(len, narrow.splitlines())) <= 80
    tables = narrow.partition("What it means")[0]
    assert all(
        line in unbroken
        for line in tables.splitlines()
        if line.startswith(("  variant", "  forget", "  recurrent", "  update"))
    )


def test_the_pages_say_it_with_their_numbers() -> None:
    def said(cell: str, **options: object) -> str:
        return plain.render(explain_cell.explain(report(cell, **options)))  # type: ignore[arg-type]  # by their names

    assert "0 to 5 takes the highway from 0.5001 to 0.9933 a step, from 8e-31 to 0.511 over all" in said(
        "lstm"
    )
    assert "0.0162 over all instead of 0.511" in said("lstm")
    assert "from 1.34e5 to 1, in the same direction" in said("rnn", clip_norm=1.0)
    assert "it never learns again" in said("rnn", clip_norm=1.0)
    assert "turned by 45.0°" in said("rnn", clip_value=0.5)
    assert "The rate goes from 2 to 0.1664" in said("rnn", weight=2.0)
    assert "there is nothing to clip" in said("gru", clip_norm=1e6)


def test_the_command() -> None:
    assert "forget bias 5" in chainrule("flow", "--cell", "lstm").stdout
    record = json.loads(chainrule("flow", "--cell", "gru", "--steps", "5", "--json").stdout)
    assert (record["schema"], len(record["variants"][0]["steps"])) == ("chainrule.flow.v1", 5)
    assert set(record["variants"][0]["steps"][0]) == {"t", "highway", "gates", "total"}
