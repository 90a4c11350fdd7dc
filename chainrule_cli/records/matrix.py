"""The record of `matrix`: the derivative in matrix notation, its steps, the check against differences."""

from __future__ import annotations

from typing import Literal

from chainrule_cli.notation.syntax import Syntax
from chainrule_cli.records.base import Expression, Record


class MatrixExpression(Expression):
    """An expression that is numpy code as well.

    python: one expression over np and the names of the variables.
    """

    fields = ("text", "latex", "python")

    def __init__(self, syntax: Syntax, python: str) -> None:
        super().__init__(syntax)
        self.python = python


class SentRecord(Record, frozen=True, kw_only=True):
    """to: the operand, or the tangent that is made; expr: what it gets, of this shape."""

    to: str
    expr: Expression
    shape: str


class MatrixStepRecord(Record, frozen=True, kw_only=True):
    """name = operation. cotangent: the name of what comes back to it, 1 at a number that is the output; of jvp the name of the tangent
    that it makes."""  # noqa: E501

    id: int
    name: str
    rule: str
    operation: Expression
    shape: str
    cotangent: str
    sends: tuple[SentRecord, ...]


class NodeShapeRecord(Record, frozen=True, kw_only=True):
    """name = operation, with its shape: 4x3, 4 for a column, 1x4 for a row, "a number"."""

    name: str
    operation: Expression
    shape: str


class ShortRecord(Record, frozen=True, kw_only=True):
    """The derivative in names of the forward pass. names: what each of them stands for, as it was typed. added: those that are neither
    the result's nor a definition's."""  # noqa: E501

    expr: Expression
    names: dict[str, Expression]
    added: tuple[str, ...]


class MatrixCheckRecord(Record, frozen=True, kw_only=True):
    """relative_error: the greatest along random directions at random values; sizes: in how many sets of sizes; method: with what the
    answer was compared; reason: why the verdict is undecided."""  # noqa: E501

    verdict: Literal["agree", "disagree", "undecided"]
    reason: str | None
    relative_error: float | None
    sizes: int
    method: str | None


class MatrixRecord(Record, frozen=True, kw_only=True):
    """name: of the result, its own or f. shapes: variable -> "4x3", "n" or "scalar". nodes: every operation between the variable and the
    output, forward; steps: the same, from the output back. added: the parts that the variable gets, where there are several. entries: the
    derivative of one entry stands on the left, as "dY[i,j]/dX[k,l]", where there is no matrix form. layout: how the answer is laid out, in
    words. short: the derivative again, where names of the forward pass make it much shorter."""  # noqa: E501

    schema: Literal["chainrule.matrix.v1"] = "chainrule.matrix.v1"
    typed: str
    formula: Expression
    name: str
    definitions: tuple[NodeShapeRecord, ...]
    wrt: str
    order: int
    mode: Literal["derivative", "vjp", "jvp"]
    shapes: dict[str, str]
    shape: str
    nodes: tuple[NodeShapeRecord, ...]
    steps: tuple[MatrixStepRecord, ...]
    added: tuple[Expression, ...]
    derivative: MatrixExpression
    derivative_shape: str
    short: ShortRecord | None
    entries: str | None
    seed: str | None
    layout: str
    check: MatrixCheckRecord
    notes: tuple[str, ...]

    @property
    def crosscheck(self) -> MatrixCheckRecord:
        """The witness, as other records call it."""
        return self.check
