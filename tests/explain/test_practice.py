"""What is said of a graded sheet and of a session: a row for each answer, reasons below, nothing that did not happen."""

from __future__ import annotations

from chainrule_cli.explain.practice import explain_answers, explain_score
from chainrule_cli.records.practice import Named, ScoreRecord
from chainrule_cli.render import plain
from chainrule_cli.reports.practice import grade_answers as graded
from chainrule_cli.reports.practice import report
from tests.support import PATIENCE

ANSWERS = "2x ln(x) + x - 2/x\n1/(3x^3)\n6(2x - 5)^5\n\ncos x - x sin\n"
GRADED = """\
      exercise         answer               verdict
  1   (x² - 2)·ln(x)   2x ln(x) + x - 2/x   ✓ correct
  2   ln(x)/x³         1/(3x^3)             ✗ incorrect
  3   (2x - 5)⁶        6(2x - 5)^5          ✗ incorrect
  4   cos(6x - 5)      —                    – missing
  5   x·cos(x)         cos x - x sin        ✗ unreadable
"""


def test_a_graded_sheet_has_a_row_for_each_answer_and_the_reasons_below() -> None:
    record = graded(report(level=2, seed=5, count=5), ANSWERS, timeout=PATIENCE, memory=1 << 30)
    page = plain.render(explain_answers(record))
    table, _, below = page.partition("\n\n")
    assert table + "\n" == GRADED
    assert "  3  at x = " in below
    assert "consistent with inner-forgotten: " in below
    assert "  5  " in below
    assert "1 of 5 correct; " in below
    assert "inner-forgotten 1×" in below
    assert below.endswith("the exercises: chainrule practice --level 2 --seed 5 --count 5\n")


def score(**given: object) -> str:
    nothing = dict.fromkeys(("first_try", "later", "with_hints", "shown", "skipped", "unanswered"), 0)
    record = ScoreRecord(
        **{"level": 3, "seed": 7, "count": 4, "mistakes": (), "rules": (), **nothing, **given}
    )  # type: ignore[arg-type]  # by their names
    return plain.render(explain_score(record))


def test_a_score_without_a_fault_is_short() -> None:
    assert (
        score(first_try=4)
        == "  ✓ 4 of 4 right at the first try\n\n  the same again: chainrule practice --level 3 --seed 7 --count 4\n"
    )


def test_a_score_names_ways_mistakes_and_rules() -> None:
    rules = tuple(
        Named(name=name, count=count)
        for name, count in (("chain rule", 3), ("power", 2), ("sine", 1), ("sum", 1), ("tangent", 1))
    )
    shown = score(
        first_try=1, later=1, skipped=2, mistakes=(Named(name="inner-forgotten", count=2),), rules=rules
    )
    assert "1 of 4 right at the first try, 1 after another try, 2 skipped\n" in shown
    assert "mistakes      inner-forgotten (2 times)\n" in shown
    assert "to practise   chain rule (3 times), power (2 times), sine, sum\n" in shown
