"""Pictures of computation graphs: what every layout has, whole pictures as files, and text that nobody may take for markup.

CHAINRULE_WRITE_PAGES=1 writes the files anew."""

from __future__ import annotations

import os
from types import ModuleType

import pytest

from chainrule_cli.document import Diagram, Document
from chainrule_cli.render import dot, latex, markdown, mermaid, svg
from chainrule_cli.render.layered import arrange
from tests.render.support import CIRCUIT, NAME, NEURON, PICTURES, SQUARE, bare, drawn, page, random_diagram
from tests.support import counted, steps

FORMATS: dict[str, ModuleType] = {"svg": svg, "dot": dot, "mmd": mermaid, "md": markdown, "tex": latex}


def test_both_edges_of_a_square_are_seen() -> None:
    first, second = arrange(SQUARE).routes
    assert first[-1].y != second[-1].y
    assert len(drawn(SQUARE).findall(f".//{NAME}path[@marker-end]")) == 2 + 2
    assert dot.render(page(SQUARE)).count("n0 -> n1") == 2
    assert mermaid.render(page(SQUARE)).count("n0 -->") == 2


def test_an_empty_diagram_and_a_single_vertex() -> None:
    for picture in (Diagram((), ()), bare([])):
        assert all(form.render(page(picture)) for form in FORMATS.values())


LARGE = {
    "chain": lambda count: bare([], *([place] for place in range(count - 1))),
    "nested": lambda count: bare([], *([0, place] for place in range(count - 1))),
    "wide": lambda count: bare(*([] for _ in range(count - 1)), range(count - 1)),
    "random": lambda count: random_diagram(1, count),
}


@pytest.mark.parametrize("shape", list(LARGE))
@counted(20_000)
def test_twenty_thousand_vertices_take_bounded_work(shape: str, count: int) -> None:
    picture = LARGE[shape](count)
    assert steps(lambda: drawn(picture)) < 5_000 * count
    assert len(markdown.render(page(picture))) < 200
    assert len(latex.render(page(picture))) < 400


@pytest.mark.parametrize("ending", list(FORMATS))
@pytest.mark.parametrize("name", ["circuit", "neuron"])
def test_picture(name: str, ending: str) -> None:
    picture = FORMATS[ending].render(page({"circuit": CIRCUIT, "neuron": NEURON}[name]))
    path = PICTURES / f"{name}.{ending}"
    if os.environ.get("CHAINRULE_WRITE_PAGES"):
        path.write_text(picture, encoding="utf-8")
    assert picture == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", [svg, dot, mermaid])
def test_a_page_without_a_diagram_has_no_picture(form: ModuleType) -> None:
    with pytest.raises(LookupError, match="no diagram"):
        form.render(Document("a table", ()))
