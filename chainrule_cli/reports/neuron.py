"""inputs, weights, a target -> NeuronRecord: forward, the chain backward, the updates."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from itertools import islice

from chainrule_cli.errors import LimitError, UsageError
from chainrule_cli.graph.point import numbers
from chainrule_cli.lessons.neuron import ACTIVATIONS, CROSS_ENTROPY, LOSSES, Array, Step, descent, wired
from chainrule_cli.notation.reader import read
from chainrule_cli.reports.neuron_record import NeuronRecord, Number, Sampled, StepRecord
from chainrule_cli.reports.records import finite

X, W, B, Y, LR = "1.5", "0.8", "-0.2", "1", "0.1"
"""The example that a neuron is when nothing is said."""

MOST_STEPS, MOST_INPUTS, MOST_ROWS, MOST_NUMBERS = 10_000, 100, 10_000, 2_000_000
"""MOST_NUMBERS: steps times samples times inputs."""


def report(
    *,
    x: str | None = None,
    w: str | None = None,
    b: str | None = None,
    y: str | None = None,
    lr: str | None = None,
    steps: int = 1,
    activation: str = "sigmoid",
    loss: str = "squared",
    data: str | None = None,
) -> NeuronRecord:
    """Steps of gradient descent of one neuron, with every number on the way.

    x, w: numbers by commas, as many weights as inputs (one weight for all where one is given); b, y, lr: numbers. data: the text of a CSV,
    a header and rows of inputs with the target last or in a column y, in the place of x and y. Raises UsageError for what does not fit together,
    ReadError for what is no number, LimitError for too much of it.
    """
    if activation not in ACTIVATIONS or loss not in LOSSES:
        unknown, known = (activation, ACTIVATIONS) if activation not in ACTIVATIONS else (loss, LOSSES)
        raise UsageError(f"{unknown} is not known", hint="one of " + ", ".join(known))
    if loss == CROSS_ENTROPY and activation != "sigmoid":
        raise UsageError("cross-entropy needs a value between 0 and 1", hint="--activation sigmoid gives one")
    if data is not None and (x is not None or y is not None):
        raise UsageError("--data has its own inputs and targets", hint="leave out --x and --y")
    names, rows, targets = _table(data) if data is not None else _single(X if x is None else x, Y if y is None else y)
    weights = _weights(w, len(names))
    if loss == CROSS_ENTROPY and not all(0 <= target <= 1 for target in targets):
        raise UsageError("a target of cross-entropy is between 0 and 1")
    if not 1 <= steps <= MOST_STEPS or steps * len(rows) * len(names) > MOST_NUMBERS:
        raise LimitError(f"--steps is from 1 to {MOST_STEPS:,}, with at most {MOST_NUMBERS:,} inputs in all")
    wiring = wired(len(rows), len(names), activation, loss)
    rate = _one("lr", LR if lr is None else lr)
    if rate <= 0:
        raise UsageError("--lr is a number above 0", hint="a step goes against the slope by so much of it")
    made = list(
        _until_it_breaks(islice(descent(wiring, rows, targets, weights, _one("b", B if b is None else b), rate), steps), rate, len(rows) == 1)
    )
    broken = made[-1].new_loss is None or any(each is None for each in (*made[-1].new_w, made[-1].new_b))
    return NeuronRecord(
        activation=activation,
        loss=loss,
        lr=rate,
        names=names,
        x=tuple(map(tuple, rows)),
        y=tuple(targets),
        steps=tuple(made),
        stopped=len(made) if broken else None,
        notes=tuple(_notes(activation, made)),
    )


def _until_it_breaks(steps: islice[Step], rate: float, single: bool) -> list[StepRecord]:  # noqa: FBT001
    """The steps up to the first that leaves the doubles."""
    made: list[StepRecord] = []
    for step in steps:
        made.append(_step(step, rate, single=single))
        if made[-1].new_loss is None or None in made[-1].new_w:
            break
    return made


def _step(step: Step, rate: float, *, single: bool) -> StepRecord:
    values = step.values

    def sampled(name: str) -> Sampled:
        each = _all(values[name])
        shared = each * len(_all(values["z"])) if len(each) == 1 else each
        return shared[0] if single else shared

    slopes = [*values["dL_dw"].ravel().tolist(), float(values["dL_db"])]
    loss = float(values["loss"])
    return StepRecord(
        z=sampled("z"),
        a=sampled("a"),
        loss=finite(loss),
        dL_da=sampled("dL_da"),
        da_dz=sampled("da_dz"),
        dL_dz=sampled("dL_dz"),
        dL_dw=_all(values["dL_dw"]),
        dL_db=finite(float(values["dL_db"])),
        w=_all(values["w"]),
        b=finite(float(values["b"])),
        new_w=_all(step.new_w),
        new_b=finite(step.new_b),
        new_loss=finite(step.new_loss),
        predicted_change=finite(-rate * math.hypot(*slopes) ** 2) if all(map(math.isfinite, slopes)) and math.hypot(*slopes) < 1e150 else None,
        actual_change=finite(step.new_loss - loss),
    )


def _all(array: Array) -> tuple[Number, ...]:
    values = array.ravel().tolist() if hasattr(array, "ravel") else [float(array)]
    return tuple(finite(value) for value in values)


def _notes(activation: str, steps: Sequence[StepRecord]) -> list[str]:
    first = steps[0].z if isinstance(steps[0].z, tuple) else (steps[0].z,)
    if None in first:
        return ["z is past the largest double: what follows are its limits"]
    if activation == "relu" and 0.0 in first:
        return ["at z = 0 relu has a kink: its slope is taken as 0 there, by convention"]
    if activation == "relu" and all(z is not None and z < 0 for z in first):
        return ["z is negative: the relu is dead, nothing comes back, nothing is learned"]
    return []


# what was typed


def _numbers(name: str, text: str) -> list[float]:
    """Numbers by commas, each a constant expression."""
    parts = text.split(",")
    if len(parts) > MOST_INPUTS:
        raise LimitError(f"--{name} has at most {MOST_INPUTS} numbers")
    return [_constant(name, part) for part in parts]


def _constant(name: str, text: str) -> float:
    reading = read(text)
    if reading.variables or reading.definitions or reading.equation:
        raise UsageError(f"--{name} is no number: {text.strip()[:40]}", hint="such as 1.5, -1/2 or pi")
    return numbers({f"--{name}": reading.expr})[f"--{name}"]


def _one(name: str, text: str) -> float:
    found = _numbers(name, text)
    if len(found) != 1:
        raise UsageError(f"--{name} is one number")
    return found[0]


def _single(x: str, y: str) -> tuple[tuple[str, ...], list[list[float]], list[float]]:
    inputs = _numbers("x", x)
    names = ("x",) if len(inputs) == 1 else tuple(f"x{place}" for place in range(1, len(inputs) + 1))
    return names, [inputs], [_one("y", y)]


def _weights(typed: str | None, inputs: int) -> list[float]:
    weights = _numbers("w", W if typed is None else typed)
    if len(weights) == 1:
        return weights * inputs
    if len(weights) != inputs:
        raise UsageError(f"{inputs} input{'s' * (inputs > 1)} and {len(weights)} weights do not fit", hint="--w takes them by commas: --w 0.5,-1")
    return weights


def _table(text: str) -> tuple[tuple[str, ...], list[list[float]], list[float]]:
    """Names of the inputs, rows, targets."""
    try:
        header, *lines = [row for row in csv.reader(io.StringIO(text), strict=True) if any(cell.strip() for cell in row)]
    except (csv.Error, ValueError) as error:
        raise UsageError("--data is not a CSV with a header and rows", hint="such as a line x1,x2,y and a line 0,1,1") from error
    names = [name.strip() for name in header]
    if not lines or len(names) < 2:
        raise UsageError("--data needs an input, a target and at least one row", hint="such as a line x,y and a line 1.5,1")
    if len(lines) > MOST_ROWS or len(names) > MOST_INPUTS + 1:
        raise LimitError(f"--data has at most {MOST_ROWS:,} rows and {MOST_INPUTS} inputs")
    target = names.index("y") if "y" in names else len(names) - 1
    rows, targets = [], []
    for place, line in enumerate(lines, 2):
        cells = [_cell(cell, place) for cell in line]
        if len(cells) != len(names):
            raise UsageError(f"row {place} of --data has {len(cells)} cells, its header has {len(names)}")
        targets.append(cells.pop(target))
        rows.append(cells)
    return (*names[:target], *names[target + 1 :]), rows, targets


def _cell(cell: str, row: int) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(f"row {row} of --data has {cell.strip()[:40]!r}, which is no finite number")
    return value
