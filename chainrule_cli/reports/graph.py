"""text -> GraphRecord: a forward pass that stores, a backward pass that multiplies, every event of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chainrule_cli.errors import LimitError, QuestionError, UsageError
from chainrule_cli.graph.adjoint import gradient
from chainrule_cli.graph.lower import Lowered, evaluate_point, lower
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.onesided import kinks
from chainrule_cli.graph.onesided.kinks import Partial
from chainrule_cli.graph.sampling.differences import agree, estimate_partials
from chainrule_cli.graph.sweep import Event, backward, forward, trace
from chainrule_cli.graph.to_syntax import name_nodes, write_formula
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Apply, Reading, Syntax, postorder, tree_size
from chainrule_cli.records.base import Expression, finite
from chainrule_cli.records.graph import (
    DifferencesRecord,
    EventRecord,
    GraphRecord,
    KinkRecord,
    NodeRecord,
    OutputRecord,
)
from chainrule_cli.reports.question import Question, parse_point, require_value

if TYPE_CHECKING:
    from chainrule_cli.records.diff import DiffRecord

RESULTS = ("f", "y", "z", "L", "result")
"""What a result without a name is called: the first of these that is free."""

MOST_IN_HESSIAN = 40
"""Variables; a hessian has their square of entries."""


MOST_NODES_BESIDE = 150
"""Nodes of a formula that is drawn beside the steps of its derivative; nobody steps through a larger one."""


@dataclass(frozen=True, slots=True)
class GraphAtPoint:
    """A formula's graph at a point.

    reading: the formula.
    graph, point: what it was lowered to, and a value for each of its variables.
    names: node -> its name.
    results: name of an output -> its node.
    """

    reading: Reading
    graph: Graph
    point: Mapping[str, float]
    names: Mapping[int, str]
    results: Mapping[str, int]


def read_at(text: str, at: str | Mapping[str, float] | None) -> tuple[Reading, Mapping[str, Syntax]]:
    """The formula and the point as constant expressions, whose names are declared for the formula.

    at: "x=1, y=2" or a mapping; a constant needs no point.

    Raises ReadError, and UsageError for an equation, which has no value.
    """
    point = parse_point(at or None)
    return require_value(read(text, declared=point)), point


def lower_at(
    reading: Reading, point: Mapping[str, float], outputs: Sequence[str] = (), result: str | None = None
) -> GraphAtPoint:
    """The graph of a formula, its results and its point.

    point: a value for each variable.
    outputs: names of definitions; the last line's where none are named.
    result: what the last line is called where it has no name.

    Raises QuestionError for an output that is not defined.
    """
    lowered = lower(reading)
    results = _results(lowered, reading.name or result or _free_name(reading), outputs)
    node_names = name_nodes(lowered.graph, list(results.values()), list(results)[-1])
    return GraphAtPoint(reading, lowered.graph, point, node_names, results)


def ask(text: str, at: str | Mapping[str, float] | None, outputs: Sequence[str] = ()) -> GraphAtPoint:
    """The graph of a formula that is typed. text, at: as for `read_at`; outputs: as for `lower_at`.

    Raises what they raise, and QuestionError for a point that lacks a variable.
    """
    return evaluate_at(*read_at(text, at), outputs)


def evaluate_at(reading: Reading, point: Mapping[str, Syntax], outputs: Sequence[str] = ()) -> GraphAtPoint:
    """As `ask`, of what `read_at` has read."""
    return lower_at(reading, evaluate_point(point, reading.variables), outputs)


def _free_name(reading: Reading) -> str:
    taken = {*reading.variables, *(each.name for each in reading.definitions)}
    return next(name for name in (*RESULTS, "the result") if name not in taken)


def _results(lowered: Lowered, result: str, outputs: Sequence[str]) -> dict[str, int]:
    defined = {**lowered.defined, result: lowered.output}
    for name in outputs:
        if name not in defined:
            raise QuestionError(
                f"{name} is not defined in the formula",
                hint="--outputs takes names of definitions: " + ", ".join(defined),
            )
    return {name: defined[name] for name in outputs} if outputs else {result: lowered.output}


def report(
    text: str,
    *,
    at: str | Mapping[str, float] | None = None,
    order: int = 1,
    outputs: Sequence[str] = (),
) -> GraphRecord:
    """Value and all partial derivatives of a formula at a point, with every event of the two passes.

    text, at, outputs: as for `ask`; order: as for `answer`. Raises what they raise.
    """
    return answer(ask(text, at, outputs), order)


def answer(asked: GraphAtPoint, order: int = 1) -> GraphRecord:
    """The record of a graph. order: 2 for the hessian too.

    Raises UsageError for another order, LimitError for a hessian of too many variables.
    """
    variables = asked.reading.variables
    if order not in (1, 2):
        raise UsageError(
            f"--order {order} is not 1 or 2", hint="chainrule diff --order derives higher orders"
        )
    if order == 2 and len(variables) > MOST_IN_HESSIAN:
        raise LimitError(f"the hessian is shown for at most {MOST_IN_HESSIAN} variables")
    partials = {
        name: kinks.find_status(asked.graph, index, asked.point, variables)
        for name, index in asked.results.items()
    }
    nodes = list_nodes(asked)
    values = {node.id: node.value for node in nodes}
    rows = tuple(_output(name, asked.results[name], values, found) for name, found in partials.items())
    bent = sorted({node for found in partials.values() for each in found.values() for node in each.nodes})
    return GraphRecord(
        typed=asked.reading.text,
        formula=Expression(asked.reading.expr, asked.reading.definitions),
        variables=variables,
        at=dict(asked.point),
        value=rows[0].value,
        partials=rows[0].partials,
        partial_status=rows[0].partial_status,
        partial_sides=rows[0].partial_sides,
        kinks=tuple(_kink(asked, node) for node in bent),
        outputs=rows,
        hessian=_hessian(asked) if order == 2 else None,
        nodes=nodes,
        events=tuple(
            _event(asked, event)
            for event in trace(asked.graph, asked.point, *asked.results.values(), at_kink=bent)
        ),
        crosscheck=_crosscheck(asked, partials),
        notes=tuple(note.text for note in asked.reading.notes),
    )


def _output(
    name: str, index: int, values: Mapping[int, float | None], partials: Mapping[str, Partial]
) -> OutputRecord:
    return OutputRecord(
        name=name,
        node=index,
        value=values[index],
        partials={wrt: finite(each.number) for wrt, each in partials.items()},
        partial_status={wrt: each.status for wrt, each in partials.items()},
        partial_sides={wrt: (finite(each.sides[0]), finite(each.sides[1])) for wrt, each in partials.items()},
    )


def _kink(asked: GraphAtPoint, node: int) -> KinkRecord:
    """The part of the formula, down to variables and definitions."""
    known = {index: name for name, index in asked.graph.inputs.items()} | asked.graph.labels
    return KinkRecord(
        node=node,
        name=asked.names.get(node),
        op=asked.graph.nodes[node].op,
        expr=Expression(write_formula(asked.graph, node, known)),
    )


def _hessian(asked: GraphAtPoint) -> dict[str, dict[str, float | None]]:
    """Second partial derivatives of the first output: the gradient of each partial derivative, with a status
    of its own.
    """
    variables, output = asked.reading.variables, next(iter(asked.results.values()))
    firsts = gradient(asked.graph, output, variables)
    rows = {name: kinks.find_status(asked.graph, firsts[name], asked.point, variables) for name in variables}
    return {
        row: {
            column: finite(each.number) if each.status == "exact" else None for column, each in found.items()
        }
        for row, found in rows.items()
    }


def _crosscheck(
    asked: GraphAtPoint, partials: Mapping[str, Mapping[str, Partial]]
) -> DifferencesRecord | None:
    """Differences of the forward pass beside every exact partial derivative."""
    found: dict[str, dict[str, float | None]] = {}
    agreed = True
    for name, by in partials.items():
        exact = {
            wrt: each.number for wrt, each in by.items() if each.status == "exact" and each.number is not None
        }
        estimates = estimate_partials(asked.graph, asked.results[name], asked.point, exact)
        agreed = agreed and all(agree(estimate, exact[wrt]) for wrt, estimate in estimates.items())
        found[name] = {wrt: finite(estimate) for wrt, estimate in estimates.items()}
    if not any(found.values()):
        return None
    return DifferencesRecord(verdict="agree" if agreed else "disagree", differences=found)


def list_nodes(asked: GraphAtPoint) -> tuple[NodeRecord, ...]:
    """The nodes that the results need, with their values and the first result's adjoints."""
    graph, outputs = asked.graph, list(asked.results.values())
    values = forward(graph, asked.point, wanted=outputs)
    adjoints = backward(graph, asked.point, outputs[0])
    return tuple(
        NodeRecord(
            id=index,
            op=graph.nodes[index].op,
            args=graph.nodes[index].args,
            name=asked.names.get(index),
            expr=Expression(write_formula(graph, index, asked.names)),
            value=finite(values[index]),
            adjoint=finite(adjoints[index]) if index < len(adjoints) and index in asked.names else None,
        )
        for index, needed in enumerate(graph.find_needed(*outputs))
        if needed
    )


def _event(asked: GraphAtPoint, event: Event) -> EventRecord:
    return EventRecord(
        kind=event.kind,
        node=event.node,
        source=event.source,
        edge=event.edge,
        value=finite(event.value),
        upstream=finite(event.upstream),
        local=finite(event.local),
        rule=Expression(write_formula(asked.graph, event.rule, asked.names, inside=False))
        if event.kind == "local" and event.rule is not None
        else None,
    )


# beside a derivative


def graph_beside(question: Question, record: DiffRecord) -> GraphRecord | None:
    """The graph behind a derivative, at the reader's own point, else at the first of the cross-check.

    None where there is no such graph: for an equation and for functions that are not defined, which have no
    values, for a formula without a point or without the variable, for a higher order, of which one backward
    pass tells nothing, and for a large formula.
    """
    reading, point = question.reading, _page_point(record)
    roots = (reading.expr, *(each.body for each in reading.definitions))
    if point is None or record.order > 1 or not _has_values(roots):
        return None
    if sum(map(tree_size, roots)) > MOST_NODES_BESIDE:
        return None
    found = answer(lower_at(reading, point, result=record.name))
    return found if record.wrt in found.partials else None


def _page_point(record: DiffRecord) -> dict[str, float] | None:
    if record.at is not None:
        return record.at.at
    return record.crosscheck.points[0].at if record.crosscheck.points else None


def _has_values(roots: tuple[Syntax, ...]) -> bool:
    from chainrule_cli.notation.surrogates import is_undefined  # a graph alone does not need it

    return not any(
        is_undefined(node) or (isinstance(node, Apply) and node.function == "=") for node in postorder(*roots)
    )
