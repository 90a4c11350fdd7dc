"""Random well-shaped formulas: the check agrees, the numpy code is the derivative, vjp and jvp are adjoint."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from chainrule_cli.errors import LimitError
from chainrule_cli.matrix.reading import read
from chainrule_cli.reports.matrix import report
from tests.matrix.expressions import SIZES, Made, Shape, made, point, shapes_text
from tests.matrix.support import STEP, differences, distance, read_back, run
from tests.support import counted

SHAPES = ((), (), ("m",), ("n",), ("m", "n"), ("n", "n"))


def formulas(count: int, seed: int, of: Sequence[Shape] = SHAPES) -> Iterator[tuple[Made, str, str]]:
    """(formula, the variable, the shapes of all)."""
    draw = random.Random(seed)
    found = 0
    while found < count:
        each = made(draw, draw.choice(of), draw.choice((1, 2, 2, 3)))
        variables = read(each.text).variables
        if variables:
            found += 1
            yield each, draw.choice(variables), shapes_text(variables)


@counted(300)
def test_the_check_agrees_and_the_numpy_code_is_the_derivative(count: int) -> None:
    verdicts, compared = [], 0
    for number, (each, wrt, shapes) in enumerate(formulas(count, 1)):
        try:
            record = report(each.text, wrt=wrt, shapes=shapes)
        except LimitError:
            verdicts.append("undecided")
            continue
        assert record.check.verdict != "disagree", (each.text, wrt)
        verdicts.append(record.check.verdict)
        at = point(number)
        wanted = differences(each.value, at, wrt)
        size = max(float(np.max(np.abs(wanted), initial=0.0)), 1e-9)
        smooth = distance(differences(each.value, at, wrt, STEP / 4), wanted) < 1e-6  # no kink within reach
        if (
            np.all(np.isfinite(wanted))
            and smooth
            and np.max(np.abs(each.value(at)), initial=0.0) < 1e6 * size
        ):
            compared += 1
            assert distance(run(record.derivative.python, at), wanted) < 1e-5, (
                each.text,
                wrt,
                record.derivative.python,
            )
    assert verdicts.count("agree") >= 0.99 * count
    assert compared >= 0.9 * count


@counted(100)
def test_the_text_read_again_is_the_numpy_code(count: int) -> None:
    """What a person reads against what is checked: the answer's text, read and evaluated without any derivative."""
    compared = 0
    for number, (each, wrt, shapes) in enumerate(formulas(count, 3)):
        record = report(each.text, wrt=wrt, shapes=shapes)
        if record.entries is None:
            compared += 1
            at = point(number)
            found = read_back(record.derivative.text, shapes, record.derivative_shape, at, SIZES)
            assert (
                distance(found, np.broadcast_to(run(record.derivative.python, at), np.shape(found))) < 1e-9
            ), (each.text, wrt)
    assert compared > count / 2


@counted(100)
def test_the_steps_lead_to_the_answer(count: int) -> None:
    """Forward by the operations as they are written, back by what each sends: what the variable has got is its gradient."""
    led = 0
    for number, (each, wrt, shapes) in enumerate(formulas(count, 4, [()])):
        record = report(each.text, wrt=wrt, shapes=shapes)
        sizes, values = dict(one.split(":") for one in shapes.split(",")), point(number)

        def put(
            name: str, text: str, shape: str, sizes: dict[str, str] = sizes, values: dict[str, Any] = values
        ) -> None:
            found = read_back(
                text, ",".join(f"{one}:{of}" for one, of in sizes.items()), shape, values, SIZES
            )
            sizes[name] = "scalar" if shape == "a number" else shape
            axes = (
                [SIZES[one] if one in SIZES else int(one) for one in shape.split("x")]
                if shape != "a number"
                else []
            )
            values[name] = values.get(name, 0) + np.reshape(found, axes)

        for node in record.nodes:
            put(node.name, node.operation.text, node.shape)
        for step in record.steps:
            for sent in step.sends:
                put(f"{sent.to}_bar", sent.expr.text, sent.shape)
        wanted = np.broadcast_to(run(record.derivative.python, point(number)), np.shape(point(number)[wrt]))
        if record.steps:
            led += 1
            assert distance(values[f"{wrt}_bar"], wanted) < 1e-9, (each.text, wrt)
    assert led > count / 2


@counted(100)
def test_vjp_and_jvp_are_adjoint(count: int) -> None:
    """<V, J dX> = <J' V, dX>."""
    for number, (each, wrt, shapes) in enumerate(formulas(count, 2)):
        at = point(number)
        draw = np.random.default_rng(number)
        back, ahead = (
            report(each.text, wrt=wrt, shapes=shapes, vjp=True),
            report(each.text, wrt=wrt, shapes=shapes, jvp=True),
        )
        assert (back.check.verdict, ahead.check.verdict) == ("agree", "agree"), (each.text, wrt)
        assert back.seed is not None
        assert ahead.seed is not None
        cotangent, tangent = draw.normal(size=np.shape(each.value(at))), draw.normal(size=np.shape(at[wrt]))
        pulled = np.broadcast_to(run(back.derivative.python, at | {back.seed: cotangent}), tangent.shape)
        pushed = np.broadcast_to(run(ahead.derivative.python, at | {ahead.seed: tangent}), cotangent.shape)
        scale = 1e-9 * (1 + np.sum(np.abs(pushed * cotangent)) + np.sum(np.abs(pulled * tangent)))
        assert np.sum(pushed * cotangent) == pytest.approx(np.sum(pulled * tangent), rel=1e-9, abs=scale), (
            each.text,
            wrt,
        )


def test_a_deep_network_is_checked_where_its_tanh_are_steep() -> None:
    layers = "; ".join(f"H_{layer} = tanh(H_{layer - 1}*W_{layer})" for layer in range(2, 12))
    record = report(f"H_1 = tanh(X*W_1); {layers}; sum(H_11.^2)", wrt="W_1")
    assert (record.check.verdict, record.check.sizes) == ("agree", 2)
    assert record.short is not None
    assert record.short.expr.text.count("tanh") == 0
