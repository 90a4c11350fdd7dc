"""Tokens of the plain notation: numbers, words, operators, each with its place in the text.

Knows characters (typographic minus signs, superscripts, Greek letters) and limits on size. Refuses to know what a word
means: words.py takes runs of letters apart, parser.py gives them a meaning.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import NamedTuple

from chainrule_cli.errors import LimitError, ReadError, Span

LONGEST_TEXT = 10_000
MOST_DIGITS = 1_000


class Token(NamedTuple):
    """kind: "number", "word", "name", "function", "super" or the operator itself; text: as typed or canonical."""

    kind: str
    text: str
    start: int
    end: int
    value: Fraction | int | None = None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


GREEK = {
    **dict(zip("αβγδεζηθικλμνξορστυφχψω", ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"], strict=True)),
    **dict(zip("ΓΔΘΛΞΠΣΦΨΩ", ["Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega"], strict=True)),
    "ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "ϱ": "rho", "µ": "mu", "ς": "sigma",
}  # fmt: skip
GREEK_NAMES = frozenset(GREEK.values())

OPERATORS = {
    "+": "+", "-": "-", "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "*": "*", "·": "*", "×": "*", "⋅": "*", "∙": "*", "∗": "*", "•": "*",
    "/": "/", "÷": "/", "∕": "/", "⁄": "/", "^": "^", "(": "(", ")": ")", "[": "[", "]": "]", "{": "{", "}": "}", ",": ",", ";": ";", "\n": ";",
    "=": "=", "<": "<", ">": ">", "≤": "<=", "≥": ">=", "≠": "!=", "&": "and", "∧": "and", "∨": "or", "~": "not", "¬": "not", "|": "|", "∣": "|",
    "√": "√", "∛": "√", "∜": "√", "'": "'", "′": "'", "’": "'", "″": "''", "π": "π",
}  # fmt: skip
PAIRS = {
    "**": "^",
    "<=": "<=",
    ">=": ">=",
    "==": "==",
    "!=": "!=",
    "<>": "!=",
    "&&": "and",
    "=<": "<=",
    "=>": ">=",
}
ROOTS = {"√": 2, "∛": 3, "∜": 4}

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿˣʸ", "0123456789+-()nxy", strict=True))
TRANSPOSED = "ᵀ"
"""A letter to Python, a superscript to people."""
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))

INSTEAD = {
    "!": "x! is gamma(x + 1)",
    "%": "the remainder is mod(x, y); 5 percent is 0.05",
    "∞": "a formula has finite numbers only",
    "∫": "give the function itself; it is differentiated, not integrated",
    "∂": "give the function itself; it is differentiated",
    "$": "LaTeX is read where a backslash appears",
    ":": "write = between a name and its definition",
    '"': "a formula needs no quotation marks",
    "_": "a subscript follows a letter: x_1",
}
"""Character -> what to write instead."""

_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[^\W\d_][^\W_]*")
_SUBSCRIPT = re.compile(r"_(?:\{([A-Za-z0-9]+)\}|([A-Za-z0-9]+))")
_SUPER_RUN = re.compile("[" + "".join(SUPERSCRIPTS) + "]+")
_SUB_RUN = re.compile("[" + "".join(SUBSCRIPTS) + "]+")
_DIGIT_WORD = re.compile(r"[0-9]")


def refuse_long(text: str) -> None:
    """Raises LimitError before any work is done on a text that is too long."""
    if len(text) > LONGEST_TEXT:
        raise LimitError(
            f"the formula has {len(text):,} characters, more than {LONGEST_TEXT:,}",
            hint="name its parts: u = ...; v = ...; u*v",
        )


def tokenize(text: str) -> list[Token]:
    """The tokens of a plain text, words unsplit, an "end" token last. Raises ReadError for a character of no meaning."""
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        place = next_token(text, place, tokens)
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def next_token(text: str, place: int, tokens: list[Token]) -> int:
    """Append the token at `place`, if one begins there, and say where to go on."""
    char = text[place]
    if char in " \t\r\xa0\u2009\u202f":
        return place + 1
    if char in "0123456789.":
        return _number(text, place, tokens)
    if char in SUPERSCRIPTS:
        found = _SUPER_RUN.match(text, place)
        assert_found = found.end() if found else place + 1
        tokens.append(
            Token(
                "super", "".join(SUPERSCRIPTS[each] for each in text[place:assert_found]), place, assert_found
            )
        )
        return assert_found
    pair = PAIRS.get(text[place : place + 2])
    if pair is not None:
        tokens.append(Token(pair, text[place : place + 2], place, place + 2))
        return place + 2
    if char in OPERATORS:
        tokens.append(Token(OPERATORS[char], char, place, place + 1))
        return place + 1
    return _word(text, place, tokens)


def _number(text: str, place: int, tokens: list[Token]) -> int:
    found = _NUMBER.match(text, place)
    if found is None:
        raise ReadError(
            "a point without digits",
            text=text,
            span=Span(place, place + 1),
            hint="write numbers as 0.5 or .5; * multiplies",
        )
    tokens.append(number_token(text, found[0], place, found.end()))
    return found.end()


def number_token(text: str, typed: str, start: int, end: int) -> Token:
    """A number of the text; its value is exact. Raises LimitError past MOST_DIGITS digits, written out."""
    mantissa, _, exponent = typed.lower().partition("e")
    places = abs(int(exponent)) if exponent and len(exponent) < 8 else MOST_DIGITS + 1 if exponent else 0
    if len(mantissa) + places > MOST_DIGITS:
        raise LimitError(f"a number has more than {MOST_DIGITS:,} digits", text=text, span=Span(start, end))
    value = Fraction(typed if typed[-1] != "." else typed + "0") if "." in typed or exponent else int(typed)
    whole = "." not in typed and value.denominator == 1
    return Token("number", typed, start, end, int(value) if whole else value)


def _word(text: str, place: int, tokens: list[Token]) -> int:
    found = _WORD.match(text, place)
    if found is None:
        message = f"the character {_described(text[place])} has no meaning in a formula"
        raise ReadError(message, text=text, span=Span(place, place + 1), hint=INSTEAD.get(text[place], ""))
    end = _word_end(text, place, found.end())
    word = "".join(GREEK.get(char, char) for char in text[place:end])
    if word in ("π", "Π") or "π" in word:
        return _around_pi(text, place, end, tokens)
    subscript, after = _subscript(text, end)
    if subscript and word in ("log", "ln", "Log"):
        tokens.extend([Token("word", word, place, end), Token("_", "_", end, end + 1)])
        return end + 1 if text[end] == "_" else _unicode_base(text, end, after, tokens)
    tokens.append(Token("word", word + (f"_{subscript}" if subscript else ""), place, after))
    return after


def _word_end(text: str, place: int, end: int) -> int:
    """A word ends before a superscript or a Greek letter that follows a Latin one, and after a Greek letter."""
    for at in range(place, end):
        char = text[at]
        if (
            char in SUPERSCRIPTS
            or char in SUBSCRIPTS
            or (char == TRANSPOSED and at > place)
            or (at > place and (char in GREEK or text[at - 1] in GREEK) and not char.isdigit())
        ):
            return at
        if not (char.isascii() or char in GREEK or char == "π"):
            raise ReadError(
                f"the character {_described(char)} has no meaning in a formula",
                text=text,
                span=Span(at, at + 1),
            )
    return end


def _around_pi(text: str, place: int, end: int, tokens: list[Token]) -> int:
    at = text.index("π", place, end)
    if at > place:
        tokens.append(Token("word", text[place:at], place, at))
    tokens.append(Token("π", "π", at, at + 1))
    return at + 1


def _subscript(text: str, end: int) -> tuple[str, int]:
    """The subscript that follows a word, and where it ends."""
    found = _SUBSCRIPT.match(text, end)
    if found is not None:
        return found[1] or found[2], found.end()
    run = _SUB_RUN.match(text, end)
    return ("".join(SUBSCRIPTS[char] for char in run[0]), run.end()) if run is not None else ("", end)


def _unicode_base(text: str, start: int, end: int, tokens: list[Token]) -> int:
    digits = "".join(SUBSCRIPTS[char] for char in text[start:end])
    tokens.append(number_token(text, digits, start, end))
    return end


def _described(char: str) -> str:
    """A character as it can be shown safely: itself where it prints, its code in any case."""
    name = unicodedata.name(char, "")
    shown = (
        f"{char} "
        if char.isprintable()
        and not unicodedata.combining(char)
        and unicodedata.bidirectional(char) in ("L", "ON", "ET", "ES", "CS", "EN")
        else ""
    )
    return f"{shown}U+{ord(char):04X}" + (f" ({name.lower()})" if name else "")
