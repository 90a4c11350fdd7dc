"""chainrule practice as a command: sheets, a file of answers, and sessions on a terminal of their own."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import jsonschema
import pytest

from chainrule_cli.commands._practice_session import WORDS, ExerciseWork, PosedExercise, Session, Wanted
from chainrule_cli.errors import BudgetError, ReadError
from chainrule_cli.notation.reader import read
from chainrule_cli.runtime import limits
from chainrule_cli.runtime.limits import WorkerError
from chainrule_cli.runtime.worker import Budget
from tests.support import PATIENCE, ROOT, chainrule, on_terminal
from tests.warm import Run, warm_process

SEED = ("--level", "2", "--seed", "5")
RIGHT = ("2x ln(x) + x - 2/x", "(1 - 3ln(x))/x^4", "12(2x-5)^5")


# sheets


@pytest.mark.parametrize("format", ["plain", "latex", "json"])
def test_exercises_and_solutions_are_two_files_that_match(format: str, tmp_path: Path) -> None:
    sheets = {}
    for part in ("exercises", "solutions"):
        ran = chainrule(
            "practice", *SEED, "--format", format, "--sheet", part, "--output", str(tmp_path / part)
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
        sheets[part] = (tmp_path / part).read_text("utf-8")
    again = chainrule("practice", *SEED, "--format", format)
    assert again.stdout == sheets["exercises"]
    answers = {
        "json": "2*x*log(x) + x - 2/x",
        "latex": r"2 x \ln\left(x\right) + x - \frac{2}{x}",
        "plain": "2x·ln(x) + x - 2/x",
    }
    answer = answers.get(format)
    assert answer is None or (answer in sheets["solutions"] and answer not in sheets["exercises"])
    seed = {"json": '"seed":5', "latex": "seed 5", "plain": "--seed 5"}.get(format, "seed 5")
    assert all(seed in sheet for sheet in sheets.values())


def test_a_sheet_in_json_is_what_its_schema_says() -> None:
    ran = chainrule("practice", "--level", "5", "--seed", "3", "--json", "--sheet", "both")
    record = json.loads(ran.stdout)
    jsonschema.validate(record, json.loads(chainrule("schema", "practice", "--json").stdout))
    assert (
        [each["number"] for each in record["exercises"]]
        == [each["number"] for each in record["solutions"]]
        == list(range(1, 11))
    )


def test_without_a_seed_a_fresh_one_is_said() -> None:
    first, second = (chainrule("practice", "--count", "2", "--json") for _ in range(2))
    seeds = [json.loads(ran.stdout)["seed"] for ran in (first, second)]
    again = chainrule("practice", "--count", "2", "--json", "--seed", str(seeds[0]))
    assert again.stdout == first.stdout
    assert 1 <= min(seeds) <= max(seeds) < 100_000


def test_in_a_pipe_it_is_a_sheet() -> None:
    ran = chainrule("practice", *SEED, given="2x\n")
    assert ran.returncode == 0
    assert "  1  y = (x² - 2)·ln(x)\n" in ran.stdout
    assert ran.stdout.endswith("the same again: chainrule practice --level 2 --seed 5\n")


def test_without_a_terminal_to_type_at_it_is_a_sheet() -> None:
    status, shown = on_terminal("practice", *SEED)
    assert (status, "the same again" in shown, "> " in shown) == (0, True, False)


def test_what_time_leaves_of_a_sheet_says_so() -> None:
    ran = chainrule("practice", "--level", "5", "--seed", "1", "--count", "200", "--timeout", "0.001")
    assert ran.returncode == 3
    assert "the time of 0.001 s ran out" in ran.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--level", "6"), "--level 6 is not between 1 and 5"),
        (("--count", "0"), "--count 0 is not between 1 and 200"),
        (("--count", "1000000000"), "is not between 1 and 200"),
        (("--seed", "-1"), "--seed -1"),
        (("--seed", "x"), "--seed x is not a whole number"),
        (("--sheet", "answers"), "--sheet answers is not one of"),
        (("--answers", "-"), "--answers needs the --seed of the exercises"),
        (
            ("--answers", "-", "--seed", "1", "--sheet", "both"),
            "--answers and --sheet are two different things",
        ),
        (("--answers", "/no/such/file", "--seed", "1"), "cannot read /no/such/file"),
        (("--answers", "-", "--seed", "1", "--level", "9"), "--level 9"),
    ],
)
def test_usage_errors(options: Sequence[str], message: str) -> None:
    ran = chainrule("practice", *options)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr


# a file of answers


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        (RIGHT, 0),
        ((*RIGHT[:2], "6(2x-5)^5"), 1),
        ((*RIGHT[:2], ""), 4),
        ((*RIGHT[:2], "2x("), 4),
        ((RIGHT[0], "2x(", "x"), 1),
    ],
)
def test_a_file_of_answers_is_graded(answers: Sequence[str], status: int) -> None:
    ran = chainrule("practice", *SEED, "--count", "3", "--answers", "-", given="\n".join(answers))
    assert (ran.returncode, ran.stderr) == (status, "")
    assert f"{sum(answer in RIGHT for answer in answers)} of 3 correct" in ran.stdout


def test_graded_answers_are_a_file_and_a_record(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("\n".join(RIGHT), "utf-8")
    ran = chainrule(
        "practice",
        *SEED,
        "--count",
        "3",
        "--answers",
        str(tmp_path / "mine.txt"),
        "--json",
        "--output",
        str(tmp_path / "out"),
    )
    assert (ran.returncode, ran.stdout) == (0, "")
    record = json.loads((tmp_path / "out").read_text("utf-8"))
    jsonschema.validate(record, json.loads(chainrule("schema", "practice-answers", "--json").stdout))
    assert (record["verdict"], record["correct"]) == ("correct", 3)


def test_what_an_answer_holds_is_text(tmp_path: Path) -> None:
    page = chainrule(
        "practice",
        *SEED,
        "--count",
        "2",
        "--answers",
        "-",
        "--format",
        "html",
        given="<script>x</script>\n\x1b[31m'\"",
    ).stdout
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert (
        "\x1b" not in chainrule("practice", *SEED, "--count", "1", "--answers", "-", given="\x1b[31m").stdout
    )


# sessions


class Person:
    """Someone at a terminal: types a line when asked, and reads what comes until they are asked again, or it is over."""

    def __init__(self, child: Run, terminal: int, complaints: int) -> None:
        self.child, self.terminal, self.complaints = child, terminal, complaints
        self.seen = self.read()

    def read(self) -> str:
        shown = b""
        while not shown.endswith(b"\r\n> ") and shown != b"> ":
            assert select.select([self.terminal], [], [], PATIENCE)[0], f"nothing came after {shown!r}"
            try:
                chunk = os.read(self.terminal, 1 << 16)
            except OSError:
                break
            shown += chunk
            if not chunk:
                break
        return shown.decode("utf-8")

    def types(self, line: str) -> str:
        """What is shown after the line, without its echo."""
        os.write(self.terminal, line.encode("utf-8") + b"\n")
        return self._after(line)

    def presses(self, key: bytes) -> str:
        os.write(self.terminal, key)
        return self.read()

    def interrupts(self) -> str:
        """Presses Ctrl-C until it is heard: one that comes just before the child begins to wait for a line is only noticed with the next."""
        for _ in range(PATIENCE // 20):
            self.child.send_signal(signal.SIGINT)
            if select.select([self.terminal], [], [], 20)[0]:
                break
        return self.read()

    def _after(self, line: str) -> str:
        shown = self.read()
        return shown.partition("\r\n")[2]

    def status(self) -> int:
        return self.child.wait(PATIENCE)

    def complaint(self) -> str:
        return b"".join(iter(lambda: os.read(self.complaints, 1 << 16), b"")).decode("utf-8")


@contextmanager
def session(*options: str, **env: str) -> Iterator[Person]:
    ours, theirs = pty.openpty()
    complaints, error = os.pipe()
    env = os.environ | {"TERM": "dumb", "COLUMNS": "100"} | env
    child = warm_process().start(["practice", *options], [theirs, theirs, error], env)
    os.close(theirs)
    os.close(error)
    try:
        yield Person(child, ours, complaints)
    finally:
        child.close()
        os.close(ours)
        os.close(complaints)


def test_a_session_from_end_to_end() -> None:
    with session(*SEED, "--count", "3") as person:
        assert "Level 2: product and quotient, and a linear function inside. Seed 5." in person.seen
        assert "1 of 3  y = (x² - 2)·ln(x)   find dy/dx" in person.seen
        shown = person.types(RIGHT[0])
        assert "✓ correct" in shown
        assert "2 of 3  y = ln(x)/x³" in shown
        assert "✗ incorrect: at x = " in person.types("1/x")
        assert "✓ correct" in person.types(RIGHT[1])
        wrong = person.types("6(2x-5)^5")
        assert "consistent with  inner-forgotten" in wrong
        last = person.types(RIGHT[2])
        assert "1 of 3 right at the first try, 2 after another try" in last
        assert "inner-forgotten" in last
        assert "to practise" in last
        assert "the same again: chainrule practice --level 2 --seed 5 --count 3" in last
        assert person.status() == 0
        assert person.complaint() == ""


def test_hints_go_deeper_and_the_last_is_the_answer() -> None:
    with session(*SEED, "--count", "2") as person:
        kinds = ["the rule", "the layer", "the set-up", "the derivative"]
        for kind in kinds:
            assert f"  {kind}  " in person.types("hint")
        assert "that was the last hint" in person.types("HINT")
        person.types(RIGHT[0])
        assert "the rule" in person.types("hint")
        assert "0 of 2 right at the first try, 1 with hints, 1 shown" in person.types(RIGHT[1])


def test_what_is_shown_has_its_steps_and_what_is_skipped_is_counted() -> None:
    with session(*SEED, "--count", "3") as person:
        shown = person.types("show")
        assert "dy/dx = 2x·ln(x) + x - 2/x" in shown
        assert "(u·v)′ = u′·v + u·v′" in shown
        assert "3 of 3" in person.types("skip")
        assert "0 of 3 right at the first try, 1 shown, 1 skipped, 1 not answered" in person.types("quit")
        assert person.status() == 0


def test_an_answer_that_cannot_be_read_has_a_caret_and_costs_no_try() -> None:
    with session(*SEED, "--count", "1") as person:
        lines = person.types("2x + ln(x").splitlines()
        assert lines[0] == "  cannot be read: a bracket is not closed"
        assert lines[1:3] == ["    2x + ln(x", "           ^"]
        assert "1 of 1 right at the first try" in person.types(RIGHT[0])


@pytest.mark.parametrize("word", WORDS)
def test_no_word_is_a_formula_in_x_y_and_z(word: str) -> None:
    try:
        names = set(read(word).variables)
    except ReadError:
        return
    assert names - {"x", "y", "z"}


def test_help_names_the_words() -> None:
    with session(*SEED) as person:
        shown = person.types("help")
        assert all(f"    {word}   " in shown for word in ("hint", "show", "skip", "quit"))
        assert person.types("   ") == "> "


@pytest.mark.parametrize("level", ["1", "5"])
def test_the_solutions_of_a_sheet_are_right_in_a_session(level: str) -> None:
    sheet = json.loads(
        chainrule(
            "practice", "--level", level, "--seed", "6", "--count", "4", "--sheet", "solutions", "--json"
        ).stdout
    )
    with session("--level", level, "--seed", "6", "--count", "4") as person:
        shown = [person.types(each["derivative"]["text"]) for each in sheet["solutions"]]
        assert all("✓ correct" in each for each in shown), shown
        assert "4 of 4 right at the first try" in shown[-1]


def test_hints_and_solutions_at_every_kind_of_question() -> None:
    with session("--level", "5", "--seed", "3", "--count", "4") as person:
        for _ in range(3):
            assert "  the rule  " in person.types("hint")
            assert "✓ checked" in person.types("show")
        second = person.types("hint")
        assert "for the first derivative:" in second
        assert "  the rule  " in second
        assert "✓ checked" in person.types("show")


def test_the_end_of_input_is_the_end_of_the_session() -> None:
    with session(*SEED) as person:
        assert "0 of 10 right at the first try, 10 not answered" in person.presses(b"\x04")
        assert person.status() == 0


@pytest.mark.usefixtures("interruptible")
def test_an_interruption_sums_up_and_says_so() -> None:
    with session(*SEED) as person:
        person.types(RIGHT[0])
        assert "1 of 10 right at the first try, 9 not answered" in person.interrupts()
        assert person.status() == 130
        assert "interrupted after 1 of 10" in person.complaint()


HOSTILE = (
    "x^9^9^9",
    "__import__('os').system('id')",
    "(" * 3_000,
    "9" * 3_000,
    "gamma(gamma(gamma(9^99)))",
    "[bold]x[/bold]",
    "\\input{/etc/passwd}",
    "🤖",
    "=",
    ";",
    "-",
)


def test_no_answer_takes_the_session_along() -> None:
    with session(*SEED, "--count", "1") as person:
        for answer in HOSTILE:
            shown = person.types(answer)
            assert "✓ correct" not in shown
            assert shown.endswith("> ")
        assert "✓ correct" in person.types(RIGHT[0])
        assert person.status() == 0


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BudgetError("the time of 10 s ran out"), "? undecided: the time of 10 s ran out"),
        (WorkerError("SIGSEGV"), "not judged (SIGSEGV)"),
    ],
)
def test_an_answer_that_outlasts_its_budget_does_not_count(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr(limits, "run", run)
    work = ExerciseWork(PosedExercise({"formula": "x^2"}, "", []))
    session = Session(Wanted(level=1, seed=1, count=1), {"width": 80}, Budget(10, 1 << 30), [work])
    session._grade(work, "2x")
    assert (work.wrong, work.hints, work.finished) == (0, 0, False)
    shown = capsys.readouterr().out
    assert said in shown
    assert "this answer does not count" in shown


def test_colour_comes_where_it_is_wanted_and_says_nothing_alone() -> None:
    with session(*SEED, "--count", "1", "--color", "always") as person:
        assert "\x1b[" in person.types("1/x")
    with session(*SEED, "--count", "1", NO_COLOR="1") as person:
        assert "\x1b" not in person.seen + person.types("1/x")


def test_the_session_of_the_documentation_is_a_session() -> None:
    """What a person types in it is typed again, and everything that is shown must be there."""
    page = (ROOT / "docs" / "practice.md").read_text("utf-8")
    block = page.partition("```text\n$ chainrule practice ")[2].partition("```")[0]
    options, _, told = block.partition("\n")
    typed = [line.removeprefix("> ") for line in told.splitlines() if line.startswith("> ")]
    with session(*options.split()) as person:
        shown = [person.seen, *(f"{line}\n{person.types(line)}" for line in typed)]
    transcript = "".join(shown).replace("\r\n", "\n")
    assert [line.rstrip() for line in transcript.splitlines()] == [
        line.rstrip() for line in told.splitlines()
    ]
