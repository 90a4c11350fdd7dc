"""From what was typed to what is asked: the reading, the variable of differentiation, the dependent variable,
the point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chainrule_cli.errors import QuestionError, UsageError
from chainrule_cli.notation.reader import read, read_point
from chainrule_cli.notation.syntax import Asked, Name, Reading, Syntax

MOST_ORDERS = 20


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a formula.

    reading: the formula, or an equation.
    wrt: the variable of differentiation.
    dependent: what an equation makes a function of wrt, None for a formula.
    at: names -> constant expressions, empty where no point was given.
    order: of the derivative that the text itself asks for, as d^2/dx^2 does; 1 where it asks for none.
    """

    reading: Reading
    wrt: str
    dependent: str | None
    at: Mapping[str, Syntax]
    order: int = 1


def ask(
    text: str, wrt: str | None, at: str | Mapping[str, float] | None, dependent: str | None = None
) -> Question:
    """Read the formula and settle what is asked of it.

    text, wrt, dependent: as typed.
    at: as typed, or names -> numbers.

    Raises:
        ReadError: the text is no formula.
        QuestionError: the variable cannot be settled.
        UsageError: an option does not fit the formula.
    """
    point = parse_point(at)
    variable = read_variable_name(wrt) if wrt else None
    function = read_variable_name(dependent) if dependent else None
    declared = [name for name in (variable, function) if name is not None]
    reading = read(text, declared=[*declared, *point], wrt=variable)
    asked = reading.asked or Asked(1)
    if asked.variable and variable not in (None, asked.variable):
        hint = f"leave --wrt away, or write --wrt {asked.variable}"
        raise UsageError(f"the text asks for a derivative by {asked.variable}, not by {variable}", hint=hint)
    variable = variable or asked.variable or None
    depends = _choose_dependent(reading, variable, function)
    return Question(reading, choose_variable(reading, variable, depends), depends, point, asked.order)


def settle_order(question: Question, order: int) -> int:
    """The order of the derivative: that of the option, else that of the text. Raises UsageError for two."""
    if order == 1 or question.order in (1, order):
        return max(order, question.order)
    hint = "leave --order away, or give the formula alone"
    raise UsageError(f"the text asks for order {question.order}, --order for {order}", hint=hint)


def require_value(reading: Reading) -> Reading:
    """The reading, where it has a value. Raises UsageError for an equation, which has none."""
    if reading.equation:
        raise UsageError("an equation has no value", hint="chainrule diff differentiates an equation")
    return reading


def require_curve(question: Question) -> None:
    """Raises UsageError for an equation, which is no function of one variable, QuestionError for one without
    values.
    """
    if question.reading.equation:
        raise UsageError(
            "an equation is no function with a curve of its own",
            hint="solve it for one variable, and plot that: y = ...",
        )
    from chainrule_cli.graph.lower import lower

    lower(question.reading)


def parse_point(at: str | Mapping[str, float] | None) -> Mapping[str, Syntax]:
    """The point of --at, or of the API's mapping, as constant expressions."""
    if at is None:
        return {}
    typed = at if isinstance(at, str) else ", ".join(f"{name}={value!r}" for name, value in at.items())
    return read_point(typed)


def read_variable_name(typed: str) -> str:
    """The canonical id of a variable named by an option: theta for θ. Raises UsageError for anything but a
    name.
    """
    expr = (
        read(typed, declared=(typed,)).expr
        if typed.replace("{", "").replace("}", "").isidentifier()
        else None
    )
    if not isinstance(expr, Name):
        raise UsageError(
            f"{typed!r} is not the name of a variable",
            hint="a name is a letter, a Greek letter or a letter with a subscript, such as x_1",
        )
    return expr.id


def collect_taken_names(question: Question) -> frozenset[str]:
    """The names that a letter for an inner part must not be."""
    reading = question.reading
    names = {definition.name for definition in reading.definitions}
    return frozenset(
        {*reading.variables, *names, question.wrt, question.dependent or "y", reading.name or "y"}
    )


def name_formula(reading: Reading, wrt: str, dependent: str | None) -> str:
    """The formula's own name, or y, or z where the formula has a y."""
    names = {*reading.variables, *(definition.name for definition in reading.definitions)}
    own = reading.name if reading.name != wrt else None
    return dependent or own or next(name for name in ("y", "z", "F") if name not in names or name == "F")


def _choose_dependent(reading: Reading, wrt: str | None, dependent: str | None) -> str | None:
    """The name that an equation makes a function: --dependent, else y, else the other one of two."""
    if not reading.equation:
        if dependent:
            raise UsageError(
                "--dependent is for an equation",
                hint="a formula with one = and the variable on both sides, such as x^2 + y^2 = 1",
            )
        return None
    if dependent:
        return dependent
    others = [name for name in reading.variables if name != (wrt or "x")]
    if "y" in others:
        return "y"
    if len(others) == 1:
        return others[0]
    if not others:
        hint = "an equation has two variables at least, such as x^2 + y^2 = 1"
        raise QuestionError("nothing depends on anything in this equation", hint=hint)
    raise QuestionError(
        "which variable depends on the other?",
        hint=f"name it with --dependent: one of {', '.join(others) or 'none'}",
    )


def choose_variable(reading: Reading, wrt: str | None = None, dependent: str | None = None) -> str:
    """The variable of differentiation: --wrt; else t of f(t); else the only variable; else x.

    Raises QuestionError.
    """
    defined = {definition.name for definition in reading.definitions}
    candidates = [name for name in reading.variables if name != dependent]
    given = wrt if wrt is not None or candidates else "x"
    if given in defined:
        others = ", ".join(candidates)
        hint = f"differentiate by one of its variables: {others}" if others else "take its definition away"
        raise QuestionError(f"{given} is defined in the formula", hint=hint)
    if wrt is not None:
        if wrt == dependent:
            raise QuestionError(
                f"{wrt} cannot depend on itself", hint="name the dependent variable with --dependent"
            )
        return wrt
    if len(reading.parameters) == 1 and reading.parameters[0] in candidates:
        return reading.parameters[0]
    if len(candidates) == 1:
        return candidates[0]
    if "x" in candidates or not candidates:
        return "x"
    raise QuestionError(
        "differentiate by which variable?",
        text=reading.text,
        hint="name it with --wrt: one of " + ", ".join(candidates),
    )
