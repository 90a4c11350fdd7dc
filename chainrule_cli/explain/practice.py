"""PracticeRecord -> Document: a sheet of exercises, a sheet of solutions, or both; and one exercise by itself."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule_cli.document import Document, Element, Heading, Item, Note, Run, Runs, Text, runs
from chainrule_cli.explain.diff import head
from chainrule_cli.explain.numbers import short, where
from chainrule_cli.notation.syntax import Apply, Name, Syntax
from chainrule_cli.records.practice import ExerciseRecord, PracticeRecord, SolutionRecord


def explain(record: PracticeRecord, detail: str = "normal") -> Document:  # noqa: ARG001  # all explanations are called alike
    """The sheet. Its last line says how it is made again."""
    common = _common(record)
    elements: list[Element] = [
        Text(runs(f"Level {record.level}: {record.about}.", f" In each, {common}." if common else ""))
    ]
    if record.exercises:
        elements += [
            *_titled("Exercises", record),
            *(_item(one, "" if common else asked(one)) for one in record.exercises),
        ]
    if record.solutions:
        elements += [*_titled("Solutions", record), *map(_solution, record.solutions)]
    if not record.complete:
        elements.append(
            Note(
                runs(
                    f"{max(len(record.exercises), len(record.solutions))} of {record.count} exercises were made"
                ),
                "open",
            )
        )
    elements.append(
        Note(runs(Run(f"the same again: {again(record.level, record.seed, record.count)}", "dim")))
    )
    what = {
        "exercises": "exercises",
        "solutions": "solutions to the exercises",
        "both": "exercises and solutions",
    }[record.sheet]
    return Document(f"Derivatives: {what}, level {record.level}, seed {record.seed}", tuple(elements))


def _titled(title: str, record: PracticeRecord) -> list[Element]:
    """A title, where the sheet has two parts."""
    return [Heading(title)] if record.sheet == "both" else []


def again(level: int, seed: int, count: int) -> str:
    """The command that makes the same exercises."""
    return f"chainrule practice --level {level} --seed {seed}" + (f" --count {count}" if count != 10 else "")


def _common(record: PracticeRecord) -> str:
    """What all exercises ask, said once; nothing where they ask different things."""
    different = {asked(one) for one in record.exercises}
    return different.pop() if len(different) == 1 else ""


def asked(one: ExerciseRecord) -> str:
    """find dy/dx; where the formula is an equation or has kinks, what that means."""
    exists = " where it exists" if one.bent else ""
    depends = f", where {one.dependent} depends on {one.wrt}" if one.dependent else ""
    return f"find {head(one)}{exists}{depends}"


def exercise(one: ExerciseRecord, of: int) -> Item:
    """One exercise by itself, of so many."""
    return _item(one, asked(one), f"{one.number} of {of}")


def invitation(record: PracticeRecord) -> Document:
    """What a session begins with."""
    lines = (
        f"Level {record.level}: {record.about}. Seed {record.seed}.",
        "Type the derivative, or hint, show, skip, quit, help.",
    )
    return Document("practice", tuple(Text(runs(line)) for line in lines))


def _item(one: ExerciseRecord, ask: str, number: str = "") -> Item:
    return Item(number or f"{one.number}", runs(_formula(one)), runs(Run(ask, "dim")) if ask else ())


def _formula(one: ExerciseRecord) -> Syntax:
    """y = formula; an equation is one already."""
    return one.formula.syntax if one.dependent else Apply("=", (Name(one.name), one.formula.syntax))


def _solution(solution: SolutionRecord) -> Item:
    rules = ", ".join(solution.rules)
    rows: list[tuple[str, Runs, str]] = [(head(solution.exercise), runs(solution.derivative.syntax), "")]
    rows += [("at a kink", runs(line), "") for line in _kinks(solution)]
    rows += [("by", runs(Run(rules, "dim")), "")] if rules else []
    return Item(f"{solution.number}", runs(_formula(solution.exercise)), (), tuple(rows))


def _kinks(solution: SolutionRecord) -> Iterator[str]:
    for kink in solution.kinks:
        yield f"{where(kink.at)}: slope {short(kink.left)} from the left, {short(kink.right)} from the right, so no derivative"
