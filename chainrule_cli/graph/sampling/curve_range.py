"""Which range of a function is worth a picture: where it has roots, extrema, poles, kinks and ends, not too
many of them.

A few hundred samples are taken over ranges from small to large. A range counts for what it shows and against
how far it is from the size of everyday numbers.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise

Pairs = Callable[[Sequence[float]], Sequence[tuple[float, float]]]
"""Value and slope of the function at many points; infinite where it leaves the doubles, NaN where there is
none."""

HALVES = tuple(part * 10.0**power for power in range(-6, 7) for part in (1.0, 2.0, 3.0, 5.0))
USUAL = 5.0
"""Half of a range with nothing to see."""
ALONE = 3.0
"""Half of a range with one thing to see."""
SAMPLES, LEAST_HALVES = 240, 4
MOST_FEATURES = 12
ROUNDING = 1e-12
DISTANCE = 0.5
"""What a factor of ten from the usual size costs, in features."""
KINK, CALM = 0.4, 0.1
"""At a kink: the part of its whole way that a slope goes from one sample to the next; the part of that before
and after."""


def choose_range(pairs: Pairs, at: float | None = None, most: int = 50_000) -> tuple[float, float]:
    """From where to where: around the point, where there is one, else around 0 or wherever there is something
    to see.

    most: samples, about
    """
    centre = at or 0.0
    best, usual, features = (
        -math.inf,
        max(USUAL, _quarter(centre) if abs(centre) > 1e9 else 0.0),
        list[float](),
    )
    for half in _choose_halves(centre, max(LEAST_HALVES, most // SAMPLES)):
        found = _find_features(pairs, centre, half)
        if found is None or len(found) > MOST_FEATURES:
            continue
        score = len(found) - DISTANCE * abs(math.log10(half / USUAL))
        if score > best:
            best, features, usual = score, found, half
    kept = sorted({*features, *([] if at is None else [at])})
    if not kept:
        return _round(centre - usual, centre + usual)
    if abs(kept[0]) > 1e9 and kept[0] == kept[-1]:
        return _round(kept[0] - usual, kept[0] + usual)
    return _round(*_trim(pairs, *_surround(kept)))


def _choose_halves(centre: float, most: int) -> Sequence[float]:
    """From small to large, the most usual ones, none of them lost beside the centre."""
    usual = sorted(HALVES, key=lambda half: abs(math.log10(half / USUAL)))[:most]
    return [half for half in sorted(usual) if half > 1e-9 * abs(centre)] or [_quarter(centre)]


def _quarter(centre: float) -> float:
    """A quarter of a large number, as far as doubles go."""
    return min(abs(centre) / 4, 0.9 * (sys.float_info.max - abs(centre)))


def _surround(kept: Sequence[float]) -> tuple[float, float]:
    """The features with air; more of it, where there are few."""
    low, high = kept[0], kept[-1]
    if low == high:
        return low - ALONE, high + ALONE
    room = (high - low) * (1.5 if len(kept) <= 3 else 0.35)
    return low - room, high + room


def _find_features(pairs: Pairs, centre: float, half: float) -> list[float] | None:
    """Where something is to be seen within half of the centre, about; None where there are no
    values at all."""
    step = 2 * half / SAMPLES
    xs = [centre + step * (rank - SAMPLES // 2) for rank in range(SAMPLES + 1)]
    sampled = _pair_samples(xs, pairs(xs))
    if not any(math.isfinite(value) for _, (value, _) in sampled):
        return None
    found = list(_find_crossings([(x, value) for x, (value, _) in sampled])) + list(
        _find_crossings([(x, slope) for x, (_, slope) in sampled])
    )
    found += _find_ends([(x, value) for x, (value, _) in sampled]) + _find_kinks(
        [(x, slope) for x, (_, slope) in sampled]
    )
    return _merge(found, 2.5 * step)


def _pair_samples(
    xs: Sequence[float], found: Sequence[tuple[float, float]]
) -> list[tuple[float, tuple[float, float]]]:
    """Each sample with its x; one whose neighbours have no values has none either: x^x has some at -1, and no
    curve there."""
    values = [math.nan, *(value for value, _ in found), math.nan]
    alone = [
        math.isnan(before) and math.isnan(after) for before, after in zip(values, values[2:], strict=False)
    ]
    return [
        (x, (math.nan, math.nan) if lonely else pair)
        for x, lonely, pair in zip(xs, alone, found, strict=True)
    ]


def _find_crossings(sampled: Sequence[tuple[float, float]]) -> list[float]:
    """Between two samples of different sign, of which one is more than rounding, and at a single 0."""
    least = ROUNDING * max((abs(y) for _, y in sampled if math.isfinite(y)), default=0.0)
    parts = (
        pair for pair in pairwise(sampled) if (pair[0][1] < 0 < pair[1][1] or pair[1][1] < 0 < pair[0][1])
    )
    found = [
        one[0] + (other[0] - one[0]) / 2 for one, other in parts if max(abs(one[1]), abs(other[1])) > least
    ]
    threes = zip(sampled, sampled[1:], sampled[2:], strict=False)
    return found + [
        middle[0] for one, middle, other in threes if middle[1] == 0 and one[1] != 0 and other[1] != 0
    ]


def _find_ends(sampled: Sequence[tuple[float, float]]) -> list[float]:
    """Where values begin or end; the side that has them."""
    return [
        (one if not math.isnan(one[1]) else other)[0]
        for one, other in pairwise(sampled)
        if math.isnan(one[1]) != math.isnan(other[1])
    ]


def _find_kinks(sampled: Sequence[tuple[float, float]]) -> list[float]:
    """Where the slope goes a large part of its whole way at once, between samples where it goes little."""
    slopes = [slope for _, slope in sampled]
    known = [slope for slope in slopes if math.isfinite(slope)]
    whole = max(known, default=0.0) / 2 - min(known, default=0.0) / 2
    jumps = [abs(other / 2 - one / 2) for one, other in pairwise(slopes)]
    threes = zip(jumps, jumps[1:], jumps[2:], strict=False)
    if not whole:
        return []
    return [
        sampled[index][0]
        for index, (before, jump, after) in enumerate(threes, 2)
        if jump > KINK * whole and before < CALM * jump > after
    ]


def _merge(found: Sequence[float], near: float) -> list[float]:
    """In order, without neighbours that are one and the same."""
    kept: list[float] = []
    for x in sorted(found):
        if not kept or x - kept[-1] > near:
            kept.append(x)
    return kept


def _trim(pairs: Pairs, low: float, high: float) -> tuple[float, float]:
    """Without most of what has no values before the first of them and after the last."""
    xs = [low + (high - low) * rank / SAMPLES for rank in range(SAMPLES + 1)]
    there = [x for x, (value, _) in _pair_samples(xs, pairs(xs)) if math.isfinite(value)]
    if not there:
        return low, high
    air = 0.06 * (there[-1] - there[0]) or 0.06 * (high - low)
    return max(low, there[0] - air), min(high, there[-1] + air)


def _round(low: float, high: float) -> tuple[float, float]:
    """To numbers that are short where that costs little."""
    digits = 10.0 ** (math.floor(math.log10(high - low)) - 1)
    return math.floor(low / digits + 1e-9) * digits, math.ceil(high / digits - 1e-9) * digits
