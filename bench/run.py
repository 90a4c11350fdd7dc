"""Prints each budget as a ratio to its peer, measured in the same run: python bench/run.py [ROW ...]

rows.py holds what is timed. Ours and the peer's runs alternate, so that a machine that slows down slows both;
the median of the pairs' ratios is printed. Nothing here is asserted: a machine is not a test.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from rows import ROWS, Growth, Inside, Pair, Plain, Row, Share

ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name not in ("PYTHONDONTWRITEBYTECODE", "FORCE_COLOR", "COLUMNS")
}
ENVIRONMENT["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{ENVIRONMENT['PATH']}"


def time_process(command: list[str], limit: float = 60.0) -> float:
    """The time of one whole process, its start and its end included; the limit where it did not end.

    The end is waited for, not asked after: subprocess looks every 50 ms where it is given a timeout."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
    )
    watch = threading.Timer(limit, process.kill)
    watch.start()
    process.wait()
    spent = time.perf_counter() - start
    watch.cancel()
    return min(spent, limit)


def read_seconds(code: str, *sizes: int) -> float:
    """The seconds that a child prints, for one size where it asks for one."""
    ran = subprocess.run(
        [sys.executable, "-c", code, *map(str, sizes)],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=True,
    )
    return float(ran.stdout)


def measure(row: Row, pairs: int) -> Iterator[tuple[str, float, str, bool]]:
    """(what, measured, unit, within the budget) for each line of a row."""
    match row.kind:
        case Pair():
            ratios, own, peers = compare(row.kind, pairs)
            yield (
                f"{row.what}  ({own * 1000:.0f} ms, peer {peers * 1000:.0f} ms)",
                ratios,
                "x",
                ratios <= row.kind.most,
            )
        case Growth():
            small, large = (
                statistics.median(read_seconds(row.kind.code, size) for _ in range(3))
                for size in (row.kind.size // 10, row.kind.size)
            )
            yield f"{row.what}, {row.kind.size:,}", large, "s", large <= row.kind.most
            yield f"{row.what}, ten times the size", large / small, "x", large / small <= row.kind.growth
        case Inside():
            spent = statistics.median(read_seconds(row.kind.code) for _ in range(3))
            yield row.what, spent, "s", spent <= row.kind.most
        case Share():
            share = statistics.median(read_seconds(row.kind.code) for _ in range(3))
            yield row.what, share, "x", share <= row.kind.most
        case Plain():
            spent = statistics.median(time_process(row.kind.ours, 30.0) for _ in range(3))
            yield row.what, spent, "s", spent <= row.kind.most


def compare(pair: Pair, pairs: int) -> tuple[float, float, float]:
    """Medians over the pairs: of the ratios, of our seconds, of the peer's.

    A first pair warms the caches and is dropped."""
    time_process(pair.ours), time_process(pair.peer)
    times = [
        (time_process(pair.ours) - (time_process(pair.start) if pair.start else 0.0), time_process(pair.peer))
        for _ in range(pairs)
    ]
    return (
        statistics.median(a / b for a, b in times),
        statistics.median(a for a, _ in times),
        statistics.median(b for _, b in times),
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description="Print the budgets and what is measured.")
    arguments.add_argument(
        "rows",
        nargs="*",
        help=f"of {', '.join(dict.fromkeys(row.name for row in ROWS))}; all where none is named",
    )
    arguments.add_argument("--pairs", type=int, default=15, help="pairs of runs behind each ratio")
    chosen = arguments.parse_args()
    print(f"{'row':<10}{'what':<86}{'measured':>10}  {'budget':>8}")
    for row in ROWS:
        if chosen.rows and row.name not in chosen.rows:
            continue
        for what, found, unit, met in measure(row, chosen.pairs):
            budget = row.kind.growth if isinstance(row.kind, Growth) and unit == "x" else row.kind.most
            outcome = "met" if met else "NOT MET"
            print(
                f"{row.name:<10}{what:<86}{found:>9.3f}{unit}  {budget:>7g}{unit}  {outcome}",
                flush=True,
            )


if __name__ == "__main__":
    main()
