"""The commands of LaTeX that are read, by what they stand for. A new one is a row in one of these tables."""

from __future__ import annotations

from chainrule_cli.notation.characters import GREEK_NAMES
from chainrule_cli.notation.functions import ALIASES
from chainrule_cli.notation.words import LOGARITHMS

SYMBOLS = {
    "cdot": "*", "times": "*", "ast": "*", "cdotp": "*", "bullet": "*", "div": "/", "slash": "/",
    "lt": "<", "gt": ">", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=",
    "geqslant": ">=", "ne": "!=", "neq": "!=", "coloneqq": "=",
    "land": "and", "wedge": "and", "lor": "or", "vee": "or", "lnot": "not", "neg": "not",
    "vert": "|", "mid": "|", "lvert": "|(", "rvert": "|)", "|": "|", "prime": "'",
    "doubleprime": "''", "dprime": "''",
    "{": "(", "}": ")", "lbrace": "(", "rbrace": ")", "lparen": "(", "rparen": ")",
    "lbrack": "[", "rbrack": "]",
}  # fmt: skip
"""Command -> the kind of its token."""

MARKS = frozenset(
    {
        *("to", "rightarrow", "longrightarrow", "Rightarrow", "Longrightarrow", "implies", "mapsto"),
        *("leftrightarrow", "Leftrightarrow", "Longleftrightarrow", "iff", "therefore", "because", "leadsto"),
    }
)
"""Arrows and the like between the lines of a working."""

SKIPPED = frozenset(
    {
        *",;:!> \t\n", "quad", "qquad", "thinspace", "enspace", "space", "nobreakspace", "enskip", "hfill",
        "displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "limits", "nolimits", "middle",
        "rm", "it", "bf", "sf", "tt", "sl", "mit", "boldmath", "normalsize", "large", "Large", "LARGE",
        "huge", "Huge", "small", "boxed", "nonumber", "notag", "relax", "null", "strut", "mathstrut",
        "big", "Big", "bigg", "Bigg", "noindent", "centering", "par", "allowbreak",
        "blacksquare", "checkmark", "qed", "qedhere",
    }
)  # fmt: skip
"""Commands that only move or size what follows, or put it into a box."""

TRANSPARENT = frozenset(
    {
        "mathop", "mathrel", "mathbin", "mathord", "mathopen", "mathclose", "ensuremath", "underline",
        "bm", "boldsymbol", "pmb", "smash", "mathstrut", "emph",
    }
)  # fmt: skip
"""Commands whose group is read as if they were not there."""
COLOURS = {"color": 1, "textcolor": 1, "mathcolor": 1, "colorbox": 1}
"""Commands whose first group says how the next one looks, or all that follows."""

DROPPED = frozenset({"label", "hspace", "vspace", "hspace*", "vspace*", "ref", "eqref", "vphantom"})
"""Commands whose group is no part of the formula."""
NUMBERED = frozenset({"tag", "tag*", "leqno", "eqno"})
"""Commands that number an equation."""
PHANTOMS = frozenset({"phantom", "hphantom"})
"""Commands whose group takes room and is not seen."""
KERNS = frozenset({"kern", "mkern", "hskip", "mskip"})
"""Commands that a length follows."""

LETTERS = {name: name for name in GREEK_NAMES if name != "Pi"} | {
    "varepsilon": "epsilon",
    "varphi": "phi",
    "vartheta": "theta",
    "varrho": "rho",
    "varsigma": "sigma",
    "exponentialE": "e",
    "differentialD": "d",
    "capitalDifferentialD": "D",
    "partial": "∂",
}
"""Command -> the name of the letter."""

WORDS = {
    "cotg": "cot", "cth": "coth", "arccotg": "acot", "arcctg": "acot", "arccotan": "acot", "ld": "lb",
    "arsh": "asinh", "arch": "acosh", "arth": "atanh", "argsh": "asinh", "argch": "acosh", "argth": "atanh",
    "arccsch": "acsch", "arccosec": "acsc", "arcsech": "asech", "arccoth": "acoth", "Pi": "pi",
}  # fmt: skip
"""What authors call functions, where the plain notation has no such word."""
FUNCTION_NAMES = frozenset({*ALIASES, *LOGARITHMS, *WORDS, "log10", "log2"} - {"sqrt", "root", "Pi"})
"""Commands that are a function's name."""

ROUNDED = {"lfloor": "floor", "lceil": "ceiling"}
"""Brackets that apply a function."""
ROUNDED_END = frozenset({"rfloor", "rceil"})
OPENING_SIZES = frozenset({"bigl", "Bigl", "biggl", "Biggl"})
CLOSING_SIZES = frozenset({"bigr", "Bigr", "biggr", "Biggr"})

FRACTIONS = frozenset({"frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"})
DERIVATIVES = {"dv": "d", "odv": "d", "derivative": "d", "pdv": "∂", "pderivative": "∂"}
"""Command of a derivative -> its d."""
DOTS = {"dot": 1, "ddot": 2, "dddot": 3}
"""Accent -> how many derivatives it counts."""
UPRIGHT = frozenset(
    {
        "operatorname", "operatorname*", "mathrm", "mathit", "mathbf", "mathsf", "mathtt", "mathcal",
        "mathnormal", "mathup", "mathbb", "symup", "symrm",
    }
)  # fmt: skip
"""Commands whose group holds a word, not a product of letters."""
TEXTS = frozenset(
    {"text", "textrm", "textit", "textbf", "textsf", "texttt", "textup", "textnormal", "mbox", "hbox", "fbox"}
)
"""Commands whose group holds words."""

CASES = frozenset({"cases", "dcases", "rcases", "numcases"})
"""Environments of pieces with their conditions."""
ARRAYS = frozenset({"array", "matrix", "aligned", "gathered", "split", "smallmatrix"})
"""Environments that hold pieces behind an open brace."""
DISPLAYS = frozenset(
    {"equation", "align", "gather", "multline", "eqnarray", "displaymath", "math", "alignat", "flalign"}
)
"""Environments that begin mathematics among words; each with a star as well."""
LINES = DISPLAYS | {"aligned", "alignedat", "gathered", "split", "multlined", "dgroup", "dmath"}
"""Environments whose rows are lines."""
OTHERWISE = frozenset({"otherwise", "else", "sonst", "elsewhere", "sinon", "ansonsten"})
"""Words of a case that holds where no other does."""
CONNECTING = frozenset({"if", "for", "when", "falls", "where", "wenn", "für", "si", "cuando", "pour"})
"""Words between a piece and its condition."""

_INTEGRAL = ("an integral stands here", "give the function itself")
_DOTS = ("dots stand for something left out", "write all of it")
_TWO = ("two answers stand here, one with + and one with −", "give one of them")
_DEGREES = ("a degree sign stands here", "x degrees are x*pi/180")
_ACCENT = ("an accent stands here", "write a plain letter, or one with a subscript: x_1")
_EMPTY = ("an empty box is left", "fill it, or take it away")
_MODULO = ("a remainder is a function of two arguments", "write mod(x, y)")
_INFINITE = ("infinity stands here", "a formula has finite numbers only")
_ABOUT = ("a value that is only about right stands here", "give it exactly")
_LIMIT = ("a limit stands here", "give the derivative itself")
_MATRIX = ("vectors are read by chainrule matrix", "")
_SET = ("a set stands here", "a formula has numbers only; write conditions as x > 0")
_STRUCK = ("something is struck out", "take it away")
_BINOMIAL = ("a binomial coefficient stands here", "write it out")
REFUSED: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("int", "iint", "iiint", "oint", "intop", "idotsint"), _INTEGRAL),
    **dict.fromkeys(("sum", "coprod"), ("a sum over an index stands here", "write its terms out")),
    **dict.fromkeys(("prod", "Pi"), ("a product over an index stands here", "write its factors out")),
    **dict.fromkeys(("lim", "limsup", "liminf", "sup", "inf"), _LIMIT),
    **dict.fromkeys(("infty", "infin"), _INFINITE),
    **dict.fromkeys(("dots", "ldots", "cdots", "vdots", "ddots", "dotsc", "dotsb"), _DOTS),
    **dict.fromkeys(("pm", "mp", "plusmn"), _TWO),
    **dict.fromkeys(("circ", "degree", "textdegree", "degrees"), _DEGREES),
    **dict.fromkeys(("hat", "widehat", "bar", "overline", "tilde", "widetilde", "check", "breve"), _ACCENT),
    **dict.fromkeys(("placeholder", "square", "Box", "MathQuillMathField"), _EMPTY),
    **dict.fromkeys(("mod", "bmod", "pmod"), _MODULO),
    **dict.fromkeys(("approx", "simeq", "sim", "cong", "approxeq"), _ABOUT),
    **dict.fromkeys(("vec", "overrightarrow", "overset", "underset", "stackrel"), _ACCENT),
    **dict.fromkeys(("cancel", "bcancel", "xcancel", "sout", "not"), _STRUCK),
    **dict.fromkeys(("in", "notin", "mathbb", "forall", "exists", "subset", "cup", "cap", "emptyset"), _SET),
    **dict.fromkeys(("binom", "dbinom", "tbinom", "choose", "atop"), _BINOMIAL),
    **dict.fromkeys(("nabla", "grad"), ("a gradient stands here", "give the function itself")),
    **dict.fromkeys(("det", "intercal", "top", "transpose"), _MATRIX),
    **dict.fromkeys(("imaginaryI", "imaginaryJ", "Re", "Im"), ("variables and values are real numbers", "")),
    "star": ("a star is no sign of a product here", "write *"),
    **dict.fromkeys(("norm", "lVert", "rVert", "Vert"), ("a norm stands here", "write |x| for a number")),
    **dict.fromkeys(("langle", "rangle"), ("angle brackets stand here", "write ( )")),
    "equiv": ("an identity or a congruence stands here", "write ="),
}
"""Command -> what stands there, and what to write instead."""

ALL = frozenset({*SYMBOLS, *LETTERS, *FRACTIONS, *UPRIGHT, *TEXTS, *FUNCTION_NAMES, "sqrt", "left", "right"})
"""What an unknown command is compared with."""
