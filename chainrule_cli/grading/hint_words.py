"""What a hint says of each rule, its pieces and its blanks. To add a rule, add its name where its own words
are not enough."""

from __future__ import annotations

LINEAR = frozenset({"sum", "sum and difference", "negative", "constant multiple", "implicit differentiation"})
"""Rules that a hint looks through for the part that needs thought."""

LEAVES = frozenset({"constant", "identity", "dependent variable"})
"""Rules that a hint does not name as something to do."""

WORDS = {
    "constant": "a constant",
    "identity": "the variable by itself",
    "piecewise": "branch by branch",
    "meaning": "write the function out as what it means",
    "change of base": "change of base",
    "implicit differentiation": "implicit differentiation",
    "maximum and minimum": "maximum and minimum, branch by branch",
    "definitions": "the multivariable chain rule, through the definitions",
    "dependent variable": "the dependent variable by itself",
    "several arguments": "the multivariable chain rule",
    "undefined function": "the derivative of an undefined function",
}
"""What a rule is called in a sentence where that is not its name with "rule"."""


AROUND = {
    "sum": "term by term",
    "sum and difference": "term by term",
    "negative": "the minus stays in front",
    "constant multiple": "the constant factor stays in front",
    "implicit differentiation": "differentiate both sides; the dependent variable is a function",
}

IN_WORDS = {
    "chain rule": "there is an outside function and something inside it: find both",
    "product": "the factors that change are the pieces: call them u and v",
    "quotient": "the pieces are what is above the bar, u, and what is below it, v",
    "reciprocal": "only what is below the bar changes: call it v",
    "general power": "the base and the exponent both change: call them u and v",
    "sum": "the terms are the pieces",
    "sum and difference": "the terms are the pieces",
    "constant": "nothing in it changes with the variable",
    "constant multiple": "one factor is constant; the other one changes",
    "several arguments": "several arguments change: a letter for each",
    "definitions": "each definition is a layer: a partial derivative for each name",
    "piecewise": "each branch is a piece",
    "maximum and minimum": "each argument is a branch: see where each one wins",
    "logarithmic differentiation": "take the logarithm of the whole: products become sums",
    "power": "the base is the variable, the exponent is constant",
    "exponential": "the base is constant, the exponent is the variable",
}
"""Rule -> its pieces in words, for where their mathematics would give something away."""


NAMES = {
    "chain rule": {"outer": "the outside is", "inner": "the inside is"},
    "product": {},
    "quotient": {"u": "above the bar u =", "v": "below the bar v ="},
    "reciprocal": {"v": "below the bar v ="},
    "general power": {"u": "the base is", "v": "the exponent is"},
    "constant multiple": {"c": "the constant factor is", "u": "what changes is"},
    "quotient for a product": {"u": "u =", "v": "below the bar v ="},
    "product for a quotient": {"u": "u =", "v": "v ="},
    "change of base": {"u": "the argument is", "b": "the base is"},
    "power": {"n": "the exponent is"},
    "root": {"n": "the degree is"},
    "exponential": {"a": "the base is"},
    "meaning": {"means": "it means"},
}
"""Rule -> roles that its hint shows, with what they are called; an empty row shows all but derivatives."""


BLANKS = {
    "chain rule": "first the derivative of the outside at the inside, then the derivative of the inside",
    "product": "each □ is the derivative of the factor that is missing beside it",
    "quotient": "first the derivative of what is above the bar, then of what is below it",
    "reciprocal": "□ is the derivative of what is below the bar",
    "general power": "□ is the derivative of the exponent times the logarithm of the base",
    "power": "first the exponent, then the exponent less one",
    "definitions": "each □ is a derivative: of the result by a name, then of that name",
    "several arguments": "for each argument, the derivative by it times the argument's own derivative",
    "piecewise": "each □ is the derivative of its branch",
    "maximum and minimum": "each □ is the derivative of the argument that wins there",
    "constant": "how fast does a constant change?",
}
"""Rule -> what its blanks stand for."""
