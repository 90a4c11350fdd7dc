"""chainrule batch"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, NoReturn, cast

import click

from chainrule_cli.commands import Page, choice, command, find_explanation, format_of
from chainrule_cli.commands._parameter_types import JOBS, PATH, SHARD
from chainrule_cli.errors import ExitStatus, UsageError
from chainrule_cli.runtime import output
from chainrule_cli.runtime.worker import Stage

if TYPE_CHECKING:
    from io import BufferedReader

    from chainrule_cli.reports.batch_summary import Tally

FORMATS = ("terminal", "plain", "json", "csv", "markdown", "html")
EXAMPLES = (
    "chainrule batch class.jsonl --output records.jsonl",
    "chainrule batch class.csv --summary",
    "chainrule batch class.jsonl --output records.jsonl --resume --summary --format csv",
    "chainrule batch corpus.jsonl --shard 2/8 --jobs 4 --timeout 2 --output part2.jsonl",
    "chainrule batch corpus.jsonl --scheduler tcp://10.0.0.1:8786 --output records.jsonl",
    """printf '{"formula": "x^2", "answer": "2x"}\\n' | chainrule batch -""",
)


HELPS = {
    "format": "Of the summary: {}; the first by default.",
    "path": "Write the records to a file, as they come.",
    "timeout": "Of each request: what is finished by then is its record.",
    "memory": "Of each request, such as 300M or 2GiB.",
}


@command(formats=FORMATS, examples=EXAMPLES, here=HELPS)
@click.argument("file", type=PATH)
@click.option("--jobs", type=JOBS, metavar="N", help="Worker processes; by default one for each core.")
@click.option("--resume", is_flag=True, help="Keep the records that --output has already, and do the rest.")
@click.option(
    "--shard", type=SHARD, metavar="I/N", help="Answer only the I-th of every N requests, such as 2/8."
)
@click.option(
    "--summary", is_flag=True, help="Show what it comes to; the records go to --output, if anywhere."
)
@click.option(
    "--scheduler", metavar="WHERE", help="Use a Dask cluster: tcp://host:port, or local to start one."
)
@click.option(
    "--decimal-mark",
    **choice(("point", "comma"), "MARK", "What stands before decimals in requests that do not say: {}."),
)
@click.option(
    "--fail-on",
    type=click.Choice(("wrong", "error")),
    multiple=True,
    metavar="WHAT",
    help="Exit with an error code where an answer is wrong, or a request failed: wrong or error.",
)
def batch(
    file: str,
    jobs: int | None,
    resume: bool,  # noqa: FBT001  # flags of the command line
    shard: tuple[int, int] | None,
    summary: bool,  # noqa: FBT001
    scheduler: str | None,
    decimal_mark: str,
    fail_on: tuple[str, ...],
    format: str | None,
    as_json: bool,  # noqa: FBT001
    path: str | None,
    color: str,
    timeout: float,
    memory: int,
) -> int:
    """Answer every request of FILE, one record each, in order.

    FILE has a JSON object a line, or is CSV with a header; - is standard input. A request has a formula, and
    perhaps an answer, a command and options by their names; other fields are handed through in "input".
    Whatever a request does, it
    costs one record: --timeout and --memory are for each. The records are JSON lines, on standard output or
    in --output FILE.

    Exit code 0 whatever the records say, but for --fail-on wrong (1 for a wrong answer, else 4 for an
    unreadable one) and --fail-on error (70 for a crash, else 2 for a request that cannot be read, else 3 for
    one that ran out of time or memory).
    """
    shown = format_of(format, as_json=as_json)
    if (not summary and shown not in ("json", "terminal")) or (format == "terminal" and not summary):
        raise UsageError(f"the records are JSON lines; --format {shown} is for --summary")
    if resume and path in (None, output.STANDARD):
        raise UsageError("--resume needs the --output that it goes on with")
    from chainrule_cli.reports import batch_run
    from chainrule_cli.reports.batch_summary import Tally

    tally = Tally() if summary or fail_on else None
    with _open(file, path) as source, _ending_by_signals():
        total = _count_lines(source, shard)
        target = None if summary and path is None else output.Lines(path, keep=resume)
        with closing(target) if target else nullcontext():
            requests = batch_run.select_shard(batch_run.read_requests(source, file, decimal_mark), shard)
            if target is not None and resume:
                requests = batch_run.skip_answered(requests, target.read_kept(), tally, where=str(path))
            made = batch_run.answer_requests(
                requests, jobs=jobs, timeout=timeout, memory=memory, scheduler=scheduler
            )
            _write(made, target, tally, total - target.there if total and target else total)
    if summary and tally is not None:
        _show_summary(tally, shown, color)
    return _choose_status(tally, fail_on) if tally is not None else ExitStatus.DONE


def _write(
    made: Iterator[bytes], target: output.Lines | None, tally: Tally | None, total: int | None
) -> None:
    done = 0
    try:
        with closing(made), _show_progress(total) as step:  # type: ignore[type-var]
            for record in made:
                if target is not None:
                    target.write(record)
                if tally is not None:
                    tally.add(record)
                done += 1
                step()
    except KeyboardInterrupt:
        kept = "; --resume goes on from here" if target is not None and target.path is not None else ""
        raise KeyboardInterrupt(f"interrupted after {done:,} records{kept}") from None


@contextmanager
def _show_progress(total: int | None) -> Iterator[Callable[[], None]]:
    """A function to be called for each record; on a terminal it draws how far the batch is, its rate and the
    time left.

    total: the requests that there are; None where nobody knows.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("chainrule batch", total=total)
        yield lambda: bar.advance(task)


@contextmanager
def _open(file: str, path: str | None) -> Iterator[BufferedReader]:
    if file == output.STANDARD:
        if sys.stdin is None:
            raise UsageError("cannot read: standard input is closed")
        yield cast("BufferedReader", sys.stdin.buffer)
        return
    try:
        source = open(file, "rb")  # noqa: PTH123, SIM115  # closed below
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error
    with source:
        if path is not None and os.path.exists(path) and os.path.samefile(file, path):  # noqa: PTH110, PTH121
            raise UsageError(f"{path} is the input", hint="--output names another file")
        yield source


def _count_lines(source: BufferedReader, shard: tuple[int, int] | None) -> int | None:
    """Lines of a file, for the bar alone; None for a pipe or where no bar is drawn."""
    if sys.stderr is None or not sys.stderr.isatty() or not source.seekable():
        return None
    lines, start = 0, source.tell()
    while block := source.read(1 << 20):
        lines += block.count(b"\n")
    source.seek(start)
    return lines // shard[1] if shard else lines


@contextmanager
def _ending_by_signals() -> Iterator[None]:
    """SIGTERM ends the workers too."""

    def end(number: int, _: Any) -> NoReturn:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _show_summary(tally: Tally, shown: str, color: str) -> None:
    def send(stage: Stage) -> None:
        output.deliver(stage.output, None)

    page = Page(send, shown, output.page_width(None), output.page_colour(color, None))
    page.show(tally.summarize(), find_explanation("batch", "rows" if shown == "csv" else "normal"))


def _choose_status(tally: Tally, fail_on: tuple[str, ...]) -> int:
    if "wrong" in fail_on and (tally.wrong or tally.unreadable):
        return ExitStatus.WRONG if tally.wrong else ExitStatus.ANSWER_UNREADABLE
    if "error" in fail_on and tally.statuses["crash"]:
        return ExitStatus.INTERNAL
    if "error" in fail_on and tally.statuses["error"]:
        return ExitStatus.USAGE
    if "error" in fail_on and tally.statuses["timeout"] + tally.statuses["memory"]:
        return ExitStatus.UNDECIDED
    return ExitStatus.DONE
