"""a recurrent cell -> FlowCellRecord: how much of a gradient each step of time passes on, and along which way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from chainrule_cli.errors import LimitError, UsageError
from chainrule_cli.lessons.recurrent import CELLS, PARAMETERS, through_time, weight_gradient
from chainrule_cli.lessons.training import Clip
from chainrule_cli.reports.flow import EXPLODES, VANISHES
from chainrule_cli.reports.flow_cell_record import CellVariant, FlowCellRecord, TimeRecord
from chainrule_cli.reports.flow_record import StepFlow, Verdict
from chainrule_cli.reports.records import finite

STEPS, MOST_STEPS = 100, 1_000
SPREAD = 0.1
"""Standard deviation of the parameters and inputs that are drawn."""

NUDGE = 1e-6
"""What a plain cell is given at first, and nothing afterwards: so small that its tanh is a line, and its rate the weight."""

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
    """A cell of one unit over so many steps of time, in variants: a plain one by its recurrent weight, the others by the bias that keeps.

    input: given at every step; where None, a nudge for a plain cell and numbers drawn from the seed for the others. weight: every
    recurrent weight. Raises UsageError and LimitError.
    """
    if cell not in CELLS:
        raise UsageError(f"{cell} is no cell", hint="one of " + ", ".join(CELLS))
    if not 1 <= steps <= MOST_STEPS:
        raise LimitError(f"--steps is from 1 to {MOST_STEPS:,}")
    for name, value in (("input", input), ("weight", weight)):
        if value is not None and not math.isfinite(value):
            raise UsageError(f"--{name} is a finite number")
    for name, value in (("clip-norm", clip_norm), ("clip-value", clip_value)):
        if value is not None and not (math.isfinite(value) and value > 0):
            raise UsageError(f"--{name} is a number above 0")
    drawn, inputs = _drawn(cell, seed, steps)
    given = [input] * steps if input is not None else [NUDGE] + [0.0] * (steps - 1) if cell == "rnn" else inputs
    clip = Clip(clip_norm, clip_value)
    variants = tuple(_variant(cell, name, parameters, given, clip) for name, parameters in _variants(cell, drawn, weight))
    return FlowCellRecord(cell=cell, seed=seed, inputs=tuple(given), variants=variants, notes=())


def _drawn(cell: str, seed: int, steps: int) -> tuple[dict[str, float], list[float]]:
    import numpy as np

    if not 0 <= seed < 2**63:
        raise UsageError("--seed is a whole number from 0 on")
    draw = np.random.default_rng([seed, 3])
    names = [f"{letter}_{name}" for name in PARAMETERS[cell] for letter in "wub"]
    parameters = {name: 0.0 if name.startswith("b") else SPREAD * float(draw.standard_normal()) for name in names}
    return parameters, [SPREAD * float(each) for each in draw.standard_normal(steps)]


def _variants(cell: str, drawn: Mapping[str, float], weight: float | None) -> list[tuple[str, dict[str, float]]]:
    base = {name: weight if weight is not None and name.startswith("u") else value for name, value in drawn.items()}
    if cell == "rnn":
        weights = WEIGHTS if weight is None else (weight,)
        return [(f"recurrent weight {each:g}", base | {"w_h": 1.0, "u_h": each}) for each in weights]
    name, bias = KEEPS[cell]
    return [(f"{name} {each:g}", base | {bias: each}) for each in BIASES]


def _variant(cell: str, name: str, parameters: Mapping[str, float], inputs: Sequence[float], clip: Clip) -> CellVariant:
    found = through_time(cell, len(inputs), parameters, list(inputs))
    product = math.prod(step.total for step in found)
    return CellVariant(
        name=name,
        parameters=dict(parameters),
        steps=tuple(
            TimeRecord(t=t, highway=finite(each.highway), gates=finite(each.gates), total=finite(each.total)) for t, each in enumerate(found, 1)
        ),
        product=finite(product),
        highway_product=finite(math.prod(step.highway for step in found)),
        verdict=_verdict(abs(product)),
        step=_step(list(weight_gradient(cell, parameters, list(inputs)).values()), clip),
    )


def _verdict(kept: float) -> Verdict:
    if not kept <= EXPLODES:
        return "explodes"
    return "vanishes" if kept < VANISHES else "steady"


def _step(slopes: Sequence[float], clip: Clip) -> StepFlow:
    """By value first, then all together by norm, as for a network's weights."""
    norm = math.hypot(*slopes)
    cut = [min(max(slope, -clip.value), clip.value) for slope in slopes] if clip.value is not None else list(slopes)
    after = math.hypot(*cut)
    if clip.norm is not None and after > clip.norm and math.isfinite(after):
        cut, after = [each * clip.norm / after for each in cut], clip.norm
    inner = sum(one * other for one, other in zip(slopes, cut, strict=True))
    return StepFlow(norm=finite(norm), clipped=finite(after), cosine=finite(inner / norm / after) if norm and after and norm < 1e150 else None)
