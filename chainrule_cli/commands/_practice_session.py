"""A session of `chainrule practice` at a terminal: exercises one after another, hints, verdicts, solutions.

The session is a light parent that reads lines; what is drawn, judged or explained is worked out in a process
that can be killed, so that no answer can hang it or take it down. To add a word that it knows, add a row to
WORDS.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from chainrule_cli.commands import STAGES, Page, find_explanation
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


# in the worker


def pose_exercises(send: Send, page: dict[str, Any], wanted: Wanted) -> None:
    """For each exercise what is asked of check and hint, what is shown, and the rules that it is about."""
    from chainrule_cli.document import Document
    from chainrule_cli.explain.practice import invite, pose
    from chainrule_cli.render.terminal import render
    from chainrule_cli.reports.practice import report

    made = report(**wanted)
    style = {"width": page["width"], "colour": page["colour"]}
    exercises = [
        {
            "question": {"formula": one.text, "wrt": one.wrt, "order": one.order, "dependent": one.dependent},
            "page": render(Document("", (pose(one, of=made.count),)), **style),
            "rules": solution.rules,
        }
        for one, solution in zip(made.exercises, made.solutions, strict=True)
    ]
    send(Stage("done", json.dumps({"invitation": render(invite(made), **style), "exercises": exercises}), 0))


def grade_answer(send: Send, page: dict[str, Any], question: dict[str, Any]) -> None:
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
        reply: dict[str, Any] = {
            "verdict": record.verdict,
            "mistakes": [each.id for each in record.mistakes[:1]],
            "problem": problem,
        }
        reply["page"] = render(explain(record), width=page["width"], colour=page["colour"])
        send(Stage(stage, json.dumps(reply), 0))

    show("done", report(formula, answer, **question, stage=show))


def give_hint(send: Send, page: dict[str, Any], question: dict[str, Any]) -> None:
    """A hint of a level, for the first derivative."""
    from chainrule_cli.reports.hint import report

    Page(send, **page).show(report(question.pop("formula"), **question), find_explanation("hint"))


def show_solution(send: Send, page: dict[str, Any], question: dict[str, Any]) -> None:
    """The solution with its steps."""
    from chainrule_cli.reports.diff import report

    sent, explain = Page(send, **page), find_explanation("diff")
    sent.show(report(question.pop("formula"), **question, stage=sent.stage(explain)), explain)


# a session


class Wanted(TypedDict):
    """What names a sheet: the same three numbers make the same exercises."""

    level: int
    seed: int
    count: int


class PosedExercise(NamedTuple):
    """An exercise as a session has it.

    question: what check is asked.
    page: what is shown.
    rules: what it is about.
    """

    question: dict[str, Any]
    page: str
    rules: list[str]


@dataclass
class ExerciseWork:
    """What was done about one exercise.

    hints: that were given.
    wrong: answers.
    end: how it ended, a field of ScoreRecord.
    """

    exercise: PosedExercise
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


class _LeftSession(Exception):  # noqa: N818  # no error: the person has had enough
    """The session is to end."""


@dataclass
class Session:
    """Exercises one after another, with a line read for each move, until they or the lines run out."""

    wanted: Wanted
    page: dict[str, Any]
    budget: Budget
    works: list[ExerciseWork] = field(default_factory=list)
    mistakes: Counter[str] = field(default_factory=Counter)

    def run(self) -> int:
        """Asks, grades, sums up. Raises KeyboardInterrupt, after the summary, where it was interrupted."""
        self._make()
        with suppress(ImportError):
            import readline  # noqa: F401  # gives input() its line editing, where Python has it
        try:
            for work in self.works:
                self._ask(work)
        except _LeftSession:
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
        made = json.loads(self._work_out(pose_exercises, wanted=dict(self.wanted)).stage.output)
        self.works = [ExerciseWork(PosedExercise(**each)) for each in made["exercises"]]
        _say(f"\n{made['invitation']}")

    def _ask(self, work: ExerciseWork) -> None:
        _say(f"\n{work.exercise.page}")
        while not work.finished:
            line = _read_line()
            if line:
                WORDS.get(line.lower(), Session._grade)(self, work, line)

    def _grade(self, work: ExerciseWork, line: str) -> None:
        """A wrong answer may be followed by another; one that cannot be read or decided does not count."""
        try:
            reply = json.loads(
                self._work_out(grade_answer, question={**work.exercise.question, "answer": line}).stage.output
            )
        except BudgetError as error:
            _say(f"  ? undecided: {error.message}; this answer does not count\n")
            return
        except (limits.WorkerError, ChainruleError) as error:
            _say(f"  ? not judged ({error}); this answer does not count\n")
            return
        _say(
            _explain_unreadable(line, reply["problem"], self.page["width"])
            if reply["verdict"] == "unreadable"
            else reply["page"]
        )
        if reply["verdict"] == "correct":
            work.solve()
        if reply["verdict"] == "incorrect":
            work.wrong += 1
            self.mistakes.update(reply["mistakes"])

    def _hint(self, work: ExerciseWork, _line: str) -> None:
        if work.hints == LAST_HINT:
            _say("  that was the last hint; show has the steps\n")
            return
        question = dict(work.exercise.question)
        first = "  for the first derivative:\n" if question.pop("order") > 1 else ""
        reply = self._page(give_hint, {**question, "level": work.hints + 1})
        if reply is not None:
            work.hints += 1
            _say(first + reply)

    def _show(self, work: ExerciseWork, _line: str) -> None:
        reply = self._page(show_solution, work.exercise.question)
        if reply is not None:
            work.end = "shown"
            _say(reply)

    def _skip(self, work: ExerciseWork, _line: str) -> None:
        work.end = "skipped"

    def _help(self, _work: ExerciseWork, _line: str) -> None:
        _say(HELP)

    def _leave(self, _work: ExerciseWork, _line: str) -> None:
        raise _LeftSession

    def _page(self, task: Callable[..., None], question: dict[str, Any]) -> str | None:
        """What the task says of the exercise; None, and a sentence, where its budget ran out."""
        try:
            answer = self._work_out(task, question=question)
            return f"{answer.stage.output!s}" + (
                f"  {answer.shortfall.message}; {STAGES['checked']}\n" if answer.shortfall else ""
            )
        except BudgetError as error:
            _say(f"  {error.message}; {error.hint}\n")
            return None

    def _work_out(self, task: Callable[..., None], **arguments: Any) -> limits.WorkerAnswer:
        return limits.run(Task(__name__, task.__name__, {"page": self.page, **arguments}), self.budget)

    def _sum_up(self) -> None:
        _say("\n")
        Page(lambda stage: output.deliver(stage.output, None), **self.page).show(
            self._score(), find_explanation("practice.explain_score")
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


WORDS: dict[str, Callable[[Session, ExerciseWork, str], None]] = {
    "hint": Session._hint,  # noqa: SLF001  # the table of the class above
    "show": Session._show,  # noqa: SLF001
    "skip": Session._skip,  # noqa: SLF001
    "help": Session._help,  # noqa: SLF001
    "?": Session._help,  # noqa: SLF001
    "quit": Session._leave,  # noqa: SLF001
    "exit": Session._leave,  # noqa: SLF001
}
"""What is no answer; none of these words can be read as a formula in x, y and z."""


def _read_line() -> str:
    """The next line without the spaces around it. Raises EOFError at the end; bytes that are no text are no
    line.
    """
    try:
        return input(PROMPT).strip()
    except UnicodeDecodeError:
        _say("  that is not text in this terminal's encoding\n")
        return ""


def _explain_unreadable(line: str, problem: tuple[str, list[int] | None, str], width: int | None) -> str:
    """What cannot be read, with a caret below the place: no try is lost."""
    message, span, hint = problem
    what = faults.Fault(ExitStatus.ANSWER_UNREADABLE, "", message, line, Span(*span) if span else None, hint)
    text = faults.to_text(what, width=(width or 80) - 2, encoding=sys.stdout.encoding or "utf-8").replace(
        "error:", "cannot be read:", 1
    )
    return "".join(f"  {each}\n" for each in (*text.splitlines(), "  this answer does not count"))


def _say(text: str) -> None:
    output.deliver(text, None)
