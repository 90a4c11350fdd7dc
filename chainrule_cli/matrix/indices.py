"""A derivative with more than two axes, entry by entry: as a formula of entries and as numpy code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from chainrule_cli.matrix.derivative import Derivative, EntryTerm
from chainrule_cli.matrix.nodes import FIRST, EntryProduct, Matrix, Transposed, is_zero, split_factors
from chainrule_cli.matrix.numpy_code import write_code
from chainrule_cli.matrix.numpy_pieces import NumpyNames
from chainrule_cli.matrix.spelling import spell, spell_number, spell_quotient
from chainrule_cli.notation.syntax import Apply, Name, Number, Syntax
from chainrule_cli.notation.writer_base import ENTRY

LETTERS = "ijklpqrstuvwabcd"
AXES = "abcdefghijklmnopqrstuvwxyz"


def choose_letters(derivative: Derivative) -> list[str]:
    """A letter for each axis: the output's, then the variable's; none is a name of the formula."""
    taken = set(derivative.shaped.of)
    numbered = (f"i{number}" for number in range(len(taken) + sum(derivative.axes)))
    free = (letter for letter in (*LETTERS, *numbered) if letter not in taken)
    most = max((len(term.summed) for term in derivative.terms), default=0)
    return [next(free) for _ in range(sum(derivative.axes) + most)]


def name_sizes(derivative: Derivative) -> dict[int, str]:
    """What each stand-in of a size is called."""
    return {number: derivative.shaped.sizes.write_size(size) for size, number in derivative.stand_ins.items()}


def spell_answer(derivative: Derivative) -> Syntax:
    """The answer as a formula of the notation: of matrices, or of entries."""
    sizes = name_sizes(derivative)
    if derivative.matrix is not None:
        return spell(derivative.matrix, sizes)
    return _spell_entries(derivative, sizes)


def _spell_entries(derivative: Derivative, sizes: Mapping[int, str]) -> Syntax:
    """The entry at the letters as a sum of products; a letter that stands on the right alone is summed."""
    names = choose_letters(derivative)
    terms = [_spell_term(term, names, sizes) for term in derivative.terms if not is_zero(term.scale)]
    ordered = sorted(terms, key=lambda term: isinstance(term, Apply) and term.function == "neg")
    return Number(0) if not ordered else ordered[0] if len(ordered) == 1 else Apply("+", tuple(ordered))


def _spell_term(term: EntryTerm, names: Sequence[str], sizes: Mapping[int, str]) -> Syntax:
    factor, powers, _ = split_factors(term.scale)
    above: list[Syntax] = [spell_number(abs(factor))] if abs(factor) != 1 else []
    below: list[Syntax] = []
    raised = [(spell(each, sizes), power) for each, power in powers]
    for matrix, slots in term.entries:
        for each, at, power in _split_entry(matrix, slots):
            at_letters = (Name(names[slot]) for slot in at)
            raised.append((Apply(ENTRY, (spell(each, sizes), *at_letters)), power))
    for base, power in raised:
        size = abs(power)
        (above if power > 0 else below).append(base if size == 1 else Apply("^", (base, spell_number(size))))
    whole = spell_quotient(above, below)
    return Apply("neg", (whole,)) if factor < 0 else whole


def _split_entry(matrix: Matrix, slots: Sequence[int]) -> list[tuple[Matrix, Sequence[int], Fraction]]:
    """An entry of a product entry by entry is the product of the entries."""
    if not isinstance(matrix, EntryProduct):
        return [(matrix, slots, FIRST)]
    return [
        (each.args[0], slots[::-1], power) if isinstance(each, Transposed) else (each, slots, power)
        for each, power in matrix.factors
    ]


# numpy


def write_numpy(derivative: Derivative, names: NumpyNames) -> str:
    """One numpy expression: an array with the axes of the output, then those of the variable."""
    parts = [_write_einsum(term, derivative, names) for term in derivative.terms if not is_zero(term.scale)]
    if not parts:
        return f"np.zeros(({', '.join(names.sizes[size] for size in derivative.sizes)}))"
    text = parts[0]
    for part in parts[1:]:
        text += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
    return text


def _write_einsum(term: EntryTerm, derivative: Derivative, names: NumpyNames) -> str:
    """A letter that no entry has repeats along its axis: ones stand there."""
    axes = AXES[: sum(derivative.axes)]
    operands = [(name_slots(slots), write_code(matrix, names)) for matrix, slots in term.entries]
    borne = {letter for indices, _ in operands for letter in indices}
    operands += [
        (letter, f"np.ones({names.sizes[size]})")
        for letter, size in zip(axes, derivative.sizes, strict=True)
        if letter not in borne
    ]
    indices = ",".join(each for each, _ in operands)
    whole = f"np.einsum('{indices}->{axes}', {', '.join(text for _, text in operands)})"
    factor = write_code(term.scale, names)
    if factor in ("1", "-1"):
        return whole if factor == "1" else f"-{whole}"
    is_simple = factor.replace(".", "").lstrip("-").isalnum()
    return f"{factor} * {whole}" if is_simple else f"({factor}) * {whole}"


def name_slots(slots: Sequence[int]) -> str:
    """The letters of an einsum at these slots."""
    return "".join(AXES[slot] for slot in slots)
