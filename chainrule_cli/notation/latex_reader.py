"""LaTeX -> the tokens of the plain notation: fractions, roots, brackets of every size, subscripts, cases.

The grammar stays the parser's; the commands are rows of latex_commands.py. Positions are those of the
original text, so carets point into it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.notation import latex_commands as commands
from chainrule_cli.notation.characters import GREEK_NAMES, SIGN_PAIRS, SIGNS
from chainrule_cli.notation.functions import ALIASES
from chainrule_cli.notation.lexer import Token, number_token, tokenize
from chainrule_cli.notation.syntax import DEEPEST, nesting_error

_SPACES = " \t\r\n"
_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL)
_LETTERS = re.compile(r"[A-Za-z]+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_NAME_GROUP = re.compile(r"\s*\{((?:[^{}\\]|\\_|\\ )*)\}")
_SUBSCRIPT = re.compile(r"\s*(?:\{\s*([A-Za-z0-9]+)\s*\}|([A-Za-z0-9])|\{?\\([A-Za-z]+)\}?)")
_ENVIRONMENT = re.compile(r"\s*\{([A-Za-z]+\*?)\}")
_DELIMITER = re.compile(r"\s*(\\[A-Za-z]+|\\.|.)", re.DOTALL)


def tokenize_latex(text: str) -> list[Token]:
    """The tokens of a LaTeX text, an "end" token last.

    Raises ReadError for an unknown command and a group that is not closed, LimitError for one nested too
    deep.
    """
    tokens = _Scanner(text).run("")
    return [*tokens, Token("end", "", len(text), len(text))]


class _Scanner:
    """One run over a text. position: of what comes next. nesting: of the group that is read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.nesting = 0

    def error(self, message: str, start: int, hint: str = "") -> ReadError:
        span = Span(start, max(self.position, start + 1))
        return ReadError(message, text=self.text, span=span, hint=hint)

    def token(self, kind: str, text: str, start: int) -> Token:
        """A token that reaches from start to the position."""
        return Token(kind, text, start, self.position)

    def last(self, kind: str, text: str) -> Token:
        """A token over the one character before the position."""
        return self.token(kind, text, self.position - 1)

    # groups

    def run(self, closing: str) -> list[Token]:
        """Tokens up to the closing brace, or the end of the environment, or of the text."""
        start = self.position
        self.nesting += 1
        if self.nesting > DEEPEST:
            raise nesting_error(self.text, Span(start, start + 1), hint="")
        tokens: list[Token] = []
        while self.position < len(self.text):
            if closing and self.text.startswith(closing, self.position):
                self.position += len(closing)
                self.nesting -= 1
                return tokens
            self.add_next(tokens)
        if closing:
            raise ReadError(
                f"{'a brace' if closing == '}' else 'the environment'} is not closed",
                text=self.text,
                span=Span(max(start - 1, 0), start),
                hint=f"add {closing}",
            )
        self.nesting -= 1
        return tokens

    def group(self) -> list[Token]:
        """One argument of a command: a group in braces, or a single digit, letter or command."""
        self.skip_space()
        start = self.position
        if start >= len(self.text):
            raise self.error("a group is missing at the end", max(start - 1, 0))
        char = self.text[start]
        if char == "{":
            self.position += 1
            return self.run("}")
        if char.isalnum():
            self.position += 1
            is_digit = char.isdigit() and char.isascii()
            return [
                number_token(self.text, char, start, start + 1)
                if is_digit
                else self.token("word", char, start)
            ]
        tokens: list[Token] = []
        self.add_next(tokens)
        return tokens

    def skip_space(self) -> None:
        while self.position < len(self.text) and self.text[self.position] in _SPACES:
            self.position += 1

    def bracket(self, inner: Iterable[Token], start: int) -> list[Token]:
        """The tokens between brackets. start: of the opening brace; the closing one has just been read."""
        return [Token("(", "{", start, start + 1), *inner, self.last(")", "}")]

    # what comes next

    def add_next(self, tokens: list[Token]) -> None:
        """Append what stands at the position."""
        char, start = self.text[self.position], self.position
        if char == "\\":
            self.add_command(tokens)
        elif char in " \t\r\n~$":
            self.position += 1
        elif char == "{":
            self.position += 1
            tokens.extend(self.bracket(self.run("}"), start))
        elif char == "}":
            message = "a brace is closed that was not opened"
            raise ReadError(message, text=self.text, span=Span(start, start + 1))
        elif char == "^":
            self.add_exponent(tokens)
        elif char == "_":
            self.add_subscript(tokens)
        elif char == "&":
            self.position += 1
            tokens.append(self.token("&", "&", start))
        else:
            self.add_plain(tokens)

    def add_plain(self, tokens: list[Token]) -> None:
        """A number, a word or a sign of the plain notation."""
        start = self.position
        found = _NUMBER.match(self.text, start)
        if found is not None:
            self.position = found.end()
            tokens.append(number_token(self.text, found[0], start, found.end()))
            return
        found = _LETTERS.match(self.text, start)
        if found is not None:
            self.position = found.end()
            tokens.append(self.token("word", found[0], start))
            return
        pair = self.text[start : start + 2]
        kind = SIGN_PAIRS.get(pair) or SIGNS.get(self.text[start], "")
        self.position += len(pair) if pair in SIGN_PAIRS else 1
        if kind:
            tokens.append(self.token(kind, self.text[start : self.position], start))
        else:
            tokens.extend(
                token._replace(start=start, end=self.position) for token in self.unicode_tokens(start)
            )

    def unicode_tokens(self, start: int) -> list[Token]:
        """One character that the plain notation knows; its own error where it does not."""
        try:
            return tokenize(self.text[start])[:-1]
        except ReadError as error:
            span = Span(start, start + 1)
            raise ReadError(error.message, text=self.text, span=span, hint=error.hint) from None

    def add_exponent(self, tokens: list[Token]) -> None:
        """x^{2}, and f^{\\prime}."""
        start = self.position
        self.position += 1
        inner = self.group()
        if inner and all(token.kind == "'" for token in inner):
            tokens.extend(inner)
            return
        tokens.append(Token("^", "^", start, start + 1))
        tokens.extend(self.bracket(inner, start) if len(inner) != 1 else inner)

    def add_subscript(self, tokens: list[Token]) -> None:
        """x_{1} is a name; the subscript of a logarithm is its base."""
        start = self.position
        self.position += 1
        last = tokens[-1] if tokens else None
        if last is not None and last.kind == "word" and ALIASES.get(last.text) == "log":
            tokens.append(Token("_", "_", start, start + 1))
            tokens.extend(self.bracket(self.group(), start))
            return
        found = _SUBSCRIPT.match(self.text, self.position)
        if last is None or last.kind != "word" or found is None:
            raise self.error("a subscript belongs to a letter", start, "write x_1 or x_{12}")
        self.position = found.end()
        name = last.text[-1] if last.text not in GREEK_NAMES else last.text
        before = last.text[: len(last.text) - len(name)]
        tokens.pop()
        if before:
            tokens.append(Token("word", before, last.start, last.end - 1))
        begin = last.end - 1 if before else last.start
        tokens.append(self.token("word", f"{name}_{found[1] or found[2] or found[3]}", begin))

    # commands

    def add_command(self, tokens: list[Token]) -> None:
        start = self.position
        found = _COMMAND.match(self.text, start)
        if found is None:
            raise ReadError("a backslash at the end", text=self.text, span=Span(start, start + 1))
        self.position, name = found.end(), found[1]
        if name in commands.SKIPPED:
            return
        if name in commands.SYMBOLS:
            tokens.append(self.token(commands.SYMBOLS[name], found[0], start))
        elif name == "pi":
            tokens.append(self.token("π", "π", start))
        elif name in commands.LETTERS:
            tokens.append(self.token("word", commands.LETTERS[name], start))
        elif name in ALIASES and name != "sqrt":
            tokens.append(self.token("word", name, start))
        else:
            tokens.extend(self.structure(name, start))

    def structure(self, name: str, start: int) -> list[Token]:
        """A command that takes what follows it."""
        if name in commands.FRACTIONS:
            return self.fraction(start)
        if name == "sqrt":
            return self.root(start)
        if name in ("left", "right"):
            return self.delimiter(start)
        if name in commands.ROUNDED:
            return [self.token("word", commands.ROUNDED[name], start), self.token("(", "(", start)]
        if name in commands.ROUNDED_END:
            return [self.token(")", ")", start)]
        if name in commands.UPRIGHT:
            return self.upright(start)
        if name == "begin":
            return self.environment(start)
        if name == "\\":
            return [self.token(";", "\\\\", start)]
        near = difflib.get_close_matches(name, sorted({*commands.ALL, *ALIASES}), 1)
        hint = f"did you mean \\{near[0]}?" if near else ""
        raise self.error(f"the command \\{name} is not known", start, hint)

    def fraction(self, start: int) -> list[Token]:
        """((top)/(bottom))"""
        top, bottom = self.group(), self.group()
        opening, closing = self.token("(", "{", start), self.last(")", "}")
        middle = [closing, self.token("/", "/", start), self.last("(", "{")]
        return [opening, opening, *top, *middle, *bottom, closing, closing]

    def root(self, start: int) -> list[Token]:
        """sqrt(inner), or root(inner, degree)."""
        self.skip_space()
        degree: list[Token] = []
        if self.text.startswith("[", self.position):
            self.position += 1
            degree = [Token(",", ",", self.position, self.position + 1), *self.run("]")]
        inner = self.group()
        name = self.token("word", "root" if degree else "sqrt", start)
        return [name, self.token("(", "{", start), *inner, *degree, self.last(")", "}")]

    def delimiter(self, start: int) -> list[Token]:
        r"""What follows \left or \right."""
        found = _DELIMITER.match(self.text, self.position)
        if found is None:
            raise self.error("a bracket is missing", start)
        self.position, mark = found.end(), found[1]
        name = mark.removeprefix("\\")
        if mark == ".":
            return []
        if name in commands.ROUNDED or name in commands.ROUNDED_END:
            return self.structure(name, start)
        kind = commands.SYMBOLS.get(name, mark)
        if kind == "|":
            kind = "|(" if self.text.startswith("\\left", start) else "|)"
        if kind not in ("(", ")", "[", "]", "|(", "|)"):
            raise self.error(f"{mark} is no bracket", start)
        return [self.token(kind, mark, start)]

    def upright(self, start: int) -> list[Token]:
        """A word in upright letters: a function, e, or the words of a case."""
        found = _NAME_GROUP.match(self.text, self.position)
        if found is None:
            return self.bracket(self.group(), start)
        self.position = found.end()
        words = found[1].replace("\\_", "_").replace("\\ ", " ").strip(" .,:")
        if not words or words in commands.CONNECTING:
            return []
        if words.split()[0] in commands.OTHERWISE:
            return [self.token("word", "True", start)]
        plain = tokenize(words.removeprefix("if ").removeprefix("for "))
        return [token._replace(start=start, end=self.position) for token in plain[:-1]]

    def environment(self, start: int) -> list[Token]:
        """Piecewise((value, condition), ...)"""
        found = _ENVIRONMENT.match(self.text, self.position)
        if found is None or found[1].rstrip("*") not in commands.CASES:
            message = f"the environment {found[1] if found else ''} is not known"
            raise self.error(message, start, "pieces are written with cases")
        self.position = found.end()
        inner = self.run(f"\\end{{{found[1]}}}")
        comma = self.token(",", ",", start)
        pieces = [token for row in _rows(inner) if row for token in (comma, *_piece(row, start))][1:]
        name = self.token("word", "Piecewise", start)
        return [name, self.token("(", "(", start), *pieces, self.last(")", ")")]


def _rows(tokens: list[Token]) -> list[list[Token]]:
    rows: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == ";":
            rows.append([])
        else:
            rows[-1].append(token)
    return rows


def _piece(row: list[Token], start: int) -> list[Token]:
    """(value, condition) of a row, or (value, True). start: of the environment."""
    cut = next((index for index, token in enumerate(row) if token.kind == "&"), len(row))
    end = row[-1].end
    value = _without_comma(row[:cut])
    condition = _without_comma([token for token in row[cut:] if token.kind != "&"])
    condition = condition or [Token("word", "True", end, end)]
    comma, closing = Token(",", ",", end, end), Token(")", ")", end, end)
    return [Token("(", "(", start, end), *value, comma, *condition, closing]


def _without_comma(tokens: list[Token]) -> list[Token]:
    return tokens[:-1] if tokens and tokens[-1].kind == "," else tokens
