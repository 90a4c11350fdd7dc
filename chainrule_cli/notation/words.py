"""Words -> functions and names: sinx is sin x, xy is x·y.

Which words the language has stands in FUNCTIONS and, for those that are no functions, here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Sequence

from chainrule_cli.errors import ReadError
from chainrule_cli.notation import notes
from chainrule_cli.notation.arguments import CONSTRUCTORS, TRUTH
from chainrule_cli.notation.characters import BRACKETS, GREEK_NAMES
from chainrule_cli.notation.choices import WORD, Choices
from chainrule_cli.notation.functions import ALIASES, FUNCTIONS, WHEN_CALLED
from chainrule_cli.notation.lexer import UNKNOWN, Token, meaningless_error, number_token
from chainrule_cli.notation.syntax import Note

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


def may_be_foreign(tokens: Sequence[Token]) -> bool:
    """A quick look whether a text could hold the spelling of another system; most do not."""
    letters, before = 0, ""
    for kind, typed, *_ in tokens:
        if kind == "word":
            letters = letters + 1 if len(typed) == 1 else 0
            if letters > 2 or typed in LOOSE_WORDS or (len(typed) > 1 and typed not in KNOWN):
                return True
        elif kind in (UNKNOWN, "[") or (kind == before == "/"):
            return True
        else:
            letters = 0
        before = kind
    return False


LOOSE_WORDS = frozenset({"psi", "theta", "delta", "Heaviside", "d", "D"})
"""Words of the language that others use for something else."""


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


def split_words(
    text: str, tokens: list[Token], declared: Collection[str], choices: Choices, remark: Remark
) -> list[Token]:
    """The tokens with each word replaced by its parts. Raises ReadError for a word that is none."""
    found: list[Token] = []
    for index, token in enumerate(tokens):
        if token.kind == "word":
            bracket = tokens[index + 1].kind == "("
            found.extend(_split_word(text, token, declared, choices, remark, bracket=bracket))
        else:
            found.append(token)
    return found


def _split_word(
    text: str,
    token: Token,
    declared: Collection[str],
    choices: Choices,
    remark: Remark,
    *,
    bracket: bool,
) -> list[Token]:
    foreign = next((char for char in token.text if not char.isascii()), None)
    if foreign is not None and token.text != "∂":
        raise meaningless_error(text, text.index(foreign, token.start))
    if token.text in declared and _is_product_too(token.text, declared):
        return _name_or_product(token, choices, remark)
    whole = _whole(token, declared, bracket=bracket)
    if whole is not None:
        return [whole]
    parts = _parts(text, token, declared)
    if parts is None or not _is_product(token.text, parts, declared, bracket=bracket):
        raise _unknown(text, token, declared, bracket=bracket)
    remark(
        notes.note_split_word(token.text, [(part.text, _takes_argument(part)) for part in parts], token.span)
    )
    return parts


def _is_product_too(word: str, declared: Collection[str]) -> bool:
    """Whether a declared word is a product of declared letters as well: xy beside x and y."""
    return len(word) > 1 and len(word) <= LONGEST_PRODUCT and all(letter in declared for letter in word)


def _name_or_product(token: Token, choices: Choices, remark: Remark) -> list[Token]:
    """The name, or with the second reading its letters."""
    if not choices.take(WORD, token.start):
        remark(notes.note_whole_word(token.text, token.span))
        return [token._replace(kind="name")]
    remark(notes.note_split_word(token.text, [(letter, False) for letter in token.text], token.span))
    return [
        Token("name", letter, token.start + index, token.start + index + 1)
        for index, letter in enumerate(token.text)
    ]


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
    typed_pi = word == "Pi" and token.end - token.start == len(word)  # not Π, which is a name
    if word in GREEK_NAMES and not bracket and not typed_pi:
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
