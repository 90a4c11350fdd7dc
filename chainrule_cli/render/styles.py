"""Colours of pages and pictures, by day and by night, and the style sheets and the script of assets/ as text.

A page's sheets keep their var(--name); a picture's have them replaced, since converters know no variables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
VARIABLE = re.compile(r"var\(--(\w+)\)")

COLOURS = {
    # by day, by night
    "paper": ("#ffffff", "#0d1117"),
    "ink": ("#1f2328", "#e6edf3"),
    "dim": ("#57606a", "#9198a1"),
    "line": ("#d0d7de", "#3d444d"),
    "panel": ("#f6f8fa", "#161b22"),
    "value": ("#006b75", "#4fd1c5"),
    "gradient": ("#b0107a", "#ff8ac9"),
    "rule": ("#0550ae", "#79c0ff"),
    "good": ("#116329", "#56d364"),
    "bad": ("#a40e26", "#ff7b72"),
    "hue0": ("#0550ae", "#79c0ff"),
    "hue1": ("#6639ba", "#d2a8ff"),
    "hue2": ("#b0107a", "#ff8ac9"),
    "hue3": ("#953800", "#ffa657"),
    "hue4": ("#4d5b00", "#d2dd5a"),
    "hue5": ("#006b75", "#4fd1c5"),
    "box": ("#f6f8fa", "#1c2128"),
    "input": ("#ddf4ff", "#0c2d4a"),
    "output": ("#fff3c4", "#40330a"),
}
"""Teal and magenta keep apart for every kind of colour blindness; text has a contrast of 4.5."""
LIGHT = {name: day for name, (day, _) in COLOURS.items()}
DARK = {name: night for name, (_, night) in COLOURS.items()}
HUES = sum(name.startswith("hue") for name in COLOURS)
"""Colours of layers, from the outside in; then again from the first."""
PICTURES_OWN = ("box", "input", "output")
"""What no page has beside its pictures."""


@cache
def read_asset(name: str) -> str:
    """The text of a file of assets/."""
    return (ASSETS / name).read_text("utf-8")


def declare_variables(colours: Mapping[str, str]) -> str:
    """A page's colours as declarations of CSS."""
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items() if name not in PICTURES_OWN)


def style_picture(name: str, sizes: Mapping[str, float], night: str, *drawings: str) -> str:
    """What stands in the <style> of a picture.

    name: its sheets are NAME.css and NAME_colours.css
    sizes: of its letters in points, by the names of variables
    night: the media in which it is dark
    drawings: names of the sheets that it has beside
    """
    points = {variable: f"{size:g}px" for variable, size in sizes.items()}
    shapes = _resolve("".join(f"\n{read_asset(f'{each}.css')}" for each in (name, *drawings)), points)
    colours = f"\n{read_asset(f'{name}_colours.css')}"
    return f"{shapes}{_resolve(colours, LIGHT)}@media {night} {{{_resolve(colours, DARK)}}}\n"


def _resolve(sheet: str, values: Mapping[str, str]) -> str:
    return VARIABLE.sub(lambda found: values[found[1]], sheet)
