"""The records of practice -> Documents: a sheet, one exercise by itself, a file of graded answers, the score
of a session.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chainrule_cli.document import (
    Document,
    Element,
    Heading,
    Item,
    Remark,
    Role,
    Runs,
    StyledRun,
    Table,
    Text,
    join_runs,
)
from chainrule_cli.explain.check import number
from chainrule_cli.explain.diff import head
from chainrule_cli.explain.numbers import short, where
from chainrule_cli.explain.words import shorten_text
from chainrule_cli.notation.syntax import Apply, Name, Syntax
from chainrule_cli.records.practice import (
    AnswersRecord,
    ExerciseRecord,
    GradedRecord,
    Named,
    PracticeRecord,
    ScoreRecord,
    SolutionRecord,
)

MARKS = {"correct": "✓ ", "incorrect": "✗ ", "unreadable": "✗ ", "undecided": "? ", "missing": "– "}
LONGEST_ANSWER = 60
"""Characters of an answer that a row shows."""

WAYS = {
    "later": "after another try",
    "with_hints": "with hints",
    "shown": "shown",
    "skipped": "skipped",
    "unanswered": "not answered",
}
MOST_RULES = 4


def explain(record: PracticeRecord) -> Document:
    """The sheet. Its last line says how it is made again."""
    common = _common(record)
    elements: list[Element] = [
        Text(join_runs(f"Level {record.level}: {record.about}.", f" In each, {common}." if common else ""))
    ]
    if record.exercises:
        elements += [
            *_title_part("Exercises", record),
            *(_item(one, "" if common else write_task(one)) for one in record.exercises),
        ]
    if record.solutions:
        elements += [*_title_part("Solutions", record), *map(_solution, record.solutions)]
    if not record.complete:
        elements.append(
            Remark(
                join_runs(
                    f"{max(len(record.exercises), len(record.solutions))} of {record.count} "
                    "exercises were made"
                ),
                "open",
            )
        )
    elements.append(
        Remark(
            join_runs(
                StyledRun(f"the same again: {repeat_command(record.level, record.seed, record.count)}", "dim")
            )
        )
    )
    what = {
        "exercises": "exercises",
        "solutions": "solutions to the exercises",
        "both": "exercises and solutions",
    }[record.sheet]
    return Document(f"Derivatives: {what}, level {record.level}, seed {record.seed}", tuple(elements))


def _title_part(title: str, record: PracticeRecord) -> list[Element]:
    """A title, where the sheet has two parts."""
    return [Heading(title)] if record.sheet == "both" else []


def repeat_command(level: int, seed: int, count: int) -> str:
    """The command that makes the same exercises."""
    return f"chainrule practice --level {level} --seed {seed}" + (f" --count {count}" if count != 10 else "")


def _common(record: PracticeRecord) -> str:
    """What all exercises ask, said once; nothing where they ask different things."""
    different = {write_task(one) for one in record.exercises}
    return different.pop() if len(different) == 1 else ""


def write_task(one: ExerciseRecord) -> str:
    """find dy/dx; where the formula is an equation or has kinks, what that means."""
    exists = " where it exists" if one.bent else ""
    depends = f", where {one.dependent} depends on {one.wrt}" if one.dependent else ""
    return f"find {head(one)}{exists}{depends}"


def pose(one: ExerciseRecord, of: int) -> Item:
    """One exercise by itself, of so many."""
    return _item(one, write_task(one), f"{one.number} of {of}")


def invite(record: PracticeRecord) -> Document:
    """What a session begins with."""
    lines = (
        f"Level {record.level}: {record.about}. Seed {record.seed}.",
        "Type the derivative, or hint, show, skip, quit, help.",
    )
    return Document("practice", tuple(Text(join_runs(line)) for line in lines))


def _item(one: ExerciseRecord, ask: str, number: str = "") -> Item:
    return Item(
        number or f"{one.number}", join_runs(_formula(one)), join_runs(StyledRun(ask, "dim")) if ask else ()
    )


def _formula(one: ExerciseRecord) -> Syntax:
    """y = formula; an equation is one already."""
    return one.formula.syntax if one.dependent else Apply("=", (Name(one.name), one.formula.syntax))


def _solution(solution: SolutionRecord) -> Item:
    rules = ", ".join(solution.rules)
    rows: list[tuple[str, Runs, str]] = [(head(solution.exercise), join_runs(solution.derivative.syntax), "")]
    rows += [("at a kink", join_runs(line), "") for line in _kinks(solution)]
    rows += [("by", join_runs(StyledRun(rules, "dim")), "")] if rules else []
    return Item(f"{solution.number}", join_runs(_formula(solution.exercise)), (), tuple(rows))


def _kinks(solution: SolutionRecord) -> Iterator[str]:
    for kink in solution.kinks:
        yield (
            f"{where(kink.at)}: slope {short(kink.left)} from the left, {short(kink.right)} from the "
            "right, so no derivative"
        )


# a file of answers


def explain_answers(record: AnswersRecord) -> Document:
    """The page of a graded sheet."""
    elements: list[Element] = [
        Table(("", "exercise", "answer", "verdict"), "rlll", tuple(map(_answer_row, record.answers))),
        *(Text(line) for row in record.answers for line in _reasons(row)),
        Remark(_count_right(record), "good" if record.verdict == "correct" else "note"),
        Remark(
            join_runs(
                StyledRun(f"the exercises: {repeat_command(record.level, record.seed, record.count)}", "dim")
            )
        ),
    ]
    return Document(f"answers to the exercises of level {record.level}, seed {record.seed}", tuple(elements))


def _answer_row(row: GradedRecord) -> tuple[Runs, ...]:
    role: Role = "good" if row.verdict == "correct" else "bad"
    answer = shorten_text(row.answer or "—", LONGEST_ANSWER)
    return (
        join_runs(f"{row.number}"),
        join_runs(row.exercise.formula.syntax),
        join_runs(answer),
        join_runs(StyledRun(f"{MARKS[row.verdict]}{row.verdict}", role)),
    )


def _reasons(row: GradedRecord) -> Iterator[Runs]:
    """What there is to say of an answer that is not right."""
    lead = StyledRun(f"{row.number}  ", "strong")
    if row.counterexample is not None:
        found = row.counterexample
        got = "the answer has no value" if found.got is None else f"the answer gives {number(found.got)}"
        point = f"at {where(found.at)} " if found.at else ""
        yield join_runs(lead, f"{point}the derivative is {number(found.expected)}, {got}")
    if row.mistakes:
        yield join_runs(
            StyledRun("   consistent with ", "dim"),
            StyledRun(row.mistakes[0].id, "strong"),
            f": {row.mistakes[0].text}",
        )
    if row.problem is not None:
        yield join_runs(lead, row.problem.message, f" ({row.problem.hint})" if row.problem.hint else "")
    if row.reason is not None:
        yield join_runs(lead, row.reason)


def _count_right(record: AnswersRecord) -> Runs:
    """How many are right, and the mistakes of the others."""
    named = Counter(row.mistakes[0].id for row in record.answers if row.mistakes).most_common()
    mistakes = "; " + ", ".join(f"{name} {count}×" for name, count in named) if named else ""
    return join_runs(StyledRun(f"{record.correct} of {record.count}", "strong"), " correct", mistakes)


# a session


def explain_score(record: ScoreRecord) -> Document:
    """The page of a session's end."""
    ways = "".join(
        f", {getattr(record, field)} {words}" for field, words in WAYS.items() if getattr(record, field)
    )
    line = join_runs(
        StyledRun(f"{record.first_try} of {record.count}", "strong"), f" right at the first try{ways}"
    )
    elements: list[Element] = [Remark(line, "good" if record.first_try == record.count else "note")]
    if record.mistakes:
        elements.append(Text(join_runs(StyledRun("mistakes      ", "dim"), _list_counts(record.mistakes))))
    if record.rules:
        elements.append(
            Text(join_runs(StyledRun("to practise   ", "dim"), _list_counts(record.rules[:MOST_RULES])))
        )
    elements.append(
        Text(
            join_runs(
                StyledRun("the same again: ", "dim"), repeat_command(record.level, record.seed, record.count)
            )
        )
    )
    return Document("practice", tuple(elements))


def _list_counts(named: tuple[Named, ...]) -> str:
    return ", ".join(each.name + (f" ({each.count} times)" if each.count > 1 else "") for each in named)
