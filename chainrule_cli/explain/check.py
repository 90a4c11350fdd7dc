"""CheckRecord -> Document: the verdict first, then why."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule_cli.document import (
    DisplayedFormula,
    Document,
    Element,
    Remark,
    Runs,
    StyledRun,
    Text,
    join_runs,
)
from chainrule_cli.explain.numbers import short, where
from chainrule_cli.records.check import CheckRecord, MistakeRecord

MOST_LINES = 3
"""Lines of a page unless more is asked for."""


def explain(record: CheckRecord, detail: str = "normal") -> Document:
    """The page of a verdict.

    detail: brief is the verdict and the notes, which no page hides; full has the formulas and all mistakes.
    """
    rows = list(_working(record, everything=detail == "full"))
    lines = [line for line in _why(record, everything=detail == "full") if line not in rows]
    notes = [line for line in _notes(record) if line not in rows]
    kept = {"brief": 0, "full": len(lines)}.get(detail, MOST_LINES - 1)
    echo = [
        DisplayedFormula("formula", record.formula.syntax),
        *([DisplayedFormula("answer", record.answer.syntax)] if record.answer else []),
    ]
    elements: list[Element] = [
        *(echo if detail == "full" else []),
        _verdict(record),
        *(Text(line, 2) for line in [*rows, *lines[:kept], *notes]),
    ]
    answer = f": {record.typed_answer}" if record.typed_answer else ""
    return Document(f"check of {record.typed}{answer}", tuple(elements))


def _working(record: CheckRecord, *, everything: bool) -> Iterator[Runs]:
    """The first wrong line and what is wrong with it; all lines where everything is wanted."""
    for line in record.lines or ():
        wrong = line.n == record.first_wrong
        if not wrong and not everything:
            continue
        yield join_runs(
            StyledRun(f"line {line.n} ", "strong"),
            f"is {line.verdict}{FOLLOWS[line.follows]}: ",
            StyledRun(line.text, "dim"),
        )
        if wrong and line.mistakes:
            yield from _mistake(line.mistakes[0])
        if wrong and line.problem:
            yield join_runs(line.problem.message)


FOLLOWS = {
    None: "",
    True: ", and follows from the line before it",
    False: ", and does not follow from the line before it",
}


def _verdict(record: CheckRecord) -> Remark:
    match record.verdict:
        case "correct":
            return Remark(
                join_runs(
                    StyledRun("correct", "strong"),
                    f" ({METHODS[record.method or 'numeric'].format(_points(record.points))})",
                ),
                "good",
            )
        case "incorrect" if record.first_wrong is not None and record.counterexample is None:
            return Remark(
                join_runs(
                    StyledRun("incorrect", "strong"),
                    f": the answer is right, line {record.first_wrong} of the working is not",
                ),
                "bad",
            )
        case "incorrect":
            return Remark(join_runs(StyledRun("incorrect", "strong"), *_fails(record)), "bad")
        case "unreadable":
            message = record.problem.message if record.problem else ""
            return Remark(join_runs(StyledRun("the answer cannot be read", "strong"), f": {message}"), "bad")
        case "undecided":
            return Remark(
                join_runs(StyledRun("undecided", "strong"), f": {record.notes[-1]}" if record.notes else ""),
                "open",
            )


METHODS = {
    "identical": "the same expression, and agreement at {}",
    "identity-test": "identity test, and agreement at {}",
    "symbolic": "normal forms, and agreement at {}",
    "numeric": "agreement at {} to 100 digits",
}


def _points(count: int) -> str:
    return f"{count} point{'s' if count != 1 else ''}"


def _fails(record: CheckRecord) -> Runs:
    found = record.counterexample
    if found is None:
        return join_runs(f": {record.notes[-1]}") if record.notes else ()
    point = f": at {where(found.at)}" if found.at else ":"
    got = "your answer has no value" if found.got is None else f"your answer gives {number(found.got)}"
    return join_runs(f"{point} the derivative is {number(found.expected)}, {got}")


def number(value: float | str) -> str:
    """A number of a counterexample; one that a double cannot tell apart is its digits."""
    return value if isinstance(value, str) else short(value, 5)


def _why(record: CheckRecord, *, everything: bool) -> Iterator[Runs]:
    for mistake in record.mistakes if everything else record.mistakes[:1]:
        yield from _mistake(mistake)
    if record.problem is not None and record.typed_answer is not None:
        yield from _caret(record.typed_answer, record.problem.span)
        if record.problem.hint:
            yield join_runs(record.problem.hint)


def _notes(record: CheckRecord) -> Iterator[Runs]:
    """How formula and answer were read, and what else is to be said; not what the verdict says already."""
    phrase = _verdict(record).runs
    yield from (
        join_runs(StyledRun("note: ", "dim"), note)
        for note in record.notes
        if not any(note in str(run.content) for run in phrase)
    )


def _mistake(mistake: MistakeRecord) -> Iterator[Runs]:
    yield join_runs(
        StyledRun("consistent with  ", "dim"), StyledRun(mistake.id, "strong"), f": {mistake.text}"
    )
    yield join_runs(StyledRun("hint: ", "dim"), mistake.hint)


def _caret(text: str, span: tuple[int, int] | None) -> Iterator[Runs]:
    if span is not None and "\n" not in text and len(text) <= 200:
        yield join_runs(
            f"{text[: span[0]]}", StyledRun(text[span[0] : span[1]] or "␣", "bad"), text[span[1] :]
        )
