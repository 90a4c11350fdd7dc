"""Player: what the apps of a formula and of a deep network share: steps, play, help, questions.

An app says how it looks (show), where it stands (position) of how many moments (length), and takes what was
computed (receive). Nothing that is typed is computed here.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import Resize
from textual.geometry import Size
from textual.timer import Timer
from textual.widgets import Static

from chainrule_cli.errors import ChainruleError
from chainrule_cli.play.asking import Ask, LostError, Pending
from chainrule_cli.play.help import Help
from chainrule_cli.play.widgets import Board, Events, Keys

SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Moments a second."""

WIDE = 112
"""Cells from which on the list of events stands beside the drawing."""

LOW = 14
"""Lines from which on there is room for the buttons; the keys do the same, and ? lists them."""

STEPPING = (
    Binding("right,down", "step", "step", key_display="→", tooltip="the next moment"),
    Binding("left,up", "previous", "back", key_display="←", tooltip="a moment back"),
    Binding("space", "play", "play", key_display="space", tooltip="play, or pause"),
    Binding("plus,equals_sign", "faster", "faster", key_display="+"),
    Binding("minus", "slower", "slower", key_display="-"),
    Binding("f,home", "forward", "forward", key_display="f", tooltip="to the start"),
)
LEAVING = (
    Binding("question_mark,h", "help", "help", key_display="?", tooltip="this page"),
    Binding("q", "quit", "quit", key_display="q"),
    Binding("ctrl+c", "quit", "quit", show=False, priority=True),
)


class Player(App[None]):
    """A drawing, what happens now, a list of events, keys."""

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    CSS_PATH = "player.tcss"
    ABOUT: ClassVar[str] = ""
    """What the help says above its keys."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self._ask = ask
        self._pending: Pending | None = None
        self._timer: Timer | None = None
        self._speed = 1
        self.notice = ""
        self.shown = False
        self._drawn_at: Size | None = None
        self._server = os.getppid()

    BINDINGS: ClassVar[list[BindingType]] = []

    def compose(self) -> ComposeResult:
        yield Static(id="title")
        with Container(id="body"):
            yield Board(id="board")
            yield Events(id="events")
        yield Static(id="now")
        yield Static(id="status")
        yield from self.compose_more()
        yield Keys([binding for binding in self.BINDINGS if isinstance(binding, Binding)], id="keys")

    def compose_more(self) -> ComposeResult:
        """Widgets between the status and the keys."""
        yield from ()

    def on_mount(self) -> None:
        self.shown = True
        if self.is_web:
            self.set_interval(1.0, self._end_with_server)
        self._fit_to_size(self.size)
        self.show()

    def _end_with_server(self) -> None:
        """The server asks an app to end when its page is left; where it was killed itself, nobody asks."""
        if os.getppid() != self._server:
            self.exit()

    def on_resize(self, event: Resize) -> None:
        if event.size != self._drawn_at:
            self._drawn_at = event.size
            self._fit_to_size(event.size)
            self.call_after_refresh(self.show)

    def _fit_to_size(self, size: Size) -> None:
        self.query_one("#body").set_class(size.width >= WIDE, "wide")
        self.query_one("#keys").display = size.height >= LOW

    def show(self) -> None:
        raise NotImplementedError

    # stepping

    @property
    def position(self) -> int:
        raise NotImplementedError

    @property
    def length(self) -> int:
        raise NotImplementedError

    def go(self, position: int) -> None:
        raise NotImplementedError

    def at_end(self) -> bool:
        return self.position == self.length

    def advance(self) -> None:
        """One moment on; or what has to happen before it."""
        self.go(self.position + 1)

    def jump(self, position: int) -> None:
        """By hand, which ends the playing."""
        self.pause()
        self.go(position)

    @property
    def playing(self) -> bool:
        return self._timer is not None

    def action_step(self) -> None:
        self.pause()
        self.advance()

    def action_previous(self) -> None:
        self.jump(self.position - 1)

    def action_forward(self) -> None:
        self.jump(0)

    def action_last(self) -> None:
        self.jump(self.length)

    def action_play(self) -> None:
        if self.playing:
            self.pause()
        else:
            if self.at_end():
                self.go(0)
            self._start()
        self.show()

    def _start(self) -> None:
        self._timer = self.set_interval(1 / SPEEDS[self._speed], self.tick)

    def pause(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def tick(self) -> None:
        """A moment of the play."""
        self.advance()
        if self.at_end():
            self.pause()
            self.show()

    def action_faster(self) -> None:
        self._change_speed(1)

    def action_slower(self) -> None:
        self._change_speed(-1)

    def _change_speed(self, by: int) -> None:
        self._speed = min(max(self._speed + by, 0), len(SPEEDS) - 1)
        if self.playing:
            self.pause()
            self._start()
        self.show()

    def describe_playing(self) -> str:
        return f"{'playing' if self.playing else 'paused'}, {SPEEDS[self._speed]:g} a second"

    def action_help(self) -> None:
        self.pause()
        self.push_screen(
            Help(self.ABOUT, [binding for binding in self.BINDINGS if isinstance(binding, Binding)])
        )

    # what is computed

    def begin_question(self, task: str, arguments: dict[str, Any]) -> None:
        """Has something computed; a question before it that is still open is given up."""
        self.give_up()
        self.run_worker(self._await_answer(task, arguments), group="question", exclusive=True)

    async def _await_answer(self, task: str, arguments: dict[str, Any]) -> None:
        pending = self._pending = self._ask(task, arguments)
        self.show()
        try:
            data = await asyncio.to_thread(pending.result)
        except asyncio.CancelledError:
            pending.stop()
            raise
        except (ChainruleError, LostError) as error:
            if self._pending is pending:
                self._pending = None
                self.refuse(error)
            return
        if self._pending is pending:
            self._pending = None
            self.receive(data)

    @property
    def busy(self) -> bool:
        return self._pending is not None

    def give_up(self) -> None:
        """Whatever is being computed is not wanted any more."""
        if self._pending is not None:
            self._pending.stop()
            self._pending = None

    def receive(self, data: bytes) -> None:
        raise NotImplementedError

    def refuse(self, error: ChainruleError | LostError) -> None:
        raise NotImplementedError

    def on_unmount(self) -> None:
        self.give_up()
