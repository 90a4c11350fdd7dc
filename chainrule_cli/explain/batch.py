"""SummaryRecord -> Document: what a teacher reads first."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule_cli.document import Document, Element, Heading, Remark, Runs, StyledRun, Table, Text, join_runs
from chainrule_cli.explain.words import pluralize, shorten_text
from chainrule_cli.records.batch import CommonMistake, Count, QuestionCount, SummaryRecord

LONGEST = 36
"""Characters of a formula or of an answer in a table."""

OUTCOMES = (
    "correct",
    "incorrect",
    "unreadable",
    "undecided",
    "agree",
    "disagree",
    "ok",
    "error",
    "timeout",
    "memory",
    "crash",
)
"""Columns of the table for machines: the verdicts on answers, those of cross-checks, and the ways to have
none.
"""


def explain(record: SummaryRecord, detail: str = "normal") -> Document:
    """Verdicts, mistakes, questions.

    detail: rows is one table for other programs, with a row a question.
    """
    if detail == "rows":
        return Document("batch", (_rows(record),))
    return Document("batch", tuple(_page(record)))


def _page(record: SummaryRecord) -> Iterator[Element]:
    checked = sum(each.count for each in record.verdicts if each.name in OUTCOMES[:4])
    right = next((each.count for each in record.verdicts if each.name == "correct"), 0)
    phrase = join_runs(
        StyledRun(pluralize(record.requests, "request"), "strong"),
        f": {_share(right, checked)} of the answers are right" if checked else "",
    )
    yield Remark(phrase, "note")
    yield Text(
        join_runs(
            ", ".join(f"{each.count:,} {each.name}" for each in (*record.verdicts, *_troubles(record)))
        ),
        2,
    )
    if record.mistakes:
        yield Heading("Mistakes")
        yield Table(
            ("mistake", "answers", "an example", "whose"),
            "lrll",
            tuple(_mistake(each) for each in record.mistakes),
        )
    if record.questions:
        yield Heading("Questions")
        yield Table(
            ("question", "answers", "right", "commonest mistake", "an example"),
            "lrrll",
            tuple(_question(each) for each in record.questions),
        )
    if record.further_questions:
        yield Remark(
            join_runs(
                f"{pluralize(record.further_questions, 'request')} of further questions are counted "
                "above and not listed here"
            )
        )


def _troubles(record: SummaryRecord) -> Iterator[Count]:
    return (each for each in record.statuses if each.name != "ok")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else ""


def _short(text: str) -> str:
    return shorten_text(" ".join(text.split()), LONGEST)


def _mistake(each: CommonMistake) -> tuple[Runs, ...]:
    return (
        join_runs(each.id),
        join_runs(f"{each.count:,}"),
        join_runs(_short(each.example)),
        join_runs(_short(str(each.example_id))),
    )


def _question(each: QuestionCount) -> tuple[Runs, ...]:
    found = each.commonest
    mistake = f"{found.id} ({found.count:,})" if found else ""
    return (
        join_runs(_name_question(each)),
        join_runs(f"{each.answers:,}"),
        join_runs(_share(each.correct, each.answers)),
        join_runs(mistake),
        join_runs(_short(found.example) if found else ""),
    )


def _name_question(each: QuestionCount) -> str:
    """The formula, and what is asked of it where that is not the first derivative by x."""
    asked = [f"by {each.wrt}"] if each.wrt not in (None, "x") else []
    asked += [f"order {each.order}"] if each.order != 1 else []
    return _short(each.formula or "(no formula)") + (f" ({', '.join(asked)})" if asked else "")


def _rows(record: SummaryRecord) -> Table:
    columns = (
        "formula",
        "wrt",
        "order",
        "answers",
        *OUTCOMES,
        "mistake",
        "mistake_count",
        "example",
        "example_id",
    )
    return Table(
        columns,
        "l" * len(columns),
        tuple(tuple(join_runs(cell) for cell in _cells(each)) for each in record.questions),
    )


def _cells(each: QuestionCount) -> Iterator[str]:
    counts = {count.name: count.count for count in each.verdicts}
    yield from (each.formula, each.wrt or "", str(each.order), str(each.answers))
    yield from (str(counts.get(name, 0)) for name in OUTCOMES)
    found = each.commonest
    yield from (
        (found.id, str(found.count), found.example, str(found.example_id)) if found else ("", "", "", "")
    )
