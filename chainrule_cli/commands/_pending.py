"""How the app's questions are worked out: each in a process of its own, within the budget, and given up by a kill."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from chainrule_cli.play.asking import LostError
from chainrule_cli.runtime import limits
from chainrule_cli.runtime.worker import Budget, Send, Stage, Task


class Work:
    """One question. The process is a fresh interpreter: the app has threads, whose locks a fork would copy."""

    def __init__(self, name: str, arguments: dict[str, Any], budget: Budget) -> None:
        self._task = task(name, arguments)
        self._budget = budget
        self._stop = limits.Stop()

    def result(self) -> bytes:
        try:
            return _bytes(limits.run(self._task, self._budget, fork=False, stop=self._stop))
        except limits.WorkerError as error:
            raise LostError(str(error)) from error

    def stop(self) -> None:
        self._stop()


def asking(budget: Budget) -> Callable[[str, dict[str, Any]], Work]:
    return lambda name, arguments: Work(name, arguments, budget)


def task(name: str, arguments: dict[str, Any]) -> Task:
    return Task(__name__, answer.__name__, {"name": name, "arguments": arguments})


def first(name: str, arguments: dict[str, Any], budget: Budget) -> bytes:
    """The answer before the app begins: what is wrong with it is told as every command tells it."""
    answer = limits.run(task(name, arguments), budget)
    if answer.shortfall is not None:
        raise answer.shortfall
    return _bytes(answer)


def _bytes(answer: limits.Answer) -> bytes:
    output = answer.stage.output
    return output if isinstance(output, bytes) else output.encode("utf-8")


def answer(send: Send, name: str, arguments: dict[str, Any]) -> None:
    """The worker's side. What a library might print would land in the middle of the app."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    from chainrule_cli.play.tasks import TASKS

    send(Stage("done", TASKS[name](**arguments), 0))
