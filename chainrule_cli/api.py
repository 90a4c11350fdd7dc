"""The public functions: the same records that the commands print.

Each imports its report when it is called, so that gradient never loads sympy. To add one, write it here and
name it in __all__ of the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chainrule_cli.records.check import CheckRecord
    from chainrule_cli.records.diff import DiffRecord
    from chainrule_cli.records.graph import GraphRecord
    from chainrule_cli.reports.compiled import Compiled

Point = str | Mapping[str, float]
"""Where numbers are wanted: "x=1, y=2" or {"x": 1, "y": 2}."""


def diff(
    text: str,
    wrt: str | None = None,
    order: int = 1,
    at: Point | None = None,
    *,
    method: str = "auto",
    dependent: str | None = None,
) -> DiffRecord:
    """The derivative of a formula, with its layers, its steps and its cross-check.

    text: a formula, definitions or an equation, in plain text or LaTeX.
    wrt: the variable; where None, the only one, else x.
    order: 1 for the first derivative.
    at: a point to evaluate at.
    method: auto, quotient, product or log.
    dependent: what an equation makes a function of wrt.

    >>> diff("sin(x**2)").derivative.text
    '2*x*cos(x**2)'

    Raises:
        ReadError: the text is no formula.
        QuestionError, UsageError: what is asked cannot be asked of it; like all errors here a ChainruleError.
    """
    from chainrule_cli.reports.diff import report

    return report(text, wrt=wrt, order=order, at=_point(at), method=method, dependent=dependent)


def check(
    formula: str,
    answer: str,
    wrt: str | None = None,
    *,
    order: int = 1,
    at: Point | None = None,
    dependent: str | None = None,
    strict: bool = False,
    form: str | None = None,
    reading: str = "any",
) -> CheckRecord:
    """Whether an answer is the derivative of a formula: what settled it, where it fails, the likely mistakes.

    formula, wrt, order, dependent: as for `diff`.
    answer: plain text or LaTeX, with or without a head such as y' =; one that cannot be read has the verdict
        "unreadable".
    at: more points.
    strict: only a proof makes an answer right.
    form: simplified, expanded or factored.
    reading: where the answer can be read in several ways, "any" may make it right, or the "canonical" one.

    >>> check("sin(x**2)", "cos(x**2)").mistakes[0].id
    'inner-forgotten'

    Raises ChainruleError as `diff` does, for the formula.
    """
    from chainrule_cli.reports.check import report

    return report(
        formula,
        answer,
        wrt=wrt,
        order=order,
        at=_point(at),
        dependent=dependent,
        strict=strict,
        form=form,
        reading=reading,
    )


def gradient(text: str, at: Point) -> GraphRecord:
    """Value and all partial derivatives of a formula at a point, by one backward pass over its graph.

    text: a formula or definitions.
    at: a value for each variable.

    >>> gradient("(x + y)*z", {"x": -2, "y": 5, "z": -4}).partials
    {'x': -4.0, 'y': -4.0, 'z': 3.0}

    Raises ChainruleError as `diff` does.
    """
    from chainrule_cli.reports.graph import report

    return report(text, at=_point(at) or "")


def compile(text: str) -> Compiled:  # noqa: A001  # its public name
    """A function of numbers or numpy arrays: the value of a formula and all its partial derivatives.

    It takes a value for each of `fn.variables` and gives (value, partials), partials in the same order:
    floats for numbers, float64 arrays of the broadcast shape where any value is an array. Off the domain the
    answer is NaN, past the doubles infinity. `fn.source` is the Python that runs.

    >>> fn = compile("x**2*y")
    >>> fn.variables, fn(3.0, 2.0)
    (('x', 'y'), (18.0, (12.0, 9.0)))

    Raises ChainruleError as `gradient` does.
    """
    from chainrule_cli.reports.compiled import report

    return report(text)


def batch(
    requests: Iterable[Mapping[str, Any]],
    *,
    jobs: int | None = None,
    timeout: float = 10.0,
    memory: int = 1 << 30,
) -> Iterator[dict[str, Any]]:
    """A record for each request, in order, as plain data; whatever one does, it costs no other's record.

    requests: mappings with a formula, and perhaps answer, id, command and options by their names, as the
        lines of `chainrule batch`; they are read a few hundred ahead, never all.
    jobs: worker processes, by default one a core.
    timeout, memory: seconds and bytes of one request.

    A record has id, status ("ok", "error", "timeout", "memory" or "crash"), input (the fields that no command
    knows) and what the command says. Nothing runs before the first record is wanted; close the iterator to
    end it early.

    >>> [record["verdict"] for record in batch([{"formula": "x^2", "answer": "2x"}], jobs=1)]
    ['correct']
    """
    from chainrule_cli.reports.batch_run import answer_mappings

    return answer_mappings(requests, jobs=jobs, timeout=timeout, memory=memory)


def _point(at: Point | None) -> Point | None:
    """Numbers of any library as Python's own."""
    if at is None or isinstance(at, str):
        return at
    return {name: value if isinstance(value, int) else float(value) for name, value in at.items()}
