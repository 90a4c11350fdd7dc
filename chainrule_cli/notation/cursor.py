"""Cursor: a place in a list of tokens, and what to say when the token there does not fit."""

from __future__ import annotations

from chainrule_cli.errors import ReadError
from chainrule_cli.notation.tokens import Token

COMPARISONS = frozenset({"<", ">", "<=", ">=", "==", "!=", "="})


class Cursor:
    """The last token is "end"; it is looked at, never passed."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.place = 0

    @property
    def peek(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def error(self, message: str, token: Token, hint: str = "") -> ReadError:
        return ReadError(message, text=self.text, span=token.span, hint=hint)

    def unclosed(self, opening: Token, closing: str) -> ReadError:
        if self.peek.kind == "end":
            return self.error("a bracket is not closed", opening, f"add {closing} at the end?")
        if self.peek.kind in (")", "]", "}"):
            return self.error(f"{opening.text} is closed by {self.peek.text}", self.peek, f"write {closing}")
        return self.unexpected(self.peek)

    def unexpected(self, token: Token) -> ReadError:
        if token.kind in (")", "]", "}"):
            return self.error(
                "a bracket is closed that was not opened", token, "take it away, or open it before"
            )
        if token.kind == ",":
            return self.error(
                "a comma stands outside a function's brackets", token, "decimals are written with a point"
            )
        return self.error(f"{token.text!r} is not expected here", token)

    def misplaced(self, token: Token) -> ReadError:
        if token.kind == "end":
            last = self.tokens[self.place - 2] if self.place > 1 else token
            return self.error(
                "the formula ends too early", last, f"something must follow {last.text}" if last.text else ""
            )
        if token.kind in (")", "]", "}") and self.place == 1:
            return self.unexpected(token)
        if token.kind in ("*", "/", "^", "and", "or") or token.kind in COMPARISONS:
            return self.error(
                f"nothing stands before {token.text}", token, f"{token.text} needs something on both sides"
            )
        return self.error(f"{token.text!r} is not expected here", token)
