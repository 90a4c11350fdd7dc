"""Syntax in the matrix notation -> text, terminal and LaTeX: ' .* ./ .^ and the functions of matrices, e a name.

A matrix formula is wrapped by `in_matrices`, so that every page and record writes it in this notation. `indexed` is an entry.
"""

from __future__ import annotations

from collections.abc import Collection

from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.latex_writer import LatexWriter, around, held
from chainrule_cli.notation.syntax import Apply, Syntax
from chainrule_cli.notation.text_writer import TextWriter
from chainrule_cli.notation.unicode_writer import UnicodeWriter, raised
from chainrule_cli.notation.writer_base import (
    ATOM,
    ENTRY,
    POWER,
    PRODUCT,
    QUOTIENT,
    Piece,
    Writer,
    bracketed,
    listed,
)

ENTRYWISE = (".*", "./")


class MatrixNotation(Writer):
    """What the three notations of matrices share. signs: of the operators entry by entry."""

    signs = {".*": " .* ", "./": " ./ "}  # noqa: RUF012  # a constant of each notation

    def __init__(self, taken: Collection[str] = ()) -> None:
        super().__init__((*taken, "e"))

    def piece(self, node: Syntax, args: list[Piece]) -> Piece:
        if isinstance(node, Apply):
            match node.function:
                case "'":
                    return self.turned(node, args[0])
                case ".*" | "./":
                    return self.entrywise(node, args)
                case ".^":
                    return self.raised(args)
                case _ if node.function == ENTRY:
                    return self.entry(args)
        return super().piece(node, args)

    def turned(self, node: Apply, arg: Piece) -> Piece:
        return Piece(f"{bracketed(arg, ATOM)}'", ATOM)

    def entrywise(self, node: Apply, args: list[Piece]) -> Piece:
        first = node.args[0]
        chained = isinstance(first, Apply) and first.function in ENTRYWISE
        left = args[0].text if chained else bracketed(args[0], QUOTIENT)
        return Piece(f"{left}{self.signs[node.function]}{bracketed(args[1], POWER)}", PRODUCT)

    def raised(self, args: list[Piece]) -> Piece:
        return Piece(f"{bracketed(args[0], ATOM)}.^{bracketed(args[1], ATOM)}", POWER)

    def entry(self, args: list[Piece]) -> Piece:
        return Piece(f"{bracketed(args[0], ATOM)}[{','.join(each.text for each in args[1:])}]", ATOM)

    def between(
        self, left: Syntax, right: Syntax, before: str, after: str
    ) -> str:  # as the others are called
        return self.times


class MatrixText(MatrixNotation, TextWriter):
    """ASCII that is read again."""

    def applied(self, node: Apply, args: list[Piece]) -> Piece:
        return Piece(f"{node.function}({listed(args)})" if args else node.function, ATOM)


class MatrixUnicode(MatrixNotation, UnicodeWriter):
    """What people write in a terminal: Aᵀ, X⁻¹, ⊙."""

    times = "·"
    signs = {".*": " ⊙ ", "./": " ⊘ "}  # noqa: RUF012

    def turned(self, node: Apply, arg: Piece) -> Piece:
        inner = node.args[0]
        if isinstance(inner, Apply) and inner.function == "inv":
            return Piece(arg.text[:-1] + "ᵀ", ATOM)
        return Piece(f"{bracketed(arg, ATOM)}ᵀ", ATOM)

    def power(self, node: Apply, args: list[Piece]) -> Piece:
        if not isinstance(node.args[0], Apply) or not node.args[0].args:
            return super().power(node, args)
        base, exponent = bracketed(args[0], ATOM), raised(node.args[1])
        if exponent is None or base[-1] in "⁻¹ᵀ":
            return Piece(f"{base}^{self.exponent(node.args[1], args[1])}", POWER)
        return Piece(base + exponent, POWER)

    def applied(self, node: Apply, args: list[Piece]) -> Piece:
        match node.function:
            case "inv":
                return Piece(
                    f"{bracketed(args[0], ATOM)}⁻¹"
                    if not args[0].text.endswith("ᵀ")
                    else f"({args[0].text})⁻¹",
                    ATOM,
                )
            case "kron":
                return Piece(" ⊗ ".join(bracketed(each, POWER) for each in args), PRODUCT)
            case "pi":
                return Piece("π", ATOM)
        return Piece(f"{node.function}({listed(args)})" if args else node.function, ATOM)


LATEX = {
    "tr": r"\operatorname{tr}", "det": r"\det", "logdet": r"\log\det", "diag": r"\operatorname{diag}", "softmax": r"\operatorname{softmax}",
    "sum": r"\operatorname{sum}", "max": r"\max", "min": r"\min", "log": r"\log", "exp": r"\exp", "sigmoid": r"\sigma",
}  # fmt: skip


class MatrixLatex(MatrixNotation, LatexWriter):
    """LaTeX with amsmath."""

    times = " "
    signs = {".*": r" \odot ", "./": r" \oslash "}  # noqa: RUF012

    def name(self, name: str) -> str:
        """Y_bar, a cotangent, and Y_dot, a tangent, with their marks."""
        for mark, command in (("_bar", r"\bar"), ("_dot", r"\dot")):
            if name.endswith(mark):
                letter, _, subscript = super().name(name.removesuffix(mark)).partition("_")
                return f"{command}{{{letter}}}_{subscript}" if subscript else f"{command}{{{letter}}}"
        return super().name(name)

    def turned(self, node: Apply, arg: Piece) -> Piece:
        inner = node.args[0]
        if isinstance(inner, Apply) and inner.function == "inv":
            return Piece(arg.text.removesuffix("^{-1}") + r"^{-\top}", POWER)
        return Piece(held(arg, ATOM) + r"^{\top}", POWER)

    def entrywise(self, node: Apply, args: list[Piece]) -> Piece:
        first = node.args[0]
        chained = isinstance(first, Apply) and first.function in ENTRYWISE
        left = args[0].text if chained else held(args[0], QUOTIENT)
        return Piece(f"{left}{self.signs[node.function]}{held(args[1], POWER)}", PRODUCT)

    def raised(self, args: list[Piece]) -> Piece:
        return Piece(rf"{held(args[0], ATOM)}^{{\odot {args[1].text}}}", POWER)

    def entry(self, args: list[Piece]) -> Piece:
        if args[0].text == "I":
            return Piece(rf"\delta_{{{' '.join(each.text for each in args[1:])}}}", ATOM)
        return Piece(rf"{held(args[0], ATOM)}_{{{' '.join(each.text for each in args[1:])}}}", ATOM)

    def power(self, node: Apply, args: list[Piece]) -> Piece:
        return Piece(f"{held(args[0], ATOM)}^{{{args[1].text}}}", POWER)

    def applied(self, node: Apply, args: list[Piece]) -> Piece:
        match node.function:
            case "inv":
                return Piece(f"{held(args[0], ATOM)}^{{-1}}", POWER)
            case "kron":
                return Piece(r" \otimes ".join(held(each, POWER) for each in args), PRODUCT)
            case "norm1" | "norm2":
                return Piece(rf"\left\lVert {args[0].text}\right\rVert_{{{node.function[-1]}}}", ATOM)
            case "vector" | "matrix" if args[0].text == "1":
                return Piece(r"\mathbf{1}", ATOM)
            case "eye":
                return Piece("I", ATOM)
            case "sqrt":
                return Piece(rf"\sqrt{{{args[0].text}}}", ATOM)
            case "abs":
                return Piece(rf"\left|{args[0].text}\right|", ATOM)
            case "pi":
                return Piece(r"\pi", ATOM)
        row = FUNCTIONS.get(node.function)
        head = LATEX.get(node.function) or (row.latex if row else rf"\operatorname{{{node.function}}}")
        return Piece(head + around(", ".join(piece.text for piece in args)), ATOM)
