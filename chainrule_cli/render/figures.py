"""Drawings -> SVG: which module draws what.

To add a kind: a class in document.py, a module here that draws it, and a line below.
"""

from __future__ import annotations

from typing import assert_never

from chainrule_cli.document import Bars, Drawing, DrawnCurves, Schedule, Train
from chainrule_cli.render import bars, curves, gears, schedule


def draw(drawing: Drawing, title: str) -> str:
    """The drawing as an <svg> element. title: what it is called."""
    match drawing:
        case DrawnCurves():
            return curves.draw(drawing, title)
        case Bars():
            return bars.draw(drawing, title)
        case Schedule():
            return schedule.draw(drawing, title)
        case Train():
            return gears.draw(drawing, title)
        case _:
            assert_never(drawing)
