"""Exercises: every kind beside sympy.diff, no sheet with one formula twice, the same seed the same sheet, kinks, graded answers."""

from __future__ import annotations

import json
import math
from collections import Counter
from itertools import islice
from random import Random
from typing import Any

import jsonschema
import pytest
import sympy

from chainrule_cli.calculus.rules import RULES
from chainrule_cli.errors import UsageError
from chainrule_cli.lessons.exercise_formulas import ExerciseDraw
from chainrule_cli.lessons.exercises import KINDS, LEVELS, Exercise, Kind, exercises
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Apply, Number, Syntax, postorder, tree_size
from chainrule_cli.notation.write import to_latex, to_text, to_unicode
from chainrule_cli.records.base import encode, exit_status, schema
from chainrule_cli.reports.diff import report as diff
from chainrule_cli.reports.practice import (
    LARGEST_ANSWER,
    MOST_EXERCISES,
    Solved,
    grade_answers,
    report,
    solve,
)
from tests.oracle import to_sympy, value
from tests.support import PATIENCE, counted

POINTS = tuple(
    {"x": x, "y": y, "z": z}
    for x, y, z in (
        (0.11, 0.3, 0.7),
        (0.37, 0.81, -0.6),
        (1.43, -0.52, 0.9),
        (5.3, 1.9, 1.1),
        (-1.3, 0.7, 2.0),
    )
)
"""Near 0 and far from it, so that every kind has a value at one of them."""

kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.level} {kind.name}")


def drawn(kind: Kind, seed: int) -> Exercise:
    return Exercise(kind, kind.build(ExerciseDraw(Random(seed))))


def solved(kind: Kind, seed: int) -> Solved:
    found = solve(drawn(kind, seed), 1)
    assert found is not None, to_text(drawn(kind, seed).formula)
    return found


# every kind


@kinds
@counted(20)
def test_every_kind_is_confirmed_and_agrees_with_sympy(kind: Kind, count: int) -> None:
    for seed in range(count):
        found = solved(kind, seed)
        expected, got = (
            oracle(kind, found.exercise.formula.syntax),
            to_sympy(found.solution.derivative.syntax),
        )
        pairs = [(value(expected, point), value(got, point)) for point in POINTS]
        known = [(one, other) for one, other in pairs if one is not None]
        assert known, found.exercise.text
        assert all(
            other is not None and math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
            for one, other in known
        ), found.exercise.text


def oracle(kind: Kind, formula: Syntax) -> Any:
    """The derivative as sympy has it; of an equation by the derivatives of its two sides."""
    x, y = (sympy.Symbol(name, real=True) for name in ("x", "y"))
    if kind.dependent:
        assert isinstance(formula, Apply)
        left, right = map(to_sympy, formula.args)
        return -sympy.diff(left - right, x) / sympy.diff(left - right, y)
    return sympy.diff(to_sympy(formula), sympy.Symbol(kind.wrt, real=True), kind.order)


@kinds
def test_every_kind_is_about_its_rules(kind: Kind) -> None:
    for seed in range(4):
        rules = {step.rule for step in asked(kind, to_text(drawn(kind, seed).formula)).steps}
        assert set(kind.rules) <= rules, to_text(drawn(kind, seed).formula)
    steps = {step.rule for step in asked(kind, kind.example).steps}
    assert set(kind.rules) <= steps


def asked(kind: Kind, text: str) -> Any:
    return diff(text, wrt=kind.wrt, order=kind.order, dependent=kind.dependent)


@kinds
def test_what_is_drawn_reads_back_in_every_spelling(kind: Kind) -> None:
    for seed in range(20):
        formula = drawn(kind, seed).formula
        assert all(read(write(formula)).expr == formula for write in (to_text, to_unicode, to_latex)), (
            to_text(formula)
        )


@kinds
def test_what_is_drawn_is_what_a_textbook_prints(kind: Kind) -> None:
    for seed in range(60):
        for node in postorder(drawn(kind, seed).formula):
            assert not silly(node), to_text(drawn(kind, seed).formula)


def silly(node: Syntax) -> bool:
    """0·x, 1·x, x^1, x^0, x + 0, a sum in a sum, a product in a product, a minus before a minus, a function of a number."""
    if isinstance(node, Number):
        return node.value > 400
    if not isinstance(node, Apply):
        return False
    nested = node.function in ("+", "*", "neg") and any(
        isinstance(each, Apply) and each.function == node.function for each in node.args
    )
    plain = {each.value for each in node.args if isinstance(each, Number)}
    empty = (
        (node.function == "+" and 0 in plain)
        or (node.function in ("*", "^") and plain & {0, 1})
        or (node.function == "/" and node.args[1] == Number(1))
    )
    constant = node.function not in ("+", "*", "^", "/", "neg", "=") and isinstance(node.args[0], Number)
    return bool(nested or empty or constant)


def test_every_rule_of_the_table_is_a_rule() -> None:
    elementary = {
        "implicit differentiation",
        "natural logarithm",
        "sine",
        "cosine",
        "tangent",
        "square root",
        "absolute value",
        "logarithm to a base",
    }
    assert {rule for kind in KINDS for rule in kind.rules} <= set(RULES) | elementary
    assert len({(kind.level, kind.name) for kind in KINDS}) == len(KINDS)
    assert set(Counter(kind.level for kind in KINDS)) == set(LEVELS)


# sheets


@pytest.mark.parametrize("level", LEVELS)
def test_the_longest_sheet_has_no_formula_twice(level: int) -> None:
    found = list(islice(exercises(level, 1), MOST_EXERCISES))
    assert len({(each.formula, each.kind.order) for each in found}) == MOST_EXERCISES


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("seed", range(5))
def test_ten_exercises_are_ten_kinds(level: int, seed: int) -> None:
    record = report(level=level, seed=seed)
    assert [each.number for each in record.exercises] == list(range(1, 11))
    assert len({each.kind for each in record.exercises}) == 10
    assert all(tree_size(each.derivative.syntax) <= LARGEST_ANSWER for each in record.solutions)


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_seed_is_the_same_sheet_and_a_longer_one_goes_on(level: int) -> None:
    short, long = report(level=level, seed=8, count=4), report(level=level, seed=8, count=9)
    assert encode(report(level=level, seed=8, count=4)) == encode(short)
    assert long.exercises[:4] == short.exercises
    assert report(level=level, seed=9, count=4).exercises != short.exercises


def test_the_sheet_of_a_seed_stays_what_it_is() -> None:
    """A teacher prints the solutions a year later."""
    assert [each.text for each in report(level=2, seed=5, count=4).exercises] == [
        "(x² - 2)·ln(x)",
        "ln(x)/x³",
        "(2x - 5)⁶",
        "cos(6x - 5)",
    ]


@pytest.mark.parametrize(
    ("sheet", "lengths"), [("exercises", (3, 0)), ("solutions", (0, 3)), ("both", (3, 3))]
)
def test_the_parts_of_a_sheet_lie_apart(sheet: Any, lengths: tuple[int, int]) -> None:
    record = report(level=3, seed=2, count=3, sheet=sheet)
    assert (len(record.exercises), len(record.solutions)) == lengths
    jsonschema.validate(json.loads(encode(record)), schema("practice"))
    if sheet == "exercises":
        assert b"derivative" not in encode(record)


def test_a_sheet_in_the_making_is_incomplete() -> None:
    stages = []
    report(
        level=1,
        seed=1,
        count=25,
        stage=lambda name, record: stages.append((name, record.complete, len(record.exercises))),
    )
    assert stages == [("drawn", False, 10), ("drawn", False, 20)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"level": 0}, "--level 0"),
        ({"level": 6}, "--level 6"),
        ({"count": 0}, "--count 0"),
        ({"count": 201}, "--count 201"),
        ({"seed": -1}, "--seed -1"),
        ({"seed": 2**63}, "--seed"),
    ],
)
def test_what_makes_no_sheet_is_refused(options: dict[str, int], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        report(**{"seed": 1, **options})  # type: ignore[arg-type]  # by their names


def test_kinks_have_the_slopes_of_both_sides() -> None:
    kind = next(kind for kind in KINDS if kind.name == "an absolute value with two kinks")
    found = solve(Exercise(kind, read("|x^2 - 4|").expr), 1)
    assert found is not None
    assert [(kink.at["x"], kink.left, kink.right) for kink in found.solution.kinks] == [
        (-2, -4, 4),
        (2, -4, 4),
    ]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.bent], ids=lambda kind: kind.name)
def test_what_is_said_to_be_bent_is_bent(kind: Kind) -> None:
    assert all(solved(kind, seed).solution.kinks for seed in range(8))


def test_an_exercise_that_no_witness_confirms_is_left_out() -> None:
    kind = KINDS[0]
    assert solve(Exercise(kind, read("log(-1 - x^2)").expr), 1) is None
    assert solve(Exercise(kind, read("x + 1").expr), 1) is None  # its derivative is a number alone


# answers


def graded(text: str, *, count: int = 3, timeout: float = PATIENCE) -> Any:
    return grade_answers(report(level=2, seed=5, count=count), text, timeout=timeout, memory=1 << 30)


@pytest.mark.parametrize(
    ("text", "verdicts", "status"),
    [
        ("2x ln(x) + x - 2/x\n(1 - 3ln(x))/x^4\n12(2x-5)^5\n", "correct correct correct", 0),
        ("2x ln(x) + x - 2/x\r\n(1 - 3ln(x))/x^4\r\n6(2x-5)^5\r\n", "correct correct incorrect", 1),
        ("2x ln(x) + x - 2/x\n\n12(2x-5)^5", "correct missing correct", 4),
        ("2x ln(x) + x - 2/x", "correct missing missing", 4),
        ("2x ln(x) + x - 2/x\n2x(\n12(2x-5)^5", "correct unreadable correct", 4),
        (r"y' = 2x\ln x + x - \frac{2}{x}" + "\n1/x\n2x(", "correct incorrect unreadable", 1),
        ("", "missing missing missing", 4),
    ],
)
def test_every_answer_is_judged(text: str, verdicts: str, status: int) -> None:
    record = graded(text)
    assert [each.verdict for each in record.answers] == verdicts.split()
    assert (record.correct, exit_status(record)) == (verdicts.split().count("correct"), status)
    jsonschema.validate(json.loads(encode(record)), schema("practice-answers"))


def test_a_wrong_answer_has_its_mistake_and_a_point() -> None:
    wrong = graded("\n\n6(2x-5)^5").answers[2]
    assert [each.id for each in wrong.mistakes][:1] == ["inner-forgotten"]
    assert wrong.counterexample is not None


def test_more_answers_than_exercises_are_refused() -> None:
    with pytest.raises(UsageError, match="4 answers to 3 exercises"):
        graded("1\n2\n3\n4")


@pytest.mark.parametrize(
    "answer",
    [
        "x^9^9^9",
        "__import__('os').system('id')",
        "(" * 5_000,
        "\x00\x1b[31m",
        "9" * 20_000,
        "gamma(gamma(gamma(9^99)))",
    ],
)
def test_a_hostile_answer_costs_nobody_else_a_verdict(answer: str) -> None:
    record = graded(f"{answer}\n(1 - 3ln(x))/x^4\n12(2x-5)^5\n")
    assert record.answers[0].verdict in ("incorrect", "unreadable", "undecided")
    assert [each.verdict for each in record.answers[1:]] == ["correct", "correct"]
