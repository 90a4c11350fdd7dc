"""The derivative of a matrix formula: the adjoint graph, read as matrix algebra, or as entries where there is no matrix form.

A number has a gradient of the variable's shape; a vector by a vector has the Jacobian, m x n; what would have more than two axes
is shown entry by entry. vjp pulls a named cotangent back, jvp pushes a named tangent forward.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

from chainrule_cli.errors import QuestionError
from chainrule_cli.graph import adjoint
from chainrule_cli.graph.node import Graph
from chainrule_cli.matrix import algebra
from chainrule_cli.matrix.algebra import Matrix
from chainrule_cli.matrix.assembly import entries_of
from chainrule_cli.matrix.inference import SCALAR, Shaped
from chainrule_cli.matrix.lowering import Lowered, Value, lower
from chainrule_cli.matrix.networks import Expansion, Index, Network

Kind = Literal["gradient", "jacobian", "hessian", "entries", "vjp", "jvp"]
Names: TypeAlias = Mapping[int, Matrix]
NO_NAMES: Mapping[int, str] = MappingProxyType({})
MOST_AXES = 2
RESULT = ("f", "y", "F")
"""What a result without a name is called, the first that is no name of the formula."""


@dataclass(frozen=True, slots=True)
class Term:
    """A number times entries of matrices, each at the places of its letters among all of them. summed: the sizes of letters of its own,
    which come after those of the axes."""

    scale: Matrix
    entries: tuple[tuple[Matrix, tuple[int, ...]], ...]
    summed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivative:
    """matrix: in matrix algebra; None where terms hold it entry by entry. axes: how many letters belong to the output, and to each
    differentiation. sizes: of each letter, a stand-in. seed: the name of the cotangent or the tangent. stand_ins: the number that stands
    for each size."""

    kind: Kind
    shaped: Shaped
    wrt: str
    order: int
    matrix: Matrix | None
    terms: tuple[Term, ...] = ()
    axes: tuple[int, ...] = ()
    sizes: tuple[int, ...] = ()
    seed: str | None = None
    stand_ins: dict[int, int] = field(default_factory=dict)


def differentiate(
    shaped: Shaped,
    wrt: str,
    *,
    order: int = 1,
    mode: Literal["vjp", "jvp"] | None = None,
    names: Mapping[int, str] = NO_NAMES,
) -> Derivative:
    """The derivative by a variable. names: ids of parts of the formula that go by a name in the answer, and the names.

    Raises QuestionError for a variable that is none, LimitError for a derivative that is too long."""
    if wrt not in shaped.of or wrt in shaped.letters or wrt not in shaped.reading.variables:
        raise QuestionError(f"{wrt} is not a variable of the formula", hint=_variables(shaped, wrt))
    stand_ins = shaped.sizes.stand_ins()
    lowered = lower(shaped, stand_ins)
    named = {
        value.node: called(lowered.graph, value, name)
        for value, name in ((lowered.places[part], name) for part, name in names.items())
    }
    if mode == "jvp":
        return _pushed(shaped, lowered, wrt, stand_ins, named)
    if mode == "vjp":
        return _pulled(shaped, lowered, wrt, stand_ins, named)
    if shaped.output == SCALAR and order == 1:
        node = adjoint.gradient(lowered.graph, lowered.output.node, [wrt])[wrt]
        expansion = Expansion(lowered.graph, known=row_inputs(shaped, lowered), named=named)
        whole = expansion.renamed(expansion.matrix(node))
        return Derivative("gradient", shaped, wrt, 1, _as_declared(shaped, wrt, whole), stand_ins=stand_ins)
    return _jacobian(shaped, lowered, wrt, order, stand_ins, named)


def row_inputs(shaped: Shaped, lowered: Lowered) -> dict[int, Matrix]:
    """The inputs that are rows: an array of one axis is read as a column, so they are the transposes of names."""
    found = {}
    for name, (across, along) in shaped.of.items():
        if across is None and along is not None and name in lowered.graph.inputs:
            found[lowered.graph.inputs[name]] = algebra.turned(
                algebra.name(name, (None, lowered.sizes[shaped.sizes.find(along)]))
            )
    return found


def called(graph: Graph, value: Value, name: str) -> Matrix:
    """The array of a value by a name: the name has the value's rows and columns, the array may be its transpose."""
    sizes = graph.shape(value.node)
    extent = (
        sizes[value.rows] if value.rows is not None else None,
        sizes[value.columns] if value.columns is not None else None,
    )
    named = algebra.name(name, extent)
    return (
        algebra.turned(named)
        if value.rows == 1 or (value.rows is None and value.columns is not None)
        else named
    )


def _variables(shaped: Shaped, wrt: str) -> str:
    """What could have been meant by a name that is no variable: a factor of a product without its *, or one of the others."""
    known = [name for name in shaped.reading.variables if name not in shaped.letters]
    joined = next(
        (
            name
            for name in known
            if len(name) > 1 and name.isalpha() and name not in shaped.declared and wrt in name
        ),
        None,
    )
    if joined is not None and len(wrt) == 1:
        return f"{joined} is read as one name; a product is {'*'.join(joined)}"
    return f"it has {', '.join(known)}" if known else "it has no variables"


def fresh(shaped: Shaped, wishes: Sequence[str]) -> str:
    """The first of the names that the formula does not use."""
    taken = set(shaped.of) | {str(what) for what in shaped.sizes.known.values()}
    return next(
        name
        for name in (*wishes, *(f"{wishes[0]}_{place}" for place in range(len(taken) + 1)))
        if name not in taken
    )


def _as_declared(shaped: Shaped, name: str, matrix: Matrix) -> Matrix:
    """A derivative that came out as a column, for a variable that is a row."""
    rows, columns = shaped.of[name]
    return algebra.turned(matrix) if rows is None and columns is not None else matrix


def _seed(graph: Graph, lowered: Lowered, name: str) -> int:
    """An input in the shape of the output as it stands, turned to the shape of its array."""
    node, rows, _ = lowered.output
    shape = graph.shape(node)
    if rows != 1:
        return graph.input(name, shape)
    return graph.along("einsum", "ba->ab", graph.input(name, shape[::-1]))


def _seed_name(shaped: Shaped) -> str:
    """A name whose kind is that of the output: g, v or V, as undeclared names are read."""
    rows, columns = shaped.output
    if shaped.output == SCALAR:
        return fresh(shaped, ["g", "c", "d"])
    return fresh(shaped, ["v", "u", "w"] if rows is None or columns is None else ["V", "G", "U"])


def _pulled(
    shaped: Shaped, lowered: Lowered, wrt: str, stand_ins: dict[int, int], named: Names
) -> Derivative:
    seed = _seed_name(shaped)
    cotangent = _seed(lowered.graph, lowered, seed)
    node = adjoint.vjp(lowered.graph, lowered.output.node, cotangent, [wrt])[wrt]
    expansion = Expansion(lowered.graph, known=row_inputs(shaped, lowered), named=named)
    _orient(expansion, shaped, lowered, seed)
    return Derivative(
        "vjp",
        shaped,
        wrt,
        1,
        _as_declared(shaped, wrt, expansion.renamed(expansion.matrix(node))),
        seed=seed,
        stand_ins=stand_ins,
    )


def _orient(expansion: Expansion, shaped: Shaped, lowered: Lowered, seed: str) -> None:
    """A cotangent of a row is a row: as an array of one axis it is read as its transpose."""
    rows, columns = shaped.output
    if rows is None and columns is not None:
        place = lowered.graph.inputs[seed]
        size = lowered.graph.shape(place)[0]
        expansion.known[place] = algebra.turned(algebra.name(seed, (None, size)))


def _pushed(
    shaped: Shaped, lowered: Lowered, wrt: str, stand_ins: dict[int, int], named: Names
) -> Derivative:
    graph = lowered.graph
    seed = fresh(shaped, [f"d{wrt}", f"{wrt}_dot"])
    tangent = graph.input(seed, graph.shape(graph.inputs[wrt]))
    node = adjoint.jvp(graph, lowered.output.node, {wrt: tangent})
    expansion = Expansion(graph, known=row_inputs(shaped, lowered), named=named)
    rows, columns = shaped.of[wrt]
    if rows is None and columns is not None:
        size = stand_ins[shaped.sizes.find(columns)]
        expansion.known[tangent] = algebra.turned(algebra.name(seed, (None, size)))
    found = expansion.renamed(expansion.matrix(node))
    if lowered.output.rows == 1 or (lowered.output.rows is None and lowered.output.columns is not None):
        found = algebra.turned(found)
    return Derivative("jvp", shaped, wrt, 1, found, seed=seed, stand_ins=stand_ins)


def _jacobian(
    shaped: Shaped, lowered: Lowered, wrt: str, order: int, stand_ins: dict[int, int], named: Names
) -> Derivative:
    """Each differentiation pulls a cotangent back and leaves it out; the first output of a number is its gradient."""
    graph = lowered.graph
    node, left_out = lowered.output.node, list[int]()
    for turn in range(order):
        cotangent = graph.input(f"_{turn}", graph.shape(node)) if graph.shape(node) else graph.constant(1)
        if graph.shape(node):
            left_out.append(cotangent)
        node = adjoint.vjp(graph, node, cotangent, [wrt])[wrt]
    expansion = Expansion(graph, tuple(left_out), known=row_inputs(shaped, lowered), named=named)
    axes = expansion.axes(node)
    networks = [] if left_out and not expansion.moving[node] else expansion.networks(node, axes)
    outer = _output_axes(lowered)
    letters = [
        _letters(network, left_out, axes, outer, scalar=shaped.output == SCALAR) for network in networks
    ]
    counts = _counts(lowered, shaped, wrt, order)
    kind: Kind = "hessian" if order > 1 and shaped.output == SCALAR else "jacobian"
    if sum(counts) <= MOST_AXES:
        extent = _extent(_letter_sizes(graph, lowered, wrt, order))
        whole = algebra.add(
            [expansion.assembled(network, free) for network, free in zip(networks, letters, strict=True)],
            extent,
        )
        return Derivative(
            kind, shaped, wrt, order, expansion.renamed(whole), axes=counts, stand_ins=stand_ins
        )
    terms = _added(
        [_entries(expansion, network, free) for network, free in zip(networks, letters, strict=True)]
    )
    sizes = _letter_sizes(graph, lowered, wrt, order)
    return Derivative("entries", shaped, wrt, order, None, terms, counts, sizes, stand_ins=stand_ins)


def _output_axes(lowered: Lowered) -> tuple[int, ...]:
    """The axes of the output's array in the order of its rows and columns."""
    _, rows, columns = lowered.output
    return tuple(axis for axis in (rows, columns) if axis is not None)


def _letters(
    network: Network, left_out: Sequence[int], axes: Sequence[Index], outer: Sequence[int], *, scalar: bool
) -> list[int]:
    """The free indices: the output's, then those of the variable for each differentiation."""
    found: list[Index] = []
    for turn, place in enumerate(left_out):
        own = network.left_out(place)
        found += [own[axis] for axis in outer] if turn == 0 and not scalar else own
    return [index for index in (*found, *axes) if index is not None]


def _counts(lowered: Lowered, shaped: Shaped, wrt: str, order: int) -> tuple[int, ...]:
    variable = sum(size is not None for size in shaped.of[wrt])
    return (len(_output_axes(lowered)), *[variable] * order)


def _letter_sizes(graph: Graph, lowered: Lowered, wrt: str, order: int) -> tuple[int, ...]:
    shape = graph.shape(lowered.output.node)
    variable = [size for size in graph.shape(graph.inputs[wrt]) if size != 1]
    return (*(shape[axis] for axis in _output_axes(lowered)), *variable * order)


def _extent(sizes: Sequence[int]) -> algebra.Extent:
    """Rows by the output and columns by the variable; the output's own shape by a number."""
    return (sizes[0] if sizes else None, sizes[1] if len(sizes) > 1 else None)


def _added(terms: Sequence[Term]) -> tuple[Term, ...]:
    """Terms of the same entries as one."""
    scales: dict[tuple[object, ...], list[Term]] = {}
    for term in terms:
        scales.setdefault((frozenset(term.entries), len(term.entries), term.summed), []).append(term)
    found = [
        replace(same[0], scale=algebra.add([each.scale for each in same], algebra.SCALAR))
        for same in scales.values()
    ]
    return tuple(term for term in found if not algebra.is_zero(term.scale))


def _entries(expansion: Expansion, network: Network, free: Sequence[int]) -> Term:
    placed = [(each.matrix, each.indices, each.power) for each in network.factors]
    distinct, doubles = _apart(free, expansion)
    scale, entries = entries_of(network.number, placed, (*network.equal, *doubles), distinct, expansion.sizes)
    inner = sorted({index for _, indices in entries for index in indices} - set(distinct))
    at = {index: place for place, index in enumerate([*distinct, *inner])}
    placed_entries = tuple(
        _entry(expansion.renamed(matrix), [at[index] for index in indices]) for matrix, indices in entries
    )
    return Term(expansion.renamed(scale), placed_entries, tuple(expansion.sizes[index] for index in inner))


def _entry(matrix: Matrix, places: Sequence[int]) -> tuple[Matrix, tuple[int, ...]]:
    """An entry without a transpose; eye with its letters in order."""
    if matrix.kind == "turned":
        return matrix.args[0], tuple(reversed(places))
    return matrix, tuple(sorted(places) if matrix.kind == "eye" else places)


def _apart(free: Sequence[int], expansion: Expansion) -> tuple[list[int], list[tuple[int, int]]]:
    """Free indices of which no two are the same, and the pairs that are: such a pair is an entry of eye."""
    found: list[int] = []
    pairs: list[tuple[int, int]] = []
    for index in free:
        if index in found:
            fresh_index = expansion.index(expansion.sizes[index])
            pairs.append((index, fresh_index if fresh_index is not None else index))
            found.append(pairs[-1][1])
        else:
            found.append(index)
    return found, pairs
