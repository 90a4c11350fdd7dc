"""The app's widgets: the drawing, the list of events, the keys as buttons, the line for what is typed.

Each takes lines of spans and says where it was clicked. Colour never says anything alone: what is current is
reversed, what is stressed is bold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer, Vertical
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from chainrule_cli.render.spans import Spans, TextSpan, clip

STYLES = {
    "plain": "",
    "strong": "bold",
    "dim": "dim",
    "rule": "bold",
    "value": "#5fd7ff",
    "gradient": "#ff87d7",
    "good": "bold #87d787",
    "bad": "bold #ff8787",
    "layer": "",
}
"""Light colours: where there are none, the app's library makes each the grey that is as bright."""


class Board(ScrollableContainer, can_focus=False):
    """The drawing, which scrolls where it is larger than its place."""

    class Clicked(Message):
        def __init__(self, x: int, y: int) -> None:
            super().__init__()
            self.x, self.y = x, y

    def compose(self) -> ComposeResult:
        yield _Canvas(id="canvas")

    def draw(self, lines: Sequence[Spans], *, current: int | None = None, row: int | None = None) -> None:
        """current: the vertex to stress; row: the line that is to be seen."""
        self.query_one(_Canvas).update(to_paragraph(lines, current=current))
        if row is not None:
            self.call_after_refresh(self._show, row)

    def _show(self, row: int) -> None:
        self.scroll_to_region(Region(self.scroll_offset.x, row, 1, 2), animate=False)


class _Canvas(Static):
    def on_click(self, event: events.Click) -> None:
        self.post_message(Board.Clicked(event.x, event.y))


class Events(ScrollView, can_focus=False):
    """A list of lines, the current one marked by ▶; those after it are faint."""

    class Chosen(Message):
        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._rows: list[tuple[Spans, int | None]] = []
        self._position = 0

    def fill(self, rows: list[tuple[Spans, int | None]], position: int) -> None:
        """rows: lines with the positions that they stand for, None for a heading."""
        self._rows, self._position = rows, position
        self.virtual_size = Size(self.scrollable_content_region.width, len(rows))
        self.call_after_refresh(self._show)
        self.refresh()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        """The current line is in the middle, as far as there are lines around it."""
        row = next((row for row, (_, each) in enumerate(self._rows) if each == self._position), 0)
        top = max(row - self.size.height // 2, 0)
        self.scroll_to(y=top, animate=False)

    def render_line(self, y: int) -> Strip:
        row, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if row >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        line, position = self._rows[row]
        mark = "▶ " if position == self._position and position else "  "
        faint = position is not None and position > self._position
        text = to_text(clip([TextSpan(mark, "strong"), *line], width), faint=faint)
        if position == self._position and position:
            text.stylize("bold")
        strip = Strip(text.render(self.app.console))
        return strip.adjust_cell_length(width).apply_style(self.rich_style)

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None:
            return
        row = at.y + self.scroll_offset.y
        if row < len(self._rows) and (position := self._rows[row][1]) is not None:
            self.post_message(self.Chosen(position))


class Keys(Widget):
    """The shown bindings, each a button: what a key does, a click does too."""

    def __init__(self, bindings: Sequence[Binding], *, id: str) -> None:
        super().__init__(id=id)
        self._bindings_shown = [binding for binding in bindings if binding.show]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  # what every widget is given
        return make_buttons(self._bindings_shown, width).plain.count("\n") + 1

    def render(self) -> Text:
        return make_buttons(self._bindings_shown, self.content_size.width)


def make_buttons(bindings: Sequence[Binding], width: int) -> Text:
    """→ step  ← back ..., in lines that are broken only between two buttons."""
    lines = [Text()]
    for binding in bindings:
        meta = Style.from_meta({"@click": f"app.{binding.action}"})
        button = Text.assemble(
            (binding.key_display or "", Style(bold=True) + meta), (f" {binding.description}", meta)
        )
        if lines[-1] and len(lines[-1]) + 2 + len(button) > width:
            lines.append(Text())
        lines[-1].append_text(Text("  ") + button if lines[-1] else button)
    return Text("\n").join(lines)


class Entry(Vertical):
    """A prompt, a line to type in, and what is wrong with it. Hidden while nothing is asked."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", show=False)]

    class Given(Message):
        def __init__(self, purpose: str, text: str) -> None:
            super().__init__()
            self.purpose, self.text = purpose, text

    class Closed(Message):
        def __init__(self, purpose: str) -> None:
            super().__init__()
            self.purpose = purpose

    purpose = ""

    def compose(self) -> ComposeResult:
        yield Static(id="prompt")
        yield Input(id="line", compact=True, select_on_focus=False)
        yield Static(id="fault")

    def open(self, purpose: str, prompt: str, text: str, longest: int) -> None:
        self.purpose = purpose
        self.query_one("#prompt", Static).update(Text(prompt))
        line = self.query_one(Input)
        line.max_length = longest
        line.value = text
        line.cursor_position = len(text)
        self.complain("")
        self.display = True
        line.focus()

    def complain(self, text: str) -> None:
        fault = self.query_one("#fault", Static)
        fault.update(Text(text, "bold"))
        fault.display = bool(text)

    def close(self) -> None:
        self.purpose = ""
        self.display = False
        self.screen.set_focus(None)

    def action_close(self) -> None:
        purpose = self.purpose
        self.close()
        self.post_message(self.Closed(purpose))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Given(self.purpose, event.value))


# spans as rich text


def to_text(line: Spans, *, current: int | None = None, faint: bool = False) -> Text:
    """One line. current: the vertex that is reversed. faint: what has not happened yet."""
    made = Text(no_wrap=True, end="")
    for span in line:
        style = Style.parse("dim" if faint else STYLES[span.role])
        if current is not None and span.vertex == current and span.text.strip():
            style += Style(reverse=True)
        made.append(span.text, style)
    return made


def to_paragraph(lines: Iterable[Spans], *, current: int | None = None) -> Text:
    return Text("\n").join(to_text(line, current=current) for line in lines)


def to_wrapping_text(line: Spans) -> Text:
    """A line that may be broken at blanks."""
    made = to_text(line)
    made.no_wrap = False
    return made
