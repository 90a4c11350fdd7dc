"""Diagrams in Graphviz's language: no words but its own."""

from __future__ import annotations

import re

import pytest

from chainrule_cli.document import Diagram
from chainrule_cli.render import dot
from tests.render.support import CIRCUIT, EVIL, RANDOM, page

DOT_TOKEN = re.compile(r'\s*("(?:[^"\\\n]|\\.)*"|->|[{}\[\];=,]|[A-Za-z_][A-Za-z0-9_]*|-?[0-9.]+)\s*')


@pytest.mark.parametrize("picture", [EVIL, CIRCUIT, *RANDOM[:3]])
def test_dot_has_only_the_words_of_dot(picture: Diagram) -> None:
    text = dot.render(page(picture))
    place, words = 0, []
    while place < len(text):
        token = DOT_TOKEN.match(text, place)
        assert token, text[place : place + 40]
        words.append(token[1])
        place = token.end()
    known = {"digraph", "chainrule", "rankdir", "LR", "label", "node", "shape", "box", "style", "fillcolor", "white", "fontname", "edge", "fontsize"} | {
        "rank", "same", "invis", "weight", "penwidth"
    }  # fmt: skip
    assert {word for word in words if word[0].isalpha() and not re.fullmatch(r"n\d+", word)} <= known
    assert words.count("{") == words.count("}")
    assert words.count("[") == words.count("]")
