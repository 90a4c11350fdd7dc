"""Lines of a batch -> SummaryRecord: what a class got right, what it got wrong, and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from chainrule_cli.records.batch import CommonMistake, Count, QuestionCount, SummaryRecord

MOST_QUESTIONS = 10_000
"""Questions that are counted one by one."""

LONGEST_EXAMPLE = 200

RIGHT, WRONG, UNREADABLE = ("correct", "agree"), ("incorrect", "disagree"), "unreadable"
"""Verdicts on an answer and of a cross-check."""


class _LineMistake(msgspec.Struct):
    id: str


class _LineCrosscheck(msgspec.Struct):
    verdict: str


class SummaryLine(msgspec.Struct):
    """What a summary needs of a line."""

    id: str | int
    status: str
    typed: str = ""
    typed_answer: str | None = None
    wrt: str | None = None
    order: int | None = 1
    verdict: str | None = None
    crosscheck: _LineCrosscheck | None = None
    mistakes: tuple[_LineMistake, ...] = ()

    @property
    def outcome(self) -> str:
        """The verdict, of the check or of the cross-check, else the status."""
        if self.status != "ok":
            return self.status
        return self.verdict or (self.crosscheck.verdict if self.crosscheck else "") or "ok"


_decode = msgspec.json.Decoder(SummaryLine).decode


@dataclass
class _MistakeCounts:
    """Counts by mistake, with the first answer that shows each."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[str, str | int]] = field(default_factory=dict)

    def add(self, line: SummaryLine) -> None:
        if line.mistakes and line.outcome == "incorrect":
            name = line.mistakes[0].id
            self.counts[name] += 1
            self.examples.setdefault(name, ((line.typed_answer or "")[:LONGEST_EXAMPLE], line.id))

    def commonest(self) -> Iterable[CommonMistake]:
        for name, count in self.counts.most_common():
            example, whose = self.examples[name]
            yield CommonMistake(id=name, count=count, example=example, example_id=whose)


@dataclass
class _QuestionTally:
    outcomes: Counter[str] = field(default_factory=Counter)
    mistakes: _MistakeCounts = field(default_factory=_MistakeCounts)


class Tally:
    """Counts lines as they come; its size depends on the questions, not on the answers."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.further = 0
        self._mistakes = _MistakeCounts()
        self._questions: dict[tuple[str, str | None, int], _QuestionTally] = {}

    def add(self, text: bytes) -> None:
        """One line of the output. Raises msgspec.MsgspecError for anything else."""
        line = _decode(text)
        self.statuses[line.status] += 1
        self.outcomes[line.outcome] += 1
        self._mistakes.add(line)
        key = line.typed, line.wrt, line.order or 1
        if key not in self._questions and len(self._questions) >= MOST_QUESTIONS:
            self.further += 1
            return
        question = self._questions.setdefault(key, _QuestionTally())
        question.outcomes[line.outcome] += 1
        question.mistakes.add(line)

    @property
    def wrong(self) -> int:
        return sum(self.outcomes[name] for name in WRONG)

    @property
    def unreadable(self) -> int:
        return self.outcomes[UNREADABLE]

    def summarize(self) -> SummaryRecord:
        return SummaryRecord(
            requests=self.statuses.total(),
            statuses=_list_counts(self.statuses),
            verdicts=_list_counts(
                Counter({name: count for name, count in self.outcomes.items() if name not in self.statuses})
            ),
            mistakes=tuple(self._mistakes.commonest()),
            questions=tuple(_count_question(*key, question) for key, question in self._questions.items()),
            further_questions=self.further,
        )


def _count_question(formula: str, wrt: str | None, order: int, question: _QuestionTally) -> QuestionCount:
    return QuestionCount(
        formula=formula,
        wrt=wrt,
        order=order,
        answers=question.outcomes.total(),
        correct=sum(question.outcomes[name] for name in RIGHT),
        verdicts=_list_counts(question.outcomes),
        commonest=next(iter(question.mistakes.commonest()), None),
    )


def _list_counts(counts: Counter[str]) -> tuple[Count, ...]:
    return tuple(Count(name=name, count=count) for name, count in counts.most_common())
