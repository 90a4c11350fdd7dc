"""Tokens of the plain notation: numbers, words, operators, each with its place in the text.

Knows characters (typographic minus signs, superscripts, Greek letters) and limits on size. Refuses to know what a word
means: words.py takes runs of letters apart, parser.py gives them a meaning.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Collection
from fractions import Fraction
from typing import NamedTuple

from chainrule_cli.errors import LimitError, ReadError, Span
from chainrule_cli.notation.functions import ALIASES, FUNCTIONS, WHEN_CALLED
from chainrule_cli.notation.syntax import Note

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


# MERGED """Words: a run of letters as functions, names and numbers: sinx is sin x, xy is x·y, 2xcos(x) needs no signs.
# MERGED
# MERGED Knows which words the language has. Refuses to know grammar: the parser gets single names and functions. A declared name
# MERGED is never taken apart.
# MERGED """

SPECIAL = frozenset(
    {
        "Subs",
        "Derivative",
        "Eq",
        "Ne",
        "Lt",
        "Le",
        "Gt",
        "Ge",
        "And",
        "Or",
        "Not",
        "Rational",
        "Integer",
        "Float",
        "true",
        "false",
        "True",
        "False",
    }
)
CONNECTIVES = {"and": "and", "or": "or", "not": "not"}
LOGARITHMS = {"log10": 10, "log2": 2, "lg": 10, "lb": 2}
UNDEFINED = frozenset("fghFGH")
CONSTANT_LETTERS = frozenset("eE")
CONSTANTS = frozenset({"e", "E", "pi", "Pi"})

KNOWN = frozenset(ALIASES) | SPECIAL | frozenset(LOGARITHMS) | frozenset(CONNECTIVES)
INSIDE = frozenset(
    word
    for word, name in ALIASES.items()
    if len(word) > 2 and word.isascii() and not FUNCTIONS[name].whole_word
) | {"ln", "pi", "log10", "log2"}
"""Words that are found inside a longer run of letters; short aliases such as sh and ch are not."""

REFUSED = frozenset({"lim", "int", "sum", "diff", "prod", "arg", "det"})
"""Words of mathematics that are not of the language and never a product of their letters."""

LONGEST_PRODUCT = 3
"""Letters of an undeclared word that is read as a product."""

OPENING, CLOSING = frozenset({"(", "[", "{", "|("}), frozenset({")", "]", "}", "|)"})

_LETTER = re.compile(r"[A-Za-z](?:[0-9]+(?![A-Za-z]))?(?:_[A-Za-z0-9]+$)?")
_DIGITS = re.compile(r"[0-9]+")
_SUFFIXED_GREEK = re.compile(r"(?:[0-9]+)?(?:_[A-Za-z0-9]+)?$")

Remark = Callable[[Note], None]


def mark_calls(tokens: list[Token], defined: Collection[str]) -> list[Token]:
    """The tokens with beta(x, y) as a function: words of WHEN_CALLED before a bracket with their number of arguments.

    defined: functions of the text, which go before those of the language."""
    return [
        token._replace(kind="function", text=WHEN_CALLED[token.text].name)
        if token.kind == "word"
        and token.text in WHEN_CALLED
        and token.text not in defined
        and _arguments(tokens, place + 1) == WHEN_CALLED[token.text].least
        else token
        for place, token in enumerate(tokens)
    ]


def _arguments(tokens: list[Token], place: int) -> int:
    """How many arguments the bracket at a place holds; 0 where there is none, or where it is not closed."""
    if tokens[place].kind != "(":
        return 0
    nesting, commas = 0, 0
    for here, token in enumerate(tokens[place:], place):
        nesting += (token.kind in OPENING) - (token.kind in CLOSING)
        if nesting == 0:
            return commas + 1 if tokens[here - 1].kind not in ("(", ",") else commas
        commas += nesting == 1 and token.kind == ","
    return 0


def split_words(text: str, tokens: list[Token], declared: Collection[str], remark: Remark) -> list[Token]:
    """The tokens with each word replaced by its parts. Raises ReadError for a word that is none."""
    found: list[Token] = []
    for place, token in enumerate(tokens):
        if token.kind == "word":
            bracket = tokens[place + 1].kind == "("
            found.extend(_parts(text, token, declared, remark, bracket=bracket))
        else:
            found.append(token)
    return found


def _parts(
    text: str, token: Token, declared: Collection[str], remark: Remark, *, bracket: bool
) -> list[Token]:
    word = token.text
    whole = _whole(token, declared, bracket=bracket)
    if whole is not None:
        return [whole]
    parts = _pieces(text, token, declared)
    if parts is None:
        raise _unknown(text, token, declared, bracket=bracket)
    functions = [part for part in parts if part.kind == "function" and part.text not in CONSTANTS]
    applies = parts[-1] in functions or parts[-1].text in UNDEFINED or parts[-1].text in declared
    if bracket and not applies and _near(word, declared):
        raise _unknown(text, token, declared, bracket=bracket)
    if word in REFUSED or (not functions and sum(len(part.text) == 1 for part in parts) > LONGEST_PRODUCT):
        raise _unknown(text, token, declared, bracket=bracket)
    remark(Note(f"{word} is read as {_shown(parts)}", token.span))
    return parts


def _shown(parts: list[Token]) -> str:
    text = ""
    for before, part in zip([None, *parts], parts, strict=False):
        text += (
            ""
            if before is None
            else " "
            if before.kind == "function" and before.text not in CONSTANTS
            else "·"
        ) + part.text
    return text


def _whole(token: Token, declared: Collection[str], *, bracket: bool) -> Token | None:
    """The word as one token: declared, known, a letter or a Greek letter with or without a subscript."""
    word = token.text
    if word in declared:
        return token._replace(kind="name")
    if word in CONNECTIVES:
        return token._replace(kind=word)
    if word in GREEK_NAMES and not bracket:
        return token._replace(kind="name")
    if word in KNOWN:
        return token._replace(kind="function")
    if _LETTER.fullmatch(word) or _greek_with_subscript(word):
        return token._replace(kind="name")
    return token._replace(kind="name") if word in GREEK_NAMES else None


def _greek_with_subscript(word: str) -> bool:
    stem = re.match(r"[A-Za-z]+", word)
    return (
        stem is not None
        and stem[0] in GREEK_NAMES
        and _SUFFIXED_GREEK.fullmatch(word[stem.end() :]) is not None
    )


def _pieces(text: str, token: Token, declared: Collection[str]) -> list[Token] | None:
    """The word from the left: the longest function, declared name or Greek letter, else one letter; None where it fails."""
    parts: list[Token] = []
    word, at = token.text, 0
    scale = len(word) == token.end - token.start
    while at < len(word):
        length, kind = _longest(word, at, declared, after=parts)
        if not length:
            return None
        start, end = (token.start + at, token.start + at + length) if scale else (token.start, token.end)
        piece = word[at : at + length]
        parts.append(
            number_token(text, piece, start, end) if kind == "number" else Token(kind, piece, start, end)
        )
        at += length
    return parts


def _longest(word: str, at: int, declared: Collection[str], after: list[Token]) -> tuple[int, str]:
    for length in range(min(len(word) - at, 10), 1, -1):
        piece = word[at : at + length]
        if piece in declared:
            return length, "name"
        if piece in INSIDE:
            return length, "function"
        if piece in GREEK_NAMES and not (at == 0 and length == len(word)):
            return length, "name"
    if word[at].isdigit():
        digits = _DIGITS.match(word, at)
        follows_function = bool(after) and after[-1].kind == "function"
        return (len(digits[0]), "number") if digits is not None and follows_function else (0, "")
    if word[at] in CONSTANT_LETTERS and word[at] not in declared:
        return 1, "function"
    letter = _LETTER.match(word, at)
    if letter is None:
        return 0, ""
    return (letter.end() - at, "name") if letter[0] in declared or len(letter[0]) > 1 else (1, "name")


def _near(word: str, declared: Collection[str]) -> str:
    candidates = sorted({*(known for known in KNOWN if len(known) > 1 and known.isascii()), *declared})
    found = difflib.get_close_matches(word, candidates, 1, cutoff=0.6) or difflib.get_close_matches(
        word.lower(), candidates, 1, cutoff=0.6
    )
    return found[0] if found else ""


def _unknown(text: str, token: Token, declared: Collection[str], *, bracket: bool) -> ReadError:
    near = _near(token.text, declared)
    kind = "function" if bracket else "name"
    hint = (
        f"did you mean {near}?"
        if near
        else "a name is one letter, a Greek letter or a letter with a subscript; declare longer ones with --wrt or --at"
    )
    return ReadError(f"{token.text} is not a known {kind}", text=text, span=token.span, hint=hint)
