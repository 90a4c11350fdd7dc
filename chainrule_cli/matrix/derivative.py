"""The derivative of a matrix formula: the adjoint graph, read as matrix algebra, or entry by entry.

A number has a gradient of the variable's shape; a vector by a vector has the Jacobian, m x n; what would have
more than two axes is shown entry by entry. vjp pulls a named cotangent back, jvp pushes a named tangent
forward.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, NamedTuple

from chainrule_cli.errors import QuestionError
from chainrule_cli.graph import adjoint
from chainrule_cli.graph.node import Graph
from chainrule_cli.matrix.array_builder import ArrayValue
from chainrule_cli.matrix.assembly import Entries, assemble_entries
from chainrule_cli.matrix.expansion import Expansion
from chainrule_cli.matrix.lowering import LoweredMatrix, lower
from chainrule_cli.matrix.networks import Index, TensorNetwork
from chainrule_cli.matrix.nodes import Eye, Matrix, Transposed, is_zero, make_name
from chainrule_cli.matrix.shaped import Shaped
from chainrule_cli.matrix.sizes import SCALAR, Extent
from chainrule_cli.matrix.sums import ALGEBRA

DerivativeKind = Literal["gradient", "jacobian", "hessian", "entries", "vjp", "jvp"]
NO_NAMES: Mapping[int, str] = MappingProxyType({})
MOST_AXES = 2
RESULT = ("f", "y", "F")
"""What a result without a name is called, the first that is no name of the formula."""


class EntryTerm(NamedTuple):
    """scale: a number. entries: of matrices, each at the slots of its letters among all of them.
    summed: the sizes of letters of its own, which come after those of the axes."""

    scale: Matrix
    entries: tuple[tuple[Matrix, tuple[int, ...]], ...]
    summed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivative:
    """kind, shaped, wrt, order: of what, and what of it.
    matrix: in matrix algebra; None where terms hold it entry by entry.
    axes: how many letters belong to the output, and to each differentiation.
    sizes: of each letter, a stand-in.
    seed: the name of the cotangent or the tangent. stand_ins: the number that stands for each size."""

    kind: DerivativeKind
    shaped: Shaped
    wrt: str
    order: int
    matrix: Matrix | None
    terms: tuple[EntryTerm, ...] = ()
    axes: tuple[int, ...] = ()
    sizes: tuple[int, ...] = ()
    seed: str | None = None
    stand_ins: dict[int, int] = field(default_factory=dict)


class _Differentiation(NamedTuple):
    """What all modes start from. named: nodes that go by a name in the answer."""

    shaped: Shaped
    lowered: LoweredMatrix
    wrt: str
    stand_ins: dict[int, int]
    named: Mapping[int, Matrix]

    @property
    def graph(self) -> Graph:
        return self.lowered.graph

    @property
    def output(self) -> int:
        return self.lowered.output.node

    def expand(self, left_out: Sequence[int] = ()) -> Expansion:
        known = name_rows(self.shaped, self.lowered)
        return Expansion(self.graph, tuple(left_out), known=known, named=self.named)

    def answer(self, kind: DerivativeKind, matrix: Matrix | None, order: int = 1) -> Derivative:
        return Derivative(kind, self.shaped, self.wrt, order, matrix, stand_ins=self.stand_ins)


def differentiate(
    shaped: Shaped,
    wrt: str,
    *,
    order: int = 1,
    mode: Literal["vjp", "jvp"] | None = None,
    names: Mapping[int, str] = NO_NAMES,
) -> Derivative:
    """The derivative by a variable.
    names: ids of parts of the formula that go by a name in the answer, and the names.

    Raises QuestionError for a variable that is none, LimitError for a derivative that is too long."""
    if wrt not in shaped.of or wrt in shaped.letters or wrt not in shaped.reading.variables:
        raise QuestionError(f"{wrt} is not a variable of the formula", hint=_hint_at_variables(shaped, wrt))
    stand_ins = shaped.sizes.assign_stand_ins()
    lowered = lower(shaped, stand_ins)
    values = {name: lowered.values[part] for part, name in names.items()}
    named = {value.node: name_value(lowered.graph, value, name) for name, value in values.items()}
    start = _Differentiation(shaped, lowered, wrt, stand_ins, named)
    if mode == "jvp":
        return _push(start)
    if mode == "vjp":
        return _pull(start)
    if shaped.output == SCALAR and order == 1:
        return _find_gradient(start)
    return _find_jacobian(start, order)


def _hint_at_variables(shaped: Shaped, wrt: str) -> str:
    """What a name that is no variable may have meant: a factor of a product without its *, or another."""
    known = [name for name in shaped.reading.variables if name not in shaped.letters]
    joined = [
        name
        for name in known
        if len(name) > 1 and name.isalpha() and name not in shaped.declared and wrt in name
    ]
    if joined and len(wrt) == 1:
        return f"{joined[0]} is read as one name; a product is {'*'.join(joined[0])}"
    return f"it has {', '.join(known)}" if known else "it has no variables"


def choose_name(shaped: Shaped, wishes: Sequence[str]) -> str:
    """The first of the names that the formula does not use."""
    taken = set(shaped.of) | {str(what) for what in shaped.sizes.known.values()}
    numbered = (f"{wishes[0]}_{number}" for number in range(len(taken) + 1))
    return next(name for name in (*wishes, *numbered) if name not in taken)


# rows: an array of one axis is read as a column


def make_row(name: str, size: int) -> Matrix:
    """The array of a row: the transpose of the row that goes by the name."""
    return ALGEBRA.transpose(make_name(name, (None, size)))


def is_row(extent: Extent) -> bool:
    return extent[0] is None and extent[1] is not None


def name_rows(shaped: Shaped, lowered: LoweredMatrix) -> dict[int, Matrix]:
    """The inputs that are rows, as matrices."""
    found = {}
    for name, (across, along) in shaped.of.items():
        if across is None and along is not None and name in lowered.graph.inputs:
            found[lowered.graph.inputs[name]] = make_row(name, lowered.sizes[shaped.sizes.find(along)])
    return found


def name_value(graph: Graph, value: ArrayValue, name: str) -> Matrix:
    """The array of a value by a name; the name has its rows and columns, so the array may be a transpose."""
    sizes = graph.shape(value.node)
    rows, columns = (None if axis is None else sizes[axis] for axis in value.axes)
    named = make_name(name, (rows, columns))
    return ALGEBRA.transpose(named) if value.is_transposed else named


def orient(shaped: Shaped, name: str, matrix: Matrix) -> Matrix:
    """A derivative that came out as a column, for a variable that is a row."""
    return ALGEBRA.transpose(matrix) if is_row(shaped.of[name]) else matrix


# the four ways


def _find_gradient(start: _Differentiation) -> Derivative:
    node = adjoint.gradient(start.graph, start.output, [start.wrt])[start.wrt]
    expansion = start.expand()
    whole = expansion.rename(expansion.find_matrix(node))
    return start.answer("gradient", orient(start.shaped, start.wrt, whole))


def _pull(start: _Differentiation) -> Derivative:
    seed = _choose_seed(start.shaped)
    cotangent = enter_seed(start.lowered, seed)
    node = adjoint.vjp(start.graph, start.output, cotangent, [start.wrt])[start.wrt]
    expansion = start.expand()
    if is_row(start.shaped.output):
        seeded = start.graph.inputs[seed]
        expansion.known[seeded] = make_row(seed, start.graph.shape(seeded)[0])
    whole = expansion.rename(expansion.find_matrix(node))
    return replace(start.answer("vjp", orient(start.shaped, start.wrt, whole)), seed=seed)


def enter_seed(lowered: LoweredMatrix, name: str) -> int:
    """An input in the shape of the output as it stands, then in the shape of its array."""
    shape = lowered.graph.shape(lowered.output.node)
    if lowered.output.rows != 1:
        return lowered.graph.input(name, shape)
    return lowered.graph.apply_along("einsum", "ba->ab", lowered.graph.input(name, shape[::-1]))


def _choose_seed(shaped: Shaped) -> str:
    """A name whose kind is that of the output: g, v or V, as undeclared names are read."""
    if shaped.output == SCALAR:
        return choose_name(shaped, ["g", "c", "d"])
    return choose_name(shaped, ["v", "u", "w"] if None in shaped.output else ["V", "G", "U"])


def _push(start: _Differentiation) -> Derivative:
    graph, wrt = start.graph, start.wrt
    seed = choose_name(start.shaped, [f"d{wrt}", f"{wrt}_dot"])
    tangent = graph.input(seed, graph.shape(graph.inputs[wrt]))
    node = adjoint.jvp(graph, start.output, {wrt: tangent})
    expansion = start.expand()
    columns = start.shaped.of[wrt][1]
    if is_row(start.shaped.of[wrt]) and columns is not None:
        expansion.known[tangent] = make_row(seed, start.stand_ins[start.shaped.sizes.find(columns)])
    found = expansion.rename(expansion.find_matrix(node))
    if start.lowered.output.is_transposed:
        found = ALGEBRA.transpose(found)
    return replace(start.answer("jvp", found), seed=seed)


def _find_jacobian(start: _Differentiation, order: int) -> Derivative:
    """Each differentiation pulls a cotangent back and leaves it out; of a number the first has none."""
    node, left_out = _pull_often(start, order)
    expansion = start.expand(left_out)
    axes = expansion.make_axes(node)
    networks = [] if left_out and not expansion.moving[node] else expansion.list_networks(node, axes)
    free = [_list_free(start, network, left_out, axes) for network in networks]
    counts = _count_axes(start, order)
    sizes = _find_sizes(start, order)
    if sum(counts) <= MOST_AXES:
        kind: DerivativeKind = "hessian" if order > 1 and start.shaped.output == SCALAR else "jacobian"
        extent = (sizes[0] if sizes else None, sizes[1] if len(sizes) > 1 else None)
        whole = ALGEBRA.add(list(map(expansion.assemble, networks, free)), extent)
        return replace(start.answer(kind, expansion.rename(whole), order), axes=counts)
    terms = _add_terms([_find_entries(expansion, *pair) for pair in zip(networks, free, strict=True)])
    return replace(start.answer("entries", None, order), terms=terms, axes=counts, sizes=sizes)


def _pull_often(start: _Differentiation, order: int) -> tuple[int, list[int]]:
    """The node of the derivative, and the cotangents that it is linear in."""
    graph, node, left_out = start.graph, start.output, list[int]()
    for number in range(order):
        shape = graph.shape(node)
        cotangent = graph.input(f"_{number}", shape) if shape else graph.constant(1)
        if shape:
            left_out.append(cotangent)
        node = adjoint.vjp(graph, node, cotangent, [start.wrt])[start.wrt]
    return node, left_out


def _find_output_axes(lowered: LoweredMatrix) -> tuple[int, ...]:
    """The axes of the output's array in the order of its rows and columns."""
    return tuple(axis for axis in lowered.output.axes if axis is not None)


def _list_free(
    start: _Differentiation, network: TensorNetwork, left_out: Sequence[int], axes: Sequence[Index]
) -> list[int]:
    """The free indices: the output's, then those of the variable for each differentiation."""
    free, found = dict(network.free), list[Index]()
    for number, node in enumerate(left_out):
        own = free[node]
        is_output = number == 0 and start.shaped.output != SCALAR
        found += [own[axis] for axis in _find_output_axes(start.lowered)] if is_output else own
    return [index for index in (*found, *axes) if index is not None]


def _count_axes(start: _Differentiation, order: int) -> tuple[int, ...]:
    variable = sum(size is not None for size in start.shaped.of[start.wrt])
    return (len(_find_output_axes(start.lowered)), *[variable] * order)


def _find_sizes(start: _Differentiation, order: int) -> tuple[int, ...]:
    """Of each letter: rows by the output and columns by the variable; the output's own shape by a number."""
    shape = start.graph.shape(start.output)
    variable = [size for size in start.graph.shape(start.graph.inputs[start.wrt]) if size != 1]
    return (*(shape[axis] for axis in _find_output_axes(start.lowered)), *variable * order)


# entry by entry


def _add_terms(terms: Sequence[EntryTerm]) -> tuple[EntryTerm, ...]:
    """Terms of the same entries as one."""
    groups: dict[tuple[object, ...], list[EntryTerm]] = {}
    for term in terms:
        groups.setdefault((frozenset(term.entries), len(term.entries), term.summed), []).append(term)
    found = [
        same[0]._replace(scale=ALGEBRA.add([each.scale for each in same], SCALAR)) for same in groups.values()
    ]
    return tuple(term for term in found if not is_zero(term.scale))


def _find_entries(expansion: Expansion, network: TensorNetwork, free: Sequence[int]) -> EntryTerm:
    distinct, doubles = _tell_apart(free, expansion)
    network = network._replace(equal=(*network.equal, *doubles))
    scale, entries = assemble_entries(network, distinct, expansion.sizes)
    inner = sorted({index for _, indices in entries for index in indices} - set(distinct))
    slots = {index: slot for slot, index in enumerate([*distinct, *inner])}
    renamed: Entries = [(expansion.rename(matrix), indices) for matrix, indices in entries]
    placed = tuple(_place_entry(matrix, [slots[index] for index in indices]) for matrix, indices in renamed)
    return EntryTerm(expansion.rename(scale), placed, tuple(expansion.sizes[index] for index in inner))


def _place_entry(matrix: Matrix, slots: Sequence[int]) -> tuple[Matrix, tuple[int, ...]]:
    """An entry without a transpose; eye with its letters in order."""
    if isinstance(matrix, Transposed):
        return matrix.args[0], tuple(reversed(slots))
    return matrix, tuple(sorted(slots) if isinstance(matrix, Eye) else slots)


def _tell_apart(free: Sequence[int], expansion: Expansion) -> tuple[list[int], list[tuple[int, int]]]:
    """Free indices of which no two are the same, and the pairs that are: such a pair is an entry of eye."""
    found: list[int] = []
    pairs: list[tuple[int, int]] = []
    for index in free:
        another = expansion.make_index(expansion.sizes[index]) if index in found else None
        if another is None:
            found.append(index)
        else:
            pairs.append((index, another))
            found.append(another)
    return found, pairs
