"""What the numbers of a flow mean, in sentences that use them; and the command that goes on from there."""

from __future__ import annotations

import math
from collections.abc import Iterator

from chainrule_cli.explain.numbers import significant
from chainrule_cli.explain.words import pluralize
from chainrule_cli.records.flow import FlowRecord, Spectrum, StepFlow, Training, VariantRecord

UNDERFLOWING = 1e-300
"""A gradient that is 0 right after one so small has underflowed; no rate was 0."""

SETTLED = 1e-3
"""A state so close to the fixed point has settled."""

LEAST_REST = 0.005
"""A share of paths that were not followed is told from here on."""

SAME_DIRECTION = math.cos(math.radians(0.05))


def setting(variant: VariantRecord) -> str:
    """20 layers of width 64, relu, init he"""
    options = variant.options
    parts = [
        f"{pluralize(len(variant.layers), 'layer')} of width {options['width']}",
        str(options["activation"]),
    ]
    parts += (
        [f"every weight {options['weight']:g}"]
        if options["weight"] is not None
        else [f"init {options['init']}"]
    )
    parts += ["residual"] if options["residual"] else []
    parts += [f"{options['norm']} norm"] if options["norm"] else []
    parts += [
        f"{name.replace('_', '-')} {options[name]:g}"
        for name in ("clip_norm", "clip_value")
        if options[name] is not None
    ]
    return ", ".join(parts)


def write_angle(cosine: float | None) -> str:
    """How clipping changed the direction of a step."""
    if cosine is None:
        return "and may have turned"
    return (
        "in the same direction"
        if cosine > SAME_DIRECTION
        else f"turned by {math.degrees(math.acos(cosine)):.1f}°"
    )


def dead_share(variant: VariantRecord) -> float | None:
    """The share of dead relus among all of them; None where there are none."""
    shares = [layer.dead for layer in variant.layers if layer.dead is not None]
    return sum(shares) / len(shares) if shares else None


# one variant


def meaning(variant: VariantRecord) -> Iterator[str]:
    """What a page of one variant says."""
    yield from _product(variant)
    yield from _limits(variant)
    yield from _outcome(variant)
    dead = dead_share(variant)
    if dead:
        batch = variant.options["batch"]
        inputs = "for its input" if batch == 1 else f"for all of its {batch} inputs"
        yield (
            f"{dead:.0%} of its ReLUs are dead: they are 0 {inputs}, so they pass on nothing and do not "
            "learn."
        )
    yield from _paths(variant)
    if variant.step is not None:
        yield from _clipping(variant.step, by_value=variant.options["clip_value"] is not None)
    if variant.training is not None:
        yield from _training(variant.training)


def _product(variant: VariantRecord) -> Iterator[str]:
    count = len(variant.layers)
    if count == 1:
        rate = significant(variant.layers[0].rate, 3)
        yield (
            f"One layer is one gear, as in a neuron: it passes on {rate} of what it gets. In a deeper "
            "network such rates multiply."
        )
        return
    link = f"A neuron has one such rate; here {count} of them multiply, layer after layer"
    if variant.mean_rate is None or variant.product is None:
        yield f"{link}."
        return
    size = significant(abs(variant.product), 3)
    yield (
        f"{link}: {significant(variant.mean_rate, 3)} is their geometric mean, {size} their product, "
        f"from layer {count} to the input."
    )
    if variant.options["width"] == 1 and variant.product < 0:
        yield (
            f"The derivative itself is {significant(variant.product, 3)}: an odd number of layers turn "
            "its sign, which a length does not show."
        )


def _limits(variant: VariantRecord) -> Iterator[str]:
    bound, count, activation = variant.bound, len(variant.layers), variant.options["activation"]
    chain = variant.options["width"] == 1
    if bound is not None and bound.rate is not None and bound.weight:
        slope, rate = f"{bound.slope:.4g}", f"{bound.rate:.4g}"
        factor = "the size of its weight" if chain else "the largest singular value of its weights"
        most = (
            f"A layer passes on {rate} at most, the steepest slope of {activation} ({slope}) times "
            f"{factor} ({bound.weight:.4g})"
        )
        yield f"{most}{_all_layers(variant, rate, count)}."
        if bound.rate < 1 and not chain:
            yield "Below 1, that alone is enough to vanish."
        elif not chain:
            yield "Above 1, the gradient may explode; it need not."
    if variant.settled is not None and variant.settled.rate and count > 1 and activation != "linear":
        weight = variant.options["weight"]
        argument = "a" if weight == 1 else f"{weight:g}·a"
        where = f"a = {activation}({argument}) = {significant(variant.settled.state)}"
        rate, last = significant(variant.settled.rate), variant.layers[-1].value
        there = last is not None and abs(last - variant.settled.state) < SETTLED
        yield (
            f"The layers {'settle' if there else 'would in time settle'} on {where}; the rate there, "
            f"{rate}, is what every further layer costs."
        )


def _all_layers(variant: VariantRecord, rate: str, count: int) -> str:
    product = variant.bound.product if variant.bound is not None else None
    if product is None or variant.options["weight"] is None:
        return ""
    power = f"4^-{count}" if rate == "0.25" else f"{rate}^{count}"
    return f": all together {power} = {significant(product, 3)} at most"


def _outcome(variant: VariantRecord) -> Iterator[str]:
    if variant.product == 0:
        yield _nothing(variant)
    if variant.verdict == "vanishes":
        cures = _cures(variant)
        yield "The early layers hear almost nothing of the error, so they hardly learn." + (
            f" Cures to try: {cures}." if cures else ""
        )
    elif variant.verdict == "explodes":
        held = "" if variant.step is not None else " Clipping bounds its length."
        yield f"Rates above 1 multiply too: a step along such a gradient throws the weights away.{held}"
    elif len(variant.layers) > 1:
        rates = [layer.rate for layer in variant.layers[1:] if layer.rate is not None]
        span = (
            f"between {significant(min(rates), 3)} and {significant(max(rates), 3)}"
            if min(rates) < max(rates)
            else significant(rates[0], 3)
        )
        yield (
            f"From the last layer to layer 1 the rates are {span}: layer 1 still hears the error, and "
            "can learn from it."
        )


def _nothing(variant: VariantRecord) -> str:
    """Why a product is 0: a rate is, or floats hold it no more."""
    last = next((layer for layer in variant.layers if layer.gradient_norm), None)
    if last is None or (last.gradient_norm is not None and last.gradient_norm < UNDERFLOWING):
        return "No rate is 0, but their product is too small for float64: it has underflowed."
    why = (
        ": all of its ReLUs are shut"
        if last.dead == 1
        else ": its weight is 0"
        if variant.options["weight"] == 0
        else ""
    )
    return (
        f"Layer {last.depth} has rate 0{why}. One factor 0 makes the product 0: nothing at all arrives "
        "below it."
    )


def _cures(variant: VariantRecord) -> str:
    options = variant.options
    wide = options["width"] != 1
    cures = ["ReLU with he"] if wide and options["activation"] in ("sigmoid", "tanh") else []
    cures += ["he"] if wide and options["activation"] == "relu" and options["init"] != "he" else []
    cures += ["relu"] if not wide and options["activation"] in ("sigmoid", "tanh") else []
    cures += ["leaky_relu"] if (dead_share(variant) or 0.0) > 0.5 else []
    cures += [] if options["residual"] else ["residual layers"]
    cures += ["norms"] if wide and not options["norm"] else []
    return ", ".join(cures)


def _paths(variant: VariantRecord) -> Iterator[str]:
    found, count = variant.paths, len(variant.layers)
    if found is None or count == 1:
        return
    yield (
        "A residual layer adds what it got to what its branch makes: its rate is 1 plus the branch's, "
        "and the product opens up into paths."
    )
    if any(each.share < 0 for each in found.lengths):
        yield (
            "Paths through an odd number of branches work against the others here: the shares cancel, "
            "and add up to 100 % only in the end."
        )
    elif adds_up(found):
        yield (
            f"On average, the gradient at the input came through {significant(found.mean_length, 2)} of "
            f"the {count} branches: short paths carry it."
        )


def adds_up(found: Spectrum) -> bool:
    """Whether the shares are parts of the whole, and all of it was followed."""
    return abs(found.rest) < LEAST_REST and all(each.share >= 0 for each in found.lengths)


def _clipping(step: StepFlow, *, by_value: bool) -> Iterator[str]:
    if step.norm is None or step.clipped is None or step.norm == step.clipped:
        return
    yield (
        "Clipping does not cure the gradient: it only makes the step "
        f"{significant(step.norm / step.clipped, 3)} times shorter."
    )
    if by_value:
        yield (
            "Cut part by part a step turns, as (3, 4) cut to (1, 1) does; it is no longer the steepest "
            "way down. --clip-norm keeps the direction."
        )


def _training(training: Training) -> Iterator[str]:
    first, last = training.update_ratios[0], training.update_ratios[-1]
    if training.broken is not None:
        yield (
            f"At the learning rate {training.lr:g} this network cannot be trained: its loss is no "
            f"number after update {training.broken}."
        )
    if first and last and len(training.update_ratios) > 1:
        pace = (
            f"The first update moves layer 1 by {significant(first, 2)} of its weights, the last layer "
            f"by {significant(last, 2)}"
        )
        yield f"{pace}; 0.001 is a good pace, as a rule of thumb."
        if first < 1e-3 * last:
            needed = significant(1 / first, 2)
            yield (
                f"At that pace layer 1 would need {needed} updates to go as far as its weights are "
                "long: it has stopped learning."
            )
    if training.broken is None and training.losses[-1] is not None:
        losses = f"from {significant(training.losses[0], 3)} to {significant(training.losses[-1], 3)}"
        yield f"{pluralize(training.updates, 'update')} took the loss {losses}."


# what to try


def next_command(record: FlowRecord) -> str:
    """A command that goes on from this page."""
    first = record.variants[0]
    options = first.options
    if len(record.variants) > 1:
        if first.training is not None:
            return "chainrule flow --cell rnn --clip-norm 1"
        return (
            "chainrule flow --layers 20 --width 64 --activation relu --compare "
            "scale=3,scale=3+clip-norm=1 --train 20"
        )
    if first.verdict == "explodes" and first.step is None and options["width"] != 1:
        return f"{_again(options)} --compare plain,clip-norm=1,residual+batch --train 20"
    if options["width"] == 1:
        return "chainrule flow --layers 20 --width 64 --compare sigmoid,relu+he,sigmoid+residual+batch"
    if first.verdict == "steady" and first.training is None:
        return f"{_again(options)} --train 20"
    cure = "tanh+orthogonal" if options["residual"] and options["norm"] == "batch" else "residual+batch"
    return f"{_again(options)} --compare plain,relu+he,{cure}"


def _again(options: dict[str, str | int | float | bool | None]) -> str:
    """The command of a network wider than 1."""
    words = [f"--{name} {options[name]}" for name in ("layers", "width", "activation")]
    words += [f"--init {options['init']}"] if options["init"] != "xavier" else []
    words += ["--residual"] if options["residual"] else []
    words += [f"--norm {options['norm']}"] if options["norm"] else []
    return "chainrule flow " + " ".join(words)
