"""GearsRecord -> Document: the train, what each gear makes of a turn, the product, its witness, and what it
means.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from chainrule_cli.document import (
    DisplayedFormula,
    Document,
    Element,
    Figure,
    Heading,
    Remark,
    Runs,
    StyledRun,
    Table,
    Text,
    Train,
    Wheel,
    join_runs,
)
from chainrule_cli.explain.numbers import bracket, short, two_sides, where, write_exactly
from chainrule_cli.notation.definitions import depends_on
from chainrule_cli.notation.syntax import Name, fold
from chainrule_cli.notation.write import to_unicode
from chainrule_cli.records.gears import GearRecord, GearsRecord, Real

LONGEST_BAR = 20
MOST_ROWS, LAST_ROWS = 40, 5
"""Rows of a train on a normal page; of a longer one the first and the LAST_ROWS are shown."""
MOST_FACTORS = 12
ROUND = {1: "↻", -1: "↺", 0: "·"}
SLIPS = "?"
Way = Literal["same way", "other way", "stalls", "slips"]
WAYS: dict[str, Way] = {"↻": "same way", "↺": "other way", "·": "stalls", SLIPS: "slips"}
CHAIN = 5
"""Gears whose chain is written out, dy/du · du/dx."""
LONGEST_TRIED = 60
"""Characters of a formula that is typed out again in the command to try."""
LITTLE, MUCH = 1e-3, 1e3
"""Products past these have vanished or exploded, where a train is long."""
MOST_WHEELS, LAST_WHEELS = 16, 3
LARGEST, SMALLEST = Fraction(10**300), Fraction(1, 10**300)
"""Wheels of a drawing; rates past these are drawn as these."""


def explain(record: GearsRecord, detail: str = "normal") -> Document:
    """The page of a train.

    detail: brief leaves out what it means, full shows every gear of a long one.
    """
    elements: list[Element] = []
    if record.formula is not None and record.at is not None:
        elements += [DisplayedFormula(f"{each.name} =", each.expr.syntax) for each in record.definitions]
        elements += [
            DisplayedFormula(f"{record.gears[-1].name} =", record.formula.syntax),
            Text(join_runs(StyledRun(f"at {where(record.at)}", "dim"))),
        ]
    elements += [_figure(record, everything=detail == "full"), Text(_product(record)), _check(record)]
    if detail != "brief":
        elements += [
            Heading("What it means"),
            *(Text(line, 2) for line in _meaning(record)),
            Text(join_runs("try: ", StyledRun(_next(record), "strong"))),
        ]
    elements += [Remark(join_runs(note)) for note in record.notes]
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
    way = WAYS[SLIPS if gear.running is None else ROUND[_sign(Fraction(gear.running))]]
    return Wheel(
        name,
        _rate(gear),
        write_exactly(gear.running),
        None if gear.rate is None else _double(Fraction(gear.rate)),
        way,
    )


def _double(rate: Fraction) -> float:
    """The rate as a double, or the largest or smallest of its sign where it is past them."""
    return float(_sign(rate) * min(LARGEST, max(SMALLEST, abs(rate)))) if rate else 0.0


def _train(record: GearsRecord, *, everything: bool) -> Table:
    sizes = [abs(Fraction(gear.running)) for gear in record.gears if gear.running is not None]
    largest = max([Fraction(1), *sizes])
    first: tuple[Runs, ...] = (
        join_runs(StyledRun(record.wrt or "the first", "strong")),
        join_runs(),
        join_runs("1"),
        join_runs(ROUND[1]),
        join_runs(_bar(Fraction(1), largest)),
    )
    rows = [first]
    rows += [_gear(gear, number, largest) for number, gear in enumerate(record.gears, 1)]
    if not everything and len(rows) > MOST_ROWS:
        left_out = join_runs(f"… {len(rows) - MOST_ROWS + 1:,} more: --detail full")
        rows = [
            *rows[: MOST_ROWS - LAST_ROWS - 1],
            (left_out, *(join_runs() for _ in range(4))),
            *rows[-LAST_ROWS:],
        ]
    return Table(("gear", "rate", "turns", "", ""), "l..ll", tuple(rows))


def _gear(gear: GearRecord, number: int, largest: Fraction) -> tuple[Runs, ...]:
    running = None if gear.running is None else Fraction(gear.running)
    return (
        join_runs(f"{gear.name} = ", gear.layer.syntax)
        if gear.layer is not None
        else join_runs(f"gear {number}"),
        join_runs(StyledRun(_rate(gear), "gradient")),
        join_runs(write_exactly(gear.running)),
        join_runs(SLIPS if running is None else ROUND[_sign(running)]),
        join_runs(StyledRun("" if running is None else _bar(abs(running), largest), "gradient")),
    )


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _rate(gear: GearRecord) -> str:
    if gear.rate is not None:
        return write_exactly(gear.rate)
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
        return join_runs("the train slips: its rates have no product here")
    rates = [_rate(gear) for gear in record.gears]
    if len(rates) == 1:
        return join_runs("product  ", StyledRun(write_exactly(record.product), "gradient"))
    if len(rates) > MOST_FACTORS:
        return join_runs(
            f"product of the {len(rates):,} rates  ", StyledRun(write_exactly(record.product), "gradient")
        )
    factors = " · ".join(_factor(rate) for rate in reversed(rates))
    return join_runs(
        "product  ", StyledRun(f"{factors} = ", "dim"), StyledRun(write_exactly(record.product), "gradient")
    )


def _factor(rate: str) -> str:
    return f"({rate})" if "|" in rate else bracket(rate)


def _check(record: GearsRecord) -> Remark:
    check = record.crosscheck
    whole = "the whole formula" if record.formula is not None else "the whole train"
    if check.verdict == "disagree":
        return Remark(
            join_runs(
                f"one backward pass over the graph of {whole} gives "
                f"{write_exactly(check.reverse_mode)} instead"
            ),
            "bad",
        )
    if check.verdict == "undecided":
        number = (
            f": one backward pass over its graph gives {write_exactly(check.reverse_mode)}"
            if check.reverse_mode is not None
            else ""
        )
        return Remark(join_runs(f"{check.reason}{number}"), "open")
    if check.status == "exact" and check.reason:
        return Remark(join_runs(f"checked: {check.reason}"), "good")
    if check.status == "exact":
        return Remark(
            join_runs(f"checked: one backward pass over the graph of {whole} gives the same"), "good"
        )
    lacks = "no derivative" if check.status == "undefined" else "no single slope"
    return Remark(join_runs(f"checked: {whole} has {lacks} here either", _whole_slope(record)), "good")


def _whole_slope(record: GearsRecord) -> str:
    check = record.crosscheck
    if check.status == "infinite":
        return ": it is infinitely steep"
    return f": {two_sides(check.sides)}" if check.sides and check.sides != (None, None) else ""


# what it means


def _meaning(record: GearsRecord) -> Iterator[Runs]:
    """A few sentences about these numbers."""
    yield join_runs(_first_sentence(record))
    yield from map(join_runs, _turning(record))
    yield from map(join_runs, _stalls(record))
    slipped = next((index for index, gear in enumerate(record.gears) if gear.turn == "slips"), None)
    if slipped is not None:
        harmless = "; it does not matter, for a gear after it stalls" if record.product is not None else ""
        yield join_runs(f"{_name_gear(record, slipped)} {_why_it_slips(record, slipped)}{harmless}.")
    yield from map(join_runs, _depth(record))
    if _branches(record):
        gear = record.gears[0]
        yield join_runs(
            f"{gear.name} needs {gear.driver} in several places, so it is one gear and not several: "
            "chainrule paths adds up the ways through it."
        )


def _first_sentence(record: GearsRecord) -> str:
    if record.product is None:
        return (
            "Each gear passes on its rate times what it got, so every gear of a train needs a rate. "
            "Here one has none."
        )
    if record.formula is None:
        phrase = (
            f"When the first gear turns once, the last {_goes(record.product, 'turns', 'once', 'times')}."
        )
        return (
            f"{phrase} Each gear passes on its rate times what it got, so the rates multiply. That is the "
            "chain rule."
        )
    phrase = (
        f"When {record.wrt} moves by a little, {record.gears[-1].name} "
        f"{_goes(record.product, 'moves', 'just as far', 'times as far')}."
    )
    if len(record.gears) == 1:
        return f"{phrase} One layer is one gear, and its rate is the derivative."
    each = "Each layer that chainrule peel takes off is a gear: it passes on its rate times what it got"
    return f"{phrase} {each}, so the rates multiply. That is the chain rule{_chain(record)}."


def _goes(product: Real, verb: str, once: str, times: str) -> str:
    """stands still, turns once, moves 3 times as far, the other way"""
    exact = Fraction(product)
    if exact == 0:
        return "stands still"
    far = once if abs(exact) == 1 else f"{write_exactly(product).removeprefix('-')} {times}"
    return f"{verb} {far}{', the other way' if exact < 0 else ''}"


def _chain(record: GearsRecord) -> str:
    """, dy/dx = dy/du · du/dx"""
    if len(record.gears) > CHAIN:
        return ""
    links = " · ".join(f"d{gear.name}/d{gear.driver}" for gear in reversed(record.gears))
    return f", d{record.gears[-1].name}/d{record.wrt} = {links}"


def _turning(record: GearsRecord) -> Iterator[str]:
    other = sum(gear.turn == "other way" for gear in record.gears)
    if not other or record.product is None or Fraction(record.product) == 0:
        return
    driver = record.wrt or "the first"
    if other == 1:
        yield f"One rate is negative: that gear turns the other way, so the end turns against {driver}."
    elif other % 2:
        yield (
            f"{other} rates are negative: an odd number of turns the other way leaves the end turning "
            f"against {driver}."
        )
    else:
        yield (
            f"{other} rates are negative: two turns the other way undo each other, so the end turns "
            f"with {driver}."
        )


def _stalls(record: GearsRecord) -> Iterator[str]:
    index = next((index for index, gear in enumerate(record.gears) if gear.turn == "stalls"), None)
    if index is None:
        return
    gear = record.gears[index]
    if gear.layer is not None and not depends_on(gear.layer.syntax, {gear.driver or ""}):
        yield f"{_name_gear(record, index)} does not depend on {gear.driver}: its rate is 0."
        return
    before = ", whatever turns before it" if index else ""
    after = (
        ", and nothing after it moves" if index + 1 < len(record.gears) and record.product is not None else ""
    )
    yield f"{_name_gear(record, index)} stalls: its rate is 0{_here(record, index)}{after}{before}."


def _name_gear(record: GearsRecord, index: int) -> str:
    return record.gears[index].name or f"Gear {index + 1}"


def _here(record: GearsRecord, index: int) -> str:
    """at u = 0: where the gear stands; nothing for a typed rate."""
    driver, value = record.gears[index].driver, _standing(record, index)
    return f" at {driver} = {short(value)}" if driver is not None and value is not None else ""


def _standing(record: GearsRecord, index: int) -> float | None:
    """The value of what drives a gear."""
    if index:
        return record.gears[index - 1].value
    return record.at[record.wrt] if record.at is not None and record.wrt is not None else None


def _why_it_slips(record: GearsRecord, index: int) -> str:
    gear, here = record.gears[index], _here(record, index)
    match gear.status:
        case "infinite":
            return f"has no rate: it is infinitely steep{here}"
        case "undefined" if not here:
            return "has no rate: what drives it has no value that a double holds"
        case "undefined" if gear.value is None:
            return f"has no rate: it has no value{here}, or none that a double holds"
        case "undefined":
            return f"has no rate{here}: it jumps there, or ends"
        case _:
            return (
                f"slips: its rate{here} is {two_sides(gear.sides or (None, None))}, so there is no "
                "single one to multiply with"
            )


def _depth(record: GearsRecord) -> Iterator[str]:
    """Long trains leave little or much."""
    if record.product is None or len(record.gears) < 3:
        return
    size = abs(Fraction(record.product))
    below = sum(rate is not None and abs(Fraction(rate)) < 1 for rate in record.rates)
    above = sum(rate is not None and abs(Fraction(rate)) > 1 for rate in record.rates)
    if 0 < size < LITTLE and below > above:
        yield (
            f"{_share(below, len(record.rates))} below 1, and little is left at the end: this is how a "
            "gradient vanishes in a deep network."
        )
    elif size > MUCH and above > below:
        yield (
            f"{_share(above, len(record.rates))} above 1, and they pile up: this is how a gradient "
            "explodes in a deep network."
        )


def _share(part: int, whole: int) -> str:
    return f"All {whole:,} rates are" if part == whole else f"{part:,} of the {whole:,} rates are"


def _branches(record: GearsRecord) -> bool:
    """Whether the innermost gear needs its driver more than once."""
    gear = record.gears[0]
    if gear.layer is None:
        return False
    driver = Name(gear.driver or "")
    return fold(gear.layer.syntax, lambda node, counts: (node == driver) + sum(counts)) > 1


def _next(record: GearsRecord) -> str:
    if record.formula is None:
        return 'chainrule gears "sin(cos(x^2))" --at x=0.8'
    if _branches(record) and len(record.typed) <= LONGEST_TRIED and not set(record.typed) & set('"$`\\!\n'):
        return f'chainrule paths "{record.typed}" --wrt {record.wrt} --at {_point(record)}'
    return "chainrule neuron"


def _point(record: GearsRecord) -> str:
    return ",".join(f"{name}={repr(value).removesuffix('.0')}" for name, value in (record.at or {}).items())
