"""The characters of formulas: Greek letters, signs, raised and lowered digits, and what each is in ASCII.

Readers and writers share these tables. A new spelling of a sign is a row in SIGNS.
"""

from __future__ import annotations

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi",
    "ο": "omicron", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega",
    "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi",
    "Ψ": "Psi", "Ω": "Omega",
    "ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "ϱ": "rho", "µ": "mu", "ς": "sigma",
}  # fmt: skip
GREEK_NAMES = frozenset(GREEK.values())
GREEK_LETTERS = {name: letter for letter, name in reversed(GREEK.items())}
"""Name -> letter, the first of those that have the name."""

SIGNS = {
    "+": "+", "-": "-", "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-",
    "*": "*", "·": "*", "×": "*", "⋅": "*", "∙": "*", "∗": "*", "•": "*",
    "/": "/", "÷": "/", "∕": "/", "⁄": "/", "^": "^",
    "(": "(", ")": ")", "[": "[", "]": "]", "{": "{", "}": "}", "|": "|", "∣": "|",
    ",": ",", ";": ";", "\n": ";",
    "=": "=", "<": "<", ">": ">", "≤": "<=", "≥": ">=", "≠": "!=",
    "&": "and", "∧": "and", "∨": "or", "~": "not", "¬": "not",
    "√": "√", "∛": "√", "∜": "√", "'": "'", "′": "'", "’": "'", "″": "''", "π": "π",
}  # fmt: skip
"""Character -> the kind of its token."""
SIGN_PAIRS = {
    "**": "^", "==": "==", "!=": "!=", "<>": "!=", "<=": "<=", "=<": "<=", ">=": ">=", "=>": ">=",
    "&&": "and",
}  # fmt: skip
"""The same for signs of two characters."""

BRACKETS = {"(": ")", "[": "]", "{": "}", "|(": "|)"}
"""Kind of an opening bracket -> kind of its closing one; |( and |) are bars that LaTeX tells apart."""

ROOT_DEGREES = {"√": 2, "∛": 3, "∜": 4}

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿˣʸ", "0123456789+-()nxy", strict=True))
"""Raised characters that are read as an exponent."""
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
TRANSPOSED = "ᵀ"
"""A letter to Python, a superscript to people."""

_RAISED = {plain: raised for raised, plain in SUPERSCRIPTS.items()}
_LOWERED = {plain: lowered for lowered, plain in SUBSCRIPTS.items()}


def raise_digits(text: str) -> str:
    """-12 as ⁻¹²"""
    return "".join(_RAISED[digit] for digit in text)


def lower_digits(text: str) -> str:
    """12 as ₁₂"""
    return "".join(_LOWERED[digit] for digit in text)
