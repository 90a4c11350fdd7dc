"""What the lines of a working speak of: y, its derivatives, substituted names; their values at the points.

A line that is no answer, as 2x + 2y y' = 0 or du/dx = 2x, is true where both sides have the same values.
Knows only numbers: what is an answer is graded by the identity test.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chainrule_cli.grading.evidence import close
from chainrule_cli.grading.reference import Point, Reference, lower_answer, values
from chainrule_cli.graph.adjoint import derivative
from chainrule_cli.graph.node import Graph
from chainrule_cli.graph.sampling.differences import derive_implicitly
from chainrule_cli.notation.heads import Head
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.placeholders import name_derivatives
from chainrule_cli.notation.reader import ReadingState
from chainrule_cli.notation.syntax import Apply, Reading, Syntax, free_names

Numbers = tuple[float, ...]
RESULTS = ("y", "f", "F")
"""Names that a working gives to the formula, where the formula does not use them itself."""
LEAST_POINTS = 6
"""Points at which two sides must have values before anything is said of them."""
ZERO = 1e-9
"""How large a difference may be beside the terms that it is made of, and be rounding alone."""


@dataclass(frozen=True)
class Quantity:
    """values: at the points, nan where there is none. slope: of its derivative by the variable, there.
    scale: of the terms that make the values; none where it is one term.
    """

    values: Numbers
    slope: Numbers
    scale: Numbers = ()


@dataclass
class Facts:
    """What is known at the points of a question: name -> its values and its slope."""

    reference: Reference
    known: dict[str, Quantity] = field(default_factory=dict)
    substituted: dict[str, Reading] = field(default_factory=dict)
    """Names that the working introduced itself, with what they are."""

    def __post_init__(self) -> None:
        reference = self.reference
        points = reference.points
        for name in reference.names:
            column = tuple(float(point[name]) for point in points)
            rate = 1.0 if name == reference.wrt else 0.0
            self.known[name] = Quantity(column, (rate,) * len(points))
        if reference.dependent:
            self.known[reference.dependent] = Quantity(
                self.known[reference.dependent].values, self.derive_result(1) or ()
            )
        for definition in reference.reading.definitions:
            if not definition.parameters:
                self.known[definition.name] = self.measure(definition.body)

    @property
    def points(self) -> tuple[Point, ...]:
        return self.reference.points

    def is_result(self, name: str) -> bool:
        """Whether a name stands for what is differentiated: y of a formula, the dependent variable."""
        if self.reference.dependent:
            return name == self.reference.dependent
        taken = name in self.known or name in self.reference.functions
        return name == self.reference.reading.name or (name in RESULTS and not taken)

    def derive_result(self, order: int) -> Numbers | None:
        """The derivative of that order of what is differentiated, at the points."""
        reference = self.reference
        graph, output = reference.lowered
        if reference.dependent:
            return values(
                (graph, derive_implicitly(graph, output, reference.wrt, reference.dependent, order)),
                self.points,
            )
        return values((graph, derivative(graph, output, reference.wrt, order)), self.points)

    def measure_result(self) -> Quantity:
        """The formula itself."""
        return Quantity(values(self.reference.lowered, self.points), self.derive_result(1) or ())

    def find(self, name: str) -> Quantity | None:
        """What is known of a name; None for a stranger."""
        if name in self.known:
            return self.known[name]
        return self.measure_result() if self.is_result(name) else None

    def define(self, name: str, reading: Reading) -> None:
        """A substitution: u = x^2."""
        self.known[name] = self.measure(reading.expr)
        self.substituted[name] = reading

    # expressions

    def read(self, tokens: Sequence[Token], text: str) -> Quantity | None:
        """An expression in which derivatives may stand; None where it speaks of what is not known.

        Raises ReadError for what cannot be read.
        """
        named, heads = name_derivatives(tokens, {*self.known, *self.list_results()}, self.reference.functions)
        extra: dict[str, Quantity] = {}
        for name, head in heads.items():
            found = self.derive(head, text)
            if found is None:
                return None
            extra[name] = Quantity(found, (math.nan,) * len(found))
        state = ReadingState(text, frozenset({*self.known, *extra, *self.list_results()}))
        state.declare([])
        return self.measure(state.read_part(named).expr, extra)

    def list_results(self) -> tuple[str, ...]:
        return tuple(name for name in RESULTS if self.is_result(name))

    def measure(self, expr: Syntax, extra: Mapping[str, Quantity] | None = None) -> Quantity:
        """Values and slopes of an expression; nan where it speaks of a stranger."""
        own = {definition.name for definition in self.reference.reading.definitions}
        names = free_names(expr)
        nothing = Quantity((math.nan,) * len(self.points), (math.nan,) * len(self.points))
        needed = {
            name: (extra or {}).get(name) or self.find(name) or nothing for name in names if name not in own
        }
        rows = [
            {**point, **{name: quantity.values[index] for name, quantity in needed.items()}}
            for index, point in enumerate(self.points)
        ]
        graph, output = self._lower(expr, names)
        slope = [0.0] * len(rows)
        for name, quantity in needed.items():
            partials = values((graph, derivative(graph, output, name)), rows)
            slope = [
                total + (partial * rate if rate else 0.0)
                for total, partial, rate in zip(slope, partials, quantity.slope, strict=True)
            ]
        return Quantity(values((graph, output), rows), tuple(slope), self._measure_terms(expr, names, rows))

    def _lower(self, expr: Syntax, names: tuple[str, ...]) -> tuple[Graph, int]:
        return lower_answer(self.reference, Reading("", expr, variables=names))

    def _measure_terms(self, expr: Syntax, names: tuple[str, ...], rows: list[Point]) -> Numbers:
        """The sizes of the terms of a sum, added up."""
        if not isinstance(expr, Apply) or expr.function != "+" or len(expr.args) > MOST_TERMS:
            return ()
        terms = [values(self._lower(term, names), rows) for term in expr.args]
        return tuple(sum(map(abs, column)) for column in zip(*terms, strict=True))

    # derivatives

    def derive(self, head: Head, text: str) -> Numbers | None:
        """The values of a derivative by its name; None where it is of a stranger."""
        if head.operand:
            return self._derive_operand(head, text)
        if self.is_result(head.function) and head.variable in ("", self.reference.wrt):
            return self.derive_result(head.order) if 1 <= head.order <= MOST_ORDER else None
        if head.order != 1:
            return None
        above = self.find(head.function)
        return None if above is None else self._divide_rates(above, head.variable)

    def _derive_operand(self, head: Head, text: str) -> Numbers | None:
        quantity = self.read(head.operand, text) if head.order == 1 else None
        return None if quantity is None else self._divide_rates(quantity, head.variable)

    def _divide_rates(self, above: Quantity, variable: str) -> Numbers | None:
        """dy/dx itself, and dy/du as the quotient of the rates of y and u."""
        if variable in ("", self.reference.wrt):
            return above.slope
        below = self.find(variable)
        if below is None:
            return None
        return tuple(a / b if b else math.nan for a, b in zip(above.slope, below.slope, strict=True))


MOST_ORDER = 4
"""Orders of y', y'' ... that a line may speak of."""
MOST_TERMS = 100
"""Terms of a sum whose sizes are measured."""


def compare(left: Quantity, right: Quantity) -> bool | None:
    """Whether two sides have the same values; None where there are too few to say."""
    equal = [
        close(a, b) or abs(a - b) <= ZERO * max(_scale(left, index), _scale(right, index))
        for index, (a, b) in enumerate(zip(left.values, right.values, strict=True))
        if math.isfinite(a) and math.isfinite(b)
    ]
    return all(equal) if len(equal) >= LEAST_POINTS else None


def _scale(side: Quantity, index: int) -> float:
    return side.scale[index] if side.scale else abs(side.values[index])
