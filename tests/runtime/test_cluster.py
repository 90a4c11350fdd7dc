"""chainrule batch --scheduler: the local run's records from a Dask cluster, also when one of its workers is killed half-way."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.commands.test_batch import a_class, lines, with_sabotage
from tests.support import PATIENCE, ROOT, chainrule, running, wait_for_lines

pytest.importorskip("distributed")

ENV = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "False"}


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A part of Dask as a process of its own, in a session that is ended as a whole."""
    command = [sys.executable, "-m", "dask", *arguments]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=ENV, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def _said(process: subprocess.Popen[str], pattern: str) -> str:
    """What a process reports of itself once it is ready."""
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(pattern, line):
            return found[0]
    raise AssertionError(f"{process.args} ended without {pattern}")


@contextmanager
def cluster(directory: Path, workers: int) -> Iterator[tuple[str, list[int]]]:
    """The address of a scheduler on loopback, and the processes of its workers, which have no nanny to start them again."""
    with ExitStack() as stack:
        scheduler = stack.enter_context(
            started("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-jupyter")
        )
        address = _said(scheduler, r"tcp://127\.0\.0\.1:\d+")
        pids = []
        for _ in range(workers):
            made = stack.enter_context(
                started(
                    "worker",
                    address,
                    "--host",
                    "127.0.0.1",
                    "--no-nanny",
                    "--nthreads",
                    "1",
                    "--no-dashboard",
                    "--local-directory",
                    str(directory),
                )
            )
            _said(made, r"Registered to")
            pids.append(made.pid)
        yield address, pids


def test_a_cluster_gives_the_local_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = [{"formula": "x^"}, {"id": "late", "formula": "(sin(x)/x)^5", "order": 16}, {"formula": "x^x"}]
    text = lines([*a_class(100), *odd, *a_class(30)])
    monkeypatch.setitem(ENV, "PYTHONPATH", with_sabotage(tmp_path)["PYTHONPATH"])
    local = chainrule("batch", "-", "--timeout", "3600", given=text, env=ENV)
    with cluster(tmp_path, 2) as (address, _):
        asked = ("batch", "-", "--timeout", "3600", "--scheduler", address)
        ran = chainrule(*asked, given=text, env=ENV, program=with_patience(PATIENCE, PATIENCE))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == local.stdout
    assert json.loads(ran.stdout.splitlines()[101])["status"] == "timeout"


def test_a_worker_killed_half_way_costs_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(lines(a_class(900)))
    local = chainrule("batch", str(source)).stdout.encode()
    with cluster(tmp_path, 2) as (address, pids):
        program = with_patience(PATIENCE, PATIENCE)
        command = [*program, "batch", str(source), "--scheduler", address, "--output", str(target)]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as child:
            wait_for_lines(target, 300, child)
            os.kill(pids[0], signal.SIGKILL)
            _, complaint = child.communicate(timeout=PATIENCE)
    assert child.returncode == 0, complaint
    assert target.read_bytes() == local


def test_a_cluster_of_its_own() -> None:
    text = lines(a_class(60))
    ran = chainrule("batch", "-", "--scheduler", "local", "--jobs", "2", given=text)
    assert (ran.returncode, ran.stdout) == (0, chainrule("batch", "-", given=text).stdout)


def with_patience(seconds: float, for_workers: float) -> list[str]:
    """The command, so many seconds patient with a scheduler and with the first of its workers."""
    return running(
        "from chainrule_cli.runtime import cluster",
        f"cluster.PATIENCE = {seconds}",
        "wait = cluster.Client.wait_for_workers",
        f"cluster.Client.wait_for_workers = lambda client, count, timeout: wait(client, count, {for_workers})",
    )


def test_no_scheduler() -> None:
    program = with_patience(0.1, PATIENCE)
    ran = chainrule("batch", "-", "--scheduler", "tcp://127.0.0.1:9", given=b"", program=program)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "no scheduler answers at tcp://127.0.0.1:9" in ran.stderr
    assert "not an address" in chainrule("batch", "-", "--scheduler", "nowhere", given=b"").stderr


def test_a_scheduler_without_workers(tmp_path: Path) -> None:
    with cluster(tmp_path, 0) as (address, _):
        program = with_patience(PATIENCE, 0.1)
        ran = chainrule("batch", "-", "--scheduler", address, given=b"", program=program)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "has no workers" in ran.stderr
