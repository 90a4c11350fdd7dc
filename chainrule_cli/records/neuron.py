"""NeuronRecord: what `neuron` returns: a neuron's forward pass, the chain backward, and its updates."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.records.base import Record

Number = float | None
"""null where a value has left the doubles."""

Sampled = Number | tuple[Number, ...]
"""One number for one sample, else one for each."""


class NeuronStepRecord(Record, frozen=True, kw_only=True):
    """One update. loss: mean over the samples; dL_da, dL_dz: of that mean. predicted_change: -lr |g|^2; actual_change: new_loss - loss."""  # noqa: E501

    z: Sampled
    a: Sampled
    loss: Number
    dL_da: Sampled  # noqa: N815  # what it is called in the JSON
    da_dz: Sampled
    dL_dz: Sampled  # noqa: N815
    dL_dw: tuple[Number, ...]  # noqa: N815
    dL_db: Number  # noqa: N815
    w: tuple[Number, ...]
    b: Number
    new_w: tuple[Number, ...]
    new_b: Number
    new_loss: Number
    predicted_change: Number
    actual_change: Number


NeuronStepRecord.__name__ = "StepRecord"  # what the JSON Schema has called it from the first version on


class NeuronRecord(Record, frozen=True, kw_only=True):
    """x: the samples, rows of inputs; names: of the inputs. stopped: the step at which a number left the doubles, null where none did."""  # noqa: E501

    schema: Literal["chainrule.neuron.v1"] = "chainrule.neuron.v1"
    activation: str
    loss: str
    lr: float
    names: tuple[str, ...]
    x: tuple[tuple[float, ...], ...]
    y: tuple[float, ...]
    steps: tuple[NeuronStepRecord, ...]
    stopped: int | None
    notes: tuple[str, ...]
