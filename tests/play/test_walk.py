"""The walk: where somebody stands, what is known there, and how predictions are counted. No widgets."""

from __future__ import annotations

import pytest

from chainrule_cli.commands.play import MOST_NODES, answer_graph, fit_point, make_scene
from chainrule_cli.errors import ChainruleError, LimitError, QuestionError
from chainrule_cli.play import walk
from chainrule_cli.play.asking import LostError
from chainrule_cli.play.formulas import EXAMPLES
from chainrule_cli.play.scene import decode_scene, encode_scene
from chainrule_cli.play.walk import Score, Walk
from chainrule_cli.reports.graph import read_at
from tests.play.support import lecture


def test_the_walk_of_the_lecture() -> None:
    here = Walk(lecture())
    assert walk.collect_known(here) == ({}, {})
    seen = []
    while not here.ended:
        here = walk.step(here)
        seen.append(walk.collect_known(here))
    assert seen[4].gradients == {}
    assert len(seen) == 10
    names = ["".join(piece.text for piece in node.label) for node in here.scene.nodes]
    values = {names[vertex]: text for vertex, text in seen[4].values.items()}
    assert values == {"x": "-2", "y": "5", "z": "-4", "v1 = x + y": "3", "f = v1·z": "-12"}
    gradients = {names[vertex]: text for vertex, text in seen[-1].gradients.items()}
    assert gradients == {"x": "-4", "y": "-4", "z": "3", "v1 = x + y": "-4", "f = v1·z": "1"}
    assert walk.step(here) == here


def test_jumps_stay_within_the_walk() -> None:
    here = Walk(lecture())
    assert walk.jump(here, -5).position == 0
    assert walk.jump(here, 99).position == 10
    assert walk.find_backward_start(here) == 6
    assert walk.jump(here, 6).current == here.scene.moments[5]


def test_a_vertex_is_visited_again_and_again() -> None:
    here = Walk(lecture())
    vertex = here.scene.moments[3].vertex
    assert walk.find_visit(here, vertex) == 4
    assert walk.find_visit(walk.jump(here, 4), vertex) == 7
    assert walk.find_visit(walk.jump(here, 7), vertex) == 4


def test_gradients_that_nothing_is_sent_to_are_known_at_the_end() -> None:
    here = Walk(make_scene("where(x > 0, x, y)", "x=2,y=3"))
    end = walk.jump(here, len(here.scene.moments))
    by_name = {
        "".join(piece.text for piece in end.scene.nodes[vertex].label): text
        for vertex, text in walk.collect_known(end).gradients.items()
    }
    assert by_name["y"] == "0"


def test_typed_numbers_are_known_from_the_start() -> None:
    here = Walk(make_scene("3*x", "x=2"))
    assert list(walk.collect_known(here).values.values()) == ["3"]


def test_an_answer_counts_once() -> None:
    here = walk.set_predicting(Walk(lecture(), position=3), on=True)
    assert here.asks is not None
    assert here.asks.asks == "the value of v1"
    after = walk.record_answer(here, right=True)
    assert (after.position, after.score) == (4, Score(1, 1))
    again = walk.record_answer(walk.jump(after, 3), right=False)
    assert (again.position, again.score) == (4, Score(1, 1))
    wrong = walk.record_answer(again, right=False)
    assert wrong.score == Score(1, 2)
    assert walk.move_to_scene(wrong, lecture()).score == Score(1, 2)
    assert walk.move_to_scene(wrong, lecture()).position == 0


def test_what_cannot_be_foretold_is_not_asked() -> None:
    here = walk.set_predicting(Walk(make_scene("1/x", "x=0")), on=True)
    for place, moment in enumerate(here.scene.moments):
        asked = walk.jump(here, place).asks
        assert (asked is not None) == (moment.number is not None)
    assert walk.set_predicting(here, on=False).asks is None


# numbers that are typed


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("-3/2", -1.5),
        ("0.25", 0.25),
        ("−4", -4),
        ("1e-3", 0.001),
        ("sqrt(2)/2", 0.7071067811865476),
        ("2^-3", 0.125),
        (" 7 ", 7),
        ("-pi/2", -1.5707963),
    ],
)
def test_a_typed_number(typed: str, number: float) -> None:
    assert walk.read_number(typed) == pytest.approx(number)


@pytest.mark.parametrize(
    "typed",
    [
        "x",
        "",
        "((",
        "9^9^9^9",
        "1/0",
        "1 = 1",
        "gamma(3)",
        "f(2)",
        "u = 3; u",
        "1" * 61,
        "__import__('os')",
        "10^400",
    ],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ChainruleError):
        walk.read_number(typed)


@pytest.mark.parametrize(
    ("given", "number", "right"),
    [
        (3, 3, True),
        (-3, 3, False),
        (0, 0, True),
        (1e-3, 0, False),
        (0.3333, 1 / 3, True),
        (0.33, 1 / 3, False),
        (2.718, 2.718281828, True),
        (2.7, 2.718281828, False),
        (0.0012, 0.00123, True),
        (0.0013, 0.00123, False),
        (1.23e-7, 1.2345e-7, False),
        (1.234e-7, 1.2345e-7, True),
        (1.235e20, 1.2345e20, True),
    ],
)
def test_close_enough_goes_by_what_is_shown(given: float, number: float, right: bool) -> None:
    assert walk.is_right(given, number) is right


# scenes


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.formula)
def test_every_example_is_a_walk(example: tuple[str, str]) -> None:
    found = decode_scene(answer_graph(example[0], example[1], fill=False))
    assert found.notes == ()
    assert found.moments[-1].phase == "backward"
    assert decode_scene(encode_scene(found)) == found


def test_what_nobody_of_ours_has_written_is_refused() -> None:
    for data in (b"", b"{}", b"[1]", b"\xff"):
        with pytest.raises(LostError):
            decode_scene(data)


@pytest.mark.parametrize(
    ("formula", "at", "point", "assumed"),
    [
        ("x*y", "x=2,y=3", "x=2,y=3", ()),
        ("x*w", "x=1/3,y=3", "x=1/3, w=1", ("w",)),
        ("x", "x=log(8, 2), y=1", "x=log(8, 2)", ()),
        ("3", "x=2", "", ()),
        ("a*b", "", "a=1, b=1", ("a", "b")),
    ],
)
def test_a_point_is_fitted_to_another_formula(
    formula: str, at: str, point: str, assumed: tuple[str, ...]
) -> None:
    typed, _, missing = fit_point(*read_at(formula, at), at)
    assert (typed, missing) == (point, assumed)
    assert make_scene(formula, point).formula


def test_an_assumed_value_is_said() -> None:
    assert decode_scene(answer_graph("x*w", "x=2", fill=True)).notes[0].startswith("w = 1 for now")
    with pytest.raises(QuestionError):
        answer_graph("x*w", "x=2", fill=False)


def test_a_graph_that_is_too_large_is_refused() -> None:
    large = "; ".join(["u_0 = x", *(f"u_{place + 1} = u_{place}*x" for place in range(MOST_NODES))])
    with pytest.raises(LimitError, match="too many to step through"):
        answer_graph(large, "x=1", fill=False)
