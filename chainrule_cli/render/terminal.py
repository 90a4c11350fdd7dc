"""Document -> a terminal's page. Colour carries the layers; without it this is plain.py's page."""

from __future__ import annotations

import io

from chainrule_cli.document import Document
from chainrule_cli.render import plain
from chainrule_cli.render.layout import lay_out
from chainrule_cli.render.spans import TextSpan

STYLES = {
    "plain": "",
    "strong": "bold",
    "dim": "dim",
    "rule": "bold",
    "value": "cyan",
    "gradient": "magenta",
    "good": "bold green",
    "bad": "bold red",
}
HUES = (
    "bright_blue",
    "bright_cyan",
    "bright_green",
    "bright_yellow",
    "orange1",
    "bright_red",
    "bright_magenta",
    "medium_purple",
)
"""One for each layer, from the outside in."""


def render(document: Document, *, width: int | None = None, colour: bool = False) -> str:
    """The page, with ANSI colours where they are wanted; width None does not wrap."""
    if not colour:
        return plain.render(document, width=width)
    from rich.console import Console  # noqa: PLC0415  # a page without colour needs no rich
    from rich.text import Text  # noqa: PLC0415

    out = io.StringIO()
    console = Console(
        file=out,
        force_terminal=True,
        color_system="256",
        width=10_000,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for line in lay_out(document, width):
        text = Text(no_wrap=True, end="\n")
        for span in line:
            text.append(span.text, style=_choose_style(span))
        text.rstrip()
        console.print(text, soft_wrap=True)
    return out.getvalue()


def _choose_style(span: TextSpan) -> str:
    return HUES[span.hue % len(HUES)] if span.role == "layer" else STYLES[span.role]
