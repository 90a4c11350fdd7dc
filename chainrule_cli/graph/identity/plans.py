"""Plans: what has to be computed of a graph for its signature, in which field and in which order.

Goes from the output back and asks for what each rule reads. Refuses to know the fields: a plan is made once and run in every
draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from chainrule_cli.graph.adjoint import depending, derivative
from chainrule_cli.graph.identity.field_laws import LOGARITHMS, Known
from chainrule_cli.graph.identity.field_partials import SLOPES
from chainrule_cli.graph.identity.field_values import (
    LARGEST_POWER,
    Row,
    Rule,
    chosen,
    chosen_tangent,
    value_row,
)
from chainrule_cli.graph.identity.fields import TOP
from chainrule_cli.graph.identity.state import Level
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS

Job: TypeAlias = tuple[int, int, Rule, tuple[Any, ...], tuple[tuple[int, int], ...]]
"""(slot, place, rule, its arguments, what it reads): the rule's result goes into the slot at the place."""

VALUE, TANGENT = 4 * TOP, 12
"""Slots: four for each level (v, x, k, l as in images.py), the tangent last; what a slot reads at its own place comes before it."""

KINDS = {"v": 0, "x": 1, "k": 2, "l": 3}
ROOTS = frozenset(
    {"sqrt", "root", "hypot", "asin", "acos", "asec", "acsc", "asinh", "acosh", "asech", "acsch"}
)
SIDES = frozenset(
    {
        "abs",
        "sign",
        "min",
        "max",
        "clip",
        "where",
        "lt",
        "le",
        "gt",
        "ge",
        "eq",
        "ne",
        "relu",
        "leaky_relu",
        "elu",
        "selu",
    }
)
SIZES = frozenset({"log1p", "atanh", "acoth"})
"""Their values are logarithms of a size, whatever the sign; their slopes have no branch."""

BRANCHES = ROOTS | SIDES | {"floor", "ceil", "round", "mod", "atan2", "pow", "undefined"}
CHOICES = (chosen, chosen_tangent)
"""Rules that may meet what has no value."""


def name_of(graph: Graph, place: int) -> str:
    """The operation; a power with an exact exponent is one of its own."""
    op, args, *_ = graph.nodes[place]
    return "exact pow" if op == "pow" and graph.nodes[args[1]].value is not None else op


class Plan:
    """What has to be computed for one slot of one node, in order."""

    def __init__(self, graph: Graph, output: int, wrt: str | None, *, slot: int) -> None:
        self.graph = graph
        self.output = output
        self.slot = slot
        self.branches: set[str] = set()
        self._moving = depending(graph, output, {graph.inputs[wrt]} if wrt in graph.inputs else set())
        self._known = Known(graph, output)
        self._wanted = [0] * (output + 1)
        self.jobs = list(self._planned())[::-1]
        self.tolerant = "where" in self.branches

    def _planned(self) -> Iterator[Job]:
        """Jobs from the last to the first: a place's highest slot first, what it reads being below or before it."""
        wanted = self._wanted
        wanted[self.output] = 1 << self.slot
        for place in range(self.output, -1, -1):
            while wanted[place]:
                slot = wanted[place].bit_length() - 1
                wanted[place] ^= 1 << slot
                job = self._tangent(place) if slot == TANGENT else self._image(place, slot)
                for read, at in job[4]:
                    wanted[at] |= 1 << read
                yield job

    def _image(self, place: int, slot: int) -> Job:
        level, kind = divmod(slot, 4)
        self._note(place, kind)
        (rule, needs), args = self._row(place, level, kind)
        return slot, place, rule, args, _reads(level, needs, args)

    def _row(self, place: int, level: int, kind: int) -> tuple[Row, tuple[Any, ...]]:
        if kind == KINDS["v"]:
            return self._value_row(place, level)
        if kind == KINDS["x"]:
            return self._known.exponential(place, level)
        if kind == KINDS["k"]:
            return self._known.point(place, level)
        name = name_of(self.graph, place)
        special = name in LOGARITHMS and not (name == "pow" and level < TOP)
        return (LOGARITHMS[name], _operands(self.graph, place)) if special else (LOGARITHMS["own"], (place,))

    def _value_row(self, place: int, level: int) -> tuple[Row, tuple[int, ...]]:
        name, operands = name_of(self.graph, place), _operands(self.graph, place)
        return value_row("deep pow" if name == "pow" and level < TOP else name, len(operands)), operands

    def _note(self, place: int, kind: int) -> None:
        """Keeps the names of branches met."""
        op = name_of(self.graph, place)
        if op in BRANCHES or kind == KINDS["l"] or (op in SIZES and kind == KINDS["v"]):
            self.branches.add("log" if kind == KINDS["l"] else op)
        if op == "exact pow":
            exponent = self.graph.exact(self.graph.nodes[place].args[1]) or Fraction(0)
            if exponent.denominator > 1 or abs(exponent) > LARGEST_POWER:
                self.branches.add("pow")

    def _tangent(self, place: int) -> Job:
        node = self.graph.nodes[place]
        self._note(place, TANGENT)
        if not self._moving[place]:
            return TANGENT, place, _still, (), ()
        if node.op == "input":
            return TANGENT, place, _seed, (), ()
        if node.op == "where":
            reads = ((TOP * 4, node.args[0]), *((TANGENT, branch) for branch in node.args[1:]))
            return TANGENT, place, chosen_tangent, node.args, reads
        rows = zip(node.args, SLOPES.get(name_of(self.graph, place), ()), strict=False)
        edges = [(row, argument) for argument, row in rows if row is not None and self._moving[argument]]
        reads = tuple(read for row, _ in edges for read in _reads(TOP, row[1], (place, *node.args)))
        return (
            TANGENT,
            place,
            _sent,
            (place, node.args, [(row[0], a) for row, a in edges]),
            reads + tuple((TANGENT, a) for _, a in edges),
        )


def plan(graph: Graph, output: int, wrt: str | None) -> Plan:
    """The plan for the output, or for its derivative by `wrt`: by tangents, or as the value of the derivative's own nodes
    where an operation on the way has no partial derivatives here."""
    if wrt is None:
        return Plan(graph, output, None, slot=VALUE)
    if _has_partials(graph, output, wrt):
        return Plan(graph, output, wrt, slot=TANGENT)
    return Plan(graph, derivative(graph, output, wrt), None, slot=VALUE)


def _has_partials(graph: Graph, output: int, wrt: str) -> bool:
    """Whether every operation that depends on the variable has a row, or sends nothing."""
    moving = depending(graph, output, {graph.inputs[wrt]} if wrt in graph.inputs else set())
    return all(
        op in ("input", "where") or name_of(graph, place) in SLOPES or not any(OPS[op].locals)
        for place, (op, *_) in enumerate(graph.nodes[: output + 1])
        if moving[place]
    )


def _operands(graph: Graph, place: int) -> tuple[int, ...]:
    node = graph.nodes[place]
    return (place,) if node.op in ("input", "constant") else node.args


def _reads(level: int, needs: Sequence[str], args: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """(slot, place) for each thing that a row reads."""
    return tuple(
        [(_slot(level, code), place) for codes, place in zip(needs, args, strict=False) for code in codes]
    )


def _slot(level: int, code: str) -> int:
    if code == "e":
        return 4
    return 0 if code == "a" else 4 * level + KINDS[code]


def _still(_s: Level) -> int:
    return 0


def _seed(_s: Level) -> int:
    return 1


def _sent(s: Level, place: int, args: tuple[int, ...], edges: Sequence[tuple[Rule, int]]) -> int:
    """The sum of slope times tangent."""
    return sum(slope(s, place, *args) * s.d[argument] for slope, argument in edges)
