"""What each operation asks of sizes: the extents of its arguments -> that of its result, or an error.

A rule takes what is shaped so far, the operation and the extents. language.py says which has which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import TypeAlias

from chainrule_cli.errors import LimitError, QuestionError
from chainrule_cli.matrix.shaped import Shaped, find_whole_number, transpose_extent
from chainrule_cli.matrix.sizes import SCALAR, Extent, Size, Sizes
from chainrule_cli.notation.syntax import Apply, Name, Syntax

ShapeRule: TypeAlias = Callable[[Shaped, Apply, Sequence[Extent]], Extent]

MOST_POWER = 32

WORDS = {
    "+": "plus",
    "-": "minus",
    ".*": "times, entry by entry,",
    "./": "over, entry by entry,",
    ".^": "to the power, entry by entry,",
}


def give_number(_shaped: Shaped, _node: Apply, _args: Sequence[Extent]) -> Extent:
    return SCALAR


def keep_shape(_shaped: Shaped, _node: Apply, args: Sequence[Extent]) -> Extent:
    return args[0]


def transpose(_shaped: Shaped, _node: Apply, args: Sequence[Extent]) -> Extent:
    return transpose_extent(args[0])


# products


def fit_product(sizes: Sizes, one: Extent, other: Extent) -> Extent | None:
    if SCALAR in (one, other):
        return other if one == SCALAR else one
    return (one[0], other[1]) if sizes.unify(one[1], other[0]) else None


def multiply(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    found = args[0]
    for index in range(1, len(args)):
        fits = fit_product(shaped.sizes, found, args[index])
        if fits is None:
            raise _refuse_product(
                shaped, node, index, (args[index - 1] if index > 1 else found, args[index]), found
            )
        found = fits
    return found


def _refuse_product(
    shaped: Shaped, node: Apply, index: int, pair: tuple[Extent, Extent], before: Extent
) -> QuestionError:
    """The error at the operator before a factor.
    pair: the extents on either side.
    before: that of all factors before it."""
    nodes, extent = (node.args[index - 1], node.args[index]), pair[1]
    whole = "the product"
    if node.span and nodes[1].span:
        whole = shaped.close(node.span.start, nodes[1].span.end)
    inner = (
        f"inner sizes {shaped.sizes.write_size(before[1])} and {shaped.sizes.write_size(extent[0])} differ"
    )
    hint = shaped.propose(nodes, pair, fit_product, "*")
    trial = shaped.sizes.copy
    if not hint and trial().unify(before[0], extent[0]) and trial().unify(before[1], extent[1]):
        operands = ".*".join(map(shaped.quote_operand, nodes))
        hint = f"did you mean {operands} ({shaped.write(extent)})?"
    return shaped.fail_between(
        nodes, f"{whole}: {shaped.write(before)} times {shaped.write(extent)}, {inner}", hint
    )


# entry by entry


def fit_entries(sizes: Sizes, one: Extent, other: Extent) -> Extent | None:
    """The same sizes, a number with anything, a column or a row with each column or row of a matrix."""
    if SCALAR in (one, other):
        return other if one == SCALAR else one
    if None in one and None in other and (one[0] is None) != (other[0] is None):
        return None
    trial = sizes.copy()
    both = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    if any(not trial.unify(a, b) for a, b in both):
        return None
    for a, b in both:
        sizes.unify(a, b)
    return (one[0] if one[0] is not None else other[0], one[1] if one[1] is not None else other[1])


def _pair(
    shaped: Shaped, nodes: tuple[Syntax, Syntax], extents: tuple[Extent, Extent], operator: str
) -> Extent:
    found = fit_entries(shaped.sizes, *extents)
    if found is None:
        raise _refuse_pair(shaped, nodes, extents, operator)
    for node, extent in zip(nodes, extents, strict=True):
        if extent not in (found, SCALAR) and (extent[0] is None) != (extent[1] is None) and None not in found:
            verb = "is added to or meets" if operator.startswith(".") else "is added to"
            each = "column" if extent[1] is None else "row"
            shaped.remark(f"{shaped.quote(node)} {verb} every {each}", node.span)
    return found


def _refuse_pair(
    shaped: Shaped, nodes: tuple[Syntax, Syntax], extents: tuple[Extent, Extent], operator: str
) -> QuestionError:
    one, other = map(shaped.write, extents)
    spaced = operator if operator.startswith(".") else f" {operator} "
    hint = shaped.propose(nodes, extents, fit_entries, spaced)
    left, right = map(shaped.quote if operator in "+-" else shaped.quote_operand, nodes)
    why = f"{left} {operator} {right}: {one} {WORDS[operator]} {other}, the sizes differ"
    return shaped.fail_between(nodes, why, hint)


def add(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    found, before = args[0], node.args[0]
    for term, extent in zip(node.args[1:], args[1:], strict=True):
        is_negative = isinstance(term, Apply) and term.function == "neg"
        inner = term.args[0] if isinstance(term, Apply) and is_negative else term
        found = _pair(shaped, (before, inner), (found, extent), "-" if is_negative else "+")
        before = inner
    return found


def pair_entries(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    return _pair(shaped, (node.args[0], node.args[1]), (args[0], args[1]), node.function)


def apply_to_entries(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    if len(args) > 1:
        return fit_arguments(shaped, node, args)
    if None not in args[0]:
        _remark_entries(shaped, node)
    return args[0]


def _remark_entries(shaped: Shaped, node: Apply) -> None:
    """What could be taken for a function of the whole matrix."""
    if node.function in ("exp", "log", "sqrt"):
        shaped.remark(f"{node.function} of a matrix goes entry by entry", node.span)
    if node.span is not None and shaped.reading.text[node.span.start : node.span.start + 1] in ("|", "∣"):
        inner = shaped.quote(node.args[0])
        shaped.remark(f"|{inner}| goes entry by entry; det({inner}) is the determinant", node.span)


def fit_arguments(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    """Several arguments entry by entry."""

    def fit(one: Extent, other: Extent) -> Extent:
        found = fit_entries(shaped.sizes, one, other)
        if found is None:
            first, second = shaped.write(one), shaped.write(other)
            raise shaped.fail(f"{node.function} of {first} and {second}: the sizes differ", node.span)
        return found

    return reduce(fit, args)


def reduce_or_pair(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    """Of one argument a number, of two entry by entry."""
    return SCALAR if len(args) == 1 else fit_arguments(shaped, node, args)


# quotients and powers


def divide(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    if args[1] == SCALAR:
        return args[0]
    divisor = node.args[1]
    top, bottom = map(shaped.quote_operand, node.args)
    hint = f"{top}./{bottom} divides entry by entry"
    if None not in args[1]:
        hint += f", {top}*inv({shaped.quote(divisor)}) by a matrix"
    elif isinstance(divisor, Name) and divisor.id not in shaped.declared:
        hint += f"; --shapes {bottom}:scalar makes {bottom} a number"
    what = shaped.write(args[1])
    if args[1][1] is None:
        what = f"a vector of {what}"
    raise shaped.fail_between((node.args[0], divisor), f"/ divides by a number, and {bottom} is {what}", hint)


def raise_to(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    base, exponent = node.args
    if args[1] != SCALAR:
        raise _refuse_exponent(shaped, base, exponent, args[1])
    if args[0] == SCALAR:
        return SCALAR
    whole = find_whole_number(exponent)
    if None in args[0] or whole is None:
        power = whole if whole is not None else shaped.quote(exponent)
        why = "a vector has no power" if None in args[0] else "a power of a matrix is a whole number"
        hint = f"did you mean {shaped.quote_operand(base)}.^{power}, entry by entry?"
        raise shaped.fail_between((base, exponent), why, hint)
    if abs(whole) > MOST_POWER:
        text = f"a matrix to a power beyond {MOST_POWER}"
        raise LimitError(text, text=shaped.reading.text, span=exponent.span)
    _ask_for_square(shaped, base, args[0], "a power")
    return args[0]


def _refuse_exponent(shaped: Shaped, base: Syntax, exponent: Syntax, extent: Extent) -> QuestionError:
    hint = ""
    if base == Name("e"):
        hint = f"exp({shaped.quote(exponent)}) goes entry by entry; e is a name here"
    elif exponent == Name("T"):
        hint = f"{shaped.quote_operand(base)}' is the transpose"
    why = f"an exponent is a number, and this one is {shaped.write(extent)}"
    return shaped.fail_between((base, exponent), why, hint)


# of square matrices


def _ask_for_square(shaped: Shaped, arg: Syntax, extent: Extent, what: str) -> None:
    if extent == SCALAR:
        return
    rows, columns = extent
    if rows is None or columns is None or not shaped.sizes.unify(rows, columns):
        typed = shaped.quote_operand(arg)
        hint = f"{typed}'*{typed} is square" if None not in extent else ""
        why = f"{what} is of a square matrix, and {shaped.quote(arg)} is {shaped.write(extent)}"
        raise shaped.fail(why, arg.span, hint)


def keep_square(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    _ask_for_square(shaped, node.args[0], args[0], node.function)
    return args[0]


def reduce_square(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    _ask_for_square(shaped, node.args[0], args[0], node.function)
    return SCALAR


def solve(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    _ask_for_square(shaped, node.args[0], args[0], "solve")
    if args[0] == SCALAR or not shaped.sizes.unify(args[0][0], args[1][0]):
        first, second = map(shaped.write, args)
        raise shaped.fail(f"solve({first}, {second}): the rows differ", node.span, "solve(A, B) is inv(A)*B")
    return args[1]


def diag(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    rows, columns = args[0]
    if rows is None or columns is None:
        size = rows if rows is not None else columns
        return (size, size)
    _ask_for_square(shaped, node.args[0], args[0], "diag")
    return (rows, None)


def softmax(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    if None not in args[0]:
        shaped.remark("softmax of a matrix goes row by row", node.span)
    return args[0]


# Kronecker products and blocks


def kron(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    (a, b), (c, d) = args
    if SCALAR in args:
        return args[1] if args[0] == SCALAR else args[0]
    if (a is None) != (c is None) or (b is None) != (d is None):
        first, second = map(shaped.write, args)
        raise shaped.fail(f"kron takes two matrices or two vectors, not {first} and {second}", node.span)
    return (_multiply_sizes(shaped.sizes, a, c), _multiply_sizes(shaped.sizes, b, d))


def _multiply_sizes(sizes: Sizes, one: Size | None, other: Size | None) -> Size | None:
    """The size that is the product of two."""
    if one is None or other is None:
        return None
    first, second = sizes.find_number(one), sizes.find_number(other)
    if first is None or second is None:
        raise QuestionError("kron needs sizes that are numbers", hint="declare them: --shapes A:2x3,B:4x2")
    return sizes.enter(first * second)


def blocks(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    """How many blocks of the second argument's shape the first has, or what shape so many have."""
    whole, part = args
    found: list[Size | None] = []
    for size, inner in zip(whole, part, strict=True):
        if (size is None) != (inner is None):
            raise shaped.fail(f"{node.function} takes two matrices or two vectors", node.span)
        found.append(None if size is None else _divide_sizes(shaped, node, args, (size, inner)))
    return (found[0], found[1])


def _divide_sizes(
    shaped: Shaped, node: Apply, args: Sequence[Extent], pair: tuple[Size, Size | None]
) -> Size | None:
    one, other = map(shaped.sizes.find_number, pair)
    if one is None or other is None or one % other:
        first, second = map(shaped.write, args)
        raise shaped.fail(f"{second} is no block of {first}", node.span)
    return None if one == other else shaped.sizes.enter(one // other)


# of the size that fits


def fit_vector(shaped: Shaped, _node: Apply, _args: Sequence[Extent]) -> Extent:
    return (shaped.sizes.add(), None)


def fit_matrix(shaped: Shaped, _node: Apply, _args: Sequence[Extent]) -> Extent:
    rows = shaped.sizes.add()
    return (rows, shaped.sizes.add())


def fit_square(shaped: Shaped, _node: Apply, _args: Sequence[Extent]) -> Extent:
    size = shaped.sizes.add()
    return (size, size)
