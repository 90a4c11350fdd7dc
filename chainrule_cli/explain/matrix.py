"""MatrixRecord -> Document: the formula with its shapes, the way back operation by operation, the answer and
its check.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from chainrule_cli.document import (
    DisplayedFormula,
    Document,
    Element,
    Heading,
    Remark,
    Runs,
    StyledRun,
    Table,
    Text,
    join_runs,
)
from chainrule_cli.explain.numbers import short
from chainrule_cli.notation.syntax import Apply, Name, Syntax
from chainrule_cli.notation.write import in_matrices
from chainrule_cli.records.matrix import MatrixCheckRecord, MatrixRecord

AS_IT_IS = frozenset({"1"})
MOST_DIGITS, COARSE_DIGITS = 12, 6
"""That are said to agree with a complex step, and with differences alone."""


def explain(record: MatrixRecord, detail: str = "normal") -> Document:
    """The page of a matrix derivative.

    detail: brief leaves out the steps and what it means, full adds the numpy code.
    """
    elements: list[Element] = [
        DisplayedFormula(f"{each.name} =", each.operation.syntax) for each in record.definitions
    ]
    elements += [DisplayedFormula(f"{record.name} =", record.formula.syntax), Text(_shapes(record))]
    if detail != "brief":
        elements += _way(record)
    elements += [
        DisplayedFormula(f"{_write_left_side(record)} =", record.derivative.syntax, framed=True),
        *_short(record),
    ]
    elements += [Text(join_runs(StyledRun(record.layout, "dim"))), _check(record)]
    if detail == "full":
        elements += [Heading("In numpy"), Text(join_runs(StyledRun(record.derivative.python, "value")), 2)]
    if detail != "brief":
        elements += [
            Heading("What it means"),
            *(Text(line, 2) for line in _meaning(record)),
            Text(join_runs("try: ", StyledRun(_next(record), "strong"))),
        ]
    elements += [Remark(join_runs(note)) for note in record.notes]
    return Document("a matrix derivative", tuple(elements))


def _shapes(record: MatrixRecord) -> Runs:
    shapes = ", ".join(f"{name}: {shape}" for name, shape in record.shapes.items())
    return join_runs(StyledRun(f"{shapes}; {record.name}: {record.shape}", "dim"))


def _write_left_side(record: MatrixRecord) -> str:
    if record.entries is not None:
        return record.entries.replace("d^2", "d²", 1)
    match record.mode:
        case "vjp":
            return f"{record.wrt}_bar"
        case "jvp":
            return f"{record.name}_dot"
    return f"d{record.name}/d{record.wrt}" if record.order == 1 else f"d²{record.name}/d{record.wrt}²"


def _way(record: MatrixRecord) -> Iterator[Element]:
    """The operations with their shapes, then what each sends back; one operation needs no table."""
    if not record.nodes:
        return
    yield Heading("Forward")
    rows = tuple(
        (
            join_runs(StyledRun(_bare(each.name), "strong")),
            join_runs("= ", each.operation.syntax),
            join_runs(StyledRun(each.shape, "dim")),
        )
        for each in record.nodes
    )
    yield Table(("", "", "shape"), "lll", rows)
    yield Heading(
        "Tangents, forward" if record.mode == "jvp" else "Backward: each operation's vector-Jacobian product"
    )
    yield Table(("", "gets", "shape", "from"), "llll", tuple(_list_sends(record)))
    if record.added:
        parts = tuple(each.syntax.args[0] for each in record.added if isinstance(each.syntax, Apply))
        yield DisplayedFormula(f"{record.wrt}_bar =", in_matrices(Apply("+", parts)))


def _list_sends(record: MatrixRecord) -> Iterator[tuple[Runs, ...]]:
    for step in record.steps:
        for sent in step.sends:
            name = sent.to if record.mode == "jvp" else f"{sent.to}_bar"
            origin = f"{step.name}, {step.rule}"
            yield (
                join_runs(StyledRun(_bare(name), "gradient")),
                join_runs("= ", sent.expr.syntax),
                join_runs(StyledRun(sent.shape, "dim")),
                join_runs(StyledRun(origin, "dim")),
            )


def _short(record: MatrixRecord) -> Iterator[Element]:
    """The answer once more in names that the page has, and what else it names."""
    if record.short is None:
        return
    known = [name for name in record.short.names if name not in record.short.added]
    yield Text(
        join_runs(
            StyledRun(f"in short, with {' and '.join(known)} as above:" if known else "in short:", "dim")
        )
    )
    yield DisplayedFormula(f"{_write_left_side(record)} =", record.short.expr.syntax)
    for name in record.short.added:
        yield DisplayedFormula(f"{name} =", record.short.names[name].syntax)


def _check(record: MatrixRecord) -> Remark:
    check = record.check
    if check.verdict == "agree":
        where = "at random values" if check.sizes == 1 else f"at random values in {check.sizes} sets of sizes"
        return Remark(
            join_runs(f"checked {where} against {check.method}: the same to {_digits(check)} digits"), "good"
        )
    if check.verdict == "disagree":
        return Remark(
            join_runs(
                f"differences say otherwise: relative error {short(check.relative_error)}; please report this"
            ),
            "bad",
        )
    return Remark(join_runs(f"not checked: {check.reason}"), "open")


def _digits(check: MatrixCheckRecord) -> int:
    """How many agree; rounding differs from machine to machine, so no more are counted than all have."""
    most = MOST_DIGITS if check.method is not None and "complex" in check.method else COARSE_DIGITS
    return min(most, math.floor(-math.log10(check.relative_error))) if check.relative_error else most


def _meaning(record: MatrixRecord) -> Iterator[Runs]:
    """A few sentences in the reader's own names and shapes."""
    if record.mode == "jvp":
        yield join_runs(
            f"Every operation passes its tangent on: when {record.wrt} moves along "
            f"{record.seed or ''}, {record.name} moves along {record.name}_dot."
        )
        return
    if record.mode == "derivative" and record.shape == "a number" and record.steps:
        yield _backward(record)
    if record.entries is not None:
        yield join_runs(
            "A derivative with more than two axes has no matrix form; --vjp multiplies it by a "
            "cotangent, and that product has one."
        )
    elif record.shape != "a number" and record.mode == "derivative" and record.order == 1:
        yield join_runs(
            "Row by row the Jacobian is the gradient of one entry. Backward passes multiply by its "
            "transpose and never write it out: see --vjp."
        )
    elif record.mode == "vjp":
        yield join_runs(
            f"A backward pass multiplies what comes back to {record.name} by its transposed "
            "Jacobian, which nobody has to write out."
        )
    elif record.order > 1:
        yield join_runs(
            "The Hessian is the Jacobian of the gradient; it is symmetric wherever the second "
            "derivatives are continuous."
        )
    if record.added:
        yield join_runs(
            f"{record.wrt} is used {len(record.added)} times, so what it gets from each use is "
            "added: a sum over all paths."
        )


def _backward(record: MatrixRecord) -> Runs:
    """The last step back, with its shapes; a formula of one operation has no other."""
    last = record.steps[-1]
    shape = record.derivative_shape if record.order == 1 else record.shapes[record.wrt]
    if last.cotangent in AS_IT_IS:
        return join_runs(
            f"{record.name} is one operation on {record.wrt}: what it sends back is the gradient, "
            f"of the shape of {record.wrt} ({shape})."
        )
    return join_runs(
        f"Each name_bar is the derivative of {record.name} by that name and has its shape: "
        f"{last.cotangent} is {last.shape}, and ",
        _bare(f"{record.wrt}_bar"),
        f" is {shape}, because the product is laid out so that the sizes fit.",
    )


def _bare(text: str) -> Syntax:
    return in_matrices(Name(text))


def _next(record: MatrixRecord) -> str:
    if record.mode == "derivative" and record.shape != "a number":
        return (
            f'chainrule matrix "{record.typed}" --wrt {record.wrt} --vjp'
            if '"' not in record.typed
            else "chainrule matrix --help"
        )
    if record.mode == "derivative" and record.order == 1 and record.shapes[record.wrt].count("x") == 0:
        return (
            f'chainrule matrix "{record.typed}" --wrt {record.wrt} --order 2'
            if '"' not in record.typed
            else "chainrule matrix --help"
        )
    return 'chainrule matrix "Z = tanh(X*V); sum((Z*W - Y).^2)" --wrt V --shapes X:4x3,V:3x5,W:5x2,Y:4x2'
