"""Text -> AnswerText: an answer with its heads, its chain of equals signs, and what is substituted in it.

y' = A = B, d/dx(x^2) = 2x, 2x = y', u = x^2; 2x cos(u). Refuses to say whether a head fits the question, and
whether the parts of a chain are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chainrule_cli.errors import LimitError, ReadError, Span
from chainrule_cli.notation.choices import Choice, Choices
from chainrule_cli.notation.heads import Head, find_head
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.reader import ReadingState, refuse_pasted_powers
from chainrule_cli.notation.remarks import DERIVATIVE
from chainrule_cli.notation.statements import Statement, is_short_word, make_statement, split_statements
from chainrule_cli.notation.syntax import Reading

MOST_PARTS = 200
"""Statements of an answer, and expressions between the equals signs of one."""


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """A head as it was typed.

    order, function, variable: of the derivative that it names, as in Head.
    operand: what is differentiated, where that is written out.
    span: in the text.
    """

    order: int
    function: str
    variable: str
    operand: Reading | None
    span: Span


@dataclass(frozen=True, slots=True)
class AnswerChain:
    """What one statement says: expressions that are to be equal.

    heads: the derivatives that they are said to be. label: the name that is given to them, "" for none.
    parts: the expressions, at least one. spans: of each in the text.
    """

    heads: tuple[AnswerHead, ...]
    label: str
    parts: tuple[Reading, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class AnswerText:
    """chains: in order, at least one; the last part of the last one is the answer."""

    text: str
    chains: tuple[AnswerChain, ...]

    @property
    def reading(self) -> Reading:
        return self.chains[-1].parts[-1]


def read_answer_text(
    text: str,
    *,
    declared: Iterable[str],
    functions: frozenset[str] = frozenset(),
    taken: frozenset[Choice] = frozenset(),
) -> AnswerText:
    """The answer in a text, in plain notation or LaTeX.

    declared: the names of the question. functions: its undefined functions, whose derivatives may stand in an
    answer. taken: where the second reading is wanted.

    Raises ReadError for text that is no answer, LimitError as `read` does.
    """
    state = ReadingState(text, frozenset(declared), None, Choices(taken))
    statements = _continue_lines(split_statements(state.tokenize()), text)
    definitions, rest = _split_definitions(statements, state.given)
    state.declare(definitions)
    for definition in definitions:
        state.add(definition, last=False)
    if not rest:
        return _read_lone_definition(state, definitions)
    if len(rest) > MOST_PARTS:
        span = rest[MOST_PARTS].tokens[0].span
        raise LimitError(f"an answer has at most {MOST_PARTS} statements", text=text, span=span)
    chains = tuple(_read_chain(state, statement, functions) for statement in rest)
    return AnswerText(text, chains)


def _continue_lines(statements: Sequence[Statement], text: str) -> list[Statement]:
    """A line that begins with = goes on with the one before it; before the first, = says nothing."""
    lines: list[list[Statement]] = []
    for statement in statements:
        if statement.tokens[0].kind != "=":
            lines.append([statement])
        elif lines:
            lines[-1].append(statement)
        elif len(statement.tokens) > 1:
            lines.append([make_statement(statement.tokens[1:])])
        else:
            raise ReadError("nothing stands after the equals sign", text=text, span=statement.tokens[0].span)
    return [
        line[0] if len(line) == 1 else make_statement([token for each in line for token in each.tokens])
        for line in lines
    ]


def _split_definitions(
    statements: Sequence[Statement], given: frozenset[str]
) -> tuple[list[Statement], list[Statement]]:
    """u = x^2 is a definition where a later statement uses u, or "where" gives it; all else is an answer."""
    definitions: list[Statement] = []
    rest: list[Statement] = []
    later: set[str] = set()
    for statement in reversed(statements):
        name = statement.name.text if statement.name is not None and len(statement.equals) == 1 else ""
        is_used = name in later or (statement.given and bool(rest))
        is_definition = is_used and bool(name) and name not in given and bool(statement.right)
        (definitions if is_definition else rest).append(statement)
        later.update(_list_used(statement))
    return definitions[::-1], rest[::-1]


def _list_used(statement: Statement) -> set[str]:
    """The words of a statement that it uses: not those of a head, nor the name that it defines."""
    parts = [part for part in statement.parts if part]
    if len(parts) > 1 and statement.name is not None:
        parts = parts[1:]
    return {token.text for part in parts if find_head(part) is None for token in part}


def _read_lone_definition(state: ReadingState, definitions: Sequence[Statement]) -> AnswerText:
    last = definitions[-1]
    raise ReadError(
        "the answer ends with a definition", text=state.text, span=last.tokens[0].span, hint="write it last"
    )


def _read_chain(state: ReadingState, statement: Statement, functions: frozenset[str]) -> AnswerChain:
    parts = statement.parts
    empty = next((index for index, part in enumerate(parts) if not part), None)
    if empty is not None:
        sign = statement.tokens[statement.equals[max(empty - 1, 0)]]
        raise ReadError("nothing stands after the equals sign", text=state.text, span=sign.span)
    if len(parts) > MOST_PARTS:
        span = statement.tokens[statement.equals[MOST_PARTS]].span
        raise LimitError(f"an answer has at most {MOST_PARTS} equals signs", text=state.text, span=span)
    heads, parts = _take_heads(state, parts, functions)
    if parts[0][0].kind == DERIVATIVE:
        span = Span(parts[0][0].start, parts[0][-1].end)
        message = "a derivative is asked for here, not given"
        raise ReadError(message, text=state.text, span=span, hint="write the derivative itself")
    label = ""
    if len(parts) > 1 and _is_label(make_statement(_with_sign(parts[0])), state.given):
        label, parts = parts[0][0].text, parts[1:]
    spans = tuple(Span(part[0].start, part[-1].end) for part in parts)
    return AnswerChain(tuple(heads), label, tuple(_read_part(state, part) for part in parts), spans)


def _with_sign(part: list[Token]) -> list[Token]:
    end = part[-1].end
    return [*part, Token("=", "=", end, end), *part[-1:]]


def _is_label(statement: Statement, given: frozenset[str]) -> bool:
    """Whether a left side only gives the answer a name: y = 2x, but not xy = 2x."""
    name = statement.name.text if statement.name is not None else ""
    if not name or name in given:
        return False
    return not is_short_word(name) or not any(letter in given for letter in name)


def _take_heads(
    state: ReadingState, parts: list[list[Token]], functions: frozenset[str]
) -> tuple[list[AnswerHead], list[list[Token]]]:
    """The heads in front of a chain, or the one behind it, and the parts that are left."""
    heads: list[AnswerHead] = []
    while len(parts) > 1 and (head := _find_answer_head(parts[0])) is not None:
        heads.append(_make_head(state, head, parts[0]))
        parts = parts[1:]
    last = _find_answer_head(parts[-1]) if len(parts) > 1 and not heads else None
    if last is not None and last.function not in functions:
        heads.append(_make_head(state, last, parts[-1]))
        parts = parts[:-1]
    return heads, parts


def _find_answer_head(tokens: Sequence[Token]) -> Head | None:
    if tokens[0].kind == DERIVATIVE:
        return Head(int(tokens[0].value or 1), operand=tuple(tokens[1:]))
    return find_head(tokens)


def _make_head(state: ReadingState, head: Head, tokens: Sequence[Token]) -> AnswerHead:
    span = Span(tokens[0].start, tokens[-1].end)
    operand = _read_part(state, list(head.operand)) if head.operand else None
    return AnswerHead(head.order, head.function, head.variable, operand, span)


def _read_part(state: ReadingState, tokens: list[Token]) -> Reading:
    """One expression, with the definitions before it."""
    reading = state.read_part(tokens)
    refuse_pasted_powers(reading, state.declared, state.given)
    _refuse_foreign_words(tokens, reading, state)
    return reading


def _refuse_foreign_words(tokens: Sequence[Token], reading: Reading, state: ReadingState) -> None:
    """idk, no, two: a short word with no letter of the question is no product but a word."""
    known = {*state.given, *(definition.name for definition in reading.definitions)}
    if known.issuperset(reading.variables):
        return
    for token in tokens:
        if token.kind == "word" and is_short_word(token.text) and known.isdisjoint((token.text, *token.text)):
            message = f"{token.text} is no name of the question"
            hint = "write the answer as a formula, with the names of the question"
            raise ReadError(message, text=state.text, span=token.span, hint=hint)
