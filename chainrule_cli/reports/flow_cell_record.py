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


class CellVariant(Record, frozen=True, kw_only=True):
    """product: of the totals, what the last state keeps of the first; highway_product: of the highways alone. parameters: of the one unit.
    step: the slope of the last state by the recurrent weights, and what clipping leaves of it."""

    name: str
    parameters: dict[str, float]
    steps: tuple[TimeRecord, ...]
    product: float | None
    highway_product: float | None
    verdict: Verdict
    step: StepFlow


class FlowCellRecord(Record, frozen=True, kw_only=True):
    """inputs: what the cell is given, step by step."""

    schema: Literal["chainrule.flow.v1"] = "chainrule.flow.v1"
    cell: str
    seed: int
    inputs: tuple[float, ...]
    variants: tuple[CellVariant, ...]
    notes: tuple[str, ...]
