"""chainrule flow --cell: closed forms of one step, autograd through ten, the highway exactly, hostile values."""

from __future__ import annotations

import json
import math
import random

import autograd
import autograd.numpy as anp
import pytest

from chainrule_cli.lessons.recurrent import CELLS, PARAMETERS, Cell, through_time, weight_gradient
from chainrule_cli.reports.flow_cell import report
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
        f, i = sigmoid(p["w_f"] * x + p["u_f"] * h + p["b_f"]), sigmoid(p["w_i"] * x + p["u_i"] * h + p["b_i"])
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
        z, r = sigmoid(p["w_z"] * x + p["u_z"] * h + p["b_z"]), sigmoid(p["w_r"] * x + p["u_r"] * h + p["b_r"])
        n = math.tanh(p["w_n"] * x + p["b_n"] + r * p["u_n"] * h)
        gates = (h - n) * z * (1 - z) * p["u_z"] + (1 - z) * (1 - n * n) * (r * p["u_n"] + p["u_n"] * h * r * (1 - r) * p["u_r"])
        step, _ = Cell("gru").step(p, x, h, 1.0)
        assert step.highway == pytest.approx(z, rel=1e-13)
        assert step.gates == pytest.approx(gates, rel=1e-11, abs=1e-15)
        assert step.total == pytest.approx(z + gates, rel=1e-11, abs=1e-15)
        assert step.state == pytest.approx((1 - z) * n + z * h, rel=1e-13, abs=1e-16)


def test_a_plain_cell_has_no_highway() -> None:
    step, _ = Cell("rnn").step({"w_h": 0.3, "u_h": -1.2, "b_h": 0.1}, 0.5, 0.7, 1.0)
    assert step.highway == 0
    assert step.total == step.gates == pytest.approx(-1.2 * (1 - math.tanh(0.3 * 0.5 - 1.2 * 0.7 + 0.1) ** 2), rel=1e-13)


@pytest.mark.parametrize("kind", CELLS)
def test_ten_steps_against_autograd(kind: str) -> None:
    dice = random.Random(kind)
    p, inputs = parameters(kind, dice), [dice.gauss(0, 1) for _ in range(10)]

    def last(recurrent: list[float]) -> float:
        u = dict(zip(PARAMETERS[kind], recurrent, strict=True))

        def gate(name: str, x: float, h: float) -> float:
            z = p[f"w_{name}"] * x + u[name] * h + p[f"b_{name}"]
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
                state = (1 - z) * anp.tanh(p["w_n"] * x + p["b_n"] + r * u["n"] * state) + z * state
        return state

    weights = [p[f"u_{name}"] for name in PARAMETERS[kind]]
    assert through_time(kind, 10, p, inputs)[-1].state == pytest.approx(float(last(weights)), rel=1e-12)
    slopes = autograd.grad(last)(weights)
    assert list(weight_gradient(kind, p, inputs).values()) == pytest.approx([float(each) for each in slopes], rel=1e-10)


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
    ],
)
def test_what_is_no_cell(arguments: list[str], message: str) -> None:
    ran = chainrule("flow", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr


def test_the_page() -> None:
    assert "forget bias 5" in chainrule("flow", "--cell", "lstm").stdout
    record = json.loads(chainrule("flow", "--cell", "gru", "--steps", "5", "--json").stdout)
    assert (record["schema"], len(record["variants"][0]["steps"])) == ("chainrule.flow.v1", 5)
    assert set(record["variants"][0]["steps"][0]) == {"t", "highway", "gates", "total"}
