"""Stepper: the app of a formula: its graph, the two passes event by event, predictions, and edits.

What it knows of the passes is a Walk; what is typed goes to a worker, and the old scene stays until a new one
is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from chainrule_cli.errors import ChainruleError
from chainrule_cli.explain.numbers import short
from chainrule_cli.play import walk, widgets
from chainrule_cli.play.asking import Ask, LostError, write_fault
from chainrule_cli.play.drawing import draw, find_row, find_vertex
from chainrule_cli.play.formulas import Example
from chainrule_cli.play.player import LEAVING, STEPPING, Player
from chainrule_cli.play.scene import Moment, Scene, decode_scene
from chainrule_cli.play.walk import Walk
from chainrule_cli.play.widgets import Board, Entry, Events
from chainrule_cli.render.spans import Spans, TextSpan, clip, count_cells

LONGEST_FORMULA = 2_000
"""Characters of a line that is typed into the app."""

ABOUT = (
    "The forward pass works out a value at each node. The backward pass goes along the edges: what arrives "
    "from upstream, times the local derivative, is the contribution, and contributions add up to the "
    "gradient."
)


class Stepper(Player):
    """examples: what `next` goes through, the first of which is the scene's."""

    ABOUT = ABOUT
    BINDINGS: ClassVar[list[BindingType]] = [
        *STEPPING,
        Binding("b", "backward", "backward", key_display="b", tooltip="to the start of the backward pass"),
        Binding("end", "last", "last", key_display="end", tooltip="to the end"),
        Binding("n", "next", "next", key_display="n", tooltip="the next formula"),
        Binding(
            "e",
            "formula",
            "formula",
            key_display="e",
            tooltip="edit the formula; its point stays where it can",
        ),
        Binding("a", "point", "point", key_display="a", tooltip="edit the point"),
        Binding(
            "p",
            "predict",
            "predict",
            key_display="p",
            tooltip="predict mode: say the next number before it is shown; it keeps score",
        ),
        *LEAVING,
        Binding(
            "escape",
            "give_up",
            "give up",
            show=False,
            tooltip="close the line, or give up what is being worked out",
        ),
    ]

    def __init__(self, ask: Ask, scene: Scene, examples: Sequence[Example]) -> None:
        super().__init__(ask)
        self.walk = Walk(scene)
        self._examples = list(examples)
        self._next = 1
        self._lines: list[Spans] = []

    def compose_more(self) -> ComposeResult:
        yield Entry(id="entry")

    @property
    def entry(self) -> Entry:
        return self.query_one(Entry)

    # what is seen

    def show(self) -> None:
        if not self.shown:
            return
        board, current = self.query_one(Board), self.walk.current
        vertex = None if current is None else current.vertex
        self._lines = draw(self.walk, board.size.width - 2)
        board.draw(self._lines, current=vertex, row=None if vertex is None else find_row(self._lines, vertex))
        self.query_one(Events).fill(_list_events(self.walk), self.walk.position)
        self.query_one("#title", Static).update(self._write_title())
        self.query_one("#now", Static).update(self._describe_now())
        self.query_one("#status", Static).update(Text(self._write_status()))

    def _write_title(self) -> Text:
        """The formula and its point on one line, or each cut to a line of its own."""
        scene, room = self.walk.scene, max(self.size.width - 2, 1)
        parts = [part for part in (scene.formula, f"at {scene.where}" if scene.where else "") if part]
        lines = ["   ".join(parts)]
        if count_cells(lines[0]) > room:
            lines = parts
        return widgets.to_paragraph(clip([TextSpan(line)], room) for line in lines)

    def _describe_now(self) -> Text:
        current = self.walk.current
        if self.notice:
            return Text(self.notice)
        if current is None:
            return Text("\n".join(("→ takes the first step, space plays", *self.walk.scene.notes)))
        return widgets.to_wrapping_text(current.words)

    def _write_status(self) -> str:
        walk_ = self.walk
        phase = "start" if walk_.current is None else walk_.current.phase
        parts = [f"{phase} {walk_.position} of {len(walk_.scene.moments)}", self.describe_playing()]
        if walk_.predicting or walk_.score.asked:
            right, asked = walk_.score
            parts.append(f"predict {'on' if walk_.predicting else 'off'}, {right} of {asked} right")
        if self.busy:
            parts.append("working, Esc gives up")
        return " · ".join(parts)

    # stepping

    @property
    def position(self) -> int:
        return self.walk.position

    @property
    def length(self) -> int:
        return len(self.walk.scene.moments)

    def go(self, position: int) -> None:
        self.notice = ""
        self.walk = walk.jump(self.walk, position)
        self._close_question()
        self.show()

    def advance(self) -> None:
        if self.walk.asks is not None:
            self._ask_for(self.walk.asks)
        else:
            super().advance()

    def action_backward(self) -> None:
        self.jump(walk.find_backward_start(self.walk))

    def on_events_chosen(self, message: Events.Chosen) -> None:
        self.jump(message.position)

    def on_board_clicked(self, message: Board.Clicked) -> None:
        vertex = find_vertex(self._lines, message.x, message.y)
        position = None if vertex is None else walk.find_visit(self.walk, vertex)
        if position is not None:
            self.jump(position)

    # predictions

    def action_predict(self) -> None:
        self.pause()
        self.walk = walk.set_predicting(self.walk, on=not self.walk.predicting)
        self.notice = (
            "predict mode: → asks for the next number before it shows it" if self.walk.predicting else ""
        )
        self._close_question()
        self.show()

    def _ask_for(self, moment: Moment) -> None:
        self.pause()
        self.notice = f"What is {moment.asks}?"
        self.entry.open(
            "answer",
            f"{moment.asks} = ?   (such as -4, 0.25 or -3/2; Enter alone shows it)",
            "",
            walk.LONGEST,
        )
        self.show()

    def _close_question(self) -> None:
        if self.entry.purpose == "answer":
            self.entry.close()

    def _answer(self, typed: str) -> None:
        moment = self.walk.asks
        if moment is None or moment.number is None:
            self.entry.close()
            return
        try:
            given = walk.read_number(typed) if typed.strip() else None
        except ChainruleError as error:
            self.entry.complain(write_fault(error, self.size.width - 4))
            return
        right = given is not None and walk.is_right(given, moment.number)
        self.walk = walk.record_answer(self.walk, right=right)
        self.entry.close()
        verdict = "✓ right: " if right else "it is " if given is None else f"✗ not {typed.strip()}, but "
        self.notice = f"{verdict}{short(moment.number)}\n{''.join(span.text for span in moment.words)}"
        self.show()

    # what is typed

    def action_formula(self) -> None:
        """The line has no second one: definitions that stood on lines of their own are joined."""
        self._edit("formula", "formula", "; ".join(self.walk.scene.typed.splitlines()))

    def action_point(self) -> None:
        self._edit("point", "point, such as x=1, y=-2", self.walk.scene.at)

    def _edit(self, purpose: str, prompt: str, text: str) -> None:
        self.pause()
        self.entry.open(purpose, f"{prompt} (Enter takes it, Esc leaves it)", text, LONGEST_FORMULA)
        self.show()

    def on_entry_given(self, message: Entry.Given) -> None:
        if message.purpose == "answer":
            self._answer(message.text)
            return
        self.entry.complain("")
        scene = self.walk.scene
        if message.purpose == "formula":
            self.begin_question("graph", {"formula": message.text, "at": scene.at, "fill": True})
        else:
            self.begin_question("graph", {"formula": scene.typed, "at": message.text, "fill": False})

    def on_entry_closed(self, message: Entry.Closed) -> None:
        self.give_up()
        self.notice = ""
        if message.purpose == "answer":
            self.walk = walk.set_predicting(self.walk, on=False)
        self.show()

    def action_next(self) -> None:
        self.pause()
        example = self._examples[self._next % len(self._examples)]
        self._next += 1
        at = self.walk.scene.at if example.at is None else example.at
        self.begin_question("graph", {"formula": example.formula, "at": at, "fill": True})

    def action_give_up(self) -> None:
        self.give_up()
        self.show()

    def receive(self, data: bytes) -> None:
        self.walk = walk.move_to_scene(self.walk, decode_scene(data))
        self.notice = ""
        if self.entry.purpose:
            self.entry.close()
        self.show()

    def refuse(self, error: ChainruleError | LostError) -> None:
        text = write_fault(error, self.size.width - 4)
        if self.entry.purpose:
            self.entry.complain(text)
        else:
            self.notice = text
        self.show()


def _list_events(walk_: Walk) -> list[tuple[Spans, int | None]]:
    """The events under the names of their passes; of what has not happened yet only what it will be about."""
    rows: list[tuple[Spans, int | None]] = []
    phase = ""
    for position, moment in enumerate(walk_.scene.moments, 1):
        if moment.phase != phase:
            phase = moment.phase
            rows.append(([TextSpan(phase.capitalize(), "strong")], None))
        number = TextSpan(f"{position:>3}  ", "dim")
        rows.append(([number, *(moment.words if position <= walk_.position else moment.title)], position))
    return rows
