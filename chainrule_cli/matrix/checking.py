"""The check of a printed derivative: its value along random directions against differences of the formula.

Central differences of fourth order, and a complex step where every operation is analytic, at random values in
two sets of sizes where sizes are letters. The answer is evaluated from its algebra, the formula from its
graph without any adjoint.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Any, Literal, NamedTuple, assert_never

from chainrule_cli.graph.shapes import Shape
from chainrule_cli.matrix.array_builder import ArrayValue, find_shape
from chainrule_cli.matrix.arrays import Arrays
from chainrule_cli.matrix.derivative import Derivative
from chainrule_cli.matrix.indices import AXES, name_slots
from chainrule_cli.matrix.lowering import LoweredMatrix, lower
from chainrule_cli.matrix.naming import ShortForm
from chainrule_cli.matrix.values import evaluate

STEPS = (1e-3, 1e-4, 1e-5)
AGREES, DISAGREES = 1e-6, 1e-3
SINGULAR = 1e9
"""A condition number past which an inverse has lost too many digits to compare."""

ROUNDING = 1e-5
"""Of the formula's own value: a derivative that is smaller drowns in the rounding of differences."""

ALONE = 1e-12
"""A size that is rounding alone."""

SECOND_ORDER = 1e3
"""How much coarser differences of differences are."""

DIRECTIONS, TRIES = 3, 4
MatrixPoint = dict[str, Any]
PointFunction = Callable[[MatrixPoint], Any]
MatrixVerdict = Literal["agree", "disagree", "undecided"]


class Checked(NamedTuple):
    """relative_error: the greatest, of all sizes and directions.
    sizes: how many sets.
    method: what it was compared with."""

    verdict: MatrixVerdict
    reason: str | None
    relative_error: float | None
    sizes: int
    method: str | None


class CheckTrial(NamedTuple):
    """What is compared, in one set of sizes.
    short: the short form with it.
    sizes: by the stand-ins of the derivative."""

    arrays: Arrays
    derivative: Derivative
    short: ShortForm | None
    lowered: LoweredMatrix
    sizes: Mapping[int, int]


def check(derivative: Derivative, seed: str, short: ShortForm | None, arrays: Arrays) -> Checked:
    """The verdict on a derivative, and on its short form with it.
    seed: the same text gives the same values."""
    worst, compared, methods = 0.0, 0, set[str]()
    reason = None
    for number, sizes in enumerate(_choose_sizes(derivative)):
        rng = random.Random(f"{seed}|{number}")  # noqa: S311  # no secret, and numpy's imports slowly
        found = _check_sizes(arrays, derivative, short, sizes, rng)
        if isinstance(found, str):
            reason = found
            found = _check_sizes(arrays, derivative, short, _reverse_sizes(derivative, sizes), rng)
        if not isinstance(found, str):
            worst, compared = max(worst, found[0]), compared + 1
            methods.add(found[1])
    if not compared:
        return Checked("undecided", reason, None, 0, None)
    method = "central differences and a complex step" if "complex" in methods else "central differences"
    verdict: MatrixVerdict = "agree" if worst <= AGREES else "disagree" if worst > DISAGREES else "undecided"
    too_coarse = "differences are too coarse here" if verdict == "undecided" else None
    return Checked(verdict, too_coarse, worst, compared, method)


def _choose_sizes(derivative: Derivative) -> list[dict[int, int]]:
    """One set where all sizes are small numbers, else two."""
    first, second = derivative.stand_ins, derivative.shaped.sizes.assign_stand_ins(2)
    return [first] if first == second else [first, second]


def _reverse_sizes(derivative: Derivative, sizes: dict[int, int]) -> dict[int, int]:
    """What was wide is tall: X'*X has an inverse only if X is not wide."""
    free = [size for size in sizes if not isinstance(derivative.shaped.sizes.known.get(size), int)]
    return sizes | dict(zip(free, [sizes[size] for size in reversed(free)], strict=True))


def _check_sizes(
    arrays: Arrays, derivative: Derivative, short: ShortForm | None, sizes: dict[int, int], rng: random.Random
) -> tuple[float, str] | str:
    """The error at the first point that is finite and not too coarse, or why there is none."""
    mapped = {derivative.stand_ins[size]: number for size, number in sizes.items()}
    trial = CheckTrial(arrays, derivative, short, lower(derivative.shaped, sizes), mapped)
    reason = "the formula has no value at the points tried"
    coarse: list[tuple[float, str]] = []
    for point in _draw_points(trial, rng):
        with arrays.quiet():
            singular = _find_singular(trial, point)
            if singular:
                reason = f"{singular} of a singular matrix at every point tried"
                continue
            result = _compare(trial, point, rng)
        if result is not None and AGREES < result[0] <= DISAGREES:
            coarse.append(result)
        elif result is not None:
            return result
    return min(coarse) if coarse else reason


# random values


def _draw_points(trial: CheckTrial, rng: random.Random) -> Iterator[MatrixPoint]:
    """Normal values, matrices so that they neither shrink nor stretch what they multiply; positive ones,
    square matrices positive definite; values between 0 and 1."""
    arrays, shaped = trial.arrays, trial.derivative.shaped
    names = [name for name in shaped.reading.variables if name not in shaped.letters]
    shapes = {name: find_shape(shaped, name, trial.lowered.sizes) for name in names}
    for attempt in range(TRIES):
        if attempt % 2 == 0:
            yield {
                name: _draw_normal(arrays, shape, rng, _find_spread(shape)) for name, shape in shapes.items()
            }
        else:
            yield {name: _draw_positive(arrays, shape, rng) for name, shape in shapes.items()}
    yield {name: _draw_between(arrays, shape, rng, 0.2, 0.6) for name, shape in shapes.items()}


def _find_spread(shape: Shape) -> float:
    return math.sqrt(shape[0] if len(shape) > 1 else 1)


def _draw_normal(arrays: Arrays, shape: Shape, rng: random.Random, spread: float = 1.0) -> Any:
    return arrays.make([rng.gauss(0.0, 1.0) / spread for _ in range(prod(shape))], shape)


def _draw_between(arrays: Arrays, shape: Shape, rng: random.Random, least: float, width: float) -> Any:
    return arrays.make([least + width * rng.random() for _ in range(prod(shape))], shape)


def _draw_positive(arrays: Arrays, shape: Shape, rng: random.Random) -> Any:
    if len(shape) == 2 and shape[0] == shape[1]:  # a square matrix
        root = _draw_normal(arrays, shape, rng, _find_spread(shape))
        return arrays.add(arrays.dot(root, arrays.transpose(root)), arrays.make_eye(shape[0]))
    return _draw_between(arrays, shape, rng, 0.5, 1.0)


def _find_singular(trial: CheckTrial, point: MatrixPoint) -> str | None:
    """The name of an operation that has no inverse to work with here."""
    arrays, graph = trial.arrays, trial.lowered.graph
    asking = [node for node in graph.nodes if node.op in ("inv", "det", "logdet", "solve")]
    values = arrays.evaluate(graph, point) if asking else []
    for node in asking:
        matrix = values[node.args[0]]
        if not arrays.is_finite(matrix) or arrays.find_condition(matrix) > SINGULAR:
            return node.op
    return None


# the comparison


def _compare(trial: CheckTrial, point: MatrixPoint, rng: random.Random) -> tuple[float, str] | None:
    """The greatest error along random directions; None where a number is not finite."""
    arrays, derivative = trial.arrays, trial.derivative
    shape = arrays.find_shape(point[derivative.wrt])
    worst, method = 0.0, "central"
    for _ in range(DIRECTIONS):
        directions = (_draw_normal(arrays, shape, rng), _draw_normal(arrays, shape, rng))
        point = point | _draw_seed(trial, directions[0], rng)
        answer = _find_answer(trial, derivative, point, directions)
        if trial.short is not None:
            worst = max(worst, _compare_short(trial, trial.short, point, directions, answer))
        weigh = _find_weights(trial, point)
        if derivative.kind == "vjp":
            answer = arrays.sum(arrays.multiply(answer, directions[0]))
        error = _compare_differences(trial, point, directions, answer, weigh)
        if error is None:
            return None
        exact = _step_complex(trial, point, directions[0])
        if exact is not None and arrays.is_finite(exact):
            method = "complex"
            error = max(_find_error(arrays, answer, weigh(exact)), error if error > DISAGREES else 0.0)
        worst = max(worst, error)
    return worst, method


def _draw_seed(trial: CheckTrial, direction: Any, rng: random.Random) -> MatrixPoint:
    """A cotangent at random, in the shape of the output; the tangent is the direction itself."""
    derivative = trial.derivative
    if derivative.seed is None:
        return {}
    if derivative.kind == "jvp":
        return {derivative.seed: direction}
    output = trial.lowered.output
    shape = trial.lowered.graph.shape(output.node)
    return {derivative.seed: _draw_normal(trial.arrays, shape[::-1] if output.rows == 1 else shape, rng)}


def _find_weights(trial: CheckTrial, point: MatrixPoint) -> Callable[[Any], Any]:
    """What becomes of a value of the formula: a number by the cotangent, itself in all other modes."""
    arrays, seed = trial.arrays, trial.derivative.seed
    if trial.derivative.kind != "vjp" or seed is None:
        return lambda value: value
    return lambda value: arrays.sum(arrays.multiply(value, point[seed]))


def _compare_short(
    trial: CheckTrial, short: ShortForm, point: MatrixPoint, directions: tuple[Any, Any], answer: Any
) -> float:
    """The error of the short form against the answer."""
    arrays, lowered = trial.arrays, trial.lowered
    parts = {name: lowered.values[id(node)] for name, node in short.parts.items()}
    values = arrays.evaluate(lowered.graph, point, [part.node for part in parts.values()])
    named = {name: _put_rows_first(arrays, values[part.node], part) for name, part in parts.items()}
    again = _find_answer(trial, short.derivative, point | named, directions)
    return _find_error(arrays, again, answer) if arrays.is_finite(again) else math.inf


def _put_rows_first(arrays: Arrays, array: Any, value: ArrayValue) -> Any:
    return arrays.transpose(array) if value.rows == 1 else array


def _compare_differences(
    trial: CheckTrial,
    point: MatrixPoint,
    directions: tuple[Any, Any],
    answer: Any,
    weigh: Callable[[Any], Any],
) -> float | None:
    """The error against differences, with smaller steps where needed; None where a number is not finite."""
    arrays, derivative = trial.arrays, trial.derivative
    function = _make_function(trial)
    floor = ROUNDING * arrays.find_size(function(point))
    least = math.inf
    for step in STEPS:
        expected = weigh(_find_differences(trial, function, point, directions[: derivative.order], step))
        if not (arrays.is_finite(answer) and arrays.is_finite(expected)):
            return None
        error = _find_error(arrays, answer, expected, floor)
        least = min(least, error / (SECOND_ORDER if derivative.order > 1 else 1.0))
        if least <= AGREES:
            break
    return least


def _make_function(trial: CheckTrial) -> PointFunction:
    """The formula itself as a function of a point: its array with rows first."""
    arrays, graph, output = trial.arrays, trial.lowered.graph, trial.lowered.output

    def call(point: MatrixPoint) -> Any:
        return _put_rows_first(arrays, arrays.evaluate(graph, point, [output.node])[output.node], output)

    return call


def _find_differences(
    trial: CheckTrial, function: PointFunction, point: MatrixPoint, directions: Sequence[Any], step: float
) -> Any:
    """The central difference of fourth order along each direction; the last with the longer step."""
    *inner, direction = directions
    if not inner:
        return _find_difference(trial, function, point, direction, step)
    return _find_difference(
        trial,
        lambda at: _find_differences(trial, function, at, inner, step),
        point,
        direction,
        step * 10,
    )


def _find_difference(
    trial: CheckTrial, function: PointFunction, point: MatrixPoint, direction: Any, step: float
) -> Any:
    arrays, wrt = trial.arrays, trial.derivative.wrt
    near, nearer_back, far, far_back = (
        function(point | {wrt: arrays.add(point[wrt], arrays.multiply(times * step, direction))})
        for times in (1, -1, 2, -2)
    )
    short = arrays.multiply(8, arrays.subtract(near, nearer_back))
    return arrays.divide(arrays.subtract(short, arrays.subtract(far, far_back)), 12 * step)


def _step_complex(trial: CheckTrial, point: MatrixPoint, direction: Any) -> Any | None:
    """The derivative along a direction by a complex step.

    None of second order, or where an operation has no complex form."""
    if trial.derivative.order > 1:
        return None
    arrays, lowered = trial.arrays, trial.lowered
    found = arrays.step_complex(lowered.graph, lowered.output.node, point, trial.derivative.wrt, direction)
    return None if found is None else _put_rows_first(arrays, found, lowered.output)


def _find_error(arrays: Arrays, answer: Any, expected: Any, floor: float = 0.0) -> float:
    """The difference over the size, over the floor where that is greater; nothing of nothing is 0."""
    size = max(floor, arrays.find_size(answer), arrays.find_size(expected))
    return 0.0 if size < ALONE else arrays.find_size(arrays.subtract(answer, expected)) / size


# what the answer says


def _find_answer(
    trial: CheckTrial, derivative: Derivative, point: MatrixPoint, directions: tuple[Any, Any]
) -> Any:
    """What a derivative says of the directions; of vjp itself."""
    arrays, sizes = trial.arrays, trial.sizes
    plain = [arrays.squeeze(direction) for direction in directions]
    if derivative.matrix is None:
        return _add_entries(trial, derivative, point, plain[: derivative.order])
    found = evaluate(derivative.matrix, point, sizes, arrays)
    axes = derivative.axes
    match derivative.kind:
        case "gradient":
            return arrays.sum(arrays.multiply(found, plain[0]))
        case "vjp":
            shape = arrays.find_shape(directions[0])
            if arrays.find_shape(found):
                return arrays.reshape(found, shape)
            return arrays.multiply(found, arrays.fill(1.0, shape))
        case "jvp":
            return found
        case "jacobian" | "hessian" | "entries" if derivative.order == 1:
            return _contract(arrays, found, plain[0], axes[0], axes[1])
        case "jacobian" | "hessian" | "entries":
            first = _contract(arrays, found, plain[0], axes[0] + axes[1], axes[-1])
            return _contract(arrays, first, plain[1], axes[0], axes[1])
        case _:
            assert_never(derivative.kind)


def _contract(arrays: Arrays, array: Any, direction: Any, kept: int, summed: int) -> Any:
    """The last axes against a direction; a derivative that is one number holds along every axis."""
    if summed == 0:
        return arrays.multiply(array, direction)
    if len(arrays.find_shape(array)) == kept + summed:
        return arrays.contract(array, direction, summed)
    return arrays.multiply(array, arrays.sum(direction))


def _add_entries(
    trial: CheckTrial, derivative: Derivative, point: MatrixPoint, directions: Sequence[Any]
) -> Any:
    """The array of the output's axes. directions: of the variable, one for each differentiation."""
    arrays, sizes, rank = trial.arrays, trial.sizes, derivative.axes[0]
    inner, at = [], rank
    for count, direction in zip(derivative.axes[1:], directions, strict=True):
        inner.append((AXES[at : at + count], direction))
        at += count
    output = [(letter, sizes[size]) for letter, size in zip(AXES[:rank], derivative.sizes, strict=False)]
    total = arrays.fill(0.0, tuple(size for _, size in output))
    for term in derivative.terms:
        operands = [
            (name_slots(at), evaluate(each, point, sizes, arrays)) for each, at in term.entries
        ] + inner
        borne = {letter for indices, _ in operands for letter in indices}
        operands += [(letter, arrays.fill(1.0, (size,))) for letter, size in output if letter not in borne]
        indices = f"{','.join(each for each, _ in operands)}->{AXES[:rank]}"
        found = arrays.einsum(indices, *(array for _, array in operands))
        total = arrays.add(total, arrays.multiply(evaluate(term.scale, point, sizes, arrays), found))
    return total
