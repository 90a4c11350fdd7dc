"""The walk through a graph: every event told once, at the right place, with the numbers of the record."""

from __future__ import annotations

import pytest

from chainrule_cli.document import Diagram, Frame, Runs
from chainrule_cli.explain.graph import explain
from chainrule_cli.explain.numbers import short
from chainrule_cli.explain.walk import frames
from chainrule_cli.notation.write import to_unicode
from chainrule_cli.records.graph import GraphRecord
from chainrule_cli.reports.graph import report

FORMULAS = {
    "(x + y)*z": "x=-2,y=5,z=-4",
    "x*x + |y| + where(x > 0, x, y)": "x=-2,y=0",
    "u = sin(x*y); u^2 + u*x": "x=1,y=2",
    "x/y + ln(x)": "x=-1,y=0",
    "3*x + 2": "x=1",
    "3 + 4": "",
}


def told(runs: Runs) -> str:
    return "".join(run.content if isinstance(run.content, str) else to_unicode(run.content) for run in runs)


def drawn(record: GraphRecord) -> Diagram:
    (found,) = (element for element in explain(record).elements if isinstance(element, Diagram))
    return found


def test_the_example_of_every_lecture_is_told_in_ten_moments() -> None:
    assert [told(frame.words) for frame in frames(report("(x + y)*z", at="x=-2,y=5,z=-4"))] == [
        "x = -2 is given",
        "y = 5 is given",
        "z = -4 is given",
        "v1 = x + y = 3, with x = -2, y = 5",
        "f = v1·z = -12, with v1 = 3, z = -4",
        "seed: ∂f/∂f = 1, the backward pass begins",
        "f → v1: ∂f/∂v1 = z = -4; upstream 1 × local (-4) = -4",
        "f → z: ∂f/∂z = v1 = 3; upstream 1 × local 3 = 3",
        "v1 → x: ∂v1/∂x = 1; upstream -4 × local 1 = -4",
        "v1 → y: ∂v1/∂y = 1; upstream -4 × local 1 = -4",
    ]


@pytest.mark.parametrize(("formula", "at"), FORMULAS.items())
def test_at_the_end_of_the_walk_the_drawing_is_whole(formula: str, at: str) -> None:
    diagram = drawn(report(formula, at=at))
    values, gradients = {}, {}
    for frame in diagram.frames:
        values |= {frame.vertex: frame.value} if frame.value else {}
        gradients |= {frame.vertex: frame.gradient} if frame.gradient else {}
    for place, vertex in enumerate(diagram.vertices):
        if vertex.kind != "constant":
            assert values[place] == vertex.value
            assert gradients.get(place, "0").replace(short(None), "") == (
                vertex.gradient or ("0" if place not in gradients else "")
            )


@pytest.mark.parametrize(("formula", "at"), FORMULAS.items())
def test_a_contribution_goes_along_the_edge_that_it_names(formula: str, at: str) -> None:
    record = report(formula, at=at)
    diagram = drawn(record)
    sent = [frame for frame in diagram.frames if frame.edge is not None]
    assert len(sent) == sum(event.kind in ("send", "skip") for event in record.events)
    for frame in sent:
        assert frame.edge is not None
        edge = diagram.edges[frame.edge]
        assert edge.source == frame.vertex
        names = [record.nodes[place].name for place in (edge.target, edge.source)]
        assert told(frame.words).startswith(f"{names[0]} → {names[1]}")


def test_contributions_are_added_up_as_they_arrive() -> None:
    sums = [
        told(frame.words).rpartition("; ")[2]
        for frame in frames(report("x*x*x", at="x=2"))
        if "so far" in told(frame.words)
    ]
    assert sums == ["x so far 4 + 4 = 8", "x so far 4 + 4 + 4 = 12"]


def test_what_can_be_foretold_is_a_number() -> None:
    walk = frames(report("x/y + ln(x)", at="x=-1,y=0"))
    assert {frame.number is None for frame in walk if frame.asks} <= {False}
    assert all(frame.asks == "" for frame in walk if frame.value == short(None))


def test_each_output_begins_anew() -> None:
    walk = frames(report("f = x*y; g = x^2", at="x=2,y=3", outputs=["f", "g"]))
    assert [told(frame.words).partition(",")[0] for frame in walk if frame.resets] == [
        "seed: ∂f/∂f = 1",
        "seed: ∂g/∂g = 1",
    ]
    assert isinstance(walk[0], Frame)
