"""Plans: what has to be computed of a graph for its signature, in which field and in which order.

From the output back, each rule asks for what it reads. A plan is made once and run in every draw. The degrees
of a graph bound the chance that a draw takes it for 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from chainrule_cli.graph.adjoint import derivative, find_dependent
from chainrule_cli.graph.identity.field_laws import LOGARITHMS, Known
from chainrule_cli.graph.identity.field_partials import PARTIALS
from chainrule_cli.graph.identity.field_values import (
    LARGEST_POWER,
    FieldRow,
    FieldRule,
    choose,
    choose_tangent,
    find_value_row,
)
from chainrule_cli.graph.identity.fields import ANGLES, EXPONENTS, TOP
from chainrule_cli.graph.identity.state import FieldState
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.operations import OPS

FieldJob: TypeAlias = tuple[int, int, FieldRule, tuple[Any, ...], tuple[tuple[int, int], ...]]
"""(slot, node, rule, its arguments, the slots and nodes that it reads): the rule's result goes into the slot
of the node."""

VALUE, TANGENT = 4 * TOP, 12
"""Slots: four for each field, as SLOT_IN_FIELD has them, the tangent last; what a slot reads of its own node
comes before it."""

SLOT_IN_FIELD = {"value": 0, "exponential": 1, "point": 2, "logarithm": 3}
ROOTS = frozenset(
    {"sqrt", "cbrt", "root", "hypot", "asin", "acos", "asec", "acsc", "asinh", "acosh", "asech", "acsch"}
)
"""Operations whose values or partial derivatives hold a root; the cube root alone has one on all reals."""
SIDES = frozenset({
    "abs", "sign", "min", "max", "clip", "where", "lt", "le", "gt", "ge", "eq", "ne",
    "relu", "leaky_relu", "elu", "selu",
})  # fmt: skip
SIZES = frozenset({"log1p", "atanh", "acoth"})
"""Their values are logarithms of a size, whatever the sign; their partial derivatives have no branch."""

BRANCHES = (ROOTS - {"cbrt"}) | SIDES | {"floor", "ceil", "round", "mod", "atan2", "pow", "undefined"}
CHOICES = (choose, choose_tangent)
"""Rules that may meet what has no value."""


def name_operation(graph: Graph, index: int) -> str:
    """The operation; a power with an exact exponent is one of its own."""
    op, args, *_ = graph.nodes[index]
    return "exact pow" if op == "pow" and graph.nodes[args[1]].value is not None else op


class FieldPlan:
    """What has to be computed for one slot of one node, in order."""

    def __init__(self, graph: Graph, output: int, wrt: str | None, *, slot: int) -> None:
        self.graph = graph
        self.output = output
        self.slot = slot
        self.branches: set[str] = set()
        self._moving = find_dependent(graph, output, {graph.inputs[wrt]} if wrt in graph.inputs else set())
        self._known = Known(graph, output)
        self._wanted = [0] * (output + 1)
        self.jobs = list(self._plan_jobs())[::-1]
        self.tolerant = "where" in self.branches

    def _plan_jobs(self) -> Iterator[FieldJob]:
        """Jobs from the last to the first: a node's highest slot first, what it reads being below or before
        it."""
        wanted = self._wanted
        wanted[self.output] = 1 << self.slot
        for index in range(self.output, -1, -1):
            while wanted[index]:
                slot = wanted[index].bit_length() - 1
                wanted[index] ^= 1 << slot
                job = self._plan_tangent(index) if slot == TANGENT else self._plan_image(index, slot)
                for read, at in job[4]:
                    wanted[at] |= 1 << read
                yield job

    def _plan_image(self, index: int, slot: int) -> FieldJob:
        level, kind = divmod(slot, 4)
        self._note(index, kind)
        (rule, needs), args = self._choose_row(index, level, kind)
        return slot, index, rule, args, _list_reads(level, needs, args)

    def _choose_row(self, index: int, level: int, kind: int) -> tuple[FieldRow, tuple[Any, ...]]:
        if kind == SLOT_IN_FIELD["value"]:
            return self._choose_value_row(index, level)
        if kind == SLOT_IN_FIELD["exponential"]:
            return self._known.choose_exponential(index, level)
        if kind == SLOT_IN_FIELD["point"]:
            return self._known.choose_point(index, level)
        name = name_operation(self.graph, index)
        special = name in LOGARITHMS and not (name == "pow" and level < TOP)
        return (
            (LOGARITHMS[name], _list_operands(self.graph, index))
            if special
            else (LOGARITHMS["own"], (index,))
        )

    def _choose_value_row(self, index: int, level: int) -> tuple[FieldRow, tuple[int, ...]]:
        name, operands = name_operation(self.graph, index), _list_operands(self.graph, index)
        return find_value_row("deep pow" if name == "pow" and level < TOP else name, len(operands)), operands

    def _note(self, index: int, kind: int) -> None:
        """Keeps the names of branches met."""
        op = name_operation(self.graph, index)
        if (
            op in BRANCHES
            or kind == SLOT_IN_FIELD["logarithm"]
            or (op in SIZES and kind == SLOT_IN_FIELD["value"])
        ):
            self.branches.add("log" if kind == SLOT_IN_FIELD["logarithm"] else op)
        if op == "exact pow":
            exponent = self.graph.exact(self.graph.nodes[index].args[1]) or Fraction(0)
            if exponent.denominator > 1 or abs(exponent) > LARGEST_POWER:
                self.branches.add("pow")

    def _plan_tangent(self, index: int) -> FieldJob:
        node = self.graph.nodes[index]
        self._note(index, TANGENT)
        if not self._moving[index]:
            return TANGENT, index, _give_zero, (), ()
        if node.op == "input":
            return TANGENT, index, _give_one, (), ()
        if node.op == "where":
            reads = ((TOP * 4, node.args[0]), *((TANGENT, branch) for branch in node.args[1:]))
            return TANGENT, index, choose_tangent, node.args, reads
        rows = zip(node.args, PARTIALS.get(name_operation(self.graph, index), ()), strict=False)
        edges = [(row, argument) for argument, row in rows if row is not None and self._moving[argument]]
        reads = tuple(read for row, _ in edges for read in _list_reads(TOP, row[1], (index, *node.args)))
        return (
            TANGENT,
            index,
            _push_tangent,
            (index, node.args, [(row[0], a) for row, a in edges]),
            reads + tuple((TANGENT, a) for _, a in edges),
        )


def make_plan(graph: Graph, output: int, wrt: str | None) -> FieldPlan:
    """The plan for the output, or for its derivative by `wrt`.

    By tangents; or as the value of the derivative's own nodes where an operation on the way has no partial
    derivatives here.
    """
    if wrt is None:
        return FieldPlan(graph, output, None, slot=VALUE)
    if _has_partials(graph, output, wrt):
        return FieldPlan(graph, output, wrt, slot=TANGENT)
    return FieldPlan(graph, derivative(graph, output, wrt), None, slot=VALUE)


def _has_partials(graph: Graph, output: int, wrt: str) -> bool:
    """Whether every operation that depends on the variable has a row, or sends nothing."""
    moving = find_dependent(graph, output, {graph.inputs[wrt]} if wrt in graph.inputs else set())
    return all(
        op in ("input", "where") or name_operation(graph, index) in PARTIALS or not any(OPS[op].locals)
        for index, (op, *_) in enumerate(graph.nodes[: output + 1])
        if moving[index]
    )


def _list_operands(graph: Graph, index: int) -> tuple[int, ...]:
    node = graph.nodes[index]
    return (index,) if node.op in ("input", "constant") else node.args


def _list_reads(
    level: int, needs: Sequence[Sequence[str]], args: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """(slot, node) for each image that a row reads."""
    return tuple(
        [
            (_find_slot(level, kind), index)
            for kinds, index in zip(needs, args, strict=False)
            for kind in kinds
        ]
    )


def _find_slot(level: int, kind: str) -> int:
    if kind == "exponent":
        return 4 * EXPONENTS
    return 4 * ANGLES if kind == "angle" else 4 * level + SLOT_IN_FIELD[kind]


def _give_zero(_s: FieldState) -> int:
    return 0


def _give_one(_s: FieldState) -> int:
    return 1


def _push_tangent(
    s: FieldState, index: int, args: tuple[int, ...], edges: Sequence[tuple[FieldRule, int]]
) -> int:
    """The sum of partial derivative times tangent."""
    return sum(partial(s, index, *args) * s.tangent[argument] for partial, argument in edges)


# How many zeros an image may have, as a bound. By Schwartz (1980) and Zippel (1979) a quotient of polynomials
# of
# degree d that is not 0 is 0 at a random point of a field of q elements with a chance below d/q. What has no
# algebra counts as a variable of its own, any two of which may fall together by chance; a root doubles the
# degree
# of whatever it stands in, the norm having both signs of it.

LARGEST_CHANCE = 2.0**32
"""Degree times pairs of unknowns up to which three draws in fields of 2^60 elements leave a chance below
2^-80.

And so for the derivative, which has twice the degree."""

RATIONAL = frozenset({"input", "constant", "add", "sub", "neg", "mul", "div", "e", "pi"})
QUOTIENTS = frozenset(
    {"tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "sech", "csch", "coth", "sigmoid", "silu"}
)
"""Quotients of a sine and a cosine, or of polynomials in an exponential."""

MOST_ROOTS = 32


def is_too_large(graph: Graph, output: int) -> bool:
    """Whether the degrees and the unknowns are too many for three draws to be sure."""
    above, below = [0.0] * (output + 1), [0.0] * (output + 1)
    largest, unknowns, roots = 1.0, 1, 0
    for index, needed in enumerate(graph.find_needed(output)):
        if needed:
            op = graph.nodes[index].op
            above[index], below[index] = _bound_degrees(graph, index, above, below)
            largest = max(largest, above[index] + below[index])
            unknowns += op not in RATIONAL
            roots += op in ROOTS or _is_fractional(graph, index)
    return largest * unknowns * unknowns * 2.0 ** min(roots, MOST_ROOTS) > LARGEST_CHANCE


def _bound_degrees(graph: Graph, index: int, above: list[float], below: list[float]) -> tuple[float, float]:
    """The degrees of a node's numerator and denominator.

    A sine and a cosine count two: a curve of degree d meets the circle in 2d points at the most.
    """
    op, args, *_ = graph.nodes[index]
    if not args:
        return (1.0 if op == "input" else 0.0), 0.0
    a, b = args[0], args[-1]
    if op in ("add", "sub"):
        return max(above[a] + below[b], above[b] + below[a]), below[a] + below[b]
    if op == "mul":
        return above[a] + above[b], below[a] + below[b]
    if op == "div":
        return above[a] + below[b], below[a] + above[b]
    if op in ("neg", "sqrt", "cbrt", "root"):
        return above[a], below[a]
    times = _count_factors(graph, b) if op == "pow" else 0
    if times:
        return (above[a] * times, below[a] * times) if times > 0 else (below[a] * -times, above[a] * -times)
    return 2.0, 2.0 if op in QUOTIENTS else 0.0


def _count_factors(graph: Graph, exponent: int) -> int:
    """How often a power multiplies its base; 0 where it is an unknown."""
    exact = graph.exact(exponent)
    return 0 if exact is None or abs(exact) > LARGEST_POWER else exact.numerator


def _is_fractional(graph: Graph, index: int) -> bool:
    op, args, *_ = graph.nodes[index]
    exact = graph.exact(args[1]) if op == "pow" else None
    return exact is not None and exact != int(exact)
