"""A diagram with moments -> a figure that can be stepped through: controls, a sentence, a list of moments.

Without the script, and on paper, the finished picture and the list are all there is. The script is one
constant text and makes no markup: it shows, hides and copies what the page has already. A new moment is a
Frame of explain/walk.py; what one means is not known here.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape

from chainrule_cli.document import Diagram, Frame
from chainrule_cli.render.styles import read_asset

MOST_FRAMES = 500
"""Moments that a page has room for."""

SPEEDS = {"slow": 2000, "normal": 1000, "fast": 350}
"""Milliseconds from one moment to the next."""

CONTROLS = (
    ("start", "|←", "To the start (Home)"),
    ("back", "← back", "Back (left arrow)"),
    ("play", "play", "Play (space)"),
    ("step", "step →", "Step (right arrow)"),
    ("end", "→|", "To the finished picture (End)"),
)
"""What a button does, how it looks, what it is called."""


def read_script() -> str:
    """The script, as it stands between its tags."""
    return f"\n{read_asset('stepper.js')}"


def hash_script() -> str:
    """What a policy calls the script: no other text may run."""
    return base64.b64encode(hashlib.sha256(read_script().encode()).digest()).decode()


def is_steppable(diagram: Diagram) -> bool:
    """Whether the diagram has moments, and no more than a page has room for."""
    return 0 < len(diagram.frames) <= MOST_FRAMES


def write_figure(diagram: Diagram, picture: str, words: Sequence[str]) -> Iterator[str]:
    """The lines of the figure. picture: the <svg>; words: what each frame says, as HTML."""
    yield '<div class="stepper" role="group" aria-label="the two passes, step by step">'
    yield f'<div class="scroll">{picture}</div>'
    yield from _write_controls()
    yield (
        '<p class="now-said" aria-live="polite" hidden'
        ' data-start="Nothing is known yet but the numbers in the formula."'
        ' data-finished="The finished picture. Play the two passes,'
        ' or step through them with the arrow keys."></p>'
    )
    yield '<ol class="moments" aria-label="all moments">'
    yield from (_write_moment(frame, sentence) for frame, sentence in zip(diagram.frames, words, strict=True))
    yield "</ol>"
    yield "</div>"


def _write_controls() -> Iterator[str]:
    yield '<div class="controls" role="toolbar" aria-label="stepper" hidden>'
    for name, face, title in CONTROLS:
        yield f'<button type="button" class="{name}" aria-label="{title}" title="{title}">{face}</button>'
    options = "".join(
        f'<option value="{pause}"{" selected" if name == "normal" else ""}>{name}</option>'
        for name, pause in SPEEDS.items()
    )
    yield f'<select aria-label="speed">{options}</select>'
    yield '<span class="count"></span>'
    yield "</div>"


def _write_moment(frame: Frame, words: str) -> str:
    edge = "" if frame.edge is None else f' data-edge="{frame.edge}"'
    resets = " data-resets" if frame.resets else ""
    gradient = f' data-gradient="{escape(frame.gradient)}"' if frame.gradient else ""
    return f'<li data-phase="{frame.phase}" data-vertex="{frame.vertex}"{edge}{resets}{gradient}>{words}</li>'
