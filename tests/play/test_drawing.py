"""The drawing at every moment: nothing moves, numbers appear where the page has them, a mouse finds the nodes."""

from __future__ import annotations

import pytest

from chainrule_cli.commands.play import make_scene
from chainrule_cli.document import Diagram, Document
from chainrule_cli.explain.graph import explain
from chainrule_cli.play.drawing import NARROWEST, draw, find_row, find_vertex
from chainrule_cli.play.formulas import EXAMPLES
from chainrule_cli.play.walk import Walk, jump
from chainrule_cli.render import plain
from chainrule_cli.render.spans import Spans, measure
from chainrule_cli.reports.graph import report
from tests.play.support import lecture


def text(lines: list[Spans]) -> str:
    return "\n".join("".join(piece.text for piece in line).rstrip() for line in lines)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.formula)
def test_nothing_moves(example: tuple[str, str]) -> None:
    here = Walk(make_scene(*example))
    sizes = {tuple(map(measure, draw(jump(here, place), 76))) for place in range(len(here.scene.moments) + 1)}
    assert len(sizes) == 1


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.formula)
def test_at_the_end_it_is_the_drawing_of_the_page(example: tuple[str, str]) -> None:
    here = Walk(make_scene(*example))
    record = report(example[0], at=example[1])
    (page,) = (element for element in explain(record).elements if isinstance(element, Diagram))
    wanted = [line.split() for line in plain.render(Document("", (page,)), width=NARROWEST + 2).splitlines()]
    assert [line.split() for line in text(draw(jump(here, 999), NARROWEST)).splitlines()] == wanted


def test_before_the_first_step_there_is_no_number() -> None:
    assert not any(char.isdigit() for char in text(draw(Walk(lecture()), 76)).replace("v1", ""))


def test_the_current_edge_is_stressed() -> None:
    lines = draw(jump(Walk(lecture()), 7), 76)
    assert any(piece.role == "strong" and set(piece.text) & set("─┐├┘") for line in lines for piece in line)
    assert not any(
        piece.role == "strong" and set(piece.text) & set("─┐├┘")
        for line in draw(jump(Walk(lecture()), 6), 76)
        for piece in line
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.formula)
def test_a_mouse_finds_every_node_by_its_label(example: tuple[str, str]) -> None:
    here = Walk(make_scene(*example))
    lines = draw(here, 76)
    for place, node in enumerate(here.scene.nodes):
        row = find_row(lines, place)
        if row is None:
            assert node.kind == "constant"
            continue
        written = "".join(piece.text for piece in lines[row])
        x = written.index("".join(piece.text for piece in node.label))
        assert find_vertex(lines, x, row) == place
    assert find_vertex(lines, 0, len(lines)) is None
    assert find_vertex(lines, 0, -1) is None


def test_a_large_graph_is_drawn_whole() -> None:
    formula = "; ".join(["u_0 = x", *(f"u_{place + 1} = u_{place}*x + y" for place in range(60))])
    here = Walk(make_scene(formula, "x=0.5,y=2"))
    lines = draw(jump(here, 50), 76)
    assert all(find_row(lines, place) is not None for place in range(len(here.scene.nodes)))
