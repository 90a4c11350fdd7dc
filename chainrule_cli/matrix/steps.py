"""The steps of a matrix derivative: for each operation, from the output back, its vector-Jacobian product.

Each operation is differentiated on its own, by the same machinery as the whole: its operands become names,
its result has a named cotangent. What one variable gets from several operations is added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chainrule_cli.graph import adjoint
from chainrule_cli.matrix.derivative import (
    RESULT,
    Derivative,
    choose_name,
    enter_seed,
    is_row,
    make_row,
    name_rows,
    name_value,
    orient,
)
from chainrule_cli.matrix.expansion import Expansion
from chainrule_cli.matrix.inference import infer
from chainrule_cli.matrix.language import ROWS
from chainrule_cli.matrix.lowering import LoweredMatrix, lower
from chainrule_cli.matrix.order import LONGEST, count_from_the_left, find_cheapest, join_in_order
from chainrule_cli.matrix.shaped import Shaped
from chainrule_cli.matrix.sizes import SCALAR, Extent
from chainrule_cli.matrix.spelling import spell
from chainrule_cli.matrix.sums import ALGEBRA
from chainrule_cli.notation.syntax import Apply, Name, Reading, Syntax, fold, free_names, postorder, rebuild
from chainrule_cli.notation.write import in_matrices, to_unicode

TRANSPARENT = ("neg", "'")
"""Operations that are no step of their own within another."""


class Sent(NamedTuple):
    """What an operation sends to one of its operands."""

    to: str
    syntax: Syntax
    shape: str


class MatrixStep(NamedTuple):
    """name = operation, of this shape. rule: the words of it.
    cotangent: its name, "1" at a number that is the output.
    sent: to each operand that depends on the variable."""

    name: str
    rule: str
    operation: Syntax
    shape: str
    cotangent: str
    sent: tuple[Sent, ...]


class MatrixSteps(NamedTuple):
    """forward: every operation on the way from the variable to the output, in order: (name, formula, shape).
    backward: the same, from the output back.
    named: the definitions that do not move and the operations, as they stand in the formula.
    added: the variable's parts, where it has several."""

    forward: tuple[tuple[str, Syntax, str], ...]
    backward: tuple[MatrixStep, ...]
    named: tuple[tuple[str, Apply], ...]
    added: tuple[Syntax, ...] = ()


@dataclass
class _StepNames:
    """taken: names that mean something else.
    names: id of an operation -> its name.
    extents: of each name that moves.
    count: how many names were made up."""

    derivative: Derivative
    taken: set[str]
    names: dict[int, str] = field(default_factory=dict)
    extents: dict[str, Extent] = field(default_factory=dict)
    count: int = 0

    @property
    def shaped(self) -> Shaped:
        return self.derivative.shaped

    def make_name(self) -> str:
        """T1, T2 ..."""
        self.count += 1
        while f"T{self.count}" in self.taken:
            self.count += 1
        return f"T{self.count}"

    def mark(self, name: str, mark: str) -> str:
        """The name of a cotangent or a tangent, none of the formula's own."""
        marked = f"{name}{mark}"
        while marked in self.taken:
            marked += "_"
        return marked

    def is_moving(self, name: str) -> bool:
        return name == self.derivative.wrt or name in self.extents

    def extent(self, name: str) -> Extent:
        return self.extents[name] if name in self.extents else self.shaped.of.get(name, SCALAR)


def list_steps(derivative: Derivative) -> MatrixSteps:
    """The steps of a first derivative; of the gradient for a second one."""
    shaped = derivative.shaped
    names = _StepNames(derivative, set(shaped.of) | {str(what) for what in shaped.sizes.known.values()})
    operations = list(_name_operations(names))
    still = [
        (each.name, each.body)
        for each in shaped.reading.definitions
        if id(each.body) not in names.names and isinstance(each.body, Apply)
    ]
    named = (*still, *((names.names[id(node)], node) for node in operations))
    forward = tuple(
        (names.names[id(node)], _localize(names, node), shaped.write(shaped.extents[id(node)]))
        for node in operations
    )
    if derivative.kind == "jvp":
        return MatrixSteps(forward, tuple(_push(names, node) for node in operations), named)
    backward = tuple(_pull(names, node, operations[-1]) for node in reversed(operations))
    parts = [sent.syntax for step in backward for sent in step.sent if sent.to == derivative.wrt]
    return MatrixSteps(forward, backward, named, tuple(parts) if len(parts) > 1 else ())


def _name_operations(names: _StepNames) -> Iterator[Apply]:
    """The operations that depend on the variable, arguments first, by their names, else T1, T2."""
    shaped, reading = names.shaped, names.shaped.reading
    depends = {names.derivative.wrt}
    for defined, body in (
        *((each.name, each.body) for each in reading.definitions),
        (reading.name or "", reading.expr),
    ):
        moving = _find_moving(body, depends)
        for node in moving:
            if node is body:
                name = defined or choose_name(shaped, RESULT)
            elif node.function in TRANSPARENT:
                continue
            else:
                name = names.make_name()
            names.names[id(node)] = name
            names.extents[name] = shaped.extents[id(node)]
            yield node
        if defined and depends & set(free_names(body)):
            depends.add(defined)
            names.extents[defined] = shaped.extents[id(body)]


def _find_moving(body: Syntax, depends: set[str]) -> list[Apply]:
    """The operations that depend on one of the names, arguments first."""
    moving: dict[int, bool] = {}
    for node in postorder(body):
        if isinstance(node, Apply):
            moving[id(node)] = any(moving[id(arg)] for arg in node.args)
        else:
            moving[id(node)] = isinstance(node, Name) and node.id in depends
    return [node for node in postorder(body) if isinstance(node, Apply) and moving[id(node)]]


def _localize(names: _StepNames, node: Apply) -> Syntax:
    """The operation with the names of its operands in their place."""

    def swap(at: Syntax, args: list[Syntax]) -> Syntax:
        name = names.names.get(id(at))
        return Name(name) if name is not None and at is not node else rebuild(at, args)

    return fold(node, swap)


# one operation alone


class _LoneOperation(NamedTuple):
    """One operation whose operands are names.
    shaped, lowered: of it alone.
    sizes: what each stand-in of a size is called."""

    local: Syntax
    shaped: Shaped
    lowered: LoweredMatrix
    sizes: Mapping[int, str]

    def find_size(self, size: int | None) -> int:
        return 1 if size is None else self.lowered.sizes[self.shaped.sizes.find(size)]


def _take_alone(names: _StepNames, local: Syntax) -> _LoneOperation:
    """A size that stands in the operation as a number is declared by a name that no formula has."""
    used = free_names(local)
    declared = {
        name if name not in names.shaped.letters else f" {name}": _declare(names, name) for name in used
    }
    shaped = infer(Reading("", local, (), None, used, ()), declared, loose=True)
    stand_ins = shaped.sizes.assign_stand_ins()
    sizes = {number: shaped.sizes.write_size(size) for size, number in stand_ins.items()}
    return _LoneOperation(local, shaped, lower(shaped, stand_ins), sizes)


def _declare(names: _StepNames, name: str) -> tuple[int | str, ...] | int:
    """A name's sizes, as --shapes would say them."""
    if name in names.shaped.letters:
        return (name,)
    extent, sizes = names.extent(name), names.shaped.sizes
    if extent == SCALAR:
        return 0
    known = [1 if size is None else sizes.known[sizes.find(size)] for size in extent]
    return (known[0],) if extent[1] is None else tuple(known)


def _push(names: _StepNames, node: Apply) -> MatrixStep:
    """The Jacobian-vector product of one operation: the tangents of its operands make that of its result."""
    name, local = names.names[id(node)], _localize(names, node)
    alone = _take_alone(names, local)
    graph, known = alone.lowered.graph, name_rows(alone.shaped, alone.lowered)
    tangents = {}
    for each in filter(names.is_moving, free_names(local)):
        seed = names.derivative.seed if each == names.derivative.wrt else None
        marked = seed or names.mark(each, "_dot")
        tangents[each] = graph.input(marked, graph.shape(graph.inputs[each]))
        if is_row(alone.shaped.of[each]):
            known[tangents[each]] = make_row(marked, alone.find_size(alone.shaped.of[each][1]))
    pushed = adjoint.jvp(graph, alone.lowered.output.node, tangents)
    found = Expansion(graph, known=known).find_matrix(pushed)
    if alone.lowered.output.is_transposed:
        found = ALGEBRA.transpose(found)
    shape = names.shaped.write(names.shaped.extents[id(node)])
    sent = Sent(names.mark(name, "_dot"), spell(found, alone.sizes), shape)
    return MatrixStep(name, ROWS[node.function].phrase, local, shape, sent.to, (sent,))


def _pull(names: _StepNames, node: Apply, last: Apply) -> MatrixStep:
    """The vector-Jacobian product of one operation by each operand.
    last: the operation that is the output."""
    name, local = names.names[id(node)], _localize(names, node)
    extent = names.shaped.extents[id(node)]
    cotangent = names.mark(name, "_bar")
    if node is last:
        cotangent = names.derivative.seed or ("1" if extent == SCALAR else cotangent)
    sent = tuple(_send(names, name, local, cotangent))
    return MatrixStep(name, ROWS[node.function].phrase, local, names.shaped.write(extent), cotangent, sent)


def _send(names: _StepNames, name: str, local: Syntax, cotangent: str) -> Iterator[Sent]:
    """What an operation sends to each operand; its own result goes by its name."""
    operands = list(filter(names.is_moving, free_names(local)))
    alone = _take_alone(names, local)
    graph, output = alone.lowered.graph, alone.lowered.output
    seed = graph.constant(1) if cotangent == "1" else enter_seed(alone.lowered, cotangent)
    found = adjoint.vjp(graph, output.node, seed, operands)
    known = name_rows(alone.shaped, alone.lowered)
    expansion = Expansion(graph, known=known, named={output.node: name_value(graph, output, name)})
    if cotangent != "1" and is_row(alone.shaped.output):
        expansion.known[seed] = make_row(cotangent, graph.shape(seed)[0])
    for operand in operands:
        matrix = orient(alone.shaped, operand, expansion.rename(expansion.find_matrix(found[operand])))
        yield Sent(operand, spell(matrix, alone.sizes), names.shaped.write(names.extent(operand)))


# remarks on the cost


def note_costs(shaped: Shaped) -> Iterator[str]:
    """Products for which another order than from the left takes fewer multiplications."""
    for body in (*(each.body for each in shaped.reading.definitions), shaped.reading.expr):
        for node in postorder(body):
            if isinstance(node, Apply) and node.function == "*":
                yield from _note_cost(shaped, node)


def _note_cost(shaped: Shaped, node: Apply) -> Iterator[str]:
    factors = [arg for arg in node.args if shaped.extents[id(arg)] != SCALAR]
    if not 3 <= len(factors) <= LONGEST:  # two have one order
        return
    extents = [shaped.extents[id(each)] for each in factors]
    known = [shaped.sizes.find_number(size) for size in (extents[0][0], *(columns for _, columns in extents))]
    sizes = [size for size in known if size is not None]
    if len(sizes) < len(known):
        return
    best, split = find_cheapest(sizes)
    left = count_from_the_left(sizes)
    if best < left:
        joined: Syntax = join_in_order(factors, split, lambda one, other: Apply("*", (one, other)))
        text = to_unicode(in_matrices(joined))
        yield f"in the order {text} the product takes {best:,} multiplications, from the left {left:,}"
