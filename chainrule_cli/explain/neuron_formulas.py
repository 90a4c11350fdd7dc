"""The lines of a neuron's first step as a learner writes them: what is worked out, its number, and the
numbers that it comes from.

One row a quantity of the chain; a new activation or loss is a row in each of the tables.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from chainrule_cli.document import Role
from chainrule_cli.explain.numbers import bracket, exactly, join_terms, negate_text, significant
from chainrule_cli.explain.words import shorten_text
from chainrule_cli.records.neuron import NeuronRecord, NeuronStepRecord, Number, Sampled

MOST_INPUTS = 6
"""Inputs that a normal page lists."""
WRITTEN_OUT = 2
"""Inputs whose products are written out in z."""
MOST_SUMMED = 8
"""Samples whose sum is written out."""
WIDTH, FRAME = 80, 2 + 8 + 4 * 3 + 2
"""Columns of a page, and those that are not of the table: margin, the name of the part, a gap after each
cell, an equals sign.
"""
LONGEST_NAME = 12
OWN_NAMES = frozenset({"w", "b", "z", "a", "y", "L"})
"""What the page itself calls its quantities; an input of such a name is x1, x2 ... in the formulas."""

short = significant


@dataclass(frozen=True, slots=True)
class NeuronLine:
    """part: forward, backward ...; what: the formula; how: the same with numbers, nothing where they are too
    many.
    """

    part: str
    what: str
    number: str
    how: str = ""
    role: Role = "value"


@dataclass(frozen=True, slots=True)
class NeuronLetters:
    """What the inputs and their weights are called in formulas."""

    inputs: tuple[str, ...]
    weights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spelling:
    """A function as text, and the same with the numbers of z, a and y put in."""

    formula: str
    numbers: Callable[[str, str, str], str]


ACTIVATIONS = {
    "sigmoid": Spelling("σ(z)", lambda z, _a, _y: f"1/(1 + exp({negate_text(z)}))"),
    "tanh": Spelling("tanh(z)", lambda z, _a, _y: f"tanh({z})"),
    "relu": Spelling("relu(z)", lambda z, _a, _y: f"max(0, {z})"),
    "gelu": Spelling("gelu(z)", lambda z, _a, _y: f"{z}·Φ({z})"),
    "linear": Spelling("z", lambda _z, _a, _y: ""),
}
SLOPES = {
    "sigmoid": Spelling("a(1 − a)", lambda _z, a, _y: f"{a}·(1 − {a})"),
    "tanh": Spelling("1 − a²", lambda _z, a, _y: f"1 − {bracket(a)}²"),
    "relu": Spelling("1 if z > 0 else 0", lambda z, _a, _y: f"z is {z}"),
    "gelu": Spelling("Φ(z) + z·φ(z)", lambda z, _a, _y: f"Φ({z}) + {bracket(z)}·φ({z})"),
    "linear": Spelling("1", lambda _z, _a, _y: ""),
}
SQUARED = Spelling("(a − y)²", lambda _z, a, y: f"({a} − {bracket(y)})²")
SQUARED_SLOPE = Spelling("2(a − y)", lambda _z, a, y: f"2·({a} − {bracket(y)})")
ENTROPY = "−y·ln(a) − (1 − y)·ln(1 − a)"
ENTROPY_SLOPE = "(a − y)/(a(1 − a))"


ENDS = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
"""What an activation only rounds to: its slope is not 0 there."""


# numbers in a formula


def one(value: Sampled) -> Number:
    """The number of the only sample, or of the first."""
    return value[0] if isinstance(value, tuple) else value


def list_samples(value: Sampled) -> tuple[Number, ...]:
    """A number for each sample."""
    return value if isinstance(value, tuple) else (value,)


# names


def choose_letters(record: NeuronRecord) -> NeuronLetters:
    several = len(record.names) > 1
    numbers = range(1, len(record.names) + 1)
    weights = tuple(f"w{number}" for number in numbers) if several else ("w",)
    if OWN_NAMES.isdisjoint(record.names) and set(weights).isdisjoint(record.names):
        return NeuronLetters(tuple(shorten_text(name, LONGEST_NAME) for name in record.names), weights)
    return NeuronLetters(tuple(f"x{number}" for number in numbers) if several else ("x",), weights)


def describe_start(record: NeuronRecord, names: NeuronLetters) -> str:
    """What the neuron begins with."""
    first = record.steps[0]
    weights = _list_values("weights", names.weights, first.w)
    single = len(record.x) == 1
    begins = _list_values("inputs", names.inputs, record.x[0]) if single else f"{len(record.x):,} samples"
    target = [f"target y = {exactly(record.y[0])}"] if single else []
    return "   ".join(
        [begins, weights, f"b = {exactly(first.b)}", *target, f"learning rate {exactly(record.lr)}"]
    )


def _list_values(what: str, names: Sequence[str], values: Sequence[Number]) -> str:
    if len(names) > MOST_INPUTS:
        return f"{len(names)} {what}"
    return "   ".join(f"{name} = {exactly(value)}" for name, value in zip(names, values, strict=True))


# over several samples


def describe_columns(record: NeuronRecord, names: NeuronLetters) -> tuple[str, str, str]:
    """How the columns of the samples are made, forward and backward."""
    count = f"{len(record.x):,}"
    squared = record.loss == "squared"
    loss, slope = ("(a − y)²", f"2(a − y)/{count}") if squared else (ENTROPY, f"(a − y)/({count}·a(1 − a))")
    return (
        (
            f"z = {write_weighted_sum(names, MOST_INPUTS)}   a = "
            f"{ACTIVATIONS[record.activation].formula}   L "
            f"= mean of {loss}"
        ),
        f"dL/da = {slope}   da/dz = {SLOPES[record.activation].formula}",
        "dL/dz = dL/da·da/dz" if squared else f"dL/dz = dL/da·da/dz = (a − y)/{count}",
    )


def write_weighted_sum(names: NeuronLetters, most: int) -> str:
    if len(names.inputs) > most:
        return "w·x + b"
    return (
        " + ".join(f"{weight}·{name}" for weight, name in zip(names.weights, names.inputs, strict=True))
        + " + b"
    )


# the lines


def list_lines(record: NeuronRecord, names: NeuronLetters, *, everything: bool) -> list[NeuronLine]:
    """The first step from z to the change of the loss; over several samples their own table has the chain of
    each.
    """
    single = len(record.x) == 1
    chain = (
        _chain(record, names)
        if single
        else [NeuronLine("forward", "L = mean of the losses", short(record.steps[0].loss))]
    )
    found = [
        *chain,
        *_slopes(record, names, everything=everything),
        *_updates(record, names, everything=everything),
        *_change(record, names),
    ]
    room = _room(found)
    return [line if len(line.how) <= room else replace(line, how="") for line in found]


def _room(found: Sequence[NeuronLine]) -> int:
    """Characters that are left for numbers beside the formulas and their values, which stand below one
    another at the point.
    """
    whole = max(len(line.number.partition(".")[0]) for line in found)
    rest = max(len("".join(line.number.partition(".")[1:])) for line in found)
    return WIDTH - FRAME - max(len(line.what) for line in found) - whole - rest


def _chain(record: NeuronRecord, names: NeuronLetters) -> Iterator[NeuronLine]:
    step = record.steps[0]
    z, a, y = short(one(step.z)), _write_activation(record), exactly(record.y[0])
    activation, slope = ACTIVATIONS[record.activation], SLOPES[record.activation]
    yield NeuronLine(
        "forward", f"z = {write_weighted_sum(names, WRITTEN_OUT)}", z, _products(step, record.x[0])
    )
    yield NeuronLine("forward", f"a = {activation.formula}", short(one(step.a)), activation.numbers(z, a, y))
    yield from _list_squared_loss(step, a, y) if record.loss == "squared" else _entropy(record, a, y)
    rounded = one(step.a) in ENDS.get(record.activation, ()) and one(step.da_dz) != 0
    yield NeuronLine(
        "backward",
        f"da/dz = {slope.formula}",
        short(one(step.da_dz)),
        "" if rounded else slope.numbers(z, a, y),
        "gradient",
    )
    yield _join_chain(record, a, y)


def _products(step: NeuronStepRecord, inputs: Sequence[float]) -> str:
    terms = [
        f"{exactly(weight)}·{bracket(exactly(value))}" for weight, value in zip(step.w, inputs, strict=True)
    ]
    return join_terms([*terms, exactly(step.b)])


def _list_squared_loss(step: NeuronStepRecord, a: str, y: str) -> Iterator[NeuronLine]:
    yield NeuronLine("forward", f"L = {SQUARED.formula}", short(step.loss), SQUARED.numbers("", a, y))
    yield NeuronLine(
        "backward",
        f"dL/da = {SQUARED_SLOPE.formula}",
        short(one(step.dL_da)),
        SQUARED_SLOPE.numbers("", a, y),
        "gradient",
    )


def _entropy(record: NeuronRecord, a: str, y: str) -> Iterator[NeuronLine]:
    """A target of 0 or 1 leaves one term; of a sigmoid that has rounded to 0 or 1 no numbers can be written
    out.
    """
    step = record.steps[0]
    written = not is_saturated(record)
    loss, slope = short(step.loss), short(one(step.dL_da))
    match y:
        case "1":
            yield NeuronLine("forward", "L = −ln(a), as y = 1", loss, f"−ln({a})" if written else "")
            yield NeuronLine("backward", "dL/da = −1/a", slope, f"−1/{a}", "gradient")
        case "0":
            yield NeuronLine("forward", "L = −ln(1 − a), as y = 0", loss, f"−ln(1 − {a})" if written else "")
            yield NeuronLine(
                "backward", "dL/da = 1/(1 − a)", slope, f"1/(1 − {a})" if written else "", "gradient"
            )
        case _:
            yield NeuronLine("forward", "L = −y·ln(a)", "", f"−{y}·ln({a})" if written else "")
            yield NeuronLine(
                "forward", "    − (1 − y)·ln(1 − a)", loss, f"− (1 − {y})·ln(1 − {a})" if written else ""
            )
            product = short(one(step.da_dz))
            yield NeuronLine(
                "backward",
                f"dL/da = {ENTROPY_SLOPE}",
                slope,
                f"({a} − {y})/{product}" if written else "",
                "gradient",
            )


def _write_activation(record: NeuronRecord) -> str:
    """Four digits of a; more where four look like an end of the activation that it has not reached."""
    a = one(record.steps[0].a)
    ends = ENDS.get(record.activation, ())
    enough = (4, *range(5, 18)) if a not in ends and short(a) in map(short, ends) else (4,)
    return next(
        (text for text in (significant(a, digits) for digits in enough) if text not in ("1", "-1")), short(a)
    )


def is_saturated(record: NeuronRecord) -> bool:
    """Whether the sigmoid below a cross-entropy has rounded to 0 or 1, so that the factors of dL/dz do not
    give their product.
    """
    return record.loss == "cross-entropy" and one(record.steps[0].a) in ENDS["sigmoid"]


def _join_chain(record: NeuronRecord, a: str, y: str) -> NeuronLine:
    step = record.steps[0]
    if is_saturated(record):
        return NeuronLine("backward", "dL/dz = a − y", short(one(step.dL_dz)), f"{a} − {y}", "gradient")
    how = f"{short(one(step.dL_da))}·{bracket(short(one(step.da_dz)))}"
    return NeuronLine("backward", "dL/dz = dL/da·da/dz", short(one(step.dL_dz)), how, "gradient")


def _slopes(record: NeuronRecord, names: NeuronLetters, *, everything: bool) -> list[NeuronLine]:
    step = record.steps[0]
    total = "" if len(record.x) == 1 else "Σ "
    by_z = step.dL_dz if isinstance(step.dL_dz, tuple) else (step.dL_dz,)
    found = []
    for index, (name, weight, slope) in enumerate(zip(names.inputs, names.weights, step.dL_dw, strict=True)):
        how = _sum_over(by_z, [row[index] for row in record.x])
        found.append(
            NeuronLine("backward", f"dL/d{weight} = {total}dL/dz·{name}", short(slope), how, "gradient")
        )
    bias = NeuronLine(
        "backward", f"dL/db = {total}dL/dz", short(step.dL_db), _plain_sum(by_z) if total else "", "gradient"
    )
    return [*_cut_lines(found, everything=everything), bias]


def _sum_over(slopes: Sequence[Number], inputs: Sequence[float]) -> str:
    """The products; of several those with an input of 0 are left out."""
    pairs = [
        (slope, value)
        for slope, value in zip(slopes, inputs, strict=True)
        if len(inputs) == 1 or (slope and value)
    ]
    return (
        join_terms([f"{short(slope)}·{bracket(exactly(value))}" for slope, value in pairs])
        if 0 < len(pairs) <= MOST_SUMMED
        else ""
    )


def _plain_sum(slopes: Sequence[Number]) -> str:
    terms = [short(slope) for slope in slopes if slope]
    return join_terms(terms) if 1 < len(terms) <= MOST_SUMMED else ""


def _updates(record: NeuronRecord, names: NeuronLetters, *, everything: bool) -> list[NeuronLine]:
    step = record.steps[0]
    rate, sign = exactly(abs(record.lr)), "+" if record.lr < 0 else "−"
    found = [
        NeuronLine(
            "update",
            f"new {name} = {name} {sign} {rate}·dL/d{name}",
            short(new),
            f"{short(old)} {sign} {rate}·{bracket(short(slope))}",
            "strong",
        )
        for name, old, slope, new in zip(
            (*names.weights, "b"),
            (*step.w, step.b),
            (*step.dL_dw, step.dL_db),
            (*step.new_w, step.new_b),
            strict=True,
        )
    ]
    return [*_cut_lines(found[:-1], everything=everything), found[-1]]


def _change(record: NeuronRecord, names: NeuronLetters) -> Iterator[NeuronLine]:
    """The loss before and after, and what the slopes promised."""
    step = record.steps[0]
    slopes = (*step.dL_dw, step.dL_db)
    squares = sum(slope * slope for slope in slopes if slope is not None)
    size = short(squares if math.isfinite(squares) else None)
    single = len(names.weights) == 1
    listed = (
        " + ".join(f"{bracket(short(slope))}²" for slope in slopes)
        if single and (squares or not any(slopes))
        else ""
    )
    rate, sign = exactly(abs(record.lr)), "" if record.lr < 0 else "−"
    after, before = short(step.new_loss), short(step.loss)
    differs = step.actual_change is not None and (after != before or not step.actual_change)
    yield NeuronLine(
        "loss", "|g|² = dL/dw² + dL/db²" if single else "|g|² = Σ dL/dw² + dL/db²", size, listed, "gradient"
    )
    yield NeuronLine(
        "loss", f"predicted {sign}{rate}·|g|²", short(step.predicted_change), f"{sign}{rate}·{size}"
    )
    yield NeuronLine("loss", "new L", after, f"was {before}")
    yield NeuronLine(
        "loss", "actual new L − L", short(step.actual_change), f"{after} − {before}" if differs else ""
    )


def _cut_lines(found: Sequence[NeuronLine], *, everything: bool) -> list[NeuronLine]:
    """The lines of many inputs, the middle left out."""
    if everything or len(found) <= MOST_INPUTS:
        return list(found)
    return [
        *found[: MOST_INPUTS - 2],
        NeuronLine(found[0].part, f"… {len(found) - MOST_INPUTS + 1} more: --detail full", ""),
        found[-1],
    ]
