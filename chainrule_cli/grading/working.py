"""Working line by line: which line is the first wrong one, and whether each says the same as the one before.

A line is an answer of its own, with or without a head, or it says something else that is true or false: an
equation in y', a substitution, a derivative of an inner part. Refuses to judge how far a step may go.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from chainrule_cli.errors import AnswerError, ReadError, UsageError
from chainrule_cli.grading.answers import grade_answer
from chainrule_cli.grading.equality import Grader, Judgement
from chainrule_cli.grading.evidence import close, prove
from chainrule_cli.grading.reference import Reference, lower_answer
from chainrule_cli.grading.relations import Facts, Quantity, compare
from chainrule_cli.notation.heads import find_head
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.reader import ReadingState
from chainrule_cli.notation.statements import Statement, split_statements
from chainrule_cli.notation.syntax import Reading
from chainrule_cli.notation.write import to_text

MOST_LINES = 200
LONGEST_LINE = 10_000

Verdict = Literal["correct", "incorrect", "unreadable", "undecided"]
Judged = Verdict | Literal["answer"]
"""What is said of a statement; "answer" for one that is graded as an answer."""
PARTS = frozenset({"f", "F"})
"""Names of the whole formula that people give to a part of it as well."""
PASSED_OVER = "line {} is passed over: {}"


@dataclass(frozen=True, slots=True)
class WorkingLine:
    """n: its number in the file, from 1.
    follows: whether its values are those of the line before it; None for the first and where one of the two
    is no answer.
    notes: on how it was read.
    typed: the line as an answer, with the substitutions that it uses before it."""

    n: int
    text: str
    verdict: Verdict
    follows: bool | None
    reading: Reading | None
    judged: Judgement | None
    problem: AnswerError | None
    notes: tuple[str, ...] = ()
    typed: str = ""


def lines(grader: Grader, text: str, *, strict: bool = False) -> list[WorkingLine]:
    """Every line that says something, judged on its own.

    Raises UsageError for a text without lines or with too many."""
    typed = list_lines(text)
    if not typed:
        raise UsageError("there is no line of working", hint="write one expression a line")
    if len(typed) > MOST_LINES or any(len(line) > LONGEST_LINE for _, line in typed):
        raise UsageError(f"working has at most {MOST_LINES} lines of {LONGEST_LINE:,} characters")
    judge = _LineJudge(grader, strict=strict)
    return [judge.judge(number, line) for number, line in typed]


def list_lines(text: str) -> list[tuple[int, str]]:
    """The lines that say something, with their numbers; what stands behind # is a comment."""
    numbered = [(number, line.partition("#")[0].strip()) for number, line in enumerate(text.splitlines(), 1)]
    return [(number, line) for number, line in numbered if line]


def first_wrong(found: Sequence[WorkingLine]) -> int | None:
    """The number of the first line that is false."""
    return next((line.n for line in found if line.verdict == "incorrect"), None)


class _LineJudge:
    """Judges the lines in order; a line may use what those before it have introduced.

    before: the last line that was an answer.
    """

    def __init__(self, grader: Grader, *, strict: bool) -> None:
        self.grader = grader
        self.strict = strict
        self.facts = Facts(grader.reference)
        self.before: WorkingLine | None = None

    def judge(self, number: int, text: str) -> WorkingLine:
        try:
            statements = self.read(text)
            verdicts = [self.judge_statement(statement, text) for statement in statements]
        except ReadError as error:
            problem = AnswerError(error.message, text=text, span=error.span, hint=error.hint)
            return self.pass_over(number, text, problem)
        if "answer" in verdicts:
            return self.judge_answer(number, text)
        worst: Verdict = "correct"
        if "incorrect" in verdicts or "undecided" in verdicts:
            worst = "incorrect" if "incorrect" in verdicts else "undecided"
        note = PASSED_OVER.format(number, "nothing is known of what it speaks of")
        notes = (note,) if worst == "undecided" else ()
        return WorkingLine(number, text, worst, None, None, None, None, notes)

    def read(self, text: str) -> list[Statement]:
        state = ReadingState(text, frozenset(self.facts.known))
        return split_statements(state.tokenize())

    def pass_over(self, number: int, text: str, problem: AnswerError) -> WorkingLine:
        note = PASSED_OVER.format(number, problem.message)
        return WorkingLine(number, text, "unreadable", None, None, None, problem, (note,))

    # what is no answer

    def judge_statement(self, statement: Statement, text: str) -> Judged:
        """The verdict on a statement, "answer" for one that is an answer to the question."""
        parts = [part for part in statement.parts if part]
        if len(parts) == 1 or len(parts) < len(statement.parts):
            return "answer"
        name = statement.name.text if statement.name is not None else ""
        if name and self.is_new(name) and len(parts) == 2 and not statement.parameters:
            return self.define(name, parts[1], text)
        if self.is_answer(parts, text):
            return "answer"
        verdict = self.compare_parts(parts, text)
        if verdict != "incorrect" or not self.facts.is_result(name):
            return verdict
        return self.judge_label(name, parts, text)

    def judge_label(self, name: str, parts: Sequence[list[Token]], text: str) -> Judged:
        """y = 2x, which is not the formula: an answer; f = x may be a part of the formula by that name."""
        if len(parts) > 2 or name not in PARTS:
            return "answer"
        side = self.facts.read(parts[1], text)
        expected = self.facts.derive_result(self.grader.reference.order)
        if side is None or expected is None or compare(side, Quantity(expected, expected)):
            return "answer"
        return self.define(name, parts[1], text)

    def is_answer(self, parts: Sequence[list[Token]], text: str) -> bool:
        """Whether a chain gives the derivative that is asked for: y' = A, A = y', A = B without y and u."""
        reference = self.grader.reference
        head = find_head(parts[0]) or (find_head(parts[-1]) if len(parts) == 2 else None)
        if head is not None:
            asked = head.variable in ("", reference.wrt) and head.order == reference.order
            return asked and (self.facts.is_result(head.function) or self.is_formula(head.operand, text))
        return not any(map(self.speaks, parts)) and self.varies(parts[-1])

    def varies(self, tokens: Sequence[Token]) -> bool:
        """Whether the variable stands in it: sin^2 x + cos^2 x = 1 is a remark."""
        return any(self.grader.reference.wrt in token.text for token in tokens)

    def is_formula(self, operand: Sequence[Token], text: str) -> bool:
        """Whether what d/dx is applied to is the formula."""
        if not operand or self.grader.reference.dependent:
            return False
        side = self.facts.read(operand, text)
        return side is not None and compare(side, self.facts.measure_result()) is True

    def speaks(self, tokens: Sequence[Token]) -> bool:
        """Whether tokens speak of y, of a derivative, or of a name that the working introduced."""
        names = self.facts.substituted
        return any(
            token.kind in ("'", "''") or token.text in names or self.facts.is_result(token.text)
            for token in tokens
        ) or any(after.text == "/" and token.text[:1] in ("d", "∂") for token, after in pairwise(tokens))

    def is_new(self, name: str) -> bool:
        return not self.facts.is_result(name) and name not in self.grader.reference.names

    def define(self, name: str, body: Sequence[Token], text: str) -> Verdict:
        """u = x^2: true, unless u was something else before."""
        state = ReadingState(text, frozenset(self.facts.known))
        state.declare([])
        reading = state.read_part(list(body))
        known = self.facts.known.get(name)
        if known is not None:
            return _say(compare(known, self.facts.measure(reading.expr)))
        if not set(reading.variables) <= set(self.facts.known):
            return "undecided"
        self.facts.define(name, reading)
        return "correct"

    def compare_parts(self, parts: Sequence[list[Token]], text: str) -> Verdict:
        """Whether all parts have the same values."""
        sides = [self.facts.read(part, text) for part in parts]
        if any(side is None for side in sides):
            return "undecided"
        known: list[Quantity] = [side for side in sides if side is not None]
        return _say(_all_equal([compare(left, right) for left, right in pairwise(known)]))

    # answers

    def judge_answer(self, number: int, text: str) -> WorkingLine:
        typed = self.with_substitutions(text)
        if self.speaks_of_result(text):
            return self.judge_by_numbers(number, text, AnswerError("the answer speaks of y", text=text))
        try:
            graded = grade_answer(self.grader, typed, strict=self.strict)
        except AnswerError as error:
            return self.judge_by_numbers(number, text, error)
        line = WorkingLine(
            number,
            text,
            graded.judged.verdict,
            _follows(self.grader.reference, self.before, graded.slipped, graded.judged),
            graded.slipped,
            graded.judged,
            None,
            graded.judged.notes,
            typed,
        )
        self.before = line
        return line

    def speaks_of_result(self, text: str) -> bool:
        """Whether y stands in an answer that has to be in x alone: y' = y(ln x + 1)."""
        if self.grader.reference.dependent:
            return False
        parts = [part for statement in self.read(text) for part in statement.parts if part]
        return any(
            self.facts.is_result(token.text)
            for part in parts
            if find_head(part) is None and len(part) > 1
            for token in part
        )

    def with_substitutions(self, text: str) -> str:
        """A line with the definitions that it uses before it."""
        used = {token.text for statement in self.read(text) for token in statement.tokens}
        if used.isdisjoint(self.facts.substituted):
            return text
        heads = [f"{name} = {to_text(body.expr)}" for name, body in self.facts.substituted.items()]
        return "; ".join([*heads, text.strip().removeprefix("=")])

    def judge_by_numbers(self, number: int, text: str, error: AnswerError) -> WorkingLine:
        """An answer in which derivatives are left standing, as (x^2)' and u': right where its values are."""
        expected = self.facts.derive_result(self.grader.reference.order)
        try:
            parts = [part for statement in self.read(text) for part in statement.parts if part]
            sides = [self.facts.read(part, text) for part in parts]
        except ReadError:
            return self.pass_over(number, text, error)
        known = [side for side in sides if side is not None]
        if expected is None or len(known) < len(sides) or not known:
            return self.pass_over(number, text, error)
        wanted = Quantity(expected, expected)
        verdict = _say(_all_equal([compare(wanted, side) for side in known]))
        notes = () if verdict != "undecided" else (PASSED_OVER.format(number, error.message),)
        last = text[parts[-1][0].start : parts[-1][-1].end]
        typed = self.with_substitutions(last)
        return WorkingLine(number, text, verdict, None, None, None, None, notes, typed)


def _say(equal: bool | None) -> Verdict:  # noqa: FBT001  # None is the third answer
    return "undecided" if equal is None else "correct" if equal else "incorrect"


def _all_equal(found: Sequence[bool | None]) -> bool | None:
    """False where one is, else None where one is, else True."""
    if False in found:
        return False
    return None if None in found else True


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
