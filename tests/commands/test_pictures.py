"""The formats that are a picture, of every command that has one: the drawing alone, whatever the page would leave out."""

from __future__ import annotations

import click
import pytest

from chainrule_cli.cli import program
from chainrule_cli.commands import PICTURES
from tests.support import chainrule

QUESTIONS = {
    "checkpoint": [[], ["sin(x)*x", "--at", "x=1"]],
    "diff": [["x^3 - x"]],
    "flow": [["--layers", "4"], ["--cell", "lstm"]],
    "gears": [["2", "3"]],
    "graph": [["(x + 1)*x", "--at", "x=-2"]],
    "paths": [["(x + 1)*x", "--at", "x=-2"], ["x", "--at", "x=1"], ["a = x*y; 3", "--at", "x=1,y=2"]],
}


def _picture_formats(name: str) -> list[str]:
    """The picture formats of a command that also has --detail."""
    command = program.get_command(click.Context(program), name)
    assert command is not None
    options = {parameter.name: parameter.type for parameter in command.params}
    formats = options.get("format")
    if "detail" not in options or not isinstance(formats, click.Choice):
        return []
    return [each for each in PICTURES if each in formats.choices]


def test_every_command_with_a_picture_is_asked() -> None:
    names = program.list_commands(click.Context(program))
    assert {name for name in names if _picture_formats(name)} == QUESTIONS.keys()


@pytest.mark.parametrize(
    ("name", "form", "question"),
    [
        (name, form, each)
        for name, asked in QUESTIONS.items()
        for form in _picture_formats(name)
        for each in asked
    ],
)
def test_a_brief_page_draws_the_same_picture(name: str, form: str, question: list[str]) -> None:
    brief, normal = (
        chainrule(name, *question, "--format", form, "--detail", detail) for detail in ("brief", "normal")
    )
    assert (brief.returncode, brief.stderr) == (0, "")
    assert brief.stdout == normal.stdout
