"""Reading -> the rows and columns of every part of it, by unification; or where they do not fit, and what would.

Knows what each operation asks of sizes. An error points at the operator and proposes the transpose that fits. Refuses to know
numbers and derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product as choices

from chainrule_cli.errors import LimitError, QuestionError, Span
from chainrule_cli.matrix.language import ELEMENTWISE, OF_AN_ORDER
from chainrule_cli.matrix.sizes import Extent, Size, Sizes, written
from chainrule_cli.notation.lexer import GREEK_NAMES
from chainrule_cli.notation.syntax import Apply, Name, Note, Number, Reading, Syntax, postorder

SCALAR: Extent = (None, None)
MOST_POWER = 32
Declared = Mapping[str, "tuple[int | str, ...] | int"]


@dataclass(slots=True)
class Shaped:
    """extents: id of a node -> its rows and columns; of: variable or definition -> the same. single: axes that were declared as 1
    and fall away: name -> which. letters: sizes that the formula uses as numbers. notes: how ambiguous places were read."""

    reading: Reading
    sizes: Sizes
    extents: dict[int, Extent] = field(default_factory=dict)
    of: dict[str, Extent] = field(default_factory=dict)
    declared: dict[str, tuple[int | str, ...]] = field(default_factory=dict)
    letters: frozenset[str] = frozenset()
    notes: list[Note] = field(default_factory=list)

    @property
    def output(self) -> Extent:
        return self.extents[id(self.reading.expr)]

    def shown(self, extent: Extent) -> str:
        return written(self.sizes, extent)

    def declaration(self, name: str) -> str:
        """The shape of a variable as it was declared, or as it was found."""
        if name in self.declared and 1 in self.declared[name]:
            return "x".join(map(str, self.declared[name]))
        extent = self.of[name]
        return "scalar" if extent == SCALAR else self.shown(extent)


def infer(reading: Reading, declared: Declared, *, loose: bool = False) -> Shaped:
    """The shapes of everything. loose: a size that nothing asks for may be any. Raises QuestionError where sizes do not fit or are not known."""
    shaped = Shaped(reading, Sizes())
    typed = {
        what
        for sizes in declared.values()
        if isinstance(sizes, tuple)
        for what in sizes
        if isinstance(what, str)
    }
    shaped.letters = frozenset(name for name in reading.variables if name in typed and name not in declared)
    for name in reading.variables:
        shaped.of[name] = SCALAR if name in shaped.letters else _variable(shaped, name, declared)
    for name in sorted(shaped.letters):
        shaped.sizes.of(name)
        shaped.notes.append(Note(f"{name} is read as the size {name}"))
    if "I" in shaped.of and "I" not in declared:
        shaped.notes.append(Note("I is a matrix like any other; eye is the identity"))
    for definition in reading.definitions:
        _expression(shaped, definition.body)
        shaped.of[definition.name] = shaped.extents[id(definition.body)]
    _expression(shaped, reading.expr)
    if not loose:
        _refuse_loose(shaped)
    shaped.sizes.settle(set(shaped.reading.variables) | set(shaped.of))
    return shaped


def _variable(shaped: Shaped, name: str, declared: Declared) -> Extent:
    """a..g are numbers, h..z vectors, A..Z matrices, unless --shapes says otherwise."""
    sizes = shaped.sizes
    said = declared.get(name)
    if isinstance(said, tuple):
        shaped.declared[name] = said
        extent = tuple(None if what == 1 else sizes.of(what) for what in said)
        return (extent[0], extent[1] if len(extent) > 1 else None)
    rank = said if said is not None else _default(name)
    return (sizes.fresh() if rank > 0 else None, sizes.fresh() if rank > 1 else None)


def _default(name: str) -> int:
    first = name[0]
    if first.isascii() and first.isalpha() and not (name.isalpha() and len(name) > 2 and _greek(name)):
        return 2 if first.isupper() else 0 if first <= "g" else 1
    return 0


def _greek(name: str) -> bool:
    return name in GREEK_NAMES


def _expression(shaped: Shaped, expr: Syntax) -> None:
    for node in postorder(expr):
        match node:
            case Number():
                shaped.extents[id(node)] = SCALAR
            case Name():
                shaped.extents[id(node)] = shaped.of[node.id]
            case Apply():
                rule = RULES.get(node.function) or _by_language(node.function)
                if rule is None:
                    raise QuestionError(
                        f"{node.function} is not of the matrix notation",
                        text=shaped.reading.text,
                        span=node.span,
                    )
                shaped.extents[id(node)] = rule(shaped, node, [shaped.extents[id(arg)] for arg in node.args])


def _by_language(function: str) -> Callable[[Shaped, Apply, Sequence[Extent]], Extent] | None:
    if function in OF_AN_ORDER:
        return lambda _shaped, _node, args: args[-1]
    return _elementwise if function in ELEMENTWISE else None


def _refuse_loose(shaped: Shaped) -> None:
    """A size that nothing asks for, such as that of a lone vector(1), is an error."""
    tied: set[Size] = {
        shaped.sizes.find(size)
        for name in shaped.reading.variables
        for size in shaped.of[name]
        if size is not None
    }
    for body in (*(each.body for each in shaped.reading.definitions), shaped.reading.expr):
        for node in postorder(body):
            loose = [
                size
                for size in shaped.extents[id(node)]
                if size is not None and shaped.sizes.find(size) not in tied
            ]
            if (
                loose
                and isinstance(node, Apply)
                and not any(shaped.sizes.find(size) in shaped.sizes.known for size in loose)
            ):
                raise QuestionError(
                    "nothing says how large this is",
                    text=shaped.reading.text,
                    span=node.span,
                    hint="it takes the size of what it meets",
                )


# errors


def _typed(shaped: Shaped, node: Syntax) -> str:
    """The text of a node as it was typed, its brackets with it."""
    return _closed(shaped.reading.text, *node.span) if node.span is not None else "it"


def _closed(text: str, start: int, end: int) -> str:
    """A part of the text up to where its brackets are closed."""
    while text[start:end].count("(") > text[start:end].count(")") and end < len(text) and text[end] in ") ":
        end += 1
    return text[start:end]


def _between(shaped: Shaped, left: Syntax, right: Syntax) -> Span | None:
    """Where the operator between two operands stands."""
    if left.span is None or right.span is None:
        return None
    text = shaped.reading.text
    for place in range(left.span.end, right.span.start):
        if text[place] in "*+-/^.−·×⊙⊘":
            return Span(place, place + (2 if text[place] == "." else 1))
    return (
        Span(left.span.end - 1, left.span.end)
        if left.span.end >= right.span.start
        else Span(left.span.end, right.span.start)
    )


def _operand(shaped: Shaped, node: Syntax) -> str:
    typed = _typed(shaped, node)
    simple = not isinstance(node, Apply) or node.function not in ("+", "*", "/", ".*", "./", "neg")
    return typed if simple or (typed.startswith("(") and typed.endswith(")")) else f"({typed})"


Fit = Callable[[Sizes, Extent, Extent], "Extent | None"]


def _turned(extent: Extent) -> Extent:
    return (extent[1], extent[0])


def _proposal(
    shaped: Shaped, nodes: tuple[Syntax, Syntax], extents: tuple[Extent, Extent], fit: Fit, operator: str
) -> str:
    """The transposes with which two operands fit, the fewest first."""
    for turns in sorted(choices((False, True), repeat=2), key=lambda turns: (sum(turns), turns[1])):
        if not any(turns) or any(
            turn and extent == SCALAR for turn, extent in zip(turns, extents, strict=True)
        ):
            continue
        sizes = shaped.sizes.trial()
        one, other = (
            _turned(extent) if turn else extent for turn, extent in zip(turns, extents, strict=True)
        )
        found = fit(sizes, one, other)
        if found is not None:
            loose = operator.strip() in ("+", "-")
            left, right = (
                _with_turn(shaped, node, turn=turn, loose=loose)
                for node, turn in zip(nodes, turns, strict=True)
            )
            return f"did you mean {left}{operator}{right} ({written(sizes, found)})?"
    return ""


def _with_turn(shaped: Shaped, node: Syntax, *, turn: bool, loose: bool) -> str:
    typed = _typed(shaped, node) if loose and not turn else _operand(shaped, node)
    return typed if not turn else typed[:-1] if typed.endswith("'") else f"{typed}'"


def _misfit(shaped: Shaped, nodes: tuple[Syntax, Syntax], why: str, hint: str) -> QuestionError:
    span = _between(shaped, *nodes)
    return QuestionError(why, text=shaped.reading.text, span=span or nodes[1].span, hint=hint)


# what each operation asks for


def _matrix_product(sizes: Sizes, one: Extent, other: Extent) -> Extent | None:
    if SCALAR in (one, other):
        return other if one == SCALAR else one
    return (one[0], other[1]) if sizes.same(one[1], other[0]) else None


def _product(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    found = args[0]
    for place in range(1, len(args)):
        before, extent = found, args[place]
        fits = _matrix_product(shaped.sizes, before, extent)
        if fits is None:
            nodes = (node.args[place - 1], node.args[place])
            pair = (args[place - 1] if place > 1 else before, extent)
            whole = (
                _closed(shaped.reading.text, node.span.start, nodes[1].span.end)
                if node.span and nodes[1].span
                else "the product"
            )
            inner = f"inner sizes {shaped.sizes.shown(before[1])} and {shaped.sizes.shown(extent[0])} differ"
            hint = _proposal(shaped, nodes, pair, _matrix_product, "*")
            if (
                not hint
                and shaped.sizes.trial().same(before[0], extent[0])
                and shaped.sizes.trial().same(before[1], extent[1])
            ):
                hint = f"did you mean {_operand(shaped, nodes[0])}.*{_operand(shaped, nodes[1])} ({shaped.shown(extent)})?"
            raise _misfit(
                shaped, nodes, f"{whole}: {shaped.shown(before)} times {shaped.shown(extent)}, {inner}", hint
            )
        found = fits
    return found


def _together(sizes: Sizes, one: Extent, other: Extent) -> Extent | None:
    """Entry by entry: the same sizes, a number with anything, a column or a row with each column or row of a matrix."""
    if SCALAR in (one, other):
        return other if one == SCALAR else one
    if None in one and None in other and (one[0] is None) != (other[0] is None):
        return None
    trial = sizes.trial()
    if any(a is not None and b is not None and not trial.same(a, b) for a, b in zip(one, other, strict=True)):
        return None
    for a, b in zip(one, other, strict=True):
        if a is not None and b is not None:
            sizes.same(a, b)
    return (one[0] if one[0] is not None else other[0], one[1] if one[1] is not None else other[1])


def _pair(
    shaped: Shaped, nodes: tuple[Syntax, Syntax], extents: tuple[Extent, Extent], operator: str
) -> Extent:
    found = _together(shaped.sizes, *extents)
    if found is None:
        one, other = map(shaped.shown, extents)
        words = {
            "+": "plus",
            "-": "minus",
            ".*": "times, entry by entry,",
            "./": "over, entry by entry,",
            ".^": "to the power, entry by entry,",
        }[operator]
        hint = _proposal(
            shaped, nodes, extents, _together, operator if operator.startswith(".") else f" {operator} "
        )
        one_typed, other_typed = (
            _typed(shaped, node) if operator in "+-" else _operand(shaped, node) for node in nodes
        )
        typed = f"{one_typed} {operator} {other_typed}"
        raise _misfit(shaped, nodes, f"{typed}: {one} {words} {other}, the sizes differ", hint)
    for node, extent in zip(nodes, extents, strict=True):
        if extent not in (found, SCALAR) and (extent[0] is None) != (extent[1] is None) and None not in found:
            each = "column" if extent[1] is None else "row"
            shaped.notes.append(
                Note(
                    f"{_typed(shaped, node)} is added to or meets every {each}"
                    if operator.startswith(".")
                    else f"{_typed(shaped, node)} is added to every {each}",
                    node.span,
                )
            )
    return found


def _sum(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    found = args[0]
    before = node.args[0]
    for term, extent in zip(node.args[1:], args[1:], strict=True):
        negative = isinstance(term, Apply) and term.function == "neg"
        inner = term.args[0] if negative and isinstance(term, Apply) else term
        found = _pair(shaped, (before, inner), (found, extent), "-" if negative else "+")
        before = inner
    return found


def _entrywise(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    return _pair(shaped, (node.args[0], node.args[1]), (args[0], args[1]), node.function)


def _quotient(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    if args[1] == SCALAR:
        return args[0]
    top, bottom = (_operand(shaped, each) for each in node.args)
    square = args[1][0] is not None and args[1][1] is not None
    hint = f"{top}./{bottom} divides entry by entry" + (
        f", {top}*inv({_typed(shaped, node.args[1])}) by a matrix" if square else ""
    )
    if isinstance(node.args[1], Name) and node.args[1].id not in shaped.declared and None in args[1]:
        hint += f"; --shapes {bottom}:scalar makes {bottom} a number"
    what = f"a vector of {shaped.shown(args[1])}" if args[1][1] is None else shaped.shown(args[1])
    raise _misfit(
        shaped, (node.args[0], node.args[1]), f"/ divides by a number, and {bottom} is {what}", hint
    )


def _power(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    base, exponent = node.args
    if args[1] != SCALAR:
        hint = f"{_operand(shaped, base)}' is the transpose" if exponent == Name("T") else ""
        hint = (
            f"exp({_typed(shaped, exponent)}) goes entry by entry; e is a name here"
            if base == Name("e")
            else hint
        )
        raise _misfit(
            shaped,
            (base, exponent),
            f"an exponent is a number, and this one is {shaped.shown(args[1])}",
            hint,
        )
    if args[0] == SCALAR:
        return SCALAR
    whole = whole_number(exponent)
    rows, columns = args[0]
    hint = f"did you mean {_operand(shaped, base)}.^{whole if whole is not None else _typed(shaped, exponent)}, entry by entry?"
    if rows is None or columns is None or whole is None:
        why = "a vector has no power" if None in args[0] else "a power of a matrix is a whole number"
        raise _misfit(shaped, (base, exponent), why, hint)
    if abs(whole) > MOST_POWER:
        raise LimitError(
            f"a matrix to a power beyond {MOST_POWER}", text=shaped.reading.text, span=exponent.span
        )
    _square(shaped, node, base, args[0], "a power")
    return args[0]


def whole_number(node: Syntax) -> int | None:
    """The integer that a node is, with its sign."""
    match node:
        case Number(value=int() as value):
            return value
        case Apply(function="neg", args=(Number(value=int() as value),)):
            return -value
    return None


def _square(shaped: Shaped, node: Apply, arg: Syntax, extent: Extent, what: str) -> None:
    rows, columns = extent
    if rows is None and columns is None:
        return
    if rows is None or columns is None or not shaped.sizes.same(rows, columns):
        hint = f"{_operand(shaped, arg)}'*{_operand(shaped, arg)} is square" if None not in extent else ""
        raise QuestionError(
            f"{what} is of a square matrix, and {_typed(shaped, arg)} is {shaped.shown(extent)}",
            text=shaped.reading.text,
            span=arg.span,
            hint=hint,
        )


def _of_square(result: Callable[[Extent], Extent]) -> Callable[[Shaped, Apply, Sequence[Extent]], Extent]:
    def rule(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
        _square(shaped, node, node.args[0], args[0], node.function)
        return result(args[0])

    return rule


def _solve(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    _square(shaped, node, node.args[0], args[0], "solve")
    if args[0] == SCALAR or not shaped.sizes.same(args[0][0], args[1][0]):
        first, second = map(shaped.shown, args)
        raise QuestionError(
            f"solve({first}, {second}): the rows differ",
            text=shaped.reading.text,
            span=node.span,
            hint="solve(A, B) is inv(A)*B",
        )
    return args[1]


def _diag(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    rows, columns = args[0]
    if rows is None or columns is None:
        size = rows if rows is not None else columns
        return (size, size)
    _square(shaped, node, node.args[0], args[0], "diag")
    return (rows, None)


def _kron(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    (a, b), (c, d) = args
    if SCALAR in args:
        return args[1] if args[0] == SCALAR else args[0]
    if (a is None) != (c is None) or (b is None) != (d is None):
        first, second = map(shaped.shown, args)
        raise QuestionError(
            f"kron takes two matrices or two vectors, not {first} and {second}",
            text=shaped.reading.text,
            span=node.span,
        )
    return (_times(shaped.sizes, a, c), _times(shaped.sizes, b, d))


def _times(sizes: Sizes, one: Size | None, other: Size | None) -> Size | None:
    """The size that is the product of two."""
    if one is None or other is None:
        return None
    first, second = sizes.known.get(sizes.find(one)), sizes.known.get(sizes.find(other))
    if isinstance(first, int) and isinstance(second, int):
        return sizes.of(first * second)
    raise QuestionError("kron needs sizes that are numbers", hint="declare them: --shapes A:2x3,B:4x2")


def _blocks(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    whole, part = args
    found: list[Size | None] = []
    for size, inner in zip(whole, part, strict=True):
        if size is None or inner is None:
            if size is not inner:
                raise QuestionError(
                    f"{node.function} takes two matrices or two vectors",
                    text=shaped.reading.text,
                    span=node.span,
                )
            found.append(None)
            continue
        one, other = (
            shaped.sizes.known.get(shaped.sizes.find(size)),
            shaped.sizes.known.get(shaped.sizes.find(inner)),
        )
        if not isinstance(one, int) or not isinstance(other, int) or one % other:
            first, second = map(shaped.shown, args)
            raise QuestionError(f"{second} is no block of {first}", text=shaped.reading.text, span=node.span)
        found.append(None if one == other else shaped.sizes.of(one // other))
    return (found[0], found[1])


def _made(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    size = shaped.sizes.fresh()
    if node.function == "vector":
        return (size, None)
    return (size, size) if node.function == "eye" else (size, shaped.sizes.fresh())


def _elementwise(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    if None not in args[0] and node.function in ("exp", "log", "sqrt"):
        shaped.notes.append(Note(f"{node.function} of a matrix goes entry by entry", node.span))
    if (
        None not in args[0]
        and node.span is not None
        and shaped.reading.text[node.span.start : node.span.start + 1] in ("|", "∣")
    ):
        inner = _typed(shaped, node.args[0])
        shaped.notes.append(
            Note(f"|{inner}| goes entry by entry; det({inner}) is the determinant", node.span)
        )
    return args[0]


def _extreme(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    if len(args) == 1:
        return SCALAR
    found = _together(shaped.sizes, args[0], args[1])
    if found is None:
        first, second = map(shaped.shown, args)
        raise QuestionError(
            f"{node.function} of {first} and {second}: the sizes differ",
            text=shaped.reading.text,
            span=node.span,
        )
    return found


def _softmax(shaped: Shaped, node: Apply, args: Sequence[Extent]) -> Extent:
    if None not in args[0]:
        shaped.notes.append(Note("softmax of a matrix goes row by row", node.span))
    return args[0]


def _number(_shaped: Shaped, _node: Apply, _args: Sequence[Extent]) -> Extent:
    return SCALAR


RULES: dict[str, Callable[[Shaped, Apply, Sequence[Extent]], Extent]] = {
    "+": _sum,
    "*": _product,
    "/": _quotient,
    "^": _power,
    ".*": _entrywise,
    "./": _entrywise,
    ".^": _entrywise,
    "neg": lambda _shaped, _node, args: args[0],
    "'": lambda _shaped, _node, args: _turned(args[0]),
    "pi": _number,
    "sum": _number,
    "mean": _number,
    "norm1": _number,
    "norm2": _number,
    "logsumexp": _number,
    "max": _extreme,
    "ismax": lambda _shaped, _node, args: args[0],
    "min": _extreme,
    "tr": _of_square(lambda _extent: SCALAR),
    "det": _of_square(lambda _extent: SCALAR),
    "logdet": _of_square(lambda _extent: SCALAR),
    "inv": _of_square(lambda extent: extent),
    "solve": _solve,
    "diag": _diag,
    "kron": _kron,
    "blocktr": _blocks,
    "blocksum": _blocks,
    "softmax": _softmax,
    "vector": _made,
    "matrix": _made,
    "eye": _made,
}


def operands(node: Apply) -> Iterator[Syntax]:
    """The arguments of an operation, seen through signs and transposes."""
    for arg in node.args:
        inner = arg
        while isinstance(inner, Apply) and inner.function in ("neg", "'"):
            inner = inner.args[0]
        yield inner
