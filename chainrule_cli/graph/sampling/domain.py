"""Points of the real domain: seeded, spread over scales and both signs, away from kinks, short enough to
print.

Where the domain is thin, a wider search, then points near the good ones. All work is bounded by TRIES forward
passes.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from chainrule_cli.graph.carriers import FLOATS
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS
from chainrule_cli.graph.sampling.differences import extrapolate
from chainrule_cli.graph.sampling.strips import Point, find_between
from chainrule_cli.graph.sweep import ForwardPass, forward

SCALES = (1.0, 0.3, 3.0, 1.0, 10.0, 0.1, 2.0, 0.5, 30.0, 0.01, 100.0)
WIDE_SCALES = (
    *(10.0**power for power in range(-6, 13)),
    *(0.5, 0.2, 2.0, 5.0, 20.0, 50.0, 200.0, 500.0, 2000.0, 5000.0),
)
TRIES = 600
WIDE_TRIES = 4_000
NEAR_TRIES = 1_200
PASSES_OF_NODES = 1_000_000
"""Nodes evaluated at the most in one search: a huge graph gets fewer tries."""

STRIP_PASSES = 6_000
KINK_MARGIN, ON_A_KINK = 1e-3, 1e-10
UNDERFLOW = 1e-290
"""What an operation that fades gives below this, for arguments other than 0, it gives only by leaving the
doubles."""
LARGEST, SMALLEST = 1e8, 1e-8


def seed_rng(*texts: str) -> random.Random:
    """A source of numbers that depends on the texts alone."""
    digest = hashlib.sha256("\n".join(texts).encode()).digest()
    return random.Random(int.from_bytes(digest[:8], "big"))  # noqa: S311  # points, not secrets


def find_points(
    graph: Graph,
    outputs: Sequence[int],
    names: Sequence[str],
    *,
    seed: str,
    count: int,
    fixed: Mapping[str, float] | None = None,
    judge: Judge | None = None,
) -> list[Point]:
    """Up to `count` distinct points at which all outputs are finite numbers, none where no point was found.

    names: the variables to be given values
    seed: the text that decides the draw
    fixed: values that some of the variables keep
    judge: that of the graph and the outputs, where there is one already
    """
    rng, held = seed_rng(seed), dict(fixed or {})
    free = [name for name in names if name not in held]
    judge = judge or Judge(graph, outputs)
    if not free:
        return [held] if judge(held) else []
    found = _keep(_draw(rng, free, held), judge, count, judge.limit_tries(TRIES))
    if len(found) < count:
        found += _keep(
            _draw_widely(rng, free, held), judge, count - len(found), judge.limit_tries(WIDE_TRIES), found
        )
    if not found:
        thin = find_between(graph, judge.outputs, free, held, rng, judge.limit_tries(STRIP_PASSES))
        found += _keep((_shorten(point, free, judge) for point in thin), judge, 1, 2)
    if 0 < len(found) < count:
        found += _keep(
            _draw_near(rng, free, found), judge, count - len(found), judge.limit_tries(NEAR_TRIES), found
        )
    return found


class Judge:
    """Whether a point is good: outputs finite and no mere underflow; of moderate size and far from kinks at
    first."""

    def __init__(self, graph: Graph, outputs: Sequence[int]) -> None:
        self.graph = graph
        self.outputs = tuple(outputs)
        self.last = max(outputs)
        needed = [index for index, reached in enumerate(graph.find_needed(*outputs)) if reached]
        self.run = ForwardPass(graph, *outputs)
        self.kinks = [
            (graph.nodes[index].args, kink)
            for index in needed
            if (kink := _find_kink(graph, index)) is not None
        ]
        self.vanishing = [
            (index, graph.nodes[index].args) for index in needed if _fades(graph.nodes[index].op)
        ]

    def limit_tries(self, most: int) -> int:
        return max(40, min(most, PASSES_OF_NODES // (self.last + 1)))

    def __call__(self, point: Point) -> int:
        """0 for no good, 1 for a point with extreme values, 2 for a good one."""
        return self.mark([point])[0]

    def mark(self, points: Sequence[Point]) -> list[int]:
        """The same for several points at once."""
        columns = self.run.columns(points)
        return [self._mark(columns, point) for point in range(len(points))]

    def _mark(self, columns: Sequence[Sequence[float]], point: int) -> int:
        results = [columns[output][point] for output in self.outputs]
        if not all(map(math.isfinite, results)):
            return 0
        gap = min(
            (kink(*[columns[argument][point] for argument in args]) for args, kink in self.kinks),
            default=1.0,
            key=_nan_first,
        )
        if not gap > ON_A_KINK or self._underflows(columns, point):
            return 0
        moderate = all(result == 0 or SMALLEST < abs(result) < LARGEST for result in results)
        return 2 if gap > KINK_MARGIN and moderate else 1

    def _underflows(self, columns: Sequence[Sequence[float]], point: int) -> bool:
        """Whether a number that is not 0 became 0, which agrees with anything."""
        small = (args for index, args in self.vanishing if abs(columns[index][point]) < UNDERFLOW)
        return any(all(columns[argument][point] for argument in args) for args in small)


def _fades(op: str) -> bool:
    return op in OPS and OPS[op].fades


def _nan_first(gap: float) -> float:
    return -math.inf if math.isnan(gap) else gap


def _find_kink(graph: Graph, index: int) -> Callable[..., float] | None:
    """The kink rule of a node; none where it compares a node with itself."""
    node = graph.nodes[index]
    if node.op not in OPS or (len(node.args) == 2 and node.args[0] == node.args[1]):
        return None
    return OPS[node.op].kink


def _keep(
    draws: Iterator[Point], judge: Judge, count: int, tries: int, before: Sequence[Point] = ()
) -> list[Point]:
    """The good ones of so many draws, then those with extreme values, none twice."""
    good: list[Point] = []
    extreme: list[Point] = []
    seen = [*before]
    tried = islice(draws, tries)
    while len(good) < count and (drawn := list(islice(tried, count - len(good)))):
        for point, mark in zip(drawn, judge.mark(drawn), strict=True):
            if mark and point not in seen:
                seen.append(point)
                (good if mark == 2 else extreme).append(point)
    return (good + extreme)[:count]


def _shorten_number(value: float, digits: int = 2) -> float:
    return float(f"{value:.{digits}g}")


def _draw(rng: random.Random, free: Sequence[str], held: Mapping[str, float]) -> Iterator[Point]:
    """Around every scale in turn; signs alternate for one variable and are drawn for several."""
    turn = 0
    while True:
        scale = SCALES[turn % len(SCALES)]
        sign = -1 if turn % 2 else 1
        point = {
            name: _shorten_number(
                scale * rng.uniform(0.4, 1.6) * (sign if index == 0 else rng.choice((1, 1, -1)))
            )
            for index, name in enumerate(free)
        }
        yield {**held, **point}
        turn += 1


def _draw_widely(rng: random.Random, free: Sequence[str], held: Mapping[str, float]) -> Iterator[Point]:
    """Each variable at a scale of its own, integers with a little added, all positive now and then."""
    while True:
        positive = rng.random() < 0.5
        yield {**held, **{name: _draw_wide_number(rng, positive=positive) for name in free}}


def _draw_wide_number(rng: random.Random, *, positive: bool) -> float:
    sign = 1 if positive else rng.choice((1, -1))
    roll = rng.random()
    if roll < 0.25:
        return _shorten_number(sign * rng.uniform(0, 2), 4)
    if roll < 0.4:
        return sign * (rng.randint(0, 12) + rng.choice((0.5, 0.1, 0.9, 0.01, 0.99)))
    return _shorten_number(sign * rng.choice(WIDE_SCALES) * rng.uniform(0.2, 2), 5)


def _draw_near(rng: random.Random, free: Sequence[str], found: Sequence[Point]) -> Iterator[Point]:
    """Close to points that were good, each time at another distance."""
    while True:
        base = rng.choice(found)
        spread = 10.0 ** rng.uniform(-10 if rng.random() < 0.1 else -5, -0.5)
        digits = 3 + math.ceil(-math.log10(spread))
        yield base | {
            name: _shorten_number(base[name] * (1 + spread * rng.uniform(-1, 1)), digits) for name in free
        }


def _shorten(point: Point, free: Sequence[str], judge: Judge) -> Point:
    """The point with as few digits as it can be a point with."""
    shorter = (
        point | {name: _shorten_number(point[name], digits) for name in free} for digits in range(2, 17)
    )
    return next((each for each in shorter if judge(each)), point)


# equations

GRID = tuple(scale * part for scale in (0.01, 0.1, 1.0, 10.0) for part in (1.03, 2.07, 3.11, 4.9, 7.3))
WIDE_GRID = tuple(10.0**power * part for power in range(-9, 10) for part in (1.03, 2.9))
CURVE_PASSES = 12_000
HALVING_PASSES = 60
"""What a root costs, about: the passes to the last bit."""


def find_curve_points(
    graph: Graph,
    equation: int,
    names: Sequence[str],
    dependent: str,
    *,
    seed: str,
    count: int,
    outputs: Sequence[int] = (),
) -> list[Point]:
    """Up to `count` points on equation = 0, the dependent variable solved for; the outputs must be finite
    there too."""
    rng = seed_rng(seed)
    others = [name for name in names if name != dependent]
    judge = Judge(graph, [equation, *outputs])
    found: list[Point] = []
    for draws, sizes in ((_draw(rng, others, {}), GRID), (_draw_widely(rng, others, {}), WIDE_GRID)):
        tries = judge.limit_tries(CURVE_PASSES) // (2 * len(sizes) + HALVING_PASSES)
        _extend(found, draws, judge, dependent, sizes, rng, tries, count)
    if 0 < len(found) < count:
        near, tries = _draw_near(rng, others, list(found)), judge.limit_tries(CURVE_PASSES) // HALVING_PASSES
        sizes = tuple(
            dict.fromkeys(abs(point[dependent]) * part for point in found for part in (0.7, 0.9, 1.1, 1.4))
        )
        _extend(found, near, judge, dependent, sizes, rng, tries, count)
    return found


def _extend(
    found: list[Point],
    draws: Iterator[Point],
    judge: Judge,
    dependent: str,
    sizes: Sequence[float],
    rng: random.Random,
    tries: int,
    count: int,
) -> None:
    """Adds points on the curve over so many draws, one of the solutions over each, until there are
    `count`."""
    equation = judge.outputs[0]
    for _, point in zip(range(max(20, tries)), draws, strict=False):
        if len(found) >= count:
            return
        solved = [
            {**point, dependent: solution}
            for solution in _solve(judge.graph, equation, point, dependent, sizes)
        ]
        good = [
            each
            for each in solved
            if each not in found and judge(each) and _crosses(judge.graph, equation, each, dependent)
        ]
        if good:
            found.append(rng.choice(good))


def _solve(graph: Graph, equation: int, point: Point, dependent: str, sizes: Sequence[float]) -> list[float]:
    """Values of the dependent variable where the equation changes its sign, to the last bit."""
    residual = _take_residual(graph, equation, point, dependent)
    grid = sorted({sign * size for size in sizes for sign in (1, -1)} | {0.0})
    residues = [residual(value) for value in grid]
    pairs = zip(grid, residues, grid[1:], residues[1:], strict=False)
    return [
        _bisect(residual, low, high, at_low)
        for low, at_low, high, at_high in pairs
        if at_low == 0 or at_low * at_high < 0
    ]


def _take_residual(graph: Graph, equation: int, point: Point, dependent: str) -> Callable[[float], float]:
    """Left side minus right side as a function of the dependent variable."""
    return lambda value: float(forward(graph, {**point, dependent: value}, FLOATS, upto=equation)[equation])


def _bisect(residual: Callable[[float], float], low: float, high: float, at_low: float) -> float:
    if at_low == 0:
        return low
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        value = residual(middle)
        if value == 0:
            return middle
        if (value < 0) == (at_low < 0):
            low = middle
        else:
            high = middle


def _crosses(graph: Graph, equation: int, point: Point, dependent: str) -> bool:
    """Whether the equation crosses zero there, neither at a pole nor flat in the dependent variable."""
    residual, here = _take_residual(graph, equation, point, dependent), point[dependent]
    slope, error = extrapolate(residual, here)
    width = 1e-3 * (abs(here) or 1.0)
    rise = max(
        (abs(value) for value in (residual(here - width), residual(here + width)) if math.isfinite(value)),
        default=math.inf,
    )
    return (
        abs(residual(here)) < 1e-6 * rise
        and 0.01 * rise < abs(slope) * width < math.inf
        and error < 1e-3 * abs(slope)
    )
