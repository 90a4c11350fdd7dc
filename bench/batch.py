"""Prints what a batch of a whole school takes: python bench/batch.py [COUNT]

Textbook answers, thirty a question, seven right to three wrong, no two spelled alike: how many a second on
two workers and on one, what the parent's share of the processor is, and how memory grows once everything is
warm. Nothing here is asserted.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rows import ALL_OTHER

TEXTBOOK = [
    ("sin({k}x^2)", "{k}*2x cos({k}x^2)", "cos({k}x^2)"),
    ("x^2*e^({k}x)", "2x e^({k}x) + {k}x^2 e^({k}x)", "2x*{k}*e^({k}x)"),
    ("ln({k}x^2+1)", "{k}*2x/({k}x^2+1)", "1/({k}x^2+1)"),
    ("sin({k}x)/x", "({k}x cos({k}x) - sin({k}x))/x^2", "{k}cos({k}x)"),
    ("({k}x+1)^5", "{k}*5({k}x+1)^4", "5({k}x+1)^4"),
    ("atan({k}x)", "{k}/(1+{k}^2 x^2)", "{k}/(1+{k}x^2)"),
]
STUDENTS = 30
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def draw_requests() -> Iterator[dict[str, object]]:
    """Requests without end; no answer to a question is spelled as another."""
    for k in itertools.count(2):
        for formula, right, wrong in TEXTBOOK:
            for student in range(STUDENTS):
                answer = right if student % 10 < 7 else wrong
                yield {
                    "id": f"s{student}",
                    "formula": formula.replace("{k}", str(k)),
                    "answer": ALL_OTHER[student].format(answer.replace("{k}", str(k))),
                }


def list_processes(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    for each in found:
        try:
            found += [int(child) for child in Path(f"/proc/{each}/task/{each}/children").read_text().split()]
        except OSError:
            continue
    return found


def measure_memory(pid: int) -> int:
    """Bytes in memory, 0 for a process that is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0


def measure_cpu(pid: int) -> float:
    """Seconds of the processor that a process has used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def run(source: Path, target: Path, jobs: int, warm: int) -> dict[str, float]:
    """What a batch of `source` takes.

    seconds: of the whole run. share: of the processor, the parent's. warm: bytes in memory when `warm` bytes
    of records were there. most: bytes at most afterwards. parent: bytes at most of the parent alone."""
    command = [
        sys.executable,
        "-m",
        "chainrule_cli",
        "batch",
        str(source),
        "--output",
        str(target),
        "--jobs",
        str(jobs),
    ]
    start, before, most, parent = time.perf_counter(), 0, 0, 0
    cpu: dict[int, float] = {}
    with subprocess.Popen(command) as child:
        while child.poll() is None:
            time.sleep(0.25)
            pids = list_processes(child.pid)
            cpu |= {pid: measure_cpu(pid) or cpu.get(pid, 0.0) for pid in pids}
            now, parent = sum(map(measure_memory, pids)), max(parent, measure_memory(child.pid))
            if target.exists() and target.stat().st_size > warm:
                before = before or now
                most = max(most, now)
    total = sum(cpu.values()) or 1.0
    return {
        "seconds": time.perf_counter() - start,
        "share": cpu.get(child.pid, 0.0) / total,
        "warm": before,
        "most": most,
        "parent": parent,
    }


def print_line(what: str, found: float, unit: str, budget: str, *, met: bool) -> None:
    print(f"{what:<66}{found:>10.2f}{unit:<4}{budget:>12}  {'met' if met else 'NOT MET'}", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description="Print the budgets of a batch and what is measured.")
    arguments.add_argument("count", nargs="?", type=int, default=100_000)
    arguments.add_argument(
        "--stream", type=int, default=1_000_000, help="lines of the input that is only streamed"
    )
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as home:
        source, fewer, target = Path(home, "in.jsonl"), Path(home, "fewer.jsonl"), Path(home, "out.jsonl")
        texts = [json.dumps(request) for request in itertools.islice(draw_requests(), chosen.count)]
        source.write_text("\n".join(texts) + "\n")
        fewer.write_text("\n".join(texts[: chosen.count // 5]) + "\n")
        one, two = (run(fewer, target.with_suffix(f".{jobs}"), jobs, 1 << 60) for jobs in (1, 2))
        faster = one["seconds"] / two["seconds"]
        print_line(
            f"{chosen.count // 5:,} answers: two workers to one", faster, "x", ">= 1.6x", met=faster >= 1.6
        )
        bytes_each = target.with_suffix(".2").stat().st_size / (chosen.count // 5)
        found = run(source, target, 2, int(10_000 * bytes_each))
        rate = chosen.count / found["seconds"]
        print_line(
            f"{chosen.count:,} answers on two workers, a second", rate, "/s", ">= 1500/s", met=rate >= 1500
        )
        share = found["share"]
        print_line("the parent's share of the processor", 100 * share, "%", "< 5%", met=share < 0.05)
        grown = found["most"] / found["warm"] if found["warm"] else 0.0
        print_line(
            f"memory at most, to that after 10,000 ({found['warm'] / 2**20:.0f} MiB)",
            grown,
            "x",
            "<= 1.05x",
            met=grown <= 1.05,
        )
        source.write_text("")
        with source.open("w") as file:
            file.writelines('{"formula": "x^2", "answer": "2x"}\n' for _ in range(chosen.stream))
        found = run(source, target, 2, 1 << 60)
        most = found["parent"] / 2**20
        print_line(f"{chosen.stream:,} lines: the parent's memory", most, "MiB", "<= 100MiB", met=most <= 100)
        print_line(
            f"{chosen.stream:,} lines, all alike, a second",
            chosen.stream / found["seconds"],
            "/s",
            "",
            met=True,
        )


if __name__ == "__main__":
    main()
