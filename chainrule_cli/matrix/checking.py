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
from chainrule_cli.matrix.array_builder import ArrayValue, shape_of
from chainrule_cli.matrix.arrays import Arrays
from chainrule_cli.matrix.derivative import Derivative
from chainrule_cli.matrix.indices import AXES, name_slots
from chainrule_cli.matrix.lowering import LoweredMatrix, lower
from chainrule_cli.matrix.naming import Short
from chainrule_cli.matrix.numpy_arrays import NUMPY_ARRAYS
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
Point = dict[str, Any]
Function = Callable[[Point], Any]
Verdict = Literal["agree", "disagree", "undecided"]


class Checked(NamedTuple):
    """relative_error: the greatest, of all sizes and directions.
    sizes: how many sets.
    method: what it was compared with."""

    verdict: Verdict
    reason: str | None
    relative_error: float | None
    sizes: int
    method: str | None


class _Question(NamedTuple):
    """What is compared, in one set of sizes.
    short: the short form with it.
    sizes: by the stand-ins of the derivative."""

    arrays: Arrays
    derivative: Derivative
    short: Short | None
    lowered: LoweredMatrix
    sizes: Mapping[int, int]


def check(
    derivative: Derivative, seed: str, short: Short | None = None, arrays: Arrays = NUMPY_ARRAYS
) -> Checked:
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
    verdict: Verdict = "agree" if worst <= AGREES else "disagree" if worst > DISAGREES else "undecided"
    too_coarse = "differences are too coarse here" if verdict == "undecided" else None
    return Checked(verdict, too_coarse, worst, compared, method)


def _choose_sizes(derivative: Derivative) -> list[dict[int, int]]:
    """One set where all sizes are small numbers, else two."""
    first, second = derivative.stand_ins, derivative.shaped.sizes.stand_ins(2)
    return [first] if first == second else [first, second]


def _reverse_sizes(derivative: Derivative, sizes: dict[int, int]) -> dict[int, int]:
    """What was wide is tall: X'*X has an inverse only if X is not wide."""
    free = [size for size in sizes if not isinstance(derivative.shaped.sizes.known.get(size), int)]
    return sizes | dict(zip(free, [sizes[size] for size in reversed(free)], strict=True))


def _check_sizes(
    arrays: Arrays, derivative: Derivative, short: Short | None, sizes: dict[int, int], rng: random.Random
) -> tuple[float, str] | str:
    """The error at the first point that is finite and not too coarse, or why there is none."""
    mapped = {derivative.stand_ins[size]: number for size, number in sizes.items()}
    question = _Question(arrays, derivative, short, lower(derivative.shaped, sizes), mapped)
    reason = "the formula has no value at the points tried"
    coarse: list[tuple[float, str]] = []
    for point in _draw_points(question, rng):
        with arrays.quiet():
            singular = _find_singular(question, point)
            if singular:
                reason = f"{singular} of a singular matrix at every point tried"
                continue
            result = _compare(question, point, rng)
        if result is not None and AGREES < result[0] <= DISAGREES:
            coarse.append(result)
        elif result is not None:
            return result
    return min(coarse) if coarse else reason


# random values


def _draw_points(question: _Question, rng: random.Random) -> Iterator[Point]:
    """Normal values, matrices so that they neither shrink nor stretch what they multiply; positive ones,
    square matrices positive definite; values between 0 and 1."""
    arrays, shaped = question.arrays, question.derivative.shaped
    names = [name for name in shaped.reading.variables if name not in shaped.letters]
    shapes = {name: shape_of(shaped, name, question.lowered.sizes) for name in names}
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


def _find_singular(question: _Question, point: Point) -> str | None:
    """The name of an operation that has no inverse to work with here."""
    arrays, graph = question.arrays, question.lowered.graph
    asking = [node for node in graph.nodes if node.op in ("inv", "det", "logdet", "solve")]
    values = arrays.evaluate(graph, point) if asking else []
    for node in asking:
        matrix = values[node.args[0]]
        if not arrays.is_finite(matrix) or arrays.find_condition(matrix) > SINGULAR:
            return node.op
    return None


# the comparison


def _compare(question: _Question, point: Point, rng: random.Random) -> tuple[float, str] | None:
    """The greatest error along random directions; None where a number is not finite."""
    arrays, derivative = question.arrays, question.derivative
    shape = arrays.shape(point[derivative.wrt])
    worst, method = 0.0, "central"
    for _ in range(DIRECTIONS):
        directions = (_draw_normal(arrays, shape, rng), _draw_normal(arrays, shape, rng))
        point = point | _draw_seed(question, directions[0], rng)
        answer = _find_answer(question, derivative, point, directions)
        if question.short is not None:
            worst = max(worst, _compare_short(question, question.short, point, directions, answer))
        weigh = _find_weights(question, point)
        if derivative.kind == "vjp":
            answer = arrays.sum(arrays.multiply(answer, directions[0]))
        error = _compare_differences(question, point, directions, answer, weigh)
        if error is None:
            return None
        exact = _step_complex(question, point, directions[0])
        if exact is not None and arrays.is_finite(exact):
            method = "complex"
            error = max(_find_error(arrays, answer, weigh(exact)), error if error > DISAGREES else 0.0)
        worst = max(worst, error)
    return worst, method


def _draw_seed(question: _Question, direction: Any, rng: random.Random) -> Point:
    """A cotangent at random, in the shape of the output; the tangent is the direction itself."""
    derivative = question.derivative
    if derivative.seed is None:
        return {}
    if derivative.kind == "jvp":
        return {derivative.seed: direction}
    output = question.lowered.output
    shape = question.lowered.graph.shape(output.node)
    return {derivative.seed: _draw_normal(question.arrays, shape[::-1] if output.rows == 1 else shape, rng)}


def _find_weights(question: _Question, point: Point) -> Callable[[Any], Any]:
    """What becomes of a value of the formula: a number by the cotangent, itself in all other modes."""
    arrays, seed = question.arrays, question.derivative.seed
    if question.derivative.kind != "vjp" or seed is None:
        return lambda value: value
    return lambda value: arrays.sum(arrays.multiply(value, point[seed]))


def _compare_short(
    question: _Question, short: Short, point: Point, directions: tuple[Any, Any], answer: Any
) -> float:
    """The error of the short form against the answer."""
    arrays, lowered = question.arrays, question.lowered
    parts = {name: lowered.values[id(node)] for name, node in short.parts.items()}
    values = arrays.evaluate(lowered.graph, point, [part.node for part in parts.values()])
    named = {name: _put_rows_first(arrays, values[part.node], part) for name, part in parts.items()}
    again = _find_answer(question, short.derivative, point | named, directions)
    return _find_error(arrays, again, answer) if arrays.is_finite(again) else math.inf


def _put_rows_first(arrays: Arrays, array: Any, value: ArrayValue) -> Any:
    return arrays.transpose(array) if value.rows == 1 else array


def _compare_differences(
    question: _Question,
    point: Point,
    directions: tuple[Any, Any],
    answer: Any,
    weigh: Callable[[Any], Any],
) -> float | None:
    """The error against differences, with smaller steps where needed; None where a number is not finite."""
    arrays, derivative = question.arrays, question.derivative
    function = _make_function(question)
    floor = ROUNDING * arrays.find_size(function(point))
    least = math.inf
    for step in STEPS:
        expected = weigh(_find_differences(question, function, point, directions[: derivative.order], step))
        if not (arrays.is_finite(answer) and arrays.is_finite(expected)):
            return None
        error = _find_error(arrays, answer, expected, floor)
        least = min(least, error / (SECOND_ORDER if derivative.order > 1 else 1.0))
        if least <= AGREES:
            break
    return least


def _make_function(question: _Question) -> Function:
    """The formula itself as a function of a point: its array with rows first."""
    arrays, graph, output = question.arrays, question.lowered.graph, question.lowered.output

    def call(point: Point) -> Any:
        return _put_rows_first(arrays, arrays.evaluate(graph, point, [output.node])[output.node], output)

    return call


def _find_differences(
    question: _Question, function: Function, point: Point, directions: Sequence[Any], step: float
) -> Any:
    """The central difference of fourth order along each direction; the last with the longer step."""
    *inner, direction = directions
    if not inner:
        return _find_difference(question, function, point, direction, step)
    return _find_difference(
        question,
        lambda at: _find_differences(question, function, at, inner, step),
        point,
        direction,
        step * 10,
    )


def _find_difference(
    question: _Question, function: Function, point: Point, direction: Any, step: float
) -> Any:
    arrays, wrt = question.arrays, question.derivative.wrt
    near, nearer_back, far, far_back = (
        function(point | {wrt: arrays.add(point[wrt], arrays.multiply(times * step, direction))})
        for times in (1, -1, 2, -2)
    )
    short = arrays.multiply(8, arrays.subtract(near, nearer_back))
    return arrays.divide(arrays.subtract(short, arrays.subtract(far, far_back)), 12 * step)


def _step_complex(question: _Question, point: Point, direction: Any) -> Any | None:
    """The derivative along a direction by a complex step.

    None of second order, or where an operation has no complex form."""
    if question.derivative.order > 1:
        return None
    arrays, lowered = question.arrays, question.lowered
    found = arrays.step_complex(lowered.graph, lowered.output.node, point, question.derivative.wrt, direction)
    return None if found is None else _put_rows_first(arrays, found, lowered.output)


def _find_error(arrays: Arrays, answer: Any, expected: Any, floor: float = 0.0) -> float:
    """The difference over the size, over the floor where that is greater; nothing of nothing is 0."""
    size = max(floor, arrays.find_size(answer), arrays.find_size(expected))
    return 0.0 if size < ALONE else arrays.find_size(arrays.subtract(answer, expected)) / size


# what the answer says


def _find_answer(
    question: _Question, derivative: Derivative, point: Point, directions: tuple[Any, Any]
) -> Any:
    """What a derivative says of the directions; of vjp itself."""
    arrays, sizes = question.arrays, question.sizes
    plain = [arrays.squeeze(direction) for direction in directions]
    if derivative.matrix is None:
        return _add_entries(question, derivative, point, plain[: derivative.order])
    found = evaluate(derivative.matrix, point, sizes, arrays)
    axes = derivative.axes
    match derivative.kind:
        case "gradient":
            return arrays.sum(arrays.multiply(found, plain[0]))
        case "vjp":
            shape = arrays.shape(directions[0])
            if arrays.shape(found):
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
    if len(arrays.shape(array)) == kept + summed:
        return arrays.contract(array, direction, summed)
    return arrays.multiply(array, arrays.sum(direction))


def _add_entries(question: _Question, derivative: Derivative, point: Point, directions: Sequence[Any]) -> Any:
    """The array of the output's axes. directions: of the variable, one for each differentiation."""
    arrays, sizes, rank = question.arrays, question.sizes, derivative.axes[0]
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
