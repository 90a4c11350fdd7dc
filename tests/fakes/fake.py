"""A command whose deeds are all the ways in which a command can end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import click

from chainrule_cli.commands import FORMULA, Page, command
from chainrule_cli.errors import AnswerError, MissingExtraError, QuestionError, ReadError, Span
from chainrule_cli.runtime.worker import Stage


def _echo(page: Page, formula: str, number: float | None) -> None:
    page.write(f"{formula!r} number={number} format={page.format} width={page.width} colour={page.colour}\n")


def _verdict(page: Page, formula: str, number: float | None) -> None:
    page.send(Stage("done", f"verdict on {formula}\n", int(number or 0)))


def _unreadable(page: Page, formula: str, number: float | None) -> None:
    at = int(number or 0)
    raise ReadError("a bracket is not closed", text=formula, span=Span(at, at + 1), hint="add ) at the end?")


def _question(page: Page, formula: str, number: float | None) -> None:
    raise QuestionError("differentiate by which variable?", hint="name it with --wrt")


def _answer(page: Page, formula: str, number: float | None) -> None:
    raise AnswerError("the answer cannot be read")


def _extra(page: Page, formula: str, number: float | None) -> None:
    raise MissingExtraError("plots need matplotlib", hint='pip install "chainrule[plot]"')


def _fault(page: Page, formula: str, number: float | None) -> None:
    page.write("half an answer\n")
    raise KeyError(formula)


def _broken_import(page: Page, formula: str, number: float | None) -> None:
    import chainrule_cli.no_such_module  # noqa: F401


def _loop(page: Page, formula: str, number: float | None) -> None:
    10 ** (10**9)  # in C, without a look at any signal


def _stage_then_loop(page: Page, formula: str, number: float | None) -> None:
    page.send(Stage("checked", '{"stage": "checked"}\n' if page.format == "json" else "checked answer\n", 0))
    10 ** (10**9)


def _eat(page: Page, formula: str, number: float | None) -> None:
    eaten = [bytearray(1 << 20)]
    while True:
        eaten.append(bytearray(eaten[-1]))


def _stage_then_eat(page: Page, formula: str, number: float | None) -> None:
    page.send(Stage("checked", "checked answer\n", 0))
    _eat(page, formula, number)


def _deep(page: Page, formula: str, number: float | None) -> None:
    _deep(page, formula, number)


def _segment(page: Page, formula: str, number: float | None) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _leave(page: Page, formula: str, number: float | None) -> None:
    os._exit(7)


def _killed(page: Page, formula: str, number: float | None) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _silent(page: Page, formula: str, number: float | None) -> None:
    """Ends without an answer."""


def _long(page: Page, formula: str, number: float | None) -> None:
    page.write("a line of the answer\n" * int(number or 100_000))


def _print(page: Page, formula: str, number: float | None) -> None:
    print("a stray line")  # a library that prints must not spoil the answer
    page.write("the answer\n")


def _symbols(page: Page, formula: str, number: float | None) -> None:
    page.write("✓ dy/dx = 2x·cos(x²) − x⁻¹⁰ ≤ x₁₂ 日\n│╭─╮\n")


def _ask_who(page: Page, formula: str, number: float | None) -> None:
    os.write(2, f"{os.getpid()}\n".encode())
    10 ** (10**9)


def _outlive(page: Page, formula: str, number: float | None) -> None:
    """Says who it is and when its own alarm will go off, which is now once it has outlived its parent."""
    parent = os.getppid()
    os.write(2, f"{os.getpid()} {signal.getitimer(signal.ITIMER_REAL)[0]}\n".encode())
    while os.getppid() == parent:
        os.sched_yield()
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    10 ** (10**9)


DEEDS: dict[str, Callable[[Page, str, float | None], None]] = {
    name.strip("_").replace("_", "-"): deed
    for name, deed in globals().copy().items()
    if name.startswith("_") and callable(deed) and not name.startswith("__")
}


@command(formats=("terminal", "plain", "json"), examples=("chainrule fake x",))
@FORMULA
@click.argument("deed", default="echo")
@click.option("--number", type=float)
@click.option("--at")
def fake(page: Page, formula: str, deed: str, number: float | None, at: str | None) -> None:
    """End in the way of DEED."""
    DEEDS.get(deed, _echo)(page, formula if at is None else f"{formula} deed={deed} at={at}", number)
