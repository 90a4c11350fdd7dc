"""chainrule neuron: the reference to 1e-12, closed forms and differences, data sets, and what cannot be trained."""

from __future__ import annotations

import json
import math
import random
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from chainrule_cli.errors import ChainruleError
from chainrule_cli.explain.neuron import TWO_SAMPLES, explain, next_command
from chainrule_cli.lessons.neuron import ACTIVATIONS
from chainrule_cli.records.neuron import NeuronStepRecord
from chainrule_cli.render import latex, markdown, plain
from chainrule_cli.reports.neuron import report
from tests.support import PATIENCE, chainrule, counted

VALUES = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "gelu": lambda z: z * np.vectorize(lambda each: math.erfc(-each / math.sqrt(2)) / 2)(z),
    "linear": lambda z: z,
}


CHAINS = [*((each, "squared") for each in ACTIVATIONS), ("sigmoid", "cross-entropy")]


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
    assert step.predicted_change == pytest.approx(
        -0.1 * (0.15863127835280014**2 + 0.10575418556853343**2), rel=1e-12
    )
    assert step.actual_change == pytest.approx(0.0687686347736404 - 0.07232948812851325, rel=1e-10)


def mean_loss(activation: str, loss: str, x: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> float:
    z = x @ w + b
    a = VALUES[activation](z)
    each = (a - y) ** 2 if loss == "squared" else -y * np.log(a) - (1 - y) * np.log(1 - a)
    return float(np.mean(each))


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize(("activation", "loss"), CHAINS)
def test_against_numpy_and_differences(activation: str, loss: str, rows: int) -> None:
    draw = np.random.default_rng(rows)
    x, y, w, b = draw.normal(size=(rows, 3)), draw.uniform(size=rows), draw.normal(size=3), 0.3
    text = "p,q,r,y\n" + "\n".join(
        ",".join(map(repr, map(float, (*row, target)))) for row, target in zip(x, y, strict=True)
    )
    record = report(
        data=text,
        w=",".join(repr(float(each)) for each in w),
        b=repr(b),
        lr="0.05",
        steps=3,
        activation=activation,
        loss=loss,
    )
    assert record.names == ("p", "q", "r")
    for step in record.steps:
        here, bias = np.array(step.w), float(step.b or 0)
        assert step.loss == pytest.approx(mean_loss(activation, loss, x, y, here, bias), rel=1e-12)
        for place in range(3):
            shift = np.eye(3)[place] * 1e-6
            slope = (
                mean_loss(activation, loss, x, y, here + shift, bias)
                - mean_loss(activation, loss, x, y, here - shift, bias)
            ) / 2e-6
            assert step.dL_dw[place] == pytest.approx(slope, rel=1e-6, abs=1e-9)
        chain = np.atleast_1d(np.array(step.dL_da)) * np.atleast_1d(np.array(step.da_dz))
        assert np.atleast_1d(np.array(step.dL_dz)) == pytest.approx(chain, rel=1e-11)
        assert step.dL_dw == pytest.approx(
            tuple(x.T @ np.atleast_1d(np.array(step.dL_dz))), rel=1e-11, abs=1e-15
        )
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


@pytest.mark.parametrize(
    ("arguments", "loss", "dL_da", "dL_dz"),
    [
        ({"x": "800", "w": "1", "b": "0", "y": "1"}, 0.0, -1.0, 0.0),
        ({"x": "-800", "w": "1", "b": "0", "y": "0"}, 0.0, 1.0, 0.0),
        ({"x": "40", "w": "1", "b": "0", "y": "1"}, math.log1p(math.exp(-40)), -1.0, 0.0),
        ({"x": "-800", "w": "1", "b": "0", "y": "1"}, 800.0, None, -1.0),
    ],
)
def test_a_target_of_one_term_has_one_term(
    arguments: dict[str, str],
    loss: float,
    dL_da: float | None,  # noqa: N803
    dL_dz: float,  # noqa: N803
) -> None:
    """Also where the sigmoid has rounded to 0 or 1 and the logarithm of the other term is infinite."""
    (step,) = report(loss="cross-entropy", **arguments).steps
    assert step.loss == pytest.approx(loss, rel=1e-12)
    assert step.dL_da == (None if dL_da is None else pytest.approx(dL_da, rel=1e-12))
    assert step.dL_dz == pytest.approx(dL_dz, abs=1e-17)


@pytest.mark.parametrize(
    ("arguments", "note"),
    [
        ({"activation": "relu", "w": "0", "b": "0"}, "kink"),
        ({"activation": "relu", "w": "-1"}, "dead"),
        ({"activation": "linear"}, "rounding"),
        ({"activation": "relu"}, "rounding"),
    ],
)
def test_a_step_that_teaches_nothing_says_so(arguments: dict[str, str], note: str) -> None:
    record = report(**arguments)
    assert record.steps[0].dL_dw == (pytest.approx(0.0, abs=1e-15),)
    assert note in " ".join(record.notes)


@counted(200)
def test_random_neurons_keep_their_chain(count: int) -> None:
    """dL/dz is dL/da da/dz, dL/dw is the sum of dL/dz x, the update is w - lr dL/dw, and -lr |g|^2 is what was predicted."""
    draw = np.random.default_rng(7)
    for _ in range(count):
        rows, inputs = int(draw.integers(1, 6)), int(draw.integers(1, 5))
        x, y, w = draw.normal(size=(rows, inputs)), draw.uniform(size=rows), draw.normal(size=inputs)
        (activation, loss), lr = CHAINS[int(draw.integers(len(CHAINS)))], float(draw.normal())
        header = ",".join(f"c{place}" for place in range(inputs)) + ",y"
        text = "\n".join(
            [
                header,
                *(",".join(map(repr, map(float, (*row, target)))) for row, target in zip(x, y, strict=True)),
            ]
        )
        (step,) = report(
            data=text,
            w=",".join(repr(float(each)) for each in w),
            b="0.1",
            lr=repr(lr),
            activation=activation,
            loss=loss,
        ).steps
        by_z = np.atleast_1d(np.array(step.dL_dz))
        assert by_z == pytest.approx(
            np.atleast_1d(np.array(step.dL_da)) * np.atleast_1d(np.array(step.da_dz)), rel=1e-11
        )
        if loss == "cross-entropy":
            assert by_z == pytest.approx((np.atleast_1d(np.array(step.a)) - y) / rows, rel=1e-12, abs=1e-15)
        gradient = np.array([*(x.T @ by_z), by_z.sum()])
        assert np.array([*step.dL_dw, step.dL_db]) == pytest.approx(gradient, rel=1e-11, abs=1e-15)
        assert np.array([*step.new_w, step.new_b]) == pytest.approx(
            np.array([*w, 0.1]) - lr * gradient, rel=1e-11, abs=1e-14
        )
        assert step.predicted_change == pytest.approx(-lr * float(gradient @ gradient), rel=1e-11)
        assert step.actual_change == pytest.approx(step.new_loss - step.loss, abs=1e-16)


def test_a_rate_that_is_too_large_stops_where_numbers_end() -> None:
    record = report(activation="linear", lr="100", steps=10_000, y="0")
    assert record.stopped == len(record.steps) < 200
    last: NeuronStepRecord = record.steps[-1]
    assert last.loss is not None
    assert last.new_loss is None or None in last.new_w
    assert (
        "left the doubles"
        in chainrule("neuron", "--activation", "linear", "--lr", "100", "--steps", "1000", "--y", "0").stdout
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"activation": "tanh", "loss": "cross-entropy"}, "between 0 and 1"),
        ({"loss": "cross-entropy", "y": "2"}, "between 0 and 1"),
        ({"activation": "sigmoyd"}, "sigmoyd"),
        ({"steps": 0}, "--steps 0 is not between 1 and 10,000"),
        ({"steps": -3}, "--steps -3 is not"),
        ({"steps": 1_000_000_000}, "--steps 1,000,000,000 is not"),
        ({"x": "1,2", "w": "1,2,3"}, "2 inputs need 2 weights, not 3"),
        ({"x": "1", "w": "1,2"}, "1 input needs 1 weight, not 2"),
        ({"x": "nan"}, "--x is not a number"),
        ({"x": "1/0"}, "finite"),
        ({"x": "1e400"}, "finite"),
        ({"x": "1e308*1e308"}, "finite"),
        ({"x": ""}, "--x lacks a number"),
        ({"x": "1,,2"}, "--x lacks a number"),
        ({"y": "1,2"}, "--y is one number"),
        ({"lr": "x"}, "--lr is not a number: x"),
        ({"x": ",".join(["1"] * 101)}, "at most 100"),
        ({"x": "1e308", "w": "1e308"}, "z is past the largest double"),
        ({"x": "1e200", "activation": "linear"}, "the loss is past the largest double"),
        (
            {"x": "1e300", "w": "1e-150", "b": "1e150", "activation": "linear"},
            "dL/dw is past the largest double",
        ),
        ({"data": "x,y\n1,2\n", "x": "1"}, "--data has its own inputs"),
        ({"data": "x,y\n1,2\n", "w": "1,2"}, "1 input needs 1 weight"),
        ({"data": "x,y\n" + "1,2\n" * 300, "steps": 9_999}, "9,999 steps are too many for 300 inputs"),
    ],
)
def test_what_cannot_be_trained(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ChainruleError) as caught:
        report(**options)
    assert message in caught.value.message
    assert caught.value.status == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--activation", "sigmoyd"], "sigmoyd"),
        (["--steps", "1000000000"], "--steps 1,000,000,000 is not between 1 and 10,000"),
        (["--data", "/nowhere.csv"], "cannot read"),
        (["--x", "1e308", "--w", "1e308", "--json"], '"code": "question"'),
    ],
)
def test_what_cannot_be_trained_is_one_message(arguments: list[str], message: str) -> None:
    ran = chainrule("neuron", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr
    assert "internal" not in ran.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a header and at least one row"),
        ("x,y\n", "at least one row"),
        ("y\n1\n", "an input"),
        ("x;y\n1;2\n", "parted by a comma"),
        ("1,2\n3,4\n", "no header"),
        ("a,a,y\n1,2,3\n", "two columns of --data are called a"),
        ("x,y,y\n1,2,3\n", "called y"),
        (",y\n1,2\n", "column 1 of --data has no usable name"),
        ("\x1b[31mx,y\n1,2\n", "column 1 of --data has no usable name"),
        ("x" * 41 + ",y\n1,2\n", "no usable name"),
        ("x,y\n1,nan\n", "'nan'"),
        ("x,y\n1,inf\n", "'inf'"),
        ("x,y\n1,1e400\n", "'1e400'"),
        ("x,y\n1_000,1\n", "'1_000'"),
        ("x,y\n٣,1\n", "'٣'"),
        ("x,y\n1,two\n", "'two'"),
        ("\nx,y\n\n1,2\n\n1\n", "line 6 of --data has 1 cell, its header has 2"),
        ("x,y\n1,2,3\n", "3 cells"),
        ('x,y\n"1,2\n', "no CSV"),
        ("x,y\n1,2\n\0", "line 3"),
        ("x,y\n" + "1,2\n" * 10_001, "10,000"),
    ],
)
def test_data_that_cannot_be_used(text: str, message: str) -> None:
    with pytest.raises(ChainruleError) as caught:
        report(data=text)
    assert message in caught.value.message


def test_data_from_standard_input() -> None:
    text = "\ufeffx,y\r\n1,0\r\n2,1\r\n"
    ran = chainrule("neuron", "--data", "-", "--json", given=text)
    assert json.loads(ran.stdout)["x"] == [[1.0], [2.0]]
    assert "longer than 1,000,000 bytes" in chainrule("neuron", "--data", "-", given="1,2\n" * 300_000).stderr
    rows = "x,y\n" + "1.000000000000,1\n" * 4_000  # more than a formula may have characters
    assert chainrule("neuron", "--data", "-", given=rows).returncode == 0
    assert "standard input is not UTF-8" in chainrule("neuron", "--data", "-", given=b"x,y\n\xff").stderr


# the pages


def page(detail: str = "normal", width: int | None = None, **options: Any) -> str:
    return plain.render(explain(report(**options), detail), width=width)


SAMPLES = "x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,1\n"


@pytest.mark.parametrize(
    ("options", "pieces"),
    [
        ({}, ["= 1/(1 + exp(−1))", "= -0.5379·0.1966", "0.07233", "= (-0.1586)² + (-0.1058)²", "Their product is dL/dw = -0.5379·0.1966·1.5 = -0.1586", "passes on 19.7% of what comes back to it, and never more than 25%", "try: chainrule neuron --steps"]),
        ({"w": "0", "b": "0"}, ["passes on 25% of what comes back to it, the most that it ever does"]),
        ({"x": "0.1", "w": "0.1", "b": "0.01"}, ["about the most that it ever does"]),
        ({"x": "1,2", "w": "0.5,-1", "activation": "tanh"}, ["z = w1·x1 + w2·x2 + b", "= 0.5·1 − 1·2 − 0.2", "dL/dw2 = dL/dz·x2"]),
        ({"activation": "relu", "w": "-1", "steps": 50}, ["1 before the first step and after each of the 50", "z = -1.7 is below 0, where relu is flat", "the relu is dead"]),
        ({"activation": "relu", "w": "0", "b": "0"}, ["z = 0 is the kink of relu, where its slope is taken as 0 by convention"]),
        ({"activation": "relu", "lr": "10", "y": "3", "steps": 9}, ["From step 3 on no z is above 0: the relu is dead"]),
        ({"activation": "linear"}, ["a − y = 2.22e-16 is the rounding of doubles and no error", "try: chainrule neuron --activation linear --y 2"]),
        ({"y": "0.7310585786300049"}, ["a is the target already"]),
        ({"x": "1e6", "y": "0"}, ["so far out that the sigmoid is flat to the last digit of a double"]),
        ({"loss": "cross-entropy"}, ["L = −ln(a), as y = 1", "= −1/0.7311", "dL/dz = a − y = 0.7311 − 1"]),
        ({"loss": "cross-entropy", "y": "0.3"}, ["L = −y·ln(a)", "= −0.3·ln(0.7311)", "= (0.7311 − 0.3)/0.1966"]),
        ({"loss": "cross-entropy", "x": "800", "y": "0"}, ["dL/dz = a − y", "= 1 − 0", "a rounds to 1", "a − y = 1 all the same"]),
        ({"lr": "0"}, ["The learning rate is 0, so nothing moves."]),
        ({"lr": "-1"}, ["w + 1·dL/dw", "The learning rate is negative, so the step goes uphill"]),
        ({"lr": "100", "activation": "linear", "y": "0", "steps": 999}, ["drawn by its logarithm", "At step 55 a number left the doubles", "the other way, for it went too far"]),
        ({"lr": "2", "steps": 100}, ["        10 ", "       100 ", "After 100 steps L is 0.000403, down from 0.07233, with w = 2.133, b = 0.6886."]),
        ({"data": SAMPLES}, ["dL/da = 2(a − y)/4", "already holds the factor 1/4", "dL/dw1 = Σ dL/dz·x1", "= -0.04053·1 − 0.0157·1"]),
        ({"data": SAMPLES, "loss": "cross-entropy", "steps": 2}, ["dL/dz = dL/da·da/dz = (a − y)/4", "try: chainrule flow"]),
        ({"data": "x,y\n-1,1\n3,1\n", "activation": "relu"}, ["1 sample has z at or below 0"]),
        ({"data": "x,y\n-1,1\n-3,1\n", "activation": "relu"}, ["z is not above 0 for any of the 2 samples"]),
        ({"data": "w,b,y\n1,0,1\n2,1,0\n"}, ["  w   b   y ", "z = w1·x1 + w2·x2 + b"]),
        ({"x": ",".join(["1"] * 9), "w": "0.1"}, ["9 inputs   9 weights", "… 4 more: --detail full"]),
    ],
)  # fmt: skip
def test_what_the_page_says(options: dict[str, Any], pieces: list[str]) -> None:
    text = page(**options)
    for piece in pieces:
        assert piece in text


def test_full_detail_lists_every_input_and_every_step() -> None:
    text = page("full", x=",".join(["1"] * 9), w="0.1", steps=30)
    assert "more: --detail full" not in text
    assert "dL/dw5 = dL/dz·x5" in text
    assert "\n          29 " in text


@counted(300)
def test_the_table_fits_eighty_columns(count: int) -> None:
    """A table that does not is folded, and nobody can follow it by hand."""
    dice = random.Random(0)

    def number() -> str:
        return f"{dice.choice([-1, 1]) * 10 ** dice.uniform(-3, 3):.{dice.randint(1, 5)}g}"

    for _ in range(count):
        inputs = dice.choice([1, 1, 2, 3])
        x, w = (",".join(number() for _ in range(inputs)) for _ in range(2))
        activation, loss = dice.choice(CHAINS)
        text = page(
            width=80,
            x=x,
            w=w,
            b=number(),
            lr=number(),
            y="0.3" if loss != "squared" else number(),
            activation=activation,
            loss=loss,
        )
        assert "\n  forward    z = " in text
        assert max(map(len, text.splitlines())) <= 80


TRIED = [
    {"activation": activation, "loss": loss, **more}
    for activation, loss in CHAINS
    for more in ({}, {"steps": 3}, {"data": SAMPLES}, {"x": "0", "b": "0"}, {"x": "-50"})
]


def test_the_commands_to_try_are_commands() -> None:
    """Each runs, and the first of them learns something."""
    tried = {next_command(report(**options)) for options in TRIED}
    assert len(tried) >= 6
    for command in tried:
        assert len(f"  try: {command}") <= 80
        arguments = shlex.split(command.rpartition("chainrule neuron")[2])
        if command == "chainrule flow" or "--data" in arguments:
            continue
        options = dict(
            zip([name.removeprefix("--") for name in arguments[::2]], arguments[1::2], strict=True)
        )
        steps = report(**(options | {"steps": int(options["steps"])})).steps
        assert steps[-1].new_loss < 0.5 * steps[0].loss


def test_a_command_line_runs() -> None:
    ran = subprocess.run(
        ["/bin/sh", "-c", TWO_SAMPLES.replace("chainrule", f"{shlex.quote(sys.executable)} -m chainrule_cli") + " --json"],
        capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    record = json.loads(ran.stdout)
    assert record["schema"] == "chainrule.neuron.v1"
    assert record["steps"][-1]["new_loss"] < 0.7 * record["steps"][0]["loss"]


@pytest.mark.parametrize("format", [markdown, latex, plain])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_format_has_the_step(format: ModuleType, activation: str) -> None:
    text = format.render(explain(report(activation=activation, y="2", steps=3)))
    assert "try: " in text
    assert format is not latex or text.isascii()


@pytest.mark.parametrize("lesson", ["neuron", "gears", "flow", "checkpoint"])
def test_no_lesson_imports_sympy(lesson: str) -> None:
    code = f"import sys, chainrule_cli.reports.{lesson} as lesson; lesson.report(); import chainrule_cli.explain.{lesson}; print('sympy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
