"""text -> Reading in the matrix notation: statements, definitions and a result. Shapes are inference.py's."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from chainrule_cli.errors import LimitError, ReadError
from chainrule_cli.matrix.grammar import MatrixParser
from chainrule_cli.matrix.tokens import list_tokens, read_words, split_statements
from chainrule_cli.notation import syntax
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.syntax import (
    Apply,
    Definition,
    Name,
    Note,
    Reading,
    Syntax,
    free_names,
    postorder,
)

MOST_OPERATIONS = 300


def read(text: str, declared: Collection[str] = ()) -> Reading:
    """A matrix formula: definitions and a result. declared: names that are one name whatever their letters.

    Raises ReadError and LimitError."""
    syntax.refuse_long(text)
    statements = split_statements(list_tokens(text))
    names = [_find_defined(statement) for statement in statements]
    known = frozenset(declared) | {name for name in names if name}
    notes: list[Note] = []
    definitions: list[Definition] = []
    for name, statement in zip(names, statements, strict=True):
        words = read_words(text, statement[2:] if name else statement, known, notes.append)
        body = MatrixParser(text, words, {}, known, notes.append).parse()
        if name is not None:
            _refuse_definition(text, name, body, definitions, statement[0])
        elif statement is not statements[-1]:
            raise ReadError(
                "only the last statement may be without a name",
                text=text,
                span=statement[0].span,
                hint="write name = ...",
            )
        definitions.append(Definition(name or "", body, span=statement[0].span))
    bodies = [each.body for each in definitions]
    _refuse_large(text, bodies)
    *kept, result = definitions
    own = {each.name for each in kept}
    _refuse_late(text, definitions, own)
    variables = tuple(name for name in free_names(*bodies) if name not in own)
    return Reading(text, result.body, tuple(kept), result.name or None, variables, tuple(notes))


def _find_defined(statement: Sequence[Token]) -> str | None:
    """The name before a =; None where a statement has none."""
    begins = len(statement) > 2 and statement[0].kind == "word" and statement[1].kind == "="
    return statement[0].text if begins else None


def _refuse_definition(
    text: str, name: str, body: Syntax, definitions: Sequence[Definition], token: Token
) -> None:
    if name in free_names(body):
        hint = "give the definition a name of its own"
        raise ReadError(f"{name} is defined by itself", text=text, span=token.span, hint=hint)
    if any(each.name == name for each in definitions):
        raise ReadError(f"{name} is defined twice", text=text, span=token.span)


def _refuse_large(text: str, bodies: Sequence[Syntax]) -> None:
    operations = sum(isinstance(node, Apply) for node in postorder(*bodies))
    if operations > MOST_OPERATIONS:
        raise LimitError(f"the formula has {operations:,} operations, more than {MOST_OPERATIONS}", text=text)


def _refuse_late(text: str, definitions: Sequence[Definition], own: set[str]) -> None:
    """A definition uses names that stand before it."""
    seen: set[str] = set()
    for each in definitions:
        late = [node for node in postorder(each.body) if isinstance(node, Name) and node.id in own - seen]
        if late:
            raise ReadError(f"{late[0].id} is used before it is defined", text=text, span=late[0].span)
        seen.add(each.name)
