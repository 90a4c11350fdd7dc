"""The tokens of a matrix formula: .* ./ .^ ' beside those of the formula language; names and functions.

e is a name here, and a name may have several letters. A function of numbers whose name is a letter's too,
such as gamma, is a function before a bracket alone.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.matrix.language import ALIASES, ELEMENTWISE, ENTRY_CODE, INSTEAD, MATRIX_FUNCTIONS
from chainrule_cli.notation import characters, functions, lexer
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.syntax import Note
from chainrule_cli.notation.words import LOGARITHMS

OPERATORS = {
    ".*": ".*", "./": "./", ".^": ".^", ".'": "'", "⊙": ".*", "∘": ".*", "⊘": "./", "⊗": "kron",
    "⁻ᵀ": "⁻ᵀ", "ᵀ": "'", "⊤": "'", "‖": "‖",
}  # fmt: skip
ELSEWHERE = {
    "@": ("numpy's", "* is the matrix product, .* goes entry by entry"),
    ".T": ("numpy's", "X' is the transpose"),
    "\\": ("Matlab's or LaTeX's", "solve(A, b) is inv(A)*b"),
}
"""Sign -> whose it is, and what is written here."""

NORMS = {"1": "norm1", "2": "norm2", "F": "norm2"}
"""What may stand below the bars of a norm."""

REFUSED = frozenset({"<", ">", "<=", ">=", "==", "!=", "and", "or", "not"})


def list_tokens(text: str) -> list[Token]:
    """All tokens, an end token last. Raises ReadError for what is none."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        sign = next(
            (sign for sign in (text[position : position + 2], text[position]) if sign in OPERATORS), None
        )
        if sign is not None:
            kinds = ["|", "|"] if sign == "‖" else [OPERATORS[sign]]
            found += [Token(kind, sign, position, position + len(sign)) for kind in kinds]
            position += len(sign)
            continue
        position = _read_below_norm(text, position, found)
        if position == len(text):
            break
        _refuse_elsewhere(text, position)
        position = lexer.next_token(text, position, found)
        lexer.refuse_unknown(found[-1:], text)
        position = _give_point_back(text, position, found)
    found.append(Token("end", "", len(text), len(text)))
    return found


def _refuse_elsewhere(text: str, position: int) -> None:
    """Signs of other languages, with what they are called here."""
    for sign, (whose, hint) in ELSEWHERE.items():
        if text.startswith(sign, position):
            span = Span(position, position + len(sign))
            raise ReadError(f"{sign} is {whose}, not of this notation", text=text, span=span, hint=hint)


def _read_below_norm(text: str, position: int, found: list[Token]) -> int:
    """The 1, 2 or F below two bars as a token of its own."""
    below = text[position + 1 : position + 2]
    if text[position] != "_" or below not in NORMS or [token.kind for token in found[-2:]] != ["|", "|"]:
        return position
    found.append(Token("norm", below, position, position + 2))
    return position + 2


def _give_point_back(text: str, position: int, found: list[Token]) -> int:
    """2.*x is 2 .* x."""
    last = found[-1] if found else None
    if last is None or last.kind != "number" or last.end != position or not last.text.endswith("."):
        return position
    if text[position : position + 1] not in ("*", "/", "^", "'"):
        return position
    if len(last.text) > 1:
        found[-1] = lexer.number_token(text, last.text[:-1], last.start, position - 1)
    return position - 1


def split_statements(found: list[Token]) -> list[list[Token]]:
    """What stands between ; and ends of lines, each closed by an end token."""
    parts: list[list[Token]] = [[]]
    for token in found[:-1]:
        if token.kind == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    end = found[-1]
    return [_close(part, part[-1] if part else end) for part in [part for part in parts if part] or [[]]]


def _close(part: list[Token], last: Token) -> list[Token]:
    return [*part, Token("end", "", last.end, last.end)]


# words


def read_words(
    text: str, found: list[Token], declared: Collection[str], remark: Callable[[Note], None]
) -> list[Token]:
    """The tokens of a statement with each word as a name or a function.

    Raises ReadError for a word that is neither."""
    names = {token.text for token in found if token.kind == "word"} | set(declared)
    singles = {name for name in names if len(name) == 1}
    return list(_read_words(text, found, declared, singles, remark))


def _read_words(
    text: str,
    found: list[Token],
    declared: Collection[str],
    singles: set[str],
    remark: Callable[[Note], None],
) -> Iterator[Token]:
    for index, token in enumerate(found):
        if token.kind == "word":
            if token.text in declared:
                yield token._replace(kind="name")
            else:
                is_bracket = found[index + 1].kind == "("
                yield _read_word(text, token, singles, remark, bracket=is_bracket)
        elif token.kind == "=":
            raise ReadError(
                "= defines a name, at the beginning of a statement",
                text=text,
                span=token.span,
                hint="write name = ...; formula",
            )
        elif token.kind in REFUSED:
            raise ReadError(f"{token.text} is not of the matrix notation", text=text, span=token.span)
        else:
            yield token


def _read_word(
    text: str, token: Token, singles: set[str], remark: Callable[[Note], None], *, bracket: bool
) -> Token:
    """bracket: whether one follows."""
    word = token.text
    name = find_function(word)
    if name is not None and (len(word) > 1 or word == "π") and (bracket or not _may_be_a_name(name)):
        return token._replace(kind="function")
    if bracket and len(word) > 1 and "_" not in word:
        raise ReadError(f"{word} is no function", text=text, span=token.span, hint=_find_nearest(word))
    if len(word) > 1 and word.isalpha() and word not in characters.GREEK_NAMES:
        if all(letter in singles for letter in word):
            hint = f"write {'*'.join(word)}, or declare {word} with --shapes"
            raise ReadError(f"{word} may be one name or a product", text=text, span=token.span, hint=hint)
        remark(Note(f"{word} is read as one name", token.span))
    return token._replace(kind="name")


def _may_be_a_name(function: str) -> bool:
    return function in ELEMENTWISE and function not in ENTRY_CODE


def _find_nearest(word: str) -> str:
    """What a word that is no function could have meant."""
    near = difflib.get_close_matches(word, [*MATRIX_FUNCTIONS, *ELEMENTWISE, *ALIASES], 1)
    return INSTEAD.get(word) or (f"did you mean {near[0]}?" if near else "* multiplies: A*(B + C)")


def find_function(word: str) -> str | None:
    """The function that a word means in this notation; None where it means none."""
    word = ALIASES.get(word, word)
    if word in MATRIX_FUNCTIONS or word == "'" or word in LOGARITHMS:
        return word
    name = functions.ALIASES.get(word, word)
    return name if name in ELEMENTWISE or name == "pi" else None
