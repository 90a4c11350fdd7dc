"""FlowPlayer: the app of a deep network: its gradient stepped back layer by layer, its options turned by keys, its bars at once.

The options are plain data of network.py; each turn has the record worked out anew, and the old bars stay until it is there.
"""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Static

from chainrule_cli.errors import ChainruleError
from chainrule_cli.explain.flow import verdict_words
from chainrule_cli.explain.flow_words import meaning, setting
from chainrule_cli.play import bars, network, styles
from chainrule_cli.play.asking import Ask, LostError
from chainrule_cli.play.drawing import find_vertex
from chainrule_cli.play.faults import write_fault
from chainrule_cli.play.network import Options
from chainrule_cli.play.player import LEAVING, STEPPING, Player
from chainrule_cli.play.widgets import Board, Events
from chainrule_cli.records.flow import VariantRecord
from chainrule_cli.render.layout import wrap
from chainrule_cli.render.pieces import Span, Spans, to_spans

ABOUT = (
    "A gradient flows back through a deep network. Each layer multiplies it by its rate; the bars are its length at each "
    "layer's output, on a log scale. Change the network and see whether it vanishes, explodes or stays."
)


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

    def __init__(self, ask: Ask, variant: VariantRecord, options: Options) -> None:
        super().__init__(ask)
        self.variant = variant
        self.options = options
        self.position = bars.count_moments(variant)
        self._wanted = options
        self._lines: list[Spans] = []

    # what is seen

    def show(self) -> None:
        if not self.shown:
            return
        board = self.query_one(Board)
        self._lines = bars.draw_bars(self.variant, self.position, board.size.width - 2)
        board.draw(self._lines, row=self.position)
        self.query_one("#title", Static).update(Text(setting(self.variant)))
        self._show_meaning()
        self.query_one("#now", Static).update(
            Text(self.notice)
            if self.notice
            else styles.to_wrapping_text(bars.describe_moment(self.variant, self.position))
        )
        self.query_one("#status", Static).update(Text(self._status()))

    def _show_meaning(self) -> None:
        """The verdict in words, where the events of a formula stand; nothing before the gradient has arrived."""
        events = self.query_one(Events)
        events.border_title = "What it means"
        lines = (
            [to_spans(verdict_words(self.variant)), *([Span(words)] for words in meaning(self.variant))]
            if self.at_end()
            else []
        )
        room = max(events.size.width - 4, 20)
        events.fill([(line, None) for each in lines for line in wrap(each, room, 0)], 0)

    def _status(self) -> str:
        where = f"layer by layer {self.position} of {self.length}"
        return " · ".join(
            [
                where,
                self.playing_words(),
                f"seed {self.options.get('seed', 0)}",
                *(["working, Esc gives up"] if self.busy else []),
            ]
        )

    # stepping

    @property
    def place(self) -> int:
        return self.position

    @property
    def length(self) -> int:
        return bars.count_moments(self.variant)

    def go(self, position: int) -> None:
        self.notice = ""
        self.position = min(max(position, 0), self.length)
        self.show()

    def on_board_clicked(self, message: Board.Clicked) -> None:
        place = find_vertex(self._lines, message.x, message.y)
        if place is not None:
            self.jump(place)

    # turning

    def action_turn(self, name: str) -> None:
        """Turns what is wanted, which is ahead of what is shown while keys are pressed fast."""
        self._wanted = network.TURNS[name](self._wanted)
        self.question("flow", dict(self._wanted))

    def action_give_up(self) -> None:
        self.give_up()
        self._wanted = self.options
        self.show()

    def received(self, data: bytes) -> None:
        ended = self.at_end()
        self.variant, self.options, self.notice = bars.decoded(data), self._wanted, ""
        self.go(self.length if ended else self.position)

    def refused(self, error: ChainruleError | LostError) -> None:
        self._wanted = self.options
        self.notice = write_fault(error, self.size.width - 4)
        self.show()
