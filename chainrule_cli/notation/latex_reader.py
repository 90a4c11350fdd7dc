"""LaTeX -> the tokens of the plain notation: fractions, roots, brackets of every size, subscripts, cases.

Knows LaTeX's commands and grouping; the grammar stays the parser's. A new command is a row in one of the tables. Places
are those of the original text, so carets point into it.
"""

from __future__ import annotations

import difflib
import re

from chainrule_cli.errors import LimitError, ReadError, Span
from chainrule_cli.notation.functions import ALIASES
from chainrule_cli.notation.lexer import (
    GREEK_NAMES,
    MOST_DIGITS,
    OPERATORS,
    PAIRS,
    Token,
    number_token,
    tokenize,
)

DEEPEST = 200

SYMBOLS = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "ne": "!=", "neq": "!=",
    "lt": "<", "gt": ">", "land": "and", "wedge": "and", "lor": "or", "vee": "or", "lnot": "not", "neg": "not", "vert": "|", "mid": "|", "lvert": "|(", "rvert": "|)",
    "prime": "'", "{": "(", "}": ")", "|": "|", "lbrace": "(", "rbrace": ")", "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")",
}  # fmt: skip
SKIPPED = frozenset({",", ";", ":", "!", " ", "quad", "qquad", "displaystyle", "textstyle", "limits", "(", ")", "[", "]", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "mathop", "nolimits", "thinspace", "enspace", "space"})  # fmt: skip
GREEK = {name.lower() if name == "Pi" else name: name for name in GREEK_NAMES} | {
    "varepsilon": "epsilon",
    "varphi": "phi",
    "vartheta": "theta",
    "varrho": "rho",
    "varsigma": "sigma",
}
ROUNDED = {"lfloor": "floor", "lceil": "ceiling"}
ROUNDED_END = frozenset({"rfloor", "rceil"})
SPELLED = frozenset(
    {"operatorname", "mathrm", "text", "textrm", "mathit", "mathbf", "mathsf", "textit", "mathnormal"}
)
FRACTIONS = frozenset({"frac", "dfrac", "tfrac", "cfrac"})
OTHERWISE = frozenset({"otherwise", "else", "sonst", "elsewhere"})
CONNECTING = frozenset({"if", "for", "when", "falls", "where", "and", "or"})

_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL)
_LETTERS = re.compile(r"[A-Za-z]+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_NAME_GROUP = re.compile(r"\s*\{((?:[^{}\\]|\\_|\\ )*)\}")
_SUBSCRIPT = re.compile(r"\s*(?:\{\s*([A-Za-z0-9]+)\s*\}|([A-Za-z0-9])|\{?\\([A-Za-z]+)\}?)")
_ENVIRONMENT = re.compile(r"\s*\{([A-Za-z]+\*?)\}")
_DELIMITER = re.compile(r"\s*(\\[A-Za-z]+|\\.|.)", re.DOTALL)


def tokenize_latex(text: str) -> list[Token]:
    """The tokens of a LaTeX text, an "end" token last. Raises ReadError for an unknown command, a group that is not closed."""
    scanner = _Scanner(text)
    tokens = scanner.run("")
    return [*tokens, Token("end", "", len(text), len(text))]


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.nesting = 0

    def error(self, message: str, start: int, hint: str = "") -> ReadError:
        return ReadError(message, text=self.text, span=Span(start, max(self.place, start + 1)), hint=hint)

    def run(self, closing: str) -> list[Token]:
        """Tokens up to the closing brace, or the end of the environment, or of the text."""
        start = self.place
        self.nesting += 1
        if self.nesting > DEEPEST:
            raise LimitError(
                f"the formula is nested more than {DEEPEST} deep", text=self.text, span=Span(start, start + 1)
            )
        tokens: list[Token] = []
        while self.place < len(self.text):
            if closing and self.text.startswith(closing, self.place):
                self.place += len(closing)
                self.nesting -= 1
                return tokens
            self.one(tokens)
        if closing:
            raise ReadError(
                f"{'a brace' if closing == '}' else 'the environment'} is not closed",
                text=self.text,
                span=Span(max(start - 1, 0), start),
                hint=f"add {closing}",
            )
        self.nesting -= 1
        return tokens

    def one(self, tokens: list[Token]) -> None:
        """Append what stands at the place."""
        char, start = self.text[self.place], self.place
        if char == "\\":
            self.command(tokens)
        elif char in " \t\r\n~$":
            self.place += 1
        elif char == "{":
            self.place += 1
            tokens.extend(self.bracketed(self.run("}"), start))
        elif char == "}":
            raise ReadError(
                "a brace is closed that was not opened", text=self.text, span=Span(start, start + 1)
            )
        elif char == "^":
            self.raised(tokens)
        elif char == "_":
            self.lowered(tokens)
        elif char == "&":
            self.place += 1
            tokens.append(Token("&", "&", start, start + 1))
        else:
            self.plain(tokens)

    def plain(self, tokens: list[Token]) -> None:
        start = self.place
        for pattern, kind in ((_NUMBER, "number"), (_LETTERS, "word")):
            found = pattern.match(self.text, start)
            if found is not None:
                self.place = found.end()
                tokens.append(
                    number_token(self.text, found[0], start, found.end())
                    if kind == "number"
                    else Token(kind, found[0], start, found.end())
                )
                return
        pair = self.text[start : start + 2]
        kind = PAIRS.get(pair) or OPERATORS.get(self.text[start], "")
        self.place += len(pair) if pair in PAIRS else 1
        if kind:
            tokens.append(Token(kind, self.text[start : self.place], start, self.place))
        else:
            tokens.extend(token._replace(start=start, end=self.place) for token in self.unicode(start))

    def unicode(self, start: int) -> list[Token]:
        """One character that the plain notation knows; its own error where it does not."""
        try:
            return tokenize(self.text[start])[:-1]
        except ReadError as error:
            raise ReadError(
                error.message, text=self.text, span=Span(start, start + 1), hint=error.hint
            ) from None

    def bracketed(self, inner: list[Token], start: int) -> list[Token]:
        return [Token("(", "{", start, start + 1), *inner, Token(")", "}", self.place - 1, self.place)]

    def group(self) -> list[Token]:
        """One argument of a command: a group in braces, or a single digit, letter or command."""
        self.skip_space()
        start = self.place
        if start >= len(self.text):
            raise self.error("a group is missing at the end", max(start - 1, 0))
        if self.text[start] == "{":
            self.place += 1
            return self.run("}")
        if self.text[start].isalnum():
            self.place += 1
            char = self.text[start]
            return (
                [number_token(self.text, char, start, start + 1)]
                if char.isdigit() and char.isascii()
                else [Token("word", char, start, start + 1)]
            )
        tokens: list[Token] = []
        self.one(tokens)
        return tokens

    def skip_space(self) -> None:
        while self.place < len(self.text) and self.text[self.place] in " \t\r\n":
            self.place += 1

    # marks

    def raised(self, tokens: list[Token]) -> None:
        start = self.place
        self.place += 1
        inner = self.group()
        if inner and all(token.kind == "'" for token in inner):
            tokens.extend(inner)
            return
        tokens.append(Token("^", "^", start, start + 1))
        tokens.extend(self.bracketed(inner, start) if len(inner) != 1 else inner)

    def lowered(self, tokens: list[Token]) -> None:
        """x_{1} is a name; the subscript of a logarithm is its base."""
        start = self.place
        self.place += 1
        last = tokens[-1] if tokens else None
        if last is not None and last.kind == "word" and ALIASES.get(last.text) == "log":
            tokens.append(Token("_", "_", start, start + 1))
            tokens.extend(self.bracketed(self.group(), start))
            return
        found = _SUBSCRIPT.match(self.text, self.place)
        if last is None or last.kind != "word" or found is None:
            raise self.error("a subscript belongs to a letter", start, "write x_1 or x_{12}")
        self.place = found.end()
        name = last.text[-1] if last.text not in GREEK_NAMES else last.text
        rest = last.text[: len(last.text) - len(name)]
        tokens.pop()
        if rest:
            tokens.append(Token("word", rest, last.start, last.end - 1))
        tokens.append(
            Token(
                "word",
                f"{name}_{found[1] or found[2] or found[3]}",
                last.end - 1 if rest else last.start,
                self.place,
            )
        )

    # commands

    def command(self, tokens: list[Token]) -> None:
        start = self.place
        found = _COMMAND.match(self.text, start)
        if found is None:
            raise ReadError("a backslash at the end", text=self.text, span=Span(start, start + 1))
        self.place, name = found.end(), found[1]
        if name in SKIPPED:
            return
        if name in SYMBOLS:
            tokens.append(Token(SYMBOLS[name], found[0], start, self.place))
        elif name in GREEK:
            tokens.append(
                Token("π", "π", start, self.place)
                if name == "pi"
                else Token("word", GREEK[name], start, self.place)
            )
        elif name in ALIASES and name != "sqrt":
            tokens.append(Token("word", name, start, self.place))
        else:
            tokens.extend(self.structure(name, start))

    def structure(self, name: str, start: int) -> list[Token]:
        """A command that takes what follows it."""
        if name in FRACTIONS:
            return self.fraction(start)
        if name == "sqrt":
            return self.root(start)
        if name in ("left", "right"):
            return self.delimiter(start)
        if name in ROUNDED:
            return [Token("word", ROUNDED[name], start, self.place), Token("(", "(", start, self.place)]
        if name in ROUNDED_END:
            return [Token(")", ")", start, self.place)]
        if name in SPELLED:
            return self.spelled(start)
        if name == "begin":
            return self.environment(start)
        if name == "\\":
            return [Token(";", "\\\\", start, self.place)]
        near = difflib.get_close_matches(
            name, sorted({*SYMBOLS, *GREEK, *ALIASES, *FRACTIONS, "sqrt", "left", "right", "operatorname"}), 1
        )
        raise self.error(
            f"the command \\{name} is not known", start, f"did you mean \\{near[0]}?" if near else ""
        )

    def fraction(self, start: int) -> list[Token]:
        top, bottom = self.group(), self.group()
        self.refuse_derivative(top, bottom, start)
        at = self.place
        slash = [Token(")", "}", at - 1, at), Token("/", "/", start, at), Token("(", "{", at - 1, at)]
        return [
            Token("(", "{", start, at),
            Token("(", "{", start, at),
            *top,
            *slash,
            *bottom,
            Token(")", "}", at - 1, at),
            Token(")", "}", at - 1, at),
        ]

    def refuse_derivative(self, top: list[Token], bottom: list[Token], start: int) -> None:
        over, under = ("".join(token.text for token in side) for side in (top, bottom))
        if re.fullmatch(r"d[A-Za-z]?", over) and re.fullmatch(r"d[A-Za-z]", under):
            hint = (
                "give the function alone; it is differentiated"
                if over == "d"
                else "write the derivative itself"
            )
            raise self.error(f"{over}/{under} is an unevaluated derivative", start, hint)

    def root(self, start: int) -> list[Token]:
        self.skip_space()
        degree: list[Token] = []
        if self.text.startswith("[", self.place):
            self.place += 1
            degree = [Token(",", ",", self.place, self.place + 1), *self.run("]")]
        inner = self.group()
        at = self.place
        return [
            Token("word", "root" if degree else "sqrt", start, at),
            Token("(", "{", start, at),
            *inner,
            *degree,
            Token(")", "}", at - 1, at),
        ]

    def delimiter(self, start: int) -> list[Token]:
        found = _DELIMITER.match(self.text, self.place)
        if found is None:
            raise self.error("a bracket is missing", start)
        self.place, mark, opens = found.end(), found[1], self.text.startswith("\\left", start)
        name = mark.removeprefix("\\")
        if mark == ".":
            return []
        if name in ROUNDED or name in ROUNDED_END:
            return self.structure(name, start)
        kind = (
            "|"
            if mark in ("|", "\\vert", "\\|")
            else {"\\{": "(", "\\}": ")"}.get(mark, SYMBOLS.get(name, mark))
        )
        if kind == "|":
            kind = "|(" if opens else "|)"
        if kind not in ("(", ")", "[", "]", "|(", "|)"):
            raise self.error(f"{mark} is no bracket", start)
        return [Token(kind, mark, start, self.place)]

    def spelled(self, start: int) -> list[Token]:
        """A word in upright letters: a function, e, or the words of a case."""
        found = _NAME_GROUP.match(self.text, self.place)
        if found is None:
            return self.bracketed(self.group(), start)
        self.place = found.end()
        words = found[1].replace("\\_", "_").replace("\\ ", " ").strip(" .,:")
        if not words or words in CONNECTING - {"and", "or"}:
            return []
        if words.split()[0] in OTHERWISE:
            return [Token("word", "True", start, self.place)]
        return [
            Token(token.kind, token.text, start, self.place, token.value)
            for token in tokenize(words.removeprefix("if ").removeprefix("for "))[:-1]
        ]

    def environment(self, start: int) -> list[Token]:
        found = _ENVIRONMENT.match(self.text, self.place)
        if found is None or found[1].rstrip("*") not in ("cases", "dcases", "rcases"):
            raise self.error(
                f"the environment {found[1] if found else ''} is not known",
                start,
                "pieces are written with cases",
            )
        self.place = found.end()
        inner = self.run(f"\\end{{{found[1]}}}")
        pairs = [self.case(row, start) for row in _rows(inner) if row]
        joined = [
            token
            for place, pair in enumerate(pairs)
            for token in ([Token(",", ",", start, self.place)] if place else []) + pair
        ]
        return [
            Token("word", "Piecewise", start, self.place),
            Token("(", "(", start, self.place),
            *joined,
            Token(")", ")", self.place - 1, self.place),
        ]

    def case(self, row: list[Token], start: int) -> list[Token]:
        cut = next((place for place, token in enumerate(row) if token.kind == "&"), len(row))
        value, condition = (
            _stripped(row[:cut]),
            _stripped([token for token in row[cut:] if token.kind != "&"]),
        )
        at = row[-1].end
        condition = condition or [Token("word", "True", at, at)]
        return [
            Token("(", "(", start, at),
            *value,
            Token(",", ",", at, at),
            *condition,
            Token(")", ")", at, at),
        ]


def _rows(tokens: list[Token]) -> list[list[Token]]:
    rows: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == ";":
            rows.append([])
        else:
            rows[-1].append(token)
    return rows


def _stripped(tokens: list[Token]) -> list[Token]:
    return tokens[:-1] if tokens and tokens[-1].kind == "," else tokens


__all__ = ["MOST_DIGITS", "tokenize_latex"]
