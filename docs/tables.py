"""The tables of the pages that code knows better than a page does: options, fields of records, functions, rules, readings, kinks.

A page holds `<!-- generated: NAME ARGUMENTS -->` and `<!-- end -->`; docs/build.py puts between them what TABLES says. To add a table,
write a function that returns lines of Markdown and name it in TABLES.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import click
from textual.binding import Binding

import chainrule_cli
from chainrule_cli import cli, errors
from chainrule_cli.errors import ChainruleError
from chainrule_cli.notation import write
from chainrule_cli.notation.portable import portable
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Reading
from chainrule_cli.records import base
from chainrule_cli.reports import batch, functions, mistakes, rules

Lines = Iterable[str]
SHARED = ("--format", "--json", "--output", "--color", "--timeout", "--memory")
"""The options of every command, in a table of their own; --format is shown for each command, for its formats differ."""


def cell(text: str) -> str:
    """A text as one cell: a bar would end it, an angle bracket would begin a tag."""
    return text.replace("|", r"\|").replace("<", "&lt;").replace("\n", " ")


def code(text: str) -> str:
    """A text as code in a cell. A bar is escaped there as well."""
    return f"`{text}`".replace("|", r"\|") if text else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from (f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows))


def command_of(name: str) -> click.Command:
    found = cli.program.get_command(click.Context(cli.program), name)
    if found is None:
        raise LookupError(f"there is no command {name}")
    return found


def names_of_commands() -> list[str]:
    return cli.program.list_commands(click.Context(cli.program))


# options


def _option(option: click.Option, context: click.Context) -> tuple[str, str]:
    record = option.get_help_record(context)
    if record is None:
        raise LookupError(f"{option.name} has no help")
    return code(record[0]), cell(record[1])


def options(name: str) -> Lines:
    """The options of a command that are its own, and its formats."""
    command = command_of(name)
    context = click.Context(command, info_name=name)
    own = [
        option
        for option in command.params
        if isinstance(option, click.Option) and option.opts[0] not in SHARED[1:]
    ]
    yield from table(("option", "what it does"), (_option(option, context) for option in own))


def common() -> Lines:
    """The options that every command has, as diff says them."""
    command = command_of("diff")
    context = click.Context(command, info_name="diff")
    shared = [
        option for option in command.params if isinstance(option, click.Option) and option.opts[0] in SHARED
    ]
    yield from table(("option", "what it does"), (_option(option, context) for option in shared))


def commands() -> Lines:
    """Every command in one line, with a link to its page."""
    rows = (
        (f"[`{name}`]({page_of(name)})", cell(sentence(command_of(name)))) for name in names_of_commands()
    )
    yield from table(("command", "what it answers"), rows)


def sentence(command: click.Command) -> str:
    """The first paragraph of a command's help."""
    return " ".join((command.help or "").split("\n\n")[0].split()).rstrip(".")


TABLES_PAGE = ("functions", "rules", "mistakes", "schema")
"""Commands that print tables share one page."""


def page_of(name: str) -> str:
    return f"tables.md#chainrule-{name}" if name in TABLES_PAGE else f"{name}.md"


# records


def fields(name: str) -> Lines:
    """The fields of a record, those of records within it by their path, as its schema has them."""
    schema = base.schema(name)
    top = _resolved(schema, schema)
    if lead := _said(top)[0]:
        yield from (lead.replace("<", "&lt;"), "")
    yield from table(("field", "type", "what it holds"), _rows(schema, top, ""))


def _rows(schema: dict[str, Any], shape: dict[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    said = _said(shape)[1]
    for field, kind in shape["properties"].items():
        inner, suffix = _within(schema, kind)
        words = [said.get(field, ""), _said(inner)[0] if inner else ""]
        yield code(path + field), cell(_kind(schema, kind)), cell(" ".join(word for word in words if word))
        if inner:
            yield from _rows(schema, inner, f"{path}{field}{suffix}.")


def _said(shape: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """What a record's docstring says of it, and of each of its fields: `field: words`, or `field, field: words`."""
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


def _resolved(schema: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    reference = shape.get("$ref")
    found: dict[str, Any] = schema["$defs"][reference.rpartition("/")[2]] if reference else shape
    return found


def _alternatives(kind: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in kind.get("anyOf", [kind]) if one.get("type") != "null"]


def _within(schema: dict[str, Any], kind: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The record that a field holds, once or many times; {} where it holds none."""
    one = _alternatives(kind)[0]
    if one.get("type") == "array" and isinstance(one.get("items"), dict):
        return _within(schema, one["items"])[0], "[]"
    found = _resolved(schema, one)
    return (found, "") if "$ref" in one and "properties" in found else ({}, "")


def _kind(schema: dict[str, Any], kind: dict[str, Any]) -> str:
    words = " or ".join(dict.fromkeys(_word(schema, one) for one in _alternatives(kind)))
    null = any(one.get("type") == "null" for one in kind.get("anyOf", [])) or None in kind.get("enum", [])
    return f"{words} or null" if null else words


def _word(schema: dict[str, Any], kind: dict[str, Any]) -> str:
    if "$ref" in kind:
        return "object"
    if "enum" in kind:
        return " or ".join(json.dumps(word) for word in kind["enum"])
    if kind.get("type") == "array":
        items = kind.get("items") or {}
        return f"list of {_grouped(schema, items)}" if items else "list"
    if list(kind.get("properties", ())) == ["text", "latex"]:
        return "expression"
    if isinstance(kind.get("additionalProperties"), dict):
        return f"map of {_grouped(schema, kind['additionalProperties'])}"
    return str(kind.get("type", "any"))


def _grouped(schema: dict[str, Any], kind: dict[str, Any]) -> str:
    words = _kind(schema, kind)
    return f"({words})" if " or " in words else words


def all_records() -> Lines:
    """A section for each record that a command prints."""
    for name in base.NAMES:
        yield from (f"### {name}", "", *fields(name), "")


def error_codes() -> Lines:
    """The words that an error object may bear, from the tree of exceptions."""
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, ChainruleError) and kind is not ChainruleError
    ]
    ours = [(code(kind.code), str(int(kind.status)), cell(first_line(kind))) for kind in kinds]
    theirs = [(code("internal"), "70", "A fault of the program."), (code("interrupted"), "130", "Ctrl-C.")]
    yield from table(("code", "exit code", "what happened"), [*ours, *theirs])


def first_line(thing: object) -> str:
    return (thing.__doc__ or "").strip().split("\n\n")[0].split("\n")[0]


def requests() -> Lines:
    """The commands that a batch knows, and the fields of their requests."""
    yield from table(
        ("command", "fields, beside formula and id"),
        ((code(name), ", ".join(map(code, known))) for name, known in batch.COMMANDS.items()),
    )


# what the language knows


def all_functions() -> Lines:
    rows = (
        (code(row.name), " ".join(code(other) for other in row.aliases), cell(row.summary), code(row.example))
        for row in functions.report().functions
    )
    yield from table(("function", "also", "what it is", "example"), rows)


def all_rules() -> Lines:
    rows = ((cell(row.name), cell(row.statement), code(row.example)) for row in rules.report().rules)
    yield from table(("rule", "statement", "example"), rows)


def all_mistakes() -> Lines:
    rows = (
        (code(row.id), code(row.formula or ""), code(row.wrong or ""), cell(row.text), cell(row.hint))
        for row in mistakes.report().mistakes
    )
    yield from table(("id", "formula", "a wrong answer", "what happened", "the hint"), rows)


READINGS = (
    "1/2x", "e^2x", "x^2y", "x/yz", "xy", "abc", "x(x+1)", "(x+1)(x-1)", "a(b+c)", "f(x)", "2^3^2", "-x^2", "-2^2", "x^-1",
    "sin 2x", "2 sin x cos x", "sin x^2", "sin(x)^2", "sin^2 x", "sin^-1 x", "sin x/2", "sin x + 1", "sinx", "2xsin(x)", "ln x^2", "sqrt x+1",
    "√x+1", "log(x)", "log10 x", "log_2 x", "log(x, 3)", "|x||y|", "x²", "x^(1/3)", "0.1x", "2e", "1e3x", "x_1^2", "theta^2",
    "u = x^2; u*sin(u)", "f(x) = x^2", r"\frac{1}{2}x", r"\sin^2 x",
)  # fmt: skip
"""Texts that could be read in more than one way, or that are worth seeing once."""


def readings() -> Lines:
    yield from table(("typed", "read as", "the note"), (_reading(text) for text in READINGS))


def _reading(text: str) -> tuple[str, str, str]:
    found = read(text)
    heads = [
        f"{definition.name} = {write.to_text(portable(definition.body))}" for definition in found.definitions
    ]
    return (
        code(text),
        code("; ".join([*heads, write.to_text(portable(found.expr))])),
        cell("; ".join(note.text for note in found.notes)),
    )


REFUSED = ("sin(x", "x^2)", "2 +", "sine(x)", "speed*2", "x!", "1<x", "x'", "sin()", "max()", "x = 1 = 2", "")


def refusals() -> Lines:
    yield from table(("typed", "what is said", "what to try"), (_refusal(text) for text in REFUSED))


def _refusal(text: str) -> tuple[str, str, str]:
    try:
        found: Reading = read(text)
    except ChainruleError as error:
        return code(text) or "nothing", cell(error.message), cell(error.hint)
    raise LookupError(
        f"{text} is read as {write.to_text(found.expr)}, so it is no example of what is refused"
    )


# kinks

KINKS = (
    ("|x|", "x=0", "0"), ("relu(x)", "x=0", "0"), ("leaky_relu(x)", "x=0", "0.01"), ("relu(x) - relu(-x)", "x=0", "0"), ("x*|x|", "x=0", "0"),
    ("sqrt(x^2)", "x=0", "nan"), ("max(x, 2*x)", "x=0", "1.5"), ("max(x, y)", "x=1,y=1", "0.5, 0.5"), ("clip(x, 0, 1)", "x=0", "1"),
    ("sign(x)", "x=0", "0"), ("floor(x)", "x=1", "0"), ("mod(x, 2)", "x=2", "1"), ("sqrt(x)", "x=0", "inf"), ("cbrt(x)", "x=0", "no cbrt"),
    ("x^(2/3)", "x=0", "inf"), ("sqrt(x)*x", "x=0", "nan"), ("x^0", "x=0", "0"), ("x^x", "x=0", "0"),
    ("asin(x)", "x=1", "inf"), ("1/x", "x=0", "-inf"), ("ln(x)", "x=0", "inf"),
    ("where(x > 0, sqrt(x), 0)", "x=-1", "nan"), ("where(x > 0, sqrt(x), 0)", "x=0", "nan"), ("hypot(x, y)", "x=0,y=0", "nan, nan"),
)  # fmt: skip
"""Formula, point, and what PyTorch's backward pass puts there: docs/torch_kinks.py computes the third column where PyTorch is installed."""


def kinks() -> Lines:
    yield from table(
        ("formula", "at", "value", "derivative", "status", "left, right", "PyTorch"),
        (_kink(*row) for row in KINKS),
    )


def _kink(formula: str, at: str, torch: str) -> tuple[str, ...]:
    record = chainrule_cli.gradient(formula, at)
    partials, sides = record.partials, record.partial_sides
    return (
        code(formula),
        code(at),
        _number(record.value),
        ", ".join(_number(value) for value in partials.values()),
        ", ".join(dict.fromkeys(record.partial_status.values())),
        "; ".join(", ".join(_number(side) for side in pair) for pair in sides.values()),
        torch,
    )


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"


# keys


def keys(app: str) -> Lines:
    """What the keys of an app do: of play, or of flow."""
    from chainrule_cli.play.flow import FlowPlayer
    from chainrule_cli.play.help import rows
    from chainrule_cli.play.stepper import Stepper

    player = {"play": Stepper, "flow": FlowPlayer}[app]
    return table(
        ("key", "what it does"), rows([each for each in player.BINDINGS if isinstance(each, Binding)])
    )


TABLES: dict[str, Callable[..., Lines]] = {
    "options": options,
    "common": common,
    "commands": commands,
    "fields": fields,
    "records": all_records,
    "error-codes": error_codes,
    "requests": requests,
    "functions": all_functions,
    "rules": all_rules,
    "mistakes": all_mistakes,
    "readings": readings,
    "refusals": refusals,
    "kinks": kinks,
    "keys": keys,
}


def made(name: str, *arguments: str) -> str:
    """A table as it stands between its marks."""
    if name not in TABLES:
        raise LookupError(f"there is no table {name}: one of {', '.join(TABLES)}")
    return "\n" + "\n".join(TABLES[name](*arguments)).rstrip() + "\n\n"
