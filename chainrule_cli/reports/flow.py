"""a design -> FlowRecord: how much of a gradient arrives at each layer of a deep network, and what a cure
changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import TypeAlias

import msgspec

from chainrule_cli.lessons import network as paths
from chainrule_cli.lessons import training
from chainrule_cli.lessons.network import (
    Array,
    DeepNetwork,
    Design,
    Flow,
    dead_share,
    draw_batch,
    draw_weights,
    find_bound,
    find_fixed_point,
    length,
)
from chainrule_cli.lessons.training import Clip, TrainingRun, clip_gradients
from chainrule_cli.records.base import finite
from chainrule_cli.records.flow import (
    LAYERS,
    WIDTH,
    BoundRecord,
    FlowRecord,
    LayerFlow,
    LengthShare,
    Settled,
    Spectrum,
    StepFlow,
    VariantRecord,
    Verdict,
)
from chainrule_cli.records.flow import Training as TrainingRecord
from chainrule_cli.reports import flow_options
from chainrule_cli.reports.flow_options import INPUT, RATE, Options

Stage: TypeAlias = Callable[[str, FlowRecord], None]

VANISHES, EXPLODES = 1e-2, 1e2
"""Ratios of the gradient norms at the first layer and at the last."""

LEAST_BITS, MOST_BITS = {"float32": 150, "float64": 1075}, {"float32": 128, "float64": 1024}
"""2^-150 is the largest power of two that float32 rounds to 0; 2^128 the smallest that it does not hold."""

LEAST_SHARE = 0.005


def report(
    *,
    layers: int = LAYERS,
    width: int = WIDTH,
    activation: str = "sigmoid",
    init: str | None = None,
    residual: bool = False,
    norm: str | None = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    seed: int = 0,
    compare: str | None = None,
    train: int | None = None,
    lr: float | None = None,
    input: float | None = None,
    weight: float | None = None,
    stage: Stage | None = None,
) -> FlowRecord:
    """The gradient of a network's result by each layer's output.

    layers, width: of the network; width 1 is the textbook's chain.
    activation, norm, residual: of each layer.
    init: one of INITS, or scale=s.
    clip_norm, clip_value: of the gradient by all weights.
    seed: of inputs and weights that are drawn.
    compare: variants by commas, each a change or several joined by +: an activation, an init, a norm,
        residual, clip-norm=c, clip-value=v, or plain for no change.
    train, lr: so many updates on a made task, at that rate.
    input, weight: of the chain, one weight everywhere.
    stage: called with ("measured", record) before training.

    Raises UsageError for what does not fit together, LimitError for what is too large.
    """
    flow_options.check_numbers(width, seed, train, lr, (input, weight))
    first = flow_options.read_base(
        layers=layers,
        width=width,
        activation=activation,
        init=init,
        residual=residual,
        norm=norm,
        weight=weight,
        clip=Clip(clip_norm, clip_value),
    )
    variants = flow_options.read_variants(first, compare)
    start = INPUT if input is None else input
    measured = FlowRecord(
        seed=seed, variants=tuple(_variant(variant, seed, start) for variant in variants), notes=()
    )
    if train is None:
        return measured
    if stage is not None:
        stage("measured", measured)
    runs = [
        _training(
            training.train(variant.design, variant.clip, seed, start, train, RATE if lr is None else lr)
        )
        for variant in variants
    ]
    trained = [
        msgspec.structs.replace(each, training=run) for each, run in zip(measured.variants, runs, strict=True)
    ]
    return msgspec.structs.replace(measured, variants=tuple(trained))


def _variant(variant: Options, seed: int, start: float) -> VariantRecord:
    design = variant.design
    x, y = draw_batch(design, seed)
    if design.width == 1:
        x, y = x * 0 + start, y * 0 + 1
    weights = draw_weights(design, seed)
    clips = variant.clip != Clip()
    flow = DeepNetwork(design, weighted=clips).flow(x, y, weights)
    norms = [length(gradient) for gradient in flow.gradients]
    ratio, whole = _over(norms[1], norms[-1]), _over(norms[0], norms[-1])
    options = {name: value for name, value in asdict(design).items() if name != "batch"}
    return VariantRecord(
        name=variant.name,
        options=options
        | {"batch": design.batch, "clip_norm": variant.clip.norm, "clip_value": variant.clip.value},
        layers=tuple(_layers(design, flow, norms)),
        input_norm=finite(norms[0]),
        ratio=finite(ratio),
        product=finite(float(flow.gradients[0][0, 0]) if design.width == 1 else whole),
        mean_rate=whole ** (1 / design.layers) if 0 < whole < math.inf else None,
        crossing=_crossing(norms),
        underflow_depth=_depths(norms, LEAST_BITS, -1),
        overflow_depth=_depths(norms, MOST_BITS, 1),
        verdict=verdict(ratio),
        bound=_report_bound(design, weights),
        settled=_find_fixed_point(design, start),
        step=_step(flow.weights, variant.clip) if clips else None,
        paths=_spectrum(design, flow, weights, norms) if design.residual else None,
        training=None,
    )


def _over(one: float, other: float) -> float:
    return one / other if other else math.nan


def verdict(ratio: float) -> Verdict:
    """Of a gradient that arrives over the one that set out: one that is infinite, or no number any more, has
    exploded.
    """
    if not ratio <= EXPLODES:
        return "explodes"
    return "vanishes" if ratio < VANISHES else "steady"


def _crossing(norms: Sequence[float]) -> int | None:
    """The first layer on the way back whose gradient would have the whole called vanished or exploded."""
    return next(
        (
            depth
            for depth in range(len(norms) - 1, 0, -1)
            if verdict(_over(norms[depth], norms[-1])) != "steady"
        ),
        None,
    )


def _layers(design: Design, flow: Flow, norms: Sequence[float]) -> Iterator[LayerFlow]:
    for depth in range(1, design.layers + 1):
        before, after = flow.states[depth - 1], flow.states[depth]
        branch: Array = after - before if design.residual else after
        dead = dead_share(branch) if design.activation == "relu" else None
        value = finite(float(after[0, 0])) if after.size == 1 else None
        yield LayerFlow(
            depth=depth,
            value=value,
            gradient_norm=finite(norms[depth]),
            rate=finite(_over(norms[depth - 1], norms[depth])),
            dead=dead,
        )


def _depths(norms: Sequence[float], bits: dict[str, int], way: int) -> dict[str, int | None]:
    """Layers after which the mean rate has used up so many bits, downwards (-1) or upwards (1)."""
    usable = [norm for norm in norms if math.isfinite(norm) and norm > 0]
    lost = (
        way * (math.log2(usable[0]) - math.log2(usable[-1])) / (len(usable) - 1) if len(usable) > 1 else 0.0
    )
    return {name: math.ceil(limit / lost - 1e-9) if lost > 1e-6 else None for name, limit in bits.items()}


def _report_bound(design: Design, weights: Sequence[Array]) -> BoundRecord | None:
    found = find_bound(design, weights)
    return (
        None
        if found is None
        else BoundRecord(**{name: finite(value) for name, value in asdict(found).items()})
    )


def _find_fixed_point(design: Design, start: float) -> Settled | None:
    if design.weight is None or design.residual:
        return None
    found = find_fixed_point(design.activation, design.weight, start)
    return None if found is None else Settled(state=found[0], rate=abs(found[1]))


def _step(gradients: Sequence[Array], clip: Clip) -> StepFlow:
    before = [length(each) for each in gradients]
    cut = clip_gradients(gradients, clip)
    norm, after = math.hypot(*before), math.hypot(*(length(each) for each in cut))
    inner = (
        sum(float((one * other).sum()) for one, other in zip(gradients, cut, strict=True))
        if math.isfinite(norm) and norm < 1e150
        else math.nan
    )
    return StepFlow(
        norm=finite(norm),
        clipped=finite(after),
        cosine=finite(inner / norm / after) if norm and after else None,
    )


def _spectrum(
    design: Design, flow: Flow, weights: Sequence[Array], norms: Sequence[float]
) -> Spectrum | None:
    """None where no gradient arrives, or one that has left the doubles."""
    if not all(math.isfinite(norm) and norm for norm in norms):
        return None
    shares, count = paths.shares_by_length(design, flow, weights), design.layers
    named = [(each, share) for each, share in enumerate(shares) if abs(share) >= LEAST_SHARE]
    return Spectrum(
        count=str(2**count),
        mean_length=sum(each * share for each, share in enumerate(shares)),
        lengths=tuple(
            LengthShare(length=each, paths=str(math.comb(count, each)), share=share) for each, share in named
        ),
        rest=1 - sum(shares),
    )


def _training(run: TrainingRun) -> TrainingRecord:
    return TrainingRecord(
        updates=len(run.losses) - 1,
        lr=run.lr,
        losses=tuple(map(finite, run.losses)),
        broken=run.broken,
        update_ratios=tuple(map(finite, run.ratios)),
        last_update_ratios=tuple(map(finite, run.last_ratios)),
    )
