"""Diagrams in SVG: whole in one file, nothing of a stranger's is markup."""

from __future__ import annotations

import re

from chainrule_cli.render import svg
from chainrule_cli.render.layered import LONGEST
from tests.render.support import CIRCUIT, EVIL, LATTICE, NAME, NEURON, diagram, drawn, page


def test_an_svg_needs_nothing_else() -> None:
    picture = svg.render(page(CIRCUIT))
    assert re.findall(r"https?://[^\"]*", picture) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@import|url\((?!#)|<script|href|font-face", picture)
    assert "@media screen and (prefers-color-scheme: dark)" in picture


def test_the_legend_says_what_is_shown_and_no_more() -> None:
    assert "strongest path" in svg.render(page(CIRCUIT))
    assert "strongest path" not in svg.render(page(NEURON))
    assert "local derivative" not in svg.render(page(LATTICE))


def test_hostile_labels_are_text_in_svg() -> None:
    root = drawn(EVIL)
    assert {element.tag.removeprefix(NAME) for element in root.iter()} == {
        "svg",
        "title",
        "desc",
        "style",
        "defs",
        "marker",
        "path",
        "rect",
        "g",
        "text",
    }
    shown = [element.text for element in root.iter(f"{NAME}text")]
    assert {'"]; evil --> n0', "&amp; <b>", "line\\x0abreak\\x1b[31m", "\\u202eabc", "漢字 ∂π"} <= set(shown)


def test_a_long_label_is_shortened_and_stands_in_full_beside() -> None:
    picture = diagram([("x" * 5000, [], "", "", [])], "y" * 5000)
    root = drawn(picture)
    assert max(len(element.text or "") for element in root.iter(f"{NAME}text")) == 2 * LONGEST
    assert "x" * 5000 in [element.text for element in root.iter(f"{NAME}title")]
    assert float(root.attrib["width"]) < 1500
