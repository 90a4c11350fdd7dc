"""Onion peeling: a formula as layers from the outside in, a list for a composition, a tree where it branches.

A core, which has no layer inside, is a polynomial in the variable, or functions straight of it. The rate of a
layer is asked of derive.py by whoever shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chainrule_cli.calculus.step import InnerLetters
from chainrule_cli.notation.definitions import depends_on
from chainrule_cli.notation.syntax import Apply, Name, Syntax, fold, free_names, postorder, rebuild

MOST_LAYERS = 400


@dataclass(frozen=True, slots=True)
class Layer:
    """depth: 1 for the outermost.
    name: the letter that the layer outside has for it; y for the outermost.
    outer: the layer in terms of the letters of its inner layers.
    inners: letter -> what it stands for, in order; none at a core.
    parent: index of the layer outside, None for the outermost.
    """

    depth: int
    name: str
    outer: Syntax
    inners: dict[str, Syntax]
    parent: int | None


def peel(
    expr: Syntax, wrt: str, letters: InnerLetters, bodies: Mapping[str, Syntax] | None = None
) -> list[Layer]:
    """The layers in preorder, at most MOST_LAYERS.

    bodies: the definitions that depend on wrt, by name; a name is peeled once.
    """
    bodies = bodies or {}
    layers: list[Layer] = []
    peeled: set[str] = set()
    stack: list[tuple[Syntax, str, int, int | None]] = [(expr, "y", 1, None)]
    while stack and len(layers) < MOST_LAYERS:
        node, name, depth, parent = stack.pop()
        if name in peeled:
            continue
        outer, inners = _split(node, frozenset({wrt, *bodies}), letters)
        inners |= {used: bodies[used] for used in free_names(outer) if used in bodies}
        layers.append(Layer(depth, name, outer, inners, parent))
        peeled.update({name} & bodies.keys())
        here = len(layers) - 1
        stack.extend(
            (bodies.get(letter, inner), letter, depth + 1, here) for letter, inner in reversed(inners.items())
        )
    return layers


def _split(expr: Syntax, moving: frozenset[str], letters: InnerLetters) -> tuple[Syntax, dict[str, Syntax]]:
    """The outermost layer of an expression and its inner parts by letter."""
    depends = _dependence(expr, moving)
    cut = list(_inner_parts(expr, depends))
    names = {part: letters.give(part) for part in cut}
    outer = _replace_parts(expr, names)
    return outer, {letter: part for part, letter in names.items()}


def _dependence(expr: Syntax, moving: frozenset[str]) -> dict[int, bool]:
    found: dict[int, bool] = {}
    for node in postorder(expr):
        found[id(node)] = (
            node.id in moving
            if isinstance(node, Name)
            else any(found[id(child)] for child in getattr(node, "args", ()))
        )
    return found


def _inner_parts(expr: Syntax, depends: Mapping[int, bool]) -> Iterator[Syntax]:
    """What lies below the outer layer, which takes in linear wrappings, and cores in sums and products."""
    region = [] if _is_core(expr, depends) else [expr]
    for node in region:
        whole = _takes_whole(node)
        for child in _parts(node):
            if not depends[id(child)] or isinstance(child, Name) or (not whole and _is_core(child, depends)):
                continue
            if not whole and _is_linear(child, depends):
                region.append(child)
            else:
                yield child


def _parts(node: Syntax) -> tuple[Syntax, ...]:
    if not isinstance(node, Apply):
        return ()
    return node.args[::2] if node.function == "piecewise" else node.args


def _takes_whole(node: Syntax) -> bool:
    """Whether a polynomial inside is a layer of its own: under a function or a power, not in a sum."""
    return isinstance(node, Apply) and node.function not in {"+", "*", "/", "neg", "piecewise", "="}


def _is_linear(node: Syntax, depends: Mapping[int, bool]) -> bool:
    """A sum or a constant multiple of parts: not a layer of its own inside another sum or product."""
    match node:
        case Apply(function="+" | "neg"):
            return True
        case Apply(function="*", args=args):
            return sum(depends[id(argument)] for argument in args) == 1
        case Apply(function="/", args=(_, bottom)):
            return not depends[id(bottom)]
    return False


def _is_core(expr: Syntax, depends: Mapping[int, bool]) -> bool:
    """A polynomial, or sums and products of functions of a name itself, the variable or a definition."""

    def judge(node: Syntax, args: list[bool]) -> bool:
        if not isinstance(node, Apply) or not depends[id(node)]:
            return True
        if node.function in {"+", "*", "/", "neg"}:
            return all(args)
        return all(isinstance(argument, Name) or not depends[id(argument)] for argument in node.args)

    return fold(expr, judge)


def _replace_parts(expr: Syntax, names: Mapping[Syntax, str]) -> Syntax:
    """expr with the parts to be cut out replaced by their letters, the outermost first."""
    if expr in names:
        return Name(names[expr])

    def swap(node: Syntax, args: list[Syntax]) -> Syntax:
        return Name(names[node]) if node in names and node is not expr else rebuild(node, args)

    return fold(expr, swap)


def is_composition(layers: list[Layer], wrt: str) -> bool:
    """Whether the layers are one chain, so that their rates multiply to the derivative."""
    names = [frozenset(layer.inners) for layer in layers]
    chained = all(len(inners) == 1 for inners in names[:-1]) and bool(names) and not names[-1]
    return chained and all(not depends_on(layer.outer, {wrt}) for layer in layers[:-1])
