"""The characters of formulas: Greek letters, signs, raised and lowered digits, and what each is in ASCII.

Readers and writers share these tables. A new spelling of a sign is a row in SIGNS.
"""

from __future__ import annotations

import unicodedata

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
    "+": "+", "-": "-", "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "⁃": "-", "➖": "-",
    "➕": "+", "*": "*", "·": "*", "×": "*", "⋅": "*", "∙": "*", "∗": "*", "•": "*", "✕": "*", "✖": "*",
    "⨯": "*", "・": "*", "⋆": "*", "/": "/", "÷": "/", "∕": "/", "⁄": "/", "∶": "/", "➗": "/",
    "^": "^", "ˆ": "^", "(": "(", ")": ")", "[": "[", "]": "]", "{": "{", "}": "}", "〖": "(", "〗": ")",
    "|": "|", "∣": "|", "❘": "|", "ǀ": "|", ",": ",", ";": ";", "\n": ";",
    "=": "=", "<": "<", ">": ">", "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "≦": "<=", "≧": ">=", "≠": "!=",
    "&": "and", "∧": "and", "∨": "or", "~": "not", "¬": "not", "√": "√", "∛": "√", "∜": "√", "π": "π",
    "'": "'", "′": "'", "’": "'", "´": "'", "ʹ": "'", "ʼ": "'", "‵": "'", "″": "''", "ʺ": "''", "‴": "'''",
    "→": "mark", "⇒": "mark", "⟹": "mark", "⟶": "mark", "↦": "mark", "⟼": "mark", "➔": "mark", "➡": "mark",
    "∴": "mark", "∵": "mark", "⇔": "mark", "⟺": "mark",
}  # fmt: skip
"""Character -> the kind of its token."""
SIGN_PAIRS = {
    "**": "^", "==": "==", "!=": "!=", "<>": "!=", "<=": "<=", "=<": "<=", ">=": ">=", "=>": ">=",
    "&&": "and", "->": "mark",
}  # fmt: skip
"""The same for signs of two characters."""

BRACKETS = {"(": ")", "[": "]", "{": "}", "|(": "|)"}
"""Kind of an opening bracket -> kind of its closing one; |( and |) are bars that LaTeX tells apart."""

ROOT_DEGREES = {"√": 2, "∛": 3, "∜": 4}

SUPERSCRIPTS = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿˣʸⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷᶻᵅᵝᶿᐟᐧ",
        "0123456789+-=()nxyiabcdefghjklmoprstuvwzαβθ/*",
        strict=True,
    )
)
"""Raised characters that are read as an exponent."""
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx", strict=True))
TRANSPOSED = "ᵀ"
"""A letter to Python, a superscript to people."""

FRACTIONS = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
    "⅑": (1, 9), "⅒": (1, 10),
}  # fmt: skip
"""Character -> the numbers above and below its bar."""

INVISIBLE = frozenset("\u00ad\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\ufe0e\ufe0f")
"""Marks of no width, and the operators that word processors write without showing them."""
IMAGINARY = frozenset("ⅈⅉ")
PLAINER = ("<font>", "<wide>", "<narrow>", "<small>", "<noBreak>")
"""How a character differs from its plain one where that means nothing."""


class _Plain(dict[int, str]):
    """For str.translate: what a character is in plain writing, one for one, looked up once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = self[code] = _find_plain(char)
        return plain


def _find_plain(char: str) -> str:
    if char in INVISIBLE or unicodedata.category(char) == "Zs":
        return " "
    if char in IMAGINARY or not unicodedata.decomposition(char).startswith(PLAINER):
        return char
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char


_PLAIN = _Plain()


def write_plainly(text: str) -> str:
    """The text, as long as it was: italic, wide and other dressed-up characters as plain ones, 𝑥 as x."""
    return text if text.isascii() else text.translate(_PLAIN)


_RAISED = {plain: raised for raised, plain in SUPERSCRIPTS.items()}
_LOWERED = {plain: lowered for lowered, plain in SUBSCRIPTS.items()}


def raise_digits(text: str) -> str:
    """-12 as ⁻¹²"""
    return "".join(_RAISED[digit] for digit in text)


def lower_digits(text: str) -> str:
    """12 as ₁₂"""
    return "".join(_LOWERED[digit] for digit in text)
