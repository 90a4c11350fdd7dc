"""text -> MatrixRecord: a matrix derivative with its steps, its shapes and the check of what is printed."""

from __future__ import annotations

from collections.abc import Mapping

from chainrule_cli.errors import QuestionError, UsageError
from chainrule_cli.graph.shapes import Shape
from chainrule_cli.matrix import indices
from chainrule_cli.matrix.array_builder import find_shape
from chainrule_cli.matrix.derivative import RESULT, Derivative, choose_name, differentiate
from chainrule_cli.matrix.inference import infer
from chainrule_cli.matrix.naming import ShortForm, shorten
from chainrule_cli.matrix.numpy_code import write_code
from chainrule_cli.matrix.numpy_pieces import NumpyNames, write_identifier
from chainrule_cli.matrix.reading import read
from chainrule_cli.matrix.shaped import Shaped
from chainrule_cli.matrix.sizes import SCALAR, parse_shapes
from chainrule_cli.matrix.steps import MatrixSteps, list_steps, note_costs
from chainrule_cli.notation.lexer import tokenize
from chainrule_cli.notation.syntax import Syntax
from chainrule_cli.notation.write import in_matrices
from chainrule_cli.records.base import Expression, finite
from chainrule_cli.records.matrix import (
    MatrixCheckRecord,
    MatrixExpression,
    MatrixRecord,
    MatrixStepRecord,
    NodeShapeRecord,
    SentRecord,
    ShortRecord,
)

HIGHEST_ORDER = 2


def report(
    text: str,
    *,
    wrt: str | None = None,
    shapes: str | Mapping[str, object] | None = None,
    vjp: bool = False,
    jvp: bool = False,
    order: int = 1,
) -> MatrixRecord:
    """The derivative of a matrix formula by one variable.

    text: in the matrix language.
    wrt: the variable; where None, the only one, else x or X.
    shapes: "X:4x3, w:3, a:scalar, Y: m x n", or a mapping; what is not declared goes by its first letter:
        a..g numbers, h..z vectors, A..Z matrices.
    vjp: a cotangent of the output's shape pulled back.
    jvp: a tangent of the variable's shape pushed forward.
    order: 1, or 2 for the Hessian.

    Raises:
        ReadError, LimitError: the text is no formula, or too long a one.
        QuestionError: shapes do not fit, or the variable cannot be settled.
        UsageError: options contradict each other.
    """
    if vjp and jvp:
        raise UsageError("--vjp and --jvp contradict each other", hint="use one of them")
    if not 1 <= order <= HIGHEST_ORDER:
        raise UsageError("--order is 1 or 2")
    if order > 1 and (vjp or jvp):
        raise UsageError("--order 2 goes with neither --vjp nor --jvp")
    declared = parse_shapes(shapes)
    name = None if wrt is None else _name(wrt)
    reading = read(text, {*declared, *([name] if name else [])})
    unknown = [each for each in declared if each not in reading.variables]
    if unknown:
        raise UsageError(
            f"--shapes names {unknown[0]}, which the formula does not have", hint=_hint(reading.variables)
        )
    shaped = infer(reading, declared)
    name = name if name is not None else _only(shaped)
    found = differentiate(shaped, name, order=order, mode="vjp" if vjp else "jvp" if jvp else None)
    return _record(text, found, "vjp" if vjp else "jvp" if jvp else "derivative")


def _name(typed: str) -> str:
    words = tokenize(typed)
    if len(words) != 2 or words[0].kind != "word":  # the word and the end
        raise UsageError(f"{typed!r} is not the name of a variable")
    return words[0].text


def _hint(variables: tuple[str, ...]) -> str:
    return f"it has {', '.join(variables)}" if variables else "it has no variables"


def _only(shaped: Shaped) -> str:
    """The variable, where there is one; else the one called X or x."""
    names = [name for name in shaped.reading.variables if name not in shaped.letters]
    if len(names) == 1:
        return names[0]
    wished = [name for name in ("x", "X") if name in names]
    if len(wished) == 1:
        return wished[0]
    raise QuestionError(
        "by which variable?",
        hint=f"name one with --wrt: {', '.join(names)}" if names else "the formula has no variables",
    )


def _record(text: str, found: Derivative, mode: str) -> MatrixRecord:
    # with numpy: an error in the formula does not wait for it
    from chainrule_cli.matrix.checking import check
    from chainrule_cli.matrix.numpy_arrays import NUMPY_ARRAYS

    shaped = found.shaped
    reading = shaped.reading
    taken = list_steps(found)
    seed = "|".join(
        (
            text,
            found.wrt,
            str(found.order),
            mode,
            *(f"{name}:{shaped.write_declaration(name)}" for name in reading.variables),
        )
    )
    short = shorten(found, taken.named)
    checked = check(found, seed, short, NUMPY_ARRAYS)
    by, output = shaped.write_declaration(found.wrt), shaped.output
    return MatrixRecord(
        typed=text,
        formula=_express(reading.expr),
        name=reading.name or choose_name(shaped, RESULT),
        definitions=tuple(
            NodeShapeRecord(
                name=each.name, operation=_express(each.body), shape=shaped.write(shaped.of[each.name])
            )
            for each in reading.definitions
        ),
        wrt=found.wrt,
        order=found.order,
        mode=mode,  # type: ignore[arg-type]  # one of the three
        shapes={
            name: shaped.write_declaration(name) for name in reading.variables if name not in shaped.letters
        },
        shape=shaped.write(output),
        nodes=tuple(
            NodeShapeRecord(name=name, operation=_express(syntax), shape=shape)
            for name, syntax, shape in taken.forward
        ),
        steps=_steps(taken),
        added=tuple(map(_express, taken.added)),
        derivative=MatrixExpression(in_matrices(indices.spell_answer(found)), _python(found)),
        derivative_shape=_shape(found),
        short=None if short is None else _short(short),
        entries=_write_left_side(found),
        seed=found.seed,
        layout=_layout(found, by),
        check=MatrixCheckRecord(
            verdict=checked.verdict,
            reason=checked.reason,
            relative_error=finite(checked.relative_error),
            sizes=checked.sizes,
            method=checked.method,
        ),
        notes=tuple(
            dict.fromkeys([*(note.text for note in (*reading.notes, *shaped.notes)), *note_costs(shaped)])
        ),
    )


def _express(syntax: Syntax) -> Expression:
    return Expression(in_matrices(syntax))


def _short(short: ShortForm) -> ShortRecord:
    names = {name: _express(node) for name, node in short.parts.items()}
    return ShortRecord(
        expr=_express(indices.spell_answer(short.derivative)),
        names=names,
        added=tuple(name for name in names if name in short.added),
    )


def _steps(taken: MatrixSteps) -> tuple[MatrixStepRecord, ...]:
    return tuple(
        MatrixStepRecord(
            id=number,
            name=step.name,
            rule=step.rule,
            operation=_express(step.operation),
            shape=step.shape,
            cotangent=step.cotangent,
            sends=tuple(
                SentRecord(to=sent.to, expr=_express(sent.syntax), shape=sent.shape) for sent in step.sent
            ),
        )
        for number, step in enumerate(taken.backward, 1)
    )


def _shape(found: Derivative) -> str:
    """The derivative's shape; of entries the sizes of all axes."""
    if found.matrix is None:
        return "x".join(indices.name_sizes(found)[size] for size in found.sizes)
    named = indices.name_sizes(found)
    rows, columns = found.matrix.extent
    if found.kind in ("gradient", "vjp"):
        return found.shaped.write(found.shaped.of[found.wrt])
    if found.kind == "jvp":
        return found.shaped.write(found.shaped.output)
    if rows is None and columns is None:
        return "a number"
    return "x".join(
        named[size] if size is not None else "1" for size in ((rows,) if columns is None else (rows, columns))
    )


# numpy


def _python(found: Derivative) -> str:
    """One expression; the array has the variable's own shape where the answer has the variable's shape."""
    shapes = {
        name: find_shape(found.shaped, name, found.stand_ins)
        for name in found.shaped.reading.variables
        if name not in found.shaped.letters
    }
    if found.seed is not None:
        shapes[found.seed] = _seed_shape(found, shapes)
    names = NumpyNames(shapes, _size_code(found, shapes))
    if found.matrix is None:
        return indices.write_numpy(found, names)
    text = write_code(found.matrix, names)
    shape = shapes[found.wrt]
    if found.kind in ("gradient", "vjp") and 1 in shape:
        sizes = ", ".join("1" if size == 1 else names.sizes[size] for size in shape)
        return f"np.reshape({text}, ({sizes}{',' if len(shape) == 1 else ''}))"
    return text


def _seed_shape(found: Derivative, shapes: dict[str, Shape]) -> Shape:
    """A tangent is like the variable; a cotangent like the output, a row as an array of one axis."""
    if found.kind == "jvp":
        return shapes[found.wrt]
    table = found.shaped.sizes
    return tuple(found.stand_ins[table.find(size)] for size in found.shaped.output if size is not None)


def _size_code(found: Derivative, shapes: dict[str, Shape]) -> dict[int, str]:
    """A size as a number; one that is a letter by a variable that has it."""
    known: dict[int, str] = {}
    for size, number in found.stand_ins.items():
        what = found.shaped.sizes.known.get(size)
        bearer = next(
            (
                f"{write_identifier(name)}.shape[{shape.index(number)}]"
                for name, shape in shapes.items()
                if number in shape
            ),
            None,
        )
        known[number] = str(what) if isinstance(what, int) or bearer is None else bearer
    return known


# words


def _write_left_side(found: Derivative) -> str | None:
    """df[i,j]/dX[k,l], where the answer is that of one entry."""
    if found.matrix is not None:
        return None
    letters = indices.choose_letters(found)
    name = found.shaped.reading.name or choose_name(found.shaped, RESULT)
    at = found.axes[0]
    text = f"{name}[{','.join(letters[:at])}]" if at else name
    power = f"^{found.order}" if found.order > 1 else ""
    below = []
    for count in found.axes[1:]:
        below.append(f"d{found.wrt}[{','.join(letters[at : at + count])}]" if count else f"d{found.wrt}")
        at += count
    return f"d{power}{text}/{' '.join(below)}" if found.order == 1 else f"d{power}{text}/({' '.join(below)})"


def _layout(found: Derivative, by: str) -> str:
    output = found.shaped.write(found.shaped.output)
    match found.kind:
        case "gradient":
            return f"a number by {found.wrt}: the gradient, of the shape of {found.wrt} ({by})"
        case "vjp":
            return f"the cotangent {found.seed} ({output}) pulled back: of the shape of {found.wrt} ({by})"
        case "jvp":
            return f"the tangent {found.seed} ({by}) pushed forward: of the shape of the formula ({output})"
        case "hessian":
            return (
                f"the second derivative of a number by {found.wrt}: rows and columns by the entries of "
                f"{found.wrt} ({by})"
            )
        case "entries":
            letters = "first the letters of the formula, then those of the variable"
            return (
                f"entry by entry, {letters}; a letter on the right alone is summed, and eye is 1 where "
                "its letters are equal"
            )
    if found.shaped.of[found.wrt] == SCALAR:
        return f"by a number: of the shape of the formula ({output})"
    return (
        f"the Jacobian: a row for each entry of the formula ({output}), a column for each of "
        f"{found.wrt} ({by})"
    )
