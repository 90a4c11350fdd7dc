"""The mistake by its name: for each id, wrong answers built from its words alone; a right answer has none."""

from __future__ import annotations

import random

import pytest
import sympy

from chainrule_cli.grading.mistakes import MISTAKES
from chainrule_cli.reports.check import report
from tests.grading.wrong_answers import MAKERS, cases, disguised
from tests.support import counted

SHARE = 0.95
"""Of the wrong answers with a mistake, those that have it among the first three."""


def test_every_mistake_has_wrong_answers() -> None:
    assert set(MAKERS) == set(MISTAKES)


@counted(100)
@pytest.mark.parametrize("name", list(MAKERS))
def test_the_mistake_is_among_the_first_three(name: str, count: int) -> None:
    missed = []
    for case, answer in cases(name, count):
        record = report(case.formula, answer, wrt=case.wrt)
        assert record.verdict in ("incorrect", "undecided"), (case.formula, answer)
        if name not in [mistake.id for mistake in record.mistakes[:3]]:
            missed.append((case.formula, answer, [mistake.id for mistake in record.mistakes]))
    assert len(missed) <= (1 - SHARE) * count + 0.5 * (count < 20), missed


@counted(1000)
def test_a_right_answer_has_no_mistake(count: int) -> None:
    dice = random.Random("right answers")
    names = list(MAKERS)
    for number in range(count):
        case = MAKERS[names[number % len(names)]](dice)
        answer = disguised(dice, case.right)
        if case.right.has(sympy.zoo, sympy.nan):
            continue
        record = report(case.formula, answer, wrt=case.wrt)
        assert record.verdict in ("correct", "undecided"), (
            case.formula,
            answer,
            record.verdict,
            record.counterexample,
        )
        assert record.mistakes == (), (case.formula, answer)
