"""Syntax in the matrix notation -> text, terminal and LaTeX: ' .* ./ .^ and the functions of matrices.

A matrix formula is wrapped by `in_matrices`, so that every page and record writes it in this notation. A
function is its name and brackets; one that has a sign of its own gets a case in `applied`. e is a name.
"""

from __future__ import annotations

from collections.abc import Collection

from chainrule_cli.notation.functions import FUNCTIONS
from chainrule_cli.notation.latex_writer import LatexWriter, put_latex_brackets, surround
from chainrule_cli.notation.syntax import Apply, Syntax
from chainrule_cli.notation.text_writer import TextWriter
from chainrule_cli.notation.unicode_writer import UnicodeWriter, raise_integer
from chainrule_cli.notation.writer_base import (
    ATOM,
    ENTRY,
    POWER,
    PRODUCT,
    QUOTIENT,
    Writer,
    WrittenPiece,
    join_pieces,
    put_brackets,
)

ENTRYWISE = (".*", "./")


def _is_inverse(node: Syntax) -> bool:
    return isinstance(node, Apply) and node.function == "inv"


class MatrixNotation(Writer):
    """What the three notations of matrices share. signs: of the operators entry by entry."""

    signs = {".*": " .* ", "./": " ./ "}  # noqa: RUF012  # a constant of each notation

    def __init__(self, taken: Collection[str] = ()) -> None:
        super().__init__((*taken, "e"))

    def write_node(self, node: Syntax, args: list[WrittenPiece]) -> WrittenPiece:
        if isinstance(node, Apply):
            match node.function:
                case "'" if _is_inverse(node.args[0]):
                    return self.transpose_inverse(args[0])
                case "'":
                    return self.transpose(args[0])
                case ".*" | "./":
                    return self.multiply_entries(node, args)
                case ".^":
                    return self.raise_entries(args)
                case _ if node.function == ENTRY:
                    return self.write_entry(args)
        return super().write_node(node, args)

    def transpose(self, arg: WrittenPiece) -> WrittenPiece:
        return WrittenPiece(f"{put_brackets(arg, ATOM)}'", ATOM)

    def transpose_inverse(self, arg: WrittenPiece) -> WrittenPiece:
        return self.transpose(arg)

    def multiply_entries(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        first = node.args[0]
        chained = isinstance(first, Apply) and first.function in ENTRYWISE
        left = args[0].text if chained else put_brackets(args[0], QUOTIENT)
        return WrittenPiece(f"{left}{self.signs[node.function]}{put_brackets(args[1], POWER)}", PRODUCT)

    def raise_entries(self, args: list[WrittenPiece]) -> WrittenPiece:
        return WrittenPiece(f"{put_brackets(args[0], ATOM)}.^{put_brackets(args[1], ATOM)}", POWER)

    def write_entry(self, args: list[WrittenPiece]) -> WrittenPiece:
        return WrittenPiece(
            f"{put_brackets(args[0], ATOM)}[{','.join(each.text for each in args[1:])}]", ATOM
        )

    def between(self, *_parts: object, **_named: object) -> str:
        return self.times


class MatrixText(MatrixNotation, TextWriter):
    """ASCII that is read again."""

    def write_function(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        return WrittenPiece(f"{node.function}({join_pieces(args)})" if args else node.function, ATOM)


class MatrixUnicode(MatrixNotation, UnicodeWriter):
    """What people write in a terminal: Aᵀ, X⁻¹, ⊙."""

    times = "·"
    signs = {".*": " ⊙ ", "./": " ⊘ "}  # noqa: RUF012

    def transpose(self, arg: WrittenPiece) -> WrittenPiece:
        return WrittenPiece(f"{put_brackets(arg, ATOM)}ᵀ", ATOM)

    def transpose_inverse(self, arg: WrittenPiece) -> WrittenPiece:
        return WrittenPiece(arg.text[:-1] + "ᵀ", ATOM)

    def power(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        if not isinstance(node.args[0], Apply) or not node.args[0].args:
            return super().power(node, args)
        base, exponent = put_brackets(args[0], ATOM), raise_integer(node.args[1])
        if exponent is None or base[-1] in "⁻¹ᵀ":
            return WrittenPiece(f"{base}^{self.exponent(node.args[1], args[1])}", POWER)
        return WrittenPiece(base + exponent, POWER)

    def write_function(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        match node.function:
            case "inv" if args[0].text.endswith("ᵀ"):
                return WrittenPiece(f"({args[0].text})⁻¹", ATOM)
            case "inv":
                return WrittenPiece(f"{put_brackets(args[0], ATOM)}⁻¹", ATOM)
            case "kron":
                return WrittenPiece(" ⊗ ".join(put_brackets(each, POWER) for each in args), PRODUCT)
            case "pi":
                return WrittenPiece("π", ATOM)
        return WrittenPiece(f"{node.function}({join_pieces(args)})" if args else node.function, ATOM)


LATEX = {"det": r"\det", "logdet": r"\log\det", "log": r"\log"}
"""Commands of functions, where FUNCTIONS has none or another; any other function is an operator name."""


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

    def transpose(self, arg: WrittenPiece) -> WrittenPiece:
        return WrittenPiece(put_latex_brackets(arg, ATOM) + r"^{\top}", POWER)

    def transpose_inverse(self, arg: WrittenPiece) -> WrittenPiece:
        return WrittenPiece(arg.text.removesuffix("^{-1}") + r"^{-\top}", POWER)

    def multiply_entries(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        first = node.args[0]
        chained = isinstance(first, Apply) and first.function in ENTRYWISE
        left = args[0].text if chained else put_latex_brackets(args[0], QUOTIENT)
        return WrittenPiece(f"{left}{self.signs[node.function]}{put_latex_brackets(args[1], POWER)}", PRODUCT)

    def raise_entries(self, args: list[WrittenPiece]) -> WrittenPiece:
        return WrittenPiece(rf"{put_latex_brackets(args[0], ATOM)}^{{\odot {args[1].text}}}", POWER)

    def write_entry(self, args: list[WrittenPiece]) -> WrittenPiece:
        if args[0].text == "I":
            return WrittenPiece(rf"\delta_{{{' '.join(each.text for each in args[1:])}}}", ATOM)
        return WrittenPiece(
            rf"{put_latex_brackets(args[0], ATOM)}_{{{' '.join(each.text for each in args[1:])}}}", ATOM
        )

    def power(self, _node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        return WrittenPiece(f"{put_latex_brackets(args[0], ATOM)}^{{{args[1].text}}}", POWER)

    def write_function(self, node: Apply, args: list[WrittenPiece]) -> WrittenPiece:
        match node.function:
            case "inv":
                return WrittenPiece(f"{put_latex_brackets(args[0], ATOM)}^{{-1}}", POWER)
            case "kron":
                return WrittenPiece(
                    r" \otimes ".join(put_latex_brackets(each, POWER) for each in args), PRODUCT
                )
            case "norm1" | "norm2":
                return WrittenPiece(rf"\left\lVert {args[0].text}\right\rVert_{{{node.function[-1]}}}", ATOM)
            case "vector" | "matrix" if args[0].text == "1":
                return WrittenPiece(r"\mathbf{1}", ATOM)
            case "eye":
                return WrittenPiece("I", ATOM)
            case "sqrt":
                return WrittenPiece(rf"\sqrt{{{args[0].text}}}", ATOM)
            case "abs":
                return WrittenPiece(rf"\left|{args[0].text}\right|", ATOM)
            case "pi":
                return WrittenPiece(r"\pi", ATOM)
        row = FUNCTIONS.get(node.function)
        head = LATEX.get(node.function) or (row.latex if row else rf"\operatorname{{{node.function}}}")
        return WrittenPiece(head + surround(", ".join(piece.text for piece in args)), ATOM)
