"""a design -> FlowRecord: how much of a gradient arrives at each layer of a deep network, and what a cure changes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from chainrule_cli.errors import LimitError, UsageError
from chainrule_cli.lessons.network import ACTIVATIONS, INITS, NORMS, Array, Design, Flow, Network, dead_share, drawn_batch, drawn_weights, length
from chainrule_cli.lessons.training import Clip, Run, clipped, train
from chainrule_cli.reports.flow_record import FlowRecord, LayerFlow, LengthShare, Spectrum, StepFlow, Training, VariantRecord, Verdict
from chainrule_cli.reports.records import finite

LAYERS, WIDTH, BATCH, INPUT, WEIGHT, LR = 10, 1, 64, 0.5, 1.0, 0.1
"""The textbook's chain, where nothing is said; networks that are wider than 1 see BATCH inputs at once."""

MOST_LAYERS, MOST_WIDTH, MOST_WEIGHTS, MOST_STATES, MOST_UPDATES = 2_000, 1_024, 20_000_000, 4_000_000, 1_000
MOST_VARIANTS = 12
VANISHES, EXPLODES = 1e-2, 1e2
"""Ratios of the gradient norms at the first layer and at the last."""

LEAST_BITS, MOST_BITS = {"float32": 150, "float64": 1075}, {"float32": 128, "float64": 1024}
"""2^-150 is the largest power of two that float32 rounds to 0; 2^128 the smallest that it does not hold."""

LEAST_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class Options:
    """A variant: its design, its clipping, and its name."""

    name: str
    design: Design
    clip: Clip


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
) -> FlowRecord:
    """The gradient of a network's result by each layer's output.

    layers, width: of the network; width 1 is the textbook's chain at `input` with one `weight` everywhere. init: one of INITS, or
    scale=s. compare: variants by commas, each a change or several joined by +: an activation, an init, a norm, residual, clip-norm=c, clip-value=v.
    train: so many updates on a made task. Raises UsageError for what does not fit together, LimitError for what is too large.
    """
    _check_numbers(layers, width, seed, train, lr)
    rate = LR if lr is None else lr
    if width > 1 and (input is not None or weight is not None):
        raise UsageError("--input and --weight are for a network of width 1", hint="a wider one draws its inputs and weights from --seed")
    chain = WEIGHT if weight is None and init is None and width == 1 else weight
    base = Design(layers, width, 1 if width == 1 else BATCH, activation, init or "xavier", residual, norm, chain)
    first = Options(activation, base, Clip(clip_norm, clip_value))
    variants = [_changed(first, change.strip()) for change in compare.split(",")] if compare is not None else [first]
    if len(variants) > MOST_VARIANTS:
        raise LimitError(f"--compare takes at most {MOST_VARIANTS} variants")
    for variant in variants:
        _check(variant)
    start = INPUT if input is None else input
    if not math.isfinite(start) or (weight is not None and not math.isfinite(weight)):
        raise UsageError("--input and --weight are finite numbers")
    made = tuple(_variant(variant, seed, start, train, rate) for variant in variants)
    return FlowRecord(seed=seed, variants=made, notes=())


# what was asked


def _check_numbers(layers: int, width: int, seed: int, train: int | None, lr: float | None) -> None:
    if not 1 <= layers <= MOST_LAYERS:
        raise LimitError(f"--layers is from 1 to {MOST_LAYERS:,}")
    if not 1 <= width <= MOST_WIDTH:
        raise LimitError(f"--width is from 1 to {MOST_WIDTH:,}")
    if layers * width**2 > MOST_WEIGHTS or layers * width * BATCH > MOST_STATES:
        raise LimitError(f"{layers:,} layers of width {width:,} are too many: at most {MOST_WEIGHTS:,} weights and {MOST_STATES // BATCH:,} units")
    if not 0 <= seed < 2**63:
        raise UsageError("--seed is a whole number from 0 on")
    if train is not None and not 1 <= train <= MOST_UPDATES:
        raise LimitError(f"--train is from 1 to {MOST_UPDATES:,}")
    if lr is not None and train is None:
        raise UsageError("--lr goes with --train", hint="--train 20 makes 20 updates")
    if lr is not None and not (math.isfinite(lr) and lr > 0):
        raise UsageError("--lr is a number above 0")


def _check(variant: Options) -> None:
    design = variant.design
    if design.activation not in ACTIVATIONS:
        raise UsageError(f"{design.activation} is no activation", hint="one of " + ", ".join(ACTIVATIONS))
    if design.init not in INITS and not _scale(design.init):
        raise UsageError(f"{design.init} is no initialisation", hint="one of " + ", ".join(INITS) + ", or scale=2 for a deviation of 2/sqrt(width)")
    if design.norm not in (None, *NORMS):
        raise UsageError(f"{design.norm} is no norm", hint="one of " + ", ".join(NORMS))
    if design.norm is not None and design.width == 1:
        raise UsageError("a norm needs several numbers", hint="--width 2 or more")
    for name, value in (("clip-norm", variant.clip.norm), ("clip-value", variant.clip.value)):
        if value is not None and not (math.isfinite(value) and value > 0):
            raise UsageError(f"--{name} is a number above 0")


def _scale(init: str) -> bool:
    name, _, number = init.partition("=")
    value = _number(number)
    return name == "scale" and value is not None and 0 < value <= 1e6


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _changed(base: Options, change: str) -> Options:
    """The variant that some words, joined by +, make of the base."""
    design, clip = base.design, base.clip
    for word in change.split("+"):
        name, _, number = word.partition("=")
        if word in ACTIVATIONS:
            design = replace(design, activation=word)
        elif word in INITS or name == "scale":
            design = replace(design, init=word, weight=None)
        elif word in NORMS:
            design = replace(design, norm=word)
        elif word == "residual":
            design = replace(design, residual=True)
        elif name in ("clip-norm", "clip-value") and (value := _number(number)) is not None:
            clip = replace(clip, **{name.removeprefix("clip-"): value})
        else:
            known = [*ACTIVATIONS, *INITS, *NORMS, "scale=2", "residual", "clip-norm=1", "clip-value=1"]
            raise UsageError(
                f"{word} is no change for --compare" if word else "--compare has a variant without a word", hint="words such as " + ", ".join(known)
            )
    return Options(change, design, clip)


# what comes of it


def _variant(variant: Options, seed: int, start: float, updates: int | None, lr: float) -> VariantRecord:
    design = variant.design
    x, y = drawn_batch(design, seed)
    if design.width == 1:
        x, y = x * 0 + start, y * 0 + 1
    weights = drawn_weights(design, seed)
    clips = variant.clip != Clip()
    flow = Network(design, weighted=clips).flow(x, y, weights)
    norms = [length(gradient) for gradient in flow.gradients]
    ratio = _over(norms[1], norms[-1])
    product = float(flow.gradients[0][0, 0]) if design.width == 1 else _over(norms[0], norms[-1])
    options = {name: value for name, value in asdict(design).items() if name != "batch"}
    return VariantRecord(
        name=variant.name,
        options=options | {"batch": design.batch, "clip_norm": variant.clip.norm, "clip_value": variant.clip.value},
        layers=tuple(_layers(design, flow, norms)),
        input_norm=finite(norms[0]),
        ratio=finite(ratio),
        product=finite(product),
        underflow_depth=_depths(norms, LEAST_BITS, -1),
        overflow_depth=_depths(norms, MOST_BITS, 1),
        verdict=_verdict(ratio),
        step=_step(flow.weights, variant.clip) if clips else None,
        paths=_spectrum(design, flow) if design.residual else None,
        training=_training(train(design, variant.clip, seed, start, updates, lr)) if updates is not None else None,
    )


def _over(one: float, other: float) -> float:
    return one / other if other else math.nan


def _verdict(ratio: float) -> Verdict:
    """A gradient that is infinite, or no number any more, has exploded."""
    if not ratio <= EXPLODES:
        return "explodes"
    return "vanishes" if ratio < VANISHES else "steady"


def _layers(design: Design, flow: Flow, norms: Sequence[float]) -> Iterator[LayerFlow]:
    for depth in range(1, design.layers + 1):
        before, after = flow.states[depth - 1], flow.states[depth]
        branch: Array = after - before if design.residual else after
        dead = dead_share(branch) if design.activation == "relu" else None
        value = finite(float(after[0, 0])) if after.size == 1 else None
        yield LayerFlow(depth=depth, value=value, gradient_norm=finite(norms[depth]), rate=finite(_over(norms[depth - 1], norms[depth])), dead=dead)


def _depths(norms: Sequence[float], bits: dict[str, int], way: int) -> dict[str, int | None]:
    """Layers after which the mean rate has used up so many bits, downwards (-1) or upwards (1)."""
    usable = [norm for norm in norms if math.isfinite(norm) and norm > 0]
    lost = way * (math.log2(usable[0]) - math.log2(usable[-1])) / (len(usable) - 1) if len(usable) > 1 else 0.0
    return {name: math.ceil(limit / lost - 1e-9) if lost > 1e-6 else None for name, limit in bits.items()}


def _step(gradients: Sequence[Array], clip: Clip) -> StepFlow:
    before = [length(each) for each in gradients]
    cut = clipped(gradients, clip)
    norm, after = math.hypot(*before), math.hypot(*(length(each) for each in cut))
    inner = sum(float((one * other).sum()) for one, other in zip(gradients, cut, strict=True)) if math.isfinite(norm) and norm < 1e150 else math.nan
    return StepFlow(norm=finite(norm), clipped=finite(after), cosine=finite(inner / norm / after) if norm and after else None)


def _spectrum(design: Design, flow: Flow) -> Spectrum | None:
    """g before a residual layer is g after it and what the branch adds, so the difference is the branch's."""
    gains = []
    for before, after in zip(flow.gradients, flow.gradients[1:], strict=False):
        whole = length(after)
        if not (whole and math.isfinite(whole)):
            return None
        gains.append(length(before - after) / whole)
    gain, count = sum(gains) / len(gains), design.layers
    if not math.isfinite(gain):
        return None
    shares = [_share(count, each, gain) for each in range(count + 1)]
    named = [LengthShare(length=each, paths=str(math.comb(count, each)), share=share) for each, share in enumerate(shares) if share >= LEAST_SHARE]
    return Spectrum(count=str(2**count), gain=gain, lengths=tuple(named))


def _share(count: int, each: int, gain: float) -> float:
    """C(count, each) gain^each / (1 + gain)^count, by logarithms: the parts may leave the doubles."""
    if not gain:
        return float(each == 0)
    return math.exp(_log_comb(count, each) + each * math.log(gain) - count * math.log1p(gain))


def _log_comb(count: int, each: int) -> float:
    return math.lgamma(count + 1) - math.lgamma(each + 1) - math.lgamma(count - each + 1)


def _training(run: Run) -> Training:
    return Training(
        updates=len(run.losses) - 1,
        lr=run.lr,
        losses=tuple(map(finite, run.losses)),
        broken=run.broken,
        update_ratios=tuple(map(finite, run.ratios)),
    )
