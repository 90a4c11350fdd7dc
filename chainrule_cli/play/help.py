"""The page of keys, made of an app's bindings; the same table is written into the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

SPELLED = {
    "right": "→",
    "left": "←",
    "down": "↓",
    "up": "↑",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "question_mark": "?",
    "escape": "Esc",
    "ctrl+c": "Ctrl-C",
    "space": "Space",
    "home": "Home",
    "end": "End",
}


def list_keys(bindings: Sequence[Binding]) -> Iterator[tuple[str, str]]:
    """(keys, what they do), in the order of the bindings; keys that do the same in one row."""
    meanings: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for binding in bindings:
        meanings.setdefault(binding.action, []).extend(
            SPELLED.get(key.strip(), key.strip()) for key in binding.key.split(",")
        )
        words.setdefault(binding.action, binding.tooltip or binding.description)
    yield from ((" or ".join(keys), words[action]) for action, keys in meanings.items())


class Help(ModalScreen[None]):
    """What the app does, and its keys."""

    AUTO_FOCUS = "#help"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,h,enter,space", "dismiss", "close"),
        Binding("ctrl+c", "app.quit", "quit", show=False, priority=True),
    ]

    def __init__(self, about: str, bindings: Sequence[Binding]) -> None:
        super().__init__()
        self._about, self._bindings_shown = about, bindings

    def compose(self) -> ComposeResult:
        text = Text(self._about + "\n\n")
        found = list(list_keys(self._bindings_shown))
        wide = max(len(keys) for keys, _ in found)
        for keys, words in found:
            text.append(f"{keys:<{wide}}  ", "bold")
            text.append(words + "\n")
        text.append("\nEsc or a click closes this page", "dim")
        with VerticalScroll(id="help"):
            yield Static(text)

    def on_click(self) -> None:
        self.dismiss()
