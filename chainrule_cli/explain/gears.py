"""GearsRecord -> Document: the train, what each gear makes of a turn, the product, its witness, and what it all means."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from chainrule_cli.document import (
    Document,
    Element,
    Figure,
    Formula,
    Heading,
    Note,
    Run,
    Runs,
    Table,
    Text,
    Train,
    Wheel,
    runs,
)
from chainrule_cli.explain.gears_words import fraction_of, meaning, next_command, shown, two_sides
from chainrule_cli.explain.numbers import short, where
from chainrule_cli.notation.write import to_unicode
from chainrule_cli.records.gears import GearRecord, GearsRecord

LONGEST_BAR = 20
MOST_ROWS, LAST_ROWS = 40, 5
"""Rows of a train on a normal page; of a longer one the first and the LAST_ROWS are shown."""
MOST_FACTORS = 12
ROUND = {1: "↻", -1: "↺", 0: "·"}
SLIPS = "?"
WAYS: dict[str, Literal["same way", "other way", "stalls", "slips"]] = {
    "↻": "same way",
    "↺": "other way",
    "·": "stalls",
    SLIPS: "slips",
}
MOST_WHEELS, LAST_WHEELS = 16, 3
LARGEST, SMALLEST = Fraction(10**300), Fraction(1, 10**300)
"""Wheels of a drawing; rates past these are drawn as these."""


def explain(record: GearsRecord, detail: str = "normal") -> Document:
    """The page of a train. detail: brief leaves out what it means, full shows every gear of a long one."""
    elements: list[Element] = []
    if record.formula is not None and record.at is not None:
        elements += [Formula(f"{each.name} =", each.expr.syntax) for each in record.definitions]
        elements += [
            Formula(f"{record.gears[-1].name} =", record.formula.syntax),
            Text(runs(Run(f"at {where(record.at)}", "dim"))),
        ]
    elements += [_figure(record, everything=detail == "full"), Text(_product(record)), _check(record)]
    if detail != "brief":
        elements += [
            Heading("What it means"),
            *(Text(line, 2) for line in meaning(record)),
            Text(runs("try: ", Run(next_command(record), "strong"))),
        ]
    elements += [Note(runs(note)) for note in record.notes]
    return Document(f"gears of {record.typed}", tuple(elements))


# the picture


def _figure(record: GearsRecord, *, everything: bool) -> Figure:
    """Wheels in mesh, and the same as a table."""
    wheels = [
        Wheel(record.wrt or "the first", "", "1", None, "same way"),
        *(_wheel(gear, number) for number, gear in enumerate(record.gears, 1)),
    ]
    left_out = max(0, len(wheels) - MOST_WHEELS)
    if left_out:
        first, *last = wheels[-LAST_WHEELS:]
        wheels = [
            *wheels[: MOST_WHEELS - LAST_WHEELS],
            Wheel(first.name, first.rate, first.turns, None, first.way),
            *last,
        ]  # what drives it is gone
    return Figure(
        "The train",
        Train(tuple(wheels), left_out, LAST_WHEELS * (left_out > 0)),
        (_train(record, everything=everything),),
    )


def _wheel(gear: GearRecord, number: int) -> Wheel:
    name = f"{gear.name} = {to_unicode(gear.layer.syntax)}" if gear.layer is not None else f"gear {number}"
    way = WAYS[SLIPS if gear.running is None else ROUND[_sign(fraction_of(gear.running))]]
    return Wheel(
        name,
        _rate(gear),
        shown(gear.running),
        None if gear.rate is None else _double(fraction_of(gear.rate)),
        way,
    )


def _double(rate: Fraction) -> float:
    """The rate as a double, or the largest or smallest of its sign where it is past them."""
    return float(_sign(rate) * min(LARGEST, max(SMALLEST, abs(rate)))) if rate else 0.0


def _train(record: GearsRecord, *, everything: bool) -> Table:
    sizes = [abs(fraction_of(gear.running)) for gear in record.gears if gear.running is not None]
    largest = max([Fraction(1), *sizes])
    first: tuple[Runs, ...] = (
        runs(Run(record.wrt or "the first", "strong")),
        runs(),
        runs("1"),
        runs(ROUND[1]),
        runs(_bar(Fraction(1), largest)),
    )
    rows = [first]
    rows += [_gear(gear, number, largest) for number, gear in enumerate(record.gears, 1)]
    if not everything and len(rows) > MOST_ROWS:
        left_out = runs(f"… {len(rows) - MOST_ROWS + 1:,} more: --detail full")
        rows = [
            *rows[: MOST_ROWS - LAST_ROWS - 1],
            (left_out, *(runs() for _ in range(4))),
            *rows[-LAST_ROWS:],
        ]
    return Table(("gear", "rate", "turns", "", ""), "l..ll", tuple(rows))


def _gear(gear: GearRecord, number: int, largest: Fraction) -> tuple[Runs, ...]:
    running = None if gear.running is None else fraction_of(gear.running)
    return (
        runs(f"{gear.name} = ", gear.layer.syntax) if gear.layer is not None else runs(f"gear {number}"),
        runs(Run(_rate(gear), "gradient")),
        runs(shown(gear.running)),
        runs(SLIPS if running is None else ROUND[_sign(running)]),
        runs(Run("" if running is None else _bar(abs(running), largest), "gradient")),
    )


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _rate(gear: GearRecord) -> str:
    if gear.rate is not None:
        return shown(gear.rate)
    return (
        f"{short(gear.sides[0])} | {short(gear.sides[1])}"
        if gear.sides and gear.sides != (None, None)
        else "—"
    )


def _bar(size: Fraction, largest: Fraction) -> str:
    return "█" * round(LONGEST_BAR * (size / largest))


# the product and its witness


def _product(record: GearsRecord) -> Runs:
    if record.product is None:
        return runs("the train slips: its rates have no product here")
    rates = [_rate(gear) for gear in record.gears]
    if len(rates) == 1:
        return runs("product  ", Run(shown(record.product), "gradient"))
    if len(rates) > MOST_FACTORS:
        return runs(f"product of the {len(rates):,} rates  ", Run(shown(record.product), "gradient"))
    factors = " · ".join(_factor(rate) for rate in reversed(rates))
    return runs("product  ", Run(f"{factors} = ", "dim"), Run(shown(record.product), "gradient"))


def _factor(rate: str) -> str:
    return f"({rate})" if rate.startswith("-") or "|" in rate else rate


def _check(record: GearsRecord) -> Note:
    check = record.crosscheck
    whole = "the whole formula" if record.formula is not None else "the whole train"
    if check.verdict == "disagree":
        return Note(
            runs(f"one backward pass over the graph of {whole} gives {shown(check.reverse_mode)} instead"),
            "bad",
        )
    if check.verdict == "undecided":
        number = (
            f": one backward pass over its graph gives {shown(check.reverse_mode)}"
            if check.reverse_mode is not None
            else ""
        )
        return Note(runs(f"{check.reason}{number}"), "open")
    if check.status == "exact" and check.reason:
        return Note(runs(f"checked: {check.reason}"), "good")
    if check.status == "exact":
        return Note(runs(f"checked: one backward pass over the graph of {whole} gives the same"), "good")
    lacks = "no derivative" if check.status == "undefined" else "no single slope"
    return Note(runs(f"checked: {whole} has {lacks} here either", _whole_slope(record)), "good")


def _whole_slope(record: GearsRecord) -> str:
    check = record.crosscheck
    if check.status == "infinite":
        return ": it is infinitely steep"
    return f": {two_sides(check.sides)}" if check.sides and check.sides != (None, None) else ""
