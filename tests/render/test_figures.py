"""Drawings: well formed, whole in one file, the same for the same document, true to their numbers, bounded, nothing of a stranger's is markup.

CHAINRULE_WRITE_PAGES=1 writes the golden files anew."""

from __future__ import annotations

import os
import re

import pytest

from chainrule_cli.document import (
    Bars,
    BarSeries,
    Document,
    Drawing,
    DrawnCurve,
    DrawnCurves,
    Figure,
    Heading,
    Schedule,
    StoragePlan,
    Sweep,
    Train,
    Wheel,
    join_runs,
    list_blocks,
)
from chainrule_cli.render import canvas, html, latex, markdown, plain, svg, terminal
from tests.render.support import FIGURES, NAME, PICTURES, parsed

GOLDEN = ("curves", "train", "bars", "plans")


@pytest.mark.parametrize("name", list(FIGURES))
def test_a_drawing_is_a_file_of_its_own(name: str) -> None:
    picture = svg.render(FIGURES[name]())
    root = parsed(picture)
    assert re.findall(r"https?://[^\"]*", picture) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@import|url\(|<script|href|font-face", picture)
    assert "@media (prefers-color-scheme: dark)" in picture
    assert [len(root.findall(f"{NAME}{tag}")) for tag in ("title", "desc")] == [1, 1]
    assert float(root.attrib["width"]) == canvas.WIDTH
    assert float(root.attrib["height"]) < 1_500
    assert not re.search(
        r"\b(?:nan|inf)\b",
        re.sub(
            r"<(?:style|title|desc)>.*?</(?:style|title|desc)>|<text.*?</text>", "", picture, flags=re.DOTALL
        ),
    )


@pytest.mark.parametrize("name", list(FIGURES))
def test_all_of_it_is_on_the_sheet(name: str) -> None:
    root = parsed(svg.render(FIGURES[name]()))
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for element in root.iter():
        x, y = (float(element.attrib.get(axis, 0)) for axis in ("x", "y"))
        assert 0 <= x <= width
        assert 0 <= y <= height


@pytest.mark.parametrize("name", GOLDEN)
def test_drawing(name: str) -> None:
    picture = svg.render(FIGURES[name]())
    path = PICTURES / f"{name}.svg"
    if os.environ.get("CHAINRULE_WRITE_PAGES"):
        path.write_text(picture, encoding="utf-8")
    assert picture == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["curves", "train", "beside", "gates", "plans"])
def test_a_page_shows_the_drawing_or_what_stands_in_its_place(name: str) -> None:
    document = FIGURES[name]()
    page = html.render(document)
    assert page.count("<svg xmlns") == 1
    spelled = Document(document.title, tuple(list_blocks(document)))
    for form in (plain, terminal, markdown, latex):
        assert form.render(document, width=80) == form.render(spelled, width=80)
    assert ("<details>" in page) == (len(spelled.elements) >= len(document.elements))


EVIL = "</text><script>alert(1)</script>\"'&]]>\x1b[31m\x00\ud800\u202e"


def test_what_a_stranger_typed_stays_text() -> None:
    curve = DrawnCurve(join_runs(EVIL), (((0.0, 0.0), (1.0, 1.0)),), 0.0, 1.0, mark=(0.5, 0.5), phrase=EVIL)
    drawings: tuple[Drawing, ...] = (
        DrawnCurves(EVIL, 0.0, 1.0, (curve,), (EVIL,)),
        Train(
            (Wheel(EVIL, EVIL, EVIL, None, "same way"), Wheel(EVIL, EVIL, EVIL, 2.0, "same way")),
            0,
            0,
            (EVIL,),
        ),
        Bars(EVIL, 0, EVIL, EVIL, EVIL, (BarSeries(EVIL, (1.0, 2.0), EVIL),), (EVIL,)),
        Schedule(3, EVIL, (StoragePlan(EVIL, EVIL, 3, (Sweep("advance", 0, 1, 3),), (), ()),), (EVIL,)),
    )
    for drawing in drawings:
        page = Document(EVIL, (Heading(EVIL), Figure(EVIL, drawing)))
        root = parsed(svg.render(page))
        tags = {element.tag.removeprefix(NAME) for element in root.iter()}
        assert tags <= {"svg", "title", "desc", "style", "rect", "path", "circle", "text", "g"}
        assert any("<script>" in (element.text or "") for element in root.iter(f"{NAME}text"))
        assert "<script" not in html.render(page)
