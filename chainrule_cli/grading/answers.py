"""An answer as it was typed: does its head fit, are the parts of its chain equal, which reading is meant?

The canonical reading is judged first. Another one is asked only where that is not right, and one that is the
derivative makes the answer correct, with a note that says how it was read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from chainrule_cli.errors import AnswerError, ReadError
from chainrule_cli.grading.equality import Grader, Judgement, Symbolic
from chainrule_cli.grading.evidence import close
from chainrule_cli.grading.forms import forms, same
from chainrule_cli.grading.reference import Reference, lower_answer, values
from chainrule_cli.notation.answers import AnswerChain, AnswerHead, AnswerText, read_answer_text
from chainrule_cli.notation.choices import Choice, combine
from chainrule_cli.notation.functions import FUNCTIONS, OPERATORS
from chainrule_cli.notation.notes import quote
from chainrule_cli.notation.surrogates import is_undefined
from chainrule_cli.notation.syntax import Name, Number, Reading, Syntax, postorder
from chainrule_cli.notation.write import to_unicode

ONE_EXPRESSION = "one expression is expected, such as 2*x*cos(x^2), with or without y' = before it"
LEAST_POINTS = 8
"""Points at which what a head differentiates has to be the formula."""
LEAST_DIGITS = 3
"""Digits of a decimal that could be a rounded number."""
ROUNDING = 100.0
"""Units in the last of those digits that rounding may come to where the decimal is raised or multiplied."""
LONGEST_READ_AS = 120
"""Characters of a reading in a note."""
HABITUAL = frozenset({"y", "f", "F"})
"""Names that people give to any function that they differentiate."""


@dataclass(frozen=True, slots=True)
class GradedAnswer:
    """reading: the one that was judged. judged: the verdict.
    slipped: the part of a chain that is wrong though the last one is right, else the reading itself.
    others: the other readings of the text, whether or not they were needed.
    """

    reading: Reading
    judged: Judgement
    slipped: Reading
    others: tuple[Reading, ...] = field(default=())


def grade_answer(
    grader: Grader,
    text: str,
    *,
    strict: bool = False,
    seed: str | None = None,
    symbolic: Symbolic | None = None,
    rescue: bool = True,
) -> GradedAnswer:
    """The verdict on an answer, in the reading that is right, else in the canonical one.

    rescue: whether other readings may make it right; never where only a proof counts (strict).

    Raises AnswerError for what cannot be read, a head of something else, and two different answers.
    """
    answer = read_answer(text, grader.reference)
    judge = _Judge(grader, strict, seed, symbolic)
    graded = judge.judge(answer)
    others = tuple(_read_others(answer, grader.reference))
    if graded.judged.verdict != "correct" and rescue and not strict:
        for other in others:
            second = judge.judge(other)
            if second.judged.verdict == "correct":
                note = f"read as {_shorten(to_unicode(other.reading.expr))}"
                judged = replace(second.judged, notes=(note, *second.judged.notes))
                rest = (answer, *(each for each in others if each is not other))
                return replace(second, judged=judged, others=tuple(each.reading for each in rest))
    graded = _note_rounding(graded, grader.reference)
    return replace(graded, others=tuple(other.reading for other in others)) if others else graded


def _note_rounding(graded: GradedAnswer, reference: Reference) -> GradedAnswer:
    """A wrong answer that is right to the digits of its decimals, with a note that says so."""
    judged = graded.judged
    decimals = judged.verdict == "incorrect" and "." in graded.slipped.text
    digits = _count_decimals(graded.slipped) if decimals else 0
    if digits < LEAST_DIGITS:
        return graded
    pairs = [
        pair
        for pair in zip(reference.expected, judged.values, strict=False)
        if not any(map(math.isnan, pair))
    ]
    tolerance = ROUNDING * 10.0**-digits
    if not pairs or any(abs(a - b) > tolerance * max(abs(a), abs(b)) for a, b in pairs):
        return graded
    note = f"the answer is right to about {digits} digits: its decimals are rounded"
    return replace(graded, judged=replace(judged, notes=(*judged.notes, note)))


def _count_decimals(reading: Reading) -> int:
    """The fewest digits of the long decimals in an answer; 0 where it has none."""
    typed = [
        reading.text[node.span.start : node.span.end]
        for node in postorder(reading.expr)
        if isinstance(node, Number) and node.decimal and node.span is not None
    ]
    counts = [len(each.replace(".", "").lstrip("0")) for each in typed]
    return min((count for count in counts if count >= LEAST_DIGITS), default=0)


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_READ_AS else text[: LONGEST_READ_AS - 2] + " …"


@dataclass(frozen=True, slots=True)
class _Judge:
    """How the parts of an answer are judged; the fields are those of grade_answer."""

    grader: Grader
    strict: bool
    seed: str | None
    symbolic: Symbolic | None

    def judge(self, answer: AnswerText) -> GradedAnswer:
        """Raises AnswerError for two different answers."""
        last = self.judge_part(answer.reading)
        for chain in answer.chains[:-1]:
            if any(not _agree(self.judge_part(part), last) for part in chain.parts):
                raise AnswerError(
                    "two different answers are given",
                    text=answer.text,
                    span=chain.spans[-1],
                    hint=ONE_EXPRESSION,
                )
        return self.judge_chain(answer, answer.chains[-1], last)

    def judge_part(self, part: Reading) -> Judgement:
        return self.grader.judge(part, strict=self.strict, seed=self.seed, symbolic=self.symbolic)

    def judge_chain(self, answer: AnswerText, chain: AnswerChain, last: Judgement) -> GradedAnswer:
        """The last part decides; where it is right, a wrong part before it is a false equals sign."""
        reading = answer.reading
        if last.verdict != "correct" or len(chain.parts) == 1:
            return GradedAnswer(reading, last, reading)
        judged = [*map(self.judge_part, chain.parts[:-1]), last]
        wrong = [index for index, each in enumerate(judged) if each.verdict == "incorrect"]
        if wrong:
            note = _name_sign(answer.text, chain, wrong)
            slip = judged[wrong[0]]
            return GradedAnswer(reading, replace(slip, notes=(note, *slip.notes)), chain.parts[wrong[0]])
        if any(each.verdict == "undecided" for each in judged):
            return GradedAnswer(
                reading, next(each for each in judged if each.verdict == "undecided"), reading
            )
        return GradedAnswer(reading, last, reading)


def _name_sign(text: str, chain: AnswerChain, wrong: list[int]) -> str:
    """Which equals sign is the first false one: the first between a right part and a wrong one."""
    index = next(index for index in range(len(chain.parts)) if (index in wrong) != (index + 1 in wrong))
    left, right = (text[span.start : span.end] for span in chain.spans[index : index + 2])
    return f"the equals sign in {quote(left)} = {quote(right)} is false"


def _agree(one: Judgement, other: Judgement) -> bool:
    """Whether two answers say the same: both are right, or their values agree."""
    if "correct" in (one.verdict, other.verdict):
        return one.verdict == other.verdict
    pairs = [pair for pair in zip(one.values, other.values, strict=False) if not any(map(math.isnan, pair))]
    return bool(pairs) and all(close(*pair) for pair in pairs)


# reading


def read_answer(text: str, reference: Reference, taken: frozenset[Choice] = frozenset()) -> AnswerText:
    """The answer, its heads held against the question, a first statement that only restates it dropped.

    Raises AnswerError for what cannot be read, a head of something else, and a function that neither the
    language nor the formula has.
    """
    formula = reference.reading
    declared = [*reference.names, *(definition.name for definition in formula.definitions)]
    undefined = frozenset(
        name for name in reference.functions if name not in FUNCTIONS and name not in OPERATORS
    )
    try:
        answer = read_answer_text(text, declared=declared, functions=undefined, taken=taken)
    except ReadError as error:
        raise AnswerError(error.message, text=text, span=error.span, hint=error.hint) from error
    own = {definition.name for definition in answer.reading.definitions}
    between = tuple(
        chain for chain in answer.chains[:-1] if not any(head.function in own for head in chain.heads)
    )
    answer = replace(answer, chains=(*between, answer.chains[-1])) if len(answer.chains) > 1 else answer
    for chain in answer.chains:
        for head in chain.heads:
            refuse_head(head, reference, text)
        for part in chain.parts:
            _refuse_part(part, reference, text)
    if len(answer.chains) == 1:
        return answer
    kept = tuple(chain for chain in answer.chains[:-1] if not _restates(chain, reference))
    return replace(answer, chains=(*kept, answer.chains[-1]))


def _read_others(answer: AnswerText, reference: Reference) -> list[AnswerText]:
    """The other readings of an answer, each different from the canonical one and from the others."""
    met = answer.reading.choices
    if not met:
        return []
    found: dict[tuple[Syntax, ...], AnswerText] = {_key(answer): answer}
    for taken in combine(met):
        try:
            other = read_answer(answer.text, reference, taken)
        except AnswerError:
            continue
        found.setdefault(_key(other), other)
    return [other for other in found.values() if other is not answer]


def _key(answer: AnswerText) -> tuple[Syntax, ...]:
    return tuple(part.expr for chain in answer.chains for part in chain.parts)


def _restates(chain: AnswerChain, reference: Reference) -> bool:
    """Whether a statement only says what is to be differentiated: y = and the formula."""
    return bool(chain.label) and len(chain.parts) == 1 and _is_formula(chain.parts[0], reference)


def _refuse_part(part: Reading, reference: Reference, text: str) -> None:
    if part.equation:
        raise AnswerError("the answer is an equation", text=text, hint=ONE_EXPRESSION)
    foreign_names = [name for name in part.variables if name not in reference.names]
    if len(foreign_names) > 1 and len(foreign_names) == len(part.variables) and not reference.dependent:
        hint = f"the question is about {', '.join(reference.names)}"
        raise AnswerError("the answer has no name of the question", text=text, hint=hint)
    used = part.functions or frozenset()
    foreign = sorted(
        name for name in used - reference.functions if name not in FUNCTIONS and name not in OPERATORS
    )
    if foreign:
        raise AnswerError(
            f"{foreign[0]} is not a function of the formula",
            text=text,
            hint="write the answer with the functions of the formula",
        )


# heads


def refuse_head(head: AnswerHead, reference: Reference, text: str) -> None:
    """Raises AnswerError for a head that names another derivative than the one that is asked for."""
    typed = quote(text[head.span.start : head.span.end])
    fault = _find_fault(head, reference)
    if fault:
        raise AnswerError(f"{typed} {fault}", text=text, span=head.span, hint=_hint(reference))


def _hint(reference: Reference) -> str:
    by = f"by {reference.wrt}"
    what = "the derivative" if reference.order == 1 else f"the derivative of order {reference.order}"
    return (
        f"{what} {by} is asked for; write it alone, or with y{chr(39) * min(reference.order, 3)} = before it"
    )


def _find_fault(head: AnswerHead, reference: Reference) -> str:
    """What is wrong with a head, "" where it fits."""
    if head.order != reference.order:
        return f"is a derivative of order {head.order}" if head.order else "tells two orders"
    if head.variable and head.variable != reference.wrt:
        return f"differentiates by {head.variable}"
    function = head.function or _name_operand(head.operand, reference)
    if function:
        return _find_function_fault(function, head, reference)
    if head.operand is not None and not _is_formula(head.operand, reference):
        return "differentiates something else than the formula"
    return ""


def _find_function_fault(function: str, head: AnswerHead, reference: Reference) -> str:
    named = bool(head.variable) or head.operand is not None
    if function == reference.wrt and (named or function not in HABITUAL):
        return f"differentiates the variable {function}"
    taken = {*reference.names, *(definition.name for definition in reference.reading.definitions)}
    if function in taken - HABITUAL - {reference.dependent, reference.wrt}:
        return f"differentiates {function}, not the formula"
    return ""


def _name_operand(operand: Reading | None, reference: Reference) -> str:
    """The y of d/dx y, the f of d/dx f(x), where that is no part of the formula; else ""."""
    if operand is None:
        return ""
    expr = operand.expr
    if isinstance(expr, Name):
        free = expr.id == reference.dependent or expr.id not in reference.names
        return expr.id if free else ""
    undefined = is_undefined(expr) and not isinstance(expr, Name)
    name = getattr(expr, "function", "")
    return name if undefined and name not in reference.functions else ""


def _is_formula(operand: Reading, reference: Reference) -> bool:
    """Whether an expression is the formula: of the same form, or of the same value at the points."""
    if reference.dependent or not set(operand.variables) <= set(reference.names):
        return False
    lowered = lower_answer(reference, operand)
    if same(forms(*reference.lowered), lowered):
        return True
    pairs = list(
        zip(values(lowered, reference.points), values(reference.lowered, reference.points), strict=True)
    )
    return len(pairs) >= LEAST_POINTS and all(close(*pair) for pair in pairs)
