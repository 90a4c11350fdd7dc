"""Sizes: what is known of rows and columns, which of them must be the same, and how --shapes writes them.

A size is a number, a letter, or unknown; unification (Robinson 1965) makes two equal, or they differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from chainrule_cli.errors import UsageError
from chainrule_cli.notation.lexer import tokenize

Size: TypeAlias = int
"""One of the sizes that a table knows, by its number there."""

Extent: TypeAlias = "tuple[Size | None, Size | None]"
"""Rows and columns; None is a one that is there by nature: a vector is a column, a number has neither."""

SCALAR: Extent = (None, None)

Declared: TypeAlias = "Mapping[str, tuple[int | str, ...] | int]"
"""What --shapes says of a name: its sizes, or how many it has where only the kind is named."""

LARGEST = 10**9
LETTERS = "mnpqrstuvw"
SMALLEST_STAND_IN, LARGEST_KEPT = 3, 9

_ITEM = re.compile(r"\s*([^\W\d]\w*)\s*:\s*(.*?)\s*")
_SIZES = re.compile(r"(\d+|[A-Za-z]\w*?)(?:\s*[x×*]\s*(\d+|[A-Za-z]\w*?))?")
_LIST = re.compile(r"[\[(](.*)[\])]")
RANKS = {"scalar": 0, "number": 0, "vector": 1, "matrix": 2}


@dataclass(slots=True)
class Sizes:
    """parents: of the union.
    known: a representative's number or letter.
    guesses: letters that a message gave to unknown ones."""

    parents: list[int] = field(default_factory=list)
    known: dict[int, int | str] = field(default_factory=dict)
    named: dict[int | str, int] = field(default_factory=dict)
    guesses: dict[int, str] = field(default_factory=dict)

    def add(self) -> Size:
        self.parents.append(len(self.parents))
        return len(self.parents) - 1

    def enter(self, what: int | str) -> Size:
        """The size of a number or a letter."""
        if what not in self.named:
            self.named[what] = self.add()
            self.known[self.named[what]] = what
        return self.named[what]

    def find(self, size: Size) -> Size:
        while self.parents[size] != size:
            size = self.parents[size]
        return size

    def unify(self, one: Size | None, other: Size | None) -> bool:
        """Makes two sizes one; False, and nothing changes, where they differ."""
        if one is None or other is None:
            return one is other
        one, other = self.find(one), self.find(other)
        if one == other:
            return True
        if one in self.known and other in self.known:
            return False
        if one in self.known or (other not in self.known and one < other):
            one, other = other, one
        self.parents[one] = other
        return True

    def copy(self) -> Sizes:
        """A copy, to see what would fit."""
        return Sizes(self.parents[:], dict(self.known), dict(self.named), dict(self.guesses))

    def settle(self, taken: set[str]) -> None:
        """A letter for each size that nothing fixes; taken: names that mean something else."""
        used = {str(what) for what in self.known.values()} | taken
        letters = (
            letter
            for letter in (*LETTERS, *(f"n{number}" for number in range(1, len(self.parents) + 1)))
            if letter not in used
        )
        for size in range(len(self.parents)):
            if self.find(size) == size and size not in self.known:
                self.known[size] = next(letters)

    def write_size(self, size: Size | None) -> str:
        if size is None:
            return "1"
        root = self.find(size)
        return str(
            self.known[root] if root in self.known else self.guesses.setdefault(root, self._choose_letter())
        )

    def write(self, extent: Extent) -> str:
        """4x3, 4 for a vector, 1x4 for a row, and a number."""
        rows, columns = extent
        if rows is None and columns is None:
            return "a number"
        return (
            self.write_size(rows)
            if columns is None
            else f"{self.write_size(rows)}x{self.write_size(columns)}"
        )

    def find_number(self, size: Size | None) -> int | None:
        """A size as a number; None for a letter."""
        what = 1 if size is None else self.known.get(self.find(size))
        return what if isinstance(what, int) else None

    def _choose_letter(self) -> str:
        used = {str(what) for what in (*self.known.values(), *self.guesses.values())}
        letters: tuple[str, ...] = (*LETTERS, *(f"n{number}" for number in range(len(used) + 1)))
        return next(letter for letter in letters if letter not in used)

    def assign_stand_ins(self, shift: int = 0) -> dict[Size, int]:
        """A small number for each size, no two alike; small numbers stand for themselves.
        shift: another choice for the others."""
        roots = [size for size in range(len(self.parents)) if self.find(size) == size]
        kept = {
            size: what
            for size in roots
            if isinstance(what := self.known.get(size), int) and 1 < what <= LARGEST_KEPT
        }
        free = (number for number in range(SMALLEST_STAND_IN + shift, 10**6) if number not in kept.values())
        return {size: kept[size] if size in kept else next(free) for size in roots}


def parse_shapes(shapes: str | Mapping[str, object] | None) -> dict[str, tuple[int | str, ...] | int]:
    """What --shapes says, as Declared.

    Raises UsageError for what is no size, with what was typed."""
    found: dict[str, tuple[int | str, ...] | int] = {}
    for typed, sizes in _split_items(shapes):
        name = _read_name(typed)
        if name in found:
            raise UsageError(f"--shapes names {name} twice")
        found[name] = _read_sizes(name, sizes)
    return found


def _split_items(shapes: str | Mapping[str, object] | None) -> Iterator[tuple[str, str]]:
    if shapes is None:
        return
    if isinstance(shapes, Mapping):
        for name, sizes in shapes.items():
            yield name, "x".join(map(str, sizes)) if isinstance(sizes, list | tuple) else str(sizes)
        return
    for item in re.split(r"[,;](?![^(\[]*[)\]])", shapes):
        if not item.strip():
            continue
        parts = _ITEM.fullmatch(item)
        if parts is None:
            raise UsageError(
                f"--shapes cannot be read: {item.strip()[:40]}", hint="such as X:4x3, w:3, a:scalar, Y: m x n"
            )
        yield parts[1], parts[2]


def _read_name(typed: str) -> str:
    words = tokenize(typed)
    if len(words) != 2 or words[0].kind not in ("word", "π"):  # the word and the end
        raise UsageError(f"{typed[:40]!r} is no name of a variable")
    return words[0].text


def _read_sizes(name: str, typed: str) -> tuple[int | str, ...] | int:
    if typed in RANKS:
        return RANKS[typed]
    listed = _LIST.fullmatch(typed)
    if listed is not None:
        typed = "x".join(part.strip() for part in listed[1].split(",") if part.strip())
    if typed == "":
        return 0
    parts = _SIZES.fullmatch(typed)
    if parts is None:
        many = len(re.split(r"[x×*]", typed)) > 2  # rows and columns
        message = (
            f"{name} has more than two sizes: {typed[:40]}"
            if many
            else f"the sizes of {name} cannot be read: {typed[:40]}"
        )
        raise UsageError(message, hint=f"such as {name}:4x3, {name}:4, {name}:m x n, {name}:scalar")
    return tuple(_read_size(name, each, typed) for each in parts.groups() if each is not None)


def _read_size(name: str, typed: str, whole: str) -> int | str:
    if not typed.isdigit():
        return typed
    if len(typed) > len(str(LARGEST)) or not 1 <= int(typed) <= LARGEST:
        empty = set(typed) == {"0"}
        raise UsageError(
            f"{name} is {whole[:40]}: " + ("it has no entries" if empty else f"sizes go up to {LARGEST:,}"),
            hint="sizes begin at 1" if empty else "",
        )
    return int(typed)
