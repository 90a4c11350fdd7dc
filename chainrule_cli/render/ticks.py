"""Numbers along an axis: short ones, evenly apart, from one to ten of them, whatever the scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

STEPS = (1.0, 2.0, 5.0, 10.0)


def choose_ticks(low: float, high: float, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten between low and high, at most so many."""
    span = high / 2 - low / 2  # the whole may leave the doubles
    if not 0 < span < math.inf:
        return [low]
    rough = 2 * (span / most)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((part * power for part in STEPS if part * power >= rough), 10 * power)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [place * step for place in range(first, last + 1)] if last - first <= 2 * most else [low]


def label_ticks(numbers: Sequence[float]) -> list[str]:
    """The numbers as text, with as many digits as tell them apart."""
    apart = min((abs(other - one) for one, other in pairwise(numbers)), default=0.0)
    return [_format_tick(number, apart) for number in numbers]


def _format_tick(number: float, apart: float) -> str:
    if number == 0 or abs(number) < 1e-9 * apart:
        return "0"
    digits = max(3, math.ceil(math.log10(abs(number) / apart)) + 1) if apart else 4
    shown = f"{number:.{min(digits, 17)}g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    return shown.replace("-", "−", 1) if shown.startswith("-") else shown
