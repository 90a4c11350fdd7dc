"""FlowRecord -> Document: bars of the gradient from the last layer back to the first, on a log scale, and what they mean."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from chainrule_cli.document import Document, Element, Heading, Note, Run, Runs, Table, Text, runs
from chainrule_cli.explain.numbers import significant
from chainrule_cli.reports.flow_record import FlowRecord, LayerFlow, Training, VariantRecord

LONGEST_BAR = 40
SHORT_BAR = 12
LEAST_DECADES = 4.0
"""A log scale shows at least so many powers of ten: a gradient that stays has bars that stay."""

MOST_ROWS, MOST_SHOWN_BESIDE = 12, 4
SHOWN_ALWAYS = 3
"""Columns of a comparison that stand there even if they say nothing."""
COLUMNS = ("variant", "layer 1 / last", "", "step", "layer 1 moves", "loss")
SIGMOID, SETTLED = 0.25, 1e-3
"""What a sigmoid passes on at most; how little a state still moves that has settled."""


def explain(record: FlowRecord, detail: str = "normal") -> Document:
    """The page of a flow. detail: brief leaves out what it means, full lists every layer."""
    full = detail == "full"
    elements: list[Element] = _one(record.variants[0], full=full) if len(record.variants) == 1 else _several(record.variants, full=full)
    if detail != "brief":
        elements += [
            Heading("What it means"),
            *(Text(line, 2) for line in _meaning(record.variants)),
            Text(runs("try: ", Run(_next(record), "strong"))),
        ]
    elements += [Note(runs(note)) for note in record.notes]
    return Document("the flow of a gradient", tuple(elements))


# one variant


def _one(variant: VariantRecord, *, full: bool) -> list[Element]:
    elements: list[Element] = [Text(runs(_setting(variant))), _bars(variant, full=full), Text(_verdict(variant))]
    if variant.step is not None:
        turned = f", turned by {math.degrees(math.acos(min(variant.step.cosine, 1.0))):.1f}°" if variant.step.cosine is not None else ""
        elements.append(
            Text(runs(f"the step of all weights   {significant(variant.step.norm)}   clipped to {significant(variant.step.clipped)}{turned}"))
        )
    if variant.paths is not None:
        elements += [Heading("Paths"), *_paths(variant)]
    if variant.training is not None:
        elements += [Heading("Training"), *_training(variant.training, full=full)]
    return elements


def _setting(variant: VariantRecord) -> str:
    options = variant.options
    parts = [f"{options['layers']} layers of width {options['width']}", str(options["activation"])]
    parts += [f"every weight {options['weight']:g}"] if options["weight"] is not None else [f"init {options['init']}"]
    parts += ["residual"] if options["residual"] else []
    parts += [f"{options['norm']} norm"] if options["norm"] else []
    parts += [f"{name.replace('_', '-')} {options[name]:g}" for name in ("clip_norm", "clip_value") if options[name] is not None]
    return ", ".join(parts)


def _bars(variant: VariantRecord, *, full: bool) -> Table:
    layers = variant.layers[::-1]
    scale = _scale([variant], LONGEST_BAR)
    dead = any(layer.dead is not None for layer in layers)
    rows = []
    for layer in _some(layers, full=full):
        if layer is None:
            rows.append(tuple(runs("…") for _ in range(4 + dead)))
            continue
        row = [runs(str(layer.depth)), _norm(layer.gradient_norm), runs(significant(layer.rate)), *([_dead(layer)] if dead else [])]
        rows.append((*row, runs(Run("█" * scale(layer.gradient_norm), "gradient"))))
    rows.append(
        (runs("input"), _norm(variant.input_norm), *(runs() for _ in range(1 + dead)), runs(Run("█" * scale(variant.input_norm), "gradient")))
    )
    return Table(("layer", "|gradient|", "rate", *(["dead"] if dead else []), ""), "rr." + "r" * dead + "l", tuple(rows))


def _dead(layer: LayerFlow) -> Runs:
    return runs("" if layer.dead is None else f"{layer.dead:.0%}")


def _norm(value: float | None) -> Runs:
    return runs(Run("—" if value is None else f"{value:.2e}", "value"))


def _scale(variants: Sequence[VariantRecord], longest: int):  # type: ignore[no-untyped-def]  # returns a function of a norm
    """Length of a bar: 0 for nothing, the longest for the largest, even steps for powers of ten in between."""
    norms = [norm for variant in variants for norm in (variant.input_norm, *(layer.gradient_norm for layer in variant.layers)) if norm]
    most = math.log10(max(norms, default=1.0))
    least = min(math.log10(min(norms, default=1.0)), most - LEAST_DECADES)

    def bar(norm: float | None) -> int:
        if norm is None:
            return longest
        return 0 if norm == 0 else max(1, round(longest * (math.log10(norm) - least) / (most - least)))

    return bar


def _some(layers: Sequence[LayerFlow], *, full: bool) -> list[LayerFlow | None]:
    """All layers, or the first and the last of many with a gap between."""
    if full or len(layers) <= MOST_ROWS:
        return list(layers)
    half = MOST_ROWS // 2
    return [*layers[:half], None, *layers[-half:]]


def _verdict(variant: VariantRecord) -> Runs:
    role = "good" if variant.verdict == "steady" else "bad"
    ratio = significant(variant.ratio, 3)
    first, last = f"layer 1 gets {ratio} times what layer {len(variant.layers)} gets", ""
    if variant.ratio is None:
        first = "the gradient has left the doubles"
    if variant.verdict == "vanishes" and variant.underflow_depth.get("float32"):
        last = "; at this rate nothing is left of it in float32 after {float32:,} layers, in float64 after {float64:,}".format(
            **variant.underflow_depth
        )
    if variant.verdict == "explodes" and variant.overflow_depth.get("float32"):
        last = "; at this rate float32 overflows at layer {float32:,}, float64 at layer {float64:,}".format(**variant.overflow_depth)
    return runs(Run(variant.verdict, role), f": {first}{last}")  # type: ignore[arg-type]


def _paths(variant: VariantRecord) -> Iterator[Element]:
    found = variant.paths
    if found is None:
        return
    count = f"2^{len(variant.layers)}"
    yield Text(runs(f"{count} paths: each layer is passed by, or gone through for {significant(found.gain, 3)} of what is passed by"))
    shares = sorted(found.lengths, key=lambda each: -each.share)[:MOST_ROWS]
    largest = max((each.share for each in shares), default=1.0)
    rows = [
        (runs(str(each.length)), runs(_count(each.paths)), runs(f"{each.share:.1%}"), runs(Run("█" * round(20 * each.share / largest), "value")))
        for each in sorted(shares, key=lambda each: each.length)
    ]
    yield Table(("branches gone through", "paths", "share", ""), "rrrl", tuple(rows))


def _count(paths: str) -> str:
    return f"{int(paths):,}" if len(paths) <= 12 else f"{float(paths):.2e}"


def _training(training: Training, *, full: bool) -> Iterator[Element]:
    losses = training.losses
    last = len(losses) - 1
    shown = range(last + 1) if full or last < MOST_ROWS else sorted({round(row * last / (MOST_ROWS - 1)) for row in range(MOST_ROWS)})
    yield Table(
        ("update", "loss"),
        "r.",
        tuple((runs(str(place)), runs(Run("no number" if losses[place] is None else significant(losses[place]), "value"))) for place in shown),
    )
    if training.broken is not None:
        yield Note(runs(f"after update {training.broken} the loss is no finite number any more"), "bad")
    ratios = [(place, ratio) for place, ratio in enumerate(training.update_ratios, 1) if ratio is not None]
    if ratios:
        (first, slow), (final, quick) = ratios[0], ratios[-1]
        yield Text(runs(f"the first update moves layer {first} by {significant(slow, 2)} of its weights, layer {final} by {significant(quick, 2)}"))


# several variants side by side


def _several(variants: Sequence[VariantRecord], *, full: bool) -> list[Element]:
    elements: list[Element] = [Text(runs(_setting(variants[0]).partition(",")[0]))]
    rows = [
        (
            runs(Run(each.name, "strong")),
            runs(significant(each.ratio, 3)),
            runs(Run(each.verdict, "good" if each.verdict == "steady" else "bad")),
            runs(_clipping(each)),
            runs(_moved(each)),
            runs(_trained(each)),
        )
        for each in variants
    ]
    kept = [place for place in range(len(COLUMNS)) if place < SHOWN_ALWAYS or any(row[place][0].content for row in rows)]
    elements.append(
        Table(
            tuple(COLUMNS[place] for place in kept),
            "".join("lrllrl"[place] for place in kept),
            tuple(tuple(row[place] for place in kept) for row in rows),
        )
    )
    parts = range(0, len(variants), MOST_SHOWN_BESIDE)
    elements.extend(_beside(variants[place : place + MOST_SHOWN_BESIDE], variants, full=full) for place in parts)
    return elements


def _beside(shown: Sequence[VariantRecord], variants: Sequence[VariantRecord], *, full: bool) -> Table:
    scale = _scale(variants, SHORT_BAR)
    rows = []
    for layer in _some(shown[0].layers[::-1], full=full):
        if layer is None:
            rows.append(tuple(runs("…") for _ in range(1 + len(shown))))
            continue
        norms = [each.layers[layer.depth - 1].gradient_norm for each in shown]
        rows.append((runs(str(layer.depth)), *(runs(Run("█" * scale(norm), "gradient")) for norm in norms)))
    return Table(("layer", *(each.name for each in shown)), "r" + "l" * len(shown), tuple(rows))


def _clipping(variant: VariantRecord) -> str:
    return f"{significant(variant.step.norm, 3)} clipped to {significant(variant.step.clipped, 3)}" if variant.step else ""


def _moved(variant: VariantRecord) -> str:
    """How far the first update moves the first layer, as a part of its weights."""
    return significant(variant.training.update_ratios[0], 2) if variant.training and variant.training.update_ratios else ""


def _trained(variant: VariantRecord) -> str:
    training = variant.training
    if training is None:
        return ""
    if training.broken is not None:
        return f"breaks after update {training.broken}"
    return f"{significant(training.losses[0], 3)} to {significant(training.losses[-1], 3)}"


# in words


def _meaning(variants: Sequence[VariantRecord]) -> Iterator[Runs]:
    if len(variants) > 1:
        steady = ", ".join(each.name for each in variants if each.verdict == "steady")
        outcome = f"the gradient arrives with {steady}" if steady else "none of these lets the gradient arrive"
        yield runs(f"The same {len(variants[0].layers)} layers, the same seed: {outcome}. ", *_changes(variants))
    yield from _about(variants[0])


def _changes(variants: Sequence[VariantRecord]) -> Iterator[str]:
    """How much more, or less, of the gradient each change lets through."""
    first, others = variants[0], variants[1:]
    factors = [(each.name, each.ratio / first.ratio) for each in others if first.ratio and each.ratio and each.ratio != first.ratio]
    listed = ", ".join(f"{significant(factor, 3)} times as much with {name}" for name, factor in factors if math.isfinite(factor))
    if listed:
        yield f"Beside {first.name}, layer 1 gets {listed}."


def _about(variant: VariantRecord) -> Iterator[Runs]:
    product = abs(variant.product) if variant.product else None
    if product:
        count = len(variant.layers)
        mean = significant(product ** (1 / count), 3)
        many = f"{count} of them multiply to {significant(product, 3)}"
        yield runs(f"With {variant.name}, a layer is a gear that passes on {mean} of what it gets, by the geometric mean; {many}.")
        yield runs("This is the product of a neuron's rates, layer after layer.")
    yield from _chain(variant)
    if variant.verdict == "vanishes":
        yield runs("The early layers hear almost nothing of the error, so they hardly learn. ")
        yield runs("ReLU with he, residual layers and norms are the cures.")
    elif variant.verdict == "explodes":
        yield runs("Rates above 1 multiply too: a step along such a gradient throws the weights away. Clipping bounds its length.")
    if variant.paths is not None:
        yield runs("A residual layer adds what it got to what it makes: its rate is 1 plus the branch's, and the short paths carry the gradient.")


def _chain(variant: VariantRecord) -> Iterator[Runs]:
    """Of sigmoids one wide: the most that they could pass on, and where the chain settles."""
    options, layers = variant.options, variant.layers
    weight = options["weight"]
    if options["activation"] != "sigmoid" or options["residual"] or not isinstance(weight, float | int):
        return
    bound = (SIGMOID * abs(weight)) ** len(layers)
    factor = "25%" if abs(weight) == 1 else f"25% of the weight {weight:g}"
    yield runs(f"A sigmoid passes on {factor} at most, so {len(layers)} layers pass on {significant(bound, 3)} at most.")
    values = [layer.value for layer in layers]
    if len(values) > 1 and values[-1] is not None and values[-2] is not None and abs(values[-1] - values[-2]) < SETTLED:
        yield runs(f"The layers settle on {significant(values[-1])}, where the rate is {significant(layers[-1].rate)}.")


def _next(record: FlowRecord) -> str:
    options, name = record.variants[0].options, record.variants[0].name
    if len(record.variants) > 1:
        return "chainrule flow --layers 20 --width 64 --activation relu --init scale=3 --clip-norm 1 --train 20"
    if options["width"] == 1:
        return "chainrule flow --layers 20 --width 64 --compare sigmoid,relu+he,sigmoid+residual+batch"
    return f"chainrule flow --layers {options['layers']} --width {options['width']} --compare {name},relu+he,{name}+residual+batch"
