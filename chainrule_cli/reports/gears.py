"""rates, or a formula and a point -> GearsRecord: a train of gears whose rates multiply."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from chainrule_cli.calculus.layers import Layer, peel
from chainrule_cli.calculus.step import InnerLetters
from chainrule_cli.errors import LimitError, QuestionError, UsageError
from chainrule_cli.graph.lower import evaluate_point, lower
from chainrule_cli.graph.onesided import kinks
from chainrule_cli.lessons.gears import Gear, Part, Witness, backward_of, of_parts, of_rates, witness
from chainrule_cli.notation.definitions import depends_on, write_out_definitions
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Definition, Reading, Syntax, substitute, tree_size
from chainrule_cli.records.base import Expression, NamedExpression, finite, list_definitions
from chainrule_cli.records.gears import GearRecord, GearsCheck, GearsRecord, Real
from chainrule_cli.reports.question import Question, ask, collect_taken_names, name_formula, require_value

MOST_GEARS = 1_000
EXAMPLE = ("2", "3")
AGREEMENT = 1e-9
LONGEST_SHOWN = 40
LARGEST_GEAR = 2_000
"""Nodes of a layer with its definitions written out."""
NO_NUMBERS = frozenset({"nan", "inf", "infinity", "oo", "∞"})
"""Words that a person may type for a number; the language would read them as products of letters."""
OUTERMOST = "y"
"""What peel calls the first layer."""


def report(
    texts: Sequence[str] = EXAMPLE, *, wrt: str | None = None, at: str | Mapping[str, float] | None = None
) -> GearsRecord:
    """The train of some rates, or of the layers of one formula at a point.

    texts: constant expressions, or one formula.
    wrt: of a formula, as `ask` takes it.
    at: for a formula, a value for each of its variables.

    Raises:
        ReadError: a text is no formula.
        QuestionError: the point lacks a variable, or a number is past the doubles.
        UsageError: rates and formulas together, or an equation.
        LimitError: more than MOST_GEARS.
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
    if text.strip().lstrip("+-−").casefold() in NO_NUMBERS:
        raise QuestionError(f"{text.strip()} is not a rate", hint="a rate is a finite real number")
    reading = require_value(read(text))
    if reading.variables and alone:
        names = ", ".join(reading.variables)
        example = ",".join(f"{name}=1" for name in reading.variables)
        raise QuestionError(
            f"at which {names}?", hint=f'name the point: chainrule gears "{text}" --at {example}'
        )
    if reading.variables or reading.definitions:
        raise UsageError(f"{text} is not a rate", hint="gears are numbers, or one formula with --at")
    return reading


def _of_rates(readings: Sequence[Reading]) -> GearsRecord:
    found = of_rates([reading.expr for reading in readings])
    for reading, gear in zip(readings, found, strict=True):
        if gear.rate is None or not _fits(gear.rate):
            raise QuestionError(
                f"{_shorten(reading.text)} is not a rate",
                hint="a rate is a finite real number, at most 1.8e308 in size",
            )
    _refuse_overflow(found)
    back = backward_of([gear.rate for gear in found if gear.rate is not None])
    notes = _note_underflow(found, back)
    check = _check_train(found[-1].running, back)
    return _record(
        " ".join(reading.text for reading in readings), found, (None,) * len(found), check=check, notes=notes
    )


def _check_train(product: float | Fraction | None, back: float | Fraction | None) -> GearsCheck:
    if product is None or back is None:
        reason = "multiplied from the other end, the rates leave the doubles on the way"
        return GearsCheck(verdict="undecided", reason=reason, status="exact", sides=None, reverse_mode=None)
    same = product == back or _close(product, back)
    number = _real(back) if isinstance(product, Fraction) or not _fits(back) else finite(float(back))
    return GearsCheck(
        verdict="agree" if same else "disagree", reason=None, status="exact", sides=None, reverse_mode=number
    )


def _fits(rate: Any) -> bool:
    try:
        return math.isfinite(float(rate))
    except OverflowError:
        return False


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _refuse_overflow(gears: Sequence[Gear]) -> None:
    """Raises QuestionError where the product so far is larger than a double and is not known exactly."""
    for number, gear in enumerate(gears, 1):
        if isinstance(gear.running, float) and not math.isfinite(gear.running):
            raise QuestionError(
                f"at gear {number} the product of the rates is past the largest double, 1.8e308"
            )


def _note_underflow(gears: Sequence[Gear], backward: float | Fraction | None) -> list[str]:
    """A note where the product has become 0 though no rate is. Raises QuestionError where it would have grown
    again.
    """
    stalls = next((number for number, gear in enumerate(gears) if gear.rate == 0), len(gears))
    number = next((number for number, gear in enumerate(gears[:stalls], 1) if gear.running == 0), None)
    if number is None:
        return []
    small = f"at gear {number} the product of the rates is not 0 but too small for a double, below 4.9e-324"
    if backward is not None and not (_fits(backward) and float(backward) == 0):
        raise QuestionError(small)
    return [f"{small}, and counts as 0"]


def _of_formula(question: Question) -> GearsRecord:
    reading = question.reading
    if reading.equation:
        raise UsageError(
            "an equation has no layers", hint="the gears are the layers of a formula, such as sin(x^2)"
        )
    point = evaluate_point(question.at, tuple(dict.fromkeys((*reading.variables, question.wrt))))
    parts = _parts(question)
    found = of_parts(parts, point)
    _refuse_overflow(found)
    lowered = lower(reading)
    slope = kinks.find_status(lowered.graph, lowered.output, point, [question.wrt])[question.wrt]
    return _record(
        reading.text,
        found,
        parts,
        formula=Expression(reading.expr, reading.definitions),
        definitions=list_definitions(reading),
        wrt=question.wrt,
        point=point,
        check=_check(
            found[-1].running,
            slope,
            lambda: witness(parts, lowered.graph, lowered.output, question.wrt, point),
        ),
        notes=[note.text for note in reading.notes]
        + _note_underflow(found, slope.number)
        + [_faint(part) for part, gear in zip(parts, found, strict=True) if gear.faint],
    )


def _faint(part: Part) -> str:
    return f"the rate of {part.name} is not 0 but too small for a double, below 4.9e-324, and counts as 0"


def _parts(question: Question) -> list[Part]:
    """The train: a definition that moves with the variable is a layer by its own name, others are put in."""
    reading = question.reading
    still: dict[str, Syntax] = {}
    moving: dict[str, Syntax] = {}
    for definition in reading.definitions:
        body = substitute(definition.body, still)
        moves = depends_on(body, {question.wrt, *moving})
        (moving if moves else still)[definition.name] = body
    whole = substitute(reading.expr, still)
    name = name_formula(reading, question.wrt, None)
    return _train(
        peel(whole, question.wrt, InnerLetters(collect_taken_names(question)), moving),
        whole,
        question.wrt,
        name,
        moving,
    )


def _train(
    layers: Sequence[Layer], whole: Syntax, wrt: str, name: str, bodies: Mapping[str, Syntax]
) -> list[Part]:
    """The layers as far as each has one inside; where they branch, all that is left is one gear. Innermost
    first.
    """
    parts, inside, letter = list[Part](), whole, OUTERMOST
    for layer in layers:
        if layer.name != letter or len(layer.inners) != 1 or depends_on(layer.outer, {wrt}):
            break
        driver, inner = next(iter(layer.inners.items()))
        parts.append(Part(letter if parts else name, layer.outer, driver))
        inside, letter = bodies.get(driver, inner), driver
    if not parts or parts[-1].inner != wrt:
        parts.append(Part(letter if parts else name, _write_out(inside, bodies), wrt))
    return parts[::-1]


def _write_out(inside: Syntax, bodies: Mapping[str, Syntax]) -> Syntax:
    """The expression with the definitions put in that it leans on; each leans only on those before it."""
    whole = write_out_definitions(inside, [Definition(name, body) for name, body in bodies.items()])
    if tree_size(whole) > LARGEST_GEAR:
        raise LimitError(
            f"written out, the part that branches has more than {LARGEST_GEAR:,} nodes",
            hint="chainrule graph keeps its definitions apart",
        )
    return whole


def _check(
    product: float | Fraction | None, slope: kinks.Partial, again: Callable[[], Witness]
) -> GearsCheck:
    """again: the same with more digits, asked for where doubles differ."""
    number = finite(slope.number)
    sides = None if slope.status == "exact" else (finite(slope.sides[0]), finite(slope.sides[1]))
    verdict: Literal["agree", "disagree", "undecided"]
    if product is None:
        reason = "a gear has no rate here, but the whole train has one" if slope.status == "exact" else None
        verdict = "undecided" if reason else "agree"
    elif slope.status != "exact" or number is None:
        verdict, reason = (
            "undecided",
            "the gears have a product here, but the whole formula has no derivative",
        )
    elif _close(product, number):
        verdict, reason = "agree", None
    else:
        verdict, reason = _check_again(product, number, again())
    return GearsCheck(verdict=verdict, reason=reason, status=slope.status, sides=sides, reverse_mode=number)


def _check_again(
    product: float | Fraction, number: float, found: Witness
) -> tuple[Literal["agree", "disagree", "undecided"], str | None]:
    """What many digits say where doubles differ; they clear the side of which they have the number."""
    if found.same is False:
        return "disagree", None
    if found.number is None:
        return (
            "undecided",
            "the product of the rates and the backward pass differ in doubles, and more digits do not tell",
        )
    if _close(product, found.number):
        return (
            "agree",
            (
                "one backward pass loses digits in doubles here; with more of them it gives "
                f"{found.number:.10g}, the product"
            ),
        )
    if _close(number, found.number):
        return "disagree", None
    return (
        "undecided",
        (
            "doubles lose digits here: with more of them the product of the rates and the backward "
            f"pass are both {found.number:.10g}"
        ),
    )


def _close(one: float | Fraction, other: float | Fraction) -> bool:
    try:
        return abs(float(one) - float(other)) <= AGREEMENT * max(
            abs(float(one)), abs(float(other)), sys.float_info.min
        )
    except OverflowError:
        return False


def _record(
    typed: str,
    gears: Sequence[Gear],
    parts: Sequence[Part | None],
    *,
    check: GearsCheck,
    formula: Expression | None = None,
    definitions: tuple[NamedExpression, ...] = (),
    wrt: str | None = None,
    point: Mapping[str, float] | None = None,
    notes: Sequence[str] = (),
) -> GearsRecord:
    return GearsRecord(
        typed=typed,
        formula=formula,
        definitions=definitions,
        wrt=wrt,
        at=None if point is None else dict(point),
        gears=tuple(_gear(gear, part) for gear, part in zip(gears, parts, strict=True)),
        rates=tuple(_real(gear.rate) for gear in gears),
        product=_real(gears[-1].running),
        crosscheck=check,
        notes=tuple(notes),
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
    """A double where one holds it; an exact number past the doubles, or too small for them, in digits."""
    if value is None:
        return None
    try:
        number = float(value)
    except OverflowError:
        return str(value)
    return str(value) if number == 0 != value else finite(number)
