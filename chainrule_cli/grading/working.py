"""Working line by line: which line is the first wrong one, and whether each says the same as the one before
it.

A line is an answer of its own, with or without a head; only = before it, a number of the list and a comment
after # are set aside. Refuses to judge how far a step may go.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chainrule_cli.errors import AnswerError, UsageError
from chainrule_cli.grading.answers import grade_answer, read_answer
from chainrule_cli.grading.equality import Grader, Judgement
from chainrule_cli.grading.evidence import close, prove
from chainrule_cli.grading.forms import forms, same
from chainrule_cli.grading.reference import Reference, lower_answer
from chainrule_cli.notation.syntax import Reading

MOST_LINES = 200
LONGEST_LINE = 10_000

Verdict = Literal["correct", "incorrect", "unreadable", "undecided"]


@dataclass(frozen=True, slots=True)
class WorkingLine:
    """n: its number in the file, from 1.
    follows: whether its values are those of the line before it; None for the first and where one of the two
    cannot be read."""

    n: int
    text: str
    verdict: Verdict
    follows: bool | None
    reading: Reading | None
    judged: Judgement | None
    problem: AnswerError | None


def lines(grader: Grader, text: str, *, strict: bool = False) -> list[WorkingLine]:
    """Every line that says something, judged on its own; a first one that only restates the question says
    nothing.

    Raises UsageError for a text without lines or with too many."""
    numbered = [(number, line.partition("#")[0].strip()) for number, line in enumerate(text.splitlines(), 1)]
    typed = [(number, line) for number, line in numbered if line]
    if not typed:
        raise UsageError("there is no line of working", hint="write one expression a line")
    if len(typed) > MOST_LINES or any(len(line) > LONGEST_LINE for _, line in typed):
        raise UsageError(f"working has at most {MOST_LINES} lines of {LONGEST_LINE:,} characters")
    reference = grader.reference
    given = typed[1:] if len(typed) > 1 and _restates(reference, typed[0][1]) else typed
    found: list[WorkingLine] = []
    for number, line in given:
        found.append(_line(grader, number, line, found[-1] if found else None, strict=strict))
    return found


def _restates(reference: Reference, text: str) -> bool:
    """Whether a line only says what is to be differentiated: the equation again, or y = and the formula."""
    if reference.dependent:
        return "".join(text.split()) == "".join(reference.reading.text.split())
    try:
        answer = read_answer(text, reference)
    except AnswerError:
        return False
    chain = answer.chains[-1]
    lowered = lower_answer(reference, answer.reading)
    return bool(chain.label) and not chain.heads and same(forms(*reference.lowered), lowered)


def first_wrong(found: Sequence[WorkingLine]) -> int | None:
    """The number of the first line that is wrong or cannot be read."""
    return next((line.n for line in found if line.verdict in ("incorrect", "unreadable")), None)


def _line(grader: Grader, number: int, text: str, before: WorkingLine | None, *, strict: bool) -> WorkingLine:
    try:
        graded = grade_answer(grader, text, strict=strict)
    except AnswerError as error:
        return WorkingLine(number, text, "unreadable", None, None, None, error)
    reading, judged = graded.slipped, graded.judged
    return WorkingLine(
        number,
        text,
        judged.verdict,
        _follows(grader.reference, before, reading, judged),
        reading,
        judged,
        None,
    )


def _follows(
    reference: Reference, before: WorkingLine | None, reading: Reading, judged: Judgement
) -> bool | None:
    """Two right lines say the same; a wrong one says what the line before it says where their values agree,
    or are proved to by balls where floats cannot tell."""
    if before is None or before.judged is None or before.reading is None:
        return None
    if before.verdict == judged.verdict == "correct":
        return True
    rows = list(zip(before.judged.values, judged.values, strict=False))
    indices = [index for index, (a, b) in enumerate(rows) if not (math.isnan(a) or math.isnan(b))]
    doubtful = [index for index in indices if not close(*rows[index])]
    if not {*before.reading.variables, *reading.variables} <= set(reference.names):
        return not doubtful if indices else None
    one, other = lower_answer(reference, before.reading), lower_answer(reference, reading)
    return (
        all(prove(reference, other, reference.points[index], against=one) == "same" for index in doubtful)
        if indices
        else None
    )
