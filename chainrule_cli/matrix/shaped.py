"""Shaped: a reading with rows and columns of its parts; what errors about them quote and propose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product as list_choices
from typing import TypeAlias

from chainrule_cli.errors import QuestionError, Span
from chainrule_cli.matrix.sizes import SCALAR, Extent, Sizes
from chainrule_cli.notation.syntax import Apply, Note, Number, Reading, Syntax

OPERATORS = "*+-/^.−·×⊙⊘"
"""The signs of operators between two operands, by their first character."""

WRAPPED = frozenset({"+", "*", "/", ".*", "./", "neg"})
"""Operations that get brackets where they become an operand."""


@dataclass(slots=True)
class Shaped:
    """extents: id of a node -> its rows and columns. of: variable or definition -> the same.
    declared: name -> its sizes as they were declared, those of 1 too, which fall away.
    letters: sizes that the formula uses as numbers.
    notes: how ambiguous places were read."""

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

    def write(self, extent: Extent) -> str:
        return self.sizes.write(extent)

    def write_declaration(self, name: str) -> str:
        """The shape of a variable as it was declared, or as it was found."""
        if name in self.declared and 1 in self.declared[name]:
            return "x".join(map(str, self.declared[name]))
        extent = self.of[name]
        return "scalar" if extent == SCALAR else self.write(extent)

    def fail(self, why: str, span: Span | None, hint: str = "") -> QuestionError:
        """The error that points at a place in the text."""
        return QuestionError(why, text=self.reading.text, span=span, hint=hint)

    def remark(self, text: str, span: Span | None = None) -> None:
        self.notes.append(Note(text, span))

    # quotations

    def quote(self, node: Syntax) -> str:
        """The text of a node as it was typed, its brackets with it."""
        return self.close(*node.span) if node.span is not None else "it"

    def close(self, start: int, end: int) -> str:
        """A part of the text up to where its brackets are closed."""
        text = self.reading.text
        while (
            text[start:end].count("(") > text[start:end].count(")") and end < len(text) and text[end] in ") "
        ):
            end += 1
        return text[start:end]

    def quote_operand(self, node: Syntax) -> str:
        """The same, in brackets where it would not stay together."""
        typed = self.quote(node)
        is_simple = not isinstance(node, Apply) or node.function not in WRAPPED
        return typed if is_simple or (typed.startswith("(") and typed.endswith(")")) else f"({typed})"

    def find_operator(self, left: Syntax, right: Syntax) -> Span | None:
        """Where the operator between two operands stands."""
        if left.span is None or right.span is None:
            return None
        text = self.reading.text
        for position in range(left.span.end, right.span.start):
            if text[position] in OPERATORS:
                return Span(position, position + (2 if text[position] == "." else 1))
        if left.span.end >= right.span.start:
            return Span(left.span.end - 1, left.span.end)
        return Span(left.span.end, right.span.start)

    # proposals

    def fail_between(self, nodes: tuple[Syntax, Syntax], why: str, hint: str) -> QuestionError:
        """The error that points at the operator between two operands."""
        return self.fail(why, self.find_operator(*nodes) or nodes[1].span, hint)

    def propose(
        self, nodes: tuple[Syntax, Syntax], extents: tuple[Extent, Extent], fit: Fit, operator: str
    ) -> str:
        """The transposes with which two operands fit, the fewest first; nothing where none do."""
        for chosen in sorted(list_choices((False, True), repeat=2), key=lambda each: (sum(each), each[1])):
            pairs = list(zip(nodes, extents, chosen, strict=True))
            if not any(chosen) or any(is_chosen and extent == SCALAR for _, extent, is_chosen in pairs):
                continue
            sizes = self.sizes.copy()
            one, other = (transpose_extent(extent) if is_chosen else extent for _, extent, is_chosen in pairs)
            found = fit(sizes, one, other)
            if found is not None:
                quote = self.quote if operator.strip() in ("+", "-") else self.quote_operand
                left, right = (
                    self.quote_transposed(node) if each else quote(node) for node, _, each in pairs
                )
                return f"did you mean {left}{operator}{right} ({sizes.write(found)})?"
        return ""

    def quote_transposed(self, node: Syntax) -> str:
        """What would be typed for the transpose."""
        typed = self.quote_operand(node)
        return typed[:-1] if typed.endswith("'") else f"{typed}'"


Fit: TypeAlias = Callable[[Sizes, Extent, Extent], "Extent | None"]
"""The extent of an operation on two; None where their sizes do not fit."""


def transpose_extent(extent: Extent) -> Extent:
    return (extent[1], extent[0])


def find_whole_number(node: Syntax) -> int | None:
    """The integer that a node is, with its sign."""
    match node:
        case Number(value=int() as value):
            return value
        case Apply(function="neg", args=(Number(value=int() as value),)):
            return -value
    return None
