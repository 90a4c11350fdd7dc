"""chainrule neuron: the reference to 1e-12, closed forms and differences, data sets, and what cannot be trained."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from chainrule_cli.errors import ChainruleError
from chainrule_cli.lessons.neuron import ACTIVATIONS
from chainrule_cli.reports.neuron import report
from chainrule_cli.reports.neuron_record import StepRecord
from tests.support import ROOT, chainrule

VALUES = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "gelu": lambda z: z * np.vectorize(lambda each: math.erfc(-each / math.sqrt(2)) / 2)(z),
    "linear": lambda z: z,
}


def test_the_example_is_the_references() -> None:
    (step,) = report().steps
    wanted = {
        "z": 1.0, "a": 0.7310585786300049, "loss": 0.07232948812851325, "dL_da": -0.5378828427399902, "da_dz": 0.19661193324148185, "dL_dz": -0.10575418556853343,
        "dL_db": -0.10575418556853343, "new_b": -0.18942458144314667, "new_loss": 0.0687686347736404,
    }  # fmt: skip
    for name, value in wanted.items():
        assert getattr(step, name) == pytest.approx(value, rel=1e-12)
    assert step.dL_dw == pytest.approx((-0.15863127835280014,), rel=1e-12)
    assert step.new_w == pytest.approx((0.81586312783528,), rel=1e-12)
    assert step.predicted_change == pytest.approx(-0.1 * (0.15863127835280014**2 + 0.10575418556853343**2), rel=1e-12)
    assert step.actual_change == pytest.approx(0.0687686347736404 - 0.07232948812851325, rel=1e-10)


def mean_loss(activation: str, loss: str, x: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> float:
    z = x @ w + b
    a = VALUES[activation](z)
    each = (a - y) ** 2 if loss == "squared" else -y * np.log(a) - (1 - y) * np.log(1 - a)
    return float(np.mean(each))


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize(("activation", "loss"), [*((each, "squared") for each in ACTIVATIONS), ("sigmoid", "cross-entropy")])
def test_against_numpy_and_differences(activation: str, loss: str, rows: int) -> None:
    draw = np.random.default_rng(rows)
    x, y, w, b = draw.normal(size=(rows, 3)), draw.uniform(size=rows), draw.normal(size=3), 0.3
    text = "p,q,r,y\n" + "\n".join(",".join(map(repr, map(float, (*row, target)))) for row, target in zip(x, y, strict=True))
    record = report(data=text, w=",".join(repr(float(each)) for each in w), b=repr(b), lr="0.05", steps=3, activation=activation, loss=loss)
    assert record.names == ("p", "q", "r")
    for step in record.steps:
        here, bias = np.array(step.w), float(step.b or 0)
        assert step.loss == pytest.approx(mean_loss(activation, loss, x, y, here, bias), rel=1e-12)
        for place in range(3):
            shift = np.eye(3)[place] * 1e-6
            slope = (mean_loss(activation, loss, x, y, here + shift, bias) - mean_loss(activation, loss, x, y, here - shift, bias)) / 2e-6
            assert step.dL_dw[place] == pytest.approx(slope, rel=1e-6, abs=1e-9)
        chain = np.atleast_1d(np.array(step.dL_da)) * np.atleast_1d(np.array(step.da_dz))
        assert np.atleast_1d(np.array(step.dL_dz)) == pytest.approx(chain, rel=1e-11)
        assert step.dL_dw == pytest.approx(tuple(x.T @ np.atleast_1d(np.array(step.dL_dz))), rel=1e-11, abs=1e-15)
        assert step.new_w == pytest.approx(tuple(here - 0.05 * np.array(step.dL_dw)), rel=1e-14)
    assert [step.loss for step in record.steps[1:]] == [step.new_loss for step in record.steps[:-1]]


def test_or_is_learned() -> None:
    text = Path("examples/or.csv").read_text("utf-8")
    last = report(data=text, loss="cross-entropy", steps=2_000, lr="2").steps[-1]
    assert isinstance(last.a, tuple)
    assert [round(a or 0) for a in last.a] == [0, 1, 1, 1]


def test_a_saturated_sigmoid_keeps_its_cross_entropy() -> None:
    (step,) = report(x="800", w="1", b="0", y="0", loss="cross-entropy").steps
    assert (step.loss, step.dL_dz, step.dL_dw) == (800.0, 1.0, (800.0,))
    assert (step.da_dz, step.dL_da) == (0.0, None)


@pytest.mark.parametrize(("arguments", "note"), [({"w": "0", "b": "0"}, "kink"), ({"w": "-1"}, "dead")])
def test_a_relu_without_a_slope_says_so(arguments: dict[str, str], note: str) -> None:
    record = report(activation="relu", **arguments)
    assert record.steps[0].dL_dw == (0.0,)
    assert note in record.notes[0]


def test_a_rate_that_is_too_large_stops_where_numbers_end() -> None:
    record = report(activation="linear", lr="100", steps=10_000, y="0")
    assert record.stopped == len(record.steps) < 200
    last: StepRecord = record.steps[-1]
    assert last.loss is not None
    assert last.new_loss is None or None in last.new_w
    assert "left the doubles" in chainrule("neuron", "--activation", "linear", "--lr", "100", "--steps", "1000", "--y", "0").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--activation", "tanh", "--loss", "cross-entropy"], "between 0 and 1"),
        (["--loss", "cross-entropy", "--y", "2"], "between 0 and 1"),
        (["--activation", "sigmoyd"], "sigmoyd"),
        (["--steps", "0"], "--steps"),
        (["--steps", "1000000000"], "--steps"),
        (["--x", "1,2", "--w", "1,2,3"], "2 inputs and 3 weights do not fit"),
        (["--w", "1,2"], "1 input and 2 weights"),
        (["--lr", "0"], "above 0"),
        (["--lr", "-1"], "above 0"),
        (["--x", "nan"], "--x is no number"),
        (["--x", "1/0"], "finite"),
        (["--x", ""], "nothing to read"),
        (["--y", "1,2"], "--y is one number"),
        (["--lr", "x"], "--lr is no number: x"),
        (["--data", "/nowhere.csv"], "cannot read"),
        (["--x", ",".join(["1"] * 101)], "at most 100"),
    ],
)
def test_what_cannot_be_trained(arguments: list[str], message: str) -> None:
    ran = chainrule("neuron", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr
    assert "internal" not in ran.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "header"),
        ("x,y\n", "at least one row"),
        ("y\n1\n", "an input"),
        ("x,y\n1,nan\n", "'nan'"),
        ("x,y\n1,inf\n", "'inf'"),
        ("x,y\n1,two\n", "'two'"),
        ("x,y\n1\n", "1 cells"),
        ('x,y\n"1,2\n', "CSV"),
        ("x,y\n" + "1,2\n" * 10_001, "10,000"),
    ],
)
def test_data_that_cannot_be_used(text: str, message: str) -> None:
    with pytest.raises(ChainruleError) as caught:
        report(data=text)
    assert message in caught.value.message


def test_a_dead_relu_has_no_curve() -> None:
    page = chainrule("neuron", "--w", "-1", "--activation", "relu", "--steps", "20").stdout
    assert "z moves a by 0, so nothing of it reaches the weights" in page
    assert "the loss is still 1, from 1" in page
    assert "█" not in page


def test_a_sample_holds_its_share_of_the_mean() -> None:
    page = chainrule("neuron", "--data", "examples/or.csv").stdout
    assert "each dL/dz has a 1/4 in it, and a weight gets the sum over the samples" in page
    (step,) = report(data=(ROOT / "examples" / "or.csv").read_text("utf-8")).steps
    assert isinstance(step.dL_dz, tuple)
    assert step.dL_db == pytest.approx(math.fsum(each for each in step.dL_dz if each is not None), rel=1e-14)


def test_past_the_doubles_there_are_limits() -> None:
    record = report(x="1e308", w="1e308")
    assert (record.steps[0].z, record.steps[0].a) == (None, 1.0)
    assert record.notes == ("z is past the largest double: what follows are its limits",)


def test_the_page() -> None:
    page = chainrule("neuron").stdout
    for piece in ("dL/dz = dL/da · da/dz", "-0.5379 · 0.1966", "0.07233", "try: chainrule neuron --steps"):
        assert piece in page
    assert json.loads(chainrule("neuron", "--json").stdout)["schema"] == "chainrule.neuron.v1"


@pytest.mark.parametrize("lesson", ["neuron", "gears", "flow", "checkpoint"])
def test_no_lesson_imports_sympy(lesson: str) -> None:
    code = (
        f"import sys, chainrule_cli.reports.{lesson} as lesson; lesson.report(); import chainrule_cli.explain.{lesson}; print('sympy' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
