"""Reading -> the rows and columns of every part of it, by unification; or where they do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule_cli.matrix.language import ROWS
from chainrule_cli.matrix.shaped import Shaped
from chainrule_cli.matrix.sizes import SCALAR, Declared, Extent, Size, Sizes
from chainrule_cli.notation.characters import GREEK_NAMES
from chainrule_cli.notation.syntax import Apply, Name, Number, Reading, Syntax, postorder


def infer(reading: Reading, declared: Declared, *, loose: bool = False) -> Shaped:
    """The shapes of everything. loose: a size that nothing asks for may be any.

    Raises QuestionError where sizes do not fit or are not known."""
    shaped = Shaped(reading, Sizes())
    _shape_variables(shaped, declared)
    for definition in reading.definitions:
        _shape_expression(shaped, definition.body)
        shaped.of[definition.name] = shaped.extents[id(definition.body)]
    _shape_expression(shaped, reading.expr)
    if not loose:
        _refuse_loose(shaped)
    shaped.sizes.settle(set(reading.variables) | set(shaped.of))
    return shaped


def _shape_variables(shaped: Shaped, declared: Declared) -> None:
    """A name that stands for a size in a declaration is a number, as large as that size."""
    variables = shaped.reading.variables
    typed = {what for sizes in declared.values() if isinstance(sizes, tuple) for what in sizes}
    shaped.letters = frozenset(name for name in variables if name in typed and name not in declared)
    for name in variables:
        shaped.of[name] = SCALAR if name in shaped.letters else _shape_variable(shaped, name, declared)
    for name in sorted(shaped.letters):
        shaped.sizes.enter(name)
        shaped.remark(f"{name} is read as the size {name}")
    if "I" in shaped.of and "I" not in declared:
        shaped.remark("I is a matrix like any other; eye is the identity")


def _shape_variable(shaped: Shaped, name: str, declared: Declared) -> Extent:
    sizes = shaped.sizes
    wish = declared.get(name)
    if isinstance(wish, tuple):
        shaped.declared[name] = wish
        extent = tuple(None if what == 1 else sizes.enter(what) for what in wish)
        return (extent[0], extent[1] if len(extent) > 1 else None)
    rank = wish if wish is not None else _guess_rank(name)
    return (sizes.add() if rank > 0 else None, sizes.add() if rank > 1 else None)


def _guess_rank(name: str) -> int:
    """a..g are numbers, h..z vectors, A..Z matrices; Greek letters and what begins with none are numbers."""
    first = name[0]
    if not (first.isascii() and first.isalpha()) or (len(name) > 2 and name in GREEK_NAMES):
        return 0
    return 2 if first.isupper() else 0 if first <= "g" else 1


def _shape_expression(shaped: Shaped, expr: Syntax) -> None:
    for node in postorder(expr):
        match node:
            case Number():
                shaped.extents[id(node)] = SCALAR
            case Name():
                shaped.extents[id(node)] = shaped.of[node.id]
            case Apply():
                row = ROWS.get(node.function)
                if row is None:
                    raise shaped.fail(f"{node.function} is not of the matrix notation", node.span)
                args = [shaped.extents[id(arg)] for arg in node.args]
                shaped.extents[id(node)] = row.shape(shaped, node, args)


def _refuse_loose(shaped: Shaped) -> None:
    """A size that nothing asks for, such as that of a lone vector(1), is an error."""
    sizes = shaped.sizes
    tied = {
        sizes.find(size) for name in shaped.reading.variables for size in shaped.of[name] if size is not None
    }
    for node in _operations(shaped):
        loose = [size for size in _roots(shaped, node) if size not in tied]
        if loose and not any(size in sizes.known for size in loose):
            raise shaped.fail(
                "nothing says how large this is", node.span, "it takes the size of what it meets"
            )


def _operations(shaped: Shaped) -> Iterator[Apply]:
    for body in (*(each.body for each in shaped.reading.definitions), shaped.reading.expr):
        yield from (node for node in postorder(body) if isinstance(node, Apply))


def _roots(shaped: Shaped, node: Syntax) -> list[Size]:
    return [shaped.sizes.find(size) for size in shaped.extents[id(node)] if size is not None]
