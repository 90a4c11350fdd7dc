"""The three ways of `chainrule practice`: a sheet, a file of answers, a session at the terminal.

The session is a light parent: it reads a line, and everything that is drawn, judged or explained is worked out in a process
that can be killed, so that no answer can hang it or take it down. To add a word that it knows, add a row to WORDS.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from chainrule_cli.commands import STAGES, Page, explained
from chainrule_cli.errors import BudgetError, ChainruleError, ExitStatus, Span
from chainrule_cli.runtime import faults, limits, output
from chainrule_cli.runtime.worker import Budget, Send, Stage, Task

if TYPE_CHECKING:
    from chainrule_cli.records.practice import ScoreRecord

PROMPT = "> "
LAST_HINT = 4
HELP = """  Type the derivative, as 2x cos(x^2), y' = 2x or \\frac{1}{x}, or a word:
    hint   the rule, then the layer, the set-up, the derivative
    show   the solution with its steps, and on to the next
    skip   on to the next
    quit   the score; Ctrl-D does the same
"""


class Wanted(TypedDict):
    """What names a sheet."""

    level: int
    seed: int
    count: int


# in the worker


def sheet(
    send: Send, page: dict[str, Any], wanted: Wanted, part: Any
) -> None:  # Any: one of SHEETS, as plain data
    """The sheet in the format of the page."""
    from chainrule_cli.reports.practice import report

    sent, explain = Page(send, **page), explained("practice")
    sent.show(report(**wanted, sheet=part, stage=sent.stage(explain)), explain)


def posed(send: Send, page: dict[str, Any], wanted: Wanted) -> None:
    """For each exercise what is asked of check and hint, what is shown, and the rules that it is about."""
    from chainrule_cli.document import Document
    from chainrule_cli.explain.practice import exercise, invitation
    from chainrule_cli.render.terminal import render
    from chainrule_cli.reports.practice import report

    made = report(**wanted)
    style = {"width": page["width"], "colour": page["colour"]}
    exercises = [
        {
            "question": {"formula": one.text, "wrt": one.wrt, "order": one.order, "dependent": one.dependent},
            "page": render(Document("", (exercise(one, of=made.count),)), **style),
            "rules": solution.rules,
        }
        for one, solution in zip(made.exercises, made.solutions, strict=True)
    ]
    send(
        Stage(
            "done", json.dumps({"invitation": render(invitation(made), **style), "exercises": exercises}), 0
        )
    )


def graded(send: Send, page: dict[str, Any], question: dict[str, Any]) -> None:
    """The verdict on an answer as a page, and what the session keeps of it."""
    from chainrule_cli.explain.check import explain
    from chainrule_cli.records.check import CheckRecord
    from chainrule_cli.render.terminal import render
    from chainrule_cli.reports.check import report

    formula, answer = question.pop("formula"), question.pop("answer")

    def show(stage: str, record: CheckRecord) -> None:
        problem = (
            None
            if record.problem is None
            else (record.problem.message, record.problem.span, record.problem.hint)
        )
        said: dict[str, Any] = {
            "verdict": record.verdict,
            "mistakes": [each.id for each in record.mistakes[:1]],
            "problem": problem,
        }
        said["page"] = render(explain(record), width=page["width"], colour=page["colour"])
        send(Stage(stage, json.dumps(said), 0))

    show("done", report(formula, answer, **question, stage=show))


def hinted(send: Send, page: dict[str, Any], question: dict[str, Any]) -> None:
    """A hint of a level, for the first derivative."""
    from chainrule_cli.reports.hint import report

    Page(send, **page).show(report(question.pop("formula"), **question), explained("hint"))


def shown(send: Send, page: dict[str, Any], question: dict[str, Any]) -> None:
    """The solution with its steps."""
    from chainrule_cli.reports.diff import report

    sent, explain = Page(send, **page), explained("diff")
    sent.show(report(question.pop("formula"), **question, stage=sent.stage(explain)), explain)


# a file of answers


def grade(wanted: Wanted, answers: str, page: dict[str, Any], path: str | None, budget: Budget) -> int:
    """Prints the graded sheet; returns what its verdict says to the shell."""
    from chainrule_cli.reports import practice, practice_answers

    record = practice_answers.report(
        practice.report(**wanted), answers, timeout=budget.seconds, memory=budget.memory
    )
    statuses: list[int] = []

    def send(stage: Stage) -> None:
        output.deliver(stage.output, path)
        statuses.append(stage.status)

    Page(send, **page).show(record, explained("practice_answers"))
    return statuses[-1]


# a session


class Exercise(NamedTuple):
    """question: what check is asked; page: what is shown; rules: what it is about."""

    question: dict[str, Any]
    page: str
    rules: list[str]


@dataclass
class Work:
    """What was done about one exercise: hints that were given, answers that were wrong, how it ended (a field of ScoreRecord)."""

    exercise: Exercise
    hints: int = 0
    wrong: int = 0
    end: str = "unanswered"

    @property
    def finished(self) -> bool:
        return self.end != "unanswered"

    def solve(self) -> None:
        """A right answer counts for what it took; the last hint is the answer itself."""
        if self.hints >= LAST_HINT:
            self.end = "shown"
        elif self.hints:
            self.end = "with_hints"
        else:
            self.end = "later" if self.wrong else "first_try"


class _Left(Exception):  # noqa: N818  # no error: the person has had enough
    """The session is to end."""


@dataclass
class Session:
    """Exercises one after another, with a line read for each move, until they or the lines run out."""

    wanted: Wanted
    page: dict[str, Any]
    budget: Budget
    works: list[Work] = field(default_factory=list)
    mistakes: Counter[str] = field(default_factory=Counter)

    def run(self) -> int:
        """Asks, grades, sums up. Raises KeyboardInterrupt, after the summary, where it was interrupted."""
        self._make()
        with suppress(ImportError):
            import readline  # noqa: F401  # gives input() its line editing, where Python has it
        try:
            for work in self.works:
                self._ask(work)
        except _Left:
            pass
        except EOFError:
            _say("\n")
        except KeyboardInterrupt:
            _say("\n\n")
            self._sum_up()
            raise KeyboardInterrupt(
                f"interrupted after {sum(work.finished for work in self.works)} of {len(self.works)}"
            ) from None
        self._sum_up()
        return ExitStatus.DONE

    def _make(self) -> None:
        made = json.loads(self._worked(posed, wanted=dict(self.wanted)).stage.output)
        self.works = [Work(Exercise(**each)) for each in made["exercises"]]
        _say(f"\n{made['invitation']}")

    def _ask(self, work: Work) -> None:
        _say(f"\n{work.exercise.page}")
        while not work.finished:
            line = _line()
            if line:
                WORDS.get(line.lower(), Session._grade)(self, work, line)

    def _grade(self, work: Work, line: str) -> None:
        """A wrong answer may be followed by another; one that cannot be read or decided does not count."""
        try:
            said = json.loads(
                self._worked(graded, question={**work.exercise.question, "answer": line}).stage.output
            )
        except BudgetError as error:
            _say(f"  ? undecided: {error.message}; this answer does not count\n")
            return
        except (limits.WorkerError, ChainruleError) as error:
            _say(f"  ? not judged ({error}); this answer does not count\n")
            return
        _say(
            _unreadable(line, said["problem"], self.page["width"])
            if said["verdict"] == "unreadable"
            else said["page"]
        )
        if said["verdict"] == "correct":
            work.solve()
        if said["verdict"] == "incorrect":
            work.wrong += 1
            self.mistakes.update(said["mistakes"])

    def _hint(self, work: Work, _line: str) -> None:
        if work.hints == LAST_HINT:
            _say("  that was the last hint; show has the steps\n")
            return
        question = dict(work.exercise.question)
        first = "  for the first derivative:\n" if question.pop("order") > 1 else ""
        said = self._page(hinted, {**question, "level": work.hints + 1})
        if said is not None:
            work.hints += 1
            _say(first + said)

    def _show(self, work: Work, _line: str) -> None:
        said = self._page(shown, work.exercise.question)
        if said is not None:
            work.end = "shown"
            _say(said)

    def _skip(self, work: Work, _line: str) -> None:
        work.end = "skipped"

    def _help(self, _work: Work, _line: str) -> None:
        _say(HELP)

    def _leave(self, _work: Work, _line: str) -> None:
        raise _Left

    def _page(self, task: Callable[..., None], question: dict[str, Any]) -> str | None:
        """What the task says of the exercise; None, and a sentence, where its budget ran out."""
        try:
            answer = self._worked(task, question=question)
            return f"{answer.stage.output!s}" + (
                f"  {answer.shortfall.message}; {STAGES['checked']}\n" if answer.shortfall else ""
            )
        except BudgetError as error:
            _say(f"  {error.message}; {error.hint}\n")
            return None

    def _worked(self, task: Callable[..., None], **arguments: Any) -> limits.Answer:
        return limits.run(Task(__name__, task.__name__, {"page": self.page, **arguments}), self.budget)

    def _sum_up(self) -> None:
        _say("\n")
        Page(lambda stage: output.deliver(stage.output, None), **self.page).show(
            self._score(), explained("practice_score")
        )

    def _score(self) -> ScoreRecord:
        from chainrule_cli.records.practice import Named, ScoreRecord

        def most(names: Iterable[str]) -> tuple[Named, ...]:
            return tuple(Named(name=name, count=count) for name, count in Counter(names).most_common())

        hard = (work for work in self.works if work.finished and work.end != "first_try")
        ends = Counter(work.end for work in self.works)
        return ScoreRecord(
            **self.wanted,
            first_try=ends["first_try"],
            later=ends["later"],
            with_hints=ends["with_hints"],
            shown=ends["shown"],
            skipped=ends["skipped"],
            unanswered=ends["unanswered"],
            mistakes=most(self.mistakes.elements()),
            rules=most(rule for work in hard for rule in work.exercise.rules),
        )


WORDS: dict[str, Callable[[Session, Work, str], None]] = {
    "hint": Session._hint,  # noqa: SLF001  # the table of the class above
    "show": Session._show,  # noqa: SLF001
    "skip": Session._skip,  # noqa: SLF001
    "help": Session._help,  # noqa: SLF001
    "?": Session._help,  # noqa: SLF001
    "quit": Session._leave,  # noqa: SLF001
    "exit": Session._leave,  # noqa: SLF001
}
"""What is no answer; none of these words can be read as a formula in x, y and z."""


def _line() -> str:
    """The next line without the spaces around it. Raises EOFError at the end; bytes that are no text are no line."""
    try:
        return input(PROMPT).strip()
    except UnicodeDecodeError:
        _say("  that is not text in this terminal's encoding\n")
        return ""


def _unreadable(line: str, problem: tuple[str, list[int] | None, str], width: int | None) -> str:
    """What cannot be read, with a caret below the place: no try is lost."""
    message, span, hint = problem
    what = faults.Fault(ExitStatus.ANSWER_UNREADABLE, "", message, line, Span(*span) if span else None, hint)
    said = faults.to_text(what, width=(width or 80) - 2, encoding=sys.stdout.encoding or "utf-8").replace(
        "error:", "cannot be read:", 1
    )
    return "".join(f"  {each}\n" for each in (*said.splitlines(), "  this answer does not count"))


def _say(text: str) -> None:
    output.deliver(text, None)
