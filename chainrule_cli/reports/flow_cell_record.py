"""FlowCellRecord: what `flow --cell` returns: a gradient through time, split into the highway and the gates."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.reports.flow_record import StepFlow, Verdict
from chainrule_cli.reports.records import Record


class TimeRecord(Record, frozen=True, kw_only=True):
    """What step t passes on: highway + gates = total. highway: along the state itself; gates: through what listens to it."""

    t: int
    highway: float | None
    gates: float | None
    total: float | None


class CellUpdate(Record, frozen=True, kw_only=True):
    """After one step of gradient descent: the loss, the product of the totals, and the length of the next gradient by all parameters."""

    loss: float | None
    product: float | None
    next_gradient: float | None


class CellVariant(Record, frozen=True, kw_only=True):
    """product: of the totals, what the last state keeps of the first; highway_product: of the highways alone; mean_total, mean_highway: the
    geometric means of their sizes, null where a product is 0 or none. parameters: of the one unit. step: the gradient of the loss
    (last state - target)^2 by all parameters, and what clipping leaves of it. update, clipped_update: what one step along it does; the latter
    only where clipping was asked for."""

    name: str
    parameters: dict[str, float]
    steps: tuple[TimeRecord, ...]
    product: float | None
    highway_product: float | None
    mean_total: float | None
    mean_highway: float | None
    verdict: Verdict
    step: StepFlow
    loss: float | None
    update: CellUpdate
    clipped_update: CellUpdate | None


class FlowCellRecord(Record, frozen=True, kw_only=True):
    """inputs: what the cell is given, step by step. target: of the last state; lr: the rate of the one step that is tried."""

    schema: Literal["chainrule.flow.v1"] = "chainrule.flow.v1"
    cell: str
    seed: int
    inputs: tuple[float, ...]
    target: float
    lr: float
    variants: tuple[CellVariant, ...]
    notes: tuple[str, ...]
