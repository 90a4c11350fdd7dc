"""How long a bar is, and which layers of many are shown: what one variant and several beside each other have in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from chainrule_cli.records.flow import VariantRecord

LEAST_DECADES = 4.0
"""A log scale shows at least so many powers of ten: a gradient that stays has bars that stay."""

MOST_ROWS = 12

Row = TypeVar("Row")


def scale(variants: Sequence[VariantRecord], longest: int) -> Callable[[float | None], str]:
    """Norm -> bar: nothing for 0, the longest for the largest and for what is past the doubles, even steps for powers of ten in between."""
    norms = [
        norm
        for variant in variants
        for norm in (variant.input_norm, *(layer.gradient_norm for layer in variant.layers))
        if norm
    ]
    most = math.log10(max(norms, default=1.0))
    least = min(math.log10(min(norms, default=1.0)), most - LEAST_DECADES)

    def bar(norm: float | None) -> str:
        if norm is None:
            return "█" * longest
        return "█" * max(1, round(longest * (math.log10(norm) - least) / (most - least))) if norm else ""

    return bar


def some(rows: Sequence[Row], *, full: bool) -> list[Row | None]:
    """All rows, or the first and the last of many with a gap between."""
    if full or len(rows) <= MOST_ROWS:
        return list(rows)
    half = MOST_ROWS // 2
    return [*rows[:half], None, *rows[-half:]]
