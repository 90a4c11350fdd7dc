"""Points of the real domain: seeded, spread over scales and both signs, away from kinks, short enough to print.

Where the domain is thin, a wider search, then points near the good ones. All work is bounded by TRIES forward passes.
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
from chainrule_cli.graph.sampling.differences import ridders
from chainrule_cli.graph.sampling.strips import Point, between
from chainrule_cli.graph.sweep import Pass, forward

SCALES = (1.0, 0.3, 3.0, 1.0, 10.0, 0.1, 2.0, 0.5, 30.0, 0.01, 100.0)
WIDE_SCALES = (
    *(10.0**power for power in range(-6, 13)),
    0.5,
    0.2,
    2.0,
    5.0,
    20.0,
    50.0,
    200.0,
    500.0,
    2000.0,
    5000.0,
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


def seeded(*texts: str) -> random.Random:
    """A source of numbers that depends on the texts alone."""
    return random.Random(int.from_bytes(hashlib.sha256("\n".join(texts).encode()).digest()[:8], "big"))  # noqa: S311  # points, not secrets


def points(
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

    names: the variables to be given values; fixed: values that some of them keep. seed: the texts that decide the draw.
    judge: that of the graph and the outputs, where there is one already.
    """
    dice, held = seeded(seed), dict(fixed or {})
    free = [name for name in names if name not in held]
    judge = judge or Judge(graph, outputs)
    if not free:
        return [held] if judge(held) else []
    found = _kept(_draws(dice, free, held), judge, count, judge.tries(TRIES))
    if len(found) < count:
        found += _kept(
            _wide_draws(dice, free, held), judge, count - len(found), judge.tries(WIDE_TRIES), found
        )
    if not found:
        thin = between(graph, judge.outputs, free, held, dice, judge.tries(STRIP_PASSES))
        found += _kept((_shortened(point, free, judge) for point in thin), judge, 1, 2)
    if 0 < len(found) < count:
        found += _kept(_near(dice, free, found), judge, count - len(found), judge.tries(NEAR_TRIES), found)
    return found


class Judge:
    """Whether a point is good: outputs finite and no mere underflow; of moderate size and far from kinks at first."""

    def __init__(self, graph: Graph, outputs: Sequence[int]) -> None:
        self.graph = graph
        self.outputs = tuple(outputs)
        self.last = max(outputs)
        needed = [False] * (self.last + 1)
        for output in outputs:
            for place, reached in enumerate(graph.reaching(output)):
                needed[place] = needed[place] or reached
        places = [place for place in range(self.last + 1) if needed[place]]
        self.run = Pass(graph, *outputs)
        self.kinks = [
            (graph.nodes[place].args, kink) for place in places if (kink := _kink(graph, place)) is not None
        ]
        self.vanishing = [
            (place, graph.nodes[place].args) for place in places if _fades(graph.nodes[place].op)
        ]

    def tries(self, most: int) -> int:
        return max(40, min(most, PASSES_OF_NODES // (self.last + 1)))

    def __call__(self, point: Point) -> int:
        """0 for no good, 1 for a point with extreme values, 2 for a good one."""
        return self.marks([point])[0]

    def marks(self, points: Sequence[Point]) -> list[int]:
        """The same for several points at once."""
        columns = self.run.columns(points)
        return [self._mark(columns, index) for index in range(len(points))]

    def _mark(self, columns: Sequence[Sequence[float]], index: int) -> int:
        results = [columns[output][index] for output in self.outputs]
        if not all(map(math.isfinite, results)):
            return 0
        gap = min(
            (kink(*[columns[argument][index] for argument in args]) for args, kink in self.kinks),
            default=1.0,
            key=_nan_first,
        )
        if not gap > ON_A_KINK or self._underflows(columns, index):
            return 0
        return (
            2
            if gap > KINK_MARGIN
            and all(result == 0 or SMALLEST < abs(result) < LARGEST for result in results)
            else 1
        )

    def _underflows(self, columns: Sequence[Sequence[float]], index: int) -> bool:
        """Whether a number that is not 0 became 0, which agrees with anything."""
        small = (args for place, args in self.vanishing if abs(columns[place][index]) < UNDERFLOW)
        return any(all(columns[argument][index] for argument in args) for args in small)


def _fades(op: str) -> bool:
    return op in OPS and OPS[op].fades


def _nan_first(gap: float) -> float:
    return -math.inf if math.isnan(gap) else gap


def _kink(graph: Graph, place: int) -> Callable[..., float] | None:
    """The kink rule of a node; none where it compares a node with itself."""
    node = graph.nodes[place]
    if node.op not in OPS or (len(node.args) == 2 and node.args[0] == node.args[1]):
        return None
    return OPS[node.op].kink


def _kept(
    draws: Iterator[Point], judge: Judge, count: int, tries: int, before: Sequence[Point] = ()
) -> list[Point]:
    """The good ones of so many draws, then those with extreme values, none twice."""
    good: list[Point] = []
    extreme: list[Point] = []
    seen = [*before]
    tried = islice(draws, tries)
    while len(good) < count and (drawn := list(islice(tried, count - len(good)))):
        for point, mark in zip(drawn, judge.marks(drawn), strict=True):
            if mark and point not in seen:
                seen.append(point)
                (good if mark == 2 else extreme).append(point)
    return (good + extreme)[:count]


def _short(value: float, digits: int = 2) -> float:
    return float(f"{value:.{digits}g}")


def _draws(dice: random.Random, free: Sequence[str], held: Mapping[str, float]) -> Iterator[Point]:
    """Around every scale in turn; signs alternate for one variable and are drawn for several."""
    turn = 0
    while True:
        scale = SCALES[turn % len(SCALES)]
        sign = -1 if turn % 2 else 1
        point = {
            name: _short(scale * dice.uniform(0.4, 1.6) * (sign if place == 0 else dice.choice((1, 1, -1))))
            for place, name in enumerate(free)
        }
        yield {**held, **point}
        turn += 1


def _wide_draws(dice: random.Random, free: Sequence[str], held: Mapping[str, float]) -> Iterator[Point]:
    """Each variable at a scale of its own, integers with a little added, all positive now and then."""
    while True:
        positive = dice.random() < 0.5
        yield {**held, **{name: _wide(dice, positive=positive) for name in free}}


def _wide(dice: random.Random, *, positive: bool) -> float:
    sign = 1 if positive else dice.choice((1, -1))
    roll = dice.random()
    if roll < 0.25:
        return _short(sign * dice.uniform(0, 2), 4)
    if roll < 0.4:
        return sign * (dice.randint(0, 12) + dice.choice((0.5, 0.1, 0.9, 0.01, 0.99)))
    return _short(sign * dice.choice(WIDE_SCALES) * dice.uniform(0.2, 2), 5)


def _near(dice: random.Random, free: Sequence[str], found: Sequence[Point]) -> Iterator[Point]:
    """Close to points that were good, each time at another distance."""
    while True:
        base = dice.choice(found)
        spread = 10.0 ** dice.uniform(-10 if dice.random() < 0.1 else -5, -0.5)
        digits = 3 + math.ceil(-math.log10(spread))
        yield base | {name: _short(base[name] * (1 + spread * dice.uniform(-1, 1)), digits) for name in free}


def _shortened(point: Point, free: Sequence[str], judge: Judge) -> Point:
    """The point with as few digits as it can be a point with."""
    shorter = (point | {name: _short(point[name], digits) for name in free} for digits in range(2, 17))
    return next((each for each in shorter if judge(each)), point)


# equations

GRID = tuple(scale * part for scale in (0.01, 0.1, 1.0, 10.0) for part in (1.03, 2.07, 3.11, 4.9, 7.3))
WIDE_GRID = tuple(10.0**power * part for power in range(-9, 10) for part in (1.03, 2.9))
CURVE_PASSES = 12_000
HALVING_PASSES = 60
"""What a root costs, about: the passes to the last bit."""


def curve_points(
    graph: Graph,
    equation: int,
    names: Sequence[str],
    dependent: str,
    *,
    seed: str,
    count: int,
    outputs: Sequence[int] = (),
) -> list[Point]:
    """Up to `count` points on equation = 0, the dependent variable solved for; outputs (slopes) must be finite there."""
    dice = seeded(seed)
    others = [name for name in names if name != dependent]
    judge = Judge(graph, [equation, *outputs])
    found: list[Point] = []
    for draws, sizes in ((_draws(dice, others, {}), GRID), (_wide_draws(dice, others, {}), WIDE_GRID)):
        tries = judge.tries(CURVE_PASSES) // (2 * len(sizes) + HALVING_PASSES)
        _extended(found, draws, judge, dependent, sizes, dice, tries, count)
    if 0 < len(found) < count:
        sizes = tuple(
            dict.fromkeys(abs(point[dependent]) * part for point in found for part in (0.7, 0.9, 1.1, 1.4))
        )
        _extended(
            found,
            _near(dice, others, list(found)),
            judge,
            dependent,
            sizes,
            dice,
            judge.tries(CURVE_PASSES) // HALVING_PASSES,
            count,
        )
    return found


def _extended(
    found: list[Point],
    draws: Iterator[Point],
    judge: Judge,
    dependent: str,
    sizes: Sequence[float],
    dice: random.Random,
    tries: int,
    count: int,
) -> None:
    """Adds points on the curve over so many draws, one of the solutions over each, until there are `count`."""
    equation = judge.outputs[0]
    for _, point in zip(range(max(20, tries)), draws, strict=False):
        if len(found) >= count:
            return
        solved = [
            {**point, dependent: solution}
            for solution in _solutions(judge.graph, equation, point, dependent, sizes)
        ]
        good = [
            each
            for each in solved
            if each not in found and judge(each) and _crosses(judge.graph, equation, each, dependent)
        ]
        if good:
            found.append(dice.choice(good))


def _solutions(
    graph: Graph, equation: int, point: Point, dependent: str, sizes: Sequence[float]
) -> list[float]:
    """Values of the dependent variable where the equation changes its sign, to the last bit."""
    residual = _residual(graph, equation, point, dependent)
    grid = sorted({sign * size for size in sizes for sign in (1, -1)} | {0.0})
    residues = [residual(value) for value in grid]
    pairs = zip(grid, residues, grid[1:], residues[1:], strict=False)
    return [
        _bisected(residual, low, high, at_low)
        for low, at_low, high, at_high in pairs
        if at_low == 0 or at_low * at_high < 0
    ]


def _residual(graph: Graph, equation: int, point: Point, dependent: str) -> Callable[[float], float]:
    """Left side minus right side as a function of the dependent variable."""
    return lambda value: float(forward(graph, {**point, dependent: value}, FLOATS, upto=equation)[equation])


def _bisected(residual: Callable[[float], float], low: float, high: float, at_low: float) -> float:
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
    residual, here = _residual(graph, equation, point, dependent), point[dependent]
    slope, error = ridders(residual, here)
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
