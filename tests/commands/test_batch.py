"""chainrule batch: one record for each request, in order, whatever one of them does; resumed, shared out, summed up."""

from __future__ import annotations

import csv
import importlib
import inspect
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import chainrule_cli
from chainrule_cli.reports.batch import COMMANDS
from tests.support import COMMAND, PATIENCE, ROOT, chainrule, counted, on_terminal, wait_for_lines

TEXTBOOK = [
    ("sin({k}x^2)", "{k}*2x cos({k}x^2)", "cos({k}x^2)"),
    ("x^2*e^({k}x)", "2x e^({k}x) + {k}x^2 e^({k}x)", "2x*{k}*e^({k}x)"),
    ("ln({k}x^2+1)", "{k}*2x/({k}x^2+1)", "1/({k}x^2+1)"),
    ("sqrt({k}x)*|x-1|", "{k}*|x-1|/(2sqrt({k}x)) + sqrt({k}x)*sign(x-1)", "{k}*|x-1|/(2sqrt({k}x))"),
    ("(x^(1/3)+{k})^2", "2(x^(1/3)+{k})*x^(-2/3)/3", "2(x^(1/3)+{k})"),
]


def a_class(count: int) -> list[dict[str, Any]]:
    """Seven right answers in ten, thirty students a question."""
    asked: list[dict[str, Any]] = []
    for k in range(2, 2 + count // 30 // len(TEXTBOOK) + 1):
        for formula, right, wrong in TEXTBOOK:
            for student in range(30):
                answer = (right if student % 10 < 7 else wrong).replace("{k}", str(k))
                asked.append(
                    {
                        "id": f"s{student}",
                        "formula": formula.replace("{k}", str(k)),
                        "answer": f"({answer})*{student % 7 + 1}/{student % 7 + 1}",
                    }
                )
    return asked[:count]


def lines(requests: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(request).encode() + b"\n" for request in requests)


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def batch(*arguments: str, given: bytes | str = "", status: int = 0) -> list[dict[str, Any]]:
    """The records of few requests: one worker is enough."""
    ran = chainrule("batch", *arguments, "--jobs", "1", given=given)
    assert (ran.returncode, ran.stderr) == (status, "")
    return records(ran.stdout)


# one request, one record


def test_a_check_where_there_is_an_answer_else_the_derivative() -> None:
    asked = [
        {"formula": "x^2", "answer": "2x", "student": "ada"},
        {"formula": "x^2"},
        {"id": "q", "formula": "x^3", "answer": "6x", "order": 2},
    ]
    right, derived, second = batch("-", given=lines(asked))
    assert list(right)[:4] == ["id", "status", "input", "schema"]
    assert (right["id"], right["status"], right["input"], right["verdict"]) == (
        1,
        "ok",
        {"student": "ada"},
        "correct",
    )
    assert (derived["id"], derived["schema"], derived["derivative"]["text"]) == (
        2,
        "chainrule.diff.v1",
        "2*x",
    )
    assert (second["id"], second["order"], second["verdict"]) == ("q", 2, "correct")


OWN: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"formula": "x^x", "order": 2, "at": {"x": 2}}, "diff", ["x^x", "--order", "2", "--at", "x=2"]),
    (
        {"formula": "x*y", "wrt": "y", "answer": "x", "strict": True},
        "check",
        ["x*y", "x", "--wrt", "y", "--strict"],
    ),
    (
        {"formula": "(x+1)^2", "answer": "2(x+1)", "form": "expanded"},
        "check",
        ["(x+1)^2", "2(x+1)", "--form", "expanded"],
    ),
    (
        {"command": "graph", "formula": "(x+y)*z", "at": "x=1,y=2,z=3"},
        "graph",
        ["(x+y)*z", "--at", "x=1,y=2,z=3"],
    ),
    (
        {"command": "graph", "formula": "f=x*y; g=x+y", "at": {"x": 1, "y": 2}, "outputs": "f, g"},
        "graph",
        ["f=x*y; g=x+y", "--at", "x=1,y=2", "--outputs", "f,g"],
    ),
    (
        {"command": "paths", "formula": "x*x*sin(x)", "at": {"x": 3}, "top": 2},
        "paths",
        ["x*x*sin(x)", "--at", "x=3", "--top", "2"],
    ),
    ({"command": "peel", "formula": "sin(x^2)"}, "peel", ["sin(x^2)"]),
    ({"command": "hint", "formula": "sin(x^2)", "level": 2}, "hint", ["sin(x^2)", "--level", "2"]),
    (
        {"formula": "x^2 + y^2 = 1", "dependent": "x", "wrt": "y"},
        "diff",
        ["x^2 + y^2 = 1", "--dependent", "x", "--wrt", "y"],
    ),
]
"""Requests, and the commands that give their records."""


@pytest.fixture(scope="module")
def own() -> list[dict[str, Any]]:
    return batch("-", given=lines([request for request, _, _ in OWN]))


@pytest.mark.parametrize("place", range(len(OWN)), ids=lambda place: OWN[place][1])
def test_the_record_is_the_commands_own(place: int, own: list[dict[str, Any]]) -> None:
    _, command, arguments = OWN[place]
    alone = json.loads(chainrule(command, *arguments, "--json").stdout)
    assert own[place] == {"id": place + 1, "status": "ok", "input": {}} | alone


@pytest.mark.parametrize("command", COMMANDS)
def test_every_report_is_called_with_a_formula_alone(command: str) -> None:
    """What a request leaves out is the report's own matter: a default, or an error with words."""
    report = importlib.import_module(f"chainrule_cli.reports.{command}").report
    text, *others = inspect.signature(report).parameters.values()
    assert text.default is text.empty
    assert not [each.name for each in others if each.default is each.empty]
    assert COMMANDS[command].keys() <= {each.name for each in others}


BARE = [
    {"command": command, "formula": formula}
    for command in COMMANDS
    for formula in ("x^2", "sin(x)*y", "x^2 + y^2 = 1", "3")
]


@pytest.fixture(scope="module")
def bare() -> list[dict[str, Any]]:
    return batch("-", given=lines(BARE))


@pytest.mark.parametrize("place", range(len(BARE)), ids=lambda place: " ".join(BARE[place].values()))
def test_without_options_a_request_is_answered_as_the_command(place: int, bare: list[dict[str, Any]]) -> None:
    request, found = BARE[place], bare[place]
    alone = chainrule(request["command"], request["formula"], "--json")
    if found["status"] == "ok":
        assert found == {"id": place + 1, "status": "ok", "input": {}} | json.loads(alone.stdout)
        return
    assert (found["status"], alone.returncode) == ("error", 2)
    assert {"schema": "chainrule.error.v1"} | found["error"] == json.loads(alone.stderr)


def test_working_is_text_or_lines() -> None:
    typed = "f' = 2x*cos(x^2)\nx*cos(x^2)"
    asked = [
        {"formula": "sin(x^2)", "working": typed},
        {"formula": "sin(x^2)", "working": typed.splitlines()},
    ]
    assert [record["first_wrong"] for record in batch("-", given=lines(asked))] == [2, 2]


def test_records_keep_their_schemas() -> None:
    asked = [
        {"formula": "x^2", "answer": "2x"},
        {"formula": "x^"},
        {"formula": "x", "answer": "1+", "n": 1.0},
        {},
    ]
    schema = json.loads(chainrule("schema", "batch", "--json").stdout)
    for record in batch("-", given=lines(asked)):
        jsonschema.validate(record, schema)
    summary = json.loads(chainrule("batch", "-", "--summary", "--json", given=lines(asked)).stdout)
    jsonschema.validate(summary, json.loads(chainrule("schema", "summary", "--json").stdout))


FAULTY: list[tuple[bytes, str | None, str]] = [
    (b'{"id": "a", "formula": "x"', None, "not a JSON object"),
    (b"[1, 2]", None, "not a JSON object"),
    (b'{"id": "a"}', "a", "no formula"),
    (b'{"id": "a", "formula": null}', "a", "no formula"),
    (b'{"id": "a", "formula": 3}', "a", "formula is not a text"),
    (b'{"id": "a", "formula": "x", "answer": ["1"]}', "a", "answer is not a text"),
    (b'{"id": "a", "formula": "x", "order": "2"}', "a", "order is not a whole number"),
    (b'{"id": "a", "formula": "x", "order": 2.5}', "a", "order is not a whole number"),
    (b'{"id": "a", "formula": "x", "order": 99}', "a", "--order 99"),
    (b'{"id": "a", "formula": "x", "answer": "1", "strict": 1}', "a", "strict is not true or false"),
    (b'{"id": "a", "formula": "x", "at": [1]}', "a", "at is not numbers by name"),
    (b'{"id": "a", "formula": "x", "at": {"x": 1e999}}', "a", "at is not numbers by name"),
    (b'{"id": {"a": 1}, "formula": "x"}', None, "id is not"),
    (b'{"id": "a", "formula": "x", "command": "rm"}', "a", "no such command"),
    (b'{"id": "a", "formula": "x", "command": "check"}', "a", "no answer"),
    (b'{"id": "a", "formula": "x^"}', "a", "ends too early"),
    (b'{"id": "a", "formula": "foo(x)"}', "a", "foo"),
    (b'{"id": "a", "formula": "x\xff"}', None, "not UTF-8"),
    (b'{"formula": "x", "z": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", None, "nested too deeply"),
    (b'{"formula": "x", "z": ' + b"[" * 2_000 + b"]" * 2_000 + b"}", None, "nested too deeply"),
    (b'{"formula": "x", "z": ' + b'[{"y": ' * 300 + b"0" + b"}]" * 300 + b"}", None, "nested too"),
    (b'{"formula": "' + b"x" * 2_000_000 + b'"}', None, "longer than 1,000,000 bytes"),
    (b'{"id": "a", "formula": "' + b"(" * 4_000 + b'"}', "a", "nested"),
]
"""Lines, the ids of their records (None: the number of the line), and what these say."""


@pytest.fixture(scope="module")
def faulty() -> list[dict[str, Any]]:
    """Each line has one behind it that is right."""
    return batch("-", given=b"".join(line + b'\n{"id": "b", "formula": "x"}\n' for line, _, _ in FAULTY))


@pytest.mark.parametrize("place", range(len(FAULTY)), ids=lambda place: FAULTY[place][2])
def test_a_faulty_request_says_what_is_wrong_with_it(place: int, faulty: list[dict[str, Any]]) -> None:
    _, id_, message = FAULTY[place]
    record, after = faulty[2 * place : 2 * place + 2]
    assert (record["id"], record["status"]) == (id_ or 2 * place + 1, "error")
    assert message in record["error"]["message"]
    assert (after["id"], after["status"]) == ("b", "ok")


def test_an_unreadable_answer_is_a_verdict() -> None:
    (record,) = batch("-", given=lines([{"formula": "x^2", "answer": "2x+"}]))
    assert (record["status"], record["verdict"], record["problem"]["span"]) == ("ok", "unreadable", [2, 3])


def test_unknown_fields_come_through_untouched() -> None:
    typed = b'{"formula": "x", "n": 123456789012345678901234567890, "f": 1.0, "deep": {"a": [null, true, "\\u00e9"]}, "level": "hard"}\n'
    ran = chainrule("batch", "-", given=typed)
    assert (
        '"input":{"n":123456789012345678901234567890,"f":1.0,"deep":{"a": [null, true, "\\u00e9"]},"level":"hard"}'
        in ran.stdout
    )


@pytest.mark.parametrize(
    "field",
    [
        b"[" * 450 + b"]" * 450,
        b"[" + b"[]," * 2_000 + b"[]]",
        b'"' + b"[" * 2_000 + b'"',
        b'"\\"' + b"{" * 2_000 + b'\\\\"',
    ],
    ids=["deep", "wide", "in a text", "in a text with quotes"],
)
def test_brackets_that_are_not_too_deep_come_through(field: bytes) -> None:
    ran = chainrule("batch", "-", given=b'{"formula": "x", "z": ' + field + b"}\n")
    assert f'"status":"ok","input":{{"z":{field.decode()}}}' in ran.stdout


# many requests


def sabotaged(count: int) -> tuple[bytes, dict[int, tuple[object, str, str]]]:
    """That many requests, ten of which are not what they should be: place -> id, status, a word of the message."""
    asked = lines(a_class(count)).splitlines()
    bad: list[tuple[bytes, tuple[object, str, str]]] = [
        (b'{"id": "endless", "formula": "endless"}', ("endless", "timeout", "time")),
        (b'{"id": "tower", "formula": "9^9^9^9^x", "answer": "9^9^9^9^9"}', ("tower", "ok", "")),
        (
            b'{"id": "deep", "formula": "' + b"sin(" * 300 + b"x" + b")" * 300 + b'"}',
            ("deep", "error", "nested"),
        ),
        (b'{"id": "kill", "formula": "kill"}', ("kill", "crash", "SIGKILL")),
        (b'{"id": "memory", "formula": "memory"}', ("memory", "memory", "memory")),
        (b'{"id": "cut", "formula": "x', (None, "error", "JSON")),
        (b'{"id": "missing"}', ("missing", "error", "no formula")),
        (b'{"id": "types", "formula": {"text": "x"}}', ("types", "error", "not a text")),
        (b'{"id": "s1", "formula": "x^2", "answer": "2x"}', ("s1", "ok", "")),
        (b'{"id": "latin", "formula": "\xe9"}', (None, "error", "UTF-8")),
    ]
    places = {}
    for number, (line, said) in enumerate(bad):
        place = (number + 1) * count // 12
        asked[place] = line
        places[place] = (said[0] or place + 1, *said[1:])
    return b"\n".join(asked) + b"\n", places


SABOTAGE = """
import os, signal
from chainrule_cli.reports import check, diff
def hostile(report):
    def run(text, **more):
        if text == "kill":
            os.kill(os.getpid(), 9)
        if text in ("endless", "(sin(x)/x)^5"):
            signal.setitimer(signal.ITIMER_REAL, 0.01)  # the alarm of its time goes off now
            sum(1 for _ in iter(int, 1))
        if text == "memory":
            return [bytes(10**6) for _ in range(10**6)]
        return report(text, **more)
    return run
check.report, diff.report = hostile(check.report), hostile(diff.report)
"""


def with_sabotage(folder: Path) -> dict[str, str]:
    """An environment in which some formulas do harm to the workers."""
    (folder / "sitecustomize.py").write_text(SABOTAGE)
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}


@counted(2_000)
def test_sabotage_costs_the_records_of_the_saboteurs(count: int, tmp_path: Path) -> None:
    text, places = sabotaged(count)
    ran = chainrule(
        "batch", "-", "--timeout", "3600", "--memory", "300M", given=text, env=with_sabotage(tmp_path)
    )
    assert ran.returncode == 0
    made = records(ran.stdout)
    assert len(made) == count
    for place, (record, asked) in enumerate(zip(made, a_class(count), strict=True)):
        if place in places:
            id_, status, word = places[place]
            assert (record["id"], record["status"]) == (id_, status)
            assert word in record.get("error", {}).get("message", "")
        else:
            right = int(asked["id"][1:]) % 10 < 7
            assert (record["id"], record["typed"], record["verdict"]) == (
                asked["id"],
                asked["formula"],
                "correct" if right else "incorrect",
            )


def test_jobs_change_no_byte() -> None:
    text = lines(a_class(300))
    one, two = (chainrule("batch", "-", "--jobs", jobs, given=text).stdout for jobs in ("1", "2"))
    assert one == two
    assert one.count("\n") == 300


def test_shards_share_the_requests_out(tmp_path: Path) -> None:
    text = lines(a_class(200))
    whole = chainrule("batch", "-", given=text).stdout.splitlines()
    parts = [
        chainrule("batch", "-", "--jobs", "1", "--shard", f"{which}/3", given=text).stdout.splitlines()
        for which in (1, 2, 3)
    ]
    assert parts == [whole[which::3] for which in range(3)]


# resuming


@contextmanager
def unfinished(asked: bytes, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A batch that has got these requests and waits for more: it cannot be over before it is killed."""
    command = [*COMMAND, "batch", "-", "--jobs", "2", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert len(asked) <= 1 << 16, "more than a pipe holds"
        child.stdin.write(asked)
        child.stdin.flush()
        yield child


def killed_and_resumed(
    tmp_path: Path, count: int, dice: random.Random, with_signal: signal.Signals, times: int
) -> tuple[int, bytes]:
    """How often it was killed, and the output of the last run."""
    target, asked = tmp_path / "out.jsonl", lines(a_class(count))
    options = ("--output", str(target), "--resume")
    kills = 0
    while True:
        with unfinished(asked, *options) as child:
            there = target.read_bytes().count(b"\n") if kills else 0
            wanted = there + dice.randrange(
                1, 2 + (count - there) // 10
            )  # it is at work then, far from the end
            if kills < times:
                wait_for_lines(target, wanted, child)
                child.send_signal(with_signal)
            _, complaint = child.communicate(timeout=PATIENCE)
            if child.returncode == 0:
                return kills, target.read_bytes()
            assert child.returncode in (-with_signal, 128 + with_signal), complaint
            kills += 1


@pytest.mark.parametrize("with_signal", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
@counted(20, "times")
def test_what_was_killed_is_resumed_to_the_same_bytes(
    tmp_path: Path, with_signal: signal.Signals, times: int, interruptible: None
) -> None:
    count = 400
    uninterrupted = chainrule("batch", "-", given=lines(a_class(count))).stdout.encode()
    dice = random.Random(int(with_signal))
    kills, made = killed_and_resumed(tmp_path, count, dice, with_signal, times)
    assert made == uninterrupted
    assert kills == times


def test_a_half_written_line_is_dropped(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(lines(a_class(20)))
    whole = chainrule("batch", str(source), "--output", str(target))
    assert whole.returncode == 0
    text = target.read_bytes()
    for cut in (0, 1, len(text) // 2, len(text) - 1, len(text)):
        target.write_bytes(text[:cut])
        assert batch(str(source), "--output", str(target), "--resume") == []
        assert target.read_bytes() == text


@pytest.mark.parametrize(
    ("there", "message"),
    [
        (b'{"id": "s7", "status": "ok"}\n', "line 1 of"),
        (b"nonsense\n", "line 1 of"),
        (b'{"id": "s0", "status": "ok"}\n' * 2, "line 2 of"),
        (b'{"id": "s0", "status": "ok", "z": ' + b"[" * 9_000 + b"]" * 9_000 + b"}\n", "line 1 of"),
        (b'{"id": "s0", "status": "ok", "typed": 3}\n', "line 1 of"),
    ],
)
def test_another_batchs_output_is_left_alone(tmp_path: Path, there: bytes, message: str) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(lines(a_class(5)))
    target.write_bytes(there)
    ran = chainrule("batch", str(source), "--output", str(target), "--resume", "--summary")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr
    assert target.read_bytes() == there


def test_more_records_than_requests_belong_to_something_else(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(lines(a_class(2)))
    target.write_bytes(lines([{"id": f"s{number}", "status": "ok"} for number in range(3)]))
    assert "line 3 of" in chainrule("batch", str(source), "--output", str(target), "--resume").stderr


def test_ctrl_c_says_how_to_go_on(tmp_path: Path, interruptible: None) -> None:
    target = tmp_path / "out.jsonl"
    with unfinished(lines(a_class(400)), "--output", str(target)) as child:
        wait_for_lines(target, 1, child)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=PATIENCE)
    assert child.returncode == 130
    assert b"interrupted after" in said
    assert b"--resume goes on from here" in said
    assert target.read_bytes().endswith(b"}\n")


# what cannot be asked


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.jsonl"], "cannot read nowhere.jsonl"),
        (["."], "cannot read ."),
        (["-", "--resume"], "--resume needs"),
        (["-", "--shard", "0/2"], "--shard"),
        (["-", "--shard", "3/2"], "--shard"),
        (["-", "--jobs", "0"], "--jobs"),
        (["-", "--format", "csv"], "--summary"),
        (["-", "--format", "html"], "html"),
        (["-", "--fail-on", "nothing"], "nothing"),
        (["-", "--output", "/nowhere/out.jsonl"], "cannot write"),
    ],
)
def test_usage(arguments: list[str], message: str) -> None:
    ran = chainrule("batch", *arguments, given=b'{"formula": "x"}\n')
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr


def test_the_input_is_never_the_output(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(lines(a_class(2)))
    ran = chainrule("batch", str(source), "--output", str(tmp_path / "." / "in.jsonl"))
    assert ran.returncode == 2
    assert source.read_bytes() == lines(a_class(2))


@pytest.mark.parametrize(
    ("request_", "wrong", "error"),
    [
        ({"formula": "x^2", "answer": "2x"}, 0, 0),
        ({"formula": "x^2", "answer": "x"}, 1, 0),
        ({"formula": "x^2", "answer": "2x+"}, 4, 0),
        ({"formula": "x^"}, 0, 2),
        ({"formula": "(sin(x)/x)^5", "order": 16}, 0, 3),
    ],
)
def test_fail_on(request_: dict[str, Any], wrong: int, error: int, tmp_path: Path) -> None:
    text, env = lines([request_, {"formula": "x"}]), with_sabotage(tmp_path) if error == 3 else {}
    for name, status in (("wrong", wrong), ("error", error)):
        asked = ("batch", "-", "--jobs", "1", "--fail-on", name, "--timeout", "3600")
        ran = chainrule(*asked, given=text, env=env)
        assert ran.returncode == status


def test_a_reader_that_leaves_ends_it() -> None:
    quoted = " ".join(f"'{part}'" for part in COMMAND)
    ran = subprocess.run(
        ["/bin/bash", "-c", f"{quoted} batch - | head -n 2; exit ${{PIPESTATUS[0]}}"],
        input=lines(a_class(2_000)),
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (ran.returncode, ran.stdout.count(b"\n"), ran.stderr) == (141, 2, b"")


def test_nothing_in_nothing_out() -> None:
    assert batch("-", given=b"\n\n") == []


# CSV


def test_csv_by_header_names(tmp_path: Path) -> None:
    table = tmp_path / "class.csv"
    table.write_bytes(
        '\ufeffStudent;Formula;Answer;strict\nada;x^2;2x;true\n\nben;x^2;;\ncleo;ln(x^2);"2/x";\n'.encode()
    )
    ada, ben, cleo = batch(str(table))
    assert (ada["id"], ada["input"], ada["verdict"]) == (2, {"Student": "ada"}, "correct")
    assert (ben["id"], ben["verdict"]) == (4, "unreadable")
    assert (cleo["id"], cleo["typed"], cleo["verdict"]) == (5, "ln(x^2)", "correct")


def test_csv_from_standard_input() -> None:
    assert [record["status"] for record in batch("-", given=b"id\tformula\na\tx^2\n")] == ["ok"]


def test_faulty_rows_of_csv(tmp_path: Path) -> None:
    table = tmp_path / "class.csv"
    table.write_bytes(b'id,formula,order\na,x,1\nb,x,1,2\nc,\xff,1\nd,x,two\ne,"x"y,1\nf,x,\ng,"x,1\n')
    made = batch(str(table))
    assert [record["id"] for record in made] == ["a", 3, 4, "d", 6, "f", 8]
    assert [record["status"] for record in made] == ["ok", "error", "error", "error", "error", "ok", "error"]
    said = [record["error"]["message"] for record in made if "error" in record]
    for message, word in zip(
        said,
        ["4 cells", "not UTF-8", "order is not a whole number", "lines 6 to 6", "lines 8 to 8"],
        strict=True,
    ):
        assert word in message


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"", "no column formula"),
        (b"name,answer\n", "no column formula"),
        (b"formula,Formula\n", "two columns"),
        (b"formula,\xff\n", "UTF-8"),
    ],
)
def test_a_header_that_cannot_serve(tmp_path: Path, header: bytes, message: str) -> None:
    table = tmp_path / "class.csv"
    table.write_bytes(header)
    ran = chainrule("batch", str(table))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr


# the summary


def test_the_summary_counts_what_the_records_say(tmp_path: Path) -> None:
    text = lines(
        [*a_class(300), {"id": "z", "formula": "x^"}, {"id": "u", "formula": "sin(2x^2)", "answer": "2x+"}]
    )
    target = tmp_path / "out.jsonl"
    summary = json.loads(
        chainrule("batch", "-", "--summary", "--json", "--output", str(target), given=text).stdout
    )
    made = records(target.read_text("utf-8"))
    assert summary["schema"] == "chainrule.summary.v1"
    assert summary["requests"] == len(made) == 302
    verdicts = [record["verdict"] for record in made if "verdict" in record]
    assert {each["name"]: each["count"] for each in summary["verdicts"]} == {
        name: verdicts.count(name) for name in set(verdicts)
    }
    assert {each["name"]: each["count"] for each in summary["statuses"]} == {"ok": 301, "error": 1}
    named = [record["mistakes"][0]["id"] for record in made if record.get("mistakes")]
    assert {each["id"]: each["count"] for each in summary["mistakes"]} == {
        name: named.count(name) for name in set(named)
    }
    first = summary["questions"][0]
    assert (first["formula"], first["answers"], first["correct"]) == ("sin(2x^2)", 31, 21)
    example = next(record for record in made if record.get("mistakes"))
    assert first["commonest"] == {
        "id": "inner-forgotten",
        "count": 9,
        "example": example["typed_answer"],
        "example_id": example["id"],
    }


@pytest.mark.parametrize(("option", "status"), [("--summary", 0), ("--fail-on=error", 2)])
def test_faulty_lines_are_counted(option: str, status: int) -> None:
    text = b"".join(line + b"\n" for line, _, _ in FAULTY)
    ran = chainrule("batch", "-", "--jobs", "1", option, "--json", given=text)
    assert (ran.returncode, ran.stderr) == (status, "")
    if option == "--summary":
        assert json.loads(ran.stdout)["statuses"] == [{"name": "error", "count": len(FAULTY)}]


def test_the_summary_of_what_is_there_already(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(lines(a_class(60)))
    fresh = chainrule("batch", str(source), "--output", str(target), "--summary").stdout
    assert chainrule("batch", str(source), "--output", str(target), "--resume", "--summary").stdout == fresh
    assert "70% of the answers are right" in fresh


def test_the_summary_as_csv_is_safe_in_a_spreadsheet() -> None:
    asked = [
        {"formula": "-x^2", "answer": "-x"},
        {"formula": "=HYPERLINK(1)", "answer": "@x"},
        {"formula": "x^2", "answer": "+x"},
    ]
    rows = list(
        csv.DictReader(
            io.StringIO(chainrule("batch", "-", "--summary", "--format", "csv", given=lines(asked)).stdout)
        )
    )
    assert [row["formula"] for row in rows] == ["'-x^2", "'=HYPERLINK(1)", "x^2"]
    assert [(row["answers"], row["incorrect"], row["error"]) for row in rows] == [
        ("1", "1", "0"),
        ("1", "0", "1"),
        ("1", "1", "0"),
    ]
    assert rows[0]["example"] == "'-x"


def test_the_summary_on_a_page_and_in_markdown() -> None:
    text = lines(a_class(90))
    page = chainrule("batch", "-", "--summary", "--format", "plain", given=text).stdout
    assert "90 requests: 70% of the answers are right" in page
    assert "inner-forgotten" in page
    assert (
        "| inner-forgotten" in chainrule("batch", "-", "--summary", "--format", "markdown", given=text).stdout
    )


def test_the_summary_as_html_takes_nothing_for_markup() -> None:
    asked = [{"formula": "x^2<script>", "answer": "2x"}, {"formula": "x^2", "answer": "x"}]
    page = chainrule("batch", "-", "--summary", "--format", "html", given=lines(asked)).stdout
    assert "x^2&lt;script&gt;" in page
    assert "<script" not in page


def test_resuming_on_a_terminal(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(lines(a_class(100)))
    whole = chainrule("batch", str(source)).stdout.encode()
    target.write_bytes(b"".join(whole.splitlines(keepends=True)[:70]))
    status, shown = on_terminal("batch", str(source), "--output", str(target), "--resume", whole=True)
    assert status == 0
    assert "30/30" in shown
    assert target.read_bytes() == whole


def test_a_bar_on_a_terminal_only(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(lines(a_class(40)))
    status, shown = on_terminal("batch", str(source), "--output", str(tmp_path / "out.jsonl"), whole=True)
    assert status == 0
    assert "chainrule batch" in shown
    assert "40/40" in shown
    assert chainrule("batch", str(source), "--output", str(tmp_path / "again.jsonl")).stderr == ""


# other readers


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    source, target = folder / "in.jsonl", folder / "out.jsonl"
    source.write_bytes(lines([*a_class(60), {"id": "odd", "formula": "x^"}]))
    assert chainrule("batch", str(source), "--output", str(target)).returncode == 0
    return target


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_jq_reads_it(written: Path) -> None:
    ran = subprocess.run(
        [
            shutil.which("jq") or "jq",
            "-r",
            'select(.verdict == "incorrect") | [.id, .mistakes[0].id] | @tsv',
            str(written),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(ran.stdout.splitlines()) == 18
    assert ran.stdout.startswith("s7\tinner-forgotten\n")


def test_pandas_reads_it(written: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_json(written, lines=True)
    assert len(frame) == 61
    assert frame["verdict"].value_counts().to_dict() == {"correct": 42, "incorrect": 18}
    assert frame["status"].iloc[-1] == "error"


def test_a_shell_loop_reads_it(written: Path) -> None:
    script = """right=0
while IFS= read -r line; do
  case $line in *'"verdict":"correct"'*) right=$((right + 1)) ;; esac
done <"$1"
echo $right"""
    ran = subprocess.run(
        ["/bin/sh", "-c", script, "sh", str(written)], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "42\n"


# the library


def test_the_library_gives_the_same_records() -> None:
    asked = [*a_class(40), {"formula": "x^"}, {"formula": "x", "n": object()}]
    made = list(chainrule_cli.batch(asked, jobs=2))
    assert made[:-1] == batch("-", given=lines(asked[:-1]))
    assert made[-1]["status"] == "error"


def test_the_library_is_lazy() -> None:
    read = 0

    def endless() -> Iterator[dict[str, Any]]:
        nonlocal read
        while True:
            read += 1
            yield {"formula": "x^2", "answer": "2x"}

    made = chainrule_cli.batch(endless(), jobs=1)
    assert read == 0
    assert next(made)["verdict"] == "correct"
    assert read < 1_000
    made.close()


def test_a_script_needs_no_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        'import chainrule_cli\nprint("once")\nprint([r["verdict"] for r in chainrule_cli.batch([{"formula": "x^2", "answer": "2x"}] * 3)])\n'
    )
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True, env=env, timeout=PATIENCE
    )
    assert ran.stdout == "once\n['correct', 'correct', 'correct']\n"
    assert ran.stderr == ""


def test_a_file_in_utf_16_says_so(tmp_path: Path) -> None:
    file = tmp_path / "class.jsonl"
    file.write_bytes('{"formula": "x^2"}\n{"formula": "x^3"}\n'.encode("utf-16"))
    ran = chainrule("batch", str(file))
    errors = [json.loads(line)["error"]["message"] for line in ran.stdout.splitlines()]
    assert set(errors) == {"the line is UTF-16, not UTF-8"}
