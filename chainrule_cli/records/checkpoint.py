"""The record of `checkpoint`: ways to store and recompute, what each took, that the gradient is the same."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.records.base import Expression, Record


class ActionRecord(Record, frozen=True, kw_only=True):
    """store, drop: a layer's input in a slot; restore: go on from it; advance: run the layer; keep: run it and keep what its backward step
    needs; backward: its backward step."""  # noqa: E501

    action: Literal["store", "restore", "advance", "keep", "backward", "drop"]
    layer: int


class StrategyRecord(Record, frozen=True, kw_only=True):
    """slots: that it may use. peak_stored: most inputs and kept layers, or values of a formula's operations, stored at once; what is on its
    way from layer to layer is beside. extra_forward_steps: layers run beside the one time that belongs to each backward step; for a formula,
    operations worked out a second time. optimum: Revolve's, the fewest such steps for these layers and slots; optimum_at_peak: for as many
    slots as peak_stored. Both are of slots that hold an input each, where a kept layer holds more, and null for a formula. gradient_equal:
    bit for bit that of storing everything. schedule: of layers, or of a formula's segments."""  # noqa: E501

    name: Literal["store-all", "sqrt", "revolve"]
    slots: int | None
    peak_stored: int
    extra_forward_steps: int
    optimum: int | None
    optimum_at_peak: int | None
    gradient_equal: bool
    schedule: tuple[ActionRecord, ...]


class SegmentRecord(Record, frozen=True, kw_only=True):
    """A piece of a formula's graph. operations: what it works out, by their names in the graph. crossing: the operations before it whose
    values it or a later segment uses, which is what a slot at its start holds."""  # noqa: E501

    operations: dict[str, Expression]
    crossing: tuple[str, ...]


class CheckpointRecord(Record, frozen=True, kw_only=True):
    """layers: of the chain; for a formula its operations. slots: as asked for, null for a formula. name: of the formula's result. gradient: by
    the input of the chain, or by the variables of the formula. segments: of a formula, empty for a chain; cuts: how many values cross each
    cut between them."""  # noqa: E501

    schema: Literal["chainrule.checkpoint.v1"] = "chainrule.checkpoint.v1"
    layers: int
    slots: int | None
    formula: Expression | None
    name: str | None
    at: dict[str, float] | None
    gradient: dict[str, float | None]
    segments: tuple[SegmentRecord, ...]
    cuts: tuple[int, ...]
    strategies: tuple[StrategyRecord, ...]
    notes: tuple[str, ...]
