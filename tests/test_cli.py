"""The command: arguments, formats, colour, width, streams, files, and one exit code for each way to end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from functools import partial
from importlib import metadata
from pathlib import Path

import jsonschema
import pytest

import chainrule_cli
from chainrule_cli import cli
from chainrule_cli.errors import ExitStatus
from tests import support
from tests.support import COMMAND, PATIENCE, ROOT, STRIKING, WITH_FAKES, fake, on_terminal, running

chainrule = partial(support.chainrule, program=COMMAND)
"""The command as a process of its own."""

COMMANDS = cli.program.list_commands(cli.click.Context(cli.program))


# help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(name: str) -> None:
    ran = chainrule(name, "--help")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert f"chainrule {name}" in ran.stdout.partition("Examples:")[2]
    for option in ("--format", "--json", "--output", "--color", "--timeout", "--memory"):
        assert option in ran.stdout


def test_help_and_version() -> None:
    shown = chainrule("--help")
    assert shown.returncode == 0
    assert all(name in shown.stdout for name in COMMANDS)
    assert chainrule("--version").stdout == f"chainrule {chainrule_cli.__version__}\n"
    assert metadata.version("chainrule") == chainrule_cli.__version__


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (["help"], ["--help"]),
        (["help", "diff"], ["diff", "--help"]),
        (["help", "play", "x"], ["play", "--help"]),
    ],
)
def test_help_by_the_word(asked: list[str], meant: list[str]) -> None:
    assert chainrule(*asked).stdout == chainrule(*meant).stdout != ""


def test_the_list_of_commands_cuts_no_sentence() -> None:
    assert "..." not in chainrule("--help", env={"COLUMNS": "80"}).stdout.partition("Commands:")[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    command = cli.program.get_command(cli.click.Context(cli.program), name)
    assert command is not None
    for option in command.params:
        if isinstance(option, cli.click.Option):
            words = (option.help or "").partition("  [")[0]
            assert len(words.split()) > 1, f"{option.opts[0]}: {option.help}"
            assert words[0].isupper() or words[0].isdigit() or option.type.name == "choice", (
                f"{option.opts[0]}: {option.help}"
            )


def test_no_argument_shows_the_help_and_is_a_usage_error() -> None:
    ran = chainrule()
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "Commands:" in ran.stderr


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["diff", "--help"], ["diff", "x", "--wr", "y"]]
)
def test_help_imports_no_engine(arguments: list[str]) -> None:
    code = f"import sys; from chainrule_cli.cli import run; run({arguments!r}); print(*sys.modules, file=sys.stderr)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    loaded = set(ran.stderr.splitlines()[-1].split())
    assert "click" in loaded
    assert loaded.isdisjoint(
        {
            "sympy",
            "rich",
            "numpy",
            "msgspec",
            "mpmath",
            "textual",
            "flint",
            "asyncio",
            "chainrule_cli.notation",
        }
    )


def test_every_command_is_a_file_and_every_file_a_command() -> None:
    files = {
        file.stem
        for file in (ROOT / "chainrule_cli" / "commands").glob("*.py")
        if not file.stem.startswith("_")
    }
    assert set(COMMANDS) == files
    for name in COMMANDS:
        command = cli.program.get_command(cli.click.Context(cli.program), name)
        assert command is not None
        assert all(
            option.startswith("--")
            for parameter in command.params
            if isinstance(parameter, cli.click.Option)
            for option in parameter.opts
        )


# arguments


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["-2x"], "'-2x'"),
        (["-x**2 - 1"], "'-x**2 - 1'"),
        (["-sin(x)=1"], "'-sin(x)=1'"),
        (["-h"], "'-h'"),
        (["--", "--x"], "'--x'"),
        (["--", "-x"], "'-x'"),
        (["x", "-2x", "--at", "-1"], "'x deed=-2x at=-1'"),
        (["x", "--at", "x=-1"], "'x deed=echo at=x=-1'"),
        (["x", "--at=x=-1"], "'x deed=echo at=x=-1'"),
        (["--at", "x=1", "x"], "'x deed=echo at=x=1'"),
        (["x", "echo", "--number", "-0.5"], "'x' number=-0.5"),
        (["x", "echo", "--number=-5e-1"], "'x' number=-0.5"),
        ([""], "''"),
    ],
)
def test_one_minus_is_a_formula_or_a_number(arguments: list[str], shown: str) -> None:
    ran = fake("fake", *arguments)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(shown + " ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fake", "x", "--nmber", "2"], "did you mean --number?"),
        (["fake", "x", "--nmber=2"], "did you mean --number?"),
        (["fake", "--x"], "no such option: --x"),
        (["fake", "x", "--zzz"], "chainrule fake --help"),
        (["fake", "x", "--number"], "requires an argument"),
        (["fake", "x", "--number", "two"], "--number two is not a number"),
        (["fake", "x", "--json=yes"], "does not take a value"),
        (["fake"], "missing argument 'FORMULA'"),
        (["fake", "x", "echo", "more"], "unexpected extra argument"),
        (["fake", "x", "--format", "svg"], "--format svg is not one of"),
        (["fake", "x", "--format", "latex"], "--format latex is not one of"),
        (["fake", "x", "--json", "--format", "plain"], "contradict"),
        (["fake", "x", "--color", "blue"], "--color blue is not one of auto, always or never"),
        (["dif", "x"], "did you mean diff?"),
        (["--versoin"], "did you mean --version?"),
        (["sin(x**2)"], 'chainrule diff "sin(x**2)"'),
        (["-2x"], 'chainrule diff "-2x"'),
        *(
            (["fake", "x", "--timeout", value], "is not a number of seconds")
            for value in ("0", "-1", "nan", "inf", "1e9", "", "2s", "ten")
        ),
        *(
            (["fake", "x", "--memory", value], "is not a size")
            for value in ("0", "-1", "1", "1X", "G", "", "nan", "1e9", "9999999T", "1 000M")
        ),
        (["schema", "dif"], "did you mean diff?"),
        (["schema", "nothing"], "one of"),
    ],
)
def test_usage_errors(arguments: list[str], words: str) -> None:
    ran = fake(*arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr
    as_object = fake(*arguments, "--json")
    assert (as_object.returncode, as_object.stdout) == (2, "")
    assert json.loads(as_object.stderr)["code"] == "usage"


@pytest.mark.parametrize("size", ["300M", "1G", "2GiB", "1.5g", "300MB", "1073741824", "512 m"])
def test_sizes_of_memory(size: str) -> None:
    assert fake("fake", "x", "--memory", size).returncode == 0


# standard input


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("sin(x)", "'sin(x)'"),
        ("sin(x)\n", "'sin(x)'"),
        ("sin(x)\r\n", "'sin(x)'"),
        ("u = x\nu^2\n", r"'u = x\nu^2'"),
        ("\ufeffx²", "'x²'"),
        ("-2x", "'-2x'"),
        ("", "''"),
        ("𝑥" * 10_000 + "\n", "'𝑥𝑥"),
        ("a\0b", r"'a\x00b'"),
    ],
)
def test_a_formula_from_standard_input(given: str, shown: str) -> None:
    ran = fake("fake", "-", given=given)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(shown)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (b"x" * 10_001, "longer than 10,000 characters"),
        (b"x" * 5_000_000, "longer than 10,000 characters"),
        (b"x\xff", "not UTF-8 (byte 1)"),
    ],
)
def test_standard_input_is_refused(given: bytes, words: str) -> None:
    ran = fake("fake", "-", given=given)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert words in ran.stderr


def test_standard_input_without_an_end_is_refused() -> None:
    """The other end goes on for ever; the command does not read on."""
    with Path("/dev/zero").open("rb") as zeros:
        ran = subprocess.run(
            [*WITH_FAKES, "fake", "-"], stdin=zeros, capture_output=True, timeout=PATIENCE, check=False
        )
    assert ran.returncode == 2
    assert b"longer than" in ran.stderr


def test_closed_streams() -> None:
    closed = [*COMMAND, "diff", "-"]
    ran = subprocess.run(
        ["/bin/sh", "-c", '"$@" <&-', "sh", *closed],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ran.returncode == 2
    assert "standard input" in ran.stderr
    no_out = subprocess.run(
        ["/bin/sh", "-c", '"$@" >&-', "sh", *WITH_FAKES, "fake", "x"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert no_out.returncode == 2
    assert "standard output" in no_out.stderr
    no_err = subprocess.run(
        ["/bin/sh", "-c", '"$@" 2>&-', "sh", *COMMAND, "nothing"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (no_err.returncode, no_err.stdout) == (2, "")


def test_an_argument_that_is_no_text() -> None:
    ran = subprocess.run(
        [*WITH_FAKES, "fake", b"x\xff"], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert ran.returncode == 2
    assert "not valid text" in ran.stderr


# a process of its own, and one that is forked off a warm process, as most tests run it

ALIKE = (
    ("diff", "x^2*sin(x)", "--at", "x=1"),
    ("peel", "sin(x^2)", "--json"),
    ("check", "x^2", "x", "--color", "always"),
    ("hint", "sin(x^2)", "--level", "4"),
    ("graph", "(x+y)*z", "--at", "x=1,y=2,z=3", "--format", "svg"),
    ("paths", "x*x*sin(x)", "--at", "x=3", "--format", "markdown"),
    ("gears", "sin(cos(x^2))", "--at", "x=0.8"),
    ("neuron", "--format", "html"),
    ("flow", "--layers", "3"),
    ("checkpoint", "--format", "latex"),
    ("matrix", "X*w", "--shapes", "X:4x3,w:3"),
    ("practice", "--level", "5", "--seed", "1", "--count", "2"),
    ("functions",),
    ("rules",),
    ("mistakes",),
    ("schema", "diff"),
    ("play", "x", "--at", "x=1"),  # which needs a terminal
)
"""A question of each command but batch, whose workers are processes of their own."""


def test_a_question_of_each_command() -> None:
    assert {name for name, *_ in ALIKE} == set(COMMANDS) - {"batch"}


@pytest.mark.parametrize("arguments", ALIKE, ids=" ".join)
def test_a_warm_process_answers_alike(arguments: tuple[str, ...]) -> None:
    fresh, forked = chainrule(*arguments), support.chainrule(*arguments)
    assert (forked.returncode, forked.stdout, forked.stderr) == (fresh.returncode, fresh.stdout, fresh.stderr)


# outcomes


@pytest.mark.parametrize(
    ("deed", "status", "code"),
    [
        ("unreadable", ExitStatus.USAGE, "unreadable"),
        ("question", ExitStatus.USAGE, "question"),
        ("extra", ExitStatus.USAGE, "missing-extra"),
        ("answer", ExitStatus.ANSWER_UNREADABLE, "answer-unreadable"),
        ("fault", ExitStatus.INTERNAL, "internal"),
        ("broken-import", ExitStatus.INTERNAL, "internal"),
        ("deep", ExitStatus.INTERNAL, "internal"),
        ("segment", ExitStatus.INTERNAL, "internal"),
        ("leave", ExitStatus.INTERNAL, "internal"),
        ("silent", ExitStatus.INTERNAL, "internal"),
        ("killed", ExitStatus.UNDECIDED, "budget"),
    ],
)
def test_an_outcome_without_an_answer(deed: str, status: ExitStatus, code: str) -> None:
    ran = fake("fake", "sin(x", deed)
    assert (ran.returncode, ran.stdout) == (status, "")
    assert ran.stderr.startswith("error: ")
    assert "Traceback" not in ran.stderr
    assert ("/issues" in ran.stderr) == (status is ExitStatus.INTERNAL)
    as_object = fake("fake", "sin(x", deed, "--json")
    assert (as_object.returncode, as_object.stdout) == (status, "")
    assert len(as_object.stderr.splitlines()) == 1
    error = json.loads(as_object.stderr)
    assert (error["schema"], error["code"]) == ("chainrule.error.v1", code)
    assert list(error) == ["schema", "code", "message", "span", "hint"]


@pytest.mark.parametrize("status", [0, 1, 3, 4])
def test_an_outcome_with_an_answer(status: int) -> None:
    ran = fake("fake", "x", "verdict", "--number", str(status))
    assert (ran.returncode, ran.stdout, ran.stderr) == (status, "verdict on x\n", "")


def test_a_budget_that_ran_out_shows_what_is_finished() -> None:
    ran = chainrule("fake", "x", "stage-then-loop", "--timeout", "3600", program=running(STRIKING))
    assert (ran.returncode, ran.stdout) == (3, "checked answer\n")
    assert (
        ran.stderr
        == "error: the time of 3600 s ran out; this is the checked answer, not yet tidied (--timeout SECONDS gives it more)\n"
    )
    as_object = fake("fake", "x", "stage-then-eat", "--memory", "64M", "--timeout", "3600", "--json")
    assert as_object.returncode == 3
    assert json.loads(as_object.stderr)["code"] == "budget"


def test_the_error_object_keeps_its_schema() -> None:
    schema = json.loads(chainrule("schema", "error", "--json").stdout)
    for arguments in (["unreadable"], ["question"], ["fault"]):
        jsonschema.validate(json.loads(fake("fake", "x", *arguments, "--json").stderr), schema)


def test_debugging_shows_the_traceback() -> None:
    ran = fake("fake", "x", "fault", env={"CHAINRULE_DEBUG": "1"})
    assert ran.returncode == 70
    assert "raise KeyError(formula)" in ran.stderr


def test_faults_are_reported_where_the_project_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["urls"]["Issues"] == cli.ISSUES


def test_a_command_that_cannot_be_imported(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("import no_such_module\n")
    code = f"from chainrule_cli import cli, commands; commands.__path__.append({str(tmp_path)!r}); cli.main()"
    ran = chainrule("broken", "x", program=[sys.executable, "-c", code])
    assert (ran.returncode, ran.stdout) == (70, "")
    assert "no_such_module" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_what_a_library_prints_is_kept_off_the_answer() -> None:
    ran = fake("fake", "x", "print")
    assert ran.stdout == "the answer\n"
    assert "a stray line" in ran.stderr


# pipes and files


def test_a_reader_that_leaves_early() -> None:
    line = '"$@" | head -1; echo "${PIPESTATUS[0]}"'
    ran = subprocess.run(
        ["/bin/bash", "-c", line, "bash", *WITH_FAKES, "fake", "x", "long"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ran.stdout, ran.stderr) == ("a line of the answer\n141\n", "")


def test_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [*WITH_FAKES, "fake", "x"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert ran.returncode == 2
    assert "cannot write to standard output: No space left on device" in ran.stderr


def _names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    ran = fake("fake", "x", "symbols", "--output", str(file), env={"PYTHONIOENCODING": "ascii"})
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert file.read_text("utf-8").startswith("✓ dy/dx = 2x·cos(x²)")
    assert _names(tmp_path) == ["answer.txt"]
    assert fake("fake", "x", "verdict", "--number", "1", "--output", str(file)).returncode == 1
    assert file.read_text() == "verdict on x\n"


@pytest.mark.parametrize("deed", ["unreadable", "fault", "segment", "killed"])
def test_a_file_is_not_touched_without_an_answer(tmp_path: Path, deed: str) -> None:
    file = tmp_path / "answer.txt"
    file.write_text("before\n")
    assert fake("fake", "x", deed, "--output", str(file)).returncode != 0
    assert (file.read_text(), _names(tmp_path)) == ("before\n", ["answer.txt"])


def test_a_file_keeps_its_mode_and_its_links(tmp_path: Path) -> None:
    file, link = tmp_path / "answer.txt", tmp_path / "link.txt"
    file.write_text("before\n")
    file.chmod(0o640)
    link.symlink_to(file)
    assert fake("fake", "x", "--output", str(link)).returncode == 0
    assert link.is_symlink()
    assert file.read_text().startswith("'x' ")
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("path", ["missing/answer.txt", "."])
def test_a_file_that_cannot_be_written(tmp_path: Path, path: str) -> None:
    ran = fake("fake", "x", "--output", str(tmp_path / path))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("error: cannot write ")
    assert _names(tmp_path) == []


@pytest.mark.parametrize("path", ["/dev/stdout", "-"])
def test_standard_output_by_name(path: str) -> None:
    assert fake("fake", "x", "--output", path).stdout.startswith("'x' ")


# colour, width, encodings


COLOURS = [
    ([], {}, False, True),
    (["--color", "always"], {"NO_COLOR": "1"}, True, True),
    (["--color", "never"], {"FORCE_COLOR": "1"}, False, False),
    (["--color", "auto"], {}, False, True),
    ([], {"NO_COLOR": "1"}, False, False),
    ([], {"NO_COLOR": ""}, False, True),
    ([], {"FORCE_COLOR": "1"}, True, True),
    ([], {"FORCE_COLOR": "3"}, True, True),
    ([], {"FORCE_COLOR": "0"}, False, False),
    ([], {"FORCE_COLOR": ""}, False, True),
    ([], {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
    ([], {"TERM": "dumb"}, False, False),
]


@pytest.mark.parametrize(("arguments", "env", "piped", "shown"), COLOURS)
def test_colour(arguments: list[str], env: dict[str, str], piped: bool, shown: bool) -> None:
    assert f"colour={piped}" in fake("fake", "x", *arguments, env=env).stdout
    status, page = on_terminal("fake", "x", *arguments, env=env, program=WITH_FAKES)
    assert status == 0
    assert f"colour={shown}" in page


@pytest.mark.parametrize(
    ("columns", "width"),
    [
        ("", "None"),
        ("66", "66"),
        ("0", "None"),
        ("-5", "None"),
        ("wide", "None"),
        ("3", "20"),
        ("9" * 30, "1000"),
    ],
)
def test_width_in_a_pipe(columns: str, width: str) -> None:
    assert f"width={width} " in fake("fake", "x", env={"COLUMNS": columns}).stdout


def test_width_of_a_terminal() -> None:
    assert "width=80 " in on_terminal("fake", "x", columns=80, program=WITH_FAKES)[1]
    assert "width=120 " in on_terminal("fake", "x", columns=120, program=WITH_FAKES)[1]
    assert "width=66 " in on_terminal("fake", "x", columns=120, env={"COLUMNS": "66"}, program=WITH_FAKES)[1]


def test_a_file_is_no_terminal(tmp_path: Path) -> None:
    on_terminal("fake", "x", "--output", str(tmp_path / "page"), program=WITH_FAKES)
    assert "width=None colour=False" in (tmp_path / "page").read_text()


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "✓ dy/dx = 2x·cos(x²) − x⁻¹⁰ ≤ x₁₂ 日\n│╭─╮\n"),
        ("ascii", "ok dy/dx = 2x*cos(x^2) - x^(-10) <= x_12 \\u65e5\n|+-+\n"),
        ("latin-1", "ok dy/dx = 2x·cos(x²) - x^(-10) <= x_12 \\u65e5\n|+-+\n"),
        ("cp1252", "ok dy/dx = 2x·cos(x²) - x^(-10) <= x_12 \\u65e5\n|+-+\n"),
    ],
)
def test_what_an_encoding_lacks_is_spelled(encoding: str, shown: str) -> None:
    ran = subprocess.run(
        [*WITH_FAKES, "fake", "x", "symbols"],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        timeout=PATIENCE,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.decode(encoding) == shown


def test_an_error_in_ascii() -> None:
    ran = fake("fake", "x²+日(", "unreadable", "--number", "4", env={"PYTHONIOENCODING": "ascii"})
    assert ran.stderr.splitlines()[1:3] == ["  x\\xb2+\\u65e5(", "              ^"]


# completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_has_a_script_for_every_shell(shell: str) -> None:
    ran = chainrule(env={"_CHAINRULE_COMPLETE": f"{shell}_source"})
    assert ran.returncode == 0
    assert "_CHAINRULE_COMPLETE" in ran.stdout


@pytest.mark.parametrize(
    ("words", "place", "expected"),
    [
        ("chainrule d", 1, {"diff"}),
        ("chainrule diff --fo", 2, {"--format"}),
        ("chainrule diff x --detail ", 4, {"brief", "normal", "full"}),
    ],
)
def test_completion_completes(words: str, place: int, expected: set[str]) -> None:
    ran = chainrule(
        env={"_CHAINRULE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(place)}
    )
    assert {re.sub("^plain,", "", line) for line in ran.stdout.splitlines()} == expected
