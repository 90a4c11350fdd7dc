"""Reading an answer: its head (y' =, f'(x) =, dy/dx =) is set aside, once; what is no expression is refused.

Knows how people name a derivative in front of it. Refuses to judge what follows.
"""

from __future__ import annotations

import re

from chainrule_cli.errors import AnswerError, ReadError
from chainrule_cli.grading.question import Question, functions
from chainrule_cli.notation.functions import FUNCTIONS, OPERATORS
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Reading

_ARGUMENTS = r"(?:\s*\(\s*[\w\\,\s]+\s*\))?"
_POWER = r"(?:\s*\^\s*\{?\s*\d+\s*\}?|[²³]|\d)?"
_DEE = r"(?:d|∂|\\partial|\\mathrm\s*\{\s*d\s*\}|\\mathrm\s+d)"
_HEADS = (
    rf"\\?[A-Za-z]\w*\s*(?:['′″‴’]+|\^\s*\{{?\s*(?:\\prime\s*)+\}}?|\^\s*\{{?\s*\(\s*\d+\s*\)\s*\}}?){_ARGUMENTS}",
    rf"{_DEE}{_POWER}[^=/]*/\s*\(?\s*{_DEE}[^=]*",
    rf"\\d?frac\s*\{{\s*{_DEE}{_POWER}[^=}}]*\}}\s*\{{\s*{_DEE}[^=]*",
    rf"D_?\s*\{{?\w*\}}?{_POWER}{_ARGUMENTS}",
)
HEAD = re.compile(rf"(\s*\$*)\s*(?:{'|'.join(_HEADS)})\s*=(?!=)")
"""What may stand in front of an answer: a derivative by its name, and an equals sign."""

ONE_EXPRESSION = "one expression is expected, such as 2*x*cos(x^2), with or without y' = before it"


def read_answer(text: str, question: Question) -> Reading:
    """The answer's right-hand side, its places counted in the text as it was typed.

    Raises AnswerError for what cannot be read, what still holds a derivative, a second equals sign, and a function that
    neither the language nor the formula has.
    """
    formula = question.reading
    declared = [*question.names, *(definition.name for definition in formula.definitions)]
    try:
        answer = read(without_head(text), declared=declared)
    except ReadError as error:
        raise AnswerError(error.message, text=text, span=error.span, hint=error.hint) from error
    if answer.equation:
        raise AnswerError("the answer is an equation", text=text, hint=ONE_EXPRESSION)
    _refuse_foreign(answer, question.functions, text)
    return answer


def without_head(text: str) -> str:
    """The text with blanks where its head stood."""
    head = HEAD.match(text)
    return text if head is None else head[1] + " " * (head.end() - head.end(1)) + text[head.end() :]


def _refuse_foreign(answer: Reading, known: frozenset[str], text: str) -> None:
    used = functions(answer.expr, *(definition.body for definition in answer.definitions))
    foreign = sorted(name for name in used - known if name not in FUNCTIONS and name not in OPERATORS)
    if foreign:
        raise AnswerError(
            f"{foreign[0]} is not a function of the formula",
            text=text,
            hint="write the answer with the functions of the formula",
        )
