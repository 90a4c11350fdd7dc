"""The records of `flow`: a gradient through a deep network, layer by layer, and through time, step by step.

With the words and limits of its options, which the app turns by keys.
"""

from __future__ import annotations

from typing import Literal

from chainrule_cli.records.base import Record

Verdict = Literal["vanishes", "steady", "explodes"]

LAYERS, WIDTH = 10, 1
"""The textbook's chain, where nothing is said."""

MOST_LAYERS, MOST_WIDTH = 2_000, 1_024

CHOICES: dict[str, tuple[str, ...]] = {
    "activation": ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "linear"),
    "init": ("xavier", "he", "lecun", "orthogonal"),
    "norm": ("batch", "layer"),
}
"""The words that an option of a network takes, as lessons/network.py knows them; init takes scale=s too."""


class LayerFlow(Record, frozen=True, kw_only=True):
    """depth: 1 is the first layer. gradient_norm: of the result by the layer's output, null past the doubles. rate: what the layer passes on
    of it, the norm before the layer over the norm after it. dead: the share of its relus that are 0 for the whole batch. value: what the
    layer puts out, where it is one number."""  # noqa: E501

    depth: int
    value: float | None
    gradient_norm: float | None
    rate: float | None
    dead: float | None


class StepFlow(Record, frozen=True, kw_only=True):
    """The gradient by all weights together: its norm, the norm after clipping, and the cosine of the angle by which clipping turned it."""  # noqa: E501

    norm: float | None
    clipped: float | None
    cosine: float | None


class BoundRecord(Record, frozen=True, kw_only=True):
    """What such layers can pass on at most. slope: the activation's steepest; weight: the largest singular value of the layers' weights; rate:
    their product, for one layer; product: for all of them."""  # noqa: E501

    slope: float | None
    weight: float | None
    rate: float | None
    product: float | None


class Settled(Record, frozen=True, kw_only=True):
    """The fixed point that a chain of equal layers runs into, and the size of the rate there."""

    state: float
    rate: float


class LengthShare(Record, frozen=True, kw_only=True):
    """Paths through so many of the residual branches: how many there are, and their share of the gradient at the input; below 0 where they
    work against the whole."""  # noqa: E501

    length: int
    paths: str
    share: float


class Spectrum(Record, frozen=True, kw_only=True):
    """A residual network as a sum over 2^layers paths, sorted by how many branches they go through. With G_k the gradient that came through k of
    them and G the sum, the share is <G_k, G>/<G, G>. mean_length: of k, by these shares. lengths: those with a share worth naming. rest: the share
    of lengths that were not followed."""  # noqa: E501

    count: str
    mean_length: float
    lengths: tuple[LengthShare, ...]
    rest: float


class Training(Record, frozen=True, kw_only=True):
    """Updates on a made task. losses: before each update, and after the last, null past the doubles. broken: the update after which the
    loss is no finite number. update_ratios, last_update_ratios: of the first update and of the last one made from a finite loss, for each
    layer the length of its change over that of its weights."""  # noqa: E501

    updates: int
    lr: float
    losses: tuple[float | None, ...]
    broken: int | None
    update_ratios: tuple[float | None, ...]
    last_update_ratios: tuple[float | None, ...]


class VariantRecord(Record, frozen=True, kw_only=True):
    """ratio: of the gradient norms at layer 1 and at the last layer, by which the verdict goes. product: of all rates; for width 1 the
    derivative itself, with its sign. mean_rate: their geometric mean, null where the product is 0 or none. crossing: the first layer on the way
    back that gets less than a hundredth of what the last one gets, or more than a hundred times as much. underflow_depth, overflow_depth: layers
    after which such a gradient is 0, or infinite, in these floats. bound: of layers that neither add nor norm. settled: of a chain with one
    weight everywhere."""  # noqa: E501

    name: str
    options: dict[str, str | int | float | bool | None]
    layers: tuple[LayerFlow, ...]
    input_norm: float | None
    ratio: float | None
    product: float | None
    mean_rate: float | None
    crossing: int | None
    underflow_depth: dict[str, int | None]
    overflow_depth: dict[str, int | None]
    verdict: Verdict
    bound: BoundRecord | None
    settled: Settled | None
    step: StepFlow | None
    paths: Spectrum | None
    training: Training | None


class FlowRecord(Record, frozen=True, kw_only=True):
    schema: Literal["chainrule.flow.v1"] = "chainrule.flow.v1"
    seed: int
    variants: tuple[VariantRecord, ...]
    notes: tuple[str, ...]


class TimeRecord(Record, frozen=True, kw_only=True):
    """What step t passes on: highway + gates = total. highway: along the state itself; gates: through what listens to it."""  # noqa: E501

    t: int
    highway: float | None
    gates: float | None
    total: float | None


class CellUpdate(Record, frozen=True, kw_only=True):
    """After one step of gradient descent: the loss, the product of the totals, and the length of the next gradient by all parameters."""  # noqa: E501

    loss: float | None
    product: float | None
    next_gradient: float | None


class CellVariant(Record, frozen=True, kw_only=True):
    """product: of the totals, what the last state keeps of the first; highway_product: of the highways alone; mean_total, mean_highway: the
    geometric means of their sizes, null where a product is 0 or none. parameters: of the one unit. step: the gradient of the loss
    (last state - target)^2 by all parameters, and what clipping leaves of it. update, clipped_update: what one step along it does; the latter
    only where clipping was asked for."""  # noqa: E501

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
    """inputs: what the cell is given, step by step. target: of the last state; lr: the rate of the one step that is tried."""  # noqa: E501

    schema: Literal["chainrule.flow.v1"] = "chainrule.flow.v1"
    cell: str
    seed: int
    inputs: tuple[float, ...]
    target: float
    lr: float
    variants: tuple[CellVariant, ...]
    notes: tuple[str, ...]
