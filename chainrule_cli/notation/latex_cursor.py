"""Where one stands in a LaTeX text, the tokens so far, and its groups; what stands in them is latex_reader's.

What may hold a group is a Step, a generator that yields the steps inside it, run by a loop over a list:
nothing recurs, however deep a text is nested.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.notation.lexer import Token, number_token
from chainrule_cli.notation.syntax import DEEPEST, Note, nesting_error
from chainrule_cli.notation.words import Remark

Step: TypeAlias = Generator["Step", None, None]

MOST_STEPS = 3 * DEEPEST
"""Steps inside each other: a level of nesting takes three at most; the parser counts the levels exactly."""

SPACES = " \t\r\n~"
_SPACE_RUN = re.compile(rf"[{SPACES}]*")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)

_OPENINGS = {
    "}": "a brace", "]": "a bracket [", "$": "a dollar sign", "$$": "a pair of dollar signs",
    "\\)": "\\(", "\\]": "\\[", "\\right": "\\left", "\\end": "\\begin", "\\of": "\\root",
}  # fmt: skip
"""What closes -> what it was opened by."""
CLOSINGS = {"$": "$", "$$": "$$", "\\(": "\\)", "\\[": "\\]"}
"""What begins mathematics among words -> what ends it."""
_BETWEEN_STATEMENTS = frozenset({"=", ";", "mark", "prose"})


@dataclass(slots=True)
class Scope:
    """A group that is open.

    begin: index of its first token. below: of what stands below \\over, 0 where there is none.
    statement: it holds an equals sign, or what belongs between statements.
    """

    begin: int
    below: int = 0
    statement: bool = False


class LatexCursor(ABC):
    """text: what is read; typed: as it was typed, of the same length. position: of what comes next.
    tokens: so far. scopes: the groups that are open. closed: the last one that was.
    pair: the last pair of brackets, the indices of its opening one and behind its closing one.
    power: the same of the last exponent, with its sign.
    """

    def __init__(self, text: str, typed: str, remark: Remark) -> None:
        self.text = text
        self.typed = typed
        self.remark = remark
        self.position = 0
        self.tokens: list[Token] = []
        self.scopes: list[Scope] = []
        self.closed = Scope(0)
        self.pair = (0, 0)
        self.power = (0, 0)

    @abstractmethod
    def add_next(self) -> Step | None:
        """Append what stands at the position; a step where it may hold a group."""

    @abstractmethod
    def add_command(self) -> Step | None:
        """The same for a command."""

    @abstractmethod
    def add_foreign(self) -> None:
        """Append the characters beyond ASCII at the position."""

    def follow(self, first: Step) -> None:
        """Run a step and those inside it. Raises LimitError where they are too many."""
        stack = [first]
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                continue
            stack.append(step)
            if len(stack) > MOST_STEPS:
                start = min(self.position, len(self.text) - 1)
                raise nesting_error(self.typed, Span(start, start + 1), hint="")

    # errors and notes

    def error(self, message: str, start: int, hint: str = "") -> ReadError:
        """An error over what was read from start."""
        end = max(self.position, start + 1)
        return ReadError(message, text=self.typed, span=Span(start, end), hint=hint)

    def note(self, message: str, start: int) -> None:
        self.remark(Note(message, Span(start, self.position)))

    # tokens

    def token(self, kind: str, text: str, start: int) -> Token:
        """A token that reaches from start to the position."""
        return Token(kind, text, start, self.position)

    def last(self, kind: str, text: str) -> Token:
        """A token over the one character before the position."""
        return Token(kind, text, self.position - 1, self.position)

    def add(self, kind: str, text: str, start: int) -> None:
        self.extend([self.token(kind, text, start)])

    def extend(self, tokens: list[Token]) -> None:
        self.tokens += tokens
        if self.scopes and any(token.kind in _BETWEEN_STATEMENTS for token in tokens):
            self.scopes[-1].statement = True

    def add_number(self, typed: str, start: int) -> None:
        """A number that reaches from start to the position. typed: as the plain notation writes it."""
        self.tokens.append(number_token(self.typed, typed, start, self.position))

    def cut(self, begin: int) -> list[Token]:
        """Take away the tokens from an index on."""
        found = self.tokens[begin:]
        del self.tokens[begin:]
        self.pair = self.power = (0, 0)
        return found

    def enclose(self, begin: int, start: int) -> None:
        """Brackets around the tokens from an index on, unless they have some. start: of the opening one."""
        if self.pair != (begin, len(self.tokens)):
            self.tokens.insert(begin, Token("(", "{", start, start + 1))
            self.tokens.append(self.last(")", "}"))
            self.pair = (begin, len(self.tokens))

    # the text

    @property
    def char(self) -> str:
        """The character at the position; none at the end."""
        return self.text[self.position : self.position + 1]

    def skip_space(self) -> None:
        found = _SPACE_RUN.match(self.text, self.position)
        self.position = found.end() if found is not None else self.position

    def is_at(self, mark: str) -> bool:
        """Whether this stands at the position; a command only where no letter follows."""
        if not self.text.startswith(mark, self.position):
            return False
        return not (mark[-1].isalpha() and self.text[self.position + len(mark) :][:1].isalpha())

    def take(self, mark: str) -> bool:
        """Pass over this where it stands at the position, behind blanks."""
        self.skip_space()
        if not self.is_at(mark):
            return False
        self.position += len(mark)
        return True

    def skip_group(self) -> str:
        """Pass over a group in braces; what stands in it."""
        self.skip_space()
        start = self.position
        if not self.take("{"):
            raise self.error("a group in braces is missing", max(start - 1, 0))
        nesting = 1
        for found in _BRACE.finditer(self.text, self.position):
            nesting += {"{": 1, "}": -1}.get(found[0], 0)
            if not nesting:
                self.position = found.end()
                return self.text[start + 1 : found.start()]
        raise self.unclosed_error("}", start)

    # groups

    def run(self, closing: str, start: int) -> Step:
        """Everything up to what closes, or to the end of the text for "". start: of what opened it."""
        self.scopes.append(Scope(len(self.tokens)))
        while self.position < len(self.text):
            if closing and self.is_at(closing):
                self.position += len(closing)
                self.close_scope()
                return
            if self.char == "}":
                raise self.brace_error(closing, start)
            step = self.add_next()
            if step is not None:
                yield step
        if closing:
            raise self.unclosed_error(closing, start)
        self.close_scope()

    def close_scope(self) -> None:
        """The innermost group ends, and its fraction with it."""
        self.end_cell()
        self.closed = self.scopes.pop()

    def pass_statement(self) -> None:
        """What was a statement in the group that was closed last is one in the group around it."""
        if self.scopes and self.closed.statement:
            self.scopes[-1].statement = True

    def end_cell(self) -> None:
        """End the fraction that was written with \\over; what follows begins a new one."""
        scope = self.scopes[-1]
        if scope.below:
            if scope.below == len(self.tokens):
                raise self.error("nothing stands below \\over", self.tokens[-1].start)
            self.enclose(scope.below, self.tokens[scope.below].start)
            self.tokens.append(self.last(")", "}"))
            self.pair = (scope.begin, len(self.tokens))
        scope.begin, scope.below = len(self.tokens), 0

    def unclosed_error(self, closing: str, start: int) -> ReadError:
        opening = _OPENINGS[closing]
        end = start + (len(opening) if opening[0] == "\\" else 1)
        message = f"{opening} is not closed"
        return ReadError(message, text=self.typed, span=Span(start, end), hint=f"add {closing}")

    def brace_error(self, closing: str, start: int) -> ReadError:
        """For a closing brace where none is open, or something else is."""
        if closing:
            return self.unclosed_error(closing, start)
        span = Span(self.position, self.position + 1)
        return ReadError("a brace is closed that was not opened", text=self.typed, span=span)

    def argument(self) -> Step:
        """What a command takes: a group in braces, or a single digit, letter or command."""
        begin = len(self.tokens)
        while len(self.tokens) == begin:
            self.skip_space()
            start = self.position
            if self.char == "{":
                self.position += 1
                yield self.run("}", start)
                if len(self.tokens) == begin:
                    raise self.error("an empty box is left", start, "fill it, or take it away")
            elif self.char == "\\":
                step = self.add_command()
                if step is not None:
                    yield step
            else:
                self.add_single(start)

    def add_single(self, start: int) -> None:
        """A digit or a letter."""
        char = self.char
        if char and not char.isascii():
            self.add_foreign()
            return
        if not char.isalnum():
            hint = "write what belongs to it in braces"
            raise self.error("a group is missing", min(start, len(self.text) - 1), hint)
        self.position += 1
        if char.isdigit():
            self.add_number(char, start)
        else:
            self.add("word", char, start)
