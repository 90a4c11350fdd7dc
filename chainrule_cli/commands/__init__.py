"""What all commands share: the decorator that makes one of a function, the options that each has, its page.

A command is one file here, a function of that file's name: options, one call to its report, one to its
explanation. It runs in the worker and gets a Page; the light parent parses, waits and prints. Engines are
imported when it runs.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from chainrule_cli.commands._parameter_types import PATH, POINT, SECONDS, SIZE, TEXT, keep_decimal_mark
from chainrule_cli.errors import UsageError
from chainrule_cli.runtime import limits, output
from chainrule_cli.runtime.worker import Budget, Send, Stage, Task

if TYPE_CHECKING:
    from chainrule_cli.document import Document
    from chainrule_cli.records.base import Record

DOCUMENTS = ("terminal", "plain", "json", "latex", "markdown", "html")
"""The formats of every command whose record is explained by a Document."""

PICTURES = ("svg", "dot", "mermaid")
"""The formats of a command whose page has a diagram."""

COLORS = ("auto", "always", "never")

STAGES = {
    "checked": "this is the checked answer, not yet tidied",
    "judged": "this is what was known before normal forms were tried",
    "drawn": "these are the exercises that were made",
    "measured": "this is what was measured before training",
}
"""What is shown where the budget ran out after a stage."""

TRY_HELP = "chainrule {} --help shows how it is used"

HELPS = {
    "format": "{}; the first by default.",
    "path": "Write to a file instead, whole or not at all.",
    "timeout": "Stop after so long, and show what is finished by then.",
    "memory": "Stop at so much memory, such as 300M or 2GiB.",
}
"""What the options say that all commands have."""

Aside = Callable[..., int | None]

Shown = TypeVar("Shown", bound="Record")
Body = TypeVar("Body", bound="Callable[..., Reply | int | None]")


class Page(NamedTuple):
    """Where a command puts its answer: it renders, in the worker, and sends.

    send: to the parent.
    format: a module of render/, or json.
    width, colour: columns, None for no wrapping; whether the page has colours.
    beside: what the page's pictures are in files of their own, by their paths.
    """

    send: Send
    format: str
    width: int | None
    colour: bool
    beside: Callable[[Document], Mapping[str, str | bytes]] | None = None
    """What the page's pictures are in files of their own, by their paths."""

    def show(self, record: Shown, explain: Callable[[Shown], Document], stage: str = "done") -> None:
        """A record as JSON, or its explanation in the format that was asked for."""
        from chainrule_cli.records.base import encode, exit_status

        status = int(exit_status(record))
        document = cache(partial(explain, record))  # once, and not for JSON alone
        files = {} if self.beside is None else dict(self.beside(document()))
        if self.format == "json":
            self.send(Stage(stage, encode(record) + b"\n", status, files))
            return
        render = importlib.import_module(f"chainrule_cli.render.{self.format}").render
        page = str(render(document(), width=self.width, colour=self.colour)) + str(
            files.pop(output.STANDARD, "")
        )
        self.send(Stage(stage, page if page.endswith("\n") else page + "\n", status, files))

    def stage(self, explain: Callable[[Shown], Document]) -> Callable[[str, Shown], None]:
        """What a report calls when an answer exists that is right but not finished."""
        return lambda name, record: self.show(record, explain, name)

    def code(self, record: Record, code: str) -> None:
        """A record's code alone, with the exit status that the record deserves."""
        from chainrule_cli.records.base import exit_status

        self.send(Stage("done", f"{code}\n", int(exit_status(record))))

    def write(self, text: str) -> None:
        """An answer that is no record."""
        self.send(Stage("done", text, 0))


class Command(click.Command):
    """Long options only: what begins with one minus is a formula or a number; an unknown --name is an error
    all the same.
    """

    body: Callable[..., Reply | int | None]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {
            name
            for parameter in self.get_params(ctx)
            for name in (*parameter.opts, *parameter.secondary_opts)
        }
        for argument in args[: args.index("--") if "--" in args else len(args)]:
            name = argument.partition("=")[0]
            if name.startswith("--") and name not in known:
                raise unknown_option(name, known, self.name or "")
        return super().parse_args(ctx, args)


NEAR = 0.7
"""How like an option a word must be to be taken for it: --wrt is not --format."""


def unknown_option(name: str, known: set[str], command: str) -> UsageError:
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(option for option in known if option.startswith("--")), 1, NEAR)
    return UsageError(
        f"no such option: {name}", hint=f"did you mean {near[0]}?" if near else TRY_HELP.format(command)
    )


class Reply(NamedTuple):
    """What a command hands to cli.py.

    answer: of the worker.
    path: the file that it goes to, None for standard output.
    """

    answer: limits.WorkerAnswer
    path: str | None


def command(
    *,
    formats: Sequence[str],
    examples: Sequence[str],
    here: Mapping[str, str] | None = None,
    aside: Aside | None = None,
) -> Callable[[Body], Command]:
    """Makes a command of a function (page, **question): its docstring is the help, the examples follow.

    formats: that it has, the first by default.
    examples: of its help, a line each.
    here: it is no question for one worker; the function gets all options as they are, prints, and returns an
        exit status. The mapping says what the common options mean to it.
    aside: is given all options first, and may take the matter over: its exit status is the outcome, None
        leaves it to the worker.
    """

    def make(body: Body) -> Command:
        made = Command(
            body.__name__,
            params=[*_own_parameters(body), *_common_options(formats, here or {})],
            callback=body if here is not None else partial(_take_turn, aside, partial(_ask, body.__name__)),
            help=inspect.cleandoc(body.__doc__ or ""),
            epilog="\b\nExamples:\n" + "\n".join(f"  {example}" for example in examples),
            context_settings={
                "ignore_unknown_options": True,
                "max_content_width": 100,
            },  # Command refuses the unknown ones
        )
        made.body = body
        return made

    return make


def _own_parameters(body: Callable[..., Reply | int | None]) -> list[click.Parameter]:
    """Those of the function, and the mark of decimals where it reads a formula."""
    listed = _list_parameters(body)
    reads = any(parameter.type is TEXT for parameter in listed)
    return [*listed, _decimal_mark_option()] if reads else listed


def _decimal_mark_option() -> click.Option:
    return click.Option(
        ["--decimal-mark"],
        is_eager=True,
        expose_value=False,
        callback=keep_decimal_mark,
        **choice(
            ("point", "comma"), "MARK", "What stands before decimals: {}; with comma, ; separates a list."
        ),
    )


def _list_parameters(body: Callable[..., Reply | int | None]) -> list[click.Parameter]:
    """What click's decorators have left on the function, in the order in which it is written."""
    parameters: list[click.Parameter] = getattr(body, "__click_params__", [])
    return parameters[::-1]


def _take_turn(aside: Aside | None, ask: Callable[..., Reply], /, **options: Any) -> Reply | int:
    outcome = None if aside is None else aside(**options)
    return ask(**options) if outcome is None else outcome


def _ask(
    name: str,
    /,
    *,
    format: str | None,
    as_json: bool,
    path: str | None,
    timeout: float,
    memory: int,
    color: str,
    **question: Any,
) -> Reply:
    """The command as the light parent runs it: the question goes to a worker, the reply to cli.py."""
    shown = format_of(format, as_json=as_json)
    if shown in PICTURES and question.get("detail") == "brief":
        question["detail"] = "normal"  # a brief page may leave out the very drawing that is asked for
    page = {
        "format": shown,
        "width": output.page_width(path),
        "colour": output.page_colour(color, path),
    }
    task = Task(__name__, answer.__name__, {"name": name, "page": page, "question": question})
    return Reply(limits.run(task, Budget(timeout, memory)), path)


def answer(send: Send, name: str, page: dict[str, Any], question: dict[str, Any]) -> None:
    """The worker's side of a command."""
    getattr(importlib.import_module(f"{__name__}.{name}"), name).body(Page(send, **page), **question)


def find_explanation(name: str, *detail: str) -> Callable[[Record], Document]:
    """What makes a record's page; imported only where a page is drawn.

    name: of the module of explain/ whose `explain` it is, or MODULE.FUNCTION for another of its functions.
    detail: of the page, where the command has the option.
    """
    module, _, function = name.partition(".")

    def explain(record: Record) -> Document:
        found = importlib.import_module(f"chainrule_cli.explain.{module}")
        document: Document = getattr(found, function or "explain")(record, *detail)
        return document

    return explain


def format_of(wish: str | None, *, as_json: bool) -> str:
    if as_json and wish not in (None, "json"):
        raise UsageError(f"--json and --format {wish} contradict each other", hint="use one of them")
    return "json" if as_json else wish or "terminal"


def choice(words: Sequence[str], metavar: str, help: str) -> dict[str, Any]:
    """What click is told of an option that takes one of the words, the first of them by default; {} stands
    for the words in the help.
    """
    listed = " or ".join((", ".join(words[:-1]), words[-1]))
    return {
        "type": click.Choice(words),
        "metavar": metavar,
        "default": words[0],
        "show_default": True,
        "help": help.format(listed),
    }


def words(listed: Sequence[str]) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """What a shell completes where other words are allowed as well."""
    return lambda _context, _parameter, incomplete: [word for word in listed if word.startswith(incomplete)]


def _common_options(formats: Sequence[str], helps: Mapping[str, str]) -> tuple[click.Option, ...]:
    """The options that every command has, last in its help."""
    says = {**HELPS, **helps}
    return (
        click.Option(["--format"], **choice(formats, "FORMAT", says["format"]) | {"default": None}),
        click.Option(["--json", "as_json"], is_flag=True, help="Short for --format json."),
        click.Option(["--output", "path"], type=PATH, metavar="FILE", help=says["path"]),
        click.Option(
            ["--color"], **choice(COLORS, "WHEN", "{}; auto asks NO_COLOR, FORCE_COLOR, the terminal.")
        ),
        click.Option(
            ["--timeout"],
            type=SECONDS,
            default="10",
            show_default=True,
            metavar="SECONDS",
            help=says["timeout"],
        ),
        click.Option(
            ["--memory"], type=SIZE, default="1G", show_default=True, metavar="SIZE", help=says["memory"]
        ),
    )


# what several commands ask for

FORMULA = click.argument("formula", type=TEXT)
WRT = click.option(
    "--wrt", metavar="NAME", help="Differentiate by this variable.  [default: the only one, else x]"
)
DETAIL = click.option("--detail", **choice(("normal", "brief", "full"), "LEVEL", "How much is shown: {}."))
AT = click.option("--at", type=POINT, metavar="x=1,y=2", help="The point at which numbers are shown.")
