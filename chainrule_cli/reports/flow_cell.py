"""a recurrent cell -> FlowCellRecord: how much of a gradient each step of time passes on, and along which
way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from chainrule_cli.errors import LimitError, UsageError
from chainrule_cli.lessons.recurrent import CELLS, PARAMETERS, TimeStep, slopes_of_last, through_time
from chainrule_cli.lessons.training import Clip
from chainrule_cli.records.base import finite
from chainrule_cli.records.flow import CellUpdate, CellVariant, FlowCellRecord, StepFlow, TimeRecord
from chainrule_cli.reports.flow import verdict
from chainrule_cli.reports.flow_options import check_clip

STEPS, MOST_STEPS = 100, 1_000
TARGET, RATE = 0.5, 0.1
"""What the last state is to be, and the learning rate of the one step towards it."""

SPREAD = 0.1
"""Standard deviation of the parameters and inputs that are drawn."""

NUDGE = 1e-6
"""What a plain cell is given at first, and nothing afterwards: so small that its tanh is a line, and its rate
the weight.
"""

WEIGHTS = (0.9, 1.0, 1.1)
"""Recurrent weights of the plain cell, side by side."""

BIASES = (0.0, 2.0, 5.0)
"""Biases of the gate that keeps the state: an LSTM's forget gate, a GRU's update gate."""

KEEPS = {"lstm": ("forget bias", "b_f"), "gru": ("update bias", "b_z")}


def report(
    cell: str,
    *,
    steps: int = STEPS,
    seed: int = 0,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    input: float | None = None,
    weight: float | None = None,
) -> FlowCellRecord:
    """A cell of one unit over time, in variants: by its recurrent weight, or by the bias that keeps.

    cell: one of CELLS.
    steps: of time.
    seed: of parameters and inputs that are drawn.
    clip_norm, clip_value: of the gradient by all parameters.
    input: given at every step; where None, a nudge for a plain cell and drawn numbers for the others.
    weight: every recurrent weight.

    Raises UsageError and LimitError.
    """
    if cell not in CELLS:
        raise UsageError(f"{cell or 'an empty word'} is no cell", hint="one of " + ", ".join(CELLS))
    if not 1 <= steps <= MOST_STEPS:
        raise LimitError(f"--steps {steps:,} is not between 1 and {MOST_STEPS:,}")
    for name, value in (("input", input), ("weight", weight)):
        if value is not None and not math.isfinite(value):
            raise UsageError(f"--{name} is a finite number")
    clip = Clip(clip_norm, clip_value)
    check_clip(clip)
    drawn, inputs = _draw(cell, seed, steps)
    given = (
        [input] * steps if input is not None else [NUDGE] + [0.0] * (steps - 1) if cell == "rnn" else inputs
    )
    variants = tuple(
        _variant(cell, name, parameters, given, clip) for name, parameters in _variants(cell, drawn, weight)
    )
    return FlowCellRecord(
        cell=cell, seed=seed, inputs=tuple(given), target=TARGET, lr=RATE, variants=variants, notes=()
    )


def _draw(cell: str, seed: int, steps: int) -> tuple[dict[str, float], list[float]]:
    import numpy as np

    if not 0 <= seed < 2**63:
        raise UsageError("--seed is a whole number from 0 on")
    draw = np.random.default_rng([seed, 3])
    names = [f"{letter}_{name}" for name in PARAMETERS[cell] for letter in "wub"]
    parameters = {
        name: 0.0 if name.startswith("b") else SPREAD * float(draw.standard_normal()) for name in names
    }
    return parameters, [SPREAD * float(each) for each in draw.standard_normal(steps)]


def _variants(
    cell: str, drawn: Mapping[str, float], weight: float | None
) -> list[tuple[str, dict[str, float]]]:
    base = {
        name: weight if weight is not None and name.startswith("u") else value
        for name, value in drawn.items()
    }
    if cell == "rnn":
        weights = WEIGHTS if weight is None else (weight,)
        return [(f"recurrent weight {each:g}", base | {"w_h": 1.0, "u_h": each}) for each in weights]
    name, bias = KEEPS[cell]
    return [(f"{name} {each:g}", base | {bias: each}) for each in BIASES]


def _variant(
    cell: str, name: str, parameters: Mapping[str, float], inputs: Sequence[float], clip: Clip
) -> CellVariant:
    found = through_time(cell, len(inputs), parameters, list(inputs))
    product, highway = _product(found), math.prod(step.highway for step in found)
    off = found[-1].state - TARGET
    slopes = {each: 2 * off * slope for each, slope in slopes_of_last(cell, parameters, list(inputs)).items()}
    cut = dict(zip(slopes, _clip(list(slopes.values()), clip), strict=True))
    return CellVariant(
        name=name,
        parameters=dict(parameters),
        steps=tuple(
            TimeRecord(t=t, highway=finite(each.highway), gates=finite(each.gates), total=finite(each.total))
            for t, each in enumerate(found, 1)
        ),
        product=finite(product),
        highway_product=finite(highway),
        mean_total=_mean(product, len(found)),
        mean_highway=_mean(highway, len(found)),
        verdict=verdict(abs(product)),
        step=_step(list(slopes.values()), list(cut.values())),
        loss=finite(off**2),
        update=_update(cell, parameters, slopes, inputs),
        clipped_update=_update(cell, parameters, cut, inputs) if clip != Clip() else None,
    )


def _product(steps: Sequence[TimeStep]) -> float:
    return math.prod(step.total for step in steps)


def _mean(product: float, count: int) -> float | None:
    """The geometric mean of the sizes of so many factors."""
    return abs(product) ** (1 / count) if product and math.isfinite(product) else None


def _update(
    cell: str, parameters: Mapping[str, float], slopes: Mapping[str, float], inputs: Sequence[float]
) -> CellUpdate:
    """What one step of gradient descent makes of the cell."""
    if not all(map(math.isfinite, slopes.values())):
        return CellUpdate(loss=None, product=None, next_gradient=None)
    moved = {name: value - RATE * slopes[name] for name, value in parameters.items()}
    steps = through_time(cell, len(inputs), moved, list(inputs))
    off = steps[-1].state - TARGET
    again = (2 * off * slope for slope in slopes_of_last(cell, moved, list(inputs)).values())
    return CellUpdate(
        loss=finite(off**2), product=finite(_product(steps)), next_gradient=finite(math.hypot(*again))
    )


def _clip(slopes: Sequence[float], clip: Clip) -> list[float]:
    """By value first, then all together by norm, as for a network's weights."""
    cut = (
        [min(max(slope, -clip.value), clip.value) for slope in slopes]
        if clip.value is not None
        else list(slopes)
    )
    norm = math.hypot(*cut)
    return (
        [each * (clip.norm / norm) for each in cut]
        if clip.norm is not None and clip.norm < norm < math.inf
        else cut
    )


def _step(slopes: Sequence[float], cut: Sequence[float]) -> StepFlow:
    norm, after = math.hypot(*slopes), math.hypot(*cut)
    inner = (
        math.fsum((one / norm) * (other / after) for one, other in zip(slopes, cut, strict=True))
        if 0 < norm < math.inf and after
        else None
    )
    return StepFlow(norm=finite(norm), clipped=finite(after), cosine=None if inner is None else finite(inner))
