"""rates, or a formula and a point -> GearsRecord: a train of gears whose rates multiply."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from chainrule_cli.calculus.layers import Layer, peel
from chainrule_cli.calculus.letters import Letters
from chainrule_cli.errors import LimitError, QuestionError, UsageError
from chainrule_cli.graph import kinks
from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.point import numbers
from chainrule_cli.lessons.gears import Gear, Part, of_parts, of_rates
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Name, Reading, Syntax, free_names, substitute
from chainrule_cli.reports.gears_record import GearRecord, GearsCheck, GearsRecord, Real
from chainrule_cli.reports.question import Asked, ask, valued
from chainrule_cli.reports.records import Expression, finite

MOST_GEARS = 1_000
EXAMPLE = ("2", "3")
AGREEMENT = 1e-9

WITHOUT = {
    "convention": "the whole has no slope here either, only a number by convention",
    "one-sided": "the whole has no slope here either, only its sides",
    "infinite": "the slope of the whole is infinite here",
    "undefined": "the whole has no slope here either",
}
"""What the graph of the whole says where the train slips, by the status of its derivative."""


def report(texts: Sequence[str] = EXAMPLE, *, wrt: str | None = None, at: str | Mapping[str, float] | None = None) -> GearsRecord:
    """The train of some rates, or of the layers of one formula at a point.

    texts: constant expressions, or one formula. at: for a formula, a value for each of its variables. Raises ReadError,
    QuestionError for a point that lacks one, UsageError for rates and formulas together, for an equation and for definitions.
    """
    if len(texts) > MOST_GEARS:
        raise LimitError(f"a train has at most {MOST_GEARS:,} gears")
    if at is None and wrt is None:
        readings = [_constant(text, alone=len(texts) == 1) for text in texts or EXAMPLE]
        return _of_rates(readings)
    if len(texts) != 1:
        raise UsageError("--at and --wrt go with one formula", hint='chainrule gears "sin(x^2)" --at x=0.8')
    return _of_formula(ask(texts[0], wrt, at))


def _constant(text: str, *, alone: bool) -> Reading:
    reading = valued(read(text))
    if reading.variables and alone:
        raise QuestionError(
            f"at which {reading.variables[0]}?", text=text, hint=f'name the point: chainrule gears "{text}" --at {reading.variables[0]}=1'
        )
    if reading.variables or reading.definitions:
        raise UsageError(f"{text} is not a rate", hint="gears are numbers, or one formula with --at")
    return reading


def _of_rates(readings: Sequence[Reading]) -> GearsRecord:
    found = of_rates([reading.expr for reading in readings])
    for reading, gear in zip(readings, found, strict=True):
        if not isinstance(gear.rate, Fraction) and (gear.rate is None or not math.isfinite(gear.rate)):
            raise QuestionError("a rate is a finite real number", text=reading.text)
    return _record(" ".join(reading.text for reading in readings), found, (None,) * len(found))


def _of_formula(asked: Asked) -> GearsRecord:
    reading = asked.reading
    if reading.equation:
        raise UsageError("an equation has no layers", hint="a formula's layers are the gears")
    point = numbers(asked.at, tuple(dict.fromkeys((*reading.variables, asked.wrt))))
    whole = _written_out(reading)
    taken = frozenset({*reading.variables, asked.wrt, "y"})
    parts = _train(peel(whole, asked.wrt, Letters(taken)), whole, asked.wrt)
    found = of_parts(parts, point)
    lowered = lower(reading)
    slope = kinks.status(lowered.graph, lowered.output, point, [asked.wrt])[asked.wrt]
    check = _check(found[-1].running, slope)
    return _record(reading.text, found, parts, Expression(reading.expr, reading.definitions), asked.wrt, point, check, reading.notes)


def _written_out(reading: Reading) -> Syntax:
    """The formula with its definitions put in."""
    values: dict[str, Syntax] = {}
    for definition in reading.definitions:
        values[definition.name] = substitute(definition.body, values)
    return substitute(reading.expr, values)


def _train(layers: Sequence[Layer], whole: Syntax, wrt: str) -> list[Part]:
    """The layers as far as each has one inside; where they branch, all that is left is one gear. Innermost first."""
    parts, inside, name = list[Part](), whole, "y"
    for layer in layers:
        if layer.name != name or len(layer.inners) != 1 or wrt in free_names(layer.outer):
            break
        letter, inner = next(iter(layer.inners.items()))
        parts.append(Part(name, layer.outer, letter))
        inside, name = inner, letter
    if not isinstance(inside, Name) or not parts:
        parts.append(Part(name, inside, wrt))
    return parts[::-1]


def _check(product: float | Fraction | None, slope: kinks.Partial) -> GearsCheck:
    number = finite(slope.number)
    if product is None and slope.status != "exact":
        return GearsCheck(verdict="agree", reason=WITHOUT[slope.status], reverse_mode=number)
    if slope.status != "exact" or number is None:
        return GearsCheck(
            verdict="undecided", reason=WITHOUT.get(slope.status, "the slope of the whole is past the largest double"), reverse_mode=number
        )
    if product is None or not math.isfinite(product):
        return GearsCheck(verdict="undecided", reason="a gear has no rate here, but the whole train has one", reverse_mode=number)
    close = abs(float(product) - number) <= AGREEMENT * max(abs(number), abs(float(product)), 1e-300)
    return GearsCheck(verdict="agree" if close else "disagree", reason=None, reverse_mode=number)


def _record(
    typed: str,
    gears: Sequence[Gear],
    parts: Sequence[Part | None],
    formula: Expression | None = None,
    wrt: str | None = None,
    point: Mapping[str, float] | None = None,
    check: GearsCheck | None = None,
    notes: Sequence[object] = (),
) -> GearsRecord:
    return GearsRecord(
        typed=typed,
        formula=formula,
        wrt=wrt,
        at=None if point is None else dict(point),
        gears=tuple(_gear(gear, part) for gear, part in zip(gears, parts, strict=True)),
        rates=tuple(_real(gear.rate) for gear in gears),
        product=_real(gears[-1].running),
        crosscheck=check,
        notes=tuple(str(getattr(note, "text", note)) for note in notes),
    )


def _gear(gear: Gear, part: Part | None) -> GearRecord:
    return GearRecord(
        name=part.name if part else None,
        layer=Expression(part.outer) if part else None,
        driver=part.inner if part else None,
        rate=_real(gear.rate),
        running=_real(gear.running),
        turn=gear.turn,
        status=gear.status,
        sides=None if gear.status == "exact" else (finite(gear.sides[0]), finite(gear.sides[1])),
        value=finite(gear.value),
    )


def _real(value: float | Fraction | None) -> Real | None:
    """A double where one holds it; an exact number past the doubles in digits."""
    if value is None:
        return None
    try:
        number = float(value)
    except OverflowError:
        return str(value)
    return finite(number)
