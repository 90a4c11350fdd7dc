"""A deep network as the keys change it: plain options, and the same with one of them turned. Knows no widgets, computes nothing.

What does not fit together is not tried to be known here: the report says so, and the app keeps what it had.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chainrule_cli.records.flow import CHOICES, LAYERS, MOST_LAYERS, MOST_WIDTH, WIDTH

Options = Mapping[str, Any]
"""What the report of a flow takes, by its names; what is not there is as it is by default."""


def deeper(options: Options) -> Options:
    return {**options, "layers": min(_layers(options) + 1, MOST_LAYERS)}


def shallower(options: Options) -> Options:
    return {**options, "layers": max(_layers(options) - 1, 1)}


def wider(options: Options) -> Options:
    """Twice as wide. What is said of the one weight and the one input of a chain says nothing of a wider network."""
    return {**_without(options, "weight", "input"), "width": min(2 * _width(options), MOST_WIDTH)}


def narrower(options: Options) -> Options:
    """Half as wide; a chain has no norm."""
    width = max(_width(options) // 2, 1)
    return {**(_without(options, "norm") if width == 1 else options), "width": width}


def other_activation(options: Options) -> Options:
    return {**options, "activation": _after(CHOICES["activation"], options.get("activation", "sigmoid"))}


def other_init(options: Options) -> Options:
    """Drawn weights take the place of one weight everywhere; after the last init, a chain has the one weight again."""
    chain = _width(options) == 1
    inits: list[str | None] = [*([None] if chain else []), *CHOICES["init"]]
    return _with(
        _without(options, "weight"), "init", _after(inits, options.get("init", None if chain else "xavier"))
    )


def other_norm(options: Options) -> Options:
    return _with(options, "norm", _after([None, *CHOICES["norm"]], options.get("norm")))


def residual(options: Options) -> Options:
    return _with(options, "residual", None if options.get("residual") else True)


def clip_norm(options: Options) -> Options:
    return _with(options, "clip_norm", 1.0 if options.get("clip_norm") is None else None)


def clip_value(options: Options) -> Options:
    return _with(options, "clip_value", 1.0 if options.get("clip_value") is None else None)


def other_draw(options: Options) -> Options:
    return {**options, "seed": options.get("seed", 0) + 1}


TURNS: dict[str, Callable[[Options], Options]] = {
    "deeper": deeper,
    "shallower": shallower,
    "wider": wider,
    "narrower": narrower,
    "activation": other_activation,
    "init": other_init,
    "norm": other_norm,
    "residual": residual,
    "clip_norm": clip_norm,
    "clip_value": clip_value,
    "draw": other_draw,
}
"""What a key does to the options."""


def _layers(options: Options) -> int:
    return int(options.get("layers", LAYERS))


def _width(options: Options) -> int:
    return int(options.get("width", WIDTH))


def _after(choices: Sequence[Any], now: Any) -> Any:
    """The choice behind this one, round and round; the first after one that is none of them, such as scale=3."""
    return choices[(choices.index(now) + 1) % len(choices)] if now in choices else choices[0]


def _with(options: Options, name: str, value: Any) -> Options:
    return _without(options, name) if value is None else {**options, name: value}


def _without(options: Options, *names: str) -> Options:
    return {name: value for name, value in options.items() if name not in names}
