"""What a function is that a derivative brings in, where few know its name. FUNCTIONS says which these are."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule_cli.document import Text, join_runs
from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.syntax import Apply, Name, list_functions
from chainrule_cli.records.diff import DiffRecord


def explain_rare_functions(record: DiffRecord) -> Iterator[Text]:
    """A line for each that nobody typed: with jn(n, x) the spherical Bessel function ..."""
    typed = (each.expr.syntax for each in record.definitions if each.typed)
    known = list_functions(record.formula.syntax, *typed)
    for name in sorted(list_functions(record.derivative.syntax) - known):
        if name in FUNCTIONS and (row := FUNCTIONS[name]).rare:
            call = Apply(name, tuple(map(Name, row.parameters)))
            yield Text(join_runs("with ", call, f" the {row.summary.rpartition(': ')[2]}"))
