"""--plot: the ending of a file decides who draws in it; - is the terminal. What cannot be drawn is refused before any work."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import PurePath
from typing import TYPE_CHECKING

from chainrule_cli.errors import MissingExtraError, UsageError
from chainrule_cli.runtime import output

if TYPE_CHECKING:
    from chainrule_cli.commands import Page
    from chainrule_cli.document import Curves, Document

LIBRARIES = {
    ".svg": None,
    ".png": "matplotlib",
    ".pdf": "matplotlib",
    ".txt": "plotext",
    output.STANDARD: "plotext",
}
"""Ending -> the library that draws, which may not be there."""

PAGES = ("terminal", "plain")
"""Formats that a drawing in the terminal goes with."""


def beside(path: str, page: Page) -> Callable[[Document], Mapping[str, str | bytes]]:
    """What draws the curves of a page into that file.

    Raises UsageError for an ending that nobody draws, or a drawing on the terminal beside what is no page for it, and MissingExtraError."""
    ending = path if path == output.STANDARD else PurePath(path).suffix.lower()
    if ending not in LIBRARIES:
        hint = "end it in .svg, .png, .pdf or .txt, or give - for the terminal"
        raise UsageError(f"the ending of {path!r} does not say what --plot is to draw", hint=hint)
    if ending == output.STANDARD and page.format not in PAGES:
        raise UsageError(
            f"--plot - draws in the terminal, where --format {page.format} goes",
            hint="give --plot a file, such as curves.svg",
        )
    library = LIBRARIES[ending]
    if library is not None and find_spec(library) is None:
        raise MissingExtraError(
            f"a plot of that kind needs {library}, which is not installed",
            hint="pip install 'chainrule[plot]'",
        )
    return lambda document: {path: _drawn(_curves(document), document.title, ending, page)}


def _curves(document: Document) -> Curves:
    from chainrule_cli.document import Curves, Figure

    return next(
        each.drawing
        for each in document.elements
        if isinstance(each, Figure) and isinstance(each.drawing, Curves)
    )


def _drawn(curves: Curves, title: str, ending: str, page: Page) -> str | bytes:
    if ending == ".svg":
        return f"{importlib.import_module('chainrule_cli.render.curves').draw(curves, title)}\n"
    if ending in (".txt", output.STANDARD):
        shown = importlib.import_module("chainrule_cli.render.curves_terminal").render(
            curves, width=page.width, colour=_coloured(ending, page)
        )
        return f"\n{shown}" if ending == output.STANDARD else str(shown)
    data: bytes = importlib.import_module("chainrule_cli.render.curves_matplotlib").render(
        curves, ending.removeprefix(".")
    )
    return data


def _coloured(ending: str, page: Page) -> bool:
    return ending == output.STANDARD and page.colour and page.format == "terminal"
