"""The steps of a matrix derivative: for each operation, from the output back, its vector-Jacobian product with shapes.

Each operation is differentiated on its own, by the same machinery as the whole: its operands become names, its result has a
named cotangent. What one variable gets from several operations is added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from chainrule_cli.graph import adjoint
from chainrule_cli.matrix import algebra
from chainrule_cli.matrix.derivative import RESULT, Derivative, called, fresh, row_inputs
from chainrule_cli.matrix.inference import SCALAR, Shaped, infer
from chainrule_cli.matrix.lowering import lower
from chainrule_cli.matrix.networks import Expansion
from chainrule_cli.matrix.order import LONGEST, cheapest, from_the_left
from chainrule_cli.matrix.sizes import Extent
from chainrule_cli.matrix.spelling import spelled
from chainrule_cli.notation.syntax import Apply, Name, Reading, Syntax, fold, free_names, postorder, rebuild
from chainrule_cli.notation.write import in_matrices, to_unicode

RULES = {
    "+": "a sum", "sum": "the sum of the entries", "mean": "the mean of the entries", "norm1": "a sum of absolute values", "max": "the greatest entry", "min": "the least entry", "ismax": "the place of the greatest entry",
    "logsumexp": "the logarithm of a sum of exponentials", "blocktr": "traces of blocks", "blocksum": "a sum of blocks", "*": "a product", "/": "a quotient", "^": "a power", ".*": "a product entry by entry", "./": "a quotient entry by entry",
    ".^": "a power entry by entry", "inv": "an inverse", "det": "a determinant", "logdet": "the logarithm of a determinant", "tr": "a trace",
    "solve": "a linear system", "diag": "a diagonal", "kron": "a Kronecker product", "norm2": "a length", "softmax": "softmax", "'": "a transpose", "neg": "a minus",
}  # fmt: skip
TRANSPARENT = ("neg", "'")


@dataclass(frozen=True, slots=True)
class Sent:
    """What an operation sends to one of its operands."""

    to: str
    syntax: Syntax
    shape: str


@dataclass(frozen=True, slots=True)
class Step:
    """name = operation, of this shape; cotangent: its name, "1" at a number that is the output. sent: to each operand that depends on
    the variable."""

    name: str
    rule: str
    operation: Syntax
    shape: str
    cotangent: str
    sent: tuple[Sent, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """forward: every operation on the way from the variable to the output, in order: (name, formula, shape). backward: the same, from the
    output back. named: the definitions that do not move and the operations, as they stand in the formula. added: the variable's parts, where it has several."""

    forward: tuple[tuple[str, Syntax, str], ...]
    backward: tuple[Step, ...]
    named: tuple[tuple[str, Apply], ...]
    added: tuple[Syntax, ...] = ()


@dataclass
class _Walk:
    """names: id of an operation -> its name."""

    derivative: Derivative
    names: dict[int, str] = field(default_factory=dict)
    extents: dict[str, Extent] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    @property
    def shaped(self) -> Shaped:
        return self.derivative.shaped


def steps(derivative: Derivative) -> Steps:
    """The steps of a first derivative; of the gradient for a second one."""
    walk = _Walk(derivative)
    operations = _operations(walk)
    still = [
        (each.name, each.body)
        for each in derivative.shaped.reading.definitions
        if id(each.body) not in walk.names
    ]
    named = (
        *((name, body) for name, body in still if isinstance(body, Apply)),
        *((walk.names[id(node)], node) for node in operations),
    )
    if derivative.kind == "jvp":
        return Steps(_forward(walk, operations), tuple(_pushed(walk, node) for node in operations), named)
    forward = _forward(walk, operations)
    backward = tuple(
        _step(walk, node, last=place == len(operations) - 1)
        for place, node in reversed(list(enumerate(operations)))
    )
    parts = [sent.syntax for step in backward for sent in step.sent if sent.to == derivative.wrt]
    return Steps(forward, backward, named, tuple(parts) if len(parts) > 1 else ())


def _forward(walk: _Walk, operations: Sequence[Apply]) -> tuple[tuple[str, Syntax, str], ...]:
    return tuple(
        (walk.names[id(node)], _local(walk, node), walk.shaped.shown(walk.shaped.extents[id(node)]))
        for node in operations
    )


def _operations(walk: _Walk) -> list[Apply]:
    """The operations that depend on the variable, arguments first, each with a name: its definition's, else T1, T2 ..."""
    shaped, wrt = walk.shaped, walk.derivative.wrt
    walk.taken = set(shaped.of) | {str(what) for what in shaped.sizes.known.values()}
    depends = {wrt}
    found: list[Apply] = []
    count = 0
    bodies = [
        *((each.name, each.body) for each in shaped.reading.definitions),
        (shaped.reading.name or "", shaped.reading.expr),
    ]
    for defined, body in bodies:
        moving: dict[int, bool] = {}
        for node in postorder(body):
            moving[id(node)] = (
                node.id in depends
                if isinstance(node, Name)
                else any(moving[id(arg)] for arg in node.args)
                if isinstance(node, Apply)
                else False
            )
            root = node is body
            if (
                not isinstance(node, Apply)
                or not moving[id(node)]
                or (node.function in TRANSPARENT and not root)
            ):
                continue
            if root:
                name = defined or fresh(shaped, RESULT)
            else:
                count += 1
                while f"T{count}" in walk.taken:
                    count += 1
                name = f"T{count}"
            walk.names[id(node)] = name
            walk.extents[name] = shaped.extents[id(node)]
            found.append(node)
        if moving[id(body)] and defined:
            depends.add(defined)
            walk.extents[defined] = shaped.extents[id(body)]
    return found


def _local(walk: _Walk, node: Apply) -> Syntax:
    """The operation with the names of its operands in their place."""

    def swap(at: Syntax, args: list[Syntax]) -> Syntax:
        name = walk.names.get(id(at))
        return Name(name) if name is not None and at is not node else rebuild(at, args)

    return fold(node, swap)


def _declared(walk: _Walk, name: str) -> tuple[int | str, ...] | int:
    """A name's sizes, as --shapes would say them."""
    extent = walk.extents[name] if name in walk.extents else walk.shaped.of[name]
    if extent == SCALAR:
        return 0
    known = [1 if size is None else walk.shaped.sizes.known[walk.shaped.sizes.find(size)] for size in extent]
    return (known[0],) if extent[1] is None else tuple(known)


def _step(walk: _Walk, node: Apply, *, last: bool) -> Step:
    name, shaped = walk.names[id(node)], walk.shaped
    local = _local(walk, node)
    operands = [
        each
        for each in free_names(local)
        if each == walk.derivative.wrt or (each in walk.extents and each in _moving(walk))
    ]
    scalar = shaped.extents[id(node)] == SCALAR
    cotangent = _marked(walk, name, "_bar")
    if last:
        cotangent = walk.derivative.seed or ("1" if scalar else cotangent)
    sent = tuple(_pulled(walk, name, local, cotangent, operands))
    return Step(
        name,
        RULES.get(node.function, f"{node.function}, entry by entry"),
        local,
        shaped.shown(shaped.extents[id(node)]),
        cotangent,
        sent,
    )


def _moving(walk: _Walk) -> set[str]:
    return {
        *walk.names.values(),
        walk.derivative.wrt,
        *(each.name for each in walk.shaped.reading.definitions if each.name in walk.extents),
    }


def _marked(walk: _Walk, name: str, mark: str) -> str:
    """The name of a cotangent or a tangent, none of the formula's own."""
    marked = f"{name}{mark}"
    while marked in walk.taken:
        marked += "_"
    return marked


def _alone(walk: _Walk, local: Syntax) -> Shaped:
    """The shapes of one operation whose operands are names."""
    names = free_names(local)
    declared = {name: _declared(walk, name) for name in names if name not in walk.shaped.letters}
    return infer(Reading("", local, (), None, names, ()), declared | _letters(walk, names), loose=True)


def _pushed(walk: _Walk, node: Apply) -> Step:
    """The Jacobian-vector product of one operation: the tangents of its operands make that of its result."""
    name, local = walk.names[id(node)], _local(walk, node)
    shaped = _alone(walk, local)
    stand_ins = shaped.sizes.stand_ins()
    lowered = lower(shaped, stand_ins)
    graph, known = lowered.graph, row_inputs(shaped, lowered)
    tangents = {}
    for each in free_names(local):
        if each == walk.derivative.wrt or (each in walk.extents and each in _moving(walk)):
            marked = (
                walk.derivative.seed
                if each == walk.derivative.wrt and walk.derivative.seed
                else _marked(walk, each, "_dot")
            )
            place = tangents[each] = graph.input(marked, graph.shape(graph.inputs[each]))
            rows, columns = shaped.of[each]
            if rows is None and columns is not None:
                known[place] = algebra.turned(
                    algebra.name(marked, (None, stand_ins[shaped.sizes.find(columns)]))
                )
    place = adjoint.jvp(graph, lowered.output.node, tangents)
    expansion = Expansion(graph, known=known)
    found = expansion.matrix(place)
    if lowered.output.rows == 1 or (lowered.output.rows is None and lowered.output.columns is not None):
        found = algebra.turned(found)
    named = {number: shaped.sizes.shown(size) for size, number in stand_ins.items()}
    shape = walk.shaped.shown(walk.shaped.extents[id(node)])
    sent = Sent(_marked(walk, name, "_dot"), spelled(found, named), shape)
    return Step(
        name, RULES.get(node.function, f"{node.function}, entry by entry"), local, shape, sent.to, (sent,)
    )


def _pulled(walk: _Walk, name: str, local: Syntax, cotangent: str, operands: Sequence[str]) -> Iterator[Sent]:
    """The vector-Jacobian product of one operation by each operand, in which its own result goes by its name."""
    shaped = _alone(walk, local)
    stand_ins = shaped.sizes.stand_ins()
    lowered = lower(shaped, stand_ins)
    graph, output = lowered.graph, lowered.output
    rows, columns = shaped.output
    if cotangent == "1":
        seed = graph.constant(1)
    else:
        shape = graph.shape(output.node)
        seed = graph.input(cotangent, shape if output.rows != 1 else shape[::-1])
    turned = graph.along("einsum", "ba->ab", seed) if output.rows == 1 else seed
    found = adjoint.vjp(graph, output.node, turned, operands)
    expansion = Expansion(
        graph, known=row_inputs(shaped, lowered), named={output.node: called(graph, output, name)}
    )
    if cotangent != "1" and rows is None and columns is not None:
        expansion.known[seed] = algebra.turned(algebra.name(cotangent, (None, graph.shape(seed)[0])))
    named = {number: shaped.sizes.shown(size) for size, number in stand_ins.items()}
    for operand in operands:
        own_rows, own_columns = shaped.of[operand]
        matrix = expansion.renamed(expansion.matrix(found[operand]))
        if own_rows is None and own_columns is not None:
            matrix = algebra.turned(matrix)
        yield Sent(
            operand,
            spelled(matrix, named),
            walk.shaped.shown(walk.extents.get(operand, walk.shaped.of.get(operand, SCALAR))),
        )


def _letters(walk: _Walk, names: Sequence[str]) -> dict[str, tuple[int | str, ...] | int]:
    """A size that stands in the operation as a number is declared by a name that no formula has."""
    return {f" {name}": (name,) for name in names if name in walk.shaped.letters}


def cost_notes(shaped: Shaped) -> Iterator[str]:
    """Products of three and more factors for which another order than from the left takes fewer multiplications."""
    for body in (*(each.body for each in shaped.reading.definitions), shaped.reading.expr):
        for node in postorder(body):
            if not isinstance(node, Apply) or node.function != "*":
                continue
            factors = [arg for arg in node.args if shaped.extents[id(arg)] != SCALAR]
            if not 3 <= len(factors) <= LONGEST:  # two have one order
                continue
            sizes = [
                _number(shaped, shaped.extents[id(factors[0])][0]),
                *(_number(shaped, shaped.extents[id(each)][1]) for each in factors),
            ]
            if None in sizes:
                continue
            numbers = [size for size in sizes if size is not None]
            best, split = cheapest(numbers)
            left = from_the_left(numbers)
            if best < left:
                text = to_unicode(in_matrices(_bracketed(factors, split, 0, len(factors) - 1)))
                yield f"in the order {text} the product takes {best:,} multiplications, from the left {left:,}"


def _number(shaped: Shaped, size: int | None) -> int | None:
    """A size as a number; None for a letter."""
    what = 1 if size is None else shaped.sizes.known.get(shaped.sizes.find(size))
    return what if isinstance(what, int) else None


def _bracketed(factors: Sequence[Syntax], split: Sequence[Sequence[int]], first: int, last: int) -> Syntax:
    if first == last:
        return factors[first]
    at = split[first][last]
    return Apply("*", (_bracketed(factors, split, first, at), _bracketed(factors, split, at + 1, last)))
