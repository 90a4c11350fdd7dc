"""Text -> tokens of the plain notation; its words are taken apart in words.py.

A new spelling of a sign is a row in characters.py; a hint at what to write instead of a character, one in
INSTEAD.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import NamedTuple

from chainrule_cli.errors import LimitError, ReadError, Span
from chainrule_cli.notation.characters import (
    FRACTIONS,
    GREEK,
    SIGN_PAIRS,
    SIGNS,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    TRANSPOSED,
    write_plainly,
)
from chainrule_cli.notation.syntax import MOST_DIGITS


class Token(NamedTuple):
    """kind: "number", "word", "name", "function", "super" or the sign itself.
    text: as typed, or its canonical spelling.
    start, end: positions in the text.
    value: of a number, exactly.
    """

    kind: str
    text: str
    start: int
    end: int
    value: Fraction | int | None = None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


UNKNOWN = "unknown"
"""The kind of a character of no meaning: harmless in words around a formula, an error in the formula."""

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
    "°": "angles are in radians: x degrees are x*pi/180",
    "…": "write the whole formula",
    "ⅈ": "variables are real",
}
"""Character of no meaning -> what to write instead."""

_SPACES = " \t\r\f\v"
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_GREEK = re.compile(f"[{''.join(GREEK)}][0-9]*")
_LETTERS = re.compile(r"[^\W_]+")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_LEFT_NAME = re.compile(r"(?:^|[;,\n])[ \t]*([^\W\d]\w*)[ \t]*(?:\([\w, \t]*\)[ \t]*)?=(?!=)")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_SUBSCRIPT = re.compile(r"_(?:\{([A-Za-z0-9]+)\}|([A-Za-z0-9]+))")
_SUPERSCRIPT_RUN = re.compile("[" + "".join(SUPERSCRIPTS) + "]+")
_SUBSCRIPT_RUN = re.compile("[" + "".join(SUBSCRIPTS) + "]+")


def tokenize(text: str, declared: Collection[str] = frozenset()) -> list[Token]:
    """The tokens of a plain text, words unsplit, an "end" token last.

    declared: names that are one word whatever they hold: rho_c_0.

    Raises ReadError for a character of no meaning, LimitError for a number that is too long."""
    tokens = scan(text, declared)
    refuse_unknown(tokens, text)
    return tokens


def refuse_unknown(tokens: Iterable[Token], text: str) -> None:
    """Raises ReadError for the first character of no meaning."""
    for token in tokens:
        if token.kind == UNKNOWN and token.text == ".":
            hint = "write numbers as 0.5 or .5; * multiplies"
            raise ReadError("a point without digits", text=text, span=token.span, hint=hint)
        if token.kind == UNKNOWN:
            raise meaningless_error(text, token.start, INSTEAD.get(token.text, ""))


def scan(text: str, declared: Collection[str] = frozenset()) -> list[Token]:
    """As tokenize does, with a token of the kind UNKNOWN for each character of no meaning."""
    plain = write_plainly(text)
    named = frozenset(name for name in declared if "_" in name) if "_" in text else frozenset()
    tokens: list[Token] = []
    position = 0
    while position < len(plain):
        behind = _add_identifier(plain, position, tokens, named) if named else position
        position = next_token(plain, position, tokens) if behind == position else behind
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def find_left_names(text: str) -> frozenset[str]:
    """Identifiers with a _ at the start of a statement, or of a part of a point, before = or (x) =."""
    if "_" not in text:
        return frozenset()
    return frozenset(found[1] for found in _LEFT_NAME.finditer(text) if "_" in found[1])


def _add_identifier(text: str, position: int, tokens: list[Token], named: frozenset[str]) -> int:
    """One declared name with a _ as one word; the position itself where none stands there."""
    found = _IDENTIFIER.match(text, position)
    if found is None or found[0] not in named:
        return position
    tokens.append(Token("word", found[0], position, found.end()))
    return found.end()


def next_token(text: str, position: int, tokens: list[Token]) -> int:
    """Append the token at the position, if one begins there, and say where to go on."""
    char = text[position]
    if char in _SPACES:
        return position + 1
    if char in "0123456789.":
        return _add_number(text, position, tokens)
    if char in SUPERSCRIPTS:
        return _add_superscript(text, position, tokens)
    pair = text[position : position + 2]
    if pair in SIGN_PAIRS:
        tokens.append(Token(SIGN_PAIRS[pair], pair, position, position + 2))
        return position + 2
    if char in SIGNS:
        tokens.append(Token(SIGNS[char], char, position, position + 1))
        return position + 1
    if char in FRACTIONS:
        return _add_fraction(text, position, tokens)
    return _add_word(text, position, tokens)


def _add_number(text: str, position: int, tokens: list[Token]) -> int:
    found = _NUMBER.match(text, position)
    if found is None:
        tokens.append(Token(UNKNOWN, ".", position, position + 1))
        return position + 1
    tokens.append(number_token(text, found[0], position, found.end()))
    return found.end()


def _add_fraction(text: str, position: int, tokens: list[Token]) -> int:
    """½ as a number. Raises ReadError for 3½, which is a sum and not a product."""
    end = position + 1
    if tokens and tokens[-1].kind == "number" and tokens[-1].end == position:
        whole = tokens[-1].text
        hint = f"write {whole} + {text[position]}, or one fraction"
        span = Span(tokens[-1].start, end)
        raise ReadError(f"{whole}{text[position]} is a mixed number", text=text, span=span, hint=hint)
    value = Fraction(*FRACTIONS[text[position]])
    tokens.append(Token("number", text[position], position, end, value))
    return end


def number_token(text: str, typed: str, start: int, end: int) -> Token:
    """A number of the text; its value is exact. Raises LimitError past MOST_DIGITS digits, written out."""
    mantissa, _, exponent = typed.lower().partition("e")
    zeros = abs(int(exponent)) if exponent and len(exponent) < 8 else MOST_DIGITS + 1 if exponent else 0
    if len(mantissa) + zeros > MOST_DIGITS:
        raise LimitError(f"a number has more than {MOST_DIGITS:,} digits", text=text, span=Span(start, end))
    value = Fraction(typed if typed[-1] != "." else typed + "0") if "." in typed or exponent else int(typed)
    whole = "." not in typed and value.denominator == 1
    return Token("number", typed, start, end, int(value) if whole else value)


def _add_superscript(text: str, position: int, tokens: list[Token]) -> int:
    """Raised digits as one token, anything else that is raised as ^ and a bracket: x²ˣ is x^(2x)."""
    found = _SUPERSCRIPT_RUN.match(text, position)
    end = found.end() if found else position + 1
    plain = "".join(SUPERSCRIPTS[char] for char in text[position:end])
    if _INTEGER.fullmatch(plain):
        tokens.append(Token("super", plain, position, end))
        return end
    tokens += [Token("^", text[position:end], position, position), Token("(", "(", position, position)]
    inner = scan(plain)[:-1]
    tokens += [token._replace(start=position + token.start, end=position + token.end) for token in inner]
    tokens.append(Token(")", ")", end, end))
    return end


def _add_word(text: str, position: int, tokens: list[Token]) -> int:
    char = text[position]
    found = (_LATIN if char.isascii() else _GREEK).match(text, position)
    end = position if found is None else found.end()
    if _is_foreign(text, end):
        letters = _LETTERS.match(text, position)
        end = end if letters is None else max(letters.end(), end)
        tokens.append(Token("word", text[position:end], position, end))
        return end
    if found is None:
        tokens.append(Token("word" if char == "∂" else UNKNOWN, char, position, position + 1))
        return position + 1
    word = GREEK[char] + text[position + 1 : end] if char in GREEK else text[position:end]
    subscript, after = _subscript(text, end)
    if subscript and word in ("log", "ln", "Log"):
        tokens.extend([Token("word", word, position, end), Token("_", "_", end, end + 1)])
        return end + 1 if text[end] == "_" else _add_base(text, end, after, tokens)
    tokens.append(Token("word", word + (f"_{subscript}" if subscript else ""), position, after))
    return after


def _is_foreign(text: str, position: int) -> bool:
    """Whether a letter stands there that no formula has: é, ж."""
    char = text[position : position + 1]
    return bool(char) and char.isalpha() and not (char.isascii() or char in NO_WORD)


NO_WORD = frozenset({*GREEK, *SUPERSCRIPTS, *SUBSCRIPTS, *SIGNS, TRANSPOSED, "ⅈ", "ⅉ"})
"""Letters to Python that end a word of letters."""


def _subscript(text: str, end: int) -> tuple[str, int]:
    """The subscript that follows a word, and where it ends."""
    found = _SUBSCRIPT.match(text, end)
    if found is not None:
        return found[1] or found[2], found.end()
    run = _SUBSCRIPT_RUN.match(text, end)
    return ("".join(SUBSCRIPTS[char] for char in run[0]), run.end()) if run is not None else ("", end)


def _add_base(text: str, start: int, end: int, tokens: list[Token]) -> int:
    """The base of a logarithm in lowered digits."""
    digits = "".join(SUBSCRIPTS[char] for char in text[start:end])
    tokens.append(number_token(text, digits, start, end))
    return end


def meaningless_error(text: str, position: int, hint: str = "") -> ReadError:
    message = f"the character {_describe(text[position])} has no meaning in a formula"
    return ReadError(message, text=text, span=Span(position, position + 1), hint=hint)


def _describe(char: str) -> str:
    """A character as it can be shown safely: itself where it prints, its code in any case."""
    name = unicodedata.name(char, "")
    safe = (
        char.isprintable()
        and not unicodedata.combining(char)
        and unicodedata.bidirectional(char) in ("L", "ON", "ET", "ES", "CS", "EN")
    )
    return f"{f'{char} ' if safe else ''}U+{ord(char):04X}" + (f" ({name.lower()})" if name else "")
