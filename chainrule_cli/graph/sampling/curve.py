"""A function of one variable -> pieces of its curve: close samples where it bends, cut at jumps and poles and
holes.

The function is asked for values at many points at once. A gap between two samples is halved until it is no
gap or no wider than doubles allow, so that a steep stretch is joined and a jump is not. All work is
bounded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

Values = Callable[[Sequence[float]], Sequence[float]]
"""Values of the function at many points; what is not finite is no value."""

GRID, MOST_SAMPLES, ROUNDS = 400, 3_000, 14
MOST_ENDS = 60
"""Gaps that are looked at closely; a curve with more of them is a band of ink, whatever is done."""
HALVINGS = 1_100
"""From any double to the smallest one."""
CLIMBS = 90
STEEP, BENT, JUMP = 0.04, 0.002, 0.01
"""Shares of the window: a gap that is looked at, a bend that is seen, a gap that is one."""
LEAST = 1e-290
"""Halving towards 0 ends here: what is smaller has lost digits, and its quotients have, too."""
NARROW = 1e-9
"""Share of the range within which what has no value is a hole in the curve."""
FAR, ENDLESS = 40.0, 1e6
"""Heights of the window past which an end, and a peak between two samples, is a pole's."""
SHORT = 10
"""Characters of a number that is met exactly."""
LARGEST = 1e307
"""Values past this are off every picture; their differences would leave the doubles."""


class Sample(NamedTuple):
    x: float
    y: float


class Dot(NamedTuple):
    """The end of a piece at a jump, or a hole.

    closed: the curve has the point
    """

    x: float
    y: float
    closed: bool


@dataclass(slots=True)
class TracedCurve:
    """A curve.

    pieces: joined samples
    window: lowest and highest value to show
    poles: where vertical asymptotes are
    dots: ends of pieces, and holes
    breaks: where pieces part
    """

    pieces: list[list[Sample]] = field(default_factory=list)
    window: tuple[float, float] = (-1.0, 1.0)
    poles: list[float] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    breaks: list[float] = field(default_factory=list)


def trace_curve(
    values: Values,
    low: float,
    high: float,
    *,
    cuts: Iterable[float] = (),
    most: int = MOST_SAMPLES,
    is_slope: bool = False,
) -> TracedCurve:
    """The curve between low and high.

    cuts: where nothing is joined
    most: samples, about
    is_slope: the function is a derivative, so that a jump of it has no end that it reaches (Darboux)
    """
    return CurveTracer(values, low, high, most, is_slope=is_slope).run(sorted(set(cuts)))


def choose_window(heights: Iterable[float]) -> tuple[float, float]:
    """The lowest and highest value to show: of all, or of most where a few go far past the others; room for a
    level line."""
    found = sorted(max(-LARGEST, min(LARGEST, y)) for y in heights if math.isfinite(y))
    if not found:
        return -1.0, 1.0
    low, high = found[0], found[-1]
    near, far = found[len(found) // 12], found[-1 - len(found) // 12]
    if high / 6 - low / 6 > far - near > 0:
        low, high = max(low, near - 0.5 * (far - near)), min(high, far + 0.5 * (far - near))
    room = 0.06 * (high - low)
    if room <= 1e-12 * max(abs(low), abs(high)):
        room = abs(low) * 0.5 or 1.0
    low, high = low - room, high + room
    reach, beyond = 0.4 * (high - low), 0.05 * (high - low)
    return (-beyond if 0 < low < reach else low), (beyond if -reach < high < 0 else high)


class CurveTracer:
    """The samples so far, in order, and what was found between them."""

    def __init__(self, values: Values, low: float, high: float, most: int, *, is_slope: bool) -> None:
        self.values, self.low, self.high, self.most, self.is_slope = values, low, high, most, is_slope
        self.samples: list[Sample] = []
        self.parted: set[tuple[float, float]] = set()
        self.looked = 0
        self.found = TracedCurve()

    def run(self, cuts: Sequence[float]) -> TracedCurve:
        grid = min(GRID, max(24, self.most // 4))
        self._add([*(self.low + (self.high - self.low) * rank / grid for rank in range(grid)), self.high])
        self.found.window = choose_window(sample.y for sample in self.samples)
        for cut in cuts:
            self._cut(cut)
        self._look_at_ends()
        self._refine()
        self._look_at_gaps()
        self._look_at_gaps()  # a jump may have a point between its ends, as that of sign has
        self._look_at_peaks()
        self._refine()
        self._collect_pieces()
        self.found.poles = sorted(set(self.found.poles))
        self.found.breaks = sorted(set(self.found.breaks))
        return self.found

    # samples

    def _add(self, xs: Sequence[float]) -> None:
        if xs:
            self.samples = sorted(
                {*self.samples, *map(Sample, xs, self.values(xs))}, key=lambda sample: sample.x
            )

    def _evaluate(self, x: float) -> Sample:
        return Sample(x, self.values([x])[0])

    @property
    def height(self) -> float:
        return self.found.window[1] - self.found.window[0]

    def _is_off(self, *samples: Sample) -> bool:
        """Whether all of them stand above the window, or all below it."""
        low, high = self.found.window
        room = 0.5 * (high - low)
        return all(each.y > high + room for each in samples) or all(each.y < low - room for each in samples)

    def _measure_step(self, one: Sample, other: Sample) -> float:
        """From one to the other in heights of the window."""
        return abs(other.y / self.height - one.y / self.height)

    def _refine(self) -> None:
        """Samples in the middle of what bends or climbs, until none does or there are enough."""
        for _ in range(ROUNDS):
            wanted = self._choose_more()
            room = self.most - len(self.samples)
            if not wanted or room <= 0:
                return
            self._add(wanted if len(wanted) <= room else wanted[:: -(-len(wanted) // room)])

    def _choose_more(self) -> list[float]:
        samples, split = self.samples, set[int]()
        for index, (one, other) in enumerate(pairwise(samples)):
            if self._is_joined(one, other) and self._measure_step(one, other) > STEEP:
                split.add(index)
        for index, (one, middle, other) in enumerate(zip(samples, samples[1:], samples[2:], strict=False)):
            whole = self._is_joined(one, middle) and self._is_joined(middle, other)
            if whole and self._measure_bend(one, middle, other) > BENT:
                split |= {index, index + 1}
        least = 1e-5 * (self.high - self.low)
        middles = ((samples[index].x, samples[index + 1].x) for index in sorted(split))
        return [one + (other - one) / 2 for one, other in middles if other - one > least]

    def _is_joined(self, one: Sample, other: Sample) -> bool:
        return (
            math.isfinite(one.y)
            and math.isfinite(other.y)
            and (one.x, other.x) not in self.parted
            and not self._is_off(one, other)
        )

    def _measure_bend(self, one: Sample, middle: Sample, other: Sample) -> float:
        """How far the middle one is off the line between the others, in heights of the window."""
        share = (middle.x - one.x) / (other.x - one.x)
        line = one.y / self.height * (1 - share) + other.y / self.height * share
        return abs(middle.y / self.height - line)

    # what is looked at closely

    def _may_look(self) -> bool:
        self.looked += 1
        return self.looked <= MOST_ENDS

    def _part(self, one: Sample, other: Sample) -> None:
        """Nothing is joined between these two, which from here on are samples; what lies between
        them goes."""
        self.samples = [each for each in self.samples if not one.x < each.x < other.x]
        self.samples = sorted({*self.samples, one, other}, key=lambda sample: sample.x)
        self.parted.add((one.x, other.x))

    def _cut(self, cut: float) -> None:
        if self.low < cut < self.high:
            at = [self._evaluate(math.nextafter(cut, way)) for way in (-math.inf, math.inf)]
            self._part(*at)

    def _look_at_ends(self) -> None:
        """Where values begin and end: to the last bit."""
        for one, other in list(pairwise(self.samples)):
            if math.isfinite(one.y) != math.isfinite(other.y) and self._may_look():
                has, lacks = (one, other) if math.isfinite(one.y) else (other, one)
                self._add([self._find_last(has, lacks).x])

    def _find_last(self, has: Sample, lacks: Sample) -> Sample:
        """The last sample with a value on the way from one that has it to one that lacks it."""
        for _ in range(HALVINGS):
            middle = has.x + (lacks.x - has.x) / 2
            if middle in (has.x, lacks.x) or abs(lacks.x - has.x) < LEAST:
                break
            there = self._evaluate(middle)
            has, lacks = (there, lacks) if math.isfinite(there.y) else (has, there)
        return has

    def _look_at_gaps(self) -> None:
        """Gaps that stay however close one looks are jumps."""
        for one, other in list(pairwise(self.samples)):
            if self._is_joined(one, other) and self._measure_step(one, other) > STEEP and self._may_look():
                self._narrow(one, other)

    def _narrow(self, one: Sample, other: Sample) -> None:
        """Follows the larger half of the gap; parts the samples where there is an end to halving but not to
        the gap."""
        for _ in range(HALVINGS):
            middle = one.x + (other.x - one.x) / 2
            if middle in (one.x, other.x) or other.x - one.x < LEAST:
                self._part_at_jump(one, other)
                return
            there = self._evaluate(middle)
            if not math.isfinite(there.y):
                self._add([self._find_last(one, there).x, middle, self._find_last(other, there).x])
                return
            left_is_larger = self._measure_step(one, there) >= self._measure_step(there, other)
            one, other = (one, there) if left_is_larger else (there, other)
            if self._measure_step(one, other) < JUMP:
                return

    def _part_at_jump(self, one: Sample, other: Sample) -> None:
        """Parts two neighbours; at 0, which is too near to be met by halving, the value there stands between
        them."""
        between = [self._evaluate(0.0)] if one.x < 0 < other.x else []
        self._part(one, other)
        if between:
            self.samples = sorted({*self.samples, *between}, key=lambda sample: sample.x)
        self.parted |= {
            (left.x, right.x)
            for left, right in pairwise([one, *between, other])
            if not self._measure_step(left, right) < JUMP
        }

    def _look_at_peaks(self) -> None:
        """Poles without a change of sign stand between samples that are off the window on one side."""
        for one, middle, other in list(zip(self.samples, self.samples[1:], self.samples[2:], strict=False)):
            whole = not {(one.x, middle.x), (middle.x, other.x)} & self.parted
            # False where one of them has no value
            tall = self._is_off(middle) and abs(middle.y) >= max(abs(one.y), abs(other.y))
            if whole and tall and self._may_look():
                self._climb(one, middle, other)

    def _climb(self, one: Sample, middle: Sample, other: Sample) -> None:
        """Up to the highest that doubles hold; a pole if that has no end."""
        for _ in range(CLIMBS):
            left, right = (self._evaluate(each.x + (middle.x - each.x) / 2) for each in (one, other))
            pole = next((side for side in (left, right) if not math.isfinite(side.y)), None)
            if pole is not None:
                self._add([self._find_last(one, pole).x, pole.x, self._find_last(other, pole).x])
                return
            threes = ((one, left, middle), (left, middle, right), (middle, right, other))
            one, middle, other = max(threes, key=lambda three: abs(three[1].y))
        if abs(middle.y) / ENDLESS > self.height:
            self._part(one if one.x < middle.x else middle, other)

    # what was found

    def _collect_pieces(self) -> None:
        """Samples that nothing parts, piece by piece; a hole parts none."""
        pieces = self.found.pieces
        for piece in self._split_pieces():
            if not pieces:
                pieces.append(piece)
                continue
            one, other = pieces[-1][-1], piece[0]
            if self._is_near(one, other) and not self._is_far(one) and self._measure_step(one, other) < JUMP:
                self.found.dots.append(Dot(self._choose_short(one.x, other.x), other.y, closed=False))
                pieces[-1].extend(piece)
                continue
            self._end_between(one, other)
            pieces.append(piece)
        if pieces and pieces[0][0].x > self.low:
            self._end_at(pieces[0][0])
        if pieces and pieces[-1][-1].x < self.high:
            self._end_at(pieces[-1][-1])

    def _split_pieces(self) -> Iterator[list[Sample]]:
        """A value that stands alone is no curve, whether a sample hit it by chance, as that of x^x at -1, or
        a convention gave it to a slope; but between two jumps it is, as that of sign(x) at 0."""
        piece: list[Sample] = []
        for one, other in pairwise([*self.samples, Sample(math.inf, math.nan)]):
            if math.isfinite(one.y):
                piece.append(one)
            if piece and (not math.isfinite(other.y) or (one.x, other.x) in self.parted):
                if len(piece) > 1 or (not self.is_slope and self._is_between_jumps(one)):
                    yield piece
                piece = []

    def _is_between_jumps(self, sample: Sample) -> bool:
        return sum(sample.x in parted for parted in self.parted) == 2

    def _end_between(self, one: Sample, other: Sample) -> None:
        """Two pieces part: at a pole, at a jump, or around places without values."""
        if not self._is_near(one, other):
            self._end_at(one)
            self._end_at(other)
            return
        x = self._choose_short(one.x, other.x)
        self.found.breaks.append(x)
        if self._is_far(one) or self._is_far(other):
            self.found.poles.append(x)
        ends = (each for each in (one, other) if not self._is_far(each))
        # next to π nobody knows what the value at π is
        known = not self.is_slope and len(repr(x)) <= SHORT
        dots = (Dot(x, each.y, closed=known and each.x == x) for each in ends)
        self.found.dots += [dot for dot in dots if dot not in self.found.dots]

    def _end_at(self, sample: Sample) -> None:
        x = self._choose_short(sample.x)
        self.found.breaks.append(x)
        if self._is_far(sample):
            self.found.poles.append(x)

    def _is_near(self, one: Sample, other: Sample) -> bool:
        return other.x - one.x <= NARROW * (self.high - self.low)

    def _is_far(self, sample: Sample) -> bool:
        low, high = self.found.window
        return not low - FAR * self.height < sample.y < high + FAR * self.height

    def _choose_short(self, *neighbours: float) -> float:
        """The shortest number among neighbours and next to them: 1 for 0.9999999999999999, 0 for 5e-324."""
        least = 1e-13 * (self.high - self.low)
        near = [float(f"{x:.9g}") for x in neighbours]
        short = [0.0] * any(abs(x) < least for x in neighbours) + [
            x for x, y in zip(near, neighbours, strict=True) if abs(x - y) < least
        ]
        return min((*short, *neighbours), key=lambda x: len(repr(x)))
