"""(formula, answer) -> CheckRecord: the verdict on an answer and what settled it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import msgspec

from chainrule_cli.errors import AnswerError, UsageError
from chainrule_cli.grading import forms
from chainrule_cli.grading import working as working_lines
from chainrule_cli.grading.answers import GradedAnswer, grade_answer
from chainrule_cli.grading.candidates import CandidateSearch
from chainrule_cli.grading.equality import Grader, Judgement, compare_normal_forms
from chainrule_cli.grading.reference import Reference, lower_answer, values
from chainrule_cli.graph.adjoint import derivative
from chainrule_cli.graph.lower import evaluate_point
from chainrule_cli.notation.syntax import Reading
from chainrule_cli.records.base import Expression
from chainrule_cli.records.check import (
    CheckRecord,
    Counterexample,
    LineRecord,
    MistakeRecord,
    OneReading,
    Problem,
    ReadingRecord,
)
from chainrule_cli.reports.question import MOST_ORDERS, Question, ask, settle_order

FORMS = tuple(forms.FORMS)
ANY, CANONICAL = "any", "canonical"
READINGS = (ANY, CANONICAL)
"""Which readings of an answer may make it right."""
KEPT_QUESTIONS = 64
"""Questions whose points and signatures are kept, for a class that answers one after another."""

Stage = Callable[[str, CheckRecord], None]


@dataclass(frozen=True)
class PreparedQuestion:
    """A question with all that is worked out once for its answers: its grader, its formula spelled, the
    likely mistakes.
    """

    grader: Grader

    @property
    def reference(self) -> Reference:
        return self.grader.reference

    @cached_property
    def formula(self) -> Expression:
        """Spelled once for all answers."""
        return Expression(self.reference.reading.expr, self.reference.reading.definitions)

    @cached_property
    def suspects(self) -> CandidateSearch:
        return CandidateSearch(self.reference)


def report(
    text: str,
    answer: str | None = None,
    *,
    wrt: str | None = None,
    order: int = 1,
    at: str | Mapping[str, float] | None = None,
    dependent: str | None = None,
    strict: bool = False,
    form: str | None = None,
    working: str | None = None,
    reading: str = ANY,
    seed: str | None = None,
    stage: Stage | None = None,
) -> CheckRecord:
    """Whether the answer is the derivative of the formula, and how that is known.

    text, wrt, at, dependent: as `ask` takes them; at: more points, or numbers for some of the names.
    order: 1 to MOST_ORDERS, which derivative the answer is to be.
    answer, strict, form, working, reading, seed, stage: as `grade` takes them.

    Raises ReadError, QuestionError, UsageError for the formula; an answer that cannot be read is a verdict.
    """
    _check_options(order, form, reading)
    typed_point = (
        at
        if at is None or isinstance(at, str)
        else ", ".join(f"{name}={value!r}" for name, value in at.items())
    )
    prepared = _read_and_prepare(text, wrt, order, typed_point, dependent)
    return grade(
        prepared,
        answer,
        strict=strict,
        form=form,
        working=working,
        rescue=reading == ANY,
        seed=seed,
        stage=stage,
    )


def _check_options(order: int, form: str | None, reading: str) -> None:
    if reading not in READINGS:
        raise UsageError(f"--reading {reading} is not known", hint="one of " + ", ".join(READINGS))
    if not 1 <= order <= MOST_ORDERS:
        raise UsageError(f"--order {order} is not between 1 and {MOST_ORDERS}")
    if form is not None and form not in FORMS:
        raise UsageError(f"--form {form} is not known", hint="one of " + ", ".join(FORMS))


@lru_cache(KEPT_QUESTIONS)
def _read_and_prepare(
    text: str, wrt: str | None, order: int, at: str | None, dependent: str | None
) -> PreparedQuestion:
    return prepare(ask(text, wrt, at, dependent), order)


def prepare(question: Question, order: int = 1) -> PreparedQuestion:
    """What a question that has been read needs for its answers."""
    at = evaluate_point(question.at)
    order = settle_order(question, order)
    return PreparedQuestion(Grader(Reference(question.reading, question.wrt, order, question.dependent, at)))


def grade(
    prepared: PreparedQuestion,
    answer: str | None,
    *,
    strict: bool = False,
    form: str | None = None,
    working: str | None = None,
    rescue: bool = True,
    seed: str | None = None,
    stage: Stage | None = None,
) -> CheckRecord:
    """The verdict on an answer.

    answer: in plain text or LaTeX, with or without a head such as y' =; None where the working ends with it.
    strict: only a proof makes it right.
    form: one of FORMS.
    working: lines that lead to the answer, which is the last one where none is given.
    rescue: whether another reading of an answer may make it right.
    seed: what chooses the primes of the identity test for many answers at once: a hash of them all, so that
        no answer can be written for its primes; None for each its own.
    stage: called with ("judged", record) before normal forms are tried, which may take long.

    Raises UsageError where there is nothing to grade.
    """
    if working is not None:
        return _grade_working(prepared, answer, working, strict=strict, form=form, seed=seed, rescue=rescue)
    if answer is None:
        raise UsageError("there is no answer to check", hint='chainrule check "x^2" "2x", or --working FILE')
    return _grade_answer(prepared, answer, strict=strict, form=form, seed=seed, rescue=rescue, stage=stage)


def _grade_answer(
    prepared: PreparedQuestion,
    answer: str,
    *,
    strict: bool,
    form: str | None,
    seed: str | None,
    rescue: bool,
    stage: Stage | None = None,
) -> CheckRecord:
    options: dict[str, Any] = {"strict": strict, "seed": seed, "rescue": rescue}
    try:
        graded = grade_answer(prepared.grader, answer, **options)
        if graded.judged.verdict == "undecided" and graded.judged.agreeing:
            if stage is not None:
                stage("judged", _record(prepared, answer, graded, graded.judged))
            graded = grade_answer(prepared.grader, answer, symbolic=compare_normal_forms, **options)
    except AnswerError as error:
        return _record(prepared, answer, None, Judgement("undecided", None), problem=error)
    judged = graded.judged
    if judged.verdict == "incorrect" and judged.counterexample is not None:
        mistakes = _mistakes(prepared, graded.slipped, judged)
        return _record(prepared, answer, graded, judged, form=form, mistakes=mistakes)
    return _record_form(prepared, answer, graded, form)


def _grade_working(
    prepared: PreparedQuestion,
    answer: str | None,
    text: str,
    *,
    strict: bool,
    form: str | None,
    seed: str | None,
    rescue: bool,
) -> CheckRecord:
    """The record of the answer, or of the last line, with all lines; a wrong line makes the whole wrong."""
    found = working_lines.lines(prepared.grader, text, strict=strict)
    last = found[-1]
    typed = answer if answer is not None else last.typed or last.text
    record = _grade_answer(prepared, typed, strict=strict, form=form, seed=seed, rescue=rescue)
    if answer is None and record.verdict == "incorrect" and last.verdict == "correct":
        found[-1] = replace(last, verdict="incorrect")  # true, as y = x^2 is, but no answer
    lines = tuple(_line(prepared, line) for line in found)
    wrong = working_lines.first_wrong(found)
    verdict = "incorrect" if wrong is not None and record.verdict == "correct" else record.verdict
    passed = (note for line in found if line.reading is None for note in line.notes)
    notes = tuple(dict.fromkeys((*record.notes, *passed)))
    return msgspec.structs.replace(
        record, typed_answer=answer, verdict=verdict, lines=lines, first_wrong=wrong, notes=notes
    )


def _line(prepared: PreparedQuestion, line: working_lines.WorkingLine) -> LineRecord:
    wrong = line.verdict == "incorrect" and line.reading is not None and line.judged is not None
    return LineRecord(
        n=line.n,
        text=line.text,
        verdict=line.verdict,
        follows=line.follows,
        mistakes=_mistakes(prepared, line.reading, line.judged)
        if wrong and line.reading and line.judged
        else (),
        problem=None if line.problem is None else _problem(line.problem),
        notes=line.notes,
    )


def _mistakes(prepared: PreparedQuestion, answer: Reading, judged: Judgement) -> tuple[MistakeRecord, ...]:
    graph, output = lower_answer(prepared.reference, answer)
    partial = derivative(graph, output, prepared.reference.wrt)
    foreign = set(graph.inputs) - set(prepared.reference.names)
    partials = None if foreign else values((graph, partial), prepared.reference.points)
    typed = prepared.reference.reading.text
    found = prepared.suspects.matching(judged.values, partials)
    return tuple(
        MistakeRecord(
            id=each.id,
            text=each.text,
            where=typed[slice(*each.where)] if each.where else None,
            hint=each.hint,
        )
        for each in found
    )


def _record_form(
    prepared: PreparedQuestion, typed: str, graded: GradedAnswer, form: str | None
) -> CheckRecord:
    """A right answer in another form than the one that was asked for is not accepted."""
    fault = None
    if form is not None and graded.judged.verdict == "correct":
        fault = forms.fault(form, graded.reading.expr, prepared.reference.wrt)
    return _record(prepared, typed, graded, graded.judged, form=form, fault=fault)


def _record(
    prepared: PreparedQuestion,
    typed: str,
    graded: GradedAnswer | None,
    judged: Judgement,
    *,
    form: str | None = None,
    fault: str | None = None,
    problem: AnswerError | None = None,
    mistakes: tuple[MistakeRecord, ...] = (),
) -> CheckRecord:
    question, formula = prepared.reference, prepared.reference.reading
    reading = graded.reading if graded is not None else None
    answer = _expression(prepared, reading) if reading is not None else None
    notes = (
        *(note.text for note in formula.notes),
        *(f"in the answer, {note.text}" for note in (reading.notes if reading else ())),
        *judged.notes,
    )
    difference = judged.counterexample
    return CheckRecord(
        typed=formula.text,
        typed_answer=typed,
        formula=prepared.formula,
        answer=answer,
        reading=None if graded is None or answer is None else _record_reading(prepared, graded, answer),
        variables=question.names,
        wrt=question.wrt,
        order=question.order,
        dependent=question.dependent,
        verdict="unreadable" if problem is not None else "incorrect" if fault else judged.verdict,
        method=judged.method,
        points=judged.agreeing,
        counterexample=None
        if difference is None
        else Counterexample(at=difference.at, expected=difference.expected, got=difference.got),
        mistakes=mistakes,
        form=form,
        has_form=None if form is None or judged.verdict != "correct" else fault is None,
        problem=None if problem is None else _problem(problem),
        lines=None,
        first_wrong=None,
        notes=tuple(dict.fromkeys((*notes, fault) if fault else notes)),
    )


def _expression(prepared: PreparedQuestion, reading: Reading) -> Expression:
    return Expression(reading.expr, (*prepared.reference.reading.definitions, *reading.definitions))


def _record_reading(prepared: PreparedQuestion, graded: GradedAnswer, answer: Expression) -> ReadingRecord:
    """How the answer was read, and how else it could be."""
    return ReadingRecord(
        chosen=_one_reading(answer, graded.reading),
        others=tuple(_one_reading(_expression(prepared, other), other) for other in graded.others),
    )


def _one_reading(expression: Expression, reading: Reading) -> OneReading:
    notes = tuple(note.text for note in reading.notes)
    return OneReading(text=expression.text, latex=expression.latex, notes=notes)


def _problem(error: AnswerError) -> Problem:
    return Problem(
        message=error.message,
        span=None if error.span is None else (error.span.start, error.span.end),
        hint=error.hint,
    )
