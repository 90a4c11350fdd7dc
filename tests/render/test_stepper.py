"""The stepper of a page: its script makes no markup, every moment has its line, buttons have names."""

from __future__ import annotations

import re

from chainrule_cli.document import Diagram, Document, DrawnEdge, Frame, Vertex, join_runs
from chainrule_cli.explain import diff as explain_diff
from chainrule_cli.explain.graph import explain_passes as passes
from chainrule_cli.render import html, stepper
from chainrule_cli.reports.diff import answer
from chainrule_cli.reports.graph import graph_beside
from chainrule_cli.reports.question import ask
from tests.render.support import Outline, walked


def test_the_script_makes_no_markup_and_asks_nobody() -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(|fetch|XMLHttp|import|http",
        stepper.read_script(),
    )


def test_every_moment_has_its_line_and_every_vertex_and_edge_its_mark() -> None:
    document = walked()
    (diagram,) = (element for element in document.elements if isinstance(element, Diagram))
    seen = Outline(html.render(document)).seen
    moments = [attributes for tag, attributes in seen if tag == "li"]
    assert [
        (m["data-phase"], m["data-vertex"], m.get("data-edge"), m.get("data-gradient", "")) for m in moments
    ] == [
        (frame.phase, str(frame.vertex), None if frame.edge is None else str(frame.edge), frame.gradient)
        for frame in diagram.frames
    ]
    assert [a["data-vertex"] for tag, a in seen if tag == "g" and "data-vertex" in a] == [
        str(place) for place in range(len(diagram.vertices))
    ]
    assert sorted(a["data-edge"] or "" for tag, a in seen if tag == "path" and "data-edge" in a) == [
        str(place) for place in range(len(diagram.edges))
    ]


def test_buttons_have_names_and_are_hidden_where_there_is_no_script() -> None:
    seen = Outline(html.render(walked())).seen
    assert [attributes["aria-label"] for tag, attributes in seen if tag == "button"] == [
        title for _, _, title in stepper.CONTROLS
    ]
    assert [
        "hidden" in attributes
        for tag, attributes in seen
        if attributes.get("class") in ("controls", "now-said")
    ] == [True, True]


def test_a_walk_that_is_too_long_for_a_page_is_said_to_be_so() -> None:
    moments = tuple(Frame("forward", 0, None, join_runs("again")) for _ in range(stepper.MOST_FRAMES + 1))
    page = html.render(
        Document(
            "t",
            (Diagram((Vertex(join_runs("x")), Vertex(join_runs("y"))), (DrawnEdge(0, 1),), frames=moments),),
        )
    )
    assert "<script" not in page
    assert "501 moments are too many to step through on a page" in page


def test_the_page_of_a_derivative_steps_through_its_graph() -> None:
    question = ask("sin(x**2)", None, "x=0.8")
    record = answer(question)
    found = graph_beside(question, record)
    assert found is not None
    page = html.render(explain_diff.explain(record, passes=passes(found)))
    assert "The same by reverse mode" in page
    assert 'data-gradient="1.283"' in page
    assert "∂y/∂y" in page


def test_words_of_a_moment_are_text() -> None:
    evil = "<script>alert(1)</script>\"'&"
    frames = (Frame("forward", 0, None, join_runs(evil), gradient=evil),)
    outline = Outline(html.render(Document("t", (Diagram((Vertex(join_runs(evil)),), (), frames=frames),))))
    assert [tag for tag, _ in outline.seen].count("script") == 1
    assert [attributes["data-gradient"] for tag, attributes in outline.seen if tag == "li"] == [evil]
