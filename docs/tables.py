"""The tables of the pages that are made from the code: options, fields, functions, rules, readings, kinks.

A page holds `<!-- generated: NAME ARGUMENTS -->` and `<!-- end -->`; docs/build.py puts between them what
TABLES says. To add a table, write a function that returns lines of Markdown and name it in TABLES.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from textual.binding import Binding

import chainrule_cli
from chainrule_cli import cli, errors
from chainrule_cli.errors import ChainruleError
from chainrule_cli.notation import write
from chainrule_cli.notation.choices import combine
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.spellings import SPELLINGS
from chainrule_cli.notation.syntax import Reading
from chainrule_cli.notation.write import portable
from chainrule_cli.records import base
from chainrule_cli.records.check import CheckRecord
from chainrule_cli.reports import batch, tables

Lines = Iterable[str]
SHARED = ("--format", "--json", "--output", "--color", "--timeout", "--memory")
"""The options of every command, in a table of their own; --format is shown with each too: formats differ."""


def escape(text: str) -> str:
    """A text as one cell: a bar would end it, an angle bracket would begin a tag."""
    return text.replace("|", r"\|").replace("<", "&lt;").replace("\n", " ")


def mark_code(text: str) -> str:
    """A text as code in a cell. A bar is escaped there as well."""
    return f"`{text}`".replace("|", r"\|") if text else ""


def lay_out(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from (f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows))


def find_command(name: str) -> click.Command:
    found = cli.program.get_command(click.Context(cli.program), name)
    if found is None:
        raise LookupError(f"there is no command {name}")
    return found


def list_commands() -> list[str]:
    return cli.program.list_commands(click.Context(cli.program))


# options


def _describe_option(option: click.Option, context: click.Context) -> tuple[str, str]:
    record = option.get_help_record(context)
    if record is None:
        raise LookupError(f"{option.name} has no help")
    return mark_code(record[0]), escape(record[1])


def list_options(name: str) -> Lines:
    """The options of a command that are its own, and its formats."""
    command = find_command(name)
    context = click.Context(command, info_name=name)
    own = [
        option
        for option in command.params
        if isinstance(option, click.Option) and option.opts[0] not in SHARED[1:]
    ]
    yield from lay_out(("option", "what it does"), (_describe_option(option, context) for option in own))


def list_common_options() -> Lines:
    """The options that every command has, as diff says them."""
    command = find_command("diff")
    context = click.Context(command, info_name="diff")
    shared = [
        option for option in command.params if isinstance(option, click.Option) and option.opts[0] in SHARED
    ]
    yield from lay_out(("option", "what it does"), (_describe_option(option, context) for option in shared))


def tabulate_commands() -> Lines:
    """Every command in one line, with a link to its page."""
    rows = (
        (f"[`{name}`]({name_page(name)})", escape(take_first_paragraph(find_command(name))))
        for name in list_commands()
    )
    yield from lay_out(("command", "what it answers"), rows)


def take_first_paragraph(command: click.Command) -> str:
    """The first paragraph of a command's help."""
    return " ".join((command.help or "").split("\n\n")[0].split()).rstrip(".")


TABLES_PAGE = ("functions", "rules", "mistakes", "schema")
"""Commands that print tables share one page."""


def name_page(name: str) -> str:
    return f"tables.md#chainrule-{name}" if name in TABLES_PAGE else f"{name}.md"


# records


def list_fields(name: str) -> Lines:
    """The fields of a record, those of records within it by their path, as its schema has them."""
    schema = base.schema(name)
    top = _resolve(schema, schema)
    if lead := _split_docstring(top)[0]:
        yield from (lead.replace("<", "&lt;"), "")
    yield from lay_out(("field", "type", "what it holds"), _walk_fields(schema, top, ""))


def _walk_fields(schema: dict[str, Any], shape: dict[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    said = _split_docstring(shape)[1]
    for field, kind in shape["properties"].items():
        inner, suffix = _find_inner(schema, kind)
        words = [said.get(field, ""), _split_docstring(inner)[0] if inner else ""]
        yield (
            mark_code(path + field),
            escape(_describe_kind(schema, kind)),
            escape(" ".join(word for word in words if word)),
        )
        if inner:
            yield from _walk_fields(schema, inner, f"{path}{field}{suffix}.")


def _split_docstring(shape: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """What a record's docstring says of it, and of its fields: `field: words`, or `field, field: words`."""
    text = " ".join(shape.get("description", "").split())
    marks = [mark for mark in MARK.finditer(text) if set(mark[1].split(", ")) <= set(shape["properties"])]
    ends = [*(mark.start() for mark in marks[1:]), len(text)][: len(marks)]
    said = {
        name: text[mark.end() : end].strip(" ;")
        for mark, end in zip(marks, ends, strict=True)
        for name in mark[1].split(", ")
    }
    return text[: marks[0].start() if marks else None].strip(" ;"), said


MARK = re.compile(r"(?:^|(?<=[.;]) )(\w+(?:, \w+)*): ")


def _resolve(schema: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    reference = shape.get("$ref")
    found: dict[str, Any] = schema["$defs"][reference.rpartition("/")[2]] if reference else shape
    return found


def _list_alternatives(kind: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in kind.get("anyOf", [kind]) if one.get("type") != "null"]


def _find_inner(schema: dict[str, Any], kind: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The record that a field holds, once or many times; {} where it holds none."""
    one = _list_alternatives(kind)[0]
    if one.get("type") == "array" and isinstance(one.get("items"), dict):
        return _find_inner(schema, one["items"])[0], "[]"
    found = _resolve(schema, one)
    return (found, "") if "$ref" in one and "properties" in found else ({}, "")


def _describe_kind(schema: dict[str, Any], kind: dict[str, Any]) -> str:
    words = " or ".join(dict.fromkeys(_describe_type(schema, one) for one in _list_alternatives(kind)))
    null = any(one.get("type") == "null" for one in kind.get("anyOf", [])) or None in kind.get("enum", [])
    return f"{words} or null" if null else words


def _describe_type(schema: dict[str, Any], kind: dict[str, Any]) -> str:
    if "$ref" in kind:
        return "object"
    if "enum" in kind:
        return " or ".join(json.dumps(word) for word in kind["enum"])
    if kind.get("type") == "array":
        items = kind.get("items") or {}
        return f"list of {_bracket(schema, items)}" if items else "list"
    if list(kind.get("properties", ())) == ["text", "latex"]:
        return "expression"
    if isinstance(kind.get("additionalProperties"), dict):
        return f"map of {_bracket(schema, kind['additionalProperties'])}"
    return str(kind.get("type", "any"))


def _bracket(schema: dict[str, Any], kind: dict[str, Any]) -> str:
    words = _describe_kind(schema, kind)
    return f"({words})" if " or " in words else words


def list_records() -> Lines:
    """A section for each record that a command prints."""
    for name in base.NAMES:
        yield from (f"### {name}", "", *list_fields(name), "")


def list_error_codes() -> Lines:
    """The words that an error object may bear, from the tree of exceptions."""
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, ChainruleError) and kind is not ChainruleError
    ]
    ours = [(mark_code(kind.code), str(int(kind.status)), escape(take_first_line(kind))) for kind in kinds]
    theirs = [
        (mark_code("internal"), "70", "A fault of the program."),
        (mark_code("interrupted"), "130", "Ctrl-C."),
    ]
    yield from lay_out(("code", "exit code", "what happened"), [*ours, *theirs])


def take_first_line(thing: object) -> str:
    return (thing.__doc__ or "").strip().split("\n\n")[0].split("\n")[0]


def list_requests() -> Lines:
    """The commands that a batch knows, and the fields of their requests."""
    yield from lay_out(
        ("command", "fields, beside formula and id"),
        ((mark_code(name), ", ".join(map(mark_code, known))) for name, known in batch.COMMANDS.items()),
    )


# what the language knows


def list_functions() -> Lines:
    rows = (
        (
            mark_code(row.name),
            " ".join(mark_code(other) for other in row.aliases),
            escape(row.summary),
            mark_code(row.example),
        )
        for row in tables.list_functions().functions
    )
    yield from lay_out(("function", "also", "what it is", "example"), rows)


def list_rules() -> Lines:
    rows = (
        (escape(row.name), escape(row.statement), mark_code(row.example)) for row in tables.list_rules().rules
    )
    yield from lay_out(("rule", "statement", "example"), rows)


def list_mistakes() -> Lines:
    rows = (
        (
            mark_code(row.id),
            mark_code(row.formula or ""),
            mark_code(row.wrong or ""),
            escape(row.text),
            escape(row.hint),
        )
        for row in tables.list_mistakes().mistakes
    )
    yield from lay_out(("id", "formula", "a wrong answer", "what happened", "the hint"), rows)


READINGS = (
    "1/2x", "1/2x sin x", "1/2√x", "a/b c", "e^2x", "e^-3x", "2^3x", "x^2y", "x^1/2", "x^-1/2", "x^2/3",
    "x^2/2", "e^x/2", "3e2x", "x/yz", "xy", "abc", "x(x+1)", "(x+1)(x-1)", "a(b+c)", "f(x)", "2^3^2", "-x^2",
    "-2^2", "x^-1", "sin 2x", "sin x y", "sin x/2", "sin x(x+1)", "sin 2(x+1)", "2 sin x cos x",
    "cos x * e^x",
    "sin x e^x", "ln e^x", "ln sin x", "sin √x", "sin x √x", "ln 2 x", "sin x^2", "sin(x)^2", "sin^2 x",
    "sin^-1 x", "sin x + 1", "sinx", "2xsin(x)", "ln x^2", "sqrt x+1", "sqrt 1-x^2", "√x+1", "√2x",
    "sqrt[3]{x}", "log(x)", "log x + ln x", "log10 x", "log_2 x", "log(x, 3)", "|x||y|", "x²", "x^(1/3)",
    "0.1x", "2e", "1e3x", "x_1^2", "theta^2", "u = x^2; u*sin(u)", "f(x) = x^2", "xy = 1", "vol = x^3",
    r"\frac{1}{2}x", r"\sin^2 x", r"\log 10\,10^x",
)  # fmt: skip
"""Texts that could be read in more than one way, or that are worth seeing once."""


def list_readings() -> Lines:
    heads = ("typed", "read as", "or as", "the note")
    yield from lay_out(heads, (_show_reading(text) for text in READINGS))


def _show_reading(text: str) -> tuple[str, str, str, str]:
    found = read(text)
    canonical = _show_statements(found)
    others = dict.fromkeys(_show_statements(read(text, taken=taken)) for taken in combine(found.choices))
    return (
        mark_code(text),
        mark_code(canonical),
        " ".join(mark_code(other) for other in others if other != canonical),
        escape("; ".join(note.text for note in found.notes)),
    )


def _show_statements(reading: Reading) -> str:
    heads = [
        f"{definition.name} = {write.to_text(portable(definition.body))}"
        for definition in reading.definitions
    ]
    return "; ".join([*heads, write.to_text(portable(reading.expr))])


def list_spellings() -> Lines:
    """The rows of other systems, each with an example."""
    rows = ((mark_code(row.spelling), escape(row.source), *map(mark_code, row.example)) for row in SPELLINGS)
    yield from lay_out(("spelling", "of", "for example", "the same here"), rows)


AROUND = (
    "Answer: 2x", "the derivative is 2x", "**Answer:** 2x", "2x (power rule)", "2x for all x", "1/x, x > 0",
    "so 2x", "b) 2x", "$2x$", "2x # power rule", "2x cos(u) where u = x^2", "u = x^2, 2x cos(u)",
    "d/dx (x^2+1)^5", "second derivative of x^5", "Find dy/dx if y = tan(3x)", "f(x) = x^2, find f'(x)",
)  # fmt: skip
"""Formulas with something around them."""


def list_surroundings() -> Lines:
    rows = (
        (
            mark_code(text),
            mark_code(_show_statements(read(text))),
            escape("; ".join(note.text for note in read(text).notes)),
        )
        for text in AROUND
    )
    yield from lay_out(("typed", "the formula", "the note"), rows)


HEADS = (
    ("x^2", "y' = 2x"), ("x^2", "f'(x) = 2x"), ("x^2", "dy/dx = 2x"), ("x^2", r"\frac{dy}{dx} = 2x"),
    ("x^2", "d/dx(x^2) = 2x"), ("x^2", "(x^2)' = 2x"), ("x^2", "D_x x^2 = 2x"), ("x^2", "2x = y'"),
    ("x^2", "= 2x"), ("x^2", "y' = 2·x^1 = 2x"), ("x^2", "y' = x = 2x"), ("x^2", "dy/dx + 1 = 2x"),
    ("x^2", "d/dx(x^3) = 2x"), ("x^2", "y'' = 2x"), ("x^2", "dx/dy = 2x"), ("x^2", "y = 3x; 2x"),
    ("x^3", "3x2"), ("ln(x)/2", "1/2x"), ("e^(2x)", "2e^2x"), ("sqrt(x)", "1/2x^-1/2"),
)  # fmt: skip
"""Formulas, and answers with something in front of them, or with several readings."""


def list_heads() -> Lines:
    rows = (
        (mark_code(formula), mark_code(answer), record.verdict, escape(_say_why(record)))
        for formula, answer in HEADS
        for record in (chainrule_cli.check(formula, answer),)
    )
    yield from lay_out(("formula", "answer", "verdict", "what is said"), rows)


def _say_why(record: CheckRecord) -> str:
    return record.problem.message if record.problem is not None else "; ".join(record.notes)


REFUSED = ("sin(x", "x^2)", "2 +", "sine(x)", "speed*2", "x!", "1<x", "x'", "sin()", "max()", "x = 1 = 2", "")


def list_refusals() -> Lines:
    yield from lay_out(("typed", "what is said", "what to try"), (_show_refusal(text) for text in REFUSED))


def _show_refusal(text: str) -> tuple[str, str, str]:
    try:
        found: Reading = read(text)
    except ChainruleError as error:
        return mark_code(text) or "nothing", escape(error.message), escape(error.hint)
    raise LookupError(
        f"{text} is read as {write.to_text(found.expr)}, so it is no example of what is refused"
    )


def list_other_readings() -> Lines:
    """What docs/other_readings.py found, beside what is read here."""
    found = json.loads(Path(__file__).with_name("other_readings.json").read_text("utf-8"))
    heads = (f"{each['name']} {each['version']}, {mark_code(each['called'])}" for each in found["systems"])
    rows = (
        (mark_code(text), mark_code(write.to_text(portable(read(text).expr))), *map(escape, cells))
        for text, cells in found["readings"].items()
    )
    yield from lay_out(("typed", "here", *heads), rows)


# kinks

KINKS = (
    ("|x|", "x=0", "0"), ("relu(x)", "x=0", "0"), ("leaky_relu(x)", "x=0", "0.01"),
    ("relu(x) - relu(-x)", "x=0", "0"), ("x*|x|", "x=0", "0"), ("sqrt(x^2)", "x=0", "nan"),
    ("max(x, 2*x)", "x=0", "1.5"), ("max(x, y)", "x=1,y=1", "0.5, 0.5"), ("clip(x, 0, 1)", "x=0", "1"),
    ("sign(x)", "x=0", "0"), ("floor(x)", "x=1", "0"), ("mod(x, 2)", "x=2", "1"), ("sqrt(x)", "x=0", "inf"),
    ("cbrt(x)", "x=0", "no cbrt"), ("x^(2/3)", "x=0", "inf"), ("sqrt(x)*x", "x=0", "nan"),
    ("x^0", "x=0", "0"), ("x^x", "x=0", "0"), ("asin(x)", "x=1", "inf"), ("1/x", "x=0", "-inf"),
    ("ln(x)", "x=0", "inf"), ("where(x > 0, sqrt(x), 0)", "x=-1", "nan"),
    ("where(x > 0, sqrt(x), 0)", "x=0", "nan"), ("hypot(x, y)", "x=0,y=0", "nan, nan"),
)  # fmt: skip
"""Formula, point, and what PyTorch's backward pass puts there, as docs/torch_kinks.py computes it."""


def list_kinks() -> Lines:
    yield from lay_out(
        ("formula", "at", "value", "derivative", "status", "left, right", "PyTorch"),
        (_show_kink(*row) for row in KINKS),
    )


def _show_kink(formula: str, at: str, torch: str) -> tuple[str, ...]:
    record = chainrule_cli.gradient(formula, at)
    partials, sides = record.partials, record.partial_sides
    return (
        mark_code(formula),
        mark_code(at),
        _format(record.value),
        ", ".join(_format(value) for value in partials.values()),
        ", ".join(dict.fromkeys(record.partial_status.values())),
        "; ".join(", ".join(_format(side) for side in pair) for pair in sides.values()),
        torch,
    )


def _format(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"


# keys


def list_keys(app: str) -> Lines:
    """What the keys of an app do: of play, or of flow."""
    from chainrule_cli.play.flow import FlowPlayer
    from chainrule_cli.play.help import list_keys
    from chainrule_cli.play.stepper import Stepper

    player = {"play": Stepper, "flow": FlowPlayer}[app]
    return lay_out(
        ("key", "what it does"), list_keys([each for each in player.BINDINGS if isinstance(each, Binding)])
    )


TABLES: dict[str, Callable[..., Lines]] = {
    "options": list_options,
    "common": list_common_options,
    "commands": tabulate_commands,
    "fields": list_fields,
    "records": list_records,
    "error-codes": list_error_codes,
    "requests": list_requests,
    "functions": list_functions,
    "rules": list_rules,
    "mistakes": list_mistakes,
    "readings": list_readings,
    "surroundings": list_surroundings,
    "spellings": list_spellings,
    "heads": list_heads,
    "other-readings": list_other_readings,
    "refusals": list_refusals,
    "kinks": list_kinks,
    "keys": list_keys,
}


def make(name: str, *arguments: str) -> str:
    """A table as it stands between its marks."""
    if name not in TABLES:
        raise LookupError(f"there is no table {name}: one of {', '.join(TABLES)}")
    return "\n" + "\n".join(TABLES[name](*arguments)).rstrip() + "\n\n"
