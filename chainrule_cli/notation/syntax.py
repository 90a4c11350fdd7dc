"""Syntax: what was typed, as a small immutable tree with spans.

Four shapes (Number, Name, Apply, Definition) and walks over them without recursion. A new kind of formula is
a new function name, never a new shape.

Invariants that readers and writers share:
* A Number is never negative and is an integer or a terminating decimal; -2 is neg(2), 1/3 is /(1, 3).
* "+" and "*" take two or more arguments and are flat as typed: a+b+c is one "+", a+(b+c) is two. A term that
  is subtracted is neg(term) inside "+": a-b is +(a, neg(b)). "/" and "^" take two.
* e^u and exp(u) are both exp(u); the constants are the nullary applications e() and pi().
* The canonical names of functions are the keys of FUNCTIONS. ln, log(x): log(x). log10(x): log(x, 10).
  root(x, 2): sqrt(x). root(x, 3): cbrt(x). where(c, a, b), Piecewise((a, c), (b, True)): piecewise(a, c, b).
  An odd count of arguments in piecewise ends with the value otherwise; an even count is undefined otherwise.
* A function that FUNCTIONS does not list is undefined (f, g, h ...); `orders` counts derivatives by each
  argument: f'(u) is Apply("f", (u,), (1,)).
* Conditions are Apply of "<", "<=", ">", ">=", "==", "!=", "and", "or", "not"; an equation is
  Apply("=", (left, right)).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias, TypeVar

from chainrule_cli.errors import LimitError, Span
from chainrule_cli.notation.choices import Choice

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number that is not negative. decimal: typed with a point or an exponent."""

    value: Fraction | int
    decimal: bool = False
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, a parameter or the name of a definition."""

    id: str
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Apply:
    """A function or an operator with its arguments.

    orders: of the derivatives of an undefined function by each argument; none for the function itself.
    key: the hash, kept so that trees compare and memoise fast.
    """

    function: str
    args: tuple[Syntax, ...]
    orders: tuple[int, ...] = ()
    span: Span | None = field(default=None, repr=False)
    key: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", hash((self.function, self.args, self.orders)))

    def __hash__(self) -> int:
        return self.key

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Apply) or self.key != other.key:
            return False
        try:
            return (self.function, self.orders, self.args) == (other.function, other.orders, other.args)
        except RecursionError:
            return _are_same(self, other)


Syntax: TypeAlias = Number | Name | Apply


def _are_same(one: Apply, other: Apply) -> bool:
    """Whether two trees are equal, without recursion: formulas may be deeper than the stack allows."""
    stack: list[tuple[Syntax, Syntax]] = [(one, other)]
    while stack:
        left, right = stack.pop()
        if left is right:
            continue
        if not isinstance(left, Apply) or not isinstance(right, Apply):
            if left != right:
                return False
            continue
        if left.key != right.key or len(left.args) != len(right.args):
            return False
        if (left.function, left.orders) != (right.function, right.orders):
            return False
        stack.extend(zip(left.args, right.args, strict=True))
    return True


@dataclass(frozen=True, slots=True)
class Definition:
    """name = body, or name(parameters) = body."""

    name: str
    body: Syntax
    parameters: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on how the text was read, for the reader of the answer."""

    text: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """order: of the derivative. variable: by which, "" where that is not said."""

    order: int
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One text, read.

    expr: the result; the body of the last definition where the text ends with one; an equation is Apply("=").
    definitions: in order, each body using only variables and earlier names.
    name: of the last definition, where that is the result.
    variables: the free names of definitions and result, in order of first appearance.
    notes: how it was read where it could be read in several ways.
    choices: the places that have a second reading.
    asked: what the words or a d/dx before the formula ask for; None where nothing asks.
    functions: what result and definitions apply, operators among them; None where that was not counted.
    parameters: of the last definition, where that is the result: f(t) = ...
    """

    text: str
    expr: Syntax
    definitions: tuple[Definition, ...] = ()
    name: str | None = None
    variables: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    choices: tuple[Choice, ...] = ()
    asked: Asked | None = None
    functions: frozenset[str] | None = field(default=None, compare=False, repr=False)
    parameters: tuple[str, ...] = ()

    @property
    def equation(self) -> bool:
        return isinstance(self.expr, Apply) and self.expr.function == "="


def children(expr: Syntax) -> tuple[Syntax, ...]:
    """The arguments of an application, nothing for a leaf."""
    return expr.args if isinstance(expr, Apply) else ()


def postorder(*roots: Syntax) -> Iterator[Syntax]:
    """Every distinct node object below the roots once, children before parents, without recursion."""
    order = _tree_order(roots)
    return iter(order) if order is not None else _shared_order(roots)


def list_functions(*roots: Syntax) -> frozenset[str]:
    """The names of all that is applied in the expressions, operators among them."""
    return frozenset(node.function for node in postorder(*roots) if isinstance(node, Apply))


def _tree_order(roots: Iterable[Syntax]) -> list[Syntax] | None:
    """A walk from the right, reversed; None where a node has two parents: such a walk meets it too early."""
    seen, order, stack = set[int](), list[Syntax](), list(roots)
    while stack:
        node = stack.pop()
        if id(node) in seen:
            return None
        seen.add(id(node))
        order.append(node)
        if isinstance(node, Apply):
            stack.extend(node.args)
    order.reverse()
    return order


def _shared_order(roots: Sequence[Syntax]) -> Iterator[Syntax]:
    seen: set[int] = set()
    stack: list[tuple[Syntax, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, expanded = stack.pop()
        if id(node) in seen:
            continue
        if expanded or not isinstance(node, Apply):
            seen.add(id(node))
            yield node
            continue
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(node.args))


def fold(root: Syntax, combine: Callable[[Syntax, list[Result]], Result]) -> Result:
    """combine(node, results of its arguments), bottom up; a node with several parents is visited once."""
    results: dict[int, Result] = {}
    for node in postorder(root):
        results[id(node)] = combine(
            node, [results[id(child)] for child in node.args] if isinstance(node, Apply) else []
        )
    return results[id(root)]


def rebuild(node: Syntax, args: Iterable[Syntax]) -> Syntax:
    """The node with other arguments; itself where they are the same objects."""
    if not isinstance(node, Apply):
        return node
    new = tuple(args)
    if all(a is b for a, b in zip(new, node.args, strict=True)):
        return node
    return Apply(node.function, new, node.orders, node.span)


def substitute(expr: Syntax, values: dict[str, Syntax]) -> Syntax:
    """expr with each Name in `values` replaced."""

    def swap(node: Syntax, args: list[Syntax]) -> Syntax:
        return values.get(node.id, node) if isinstance(node, Name) else rebuild(node, args)

    return fold(expr, swap)


def free_names(*exprs: Syntax) -> tuple[str, ...]:
    """The ids of all Names, in order of first appearance in a reading from the left."""
    return tuple(dict.fromkeys(node.id for node in postorder(*exprs) if isinstance(node, Name)))


def tree_size(expr: Syntax) -> int:
    """Nodes of the tree written out in full, shared parts counted each time: exact, and maybe huge."""
    return fold(expr, lambda _node, sizes: 1 + sum(sizes))


def depth(expr: Syntax) -> int:
    """Levels of nesting; a leaf has one."""
    return fold(expr, lambda _node, depths: 1 + max(depths, default=0))


# how large a text and a formula may be

LONGEST_TEXT = 10_000
"""Characters of a formula."""
MOST_DIGITS = 1_000
"""Digits of a number, written out."""
DEEPEST = 200
"""Levels of nesting."""
MOST_NODES = 20_000
"""Nodes of a formula, also where its functions and substitutions are written out."""


def refuse_long(text: str) -> None:
    """Raises LimitError before any work is done on a text that is too long."""
    if len(text) > LONGEST_TEXT:
        raise LimitError(
            f"the formula has {len(text):,} characters, more than {LONGEST_TEXT:,}",
            hint="name its parts: u = ...; v = ...; u*v",
        )


def refuse_large(nodes: Iterable[Syntax], roots: Sequence[Syntax], text: str) -> None:
    """nodes: what the roots are made of, children first. Raises LimitError for too many or too deep ones."""
    sizes: dict[int, int] = {}
    depths: dict[int, int] = {}
    for node in nodes:
        args = children(node)
        sizes[id(node)] = 1 + sum([sizes[id(child)] for child in args])
        depths[id(node)] = 1 + max([depths[id(child)] for child in args], default=0)
    if sum(sizes[id(root)] for root in roots) > MOST_NODES:
        raise size_error(text)
    if max(depths[id(root)] for root in roots) > DEEPEST:
        raise nesting_error(text)


def size_error(text: str = "") -> LimitError:
    return LimitError(f"the formula has more than {MOST_NODES:,} parts", text=text)


def written_out_error(text: str, span: Span | None) -> LimitError:
    """For a function or a substitution that grows past MOST_NODES when it is put in."""
    return LimitError(f"the formula written out has more than {MOST_NODES:,} parts", text=text, span=span)


def nesting_error(
    text: str, span: Span | None = None, hint: str = "name its parts: u = ...; f = ..."
) -> LimitError:
    return LimitError(f"the formula is nested more than {DEEPEST} deep", text=text, span=span, hint=hint)
