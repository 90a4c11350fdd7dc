"""Tables of many rows, with bars: which rows are shown, and how long a bar is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from chainrule_cli.document import StyledRun, Table, Text, join_runs
from chainrule_cli.explain.numbers import significant

if TYPE_CHECKING:
    from chainrule_cli.records.flow import VariantRecord

LEAST_DECADES = 4.0
"""A log scale shows at least so many powers of ten: a gradient that stays has bars that stay."""
WIDE = 1_000.0
"""Losses that differ by more than this factor are drawn by their digits."""

MOST_ROWS = 12
"""Rows of a table on a normal page."""
LONGEST_LOSS = 30
"""Columns of the largest loss of a training."""

Row = TypeVar("Row")


def cut_middle(rows: Sequence[Row], most: int, last: int, gap: Row) -> list[Row]:
    """All rows; of more than `most` the first and the `last` ones, `most` together, with a gap between."""
    return list(rows) if len(rows) <= most else [*rows[: most - last], gap, *rows[-last:]]


def cut_rows(rows: Sequence[Row], *, full: bool) -> list[Row | None]:
    """All rows, or MOST_ROWS with None where those between are left out."""
    return cut_middle(rows, len(rows) if full else MOST_ROWS, MOST_ROWS // 2, None)


def choose_rows(last: int, most: int) -> list[int]:
    """Round numbers from 0, at most so many of them, and the last."""
    strides = (unit * 10**power for power in range(10) for unit in (1, 2, 5))
    stride = next(each for each in strides if last / each <= most - 1)
    return [*range(0, last, stride), last]


def scale(variants: Sequence[VariantRecord], longest: int) -> Callable[[float | None], str]:
    """Norm -> bar: nothing for 0, the longest for the largest and for what is past the doubles, even steps
    for powers of ten in between.
    """
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


def tabulate_losses(losses: Sequence[float | None], *, everything: bool) -> Table | Text:
    """The loss before the first step and after so many; one line where it never changes."""
    if len(set(losses)) == 1:
        return Text(
            join_runs(
                f"{significant(losses[0])} before the first step and after each of the {len(losses) - 1:,}"
            )
        )
    shown = range(len(losses)) if everything else choose_rows(len(losses) - 1, MOST_ROWS)
    bars = _LossBars([losses[index] for index in shown])
    rows = [
        (
            join_runs(f"{index:,}"),
            join_runs(StyledRun(significant(losses[index]), "value")),
            join_runs(StyledRun(bars.draw(losses[index]), "value")),
        )
        for index in shown
    ]
    return Table(("after step", "L", "drawn by its logarithm" if bars.wide else ""), "r.l", tuple(rows))


class _LossBars:
    """Bars as long as the losses, or as their logarithms where they are of very different sizes."""

    def __init__(self, losses: Sequence[float | None]) -> None:
        sizes = [loss for loss in losses if loss is not None and loss > 0]
        self.least, self.largest = min(sizes, default=1.0), max(sizes, default=1.0)
        self.wide = self.largest / WIDE > self.least

    def draw(self, loss: float | None) -> str:
        if loss is None or loss <= 0:
            return ""
        if not self.wide:
            return "█" * max(round(LONGEST_LOSS * loss / self.largest), 1)
        span = math.log(self.largest) - math.log(self.least)
        return "█" * (1 + round((LONGEST_LOSS - 1) * (math.log(loss) - math.log(self.least)) / span))
