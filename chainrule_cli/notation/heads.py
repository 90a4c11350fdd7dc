"""Heads: a derivative by its name, in front of what it equals or of what is to be differentiated.

dy/dx, d^2y/dx^2, d/dx(x^3), y', f''(x), (x^2)', D_x x^2: known by their tokens, the same in plain text and in
LaTeX. Refuses to say whether a head fits a question. A new form is a function in FORMS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chainrule_cli.notation.characters import BRACKETS, GREEK_NAMES
from chainrule_cli.notation.lexer import Token

PRIMES = {"'": 1, "''": 2, "'''": 3}
OPENING = frozenset({"(", "[", "{"})
DIFFERENTIALS = frozenset({"d", "∂"})
BEGINNINGS = frozenset({"d", "∂", "D"})
"""First letters of a quotient of differentials, and of the operator D."""
HIGHEST = 99
"""The highest order that a head is read with."""


@dataclass(frozen=True, slots=True)
class Head:
    """order: of the derivative; 0 where two are told, as in d^2y/dx.
    function: what is differentiated, "" where that is not named.
    variable: by which, "" where that is not said.
    operand: the tokens of what is differentiated, where that is written out; () where it is not.
    """

    order: int
    function: str = ""
    variable: str = ""
    operand: tuple[Token, ...] = ()


def find_head(tokens: Sequence[Token]) -> Head | None:
    """The head that the tokens are as a whole, d/dx with what stands behind it among them."""
    if not tokens or not _may_be_head(tokens):
        return None
    return next((head for form in FORMS if (head := form(tokens)) is not None), None)


def _may_be_head(tokens: Sequence[Token]) -> bool:
    """A quick look: a head begins with a d or a D, or a prime or an order stands in it."""
    first = next((token for token in tokens if token.kind not in OPENING), tokens[0])
    return (
        first.text[:1] in BEGINNINGS or first.text in NAMES or any(token.kind in PRIMES for token in tokens)
    )


def find_derivative(tokens: Sequence[Token]) -> tuple[int, int] | None:
    """From which index to which a quotient of differentials such as dy/dx stands; None for nowhere."""
    for index, token in enumerate(tokens):
        if token.kind == "/":
            for start in range(max(index - LONGEST_NUMERATOR, 0), index):
                found = match_ratio(tokens, start)
                if found is not None:
                    return start, found[1]
    return None


def find_closing(tokens: Sequence[Token], opening: int) -> int:
    """The index of the bracket that closes the one at an index; the number of tokens where none does."""
    nesting = 0
    for index in range(opening, len(tokens)):
        nesting += (tokens[index].kind in BRACKETS) - (tokens[index].kind in BRACKETS.values())
        if nesting == 0:
            return index
    return len(tokens)


def count_primes(tokens: Sequence[Token], start: int) -> tuple[int, int]:
    """How many primes stand at an index, and the index behind them."""
    count, index = 0, start
    while index < len(tokens) and (tokens[index].kind in PRIMES or _is_raised_prime(tokens, index)):
        count += PRIMES.get(tokens[index].kind, 0)
        index += 1
    return count, index


def _is_raised_prime(tokens: Sequence[Token], index: int) -> bool:
    """f^′: the sign of a power before a prime."""
    return tokens[index].kind == "^" and index + 1 < len(tokens) and tokens[index + 1].kind in PRIMES


# quotients of differentials

Match = tuple[Head, int]
"""A head, and the index behind its last token."""


LONGEST_NUMERATOR = 12
"""Tokens above a bar, brackets included, where a quotient of differentials is looked for inside a formula."""
LONGEST_OPERAND = 60
"""Tokens of what is differentiated above the bar, as in d(x^2)/dx."""


def match_ratio(tokens: Sequence[Token], start: int) -> Match | None:
    """dy/dx, (d y)/(d x), (dy/dx), ((d)/(dx)) from an index on."""
    if tokens[start].kind in OPENING:
        inner = _match_ratio_inside(tokens, start + 1)
        if inner is not None and _is_closed(tokens, inner[1]):
            return inner[0], inner[1] + 1
    return _match_ratio_inside(tokens, start)


def _match_ratio_inside(tokens: Sequence[Token], start: int) -> Match | None:
    above = _match_bracketed(tokens, start, _match_numerator)
    if above is None or not _has_kind(tokens, above[1], "/"):
        return None
    below = _match_bracketed(tokens, above[1] + 1, _match_denominator)
    if below is None:
        return None
    order = above[0].order if above[0].order == below[0].order else 0
    return Head(order, above[0].function, below[0].variable, above[0].operand), below[1]


def _match_bracketed(
    tokens: Sequence[Token], start: int, match: Callable[[Sequence[Token], int], Match | None]
) -> Match | None:
    if not _has_kind(tokens, start, *OPENING):
        return match(tokens, start)
    found = match(tokens, start + 1)
    return (found[0], found[1] + 1) if found is not None and _is_closed(tokens, found[1]) else None


def _match_numerator(tokens: Sequence[Token], start: int) -> Match | None:
    """d, d^2, dy, d y, d^2 y, df(x), d(x^2)."""
    if not _has_kind(tokens, start, "word"):
        return None
    word, index, order = tokens[start].text, start + 1, 1
    if word in DIFFERENTIALS:
        order, index = _match_order(tokens, index)
        if _has_kind(tokens, index, "word"):
            return _match_arguments(tokens, index + 1, Head(order, tokens[index].text))
        if _has_kind(tokens, index, "("):
            closing = find_closing(tokens[: index + LONGEST_OPERAND], index)
            if not _is_closed(tokens, closing):
                return None
            return Head(order, "", "", tuple(tokens[index : closing + 1])), closing + 1
        return Head(order), index
    return _match_arguments(tokens, index, Head(order, word[1:])) if _is_differential(word) else None


def _match_arguments(tokens: Sequence[Token], index: int, head: Head) -> Match:
    """The (x) of d f(x), which says nothing new."""
    if (
        _has_kind(tokens, index, "(")
        and _has_kind(tokens, index + 1, "word")
        and _is_closed(tokens, index + 2)
    ):
        return head, index + 3
    return head, index


def _match_denominator(tokens: Sequence[Token], start: int) -> Match | None:
    """dx, d x, dx^2"""
    if not _has_kind(tokens, start, "word"):
        return None
    word, index = tokens[start].text, start + 1
    if word in DIFFERENTIALS and _has_kind(tokens, index, "word"):
        variable, index = tokens[index].text, index + 1
    elif _is_differential(word):
        variable = word[1:]
    else:
        return None
    order, end = _match_order(tokens, index)
    return Head(order, "", variable), end


def _match_order(tokens: Sequence[Token], index: int) -> tuple[int, int]:
    """The order that a power of d tells, 1 where there is none, and the index behind it."""
    if _has_kind(tokens, index, "super"):
        return (int(tokens[index].text), index + 1) if tokens[index].text in DIGITS else (1, index)
    if not _has_kind(tokens, index, "^"):
        return 1, index
    bracket = _has_kind(tokens, index + 1, *OPENING)
    number = index + 1 + bracket
    if not _has_kind(tokens, number, "number") or tokens[number].text not in DIGITS:
        return 1, index
    if bracket and not _is_closed(tokens, number + 1):
        return 1, index
    return int(tokens[number].text), number + 1 + bracket


DIGITS = frozenset(map(str, range(1, HIGHEST + 1)))


def _is_differential(word: str) -> bool:
    """dx, dtheta, dx_1; not a word of the language that begins with d."""
    rest = word[1:]
    stem = rest.partition("_")[0].rstrip("0123456789")
    return word[:1] in DIFFERENTIALS and (len(stem) == 1 or stem in GREEK_NAMES)


def _has_kind(tokens: Sequence[Token], index: int, *kinds: str) -> bool:
    return index < len(tokens) and tokens[index].kind in kinds


def _is_closed(tokens: Sequence[Token], index: int) -> bool:
    return _has_kind(tokens, index, *BRACKETS.values())


# forms


NAMES = frozenset("yfghFGH")
"""Names of functions before an order in brackets: y^(2)."""


def _read_ratio(tokens: Sequence[Token]) -> Head | None:
    """dy/dx; d/dx and all that follows."""
    found = match_ratio(tokens, 0)
    if found is None:
        return None
    head, end = found
    rest = tuple(tokens[end:])
    if not rest:
        return head
    if head.function or head.operand:
        return head if _is_argument(rest) else None
    return Head(head.order, "", head.variable, rest)


def _is_argument(tokens: Sequence[Token]) -> bool:
    """(x)"""
    return len(tokens) == 3 and tokens[0].kind == "(" and tokens[1].kind == "word" and tokens[2].kind == ")"


def _read_primes(tokens: Sequence[Token]) -> Head | None:
    """y', f''(x)"""
    if tokens[0].kind not in ("word", "π"):
        return None
    order, end = count_primes(tokens, 1)
    rest = tokens[end:]
    if not order or (rest and not _is_argument(rest)):
        return None
    return Head(order, tokens[0].text, rest[1].text if rest else "")


def _read_order(tokens: Sequence[Token]) -> Head | None:
    """y^(2), f^{(3)}(x)"""
    if len(tokens) < 5 or tokens[0].text not in NAMES or tokens[1].kind != "^":
        return None
    if tokens[2].kind not in OPENING:
        return None
    closing = find_closing(tokens, 2)
    inner, rest = tokens[3:closing], tokens[closing + 1 :]
    if len(inner) == 3 and inner[0].kind == "(":
        inner = inner[1:2]
    if len(inner) != 1 or inner[0].text not in DIGITS or (rest and not _is_argument(rest)):
        return None
    return Head(int(inner[0].text), tokens[0].text, rest[1].text if rest else "")


def _read_primed_bracket(tokens: Sequence[Token]) -> Head | None:
    """(x^2)', [x^2]''"""
    if tokens[0].kind not in OPENING:
        return None
    closing = find_closing(tokens, 0)
    order, end = count_primes(tokens, closing + 1)
    return Head(order, "", "", tuple(tokens[1:closing])) if order and end == len(tokens) else None


def _read_operator(tokens: Sequence[Token]) -> Head | None:
    """D_x x^2, D_x(y), D[x^2]"""
    word = tokens[0].text if tokens[0].kind == "word" else ""
    if word != "D" and not word.startswith("D_"):
        return None
    order, end = _match_order(tokens, 1)
    rest = tuple(tokens[end:])
    if word == "D" and not (rest and rest[0].kind in OPENING and find_closing(rest, 0) == len(rest) - 1):
        return None
    if len(rest) == 1 and rest[0].kind == "word":
        return Head(order, rest[0].text, word[2:])
    return Head(order, "", word[2:], rest)


FORMS = (_read_ratio, _read_primes, _read_order, _read_primed_bracket, _read_operator)
"""What a head may look like; the first that fits."""
