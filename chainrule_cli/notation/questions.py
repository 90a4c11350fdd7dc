"""What a formula is asked for: d/dx (x^2+1)^5, "derivative of sin x", "find f'(x) where f(x) = ..."."""

from __future__ import annotations

from collections.abc import Sequence

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.notation.heads import OPENING, Head, find_closing, find_head
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.remarks import DERIVATIVE
from chainrule_cli.notation.statements import Statement, make_statement
from chainrule_cli.notation.syntax import Asked


def take_question(statements: Sequence[Statement], text: str) -> tuple[list[Statement], Asked | None]:
    """The statements without what they ask, and what that is.

    Raises ReadError where it is not clear what is to be differentiated.
    """
    asked: Asked | None = None
    kept: list[Statement] = []
    for statement in statements:
        tokens = statement.tokens
        if tokens[0].kind == DERIVATIVE:
            asked = Asked(int(tokens[0].value or 1))
            tokens = tokens[1:]
        head = find_head(tokens) if len(statement.equals) == 0 else _find_operator(statement)
        if head is None or not tokens:
            kept.extend([make_statement(tokens)] if tokens else [])
            continue
        if head.operand:
            _refuse_loose_sum(head.operand, text)
            kept.append(make_statement(list(head.operand)))
        elif len(statements) == 1 or statement.equals:
            kept.append(statement)
            continue
        asked = Asked(head.order, head.variable)
    return (kept, asked) if kept else (list(statements), None)


def _find_operator(statement: Statement) -> Head | None:
    """The d/dx of y = d/dx(x^2)."""
    parts = statement.parts
    head = find_head(parts[-1])
    return head if head is not None and head.operand and len(parts) == 2 and len(parts[0]) < 5 else None


def _refuse_loose_sum(operand: Sequence[Token], text: str) -> None:
    """d/dx (x^2) + 3x could mean both."""
    if operand[0].kind not in OPENING:
        return
    closing = find_closing(operand, 0)
    sign = next((token for token in operand[closing + 1 :] if token.kind in ("+", "-")), None)
    if sign is not None and _is_outside(operand, sign):
        span = Span(operand[0].start, operand[-1].end)
        hint = "put all of it in brackets: d/dx ( ... )"
        raise ReadError("it is not clear how far d/dx reaches", text=text, span=span, hint=hint)


def _is_outside(tokens: Sequence[Token], sign: Token) -> bool:
    nesting = 0
    for token in tokens:
        nesting += (token.kind in OPENING) - (token.kind in (")", "]", "}"))
        if token is sign:
            return nesting == 0
    return False
