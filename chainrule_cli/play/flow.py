"""FlowPlayer: the app of a deep network: a gradient stepped back layer by layer, options turned by keys.

The options are plain data; each turn has the record worked out anew, and the old bars stay until it is there.
What does not fit together is not tried to be known here: the report says so, and the app keeps what it had.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Static

from chainrule_cli.errors import ChainruleError
from chainrule_cli.explain.bars import scale
from chainrule_cli.explain.flow import verdict_words
from chainrule_cli.explain.flow_words import meaning, setting
from chainrule_cli.explain.numbers import significant
from chainrule_cli.play import asking, widgets
from chainrule_cli.play.asking import Ask, LostError, write_fault
from chainrule_cli.play.drawing import find_vertex
from chainrule_cli.play.player import LEAVING, STEPPING, Player
from chainrule_cli.play.widgets import Board, Events
from chainrule_cli.records.flow import (
    CHOICES,
    LAYERS,
    MOST_LAYERS,
    MOST_WIDTH,
    WIDTH,
    FlowRecord,
    VariantRecord,
)
from chainrule_cli.render.layout import wrap
from chainrule_cli.render.spans import Spans, TextSpan, to_spans

ABOUT = (
    "A gradient flows back through a deep network. Each layer multiplies it by its rate; the bars are its "
    "length at each layer's output, on a log scale. Change the network and see whether it vanishes, explodes "
    "or stays."
)


SHORTEST = 20
"""Cells of the longest bar, on a screen that has no more."""

FlowOptions = Mapping[str, Any]
"""What the report of a flow takes, by its names; what is not there is as it is by default."""


def _bind_turn(key: str, name: str, description: str, tooltip: str) -> Binding:
    return Binding(
        key, f"turn('{name}')", description, key_display=key.split(",", maxsplit=1)[0], tooltip=tooltip
    )


class FlowPlayer(Player):
    """variant: the record of the options."""

    ABOUT = ABOUT
    BINDINGS: ClassVar[list[BindingType]] = [
        *STEPPING,
        Binding("end", "last", "last", key_display="end", tooltip="to the end"),
        _bind_turn("l", "deeper", "deeper", "one layer more"),
        _bind_turn("k", "shallower", "shallower", "one layer less"),
        _bind_turn("w", "wider", "wider", "twice as wide"),
        _bind_turn("v", "narrower", "narrower", "half as wide"),
        _bind_turn("a", "activation", "activation", "the next activation"),
        _bind_turn("i", "init", "init", "the next initialisation"),
        _bind_turn("r", "residual", "residual", "residual layers, or not"),
        _bind_turn("n", "norm", "norm", "no norm, batch or layer"),
        _bind_turn("c", "clip_norm", "clip norm", "clip the step by its norm at 1, or not"),
        _bind_turn("x", "clip_value", "clip value", "clip each part of the step at 1, or not"),
        _bind_turn("s", "draw", "seed", "other inputs and weights"),
        *LEAVING,
        Binding("escape", "give_up", "give up", show=False, tooltip="give up what is being worked out"),
    ]

    def __init__(self, ask: Ask, variant: VariantRecord, options: FlowOptions) -> None:
        super().__init__(ask)
        self.variant = variant
        self.options = options
        self._position = count_moments(variant)
        self._wanted = options
        self._lines: list[Spans] = []

    # what is seen

    def show(self) -> None:
        if not self.shown:
            return
        board = self.query_one(Board)
        self._lines = draw_bars(self.variant, self.position, board.size.width - 2)
        board.draw(self._lines, row=self.position)
        self.query_one("#title", Static).update(Text(setting(self.variant)))
        self._show_meaning()
        self.query_one("#now", Static).update(
            Text(self.notice)
            if self.notice
            else widgets.to_wrapping_text(describe_moment(self.variant, self.position))
        )
        self.query_one("#status", Static).update(Text(self._write_status()))

    def _show_meaning(self) -> None:
        """The verdict in words, where the events of a formula stand; none before the gradient has arrived."""
        events = self.query_one(Events)
        events.border_title = "What it means"
        lines = (
            [to_spans(verdict_words(self.variant)), *([TextSpan(words)] for words in meaning(self.variant))]
            if self.at_end()
            else []
        )
        room = max(events.size.width - 4, 20)
        events.fill([(line, None) for each in lines for line in wrap(each, room, 0)], 0)

    def _write_status(self) -> str:
        where = f"layer by layer {self.position} of {self.length}"
        return " · ".join(
            [
                where,
                self.describe_playing(),
                f"seed {self.options.get('seed', 0)}",
                *(["working, Esc gives up"] if self.busy else []),
            ]
        )

    # stepping

    @property
    def position(self) -> int:
        return self._position

    @property
    def length(self) -> int:
        return count_moments(self.variant)

    def go(self, position: int) -> None:
        self.notice = ""
        self._position = min(max(position, 0), self.length)
        self.show()

    def on_board_clicked(self, message: Board.Clicked) -> None:
        vertex = find_vertex(self._lines, message.x, message.y)
        if vertex is not None:
            self.jump(vertex)

    # turning

    def action_turn(self, name: str) -> None:
        """Turns what is wanted, which is ahead of what is shown while keys are pressed fast."""
        self._wanted = TURNS[name](self._wanted)
        self.begin_question("flow", dict(self._wanted))

    def action_give_up(self) -> None:
        self.give_up()
        self._wanted = self.options
        self.show()

    def receive(self, data: bytes) -> None:
        ended = self.at_end()
        self.variant, self.options, self.notice = decode_variant(data), self._wanted, ""
        self.go(self.length if ended else self.position)

    def refuse(self, error: ChainruleError | LostError) -> None:
        self._wanted = self.options
        self.notice = write_fault(error, self.size.width - 4)
        self.show()


# the options, turned by keys


def add_layer(options: FlowOptions) -> FlowOptions:
    return {**options, "layers": min(_get_layers(options) + 1, MOST_LAYERS)}


def remove_layer(options: FlowOptions) -> FlowOptions:
    return {**options, "layers": max(_get_layers(options) - 1, 1)}


def double_width(options: FlowOptions) -> FlowOptions:
    """Twice as wide. The one weight and the one input of a chain say nothing of a wider network."""
    return {**_drop_options(options, "weight", "input"), "width": min(2 * _get_width(options), MOST_WIDTH)}


def halve_width(options: FlowOptions) -> FlowOptions:
    """Half as wide; a chain has no norm."""
    width = max(_get_width(options) // 2, 1)
    return {**(_drop_options(options, "norm") if width == 1 else options), "width": width}


def turn_activation(options: FlowOptions) -> FlowOptions:
    return {
        **options,
        "activation": _choose_next(CHOICES["activation"], options.get("activation", "sigmoid")),
    }


def turn_init(options: FlowOptions) -> FlowOptions:
    """Drawn weights in place of the one weight; after the last init, a chain has the one weight again."""
    chain = _get_width(options) == 1
    inits: list[str | None] = [*([None] if chain else []), *CHOICES["init"]]
    return _set_option(
        _drop_options(options, "weight"),
        "init",
        _choose_next(inits, options.get("init", None if chain else "xavier")),
    )


def turn_norm(options: FlowOptions) -> FlowOptions:
    return _set_option(options, "norm", _choose_next([None, *CHOICES["norm"]], options.get("norm")))


def switch_residual(options: FlowOptions) -> FlowOptions:
    return _set_option(options, "residual", None if options.get("residual") else True)


def switch_clip_norm(options: FlowOptions) -> FlowOptions:
    return _set_option(options, "clip_norm", 1.0 if options.get("clip_norm") is None else None)


def switch_clip_value(options: FlowOptions) -> FlowOptions:
    return _set_option(options, "clip_value", 1.0 if options.get("clip_value") is None else None)


def turn_seed(options: FlowOptions) -> FlowOptions:
    return {**options, "seed": options.get("seed", 0) + 1}


TURNS: dict[str, Callable[[FlowOptions], FlowOptions]] = {
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


def _get_layers(options: FlowOptions) -> int:
    return int(options.get("layers", LAYERS))


def _get_width(options: FlowOptions) -> int:
    return int(options.get("width", WIDTH))


def _choose_next(choices: Sequence[Any], now: Any) -> Any:
    """The choice behind this one, round and round; the first behind one that is none, such as scale=3."""
    return choices[(choices.index(now) + 1) % len(choices)] if now in choices else choices[0]


def _set_option(options: FlowOptions, name: str, value: Any) -> FlowOptions:
    return _drop_options(options, name) if value is None else {**options, name: value}


def _drop_options(options: FlowOptions, *names: str) -> FlowOptions:
    return {name: value for name, value in options.items() if name not in names}


# the record as lines


def decode_variant(data: bytes) -> VariantRecord:
    """The one variant of a record. Raises LostError for what no worker of ours has written."""
    return asking.decode(data, FlowRecord).variants[0]


def count_moments(variant: VariantRecord) -> int:
    """The gradient is at the last layer, then one layer further back each time, at last at the input."""
    return len(variant.layers) + 1


def list_norms(variant: VariantRecord) -> list[float | None]:
    """By moments: at the last layer first, at the input last."""
    return [*(layer.gradient_norm for layer in reversed(variant.layers)), variant.input_norm]


def draw_bars(variant: VariantRecord, position: int, room: int) -> list[Spans]:
    """A line for each moment; the bars of those that have not come are not there yet.

    A span bears its moment as its vertex.
    """
    dead = any(layer.dead is not None for layer in variant.layers)
    bar = scale([variant], max(room - 37 - 7 * dead, SHORTEST))
    rates = [*(significant(layer.rate) for layer in reversed(variant.layers)), ""]
    shares = [*("" if layer.dead is None else f"{layer.dead:.0%}" for layer in reversed(variant.layers)), ""]
    lines = [[TextSpan("  layer   |gradient|        rate" + "   dead" * dead, "dim")]]
    for index, norm in enumerate(list_norms(variant)):
        name = str(len(variant.layers) - index) if index < len(variant.layers) else "input"
        line = [
            TextSpan("▶ " if index + 1 == position else "  ", "strong"),
            TextSpan(f"{name:>5}   ", vertex=index + 1),
        ]
        if index < position:
            line += [
                TextSpan(f"{_format_norm(norm):>10}", "value", 0, index + 1),
                TextSpan(f"{rates[index]:>12}" + f"{shares[index]:>7}" * dead, "plain", 0, index + 1),
                TextSpan("   "),
                TextSpan(bar(norm), "gradient", 0, index + 1),
            ]
        lines.append(line)
    return lines


def describe_moment(variant: VariantRecord, position: int) -> Spans:
    """What happens at a moment: the rate of a layer times what it gets is what it passes on."""
    count, found = len(variant.layers), list_norms(variant)
    if position == 0:
        return [TextSpan("the forward pass is done; → sends the gradient back from the last layer")]
    if position == 1:
        return [
            TextSpan(f"at layer {count}", "strong"),
            TextSpan(" the gradient of the result begins, with length "),
            TextSpan(_format_norm(found[0]), "value"),
        ]
    above, below = count - position + 2, count - position + 1
    rate = variant.layers[above - 1].rate
    where = f"layer {above} → {f'layer {below}' if below else 'input'}"
    return [
        TextSpan(where, "strong"),
        TextSpan(": upstream "),
        TextSpan(_format_norm(found[position - 2]), "gradient"),
        TextSpan(" × rate "),
        TextSpan(significant(rate), "value"),
        TextSpan(" = "),
        TextSpan(_format_norm(found[position - 1]), "gradient"),
    ]


def _format_norm(value: float | None) -> str:
    return "past 1e308" if value is None else f"{value:.2e}"
