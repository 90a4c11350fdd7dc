"""The options of flow -> its variants: what was asked, and what does not fit together. Runs nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chainrule_cli.errors import LimitError, UsageError
from chainrule_cli.lessons.network import ACTIVATIONS, INITS, NORMS, Design
from chainrule_cli.lessons.training import Clip
from chainrule_cli.records.flow import MOST_LAYERS, MOST_WIDTH

BATCH, INPUT, WEIGHT, RATE = 64, 0.5, 1.0, 0.1
"""Where nothing is said; networks that are wider than 1 see BATCH inputs at once."""

MOST_WEIGHTS, MOST_STATES, MOST_UPDATES = 20_000_000, 4_000_000, 1_000
MOST_VARIANTS, MOST_SCALE = 12, 1e6

PLAIN = "plain"
"""The variant of a comparison that changes nothing."""


@dataclass(frozen=True, slots=True)
class Options:
    """A variant: its design, its clipping, and its name."""

    name: str
    design: Design
    clip: Clip


def read_base(
    *,
    layers: int,
    width: int,
    activation: str,
    init: str | None,
    residual: bool,
    norm: str | None,
    weight: float | None,
    clip: Clip,
) -> Options:
    """The network that the options describe. Raises UsageError and LimitError."""
    check_size(layers, width)
    if init is not None and weight is not None:
        raise UsageError(
            "--weight and --init contradict each other", hint="--weight is every weight, --init draws them"
        )
    chain = WEIGHT if weight is None and init is None and width == 1 else weight
    design = Design(
        layers,
        width,
        1 if width == 1 else BATCH,
        activation,
        "xavier" if init is None else init,
        residual,
        norm,
        chain,
    )
    return Options(activation, design, clip)


def read_variants(first: Options, compare: str | None) -> list[Options]:
    """The base alone, or the variants of --compare. Raises UsageError and LimitError."""
    changes = None if compare is None else [change.strip() for change in compare.split(",")]
    found = [first] if changes is None else [_change(first, change) for change in changes]
    if len(found) > MOST_VARIANTS:
        raise LimitError(f"--compare takes at most {MOST_VARIANTS} variants")
    for index, variant in enumerate(found):
        _check(variant)
        if any(each.name == variant.name for each in found[:index]):
            raise UsageError(f"{variant.name} stands twice in --compare")
    return found


def check_size(layers: int, width: int) -> None:
    if not 1 <= layers <= MOST_LAYERS:
        raise LimitError(f"--layers {layers:,} is not between 1 and {MOST_LAYERS:,}")
    if not 1 <= width <= MOST_WIDTH:
        raise LimitError(f"--width {width:,} is not between 1 and {MOST_WIDTH:,}")
    if layers * width**2 > MOST_WEIGHTS or layers * width * BATCH > MOST_STATES:
        raise LimitError(
            f"{layers:,} layers of width {width:,} are too many: at most {MOST_WEIGHTS:,} weights "
            f"and {MOST_STATES // BATCH:,} units"
        )


def check_numbers(
    width: int, seed: int, train: int | None, lr: float | None, given: Sequence[float | None]
) -> None:
    """given: --input and --weight."""
    if width > 1 and any(each is not None for each in given):
        raise UsageError(
            "--input and --weight are for a network of width 1",
            hint="a wider one draws its inputs and weights from --seed",
        )
    if any(each is not None and not math.isfinite(each) for each in given):
        raise UsageError("--input and --weight are finite numbers")
    if not 0 <= seed < 2**63:
        raise UsageError(f"--seed {seed} is not between 0 and 2^63")
    if train is not None and not 1 <= train <= MOST_UPDATES:
        raise LimitError(f"--train {train:,} is not between 1 and {MOST_UPDATES:,}")
    if lr is not None and not (math.isfinite(lr) and lr > 0):
        raise UsageError(f"--lr {lr:g} is not a number above 0")
    if lr is not None and train is None:
        raise UsageError(
            "--lr does not go without --train", hint="--train 20 makes twenty updates at that rate"
        )


def check_clip(clip: Clip) -> None:
    for name, value in (("clip-norm", clip.norm), ("clip-value", clip.value)):
        if value is not None and not (math.isfinite(value) and value > 0):
            raise UsageError(f"--{name} is a number above 0")


def _check(variant: Options) -> None:
    design = variant.design
    if design.activation not in ACTIVATIONS:
        raise UsageError(
            f"{_quote_word(design.activation)} is no activation", hint="one of " + ", ".join(ACTIVATIONS)
        )
    if design.init not in INITS and not _is_scale(design.init):
        raise UsageError(
            f"{_quote_word(design.init)} is no initialisation",
            hint="one of " + ", ".join(INITS) + ", or scale=2 for a deviation of 2/sqrt(width)",
        )
    if design.norm not in (None, *NORMS):
        raise UsageError(f"{_quote_word(design.norm or '')} is no norm", hint="one of " + ", ".join(NORMS))
    if design.norm is not None and design.width == 1:
        raise UsageError("a norm needs several numbers", hint="--width 2 or more")
    check_clip(variant.clip)


def _quote_word(word: str) -> str:
    return word or "an empty word"


def _is_scale(init: str) -> bool:
    name, _, number = init.partition("=")
    value = _parse_number(number)
    return name == "scale" and value is not None and 0 < value <= MOST_SCALE


def _parse_number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _change(first: Options, change: str) -> Options:
    """The variant that some words, joined by +, make of the base."""
    if not change:
        raise UsageError("--compare has an empty variant", hint="such as --compare sigmoid,relu+he,residual")
    design, clip = first.design, first.clip
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
        elif name in ("clip-norm", "clip-value") and (value := _parse_number(number)) is not None:
            clip = replace(clip, **{name.removeprefix("clip-"): value})
        elif word != PLAIN:
            known = [
                PLAIN,
                *ACTIVATIONS,
                *INITS,
                *NORMS,
                "scale=2",
                "residual",
                "clip-norm=1",
                "clip-value=1",
            ]
            raise UsageError(
                f"{_quote_word(word)} is no change for --compare", hint="words such as " + ", ".join(known)
            )
    return Options(change, design, clip)
