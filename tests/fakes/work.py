"""Work for the workers of a batch, some of which takes them down: an item names what it does."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable
from functools import partial

from chainrule_cli.runtime.pool import Begun, PoolWork


def answer(item: str) -> Begun:
    return partial(_do, item)


def lost(work: PoolWork, item: str, how: str, why: str, stage: bytes | None) -> bytes:
    return f"{item}: {how} {why} {(stage or b'').decode()}".strip().encode()


def _do(item: str, stage: Callable[[bytes], None]) -> bytes:
    deeds: dict[str, Callable[[], object]] = {
        "loop": lambda: (_strike(), sum(1 for _ in iter(int, 1))),
        "sleep in C": lambda: (_strike(), ctypes.CDLL(None).sleep(1_000)),
        "loop on": lambda: sum(1 for _ in iter(int, 1)),
        "explode": lambda: len([0] * 10**12),
        "creep": lambda: [bytes(10**6) for _ in range(10**6)],
        "segfault": lambda: ctypes.string_at(0),
        "exit": lambda: os._exit(3),
        "exit well": lambda: os._exit(0),
        "leave": lambda: (_ for _ in ()).throw(SystemExit(0)),
        "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "fault": lambda: 1 // 0,
        "deep": lambda: _deeper(0),
        "stage": lambda: (stage(b"half"), _strike(), signal.pause()),
    }
    if item in deeds:
        deeds[item]()
    return f"{item}: done".encode()


def _strike() -> None:
    """The alarm of the item's time goes off now."""
    signal.setitimer(signal.ITIMER_REAL, 0.01)


def _deeper(depth: int) -> int:
    return _deeper(depth + 1) + 1


def work(seconds: float = 3_600.0, memory: int = 200 << 20) -> PoolWork:
    return PoolWork(__name__, "answer", "lost", seconds, memory)
