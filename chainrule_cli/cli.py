"""The command `chainrule`: finds the files of commands/, turns every outcome into an exit code, once.

It imports no engine. To add a command, add a file to commands/.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import NoReturn

import click

from chainrule_cli import __version__, commands
from chainrule_cli.commands import STAGES, Reply, unknown_option
from chainrule_cli.errors import ChainruleError, ExitStatus, UsageError
from chainrule_cli.runtime import faults, output
from chainrule_cli.runtime.faults import Fault
from chainrule_cli.runtime.limits import WorkerError

ISSUES = "https://github.com/chainrule-cli/chainrule/issues"
PROGRAM = "chainrule"
COMPLETE = "_CHAINRULE_COMPLETE"
DEBUG = "CHAINRULE_DEBUG"

EPILOG = """\b
Examples:
  chainrule diff "sin(x**2)"
  chainrule diff "x^2 + y^2 = 1" --detail full
  chainrule check "sin(x**2)" "cos(x**2)"
  chainrule play "(x + y)*z" --at x=-2,y=5,z=-4
  chainrule practice --level 3
  echo "x^sin(x)" | chainrule diff - --json

chainrule COMMAND --help, or chainrule help COMMAND, says what a command takes.

\b
Exit codes: 0 done or right, 1 wrong, 2 usage or an unreadable formula,
3 undecided or out of budget, 4 an unreadable answer, 70 internal error.
"""


class Commands(click.Group):
    """A group whose commands are the files of commands/, imported when they are named or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return sorted(
            module.name
            for module in pkgutil.iter_modules(commands.__path__)
            if not module.name.startswith("_")
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        found: click.Command = getattr(importlib.import_module(f"{commands.__name__}.{cmd_name}"), cmd_name)
        return found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args[:1] == ["help"]:  # as many other programs have it
            args = [*args[1:2], "--help"]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None:
            raise self._unknown(ctx, args[0])
        return super().resolve_command(ctx, args)

    def _unknown(self, ctx: click.Context, name: str) -> UsageError:
        from difflib import get_close_matches  # noqa: PLC0415  # the way of an error alone

        if name.startswith("--"):
            return unknown_option(
                name, {option for parameter in self.get_params(ctx) for option in parameter.opts}, ""
            )
        near = get_close_matches(name, self.list_commands(ctx), 1)
        if near or name.isalpha():
            return UsageError(
                f"no such command: {name}",
                hint=f"did you mean {near[0]}?" if near else "chainrule --help lists the commands",
            )
        return UsageError(
            f"no such command: {name}", hint=f'a formula comes after a command: chainrule diff "{name}"'
        )


@click.group(
    cls=Commands,
    epilog=EPILOG,
    context_settings={"max_content_width": 100, "ignore_unknown_options": True},
    no_args_is_help=False,
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def program() -> None:
    """Differentiate a formula, see every step, and check the answer by reverse mode over its computation
    graph.
    """


def main() -> NoReturn:
    """The entry point of the console script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """One call of the command: prints, and returns the exit status. The only place where exceptions become
    statuses.
    """
    try:
        return _invoke(list(arguments))
    except BrokenPipeError:
        return _pipe_is_broken()
    except BaseException as error:  # every outcome is translated here
        if isinstance(error, SystemExit):
            raise
        what = _fault(error)
        if os.environ.get(DEBUG) == "1":
            _print_traceback(error)
    _complain(what, as_json=_wants_json(arguments))
    return what.status


def _invoke(arguments: list[str]) -> int:
    if instruction := os.environ.get(COMPLETE):
        from click.shell_completion import shell_complete  # noqa: PLC0415  # for shells alone

        return shell_complete(program, {}, PROGRAM, COMPLETE, instruction)
    if not arguments:
        _complain_help()
        return ExitStatus.USAGE
    _refuse_surrogates(arguments)
    try:
        with program.make_context(PROGRAM, arguments) as context:
            reply: Reply | int = program.invoke(context)
    except click.exceptions.Exit as end:
        sys.stdout.flush()
        return end.exit_code
    return reply if isinstance(reply, int) else _conclude(reply, as_json=_wants_json(arguments))


def _conclude(reply: Reply, *, as_json: bool) -> int:
    """Prints the answer; where the budget ran out, says so, and what it is that was printed."""
    answer = reply.answer
    if reply.path in answer.stage.files:
        raise UsageError(f"two answers would go to {reply.path}", hint="give --output another file")
    for (
        path,
        content,
    ) in answer.stage.files.items():  # first: where one cannot be written, standard output stays empty
        output.deliver(content, path)
    output.deliver(answer.stage.output, reply.path)
    if answer.shortfall is not None:
        what = faults.make_fault(answer.shortfall)
        shown = STAGES.get(answer.stage.name, "this is what was finished")
        _complain(what._replace(message=f"{what.message}; {shown} ({what.hint})", hint=""), as_json=as_json)
    return int(answer.status)


def _refuse_surrogates(arguments: list[str]) -> None:
    """Bytes of an argument that are no text come from the system as lone surrogates."""
    for argument in arguments:
        if not argument.isascii() and any("\ud800" <= character <= "\udfff" for character in argument):
            hint = "type it in UTF-8, or send the formula through a pipe: chainrule diff -"
            raise UsageError("an argument is not valid text in this locale's encoding", hint=hint)


def _fault(error: BaseException) -> Fault:
    match error:
        case ChainruleError():
            return faults.make_fault(error)
        case click.BadParameter(param=click.Option() as option, ctx=context) if (
            typed := _describe_fault(option, error)
        ) is not None:
            return Fault(ExitStatus.USAGE, UsageError.code, typed, hint=_help_of(context))
        case click.UsageError():
            return Fault(
                ExitStatus.USAGE, UsageError.code, _sentence(error.format_message()), hint=_help_of(error.ctx)
            )
        case KeyboardInterrupt() | click.Abort():
            return Fault(ExitStatus.INTERRUPTED, "interrupted", str(error) or "interrupted")
        case WorkerError():
            return _internal(str(error))
        case _:
            return _internal(f"{type(error).__name__}: {error}")


def _internal(what: str) -> Fault:
    hint = (
        "this is a fault of the program, not of your formula; please report it with what you "
        f"typed:\n{ISSUES}"
    )
    return Fault(ExitStatus.INTERNAL, "internal", f"internal error ({what})", hint=hint)


def _sentence(message: str) -> str:
    """A message of click's in the form of ours: lower case, without a full stop."""
    return message[:1].lower() + message[1:].rstrip(".")


def _describe_fault(option: click.Option, error: click.BadParameter) -> str | None:
    """What is wrong with an option's value, in our own words; None where click says it as well."""
    quoted = re.match(
        r"'(.*)' is not (one of|a valid (?:integer|float)(?: range)?)", error.message, re.DOTALL
    )
    if quoted is None:
        return None
    match option.type:
        case click.Choice(choices=choices):
            listed = f"{', '.join(map(str, choices[:-1]))} or {choices[-1]}"
            return f"{option.opts[0]} {quoted[1]} is not one of {listed}"
        case _:
            return (
                f"{option.opts[0]} {quoted[1]} is not a "
                f"{'whole number' if 'integer' in quoted[2] else 'number'}"
            )


def _help_of(context: click.Context | None) -> str:
    return f"{context.command_path if context else PROGRAM} --help shows how it is used"


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether the options ask for JSON, even where they cannot be parsed."""
    options = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    return "--json" in options or "--format=json" in options or ("--format", "json") in pairwise(options)


def _complain(what: Fault, *, as_json: bool) -> None:
    """To standard error; where that is closed too, the exit status has to say it."""
    if sys.stderr is None:
        return
    text = (
        faults.to_json(what)
        if as_json
        else faults.to_text(what, width=output.terminal_width(2), encoding=sys.stderr.encoding or "utf-8")
    )
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _complain_help() -> None:
    with program.make_context(PROGRAM, ["--"], resilient_parsing=True) as context:
        click.echo(program.get_help(context), err=True)


def _print_traceback(error: BaseException) -> None:
    import traceback  # noqa: PLC0415  # for CHAINRULE_DEBUG alone

    report = error.report if isinstance(error, WorkerError) else ""
    sys.stderr.write(report or "".join(traceback.format_exception(error)))


def _pipe_is_broken() -> int:
    """Nobody reads on. What is still buffered must not be written when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return ExitStatus.BROKEN_PIPE
