"""The commands of LaTeX that are read, by what they stand for. A new one is a row in one of these tables."""

from __future__ import annotations

from chainrule_cli.notation.characters import GREEK_NAMES

SYMBOLS = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "lt": "<", "gt": ">",
    "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=",
    "ne": "!=", "neq": "!=",
    "land": "and", "wedge": "and", "lor": "or", "vee": "or", "lnot": "not", "neg": "not",
    "vert": "|", "mid": "|", "lvert": "|(", "rvert": "|)", "|": "|", "prime": "'",
    "{": "(", "}": ")", "lbrace": "(", "rbrace": ")", "lparen": "(", "rparen": ")",
    "lbrack": "[", "rbrack": "]",
}  # fmt: skip
"""Command -> the kind of its token."""

SKIPPED = frozenset(
    {
        *",;:! ()[]", "quad", "qquad", "thinspace", "enspace", "space", "displaystyle", "textstyle", "mathop",
        "limits", "nolimits", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr",
    }
)  # fmt: skip
"""Commands that only move or size what follows."""

LETTERS = {name.lower() if name == "Pi" else name: name for name in GREEK_NAMES} | {
    "varepsilon": "epsilon",
    "varphi": "phi",
    "vartheta": "theta",
    "varrho": "rho",
    "varsigma": "sigma",
}
"""Command -> the name of the letter."""

ROUNDED = {"lfloor": "floor", "lceil": "ceiling"}
"""Brackets that apply a function."""
ROUNDED_END = frozenset({"rfloor", "rceil"})
FRACTIONS = frozenset({"frac", "dfrac", "tfrac", "cfrac"})
UPRIGHT = frozenset(
    {"operatorname", "mathrm", "text", "textrm", "mathit", "mathbf", "mathsf", "textit", "mathnormal"}
)
"""Commands whose group holds a word, not a product of letters."""
CASES = frozenset({"cases", "dcases", "rcases"})
"""Environments of pieces with their conditions."""
OTHERWISE = frozenset({"otherwise", "else", "sonst", "elsewhere"})
"""Words of a case that holds where no other does."""
CONNECTING = frozenset({"if", "for", "when", "falls", "where"})
"""Words between a piece and its condition."""

ALL = frozenset({*SYMBOLS, *LETTERS, *FRACTIONS, "sqrt", "left", "right", "operatorname"})
"""What an unknown command is compared with, beside the functions of the language."""
