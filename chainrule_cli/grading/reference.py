"""What an answer is measured by: a formula's derivative as a graph, and real points at which both are finite.

Knows how a question is lowered and sampled, once for all its answers. Refuses to judge. An equation's points
lie on its curve, solved to as many bits as are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from chainrule_cli.graph.adjoint import derivative
from chainrule_cli.graph.lower import lower, lower_expr
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sampling import domain
from chainrule_cli.graph.sampling.differences import derive_implicitly
from chainrule_cli.graph.sweep import ForwardPass
from chainrule_cli.notation.surrogates import is_undefined, make_replacer
from chainrule_cli.notation.syntax import Definition, Reading, Syntax, list_functions, postorder

POINTS = 24
"""Real points at which every answer to a question is compared."""

ON_THE_CURVE = 1e-6
"""Left side minus right side of an equation at a point that was typed."""

Point = dict[str, float]


@dataclass(frozen=True)
class Reference:
    """reading: the formula or the equation;
    dependent: what an equation makes a function of wrt.
    fixed: names held at numbers; a full point is one more point of comparison. seed: the text that decides
    the points."""

    reading: Reading
    wrt: str
    order: int = 1
    dependent: str | None = None
    fixed: Mapping[str, float] = field(default_factory=dict)

    @property
    def seed(self) -> str:
        return self.reading.text

    @cached_property
    def put_surrogates(self) -> Any:
        """Puts stand-ins for undefined functions, the same in the formula and in its answers."""
        reading = self.reading
        roots = (reading.expr, *(definition.body for definition in reading.definitions))
        return make_replacer(self.seed) if any(map(is_undefined, postorder(*roots))) else _keep

    @cached_property
    def lowered(self) -> tuple[Graph, int]:
        """The formula as a graph, or the equation's left side minus its right side."""
        definitions = tuple(
            replace(each, body=self.put_surrogates(each.body)) for each in self.reading.definitions
        )
        done = lower(
            replace(self.reading, expr=self.put_surrogates(self.reading.expr), definitions=definitions)
        )
        if self.wrt not in done.graph.inputs:
            done.graph.input(self.wrt)
        return done.graph, done.output

    @cached_property
    def below(self) -> tuple[Graph, int]:
        """The derivative before the last: what is to be differentiated once more."""
        graph, output = self.lowered
        if self.order == 1:
            return graph, output
        return graph, derivative(graph, output, self.wrt, self.order - 1)

    @cached_property
    def slope(self) -> tuple[Graph, int]:
        """The derivative that is asked for, by reverse mode."""
        graph, output = self.lowered
        if self.dependent:
            return graph, derive_implicitly(graph, output, self.wrt, self.dependent, self.order)
        below = self.below[1]
        return graph, derivative(graph, below, self.wrt)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The variables in the order of the text, the variable of differentiation among them."""
        return tuple(dict.fromkeys((*self.reading.variables, self.wrt)))

    @cached_property
    def functions(self) -> frozenset[str]:
        """What the formula applies."""
        return list_functions(
            self.reading.expr, *(definition.body for definition in self.reading.definitions)
        )

    @cached_property
    def own(self) -> Point | None:
        """The point of --at, where it names every variable, is on the curve of an equation, and has a
        derivative that is no convention."""
        point = {name: self.fixed[name] for name in self.names if name in self.fixed}
        if not point or len(point) < len(self.names):
            return None
        (graph, output), (_, slope) = self.lowered, self.slope
        if self.dependent and not abs(values((graph, output), [point])[0]) < ON_THE_CURVE:
            return None
        found = domain.find_points(graph, [output, slope], self.names, seed=self.seed, count=1, fixed=point)
        return found[0] if found else None

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Points of the domain of the formula and of its derivative, away from kinks; none where none was
        found."""
        own = (self.own,) if self.own else ()
        held = (
            {}
            if set(self.names) <= set(self.fixed)
            else {name: self.fixed[name] for name in self.names if name in self.fixed}
        )
        found = (point for point in self.draw_points(self.seed, POINTS, held) if point not in own)
        return (*own, *found)

    def draw_points(self, seed: str, count: int, held: Mapping[str, float] | None = None) -> list[Point]:
        """Up to so many points that depend on the seed alone."""
        (graph, output), (_, slope) = self.lowered, self.slope
        if self.dependent:
            names = list(self.names)
            return domain.find_curve_points(
                graph, output, names, self.dependent, seed=seed, count=count, outputs=[slope]
            )
        return domain.find_points(
            graph, [output, slope], self.names, seed=seed, count=count, fixed=held, judge=self._judge
        )

    @cached_property
    def _judge(self) -> domain.Judge:
        return domain.Judge(self.lowered[0], [self.lowered[1], self.slope[1]])

    @cached_property
    def expected(self) -> tuple[float, ...]:
        """The derivative at the points, as floats."""
        return values(self.slope, self.points)


def values(formula: tuple[Graph, int], points: Sequence[Mapping[str, float]]) -> tuple[float, ...]:
    """The formula at each point; nan off its domain."""
    graph, output = formula
    return tuple(map(float, ForwardPass(graph, output).columns(points)[output]))


def lower_answer(reference: Reference, answer: Reading) -> tuple[Graph, int]:
    """The answer as a graph of its own; it may use the definitions of the formula."""
    graph = Graph()
    names = [definition.name for definition in reference.reading.definitions if not definition.parameters]
    scope = {name: graph.input(name) for name in (*reference.names, *answer.variables) if name not in names}
    used = {name for name in answer.variables if name in names}
    for definition in _select_needed(reference.reading.definitions, used):
        scope[definition.name] = lower_expr(graph, reference.put_surrogates(definition.body), scope)
    for definition in answer.definitions:
        scope[definition.name] = lower_expr(graph, reference.put_surrogates(definition.body), scope)
    return graph, lower_expr(graph, reference.put_surrogates(answer.expr), scope)


def _select_needed(definitions: Sequence[Definition], used: set[str]) -> list[Definition]:
    """The definitions up to the last that is used."""
    last = max((index for index, each in enumerate(definitions) if each.name in used), default=-1)
    return [each for each in definitions[: last + 1] if not each.parameters]


def _keep(expr: Syntax) -> Syntax:
    return expr


def exactly(point: Mapping[str, float]) -> dict[str, Fraction]:
    """The point as the very numbers that its floats are."""
    return {name: Fraction(value) for name, value in point.items()}
