"""The check of a printed derivative: its value along random directions against differences of the formula itself.

Central differences of fourth order, and a complex step where every operation is analytic, at random values in two sets of sizes
where sizes are letters. The answer is evaluated from its algebra, the formula from its graph without any adjoint.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

import numpy as np

from chainrule_cli.graph.carriers import Carrier
from chainrule_cli.graph.sweep import forward
from chainrule_cli.graph.values.array_carriers import ARRAYS_OF_FLOATS
from chainrule_cli.graph.values.complex_arrays import COMPLEX_ARRAYS
from chainrule_cli.matrix.derivative import Derivative
from chainrule_cli.matrix.indices import AXES
from chainrule_cli.matrix.lowering import Lowered, lower, shape_of
from chainrule_cli.matrix.naming import Short
from chainrule_cli.matrix.values import value

STEPS, COMPLEX_STEP = (1e-3, 1e-4, 1e-5), 1e-30
AGREES, DISAGREES = 1e-6, 1e-3
SINGULAR = 1e9
"""A condition number past which an inverse has lost too many digits to compare."""

ROUNDING = 1e-5
"""Of the formula's own value: a derivative that is smaller drowns in the rounding of differences."""

SECOND_ORDER = 1e3
"""How much coarser differences of differences are."""

DIRECTIONS, TRIES = 3, 4
Point = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """relative_error: the greatest, of all sizes and directions. sizes: how many sets; method: what it was compared with."""

    verdict: Literal["agree", "disagree", "undecided"]
    reason: str | None
    relative_error: float | None
    sizes: int
    method: str | None


def check(derivative: Derivative, seed: str, short: Short | None = None) -> Checked:
    """The verdict on a derivative, and on its short form with it. seed: the same text gives the same values."""
    sizes = _sizes(derivative)
    worst, compared, methods = 0.0, 0, set[str]()
    reason = None
    for place, chosen in enumerate(sizes):
        draw = random.Random(f"{seed}|{place}")  # noqa: S311  # numpy's takes longer to import than the check to run
        found = _at(derivative, short, chosen, draw)
        if isinstance(found, str):
            reason, found = found, _at(derivative, short, _other_way_round(derivative, chosen), draw)
        if isinstance(found, str):
            continue
        worst, compared = max(worst, found[0]), compared + 1
        methods.add(found[1])
    method = (
        "central differences and a complex step"
        if any("complex" in each for each in methods)
        else "central differences"
    )
    if not compared:
        return Checked("undecided", reason, None, 0, None)
    verdict: Literal["agree", "disagree", "undecided"] = (
        "agree" if worst <= AGREES else "disagree" if worst > DISAGREES else "undecided"
    )
    return Checked(
        verdict,
        "differences are too coarse here" if verdict == "undecided" else None,
        worst,
        compared,
        method,
    )


def _sizes(derivative: Derivative) -> list[dict[int, int]]:
    """One set where all sizes are small numbers, else two."""
    table = derivative.shaped.sizes
    first, second = derivative.stand_ins, table.stand_ins(2)
    return [first] if first == second else [first, second]


def _other_way_round(derivative: Derivative, sizes: dict[int, int]) -> dict[int, int]:
    """What was wide is tall: X'*X has an inverse only if X is not wide."""
    free = [size for size in sizes if not isinstance(derivative.shaped.sizes.known.get(size), int)]
    return sizes | dict(zip(free, [sizes[size] for size in reversed(free)], strict=True))


def _at(
    derivative: Derivative, short: Short | None, sizes: dict[int, int], draw: random.Random
) -> tuple[float, str] | str:
    """The error at the first point where everything is finite and differences are fine enough, or why there is none."""
    shaped = derivative.shaped
    lowered = lower(shaped, sizes)
    mapped = {derivative.stand_ins[size]: number for size, number in sizes.items()}
    reason = "the formula has no value at the points tried"
    coarse: list[tuple[float, str]] = []
    for point in _points(derivative, sizes, draw):
        with np.errstate(all="ignore"):
            singular = _singular(lowered, point)
            if singular:
                reason = f"{singular} of a singular matrix at every point tried"
                continue
            result = _compared(derivative, short, lowered, point, mapped, draw)
        if result is not None and AGREES < result[0] <= DISAGREES:
            coarse.append(result)
        elif result is not None:
            return result
    return min(coarse) if coarse else reason


def _points(derivative: Derivative, sizes: dict[int, int], draw: random.Random) -> Iterator[Point]:
    """Normal values, matrices so that they neither shrink nor stretch what they multiply; positive ones, square matrices positive definite."""
    shapes = {
        name: shape_of(derivative.shaped, name, sizes)
        for name in derivative.shaped.reading.variables
        if name not in derivative.shaped.letters
    }
    for attempt in range(TRIES):
        if attempt % 2 == 0:
            yield {
                name: _normal(draw, shape) / math.sqrt(shape[0] if len(shape) > 1 else 1)
                for name, shape in shapes.items()
            }
        else:
            yield {name: _positive(shape, draw) for name, shape in shapes.items()}
    yield {name: 0.2 + 0.6 * _uniform(draw, shape) for name, shape in shapes.items()}


def _normal(draw: random.Random, shape: tuple[int, ...]) -> Any:
    return np.array([draw.gauss(0.0, 1.0) for _ in range(prod(shape))]).reshape(shape)


def _uniform(draw: random.Random, shape: tuple[int, ...]) -> Any:
    return np.array([draw.random() for _ in range(prod(shape))]).reshape(shape)


def _positive(shape: tuple[int, ...], draw: random.Random) -> Any:
    if len(shape) == 2 and shape[0] == shape[1]:  # a square matrix
        root = _normal(draw, shape) / np.sqrt(shape[0])
        return root @ root.T + np.eye(shape[0])
    return 0.5 + _uniform(draw, shape)


def _singular(lowered: Lowered, point: Point) -> str | None:
    """The name of an operation that has no inverse to work with here."""
    nodes = lowered.graph.nodes
    asking = [node for node in nodes if node.op in ("inv", "det", "logdet", "solve")]
    if not asking:
        return None
    values = forward(lowered.graph, point, ARRAYS_OF_FLOATS)
    for node in asking:
        matrix = values[node.args[0]]
        if not np.all(np.isfinite(matrix)) or np.linalg.cond(matrix) > SINGULAR:
            return node.op
    return None


Function = Callable[[Point], Any]


def _compared(
    derivative: Derivative,
    short: Short | None,
    lowered: Lowered,
    point: Point,
    sizes: Mapping[int, int],
    draw: random.Random,
) -> tuple[float, str] | None:
    """The greatest error along random directions; None where a number is not finite."""
    wrt, seed = derivative.wrt, derivative.seed or ""
    worst, method = 0.0, "central"
    function, analytic = _function(lowered), _function(lowered, COMPLEX_ARRAYS)
    for _ in range(DIRECTIONS):
        direction, other = (_normal(draw, np.shape(point[wrt])) for _ in range(2))
        if derivative.kind == "vjp":
            point = point | {seed: _normal(draw, _output_shape(lowered))}
        if derivative.kind == "jvp":
            point = point | {seed: direction}
        answer = _answer(derivative, point, sizes, direction, other)
        if short is not None:
            again = _answer(short.derivative, point | _parts(short, lowered, point), sizes, direction, other)
            worst = max(worst, _error(again, answer) if np.all(np.isfinite(again)) else math.inf)
        weights = 1.0
        if derivative.kind == "vjp":
            answer, weights = np.sum(answer * direction), point[seed]
        coarse = _coarse(derivative, function, point, answer, (direction, other), weights)
        if coarse is None:
            return None
        exact = _complex_step(analytic, point, wrt, direction) if derivative.order == 1 else None
        if exact is not None and np.all(np.isfinite(exact)):
            method = "complex"
            coarse = max(
                _error(answer, np.sum(exact * weights) if derivative.kind == "vjp" else exact),
                coarse if coarse > DISAGREES else 0.0,
            )
        worst = max(worst, coarse)
    return worst, method


def _coarse(
    derivative: Derivative,
    function: Function,
    point: Point,
    answer: Any,
    directions: tuple[Any, Any],
    weights: Any,
) -> float | None:
    """The error against differences, with a smaller step where the first is too long; None where a number is not finite."""
    floor = ROUNDING * float(np.max(np.abs(function(point)), initial=0.0))
    least = math.inf
    for step in STEPS:
        expected = _differences(function, point, derivative.wrt, directions, step, derivative.order)
        if derivative.kind == "vjp":
            expected = np.sum(expected * weights)
        if not (np.all(np.isfinite(answer)) and np.all(np.isfinite(expected))):
            return None
        least = min(least, _error(answer, expected, floor) / (SECOND_ORDER if derivative.order > 1 else 1.0))
        if least <= AGREES:
            break
    return least


def _parts(short: Short, lowered: Lowered, point: Point) -> Point:
    """What the names of the short form stand for."""
    places = {name: lowered.places[id(node)] for name, node in short.parts.items()}
    values = forward(lowered.graph, point, ARRAYS_OF_FLOATS, wanted=[place.node for place in places.values()])
    return {
        name: np.asarray(values[place.node]).T if place.rows == 1 else values[place.node]
        for name, place in places.items()
    }


def _output_shape(lowered: Lowered) -> tuple[int, ...]:
    """The output's array with its rows first."""
    shape = lowered.graph.shape(lowered.output.node)
    return shape[::-1] if lowered.output.rows == 1 else shape


def _function(lowered: Lowered, carrier: Carrier = ARRAYS_OF_FLOATS) -> Function:
    """The formula itself as a function of a point: its array with rows first."""
    node, rows, _ = lowered.output

    def call(point: Point) -> Any:
        found = forward(lowered.graph, point, carrier, wanted=[node])[node]
        return np.asarray(found).T if rows == 1 else np.asarray(found)

    return call


def _answer(
    derivative: Derivative, point: Point, sizes: Mapping[int, int], direction: Any, other: Any
) -> Any:
    """What the derivative says of a direction; of vjp itself."""
    if derivative.kind == "entries":
        plain = _squeezed(direction)
        return _along(
            derivative, point, sizes, [plain] if derivative.order == 1 else [plain, _squeezed(other)]
        )
    assert derivative.matrix is not None  # noqa: S101  # only entries have none
    found = value(derivative.matrix, point, sizes)
    match derivative.kind:
        case "gradient":
            return np.sum(found * _squeezed(direction))
        case "vjp":
            return (
                np.asarray(found).reshape(np.shape(direction))
                if np.ndim(found)
                else found * np.ones(np.shape(direction))
            )
        case "jvp":
            return found
    if derivative.kind == "hessian" or derivative.order > 1:
        first = _contracted(found, direction, derivative.axes[0] + derivative.axes[1], derivative.axes[-1])
        return _contracted(first, other, derivative.axes[0], derivative.axes[1])
    return _contracted(found, direction, derivative.axes[0], derivative.axes[1])


def _along(
    derivative: Derivative, point: Mapping[str, Any], sizes: Mapping[int, int], directions: Sequence[Any]
) -> Any:
    """The array of the output's axes that comes of directions of the variable, one for each differentiation."""
    axes = AXES[: sum(derivative.axes)]
    output = axes[: derivative.axes[0]]
    inner, at = [], derivative.axes[0]
    for count, direction in zip(derivative.axes[1:], directions, strict=True):
        inner.append((axes[at : at + count], direction))
        at += count
    total: Any = np.zeros([sizes[size] for size in derivative.sizes[: derivative.axes[0]]])
    for term in derivative.terms:
        operands = [
            ("".join(AXES[place] for place in places), value(matrix, point, sizes))
            for matrix, places in term.entries
        ] + inner
        borne = {letter for indices, _ in operands for letter in indices}
        operands += [
            (letter, np.ones(sizes[size]))
            for letter, size in zip(output, derivative.sizes, strict=False)
            if letter not in borne
        ]
        indices = ",".join(each for each, _ in operands)
        total = total + value(term.scale, point, sizes) * np.einsum(
            f"{indices}->{output}", *(array for _, array in operands), optimize=True
        )
    return total


def _squeezed(array: Any) -> Any:
    return array.reshape([size for size in array.shape if size != 1])


def _contracted(array: Any, direction: Any, kept: int, summed: int) -> Any:
    """The last axes against a direction; a derivative that is one number holds along every axis."""
    plain = _squeezed(np.asarray(direction))
    if summed == 0:
        return array * plain
    return (
        np.tensordot(array, plain, axes=summed) if np.ndim(array) == kept + summed else array * np.sum(plain)
    )


def _differences(
    function: Function, point: Point, wrt: str, directions: tuple[Any, Any], step: float, order: int
) -> Any:
    """The fourth-order central difference along a direction; of second order along two."""
    if order > 1:
        inner = lambda at: _differences(function, at, wrt, directions, step, order - 1)  # noqa: E731  # the same function one order lower
        return _difference(inner, point, wrt, directions[1], step * 10)
    return _difference(function, point, wrt, directions[0], step)


def _difference(function: Function, point: Point, wrt: str, direction: Any, step: float) -> Any:
    at = [function(point | {wrt: point[wrt] + times * step * direction}) for times in (1, -1, 2, -2)]
    return (8 * (at[0] - at[1]) - (at[2] - at[3])) / (12 * step)


def _complex_step(function: Function, point: Point, wrt: str, direction: Any) -> Any | None:
    """Im f(x + ihd)/h; None where an operation has no complex form."""
    try:
        return function(point | {wrt: point[wrt] + 1j * COMPLEX_STEP * direction}).imag / COMPLEX_STEP
    except KeyError:
        return None


def _error(answer: Any, expected: Any, floor: float = 0.0) -> float:
    """The difference over the size, over the floor where that is greater; nothing of nothing is 0."""
    size = max(
        floor, float(np.max(np.abs(answer), initial=0.0)), float(np.max(np.abs(expected), initial=0.0))
    )
    return (
        0.0 if size < 1e-12 else float(np.max(np.abs(np.asarray(answer) - expected))) / size
    )  # rounding alone
