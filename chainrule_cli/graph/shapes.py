"""Shapes, which are tuples of sizes: how arrays fit together element by element and along indices
("ij,jk->ik")."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import TypeAlias

from chainrule_cli.errors import QuestionError

Shape: TypeAlias = tuple[int, ...]

LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""Indices for the axes of an array, in order."""


def broadcast(one: Shape, other: Shape) -> Shape:
    """The shape of an operation element by element: axes pair from the right, and an axis of 1 repeats.

    >>> broadcast((4, 1), (3,))
    (4, 3)

    Raises QuestionError where two axes differ and neither is 1.
    """
    sizes = []
    for a, b in zip_longest(reversed(one), reversed(other), fillvalue=1):
        if a != b and 1 not in (a, b):
            raise QuestionError(
                f"shapes {write_shape(one)} and {write_shape(other)} do not fit element by element"
            )
        sizes.append(b if a == 1 else a)
    return tuple(reversed(sizes))


def split_indices(indices: str) -> tuple[list[str], str]:
    """The indices of the arguments and of the result: "ij,jk->ik" is (["ij", "jk"], "ik")."""
    arguments, _, result = indices.partition("->")
    return arguments.split(","), result


def contract(indices: str, shapes: Sequence[Shape], shape: Shape | None = None) -> Shape:
    """The shape of a result along indices.

    shapes: of the arguments
    shape: of the result, where one of its indices stands in no argument

    Raises QuestionError where the indices do not fit the shapes.
    """
    arguments, result = split_indices(indices)
    sizes = dict(zip(result, shape, strict=True)) if shape is not None else {}
    for letters, sizes_of in zip(arguments, shapes, strict=True):
        if len(letters) != len(sizes_of):
            raise QuestionError(
                f"an array of shape {write_shape(sizes_of)} has not the indices {letters or 'of a number'}"
            )
        for letter, size in zip(letters, sizes_of, strict=True):
            if sizes.setdefault(letter, size) != size:
                listed = ", ".join(map(write_shape, shapes))
                raise QuestionError(
                    f"the shapes {listed} do not fit {indices}: {letter} is {sizes[letter]} and {size}"
                )
    missing = [letter for letter in result if letter not in sizes]
    if missing:
        raise QuestionError(f"the size of {missing[0]} in {indices} is not known")
    return tuple(sizes[letter] for letter in result)


def choose_sum_indices(wide: Shape, narrow: Shape) -> str:
    """The indices that sum an array back to the shape that was broadcast to it, axes of 1 kept.

    >>> summed((4, 3), (4, 1))
    'ab->ac'
    """
    letters, fresh = LETTERS[: len(wide)], iter(LETTERS[len(wide) :])
    kept = letters[len(wide) - len(narrow) :]
    sizes = zip(kept, wide[len(wide) - len(narrow) :], narrow, strict=True)
    result = "".join(letter if size == after else next(fresh) for letter, size, after in sizes)
    return f"{letters}->{result}"


def write_shape(shape: Shape) -> str:
    """4x3; a number for ()."""
    return "x".join(map(str, shape)) or "a number"
