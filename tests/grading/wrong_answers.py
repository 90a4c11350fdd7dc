"""Wrong answers as students give them, by name: random formulas, the wrong derivative by sympy alone, disguised by rewriting.

Nothing here knows how chainrule finds a mistake: each wrong answer is worked out from the words of the mistake.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import sympy
from sympy import (
    E,
    Expr,
    Rational,
    acos,
    asin,
    atan,
    cos,
    cosh,
    cot,
    csc,
    diff,
    exp,
    log,
    pi,
    sec,
    sin,
    sinh,
    sqrt,
    tan,
)

x = sympy.Symbol("x", real=True)
y = sympy.Symbol("y", real=True)
t = sympy.Symbol("t", real=True)


class Case(NamedTuple):
    """A formula as typed, its derivative, what the student wrote, and the variable."""

    formula: str
    right: Expr
    wrong: Expr
    wrt: str = "x"


class Part(NamedTuple):
    """A piece of a formula: as typed, and as sympy has it."""

    text: str
    expr: Expr


Maker = Callable[[random.Random], Case]


def rate(expr: Expr) -> Expr:
    return diff(expr, x)


# pieces


def inside(dice: random.Random) -> Part:
    """An inside that is positive and not trivial."""
    a, b, n = dice.randint(2, 7), dice.randint(1, 9), dice.randint(2, 4)
    return dice.choice(
        [
            Part(f"{a}x+{b}", a * x + b),
            Part(f"x^{n}+{b}", x**n + b),
            Part(f"{a}x^2+{b}", a * x**2 + b),
            Part(f"x^2+{a}x+{b + 12}", x**2 + a * x + b + 12),
            Part(f"sin(x)+{a}", sin(x) + a),
            Part(f"e^x+{b}", exp(x) + b),
            Part(f"x^3+{a}x+{b}", x**3 + a * x + b),
            Part(f"sqrt(x)+{b}", sqrt(x) + b),
            Part(f"ln(x^2+{a})", log(x**2 + a)),
        ]
    )


OUTSIDES = [
    ("sin({})", sin(t)),
    ("cos({})", cos(t)),
    ("tan({})", tan(t)),
    ("e^({})", exp(t)),
    ("ln({})", log(t)),
    ("sqrt({})", sqrt(t)),
    ("({})^3", t**3),
    ("({})^5", t**5),
    ("({})^(-2)", t**-2),
    ("1/({})", 1 / t),
    ("atan({})", atan(t)),
    ("sinh({})", sinh(t)),
    ("cosh({})", cosh(t)),
]


def outside(dice: random.Random, *unlike: Expr) -> tuple[str, Expr]:
    return dice.choice([row for row in OUTSIDES if row[1] not in unlike])


def factor(dice: random.Random) -> Part:
    a, n = dice.randint(2, 6), dice.randint(2, 5)
    return dice.choice(
        [
            Part(f"x^{n}", x**n),
            Part("sin(x)", sin(x)),
            Part("cos(x)", cos(x)),
            Part("e^x", exp(x)),
            Part("ln(x)", log(x)),
            Part(f"(x^2+{a})", x**2 + a),
            Part(f"sin({a}x)", sin(a * x)),
            Part(f"e^({a}x)", exp(a * x)),
            Part(f"({a}x+1)^{n}", (a * x + 1) ** n),
            Part("sqrt(x)", sqrt(x)),
            Part("atan(x)", atan(x)),
        ]
    )


def two(dice: random.Random) -> tuple[Part, Part]:
    while True:
        u, v = factor(dice), factor(dice)
        if sympy.simplify(u.expr / v.expr).has(x) and u.text[:3] != v.text[:3]:
            return u, v


def placed(dice: random.Random, formula: str, right: Expr, wrong: Expr) -> Case:
    """The formula as it is, or with a constant factor, or with a term or two beside it."""
    a, n = dice.randint(2, 9), dice.randint(2, 5)
    match dice.randint(0, 4):
        case 1:
            return Case(f"{a}*{_factor(formula)}", a * right, a * wrong)
        case 2:
            return Case(f"{formula}+x^{n}", right + n * x ** (n - 1), wrong + n * x ** (n - 1))
        case 3:
            return Case(f"{formula}-cos(x)", right + sin(x), wrong + sin(x))
        case 4:
            return Case(f"{a}x+{_factor(formula)}+{n}", right + a, wrong + a)
        case _:
            return Case(formula, right, wrong)


def _factor(formula: str) -> str:
    return (
        formula
        if formula[-1] == ")" and formula.count("(") == 1 and formula[:2].isalpha()
        else f"({formula})"
    )


# compositions


def chained(rule: Callable[[Expr, Expr], Expr], dice: random.Random) -> Case:
    """rule: (outside in t, inside) -> what the student makes of it."""
    (shape, outer), inner = outside(dice), inside(dice)
    formula = shape.format(inner.text)
    return placed(dice, formula, rate(outer.subs(t, inner.expr)), rule(outer, inner.expr))


def layered(rule: Callable[[Expr, Expr, Expr], Expr], dice: random.Random) -> Case:
    """rule: (outside in t, middle in t, inside) -> what the student makes of three layers."""
    (shape, outer), (middle_shape, middle), inner = (
        outside(dice, log(t), sqrt(t)),
        outside(dice, 1 / t),
        inside(dice),
    )
    formula = shape.format(middle_shape.format(inner.text))
    return placed(
        dice, formula, rate(outer.subs(t, middle.subs(t, inner.expr))), rule(outer, middle, inner.expr)
    )


def slope(outer: Expr, at: Expr) -> Expr:
    return diff(outer, t).subs(t, at)


def distributed(dice: random.Random) -> Case:
    """A function of a sum, as if it went term by term: f(u + v)' = f'(u' + v')."""
    shape, outer = dice.choice([row for row in OUTSIDES if row[1] not in (1 / t, log(t), t**-2)])
    a, n = dice.randint(2, 5), dice.randint(2, 4)
    inner = dice.choice(
        [
            Part(f"x+x^{n}", x + x**n),
            Part(f"{a}x+x^2", a * x + x**2),
            Part(f"x^2+x^{n + 1}", x**2 + x ** (n + 1)),
        ]
    )
    return placed(
        dice, shape.format(inner.text), rate(outer.subs(t, inner.expr)), slope(outer, rate(inner.expr))
    )


# powers, exponentials, logarithms


def powered(
    rule: Callable[[Expr, Expr, Expr], Expr],
    dice: random.Random,
    exponents: tuple[int, ...] = (2, 3, 4, 5, 6, 7),
) -> Case:
    n = dice.choice(exponents)
    u = dice.choice([Part("x", x), inside(dice), inside(dice)])
    text = f"{u.text}^{n}" if u.text == "x" else f"({u.text})^{n}"
    return placed(
        dice, text.replace("^-", "^-"), rate(u.expr**n), rule(u.expr, sympy.Integer(n), rate(u.expr))
    )


def raised(
    base: Part, rule: Callable[[Expr, Expr, Expr], Expr], dice: random.Random, *, bare: bool = False
) -> Case:
    a = dice.randint(2, 5)
    u = dice.choice(
        [Part("x", x)]
        if bare
        else [Part(f"{a}x", a * x), Part("x^2", x**2), Part("sin(x)", sin(x)), inside(dice)]
    )
    text = f"{base.text}^{u.text}" if u.text == "x" else f"{base.text}^({u.text})"
    return placed(dice, text, rate(base.expr**u.expr), rule(base.expr, u.expr, rate(u.expr)))


def any_base(rule: Callable[[Expr, Expr, Expr], Expr], dice: random.Random) -> Case:
    a = dice.randint(2, 9)
    return raised(Part(str(a), sympy.Integer(a)), rule, dice, bare=dice.random() < 0.3)


def moving(rule: Callable[[Expr, Expr, Expr, Expr], Expr], dice: random.Random) -> Case:
    a = dice.randint(2, 6)
    u = dice.choice(
        [Part("x", x), Part(f"({a}x)", a * x), Part("(x^2+1)", x**2 + 1), Part(f"(sin(x)+{a})", sin(x) + a)]
    )
    v = dice.choice(
        [
            Part("x", x),
            Part("sin(x)", sin(x)),
            Part("x^2", x**2),
            Part(f"{a}x", a * x),
            Part("cos(x)", cos(x)),
        ]
    )
    formula = f"{u.text}^({v.text})"
    return placed(dice, formula, rate(u.expr**v.expr), rule(u.expr, v.expr, rate(u.expr), rate(v.expr)))


def logarithm(rule: Callable[[Expr, Expr], Expr], dice: random.Random) -> Case:
    u = dice.choice([inside(dice), Part("x^2", x**2), Part("x^3", x**3)])
    return placed(dice, f"ln({u.text})", rate(log(u.expr)), rule(u.expr, rate(u.expr)))


# products and quotients


def multiplied(rule: Callable[[Expr, Expr, Expr, Expr], Expr], dice: random.Random) -> Case:
    u, v = two(dice)
    if dice.random() < 0.5:
        u, v = v, u
    return placed(
        dice, f"{u.text}*{v.text}", rate(u.expr * v.expr), rule(u.expr, v.expr, rate(u.expr), rate(v.expr))
    )


def divided(rule: Callable[[Expr, Expr, Expr, Expr], Expr], dice: random.Random) -> Case:
    u, v = two(dice)
    return placed(
        dice, f"{u.text}/{v.text}", rate(u.expr / v.expr), rule(u.expr, v.expr, rate(u.expr), rate(v.expr))
    )


# functions


def sign_wrong(dice: random.Random) -> Case:
    name, outer = dice.choice(
        [("cos", cos(t)), ("sin", sin(t)), ("tan", tan(t)), ("cot", cot(t)), ("sec", sec(t)), ("csc", csc(t))]
    )
    u = dice.choice([Part("x", x), Part(f"{dice.randint(2, 8)}x", 0), inside(dice)])
    u = Part(u.text, int(u.text[0]) * x) if u.expr == 0 else u
    right = rate(outer.subs(t, u.expr))
    return placed(dice, f"{name}({u.text})", right, -right)


def bracket_lost(dice: random.Random) -> Case:
    a, n = dice.randint(2, 9), dice.randint(2, 4)
    u, unsquared = dice.choice(
        [(Part(f"{a}x", a * x), a * x**2), (Part(f"{a}x^{n}", a * x**n), a * x ** (2 * n))]
    )
    name, outer, wrong = dice.choice(
        [
            ("atan", atan(t), 1 / (1 + unsquared)),
            ("asin", asin(t), 1 / sqrt(1 - unsquared)),
            ("acos", acos(t), -1 / sqrt(1 - unsquared)),
        ]
    )
    return placed(dice, f"{name}({u.text})", rate(outer.subs(t, u.expr)), rate(u.expr) * wrong)


def whole(dice: random.Random) -> Part:
    """A formula of one or two terms."""
    makers: list[Callable[[], Part]] = [lambda: factor(dice), lambda: _composed(dice), lambda: _product(dice)]
    return dice.choice(makers)()


def _composed(dice: random.Random) -> Part:
    (shape, outer), inner = outside(dice), inside(dice)
    return Part(shape.format(inner.text), outer.subs(t, inner.expr))


def _product(dice: random.Random) -> Part:
    u, v = two(dice)
    return Part(f"{u.text}*{v.text}", u.expr * v.expr)


def constant_kept(dice: random.Random) -> Case:
    c, body = dice.randint(2, 30), whole(dice)
    return Case(f"{body.text}+{c}", rate(body.expr), rate(body.expr) + c)


def constant_factor_lost(dice: random.Random) -> Case:
    c, body = dice.randint(2, 12), whole(dice)
    return Case(f"{c}*{body.text}", c * rate(body.expr), rate(body.expr))


def constant_as_variable(dice: random.Random) -> Case:
    n, m = dice.randint(2, 4), dice.randint(1, 4)
    name, c = dice.choice([("pi", pi), ("e", E)])
    slope_of_it = n * c ** (n - 1)
    rest = Part("x" if m == 1 else f"x^{m}", x**m)
    right = c**n * rate(rest.expr)
    return Case(
        f"{name}^{n}*{rest.text}",
        right,
        slope_of_it * rest.expr if dice.random() < 0.5 else slope_of_it * rest.expr + right,
    )


def integrated(dice: random.Random) -> Case:
    a, n, k = dice.randint(2, 7), dice.randint(2, 6), dice.randint(2, 5)
    terms = [
        (f"{a}x^{n}", a * x**n),
        (f"sin({k}x)", sin(k * x)),
        (f"cos({k}x)", cos(k * x)),
        (f"e^({k}x)", exp(k * x)),
        ("1/x", 1 / x),
        (f"sqrt({k}x+{a})", sqrt(k * x + a)),
        (f"({k}x+1)^{n}", (k * x + 1) ** n),
    ]
    chosen = dice.sample(terms, dice.randint(1, 3))
    expr = sum(term for _, term in chosen)
    return Case("+".join(text for text, _ in chosen), rate(expr), sympy.integrate(expr, x))


def unchanged(dice: random.Random) -> Case:
    body = whole(dice)
    return Case(body.text, rate(body.expr), body.expr)


def differentiated_twice(dice: random.Random) -> Case:
    body = whole(dice)
    return Case(body.text, rate(body.expr), rate(rate(body.expr)))


def other_variable(dice: random.Random) -> Case:
    n, m, a = dice.randint(1, 4), dice.randint(1, 4), dice.randint(2, 6)
    expr, text = dice.choice(
        [
            (x**n * y**m, f"x^{n} y^{m}"),
            (sin(x * y) + x**n, f"sin(x*y)+x^{n}"),
            (exp(a * x) * y**m + y, f"e^({a}x)*y^{m}+y"),
            (x**n + a * x * y + y**m, f"x^{n}+{a}x*y+y^{m}"),
            (log(x**2 + a * y**2), f"ln(x^2+{a}y^2)"),
            (x**n * cos(y), f"x^{n}*cos(y)"),
        ]
    )
    return Case(text, diff(expr, x), diff(expr, y))


def held_constant(dice: random.Random) -> Case:
    a, b, n, m = dice.randint(1, 6), dice.randint(1, 6), dice.randint(2, 4), dice.randint(2, 4)
    left, text = dice.choice(
        [
            (a * x**n + b * y**m, f"{a}x^{n}+{b}y^{m}"),
            (x**n * y + y**m, f"x^{n}*y+y^{m}"),
            (sin(a * x) + y**m, f"sin({a}x)+y^{m}"),
            (x**n + x * y + y**m, f"x^{n}+x*y+y^{m}"),
            (exp(x) + b * y**m, f"e^x+{b}y^{m}"),
        ]
    )
    return Case(f"{text}={a + b + n}", -diff(left, x) / diff(left, y), diff(left, x))


def in_degrees(dice: random.Random) -> Case:
    name, outer = dice.choice([("sin", sin), ("cos", cos), ("tan", tan)])
    angle = pi * x / 180
    text = dice.choice(["pi*x/180", "pi/180*x", "x*pi/180"])
    return placed(dice, f"{name}({text})", rate(outer(angle)), diff(outer(t), t).subs(t, angle))


MAKERS: dict[str, Maker] = {
    "inner-forgotten": partial(chained, slope),
    "outer-at-inner-derivative": partial(chained, lambda f, u: slope(f, rate(u))),
    "outer-at-x": partial(chained, lambda f, u: slope(f, x) * rate(u)),
    "deep-layer-dropped": partial(layered, lambda f, g, u: slope(f, g.subs(t, u)) * slope(g, u)),
    "middle-layer-dropped": partial(layered, lambda f, g, u: slope(f, g.subs(t, u)) * rate(u)),
    "factors-added": partial(chained, lambda f, u: slope(f, u) + rate(u)),
    "times-inner-itself": partial(chained, lambda f, u: slope(f, u) * u),
    "outer-not-differentiated": partial(chained, lambda f, u: f.subs(t, u) * rate(u)),
    "only-inner": partial(chained, lambda f, u: rate(u)),
    "composition-as-product": partial(chained, lambda f, u: slope(f, x) * u + f.subs(t, x) * rate(u)),
    "distributes-function": distributed,
    "exponent-kept": partial(powered, lambda u, n, du: n * u**n * du),
    "coefficient-lost": partial(powered, lambda u, n, du: u ** (n - 1) * du),
    "negative-exponent-up": partial(
        powered, lambda u, n, du: n * u ** (n + 1) * du, exponents=(-1, -2, -3, -4, -5)
    ),
    "power-rule-on-exp": partial(raised, Part("e", E), lambda a, u, du: u * a ** (u - 1)),
    "exp-exponent-lowered": partial(raised, Part("e", E), lambda a, u, du: du * a ** (u - 1)),
    "power-rule-on-a^x": partial(any_base, lambda a, u, du: u * a ** (u - 1)),
    "ln-a-missing": partial(any_base, lambda a, u, du: a**u * du),
    "power-rule-on-x^x": partial(moving, lambda u, v, du, dv: v * u ** (v - 1) * du),
    "exp-rule-on-x^x": partial(moving, lambda u, v, du, dv: u**v * log(u) * dv),
    "ln-no-inner": partial(logarithm, lambda u, du: 1 / u),
    "ln-reciprocal-of-derivative": partial(logarithm, lambda u, du: 1 / du),
    "one-over-ln": lambda dice: placed(dice, "ln(x)", 1 / x, 1 / log(x)),
    "product-of-derivatives": partial(multiplied, lambda u, v, du, dv: du * dv),
    "product-as-sum": partial(multiplied, lambda u, v, du, dv: du + dv),
    "product-wrong-pairing": partial(multiplied, lambda u, v, du, dv: u * du + v * dv),
    "product-minus": partial(multiplied, lambda u, v, du, dv: du * v - u * dv),
    "product-one-term": partial(multiplied, lambda u, v, du, dv: du * v),
    "quotient-of-derivatives": partial(divided, lambda u, v, du, dv: du / dv),
    "quotient-reversed": partial(divided, lambda u, v, du, dv: (u * dv - du * v) / v**2),
    "quotient-plus": partial(divided, lambda u, v, du, dv: (du * v + u * dv) / v**2),
    "quotient-not-squared": partial(divided, lambda u, v, du, dv: (du * v - u * dv) / v),
    "quotient-over-numerator": partial(divided, lambda u, v, du, dv: (du * v - u * dv) / u**2),
    "trig-sign": sign_wrong,
    "inner-not-squared": bracket_lost,
    "constant-kept": constant_kept,
    "constant-factor-lost": constant_factor_lost,
    "constant-as-variable": constant_as_variable,
    "integrated": integrated,
    "unchanged": unchanged,
    "differentiated-twice": differentiated_twice,
    "wrong-variable": other_variable,
    "held-constant": held_constant,
    "degrees": in_degrees,
}
"""Id of a mistake -> a random formula with that mistake made in it."""


# disguises


def disguised(dice: random.Random, expr: Expr) -> str:
    """The expression in another form: as it is, multiplied out, over one denominator, turned round, with sin^2 + cos^2 in it."""
    match dice.randint(0, 5):
        case 1:
            expr = sympy.expand(expr, force=False)
        case 2:
            expr = sympy.together(expr)
        case 3:
            expr = sympy.expand_log(sympy.expand_trig(expr))
        case 4:
            return " + ".join(f"({term})" for term in reversed(sympy.Add.make_args(expr)))
        case 5:
            return f"({Rational(1, 2) * expr})*2"
    return str(expr)


def cases(name: str, count: int) -> Iterator[tuple[Case, str]]:
    """`count` cases of a mistake whose wrong answer differs from the right one, each with its disguise."""
    dice = random.Random(f"wrong answers {name}")
    make = MAKERS[name]
    found = 0
    while found < count:
        case = make(dice)
        if _differs(case.wrong, case.right):
            found += 1
            yield case, disguised(dice, case.wrong)


LARGEST = sympy.Float(10) ** 100
"""Values past which a case is not one that a student would be given."""


def _differs(one: Expr, other: Expr) -> bool:
    """Whether two expressions have different values somewhere they both have one."""
    for place in (0.37, 0.81, 1.43, 2.2):
        at = {x: place, y: place + 0.3}
        values = [sympy.N(each.subs(at)) for each in (one, other)]
        if all(value.is_real and abs(value) < LARGEST for value in values) and abs(
            values[0] - values[1]
        ) > Rational(1, 10**9) * (1 + abs(values[1])):
            return True
    return False


__all__: list[Any] = ["MAKERS", "Case", "cases", "disguised"]
