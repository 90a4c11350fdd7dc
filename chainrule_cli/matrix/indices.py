"""A derivative with more than two axes, entry by entry: as a formula of entries and as numpy code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from chainrule_cli.matrix.algebra import Matrix, is_zero, taken_apart
from chainrule_cli.matrix.derivative import Derivative, Term
from chainrule_cli.matrix.numpy_code import Names, code
from chainrule_cli.matrix.spelling import number, product, spelled
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax
from chainrule_cli.notation.writer_base import ENTRY

LETTERS = "ijklpqrstuvwabcd"
AXES = "abcdefghijklmnopqrstuvwxyz"


def letters(derivative: Derivative) -> list[str]:
    """A letter for each axis: the output's, then the variable's; none is a name of the formula."""
    taken = set(derivative.shaped.of)
    free = (
        letter
        for letter in (*LETTERS, *(f"i{place}" for place in range(len(taken) + sum(derivative.axes))))
        if letter not in taken
    )
    most = max((len(term.summed) for term in derivative.terms), default=0)
    return [next(free) for _ in range(sum(derivative.axes) + most)]


def size_names(derivative: Derivative) -> dict[int, str]:
    """What each stand-in of a size is called."""
    return {number: derivative.shaped.sizes.shown(size) for size, number in derivative.stand_ins.items()}


def syntax(derivative: Derivative) -> Syntax:
    """The answer as a formula of the notation: of matrices, or of entries."""
    sizes = size_names(derivative)
    return formula(derivative, sizes) if derivative.matrix is None else spelled(derivative.matrix, sizes)


def formula(derivative: Derivative, sizes: Mapping[int, str]) -> Syntax:
    """The entry at the letters as a sum of products of entries; a letter that stands on the right alone is summed."""
    names = letters(derivative)
    terms = [_term(term, names, sizes) for term in derivative.terms if not is_zero(term.scale)]
    ordered = sorted(terms, key=lambda term: isinstance(term, Apply) and term.function == "neg")
    return Number(0) if not ordered else ordered[0] if len(ordered) == 1 else Apply("+", tuple(ordered))


def _term(term: Term, names: Sequence[str], sizes: Mapping[int, str]) -> Syntax:
    factor, powers, _ = taken_apart(term.scale)
    above: list[Syntax] = [number(abs(factor))] if abs(factor) != 1 else []
    below: list[Syntax] = []
    entries = [each for matrix, places in term.entries for each in _entries(matrix, places)]
    raised = [(spelled(each, sizes), power) for each, power in powers]
    raised += [
        (Apply(ENTRY, (spelled(each, sizes), *(Name(names[place]) for place in places))), power)
        for each, places, power in entries
    ]
    for base, power in raised:
        (above if power > 0 else below).append(
            base if abs(power) == 1 else Apply("^", (base, number(abs(power))))
        )
    whole = product(above)
    if below:
        whole = Apply("/", (whole, product(below)))
    return Apply("neg", (whole,)) if factor < 0 else whole


def _entries(matrix: Matrix, places: Sequence[int]) -> list[tuple[Matrix, Sequence[int], Fraction]]:
    """An entry of a product entry by entry is the product of the entries."""
    if matrix.kind != "entrywise":
        return [(matrix, places, Fraction(1))]
    return [
        (each.args[0], places[::-1], power) if each.kind == "turned" else (each, places, power)
        for each, power in zip(matrix.args, matrix.value, strict=True)
    ]


def python(derivative: Derivative, names: Names) -> str:
    """One numpy expression: an array with the axes of the output, then those of the variable."""
    axes = AXES[: sum(derivative.axes)]
    parts = [_einsum(term, derivative, axes, names) for term in derivative.terms if not is_zero(term.scale)]
    if not parts:
        return f"np.zeros(({', '.join(names.sizes[size] for size in derivative.sizes)}))"
    text = parts[0]
    for part in parts[1:]:
        text += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
    return text


def _einsum(term: Term, derivative: Derivative, axes: str, names: Names) -> str:
    """A letter that no entry has repeats along its axis: ones stand there."""
    operands = [
        ("".join(AXES[place] for place in places), code(matrix, names)) for matrix, places in term.entries
    ]
    borne = {letter for indices, _ in operands for letter in indices}
    operands += [
        (letter, f"np.ones({names.sizes[size]})")
        for letter, size in zip(axes, derivative.sizes, strict=True)
        if letter not in borne
    ]
    whole = f"np.einsum('{','.join(indices for indices, _ in operands)}->{axes}', {', '.join(text for _, text in operands)})"
    factor = code(term.scale, names)
    if factor in ("1", "-1"):
        return whole if factor == "1" else f"-{whole}"
    simple = factor.replace(".", "").lstrip("-").isalnum()
    return f"{factor} * {whole}" if simple else f"({factor}) * {whole}"
