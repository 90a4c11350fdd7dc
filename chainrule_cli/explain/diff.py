"""DiffRecord -> Document: the answer first, then the onion, the steps, the evidence, the notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from chainrule_cli.document import (
    DisplayedFormula,
    Document,
    DrawnCurve,
    DrawnCurves,
    DrawnDot,
    Element,
    Figure,
    Heading,
    Item,
    Remark,
    Role,
    Runs,
    StyledRun,
    Table,
    Text,
    join_runs,
)
from chainrule_cli.explain.numbers import short, where
from chainrule_cli.explain.onions import is_chain, onion
from chainrule_cli.explain.rare_functions import explain_rare_functions
from chainrule_cli.notation.characters import raise_digits
from chainrule_cli.notation.syntax import Apply, Name, Syntax, tree_size
from chainrule_cli.records.diff import CurveRecord, CurvesRecord, DiffRecord, StepRecord
from chainrule_cli.records.practice import ExerciseRecord

MOST_STEPS = 14
LARGEST_SHOWN = 400
"""Nodes of an expression that a normal page writes out inside a step."""

LARGEST_LABEL = 60
"""Nodes of a formula past which its curve bears the name alone."""

TRIVIAL = frozenset({"constant", "identity"})


def explain(record: DiffRecord, detail: str = "normal", passes: Iterable[Element] = ()) -> Document:
    """The page of a derivative.

    detail: brief has the answer and the verdict, normal what fits a screen, full everything.
    passes: of explain/graph.py, where the format can be stepped through.
    """
    everything = detail == "full"
    elements: list[Element] = [
        *_reading(record),
        *_answer(record),
        *_verdict(record),
        *_curves(record),
    ]
    if detail == "brief":
        elements += [Remark(join_runs(note)) for note in record.notes]
    else:
        elements += [*_onion(record, everything=everything), *_steps(record, everything=everything)]
        elements += [*passes, *_evidence(record), *_notes(record)]
    return Document(f"{name_of(record)} = {record.typed}", tuple(elements))


def name_of(record: DiffRecord | ExerciseRecord) -> str:
    """What the formula is called: its own name, or y, or z where y is taken."""
    return record.dependent or record.name


def head(record: DiffRecord | ExerciseRecord) -> str:
    """dy/dx, d²y/dx², ∂z/∂y"""
    mark = "∂" if len(record.variables) > 1 and record.dependent is None else "d"
    power = raise_digits(str(record.order)) if record.order > 1 else ""
    return f"{mark}{power}{name_of(record)}/{mark}{record.wrt}{power}"


# the answer


def _reading(record: DiffRecord) -> Iterator[Element]:
    typed_names = {each.name for each in record.definitions}
    for each in record.definitions:
        if each.typed:
            yield DisplayedFormula(f"{each.name} =", each.expr.syntax)
    equation = isinstance(record.formula.syntax, Apply) and record.formula.syntax.function == "="
    label = "" if equation else f"{name_of(record) if name_of(record) not in typed_names else 'result'} ="
    yield DisplayedFormula(label, record.formula.syntax)


def _answer(record: DiffRecord) -> Iterator[Element]:
    yield DisplayedFormula(f"{head(record)} =", record.derivative.syntax, framed=True)
    added = [each for each in record.definitions if not each.typed]
    if added:
        yield from (DisplayedFormula(f"with {each.name} =", each.expr.syntax) for each in added[:MOST_STEPS])
        if len(added) > MOST_STEPS:
            yield Remark(join_runs(f"and {len(added) - MOST_STEPS} more such names; --json has them all"))
    yield from explain_rare_functions(record)
    if record.at is not None:
        yield from _at_point(record)


def _at_point(record: DiffRecord) -> Iterator[Element]:
    at = record.at
    if at is None:
        return
    value = short(at.derivative) if at.derivative is not None else "no number"
    yield Text(
        join_runs(
            f"at {where(at.at)}: ",
            StyledRun(f"{name_of(record)} = {short(at.value)}", "value"),
            ", ",
            StyledRun(f"{head(record)} = {value}", "gradient"),
            _status(at.status),
        )
    )
    if at.status != "exact" and (at.sides[0] is not None or at.sides[1] is not None):
        yield Text(
            join_runs(f"slope from the left {short(at.sides[0])}, from the right {short(at.sides[1])}"),
            indent=2,
        )


def _status(status: str) -> str:
    words = {
        "convention": " by convention: the slopes of the two sides differ",
        "one-sided": ": the slopes of the two sides differ, or one side is missing",
        "infinite": ": the slope is infinite",
        "undefined": ": undefined there",
    }
    return words.get(status, "")


def _verdict(record: DiffRecord) -> Iterator[Element]:
    check = record.crosscheck
    match check.verdict:
        case "agree":
            yield Remark(
                join_runs(
                    StyledRun(
                        f"checked: steps, graph and differences agree at {len(check.points)} points", "good"
                    )
                ),
                "good",
            )
        case "disagree":
            yield Remark(
                join_runs(
                    StyledRun(
                        "the steps and the graph disagree: do not trust this answer, and please report it",
                        "bad",
                    )
                ),
                "bad",
            )
        case "undecided":
            yield Remark(join_runs(StyledRun("not decided: ", "strong"), check.reason or ""), "open")


# curves


def _curves(record: DiffRecord) -> Iterator[Figure]:
    """The formula above, its derivative below, the reader's point on both; nothing where no curves were asked
    for.
    """
    name, heading = name_of(record), head(record)
    curves = record.curves
    if not isinstance(curves, CurvesRecord):
        return
    upper = _curve(curves.value, name, record.formula.syntax, "value", _value_mark(record, name))
    lower = _curve(
        curves.derivative, heading, record.derivative.syntax, "gradient", _slope_mark(record, heading)
    )
    yield Figure(
        "Curves",
        DrawnCurves(curves.wrt, curves.low, curves.high, (upper, lower), tuple(_curve_notes(curves))),
    )


class _CurveMark(NamedTuple):
    """Where the reader's point is on a curve, what is said of it, and how steep the tangent there is."""

    point: tuple[float, float]
    words: str
    slope: float | None = None


def _value_mark(record: DiffRecord, name: str) -> _CurveMark | None:
    at = record.at
    if at is None or at.value is None:
        return None
    steep = at.derivative if record.order == 1 and at.status == "exact" else None
    return _CurveMark((at.at[record.wrt], at.value), f"{name} = {short(at.value)}", steep)


def _slope_mark(record: DiffRecord, heading: str) -> _CurveMark | None:
    """None at a kink, where a convention's number is no point of the curve."""
    at = record.at
    if at is None or at.derivative is None or at.status != "exact":
        return None
    return _CurveMark((at.at[record.wrt], at.derivative), f"{heading} = {short(at.derivative)}")


def _curve(curve: CurveRecord, name: str, syntax: Syntax, role: Role, mark: _CurveMark | None) -> DrawnCurve:
    return DrawnCurve(
        label=join_runs(f"{name} = ", syntax) if tree_size(syntax) <= LARGEST_LABEL else join_runs(name),
        pieces=curve.pieces,
        lowest=curve.lowest,
        highest=curve.highest,
        role=role,
        poles=curve.poles,
        dots=tuple(DrawnDot(dot.x, dot.y, dot.closed) for dot in curve.dots),
        mark=mark and mark.point,
        phrase=mark.words if mark else "",
        slope=mark and mark.slope,
    )


def _curve_notes(curves: CurvesRecord) -> Iterator[str]:
    given = {name: value for name, value in curves.fixed.items() if name not in curves.chosen}
    chosen = {name: curves.fixed[name] for name in curves.chosen}
    if given:
        yield f"with {where(given)}"
    if chosen:
        yield f"with {where(chosen)}, values chosen for the drawing: --at sets others"


# layers


def _onion(record: DiffRecord, *, everything: bool) -> list[Element]:
    found = onion(record.layers, record.wrt, name_of(record), record.layers_at, everything=everything)
    if not found:
        return []
    chain = (
        [Text(join_runs(StyledRun(record.notations.leibniz, "dim")))]
        if record.order == 1 and is_chain(record.layers)
        else []
    )
    return [Heading("Onion"), *found, *chain]


# steps


def _steps(record: DiffRecord, *, everything: bool) -> Iterator[Element]:
    shown = list(record.steps) if everything else _untrivial(record.steps)
    cut = (
        shown
        if everything
        else shown[:MOST_STEPS] + [step for step in shown[MOST_STEPS:] if step.part_of == "tidy"][-3:]
    )
    if not cut:
        return
    yield Heading("Steps")
    numbers = {step.id: f"{number}" for number, step in enumerate(cut, 1)}
    for step in cut:
        yield _item(step, numbers, name_of(record), everything=everything)
    if len(cut) < len(shown):
        yield Remark(join_runs(f"{len(shown) - len(cut)} more steps: --detail full, or --json, has them all"))


def _untrivial(steps: Sequence[StepRecord]) -> list[StepRecord]:
    """Without the steps that say nothing new: constants, the variable itself, the outside of a chain told
    with the chain.
    """
    inside = {
        premise
        for step in steps
        if step.rule in ("chain rule", "several arguments")
        for premise in step.premises
    }
    outside = {step.id for step in steps if step.id in inside and step.wrt != _wrt_of(steps)}
    return [step for step in steps if step.rule not in TRIVIAL and step.id not in outside]


def _wrt_of(steps: Sequence[StepRecord]) -> str:
    return steps[0].wrt if steps else ""


def _item(step: StepRecord, numbers: dict[int, str], name: str, *, everything: bool) -> Item:
    number = numbers[step.id]
    if step.part_of == "tidy":
        aside = join_runs(StyledRun(step.statement, "dim")) if everything else ()
        return Item(
            number,
            join_runs(StyledRun("tidy", "rule"), f"   {step.rule}   ", *_result(step, everything=everything)),
            aside,
        )
    if set(step.roles) <= {"n", "a"} and not step.premises:
        return _one_line(step, number)
    rows = tuple(
        _chain_rows(step, numbers, name)
        if "outer_derivative" in step.roles
        else _rows(step, everything=everything)
    )
    return (
        Item(
            number, join_runs(StyledRun(step.rule, "rule")), join_runs(StyledRun(step.statement, "dim")), rows
        )
        if rows
        else _one_line(step, number)
    )


def _one_line(step: StepRecord, number: str) -> Item:
    body = join_runs(StyledRun(step.rule, "rule"), "   ", step.expr.syntax, "  →  ", step.result.syntax)
    return Item(number, body, join_runs(StyledRun(step.statement, "dim")))


def _result(step: StepRecord, *, everything: bool) -> Runs:
    if not everything and tree_size(step.result.syntax) > LARGEST_SHOWN:
        return join_runs(StyledRun("a long expression: --detail full shows it", "dim"))
    return join_runs("→  ", step.result.syntax)


def _chain_rows(step: StepRecord, numbers: dict[int, str], name: str) -> Iterator[tuple[str, Runs, str]]:
    """The chain rule in its four moves."""
    roles = step.roles
    letter = _letter(step)
    inner = next((numbers[premise] for premise in step.premises[1:] if premise in numbers), None)
    inside = roles["inner"].syntax
    named = join_runs(inside) if isinstance(inside, Name) else join_runs(f"{letter} = ", inside)
    yield "outer, inner", join_runs(roles["outer"].syntax, "  and  ", *named), ""
    put_back = () if isinstance(inside, Name) else (" = ", roles["outer_derivative_at"].syntax)
    yield (
        "outer′",
        join_runs(roles["outer_derivative"].syntax, *put_back),
        "the inside stays as it is" if put_back else "",
    )
    yield "inner′", join_runs(roles["inner_derivative"].syntax), f"step {inner}" if inner else ""
    yield (
        "multiply",
        join_runs(step.result.syntax),
        f"d{name}/d{letter} · d{letter}/d{step.wrt}" if step.id == 1 else "",
    )


def _letter(step: StepRecord) -> str:
    """The letter for the inside: what the outer part has and the formula has not."""
    outer, inner = step.roles["outer"].syntax, step.roles["inner"].syntax
    if isinstance(outer, Apply):
        for mine, whole in zip(outer.args, getattr(step.expr.syntax, "args", ()), strict=False):
            if isinstance(mine, Name) and whole == inner:
                return mine.id
    return "u"


def _rows(step: StepRecord, *, everything: bool) -> Iterator[tuple[str, Runs, str]]:
    """Pieces with their derivatives beside them, then the result."""
    for role, piece in step.roles.items():
        if role.startswith("d") and role[1:] in step.roles:
            continue
        slope = step.roles.get(f"d{role}")
        if everything or tree_size(piece.syntax) <= LARGEST_SHOWN:
            yield (
                role,
                join_runs(
                    piece.syntax,
                    *(("   ", StyledRun(f"{role}′ = ", "dim"), slope.syntax) if slope is not None else ()),
                ),
                "",
            )
    if step.premises or step.roles:
        simple = len(step.roles) == 1 and "n" in step.roles
        if not simple:
            yield "result", _result(step, everything=everything), ""


# evidence and notes


def _evidence(record: DiffRecord) -> Iterator[Element]:
    points = record.crosscheck.points
    if not points:
        return
    yield Heading("Checked")
    rows = tuple(
        (
            join_runs(where(point.at)),
            join_runs(StyledRun(short(point.symbolic, 6), "gradient")),
            join_runs(StyledRun(short(point.reverse_mode, 6), "gradient")),
            join_runs(StyledRun(short(point.difference, 6), "gradient")),
            join_runs(
                StyledRun("✓", "good")
                if point.agree
                else StyledRun("✗", "bad")
                if point.agree is False
                else StyledRun("?")
            ),
        )
        for point in points
    )
    yield Table(("at", "steps", "graph", "difference", ""), "l...l", rows)


def _notes(record: DiffRecord) -> Iterator[Element]:
    if record.notes:
        yield Heading("Notes")
        yield from (Remark(join_runs(note)) for note in record.notes)
