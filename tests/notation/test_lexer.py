"""Characters: dressed-up letters, invisible marks, raised and lowered ones, fractions, signs, declared names."""

from __future__ import annotations

import pytest

from chainrule_cli.errors import ReadError
from chainrule_cli.notation.characters import FRACTIONS, SIGNS, SUBSCRIPTS, SUPERSCRIPTS, write_plainly
from chainrule_cli.notation.lexer import find_left_names, scan, tokenize
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.write import to_text

SAME = [
    ("2𝑥", "2x"), ("cos\u2061(𝑥)", "cos(x)"), ("2\u2062x", "2x"), ("sin\u2061〖x〗", "sin(x)"),
    ("\ufeffx^2", "x^2"), ("x\u200b^2", "x^2"), ("2\u2005⋅\u2005x", "2*x"), ("２ｘ", "2x"), ("ｓｉｎ（ｘ）", "sin(x)"),
    ("½x", "1/2*x"), ("x^(-½)", "x^(-(1/2))"), ("x^¾", "x^(3/4)"), ("x²ˣ", "x^(2x)"), ("nxⁿ⁻¹", "n*x^(n-1)"),
    ("e⁻ˣ", "e^(-x)"), ("x⁻¹", "x^-1"), ("sin²\u2061x", "sin^2 x"), ("sin⁻¹x", "asin(x)"), ("x⁽ᵃ⁺¹⁾", "x^(a+1)"),
    ("xₙ", "x_n"), ("x₁²", "x_1^2"), ("ℯ^x", "e^x"), ("ⅇ^x", "e^x"), ("𝜋𝑥²", "pi*x^2"), ("x÷2", "x/2"), ("x∶2", "x/2"),
    ("3•x", "3*x"), ("x−2", "x-2"), ("x–2", "x-2"), ("∛(x+2)", "cbrt(x+2)"), ("|𝑥|", "abs(x)"), ("x⁄2", "x/2"),
    ("2θcos\u2006θ²", "2*theta*cos(theta^2)"), ("αx", "alpha*x"), ("θ1^2", "theta1^2"), ("x ⩽ 2", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "same"), SAME)
def test_characters_of_editors_and_word_processors(text: str, same: str | None) -> None:
    if same is None:
        assert [token.kind for token in tokenize(text)][1] == "<="
        return
    assert to_text(read(text).expr) == to_text(read(same).expr)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3½", "a mixed number"), ("ⅈx", "no meaning"), ("x°", "no meaning"), ("é + x", "no meaning"),
        ("Lösungsweg", "no meaning"), ("ж", "no meaning"), ("²ˣ", "before what is raised"), ("x .", "without digits"),
        ("x\u202ey", "no meaning"), ("x…", "no meaning"),
    ],
)  # fmt: skip
def test_characters_of_no_meaning(text: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read(f"{text} + 1" if text == "x ." else text)


@pytest.mark.parametrize("text", ["½", "x²ˣ⁺¹", "𝑥𝑦", "sin\u2061x", "xₙ₊₁", "3 − 𝜋"])
def test_tokens_count_the_characters_as_typed(text: str) -> None:
    tokens = scan(text)
    assert all(0 <= token.start <= token.end <= len(text) for token in tokens)
    assert tokens[-1].end == len(text)
    assert len(write_plainly(text)) == len(text)


def test_tables_have_one_character_a_row() -> None:
    assert all(len(char) == 1 for table in (SIGNS, SUPERSCRIPTS, SUBSCRIPTS, FRACTIONS) for char in table)


@pytest.mark.parametrize("name", ["rho_c_0", "g_", "learning_rate", "A_vec", "x__1", "_x"])
def test_a_declared_name_is_any_identifier(name: str) -> None:
    assert read(f"{name}^2 + 2{name}", declared=(name,)).variables == (name,)


def test_names_on_left_sides_are_identifiers_too() -> None:
    assert find_left_names("my_rate = 2; a_b(x) = x\nc_d == 3; e_f*x") == {"my_rate", "a_b"}
    assert to_text(read("my_rate_ = x^2; 3 my_rate_").expr) == "3*my_rate_"
