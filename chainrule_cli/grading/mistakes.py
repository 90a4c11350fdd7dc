"""MISTAKES: one entry per named mistake: what is written, an example, the wrong rules, a hint that gives
nothing away.

Sources: Clark 1997, Cottrill 1999, Horvath 2008, Siyepu 2015, Zinn 2006. To add a mistake, add an entry, and
a rule to wrong_rules.py where it needs a new one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from chainrule_cli.grading.wrong_rules import (
    SQUARED,
    TRIGONOMETRIC,
    Rule,
    both_move,
    constant_as_variable,
    degrees,
    distribute,
    exponential,
    forget_inner,
    forget_square,
    keep_constants,
    log,
    logarithm_of_number,
    lose_bracket,
    lose_factor,
    negate,
    of_product,
    on,
    outer,
    power,
    products,
    quotient,
    quotients,
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """text: what happened, with {} for the place;
    rules: tangents that it may lead to. whole: it is about the whole formula and has no rule for a node:
    candidates.py compares with what the name says."""

    id: str
    formula: str
    wrong: str
    text: str
    hint: str
    rules: tuple[Rule, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.rules


INSIDE = "the outside is right. What does the inside contribute?"
PRODUCT = "write the product rule down with letters first, then put in each part"
QUOTIENT = "write the quotient rule down with letters first, then put in each part"
LAYERS = "name every layer from the outside in; each gives one factor"
EXPONENT = "is the variable in the base or in the exponent?"

_ROWS = (
    Mistake("inner-forgotten", "sin(x^2)", "cos(x^2)", "in {}, the factor u' is missing", INSIDE,
        (outer(forget_inner),)),
    Mistake("outer-at-inner-derivative", "sin(x^2)", "cos(2x)",
        "in {}, the outside is taken at u' instead of u, and the factor u' is missing",
        "where is the derivative of the outside to be taken?",
        (outer(lambda t, s, r, i, u, du: t.partial(s, r, i, du)),
         outer(lambda t, s, r, i, u, du: t.partial(s, r, i, du) * du))),
    Mistake("outer-at-x", "sin(x^2)", "2x*cos(x)",
        "in {}, the derivative of the outside is taken at the variable instead of u",
        "the outside's derivative is still taken at something. At what?",
        (outer(lambda t, s, r, i, u, du: t.partial(s, r, i, t.variable[i]) * du),)),
    Mistake("deep-layer-dropped", "sin(cos(x^2))", "-cos(cos(x^2))*sin(x^2)",
        "the chain stops one layer early: in {}, the factor u' is missing", LAYERS,
        (outer(forget_inner),)),
    Mistake("middle-layer-dropped", "sin(cos(x^2))", "2x*cos(cos(x^2))",
        "a layer is skipped: in {}, only u' is there", LAYERS, (outer(lambda t, s, r, i, u, du: du),)),
    Mistake("factors-added", "(x^2+1)^3", "3(x^2+1)^2+2x",
        "in {}, the two rates are added instead of multiplied", "do rates of layers add up or multiply?",
        (outer(lambda t, s, r, i, u, du: t.partial(s, r, i) + du),)),
    Mistake("times-inner-itself", "(x^2+1)^3", "3(x^2+1)^3", "in {}, the factor is u itself instead of u'",
        INSIDE, (outer(lambda t, s, r, i, u, du: t.partial(s, r, i) * u),)),
    Mistake("outer-not-differentiated", "sin(x^2)", "2x*sin(x^2)", "in {}, the outside is left as it was",
        "the inside is right. What becomes of the outside?",
        (outer(lambda t, s, r, i, u, du: t.values[s.index][i] * du),)),
    Mistake("only-inner", "sin(x^2)", "2x", "in {}, only u' is there",
        "the inside is right. What does the outside contribute?", (outer(lambda t, s, r, i, u, du: du),)),
    Mistake("composition-as-product", "sin(x^2)", "x^2*cos(x)+2x*sin(x)",
        "{} is read as a product of two functions", "is this one function of another, or a product?",
        (outer(lambda t, s, r, i, u, du: t.partial(s, r, i, t.variable[i]) * u
         + t.apply(s, r, i, t.variable[i]) * du),)),
    Mistake("distributes-function", "sin(x+x^2)", "cos(1+2x)", "{} is treated as if it went term by term",
        "may this function be taken of each term alone?",
        (distribute, outer(lambda t, s, r, i, u, du: t.partial(s, r, i, du)))),
    Mistake("exponent-kept", "(3x+1)^5", "15(3x+1)^5", "in {}, the exponent is not lowered by 1",
        "what happens to the exponent of a power?",
        (power(lambda u, n, du: n * u**n * du), power(lambda u, n, du: n * u**n))),
    Mistake("coefficient-lost", "x^5", "x^4", "in {}, the factor that the exponent gives is missing",
        "the exponent also comes down as something",
        (power(lambda u, n, du: u ** (n - 1) * du), power(lambda u, n, du: u ** (n - 1)))),
    Mistake("negative-exponent-up", "x^-2", "-2x^-1",
        "in {}, 1 is added to the exponent instead of taken off",
        "lower a negative exponent by 1: does it come nearer to 0?",
        (power(lambda u, n, du: n * u ** (n + 1) * du),
         quotient(lambda u, v, du, dv: -u * dv if not du else math.nan))),
    Mistake("power-rule-on-exp", "e^(x^2)", "x^2*e^(x^2-1)",
        "in {}, the exponent is taken for a plain number", EXPONENT,
        (exponential(lambda a, u, du: u * a ** (u - 1), natural=True),
         exponential(lambda a, u, du: u * a ** (u - 1) * du, natural=True))),
    Mistake("exp-exponent-lowered", "e^(x^2)", "2x*e^(x^2-1)",
        "in {}, the exponent is lowered as that of a power", "does the exponent of an exponential change?",
        (exponential(lambda a, u, du: du * a ** (u - 1), natural=None),)),
    Mistake("power-rule-on-a^x", "2^x", "x*2^(x-1)", "in {}, the exponent is taken for a plain number",
        EXPONENT,
        (exponential(lambda a, u, du: u * a ** (u - 1) * du, natural=False),
         exponential(lambda a, u, du: u * a ** (u - 1), natural=False))),
    Mistake("ln-a-missing", "2^x", "2^x", "in {}, the factor for the base is missing",
        "for which base does no further factor appear?",
        (exponential(lambda a, u, du: a**u * du, natural=False),)),
    Mistake("power-rule-on-x^x", "x^x", "x*x^(x-1)",
        "in {}, the exponent is taken for a plain number although it moves",
        "both base and exponent move here", (both_move(lambda u, v, du, dv: v * u ** (v - 1) * du),)),
    Mistake("exp-rule-on-x^x", "x^x", "x^x*ln(x)",
        "in {}, the base is taken for a plain number although it moves", "both base and exponent move here",
        (both_move(lambda u, v, du, dv: u**v * math.log(u) * dv),)),
    Mistake("ln-no-inner", "ln(3x^2+1)", "1/(3x^2+1)", "in {}, the factor u' is missing", INSIDE,
        (log(lambda u, du: 1 / u),)),
    Mistake("ln-reciprocal-of-derivative", "ln(x^2)", "1/(2x)", "in {}, the reciprocal of u' is written",
        "the reciprocal of what?", (log(lambda u, du: 1 / du),)),
    Mistake("one-over-ln", "ln(x)", "1/ln(x)", "in {}, the logarithm stays below the line",
        "what is the slope of the logarithm?",
        (log(lambda u, du: du / math.log(u), bare=True), log(lambda u, du: 1 / math.log(u), bare=True))),
    Mistake("product-of-derivatives", "x^2*sin(x)", "2x*cos(x)", "{}: the derivatives are multiplied",
        PRODUCT, products(lambda u, v, du, dv: du * dv)),
    Mistake("product-as-sum", "x^2*sin(x)", "2x+cos(x)",
        "{}: the derivatives are added, without the other factors", PRODUCT,
        products(lambda u, v, du, dv: du + dv)),
    Mistake("product-wrong-pairing", "x^2*sin(x)", "2x^3+sin(x)*cos(x)",
        "{}: each derivative is multiplied by its own factor", PRODUCT,
        products(lambda u, v, du, dv: u * du + v * dv)),
    Mistake("product-minus", "x^2*sin(x)", "2x*sin(x)-x^2*cos(x)",
        "{}: the parts of the product rule are subtracted", PRODUCT,
        of_product(lambda u, v, du, dv: du * v - u * dv)),
    Mistake("product-one-term", "x^2*sin(x)", "2x*sin(x)", "{}: half of the product rule is missing", PRODUCT,
        of_product(lambda u, v, du, dv: du * v)),
    Mistake("quotient-of-derivatives", "sin(x)/x", "cos(x)", "{}: the derivatives are divided", QUOTIENT,
        quotients(lambda u, v, du, dv: du / dv)),
    Mistake("quotient-reversed", "sin(x)/x", "(sin(x)-x*cos(x))/x^2",
        "{}: the parts above the line have changed places", QUOTIENT,
        quotients(lambda u, v, du, dv: (u * dv - du * v) / v**2)),
    Mistake("quotient-plus", "sin(x)/x", "(x*cos(x)+sin(x))/x^2", "{}: plus instead of minus above the line",
        QUOTIENT, quotients(lambda u, v, du, dv: (du * v + u * dv) / v**2)),
    Mistake("quotient-not-squared", "sin(x)/x", "(x*cos(x)-sin(x))/x",
        "{}: what is below the line is not squared", QUOTIENT,
        quotients(lambda u, v, du, dv: (du * v - u * dv) / v)),
    Mistake("quotient-over-numerator", "sin(x)/x", "(x*cos(x)-sin(x))/sin(x)^2",
        "{}: it is divided by the square of the numerator", QUOTIENT,
        quotients(lambda u, v, du, dv: (du * v - u * dv) / u**2)),
    Mistake("trig-sign", "cos(3x)", "3*sin(3x)", "in {}, the sign is wrong",
        "which of these functions bring a minus sign?", (on(TRIGONOMETRIC, negate),)),
    Mistake("inner-not-squared", "atan(3x)", "3/(1+3x^2)", "in {}, the bracket is lost when u is squared",
        "square the whole inside", (on(SQUARED, lose_bracket), on(SQUARED, outer(forget_square, bare=True)))),
    Mistake("constant-kept", "x^2+5", "2x+5", "{}: a plain number is left as it stands",
        "how fast does a plain number change?", (keep_constants,)),
    Mistake("constant-factor-lost", "5x^3", "3x^2", "{}: the constant factor is lost",
        "a constant factor stays where it is", (lose_factor,)),
    Mistake("constant-as-variable", "pi^2*x", "2pi*x", "{} is treated as a variable",
        "which letters and numbers move here?", (constant_as_variable, logarithm_of_number)),
    Mistake("integrated", "x^3", "x^4/4", "the answer is an antiderivative",
        "which way round is the question?"),
    Mistake("unchanged", "x^3", "x^3", "the formula is left as it was",
        "the question is how fast the formula changes"),
    Mistake("differentiated-twice", "x^3", "6x", "the answer is the derivative of the derivative",
        "how many times is it to be differentiated?"),
    Mistake("wrong-variable", "x^2*y", "x^2", "the answer is the derivative by another variable",
        "by which variable is it to be differentiated?"),
    Mistake("held-constant", "x^2+y^2=1", "2x", "the dependent variable is treated as a plain number",
        "the other variable moves too"),
    Mistake("degrees", "sin(pi*x/180)", "cos(pi*x/180)",
        "in {}, the factor that turns degrees into radians is missing", INSIDE,
        (on(TRIGONOMETRIC, outer(degrees)),)),
)  # fmt: skip

MISTAKES = {row.id: row for row in _ROWS}
