"""What all records share: expressions that carry their Syntax, encoding to JSON, schemas, exit statuses.

A record is a msgspec Struct in the module of its command, listed in RECORDS. Its docstring is the description
in the JSON Schema that `chainrule schema` prints, line for line, so it is not wrapped anew: some are wider
than other lines.
"""

from __future__ import annotations

import importlib
import math
from functools import cached_property
from typing import Any, Literal

import msgspec

from chainrule_cli.errors import ExitStatus
from chainrule_cli.notation import write
from chainrule_cli.notation.syntax import Definition, Reading, Syntax
from chainrule_cli.notation.write import bind_definitions, portable

RECORDS = {
    "diff": ("chainrule_cli.records.diff", "DiffRecord"),
    "peel": ("chainrule_cli.records.diff", "PeelRecord"),
    "graph": ("chainrule_cli.records.graph", "GraphRecord"),
    "paths": ("chainrule_cli.records.graph", "PathsRecord"),
    "check": ("chainrule_cli.records.check", "CheckRecord"),
    "hint": ("chainrule_cli.records.check", "HintRecord"),
    "batch": ("chainrule_cli.records.batch", "BatchRecord"),
    "summary": ("chainrule_cli.records.batch", "SummaryRecord"),
    "gears": ("chainrule_cli.records.gears", "GearsRecord"),
    "neuron": ("chainrule_cli.records.neuron", "NeuronRecord"),
    "flow": ("chainrule_cli.records.flow", "FlowRecord"),
    "flow-cell": ("chainrule_cli.records.flow", "FlowCellRecord"),
    "matrix": ("chainrule_cli.records.matrix", "MatrixRecord"),
    "checkpoint": ("chainrule_cli.records.checkpoint", "CheckpointRecord"),
    "practice": ("chainrule_cli.records.practice", "PracticeRecord"),
    "practice-answers": ("chainrule_cli.records.practice", "AnswersRecord"),
    "functions": ("chainrule_cli.records.tables", "FunctionsRecord"),
    "rules": ("chainrule_cli.records.tables", "RulesRecord"),
    "mistakes": ("chainrule_cli.records.tables", "MistakesRecord"),
    "schema": ("chainrule_cli.records.tables", "SchemaRecord"),
    "error": ("chainrule_cli.records.tables", "ErrorRecord"),
}
"""Name of a schema -> where its record lives; imported only when asked for."""

NAMES = tuple(RECORDS)


class Expression:
    """Syntax on its way to a reader.

    text: the ASCII of the JSON contract; latex: its LaTeX.
    definitions: those that the syntax leans on; the text is closed over them by Subs, so that it stands
    alone.
    """

    def __init__(self, syntax: Syntax, definitions: tuple[Definition, ...] = ()) -> None:
        self.syntax = syntax
        self.definitions = definitions

    fields: tuple[str, ...] = ("text", "latex")
    """What its JSON has."""

    @cached_property
    def text(self) -> str:
        if write.is_of_matrices(self.syntax):
            return write.to_text(self.syntax)
        return write.to_text(bind_definitions(portable(self.syntax), self.definitions))

    @cached_property
    def latex(self) -> str:
        return write.to_latex(self.syntax)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and (self.syntax, self.definitions) == (
            other.syntax,
            other.definitions,
        )

    def __hash__(self) -> int:
        return hash((self.syntax, self.definitions))


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """Base of all records; a concrete record begins with its `schema` name."""

    def to_dict(self) -> dict[str, Any]:
        """The record as plain dicts, lists, strings and numbers: what its JSON says."""
        plain: dict[str, Any] = msgspec.json.decode(encode(self))
        return plain


def encode(record: Record) -> bytes:
    """The record as one JSON object, its schema first; expressions are {"text", "latex"}."""
    return msgspec.json.encode(record, enc_hook=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Expression):
        return {name: getattr(value, name) for name in value.fields}
    raise NotImplementedError(f"no JSON for {type(value).__name__}")


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a command's record; KeyError where no record bears the name."""
    module, struct = RECORDS[name]
    return msgspec.json.schema(getattr(importlib.import_module(module), struct), schema_hook=_shape)


def _shape(kind: type) -> dict[str, Any]:
    if issubclass(kind, Expression):
        return {
            "type": "object",
            "properties": {name: {"type": "string"} for name in kind.fields},
            "required": list(kind.fields),
        }
    raise NotImplementedError(f"no schema for {kind.__name__}")


def finite(value: float | None) -> float | None:
    """The number itself, or None where JSON has none for it."""
    return value if value is not None and math.isfinite(value) else None


VERDICTS = {
    "agree": ExitStatus.DONE,
    "disagree": ExitStatus.WRONG,
    "undecided": ExitStatus.UNDECIDED,
    "correct": ExitStatus.DONE,
    "incorrect": ExitStatus.WRONG,
    "unreadable": ExitStatus.ANSWER_UNREADABLE,
}
"""What the verdict of a cross-check, or on an answer, says to the shell."""


def exit_status(record: Record) -> ExitStatus:
    """What the record deserves from the shell: an answer that no witness could confirm is not done."""
    judged = getattr(record, "crosscheck", None) or record
    verdict = getattr(judged, "verdict", None)
    return ExitStatus.DONE if verdict is None else VERDICTS[verdict]


# what several records hold


class WitnessPoint(Record, frozen=True, kw_only=True):
    """One point of the cross-check: the derivative from the steps, from reverse mode, from differences of the forward pass."""  # noqa: E501

    at: dict[str, float]
    symbolic: float | None
    reverse_mode: float | None
    difference: float | None
    relative_error: float | None
    agree: bool | None


class Crosscheck(Record, frozen=True, kw_only=True):
    verdict: Literal["agree", "disagree", "undecided"]
    reason: str | None
    points: tuple[WitnessPoint, ...]


class NamedExpression(Record, frozen=True, kw_only=True):
    """A definition; typed: it stands in the formula, otherwise the answer added it (u_x for du/dx)."""

    name: str
    expr: Expression
    typed: bool


def list_definitions(reading: Reading) -> tuple[NamedExpression, ...]:
    """The definitions that were typed with a formula."""
    return tuple(
        NamedExpression(name=each.name, expr=Expression(each.body), typed=True)
        for each in reading.definitions
    )
