"""Text -> tokens of the plain notation, and words -> functions and names: sinx is sin x, xy is x·y.

A new spelling of a sign is a row in characters.py; a hint at what to write instead of a character, one in
INSTEAD. Which words the language has stands in FUNCTIONS and, for those that are no functions, here.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Collection
from fractions import Fraction
from typing import NamedTuple

from chainrule_cli.errors import LimitError, ReadError, Span
from chainrule_cli.notation import syntax
from chainrule_cli.notation.arguments import CONSTRUCTORS, TRUTH
from chainrule_cli.notation.characters import (
    BRACKETS,
    GREEK,
    GREEK_NAMES,
    SIGN_PAIRS,
    SIGNS,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    TRANSPOSED,
)
from chainrule_cli.notation.functions import ALIASES, FUNCTIONS, WHEN_CALLED
from chainrule_cli.notation.syntax import MOST_DIGITS, Note


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
"""Character of no meaning -> what to write instead."""

_SPACES = " \t\r\xa0\u2009\u202f"
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[^\W\d_][^\W_]*")
_SUBSCRIPT = re.compile(r"_(?:\{([A-Za-z0-9]+)\}|([A-Za-z0-9]+))")
_SUPERSCRIPT_RUN = re.compile("[" + "".join(SUPERSCRIPTS) + "]+")
_SUBSCRIPT_RUN = re.compile("[" + "".join(SUBSCRIPTS) + "]+")


def tokenize(text: str) -> list[Token]:
    """The tokens of a plain text, words unsplit, an "end" token last.

    Raises ReadError for a character of no meaning, LimitError for a number that is too long."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        position = next_token(text, position, tokens)
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


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
    return _add_word(text, position, tokens)


def _add_number(text: str, position: int, tokens: list[Token]) -> int:
    found = _NUMBER.match(text, position)
    if found is None:
        raise ReadError(
            "a point without digits",
            text=text,
            span=Span(position, position + 1),
            hint="write numbers as 0.5 or .5; * multiplies",
        )
    tokens.append(number_token(text, found[0], position, found.end()))
    return found.end()


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
    found = _SUPERSCRIPT_RUN.match(text, position)
    end = found.end() if found else position + 1
    plain = "".join(SUPERSCRIPTS[char] for char in text[position:end])
    tokens.append(Token("super", plain, position, end))
    return end


def _add_word(text: str, position: int, tokens: list[Token]) -> int:
    found = _WORD.match(text, position)
    if found is None:
        raise _meaningless(text, position, INSTEAD.get(text[position], ""))
    end = _word_end(text, position, found.end())
    word = "".join(GREEK.get(char, char) for char in text[position:end])
    if word in ("π", "Π") or "π" in word:
        return _add_pi(text, position, end, tokens)
    subscript, after = _subscript(text, end)
    if subscript and word in ("log", "ln", "Log"):
        tokens.extend([Token("word", word, position, end), Token("_", "_", end, end + 1)])
        return end + 1 if text[end] == "_" else _add_base(text, end, after, tokens)
    tokens.append(Token("word", word + (f"_{subscript}" if subscript else ""), position, after))
    return after


def _word_end(text: str, start: int, end: int) -> int:
    """A word ends before a superscript or a Greek letter after a Latin one, and after a Greek letter."""
    for position in range(start, end):
        char, inside = text[position], position > start
        if (
            char in SUPERSCRIPTS
            or char in SUBSCRIPTS
            or (inside and char == TRANSPOSED)
            or (inside and (char in GREEK or text[position - 1] in GREEK) and not char.isdigit())
        ):
            return position
        if not (char.isascii() or char in GREEK or char == "π"):
            raise _meaningless(text, position)
    return end


def _add_pi(text: str, start: int, end: int, tokens: list[Token]) -> int:
    """What stands before the π of a word, and the π."""
    position = text.index("π", start, end)
    if position > start:
        tokens.append(Token("word", text[start:position], start, position))
    tokens.append(Token("π", "π", position, position + 1))
    return position + 1


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


def _meaningless(text: str, position: int, hint: str = "") -> ReadError:
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


# words

Remark = Callable[[Note], None]
"""Keeps a note on how the text was read."""

CONNECTIVES = frozenset({"and", "or", "not"})
LOGARITHMS = {"log10": 10, "log2": 2, "lg": 10, "lb": 2}
"""Logarithms that bring their base along."""
UNDEFINED = frozenset("fghFGH")
"""Letters that are undefined functions before a bracket."""
CONSTANT_LETTERS = frozenset("eE")
CONSTANTS = frozenset({"e", "E", "pi", "Pi"})

KNOWN = frozenset({*ALIASES, *CONSTRUCTORS, *TRUTH, *LOGARITHMS, *CONNECTIVES})
"""Every word of the language."""
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
LONGEST_INSIDE = 10
"""Letters of a word that is looked for inside a longer run."""

_LETTER = re.compile(r"[A-Za-z](?:[0-9]+(?![A-Za-z]))?(?:_[A-Za-z0-9]+$)?")
_LETTERS = re.compile(r"[A-Za-z]+")
_DIGITS = re.compile(r"[0-9]+")
_GREEK_SUFFIX = re.compile(r"(?:[0-9]+)?(?:_[A-Za-z0-9]+)?$")


def mark_calls(tokens: list[Token], defined: Collection[str]) -> list[Token]:
    """The tokens with beta(x, y) as a function: words of WHEN_CALLED before a bracket with as many arguments.

    defined: functions of the text, which go before those of the language.
    """
    return [
        token._replace(kind="function", text=WHEN_CALLED[token.text].name)
        if token.kind == "word"
        and token.text in WHEN_CALLED
        and token.text not in defined
        and _count_arguments(tokens, index + 1) == WHEN_CALLED[token.text].least
        else token
        for index, token in enumerate(tokens)
    ]


def _count_arguments(tokens: list[Token], start: int) -> int:
    """How many arguments the bracket at an index holds; 0 where there is none, or where it is not closed."""
    if tokens[start].kind != "(":
        return 0
    nesting, commas = 0, 0
    for index, token in enumerate(tokens[start:], start):
        nesting += (token.kind in BRACKETS) - (token.kind in BRACKETS.values())
        if nesting == 0:
            return commas + 1 if tokens[index - 1].kind not in ("(", ",") else commas
        commas += nesting == 1 and token.kind == ","
    return 0


def split_words(text: str, tokens: list[Token], declared: Collection[str], remark: Remark) -> list[Token]:
    """The tokens with each word replaced by its parts. Raises ReadError for a word that is none."""
    found: list[Token] = []
    for index, token in enumerate(tokens):
        if token.kind == "word":
            bracket = tokens[index + 1].kind == "("
            found.extend(_split_word(text, token, declared, remark, bracket=bracket))
        else:
            found.append(token)
    return found


def _split_word(
    text: str, token: Token, declared: Collection[str], remark: Remark, *, bracket: bool
) -> list[Token]:
    whole = _whole(token, declared, bracket=bracket)
    if whole is not None:
        return [whole]
    parts = _parts(text, token, declared)
    if parts is None or not _is_product(token.text, parts, declared, bracket=bracket):
        raise _unknown(text, token, declared, bracket=bracket)
    remark(
        syntax.note_split_word(token.text, [(part.text, _takes_argument(part)) for part in parts], token.span)
    )
    return parts


def _takes_argument(part: Token) -> bool:
    return part.kind == "function" and part.text not in CONSTANTS


def _is_product(word: str, parts: list[Token], declared: Collection[str], *, bracket: bool) -> bool:
    """Whether the parts may be what was meant, and not a mistyped word. bracket: one follows the word."""
    last = parts[-1]
    applies = _takes_argument(last) or last.text in UNDEFINED or last.text in declared
    if bracket and not applies and _nearest(word, declared):
        return False
    letters = sum(len(part.text) == 1 for part in parts)
    return word not in REFUSED and (letters <= LONGEST_PRODUCT or any(map(_takes_argument, parts)))


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
    if _LETTER.fullmatch(word) or word in GREEK_NAMES or _is_greek_with_subscript(word):
        return token._replace(kind="name")
    return None


def _is_greek_with_subscript(word: str) -> bool:
    stem = _LETTERS.match(word)
    return stem is not None and stem[0] in GREEK_NAMES and bool(_GREEK_SUFFIX.fullmatch(word, stem.end()))


def _parts(text: str, token: Token, declared: Collection[str]) -> list[Token] | None:
    """The word from the left: the longest function, declared name or Greek letter, else one letter.

    None where a character begins none of these."""
    parts: list[Token] = []
    word, index = token.text, 0
    as_typed = len(word) == token.end - token.start
    while index < len(word):
        length, kind = _longest(word, index, declared, after=parts)
        if not length:
            return None
        start = token.start + index
        span = (start, start + length) if as_typed else (token.start, token.end)
        part = word[index : index + length]
        parts.append(number_token(text, part, *span) if kind == "number" else Token(kind, part, *span))
        index += length
    return parts


def _longest(word: str, index: int, declared: Collection[str], after: list[Token]) -> tuple[int, str]:
    """The length and the kind of the part that begins at the index; 0 where none does."""
    for length in range(min(len(word) - index, LONGEST_INSIDE), 1, -1):
        part = word[index : index + length]
        if part in declared:
            return length, "name"
        if part in INSIDE:
            return length, "function"
        if part in GREEK_NAMES and length < len(word):
            return length, "name"
    if word[index].isdigit():
        digits = _DIGITS.match(word, index)
        follows_function = bool(after) and after[-1].kind == "function"
        return (len(digits[0]), "number") if digits is not None and follows_function else (0, "")
    if word[index] in CONSTANT_LETTERS and word[index] not in declared:
        return 1, "function"
    letter = _LETTER.match(word, index)
    return (len(letter[0]), "name") if letter is not None else (0, "")


def _nearest(word: str, declared: Collection[str]) -> str:
    """The word of the language, or the declared name, that looks most like this one; "" for none."""
    candidates = sorted({*(known for known in KNOWN if len(known) > 1 and known.isascii()), *declared})
    for spelling in (word, word.lower()):
        found = difflib.get_close_matches(spelling, candidates, 1, cutoff=0.6)
        if found:
            return found[0]
    return ""


def _unknown(text: str, token: Token, declared: Collection[str], *, bracket: bool) -> ReadError:
    near = _nearest(token.text, declared)
    kind = "function" if bracket else "name"
    hint = (
        f"did you mean {near}?"
        if near
        else "a name is one letter, a Greek letter or a letter with a subscript; "
        "declare longer ones with --wrt or --at"
    )
    return ReadError(f"{token.text} is not a known {kind}", text=text, span=token.span, hint=hint)
