"""LaTeX in every usual form, and what is refused in it."""

from __future__ import annotations

import pytest

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.write import to_text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (r"\frac{x^2}{\sin\left(x\right)}", "x**2/sin(x)"), (r"\sqrt[3]{x}", "real_root(x, 3)"), (r"\log_2 x", "log(x, 2)"), (r"e^{-x^2}", "exp(-x**2)"), (r"\sin^{2} x", "sin(x)**2"), (r"\frac{\pi}{2}x", "pi/2*x"),
        (r"\left|x\right|", "Abs(x)"), (r"\sin x_{1}", "sin(x_1)"), (r"\begin{cases} x^2 & x > 0 \\ -x & \text{otherwise} \end{cases}", "Piecewise((x**2, x > 0), (-x, True))"),
        (r"\begin{cases} x^2, & \text{if } x \geq 0 \\ -x, & x < 0 \end{cases}", "Piecewise((x**2, x >= 0), (-x, x < 0))"), (r"\frac12 x", "1/2*x"), (r"\dfrac{1}{x}", "1/x"), (r"\sqrt{1-x^2}", "sqrt(1 - x**2)"), (r"\sqrt x", "sqrt(x)"),
        (r"\ln\left(x^2+1\right)", "log(x**2 + 1)"), (r"\operatorname{sech}(x)", "sech(x)"), (r"\arctan(2x)", "atan(2*x)"), (r"\left\lfloor x\right\rfloor", "floor(x)"), (r"\lceil x \rceil", "ceiling(x)"), (r"$x^2\cdot\sin x$", "x**2*sin(x)"),
        (r"\(e^{x}\)", "exp(x)"), (r"\theta_{1}\sin\theta", "theta_1*sin(theta)"), (r"\log_{10}\left(x\right)", "log(x, 10)"), (r"f'\left(g\left(x\right)\right)", "Subs(Derivative(f(t), t), t, g(x))"), (r"f^{\prime}(x)\cdot 2", "Derivative(f(x), x)*2"),
        (r"\sigma\left(x\right)", "sigmoid(x)"), (r"\mathrm{e}^{2x}", "exp(2*x)"), (r"\sin^{-1}x", "asin(x)"), (r"\tan^2\theta", "tan(theta)**2"), (r"u = x^2; \sin u", "Subs(sin(u), u, x**2)"), (r"\max\left(x, x^{2}\right)", "Max(x, x**2)"),
        (r"\Gamma(x)", "gamma(x)"), (r"x^23\cdot y", "x**23*y"), (r"\left(x+1\right)\left(x-1\right)", "(x + 1)*(x - 1)"), (r"2\pi x", "2*pi*x"), (r"\operatorname{leaky\_relu}\left(x\right)", "leaky_relu(x)"), (r"\lvert x-1\rvert", "Abs(x - 1)"),
        (r"x\,\sin\!\left(x\right)\;y", "x*sin(x)*y"), (r"\left[x+1\right]^{2}", "(x + 1)**2"), (r"\{x+1\}^2 \le 3 \to", ""), (r"a \times b \div c", "a*b/c"), (r"\varphi + \varepsilon", "phi + epsilon"), (r"x^2 + y^2 = 1 \,", "Eq(x**2 + y**2, 1)"),
    ],
)  # fmt: skip
def test_reading(text: str, meant: str) -> None:
    if not meant:
        with pytest.raises(ReadError):
            read(text)
        return
    reading = read(text)
    if reading.definitions:
        assert [each.name for each in reading.definitions] == ["u"]
        assert to_text(reading.expr) == "sin(u)"
        return
    assert to_text(reading.expr) == meant


@pytest.mark.parametrize(
    ("text", "message", "span"),
    [
        (r"x + \frac{d}{dx} x^2", "unevaluated derivative", (4, 16)), (r"\frac{dy}{dx}", "unevaluated derivative", (0, 13)), (r"\foo x", r"\foo is not known", (0, 4)), (r"\frac{x}{", "a brace is not closed", (8, 9)), (r"x^{2\sin", "a brace is not closed", (2, 3)),
        (r"x\lim", "a limit stands here", (1, 5)), (r"\sin x}", "a brace is closed", (6, 7)), (r"\begin{matrix} x \end{matrix}", "environment matrix is not known", None), ("\\", "a backslash at the end", (0, 1)), (r"\frac{1}", "a group is missing", None),
        (r"2_{3}\sin x", "a subscript belongs to a letter", (1, 2)), (r"\left x\right)", "is no bracket", None),
    ],
)  # fmt: skip
def test_errors_point_into_the_text(text: str, message: str, span: tuple[int, int] | None) -> None:
    with pytest.raises(ReadError) as caught:
        read(text)
    assert message in caught.value.message
    assert span is None or caught.value.span == Span(*span)
