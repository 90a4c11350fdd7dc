"""NeuronRecord: what `neuron` returns: a neuron's forward pass, the chain backward, and its updates."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.records.base import Record

Number = float | None
"""null where a value has left the doubles."""

Sampled = Number | tuple[Number, ...]
"""One number for one sample, else one for each."""


class StepRecord(Record, frozen=True, kw_only=True):
    """One update. loss: mean over the samples; dL_da, dL_dz: of that mean. predicted_change: -lr |g|^2; actual_change: new_loss - loss."""

    z: Sampled
    a: Sampled
    loss: Number
    dL_da: Sampled
    da_dz: Sampled
    dL_dz: Sampled
    dL_dw: tuple[Number, ...]
    dL_db: Number
    w: tuple[Number, ...]
    b: Number
    new_w: tuple[Number, ...]
    new_b: Number
    new_loss: Number
    predicted_change: Number
    actual_change: Number


class NeuronRecord(Record, frozen=True, kw_only=True):
    """x: the samples, rows of inputs; names: of the inputs. stopped: the step at which a number left the doubles, null where none did."""

    schema: Literal["chainrule.neuron.v1"] = "chainrule.neuron.v1"
    activation: str
    loss: str
    lr: float
    names: tuple[str, ...]
    x: tuple[tuple[float, ...], ...]
    y: tuple[float, ...]
    steps: tuple[StepRecord, ...]
    stopped: int | None
    notes: tuple[str, ...]
