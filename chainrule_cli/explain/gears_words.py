"""What a train of gears means, in sentences about its own numbers, and how those numbers read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Context, Decimal
from fractions import Fraction

from chainrule_cli.document import Runs, runs
from chainrule_cli.explain.numbers import short
from chainrule_cli.notation.syntax import Name, children, free_names
from chainrule_cli.records.gears import GearsRecord, Real

CHAIN = 5
"""Gears whose chain is written out, dy/du · du/dx."""
LONGEST_TRIED = 60
"""Characters of a formula that is typed out again in the command to try."""
LITTLE, MUCH = 1e-3, 1e3
"""Products past these have vanished or exploded, where a train is long."""
DIGITS = Context(prec=20)


# numbers


def fraction_of(value: Real) -> Fraction:
    return Fraction(value)


def shown(value: Real | None) -> str:
    """Four significant digits, also of what no double holds."""
    if not isinstance(value, str):
        return short(value)
    fraction = Fraction(value)
    digits = DIGITS.divide(
        DIGITS.create_decimal(fraction.numerator), DIGITS.create_decimal(fraction.denominator)
    )
    return _scientific(digits)


def _scientific(digits: Decimal) -> str:
    mantissa, _, exponent = f"{digits:.3e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def two_sides(sides: Sequence[float | None]) -> str:
    left, right = sides
    if left is None or right is None:
        one, other = ("right", "left") if left is None else ("left", "right")
        return f"{short(left if right is None else right)} to the {one} and none to the {other}"
    return f"{short(left)} to the left and {short(right)} to the right"


# sentences


def meaning(record: GearsRecord) -> Iterator[Runs]:
    """A few sentences about these numbers."""
    yield runs(_first_sentence(record))
    yield from map(runs, _turning(record))
    yield from map(runs, _stalls(record))
    slipped = next((place for place, gear in enumerate(record.gears) if gear.turn == "slips"), None)
    if slipped is not None:
        yield runs(f"{_called(record, slipped)} {_why_it_slips(record, slipped)}{_harmless(record)}.")
    yield from map(runs, _depth(record))
    if _branches(record):
        gear = record.gears[0]
        yield runs(
            f"{gear.name} needs {gear.driver} in several places, so it is one gear and not several: chainrule paths adds up the ways through it."
        )


def _first_sentence(record: GearsRecord) -> str:
    if record.product is None:
        return "Each gear passes on its rate times what it got, so every gear of a train needs a rate. Here one has none."
    if record.formula is None:
        told = f"When the first gear turns once, the last {_goes(record.product, 'turns', 'once', 'times')}."
        return f"{told} Each gear passes on its rate times what it got, so the rates multiply. That is the chain rule."
    told = f"When {record.wrt} moves by a little, {record.gears[-1].name} {_goes(record.product, 'moves', 'just as far', 'times as far')}."
    if len(record.gears) == 1:
        return f"{told} One layer is one gear, and its rate is the derivative."
    each = "Each layer that chainrule peel takes off is a gear: it passes on its rate times what it got"
    return f"{told} {each}, so the rates multiply. That is the chain rule{_chain(record)}."


def _goes(product: Real, verb: str, once: str, times: str) -> str:
    """stands still, turns once, moves 3 times as far, the other way"""
    exact = fraction_of(product)
    if exact == 0:
        return "stands still"
    far = once if abs(exact) == 1 else f"{shown(product).removeprefix('-')} {times}"
    return f"{verb} {far}{_way(exact)}"


def _way(exact: Fraction) -> str:
    return ", the other way" if exact < 0 else ""


def _chain(record: GearsRecord) -> str:
    """, dy/dx = dy/du · du/dx"""
    if len(record.gears) > CHAIN:
        return ""
    links = " · ".join(f"d{gear.name}/d{gear.driver}" for gear in reversed(record.gears))
    return f", d{record.gears[-1].name}/d{record.wrt} = {links}"


def _turning(record: GearsRecord) -> Iterator[str]:
    other = sum(gear.turn == "other way" for gear in record.gears)
    if not other or record.product is None or fraction_of(record.product) == 0:
        return
    driver = record.wrt or "the first"
    if other == 1:
        yield f"One rate is negative: that gear turns the other way, so the end turns against {driver}."
    elif other % 2:
        yield f"{other} rates are negative: an odd number of turns the other way leaves the end turning against {driver}."
    else:
        yield f"{other} rates are negative: two turns the other way undo each other, so the end turns with {driver}."


def _stalls(record: GearsRecord) -> Iterator[str]:
    place = next((place for place, gear in enumerate(record.gears) if gear.turn == "stalls"), None)
    if place is None:
        return
    gear = record.gears[place]
    if gear.layer is not None and gear.driver not in free_names(gear.layer.syntax):
        yield f"{_called(record, place)} does not depend on {gear.driver}: its rate is 0."
        return
    before = ", whatever turns before it" if place else ""
    after = (
        ", and nothing after it moves" if place + 1 < len(record.gears) and record.product is not None else ""
    )
    yield f"{_called(record, place)} stalls: its rate is 0{_here(record, place)}{after}{before}."


def _called(record: GearsRecord, place: int) -> str:
    return record.gears[place].name or f"Gear {place + 1}"


def _here(record: GearsRecord, place: int) -> str:
    """at u = 0: where the gear stands; nothing for a typed rate."""
    driver, value = record.gears[place].driver, _standing(record, place)
    return f" at {driver} = {short(value)}" if driver is not None and value is not None else ""


def _standing(record: GearsRecord, place: int) -> float | None:
    """The value of what drives a gear."""
    if place:
        return record.gears[place - 1].value
    return record.at[record.wrt] if record.at is not None and record.wrt is not None else None


def _why_it_slips(record: GearsRecord, place: int) -> str:
    gear, here = record.gears[place], _here(record, place)
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
            return f"slips: its rate{here} is {two_sides(gear.sides or (None, None))}, so there is no single one to multiply with"


def _harmless(record: GearsRecord) -> str:
    return "; it does not matter, for a gear after it stalls" if record.product is not None else ""


def _depth(record: GearsRecord) -> Iterator[str]:
    """Long trains leave little or much."""
    if record.product is None or len(record.gears) < 3:
        return
    size = abs(fraction_of(record.product))
    below = sum(rate is not None and abs(fraction_of(rate)) < 1 for rate in record.rates)
    above = sum(rate is not None and abs(fraction_of(rate)) > 1 for rate in record.rates)
    if 0 < size < LITTLE and below > above:
        yield f"{_share(below, len(record.rates))} below 1, and little is left at the end: this is how a gradient vanishes in a deep network."
    elif size > MUCH and above > below:
        yield f"{_share(above, len(record.rates))} above 1, and they pile up: this is how a gradient explodes in a deep network."


def _share(part: int, whole: int) -> str:
    return f"All {whole:,} rates are" if part == whole else f"{part:,} of the {whole:,} rates are"


def _branches(record: GearsRecord) -> bool:
    """Whether the innermost gear needs its driver more than once."""
    gear = record.gears[0]
    if gear.layer is None:
        return False
    stack, count = [gear.layer.syntax], 0
    while stack:
        node = stack.pop()
        count += isinstance(node, Name) and node.id == gear.driver
        stack.extend(children(node))
    return count > 1


def next_command(record: GearsRecord) -> str:
    if record.formula is None:
        return 'chainrule gears "sin(cos(x^2))" --at x=0.8'
    if _branches(record) and len(record.typed) <= LONGEST_TRIED and not set(record.typed) & set('"$`\\!\n'):
        return f'chainrule paths "{record.typed}" --wrt {record.wrt} --at {_point(record)}'
    return "chainrule neuron"


def _point(record: GearsRecord) -> str:
    return ",".join(f"{name}={repr(value).removesuffix('.0')}" for name, value in (record.at or {}).items())
