"""chainrule practice"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from chainrule_cli.commands import DOCUMENTS, Page, Reply, choice, command, find_explanation, format_of
from chainrule_cli.commands._parameter_types import FILE
from chainrule_cli.errors import UsageError
from chainrule_cli.runtime import limits, output
from chainrule_cli.runtime.worker import Budget, Send, Stage, Task

if TYPE_CHECKING:
    from chainrule_cli.commands._practice_session import Wanted

SHEETS = ("exercises", "solutions", "both")
LARGEST_FRESH = 99_999
"""A seed that is drawn is one that can be typed again."""

EXAMPLES = (
    "chainrule practice --level 2",
    "chainrule practice --level 3 --seed 7 --format latex --output sheet.tex",
    "chainrule practice --level 3 --seed 7 --format latex --sheet solutions --output solutions.tex",
    "chainrule practice --level 5 --seed 1 --count 20 --json --sheet both",
    "chainrule practice --level 1 --seed 4 --answers mine.txt",
)
HELPS = {
    "timeout": "Of the sheet, or of each answer.",
    "memory": "Of the sheet, or of each answer, such as 300M or 2GiB.",
}


@command(formats=DOCUMENTS, examples=EXAMPLES, here=HELPS)
@click.option("--level", type=int, default=1, show_default=True, metavar="N", help="How hard, from 1 to 5.")
@click.option(
    "--seed",
    type=int,
    metavar="N",
    help="The same seed and level make the same exercises; a new one is drawn where it is not given.",
)
@click.option(
    "--count", type=int, default=10, show_default=True, metavar="N", help="How many exercises, at most 200."
)
@click.option(
    "--sheet", **choice(SHEETS, "PART", "What is printed: {}; the first by default.") | {"default": None}
)
@click.option(
    "--answers",
    type=FILE,
    metavar="FILE",
    help="Grade the answers in FILE, one a line; - for standard input.",
)
def practice(
    level: int,
    seed: int | None,
    count: int,
    sheet: str | None,
    answers: str | None,
    format: str | None,
    as_json: bool,  # noqa: FBT001  # a flag of the command line
    path: str | None,
    color: str,
    timeout: float,
    memory: int,
) -> Reply | int:
    """Practise derivatives, by exercises or on a sheet.

    Exercises come with hints and named mistakes, a sheet with its solutions apart.

    Level 1 has one rule at a time, 2 products, quotients and a linear inside, 3 the chain rule, 4 three
    layers, powers of powers and inverse functions, 5 equations, higher orders, several variables and kinks.

    On a terminal the exercises are asked one by one. Where --format, --json, --output or --sheet is given, or
    standard input or output is no terminal, a sheet is printed. --answers grades a file, in which an empty
    line is no answer. Its exit code is 0 if all are right, 1 if one is wrong, else 4 if one cannot be read or
    is missing, else 3 if one is undecided.
    """
    page = {
        "format": format_of(format, as_json=as_json),
        "width": output.page_width(path),
        "colour": output.page_colour(color, path),
    }
    budget = Budget(timeout, memory)
    if answers is not None:
        if seed is None or sheet is not None:
            why = (
                "needs the --seed of the exercises"
                if seed is None
                else "and --sheet are two different things"
            )
            raise UsageError(f"--answers {why}", hint="the last line of a sheet has its seed")
        return grade({"level": level, "seed": seed, "count": count}, answers, page, path, budget)
    wanted: Wanted = {"level": level, "seed": _draw_seed() if seed is None else seed, "count": count}
    if format is None and not as_json and path is None and sheet is None and _on_terminal():
        from chainrule_cli.commands._practice_session import Session

        return Session(wanted, page, budget).run()
    task = Task(__name__, make_sheet.__name__, {"page": page, "wanted": wanted, "part": sheet or SHEETS[0]})
    return Reply(limits.run(task, budget), path)


def _draw_seed() -> int:
    from secrets import randbelow

    return 1 + randbelow(LARGEST_FRESH)


def _on_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def make_sheet(send: Send, page: dict[str, Any], wanted: Wanted, part: Any) -> None:
    """In the worker: the sheet in the format of the page. part: one of SHEETS."""
    from chainrule_cli.reports.practice import report

    sent, explain = Page(send, **page), find_explanation("practice")
    sent.show(report(**wanted, sheet=part, stage=sent.stage(explain)), explain)


def grade(wanted: Wanted, answers: str, page: dict[str, Any], path: str | None, budget: Budget) -> int:
    """Prints the graded sheet; returns what its verdict says to the shell."""
    from chainrule_cli.reports.practice import grade_answers, report

    record = grade_answers(report(**wanted), answers, timeout=budget.seconds, memory=budget.memory)
    statuses: list[int] = []

    def send(stage: Stage) -> None:
        output.deliver(stage.output, path)
        statuses.append(stage.status)

    Page(send, **page).show(record, find_explanation("practice.explain_answers"))
    return statuses[-1]
