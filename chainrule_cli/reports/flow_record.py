"""FlowRecord: what `flow` returns: the gradient through a deep network, layer by layer, for one or several variants."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.reports.records import Record

Verdict = Literal["vanishes", "steady", "explodes"]


class LayerFlow(Record, frozen=True, kw_only=True):
    """depth: 1 is the first layer. gradient_norm: of the result by the layer's output, null past the doubles. rate: what the layer passes on
    of it, the norm before the layer over the norm after it. dead: the share of its relus that are 0 for the whole batch. value: what the
    layer puts out, where it is one number."""

    depth: int
    value: float | None
    gradient_norm: float | None
    rate: float | None
    dead: float | None


class StepFlow(Record, frozen=True, kw_only=True):
    """The gradient by all weights together: its norm, the norm after clipping, and the cosine of the angle by which clipping turned it."""

    norm: float | None
    clipped: float | None
    cosine: float | None


class LengthShare(Record, frozen=True, kw_only=True):
    """Paths through so many of the residual branches: how many there are, and their share of the whole."""

    length: int
    paths: str
    share: float


class Spectrum(Record, frozen=True, kw_only=True):
    """A residual network as a sum over 2^layers paths. gain: what a branch sends beside what passes it, on average c; paths of
    length k weigh C(layers, k) c^k of (1 + c)^layers. lengths: those with a share worth naming."""

    count: str
    gain: float
    lengths: tuple[LengthShare, ...]


class Training(Record, frozen=True, kw_only=True):
    """Updates on a made task. losses: before each update, and after the last, null past the doubles. broken: the update after which the
    loss is no finite number. update_ratios: of the first update, for each layer the length of its change over that of its weights."""

    updates: int
    lr: float
    losses: tuple[float | None, ...]
    broken: int | None
    update_ratios: tuple[float | None, ...]


class VariantRecord(Record, frozen=True, kw_only=True):
    """ratio: of the gradient norms at layer 1 and at the last layer, by which the verdict goes. product: of all rates; for width 1 the
    derivative itself, with its sign. underflow_depth, overflow_depth: layers after which such a gradient is 0, or infinite, in these floats."""

    name: str
    options: dict[str, str | int | float | bool | None]
    layers: tuple[LayerFlow, ...]
    input_norm: float | None
    ratio: float | None
    product: float | None
    underflow_depth: dict[str, int | None]
    overflow_depth: dict[str, int | None]
    verdict: Verdict
    step: StepFlow | None
    paths: Spectrum | None
    training: Training | None


class FlowRecord(Record, frozen=True, kw_only=True):
    schema: Literal["chainrule.flow.v1"] = "chainrule.flow.v1"
    seed: int
    variants: tuple[VariantRecord, ...]
    notes: tuple[str, ...]
