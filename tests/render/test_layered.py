"""Layouts of computation graphs: what every one has, and how few crossings."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import pytest

from chainrule_cli.document import Diagram
from chainrule_cli.render.layered import PORTS, Layout, arrange
from tests.render.support import CIRCUIT, LATTICE, NEURON, RANDOM, SQUARE, bare, random_diagram


def crossings(layout: Layout) -> int:
    """Pairs of pieces between the same two layers whose ends stand in opposite orders."""
    pieces = {(before, after) for route in layout.routes for before, after in pairwise(route)}
    return sum(
        (first.x, last.x) == (start.x, end.x) and (first.y - start.y) * (last.y - end.y) < 0
        for (first, last), (start, end) in combinations(pieces, 2)
    )


@pytest.mark.parametrize("picture", RANDOM)
def test_every_edge_leads_to_the_right(picture: Diagram) -> None:
    layout = arrange(picture)
    for edge, route in zip(picture.edges, layout.routes, strict=True):
        source, target = layout.boxes[edge.source], layout.boxes[edge.target]
        assert route[0] == (source.x + source.width, source.middle)
        assert route[-1][0] == target.x
        assert target.y < route[-1].y < target.y + target.height
        assert all(before.x <= after.x for before, after in pairwise(route))


@pytest.mark.parametrize("picture", RANDOM)
def test_nothing_overlaps(picture: Diagram) -> None:
    """Neither boxes with each other nor wires with the boxes that they pass."""
    layout = arrange(picture)
    assert sorted(place for layer in layout.layers for place in layer) == list(range(len(picture.vertices)))
    for layer in layout.layers:
        for upper, lower in pairwise(layout.boxes[place] for place in layer):
            assert upper.y + upper.height < lower.y
    for route in layout.routes:
        for before, after in pairwise(route[1:-1]):
            passed = [box for box in layout.boxes if before.x <= box.x and box.x + box.width <= after.x]
            assert all(not box.y <= before.y <= box.y + box.height for box in passed if before.y == after.y)


@pytest.mark.parametrize("picture", RANDOM)
def test_all_of_it_is_on_the_paper(picture: Diagram) -> None:
    layout = arrange(picture)
    points = [point for route in layout.routes for point in route] + [(box.x, box.y) for box in layout.boxes]
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in points)
    assert all(0 <= x <= layout.width and -1e-9 <= y <= layout.height for x, y in points)


@pytest.mark.parametrize("picture", RANDOM)
def test_ends_of_edges_stand_apart(picture: Diagram) -> None:
    layout = arrange(picture)
    ends = sorted(
        (edge.target, route[-1].y) for edge, route in zip(picture.edges, layout.routes, strict=True)
    )
    assert all(
        target != other or lower - upper >= PORTS - 1e-6 for (target, upper), (other, lower) in pairwise(ends)
    )


def test_the_same_diagram_gives_the_same_layout() -> None:
    assert arrange(random_diagram(5)) == arrange(random_diagram(5))


@pytest.mark.parametrize(
    "picture",
    [CIRCUIT, NEURON, SQUARE, LATTICE, bare([], [0], [0], [0], [1, 2, 3]), bare([], [], [1], [0], [2], [3])],
)
def test_planar_graphs_have_no_crossings(picture: Diagram) -> None:
    assert crossings(arrange(picture)) == 0


def test_a_crossing_that_must_be_is_the_only_one() -> None:
    assert crossings(arrange(bare([], [], [0, 1], [0, 1], [2, 3]))) == 1


def test_inputs_stand_before_their_first_user_and_outputs_last() -> None:
    assert arrange(CIRCUIT).layers == ((0, 1), (3, 2), (4,))
    assert set(arrange(bare([], [0], [0], [2])).layers[-1]) == {1, 3}


def test_a_long_edge_is_level() -> None:
    (route,) = (route for route in arrange(bare([], [0], [1], [2], [3, 0], [4])).routes if len(route) > 4)
    assert len({point.y for point in route[3:-2]}) == 1
