"""Words: a run of letters as functions, names and numbers: sinx is sin x, xy is x·y, 2xcos(x) needs no signs.

Knows which words the language has. Refuses to know grammar: the parser gets single names and functions. A declared name
is never taken apart.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection

from chainrule_cli.errors import ReadError
from chainrule_cli.notation.functions import ALIASES
from chainrule_cli.notation.syntax import Note
from chainrule_cli.notation.tokens import GREEK_NAMES, Token, number_token

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
INSIDE = frozenset(word for word in ALIASES if len(word) > 2 and word.isascii()) | {
    "ln",
    "pi",
    "log10",
    "log2",
}
"""Words that are found inside a longer run of letters; short aliases such as sh and ch are not."""

REFUSED = frozenset({"lim", "int", "sum", "diff", "prod", "arg", "det"})
"""Words of mathematics that are not of the language and never a product of their letters."""

LONGEST_PRODUCT = 3
"""Letters of an undeclared word that is read as a product."""

_LETTER = re.compile(r"[A-Za-z](?:[0-9]+(?![A-Za-z]))?(?:_[A-Za-z0-9]+$)?")
_DIGITS = re.compile(r"[0-9]+")
_SUFFIXED_GREEK = re.compile(r"(?:[0-9]+)?(?:_[A-Za-z0-9]+)?$")

Remark = Callable[[Note], None]


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
