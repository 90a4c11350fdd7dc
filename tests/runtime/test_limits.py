"""limits.py and worker.py: whatever a worker does, the parent says in time how it ended."""

from __future__ import annotations

import faulthandler
import os
import select
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from chainrule_cli.errors import AnswerError, BudgetError, ChainruleError, ExitStatus, Span
from chainrule_cli.runtime import limits, worker
from chainrule_cli.runtime.limits import WorkerAnswer, WorkerError
from chainrule_cli.runtime.worker import Budget, Send, Stage, Task
from tests.clock import HOUR, strike_at_a_stage
from tests.support import PATIENCE, ROOT, WITH_FAKES, fake, wait_until

ROOMY = Budget(HOUR, 1 << 30)
TIGHT = Budget(0.5, 1 << 30)
SMALL = Budget(HOUR, 64 << 20)

FORK = pytest.mark.parametrize("fork", [True, False], ids=["fork", "spawn"])


# what the workers do; the names are looked up in the worker


def says(send: Send, text: str) -> None:
    send(Stage("first", "half", 0))
    send(Stage("done", text, 1))


def loops(send: Send) -> None:
    send(Stage("first", "half", 0))
    10 ** (10**9)


def loops_at_once(send: Send) -> None:
    10 ** (10**9)


def eats(send: Send) -> None:
    send(Stage("first", "half", 0))
    eaten = [bytearray(1 << 20)]
    while True:
        eaten.append(bytearray(eaten[-1]))


def holds(send: Send) -> None:
    """As much, and no more, until somebody sees it."""
    send(Stage("first", "half", 0))
    held = b"x" * (400 << 20)
    10 ** (10**9)
    del held


def eats_in_the_loader(send: Send) -> None:
    raise ImportError("libx.so: failed to map segment from shared object")


def eats_in_a_handler(send: Send) -> None:
    try:
        raise MemoryError
    except MemoryError:
        raise KeyError("the handler failed too")  # noqa: B904  # as a library might


def refuses(send: Send) -> None:
    raise AnswerError("unreadable", text="2x(", span=Span(2, 3), hint="close it")


def fails(send: Send) -> None:
    send(Stage("first", "half", 0))
    raise KeyError("x")


def recurses(send: Send) -> None:
    recurses(send)


def leaves(send: Send) -> None:
    os._exit(7)


def crashes(send: Send) -> None:
    faulthandler.disable()  # pytest's own would print this death
    os.kill(os.getpid(), signal.SIGSEGV)


def is_killed(send: Send) -> None:
    send(Stage("first", "half", 0))
    os.kill(os.getpid(), signal.SIGKILL)


def has_children(send: Send) -> None:
    """A child that outlives its parent and holds the pipe open."""
    if os.fork() == 0:
        10 ** (10**9)
    send(Stage("done", "whole", 0))


def tells_its_settings(send: Send) -> None:
    send(
        Stage(
            "done", f"{os.environ['SYMPY_GROUND_TYPES']} {os.getsid(0) == os.getpid()} {os.read(0, 1)!r}", 0
        )
    )


def work(function: str, budget: Budget = ROOMY, *, fork: bool = True, **arguments: object) -> WorkerAnswer:
    return limits.run(Task(__name__, function, arguments), budget, fork=fork)


@pytest.fixture(autouse=True)
def _this_module_is_importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@FORK
def test_the_last_stage_is_the_answer(fork: bool) -> None:
    assert work("says", fork=fork, text="2·x") == WorkerAnswer(Stage("done", "2·x", 1))


@FORK
def test_an_answer_longer_than_a_pipe_holds(fork: bool) -> None:
    long = "∂" * 3_000_000
    assert work("says", fork=fork, text=long).stage.output == long


@FORK
@pytest.mark.parametrize(
    ("function", "budget", "words"),
    [
        ("loops", ROOMY, "the time of 3600 s"),
        ("eats", SMALL, "the memory of 64 MiB"),
        ("is_killed", ROOMY, "killed"),
    ],
)
def test_a_budget_that_runs_out_leaves_the_last_whole_stage(
    function: str, budget: Budget, words: str, fork: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if function == "loops":
        strike_at_a_stage(monkeypatch.setattr)
    answer = work(function, budget, fork=fork)
    assert answer.stage == Stage("first", "half", 0)
    assert answer.status is ExitStatus.UNDECIDED
    assert answer.shortfall is not None
    assert words in answer.shortfall.message


@FORK
def test_no_stage_is_a_budget_error(fork: bool) -> None:
    with pytest.raises(BudgetError, match=r"the time of 0\.5 s ran out"):
        work("loops_at_once", TIGHT, fork=fork)


@pytest.mark.parametrize("function", ["eats_in_the_loader", "eats_in_a_handler"])
def test_memory_that_runs_out_in_disguise(function: str) -> None:
    with pytest.raises(BudgetError, match="memory"):
        work(function)


@FORK
def test_an_error_crosses_whole(fork: bool) -> None:
    with pytest.raises(ChainruleError) as caught:
        work("refuses", fork=fork)
    error = caught.value
    assert (error.status, error.code) == (ExitStatus.ANSWER_UNREADABLE, "answer-unreadable")
    assert (error.message, error.text, error.span, error.hint) == (
        "unreadable",
        "2x(",
        Span(2, 3),
        "close it",
    )


@FORK
@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("fails", "KeyError: 'x'"),
        ("recurses", "RecursionError"),
        ("leaves", "exit code 7"),
        ("crashes", "SIGSEGV"),
    ],
)
def test_a_failure_is_told(function: str, words: str, fork: bool) -> None:
    with pytest.raises(WorkerError, match=words):
        work(function, fork=fork)


def test_a_failure_brings_its_traceback() -> None:
    with pytest.raises(WorkerError) as caught:
        work("fails")
    assert "in fails" in caught.value.report


def test_a_frame_that_was_cut_off_is_dropped() -> None:
    reading, writing = os.pipe()
    os.write(writing, worker.pack("stage", Stage("first", "half", 0)._asdict()))
    os.write(writing, worker.pack("stage", Stage("second", "whole", 0)._asdict())[:-3])
    os.close(writing)
    assert limits._receive(reading) == (Stage("first", "half", 0), None)
    os.close(reading)


def test_what_the_worker_started_ends_with_it() -> None:
    assert work("has_children").stage.output == "whole"


def test_a_worker_is_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SYMPY_GROUND_TYPES", raising=False)
    assert work("tells_its_settings").stage.output == "python True b''"
    monkeypatch.setenv("SYMPY_GROUND_TYPES", "flint")
    assert work("tells_its_settings").stage.output == "flint True b''"


def test_a_caller_in_another_thread() -> None:
    found: list[WorkerAnswer] = []
    thread = threading.Thread(target=lambda: found.append(work("says", fork=False, text="x")))
    thread.start()
    thread.join()
    assert found == [WorkerAnswer(Stage("done", "x", 1))]


def test_where_the_system_does_not_bound_memory_it_is_polled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "BOUNDED", False)
    answer = work("holds", Budget(HOUR, 200 << 20))
    assert answer.shortfall is not None
    assert "memory" in answer.shortfall.message


def test_frames_arrive_in_pieces() -> None:
    frame = worker.pack("stage", {"name": "a"})
    buffer = bytearray()
    for byte in frame[:-1]:
        buffer.append(byte)
        assert worker.take(buffer) is None
    buffer += frame[-1:] + frame
    assert worker.take(buffer) == worker.take(buffer) == ("stage", {"name": "a"})
    assert not buffer


def test_a_frame_is_plain_data() -> None:
    with pytest.raises(ValueError, match="unmarshallable"):
        worker.pack("stage", {"name": object()})


# the parent's own end


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGHUP, -signal.SIGHUP)],
)
def test_signals_end_the_worker_first(number: signal.Signals, status: int) -> None:
    with subprocess.Popen(
        [*WITH_FAKES, "fake", "x", "ask-who", "--timeout", "3600"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as parent:
        assert parent.stderr is not None
        worker_of_it = os.pidfd_open(int(parent.stderr.readline()))
        wait_until(lambda: _awaits_its_worker(parent.pid), parent)
        parent.send_signal(number)
        out, err = parent.communicate(timeout=PATIENCE)
    assert (parent.returncode, out) == (status, b"")
    assert b"Traceback" not in err
    assert _ends(worker_of_it)


def _awaits_its_worker(pid: int) -> bool:
    """Whether the process has taken SIGTERM over, and sleeps."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    said = dict(line.split(":\t", 1) for line in lines)
    return bool(int(said["SigCgt"], 16) >> (signal.SIGTERM - 1) & 1) and said["State"].startswith("S")


def test_a_worker_whose_parent_was_killed_ends_by_itself() -> None:
    with subprocess.Popen(
        [*WITH_FAKES, "fake", "x", "outlive", "--timeout", "3600"], stderr=subprocess.PIPE
    ) as parent:
        assert parent.stderr is not None
        pid, alarm = parent.stderr.readline().split()
        worker_of_it = os.pidfd_open(int(pid))
        parent.kill()
    assert HOUR - PATIENCE < float(alarm) <= HOUR + 1
    assert _ends(worker_of_it)


def _ends(process: int) -> bool:
    ended = bool(select.select([process], [], [], PATIENCE)[0])
    os.close(process)
    return ended


@pytest.mark.parametrize(
    ("deed", "words"), [("loop", "the time of 0.5 s ran out"), ("eat", "the memory of 64 MiB ran out")]
)
def test_the_command_out_of_budget(deed: str, words: str) -> None:
    budget = ["--timeout", "0.5"] if deed == "loop" else ["--memory", "64M", "--timeout", "3600"]
    ran = fake("fake", "x", deed, *budget)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert words in ran.stderr


# given up


def test_a_run_is_given_up_from_another_thread() -> None:
    class StopAtTheStart(limits.Stop):
        def watch(self, pid: int | None) -> None:
            super().watch(pid)
            if not self.called:
                threading.Thread(target=self).start()

    with pytest.raises(BudgetError):
        limits.run(Task(__name__, "loops_at_once", {}), ROOMY, fork=False, stop=StopAtTheStart())


@FORK
def test_a_run_is_given_up_before_it_begins(fork: bool) -> None:
    stop = limits.Stop()
    stop()
    with pytest.raises(BudgetError):
        limits.run(Task(__name__, "loops_at_once", {}), ROOMY, fork=fork, stop=stop)


def test_what_is_over_cannot_be_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process number may be another's by then."""
    stop = limits.Stop()
    answer = limits.run(Task(__name__, "says", {"text": "whole"}), ROOMY, stop=stop)
    killed: list[int] = []
    monkeypatch.setattr(limits, "_kill", killed.append)
    stop()
    assert answer.stage.output == "whole"
    assert killed == []
