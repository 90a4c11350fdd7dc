"""chainrule matrix"""

from __future__ import annotations

import click

from chainrule_cli.commands import DETAIL, DOCUMENTS, FORMULA, WRT, Page, command, find_explanation

EXAMPLES = (
    'chainrule matrix "sum((X*W - Y).^2)" --wrt W --shapes X:4x3,W:3x2,Y:4x2',
    'chainrule matrix "x\'*A*x" --wrt x --order 2',
    'chainrule matrix "inv(X)" --vjp',
    'chainrule matrix "norm2(A*x - y)^2" --wrt x --format python',
)


@command(formats=(*DOCUMENTS, "python"), examples=EXAMPLES)
@FORMULA
@WRT
@click.option(
    "--shapes", metavar="X:4x3,w:3", help="Sizes of variables; letters are sizes that any number may take."
)
@click.option("--vjp", is_flag=True, help="Pull a cotangent back: the vector-Jacobian product.")
@click.option("--jvp", is_flag=True, help="Push a tangent forward: the Jacobian-vector product.")
@click.option("--order", type=int, default=1, show_default=True, metavar="N", help="2 for the Hessian.")
@DETAIL
def matrix(
    page: Page, formula: str, detail: str, wrt: str | None, shapes: str | None, order: int, **asked: bool
) -> None:
    """Differentiate a matrix formula, in matrix notation.

    The answer has its steps with shapes, numpy code, and a check.

    * is the matrix product, .* ./ .^ go entry by entry, ' transposes; sum tr det logdet inv diag norm1 norm2
    softmax mean max kron solve, vector(1), matrix(1), eye. Undeclared a..g are numbers, h..z vectors, A..Z
    matrices. A FORMULA of - is read from standard input.
    """
    from chainrule_cli.reports.matrix import report

    record = report(formula, wrt=wrt, shapes=shapes, order=order, **asked)
    if page.format == "python":
        page.code(record, record.derivative.python)
        return
    page.show(record, find_explanation("matrix", detail))
