"""A deep network as the keys change it: plain options, and the same with one of them turned. Knows no widgets, computes nothing.

What does not fit together is not tried to be known here: the report says so, and the app keeps what it had.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chainrule_cli.reports.flow_options import CHOICES, LAYERS, MOST_LAYERS, MOST_WIDTH, WIDTH

Options = Mapping[str, Any]
"""What reports/flow.py takes, by its names; what is not there is as it is by default."""


def add_layer(options: Options) -> Options:
    return {**options, "layers": min(_get_layers(options) + 1, MOST_LAYERS)}


def remove_layer(options: Options) -> Options:
    return {**options, "layers": max(_get_layers(options) - 1, 1)}


def double_width(options: Options) -> Options:
    """Twice as wide. What is said of the one weight and the one input of a chain says nothing of a wider network."""
    return {**_drop_options(options, "weight", "input"), "width": min(2 * _get_width(options), MOST_WIDTH)}


def halve_width(options: Options) -> Options:
    """Half as wide; a chain has no norm."""
    width = max(_get_width(options) // 2, 1)
    return {**(_drop_options(options, "norm") if width == 1 else options), "width": width}


def turn_activation(options: Options) -> Options:
    return {
        **options,
        "activation": _choose_next(CHOICES["activation"], options.get("activation", "sigmoid")),
    }


def turn_init(options: Options) -> Options:
    """Drawn weights take the place of one weight everywhere; after the last init, a chain has the one weight again."""
    chain = _get_width(options) == 1
    inits: list[str | None] = [*([None] if chain else []), *CHOICES["init"]]
    return _set_option(
        _drop_options(options, "weight"),
        "init",
        _choose_next(inits, options.get("init", None if chain else "xavier")),
    )


def turn_norm(options: Options) -> Options:
    return _set_option(options, "norm", _choose_next([None, *CHOICES["norm"]], options.get("norm")))


def switch_residual(options: Options) -> Options:
    return _set_option(options, "residual", None if options.get("residual") else True)


def switch_clip_norm(options: Options) -> Options:
    return _set_option(options, "clip_norm", 1.0 if options.get("clip_norm") is None else None)


def switch_clip_value(options: Options) -> Options:
    return _set_option(options, "clip_value", 1.0 if options.get("clip_value") is None else None)


def turn_seed(options: Options) -> Options:
    return {**options, "seed": options.get("seed", 0) + 1}


TURNS: dict[str, Callable[[Options], Options]] = {
    "deeper": add_layer,
    "shallower": remove_layer,
    "wider": double_width,
    "narrower": halve_width,
    "activation": turn_activation,
    "init": turn_init,
    "norm": turn_norm,
    "residual": switch_residual,
    "clip_norm": switch_clip_norm,
    "clip_value": switch_clip_value,
    "draw": turn_seed,
}
"""What a key does to the options."""


def _get_layers(options: Options) -> int:
    return int(options.get("layers", LAYERS))


def _get_width(options: Options) -> int:
    return int(options.get("width", WIDTH))


def _choose_next(choices: Sequence[Any], now: Any) -> Any:
    """The choice behind this one, round and round; the first after one that is none of them, such as scale=3."""
    return choices[(choices.index(now) + 1) % len(choices)] if now in choices else choices[0]


def _set_option(options: Options, name: str, value: Any) -> Options:
    return _drop_options(options, name) if value is None else {**options, name: value}


def _drop_options(options: Options, *names: str) -> Options:
    return {name: value for name, value in options.items() if name not in names}
