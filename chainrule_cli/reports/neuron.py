"""inputs, weights, a target -> NeuronRecord: forward, the chain backward, the updates."""

from __future__ import annotations

import csv
import io
import math
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from chainrule_cli.errors import LimitError, QuestionError, UsageError
from chainrule_cli.graph.lower import evaluate_point
from chainrule_cli.lessons.neuron import ACTIVATIONS, CROSS_ENTROPY, LOSSES, Array, DescentStep, descent, wire
from chainrule_cli.notation.reader import read
from chainrule_cli.records.base import finite
from chainrule_cli.records.neuron import NeuronRecord, NeuronStepRecord, Number, Sampled

X, W, B, Y, LR = "1.5", "0.8", "-0.2", "1", "0.1"
"""The example that a neuron is when nothing is said."""

EXAMPLE = "such as a line x1,x2,y and a line 0,1,1"
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
LONGEST_NAME = 40
NAMES = {"loss": "the loss"}
ROUNDING = 8 * sys.float_info.epsilon
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

    x, w: numbers by commas, as many weights as inputs; one weight stands for all.
    b, y, lr: numbers: bias, target, learning rate.
    steps: how many updates.
    activation, loss: one of ACTIVATIONS, one of LOSSES.
    data: in the place of x and y the text of a CSV: a header, and rows of inputs with the target last or in a
        column y.

    Raises:
        UsageError: what does not fit together.
        ReadError: what is no number.
        QuestionError: numbers whose first step leaves the doubles.
        LimitError: too much of it.
    """
    if activation not in ACTIVATIONS or loss not in LOSSES:
        unknown, known = (activation, ACTIVATIONS) if activation not in ACTIVATIONS else (loss, LOSSES)
        raise UsageError(f"{unknown} is not known", hint="one of " + ", ".join(known))
    if loss == CROSS_ENTROPY and activation != "sigmoid":
        raise UsageError("cross-entropy needs a value between 0 and 1", hint="--activation sigmoid gives one")
    if data is not None and (x is not None or y is not None):
        raise UsageError("--data has its own inputs and targets", hint="leave out --x and --y")
    names, rows, targets = (
        _table(data) if data is not None else _single(X if x is None else x, Y if y is None else y)
    )
    weights, bias, rate = (
        _weights(w, len(names)),
        _one("b", B if b is None else b),
        _one("lr", LR if lr is None else lr),
    )
    if loss == CROSS_ENTROPY and not all(0 <= target <= 1 for target in targets):
        raise UsageError("a target of cross-entropy is between 0 and 1", hint="--loss squared takes any")
    _allow(steps, len(rows), len(names))
    wiring = wire(len(rows), len(names), activation, loss)
    made = list(
        _until_it_breaks(
            islice(descent(wiring, rows, targets, weights, bias, rate), steps), rate, single=len(rows) == 1
        )
    )
    _require_beginning(made[0])
    return NeuronRecord(
        activation=activation,
        loss=loss,
        lr=rate,
        names=names,
        x=tuple(map(tuple, rows)),
        y=tuple(targets),
        steps=tuple(made),
        stopped=len(made) if _is_broken(made[-1]) else None,
        notes=tuple(_notes(activation, made, targets)),
    )


def _allow(steps: int, samples: int, inputs: int) -> None:
    if not 1 <= steps <= MOST_STEPS:
        raise LimitError(f"--steps {steps:,} is not between 1 and {MOST_STEPS:,}")
    if steps * samples * inputs > MOST_NUMBERS:
        most = MOST_NUMBERS // (samples * inputs)
        raise LimitError(
            f"{steps:,} steps are too many for {samples * inputs:,} inputs",
            hint=f"at most {most:,} steps for so large a data set",
        )


def _require_beginning(first: NeuronStepRecord) -> None:
    """Raises QuestionError where a number leaves the doubles before anything is learned; dL/da may, which no
    update uses.
    """
    for name in ("z", "loss", "dL_dz", "dL_dw", "dL_db"):
        found = getattr(first, name)
        if None in (found if isinstance(found, tuple) else (found,)):
            spelled = NAMES.get(name, name.replace("_", "/"))
            raise QuestionError(
                f"{spelled} is past the largest double, 1.8e308",
                hint="smaller inputs, weights and targets stay below it",
            )


def _until_it_breaks(
    steps: Iterable[DescentStep], rate: float, *, single: bool
) -> Iterator[NeuronStepRecord]:
    """The steps up to the first that leaves the doubles."""
    for step in steps:
        made = _step(step, rate, single=single)
        yield made
        if _is_broken(made):
            return


def _is_broken(step: NeuronStepRecord) -> bool:
    z = step.z if isinstance(step.z, tuple) else (step.z,)
    return None in (step.new_loss, *step.new_w, step.new_b, *z)


def _step(step: DescentStep, rate: float, *, single: bool) -> NeuronStepRecord:
    values = step.values

    def sample(name: str) -> Sampled:
        each = _all(values[name])
        shared = each * len(_all(values["z"])) if len(each) == 1 else each
        return shared[0] if single else shared

    slopes = [*values["dL_dw"].ravel().tolist(), float(values["dL_db"])]
    loss = float(values["loss"])
    return NeuronStepRecord(
        z=sample("z"),
        a=sample("a"),
        loss=finite(loss),
        dL_da=sample("dL_da"),
        da_dz=sample("da_dz"),
        dL_dz=sample("dL_dz"),
        dL_dw=_all(values["dL_dw"]),
        dL_db=finite(float(values["dL_db"])),
        w=_all(values["w"]),
        b=finite(float(values["b"])),
        new_w=_all(step.new_w),
        new_b=finite(step.new_b),
        new_loss=finite(step.new_loss),
        predicted_change=finite(-rate * math.hypot(*slopes) ** 2)
        if all(map(math.isfinite, slopes)) and math.hypot(*slopes) < 1e150
        else None,
        actual_change=finite(step.new_loss - loss),
    )


def _all(array: Array) -> tuple[Number, ...]:
    values = array.ravel().tolist() if hasattr(array, "ravel") else [float(array)]
    return tuple(finite(value) for value in values)


def _notes(activation: str, steps: Sequence[NeuronStepRecord], targets: Sequence[float]) -> list[str]:
    z, a = (value if isinstance(value, tuple) else (value,) for value in (steps[0].z, steps[0].a))
    notes = []
    if activation == "relu" and 0.0 in z:
        notes.append("at z = 0 relu has a kink: its slope is taken as 0 there, by convention")
    if activation == "relu" and all(each is not None and each <= 0 for each in z):
        notes.append("z is not above 0: the relu is dead, nothing comes back, nothing is learned")
    if all(
        each is not None and 0 < abs(each - target) <= ROUNDING * max(1.0, abs(target))
        for each, target in zip(a, targets, strict=True)
    ):
        notes.append("a meets its target but for the rounding of doubles: there is nothing to learn")
    return notes


# what was typed


def _numbers(name: str, text: str) -> list[float]:
    """Numbers by commas, each a constant expression."""
    parts = text.split(",")
    if len(parts) > MOST_INPUTS:
        raise LimitError(f"--{name} has at most {MOST_INPUTS} numbers")
    if not all(part.strip() for part in parts):
        raise UsageError(f"--{name} lacks a number", hint="such as 1.5, or 1,2 for two inputs")
    return [_constant(name, part) for part in parts]


def _constant(name: str, text: str) -> float:
    reading = read(text)
    if reading.variables or reading.definitions or reading.equation:
        raise UsageError(f"--{name} is not a number: {text.strip()[:40]}", hint="such as 1.5, -1/2 or pi")
    return evaluate_point({f"--{name}": reading.expr})[f"--{name}"]


def _one(name: str, text: str) -> float:
    found = _numbers(name, text)
    if len(found) != 1:
        raise UsageError(f"--{name} is one number")
    return found[0]


def _single(x: str, y: str) -> tuple[tuple[str, ...], list[list[float]], list[float]]:
    inputs = _numbers("x", x)
    names = ("x",) if len(inputs) == 1 else tuple(f"x{number}" for number in range(1, len(inputs) + 1))
    return names, [inputs], [_one("y", y)]


def _weights(typed: str | None, inputs: int) -> list[float]:
    weights = _numbers("w", W if typed is None else typed)
    if len(weights) == 1:
        return weights * inputs
    if len(weights) != inputs:
        needed = "1 input needs 1 weight" if inputs == 1 else f"{inputs} inputs need {inputs} weights"
        raise UsageError(f"{needed}, not {len(weights)}", hint="--w takes them by commas: --w 0.5,-1")
    return weights


def _table(text: str) -> tuple[tuple[str, ...], list[list[float]], list[float]]:
    """Names of the inputs, rows, targets."""
    lines = _lines(text)
    if len(lines) < 2:
        raise UsageError("--data needs a header and at least one row", hint=EXAMPLE)
    names = _header(lines[0][1])
    if len(lines) - 1 > MOST_ROWS or len(names) > MOST_INPUTS + 1:
        raise LimitError(f"--data has at most {MOST_ROWS:,} rows and {MOST_INPUTS} inputs")
    target = names.index("y") if "y" in names else len(names) - 1
    rows, targets = [], []
    for line, row in lines[1:]:
        cells = [_cell(cell, line) for cell in row]
        if len(cells) != len(names):
            raise UsageError(
                f"line {line} of --data has {_count(len(cells), 'cell')}, its header has {len(names)}"
            )
        targets.append(cells.pop(target))
        rows.append(cells)
    return (*names[:target], *names[target + 1 :]), rows, targets


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with the number of its line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise UsageError(f"line {reader.line_num} of --data is no CSV: {error}", hint=EXAMPLE) from error


def _header(cells: Sequence[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    if len(names) < 2:
        raise UsageError("--data needs an input and a target, parted by a comma", hint=EXAMPLE)
    if all(NUMBER.fullmatch(name) for name in names):
        raise UsageError("the first line of --data is no header", hint=f"it names the columns, {EXAMPLE}")
    for name in names:
        if not name or not name.isprintable() or len(name) > LONGEST_NAME:
            raise UsageError(
                f"column {names.index(name) + 1} of --data has no usable name",
                hint=f"a name has 1 to {LONGEST_NAME} printable characters",
            )
        if names.count(name) > 1:
            raise UsageError(f"two columns of --data are called {name}")
    return names


def _cell(cell: str, line: int) -> float:
    value = float(cell) if NUMBER.fullmatch(cell.strip()) else math.nan
    if not math.isfinite(value):
        raise UsageError(f"line {line} of --data has {cell.strip()[:40]!r}, which is no finite number")
    return value


def _count(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
