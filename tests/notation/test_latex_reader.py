"""LaTeX in every usual form, and what is refused in it."""

from __future__ import annotations

import pytest

from chainrule_cli.errors import LimitError, ReadError, Span
from chainrule_cli.notation.latex_reader import scan_latex
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Note
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
        # fractions and roots of old and of systems
        (r"{a+b \over x}", "(a + b)/x"), (r"$${{2}\over{x\,\left(x+1\right)}}$$", "2/(x*(x + 1))"), (r"\left(1 \over x\right)^2", "(1/x)**2"), (r"{{x} \sp {3}}+x\sb 1", "x**3 + x_1"), (r"\root {3} \of {x+1}", "real_root(x + 1, 3)"),
        (r"\root 3 \of x", "real_root(x, 3)"), (r"\sqrt(x)+1", "sqrt(x) + 1"), (r"\sqrt 10 x", "sqrt(10)*x"), (r"\frac\pi2", "pi/2"), (r"\frac1{x}", "1/x"), (r"x^\frac12", "x**(1/2)"), (r"\log^2_{10} x", "log(x, 10)**2"), (r"\log_10 x", "log(x, 10)"),
        # words
        (r"{\rm sech}\; x", "sech(x)"), (r"\operatorname{\mathrm{sech}}^2 x", "sech(x)**2"), (r"\mathop{\mathrm{arsinh}} x", "asinh(x)"), (r"{\it max}\left(x,1\right)", "Max(x, 1)"), (r"\text{sin}(x)", "sin(x)"), (r"2\text{Pi}\,x", "2*pi*x"), (r"\mathbf{x}+\mathit{y}", "x + y"),
        (r"\mathrm e^x", "exp(x)"), (r"\operatorname{atan2}(x, y)", "atan2(x, y)"), (r"\cotg x + \arcctg x", "cot(x) + acot(x)"), (r"\operatorname{cotg} x", "cot(x)"), (r"\tg x\,\ch x", "tan(x)*cosh(x)"), (r"\exponentialE^{2x}", "exp(2*x)"), (r"\lg x + \ld x", "log(x, 10) + log(x, 2)"),
        (r"\psi_0(x)", "digamma(x)"), (r"\psi^{(1)}(x) + \psi^{\left(2\right)}\left(x\right)", "polygamma(1, x) + polygamma(2, x)"), (r"$log2(x)$", "log(x, 2)"), (r"\operatorname{polygamma}{\left(1,x \right)}", "polygamma(1, x)"),
        # names and numbers
        (r"x_{\text{max}} + x_\mathrm{min}", "x_max + x_min"), (r"x_12", "x_12"), (r"x_\alpha x_{\beta}", "x_alpha*x_beta"), (r"1{,}5x", "1.5*x"), (r"0{,}125x", "0.125*x"), (r"2{.}5\,x", "2.5*x"), (r"3.\cdot x.", "3.0*x"),
        # colours, boxes, blanks
        (r"\boxed{\frac1x}^2", "(1/x)**2"), (r"\color{red}{\frac1x}+{\color{blue} x}", "1/x + x"), (r"\textcolor{red}{2}\mathcolor{blue}{x}", "2*x"), (r"{\displaystyle 2x}\displaystyle", "2*x"), (r"\ensuremath{x}\quad\hspace{2em}\kern-3mu y", "x*y"), (r"2\cdot{}x", "2*x"),
        (r"\bigl(x+1\bigr)\Bigl|y\Bigr|", "(x + 1)*Abs(y)"), (r"\mleft(x\mright)^2", "x**2"), (r"\left. x+1 \right.", "x + 1"), (r"2\bullet x\cdotp y", "2*x*y"), (r"x~y\label{one}\nonumber", "x*y"), (r"\left\vert x\right\vert", "Abs(x)"), (r"3x\tag{1}", "3*x"), (r"$$x+1\leqno(9)$$", "x + 1"),
        # pieces
        (r"\left\{ \begin{array}{ll} x, & \mbox{if } x>0, \\[4pt] 0, & \mbox{otherwise.} \end{array} \right.", "Piecewise((x, x > 0), (0, True))"), (r"\left\{ \begin{matrix} x,\ \& x > 0 \\ 1,\ \& x < 0 \\ \end{matrix} \right.\ ", "Piecewise((x, x > 0), (1, x < 0))"),
        (r"\begin{cases} {x}, &\quad{\text{if }\; x>0}\\{1}, &\quad{\text{otherwise}}\end{cases}", "Piecewise((x, x > 0), (1, True))"), (r"\begin{cases} x, x > 0 \\ 1, x \le 0 \end{cases}", "Piecewise((x, x > 0), (1, x <= 0))"), (r"\begin{cases} x & \text{if $0<x<1$} \\ 1 & \text{else} \end{cases}", "Piecewise((x, And(0 < x, x < 1)), (1, True))"),
        # backslashes that were escaped once more
        (r"\\frac{1}{2} \\sin x", "1/2*sin(x)"), (r"\\( x^2 \\)", "x**2"), (r"\$\frac1x\$", "1/x"),
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
    ("text", "shown"),
    [
        (r"$a$ $b$", "a b"), (r"$$a$$ $$b$$", "a ; b"), ("$a$,\n$b$", "a ; b"), (r"\[a\] so \[b\]", "a <so> b"), (r"By the rule $\frac1x$.", "<By the rule> ( ( 1 ) / ( x ) )"), (r"$f'(x)$ = $2x$", "f ' ( x ) = 2 x"), (r"f'(x) = $2x$", "f ' ( x ) = 2 x"),
        (r"Thus, we get y' = $2x$", "<Thus, we get> y ' = 2 x"), (r"**Answer:** $x$", "<**Answer:**> x"), (r"\textbf{Answer:} \(x\)", r"<\textbf{Answer:}> x"), (r"$x$ is right", "x <is right>"), (r"**$x$**", "x"), (r"$x$ => $y$", "x mark y"), (r"(a) $x$", "<(a)> x"),
        (r"x \text{ by the rule}", "x <by the rule>"), (r"x \text{ for } x>0", "x for x > 0"), (r"x \text{ if $x>0$}", "x if x > 0"), (r"\text{where } u", "where u"), (r"\text{speed}", "speed"), (r"\text{ speed }", "<speed>"), (r"\text{°}", "unknown"), (r"\mbox{x}", "x"), (r"x\Rightarrow y", "x mark y"),
        (r"y' &= 2x \\ &= x+x,", "y ' = 2 x ; = x + x"), (r"\begin{aligned} y' &= x. \\[2pt] &= 2 \end{aligned}", "y ' = x ; = 2"), (r"a \begin{align*} x &= 1 \end{align*}", "a x = 1"), (r"\begin{eqnarray} x &=& 1 \nonumber \end{eqnarray}", "x = 1"), ("x\ny\\,", "x ; y"), ("$x\ny$", "x y"), (r"\boxed{y = x}", "y = x"),
        (r"\begin{array}{rcl} x &=& 1 \\ &=& 2 \end{array}", "x = 1 ; = 2"), (r"\frac{\mathrm{d}^2y}{\mathrm{d}x^2}", "( ( d ^ 2 y ) / ( d x ^ 2 ) )"), (r"{{d}\over{d\,x}}", "( ( d ) / ( d x ) )"), (r"\dv[2]{y}{x}", "( ( d ^ 2 y ) / ( d x ^ 2 ) )"), (r"\dv{x} x", "( ( d ) / ( d x ) ) x"), (r"\pdv{f}{x}", "( ( ∂ f ) / ( ∂ x ) )"),
        (r"\frac{\differentialD y}{\differentialD x}", "( ( d y ) / ( d x ) )"), (r"\dot{y}\ddot y", "y ' y ' '"), (r"y^{\prime\prime}y^′", r"y ' ' y '"), (r"{\rm d}x", "d x"), (r"learning\_rate", "learning_rate"), (r"x^10", "x ^digits 10"), (r"x^{10}", "x ^ 10"), (r"x^1.5", "x ^ 1.5"), (r"\theta(x)", "theta ( x )"), (r"a\,000", "a 000"),
    ],
)  # fmt: skip
def test_tokens(text: str, shown: str) -> None:
    def show(kind: str, typed: str) -> str:
        if kind == "prose":
            return f"<{typed}>"
        return typed if kind in ("word", "number") or typed == "^digits" else kind

    tokens = scan_latex(text, lambda _note: None)
    assert " ".join(show(token.kind, token.text) for token in tokens[:-1]) == shown
    assert all(0 <= token.start <= token.end <= len(text) for token in tokens)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (r"x\phantom{y}", "left out"), (r"x\leqno(7)", "number of the equation, 7,"), (r"\\sin x", "every backslash stands twice"), (r"\sqrt12", "all of 12"), (r"x_12\,", "read as one subscript"), (r"x_nt\,", "the subscript is n alone"), (r"\log_10 x", "all of 10"), (r"2\frac12", "mixed number"), (r"2e-5\,x", "power of ten"),
        (r"\left\{\begin{array}{l} x, x>0 \end{array}\right.", "rows behind the brace"),
    ],
)  # fmt: skip
def test_what_is_decided_is_noted(text: str, note: str) -> None:
    notes: list[Note] = []
    scan_latex(text, notes.append)
    assert any(note in each.text for each in notes), notes


@pytest.mark.parametrize("text", [r"y = x^2 \\ y", r"\begin{aligned} x \\\sin x \end{aligned}", r"x\\y", r"x_1\,", r"\log_2 x", r"\frac12 x", r"2\cdot\frac12"])  # fmt: skip
def test_nothing_is_noted_where_nothing_was_decided(text: str) -> None:
    notes: list[Note] = []
    scan_latex(text, notes.append)
    assert not notes


@pytest.mark.parametrize(
    ("text", "message", "span"),
    [
        (r"x + \frac{d}{dx} x^2", "unevaluated derivative", (4, 16)), (r"\frac{dy}{dx}", "unevaluated derivative", (0, 13)), (r"\foo x", r"\foo is not known", (0, 4)), (r"\frac{x}{", "a brace is not closed", (8, 9)), (r"x^{2\sin", "a brace is not closed", (2, 3)),
        (r"x\lim", "a limit stands here", (1, 5)), (r"\sin x}", "a brace is closed", (6, 7)), (r"\begin{matrix} x \end{matrix}", "environment matrix is not known", None), ("\\", "a backslash at the end", (0, 1)), (r"\frac{1}", "a group is missing", None),
        (r"2_{3}\sin x", "a subscript belongs to a letter", (1, 2)), (r"\left x\right)", "is no bracket", None), (r"\sinx", r"\sinx is not known", (0, 5)), (r"2\int x dx", "an integral", (1, 5)), (r"\sum x", "a sum", (0, 4)), (r"\infty", "infinity", (0, 6)), (r"x\pm 1", "two answers", (1, 4)),
        (r"30^\circ", "a degree sign", (3, 8)), (r"1+\ldots", "left out", (2, 8)), (r"\vec{x}", "an accent", (0, 4)), (r"\imaginaryI", "real", (0, 11)), (r"x\bmod 2", "a remainder", (1, 6)), (r"\placeholder{}", "an empty box", (0, 12)), (r"\frac{}{x}", "an empty box", (5, 7)), (r"\sqrt{ }", "an empty box", None),
        (r"\sqrt[]{x}", "an empty box", None), (r"\left(\right)", "nothing between the brackets", None), (r"\left(x", r"\left is not closed", (0, 5)), (r"\left(x}", r"\left is not closed", (0, 5)), (r"x\right)", r"\right stands without", (1, 7)), (r"$x", "a dollar sign is not closed", (0, 1)), (r"\[x", r"\[ is not closed", (0, 2)),
        (r"\(x\]", r"\] stands without", (3, 5)), (r"\begin{cases} x", r"\begin is not closed", (0, 6)), (r"\begin{cases} x \end{array}", "cases is not closed", None), (r"a\over b\over c", r"a second \over", (8, 13)), (r"\over x", r"before \over", (0, 5)), (r"{x\over}", r"below \over", None), (r"\text{x", "a brace is not closed", (5, 6)),
        (r"1{,}500x", "a decimal or a thousand", (0, 7)), (r"- $x$", "outside its dollar signs", None), (r"thus x + $y$", "outside its dollar signs", None), (r"x_{i,j}\,", "a subscript belongs", (1, 2)), (r"\max_1 x", "a subscript belongs", (4, 5)), (r"\left. x\right|_0", "one side only", None), (r"\%x", "has no meaning", (1, 2)),
        (r"a & b \\", "& stands outside", None), (r"\frac(x)(y)", "a group is missing", None), (r"x^\,", "a group is missing", None), (r"x. y\,", "a point without digits", (1, 2)), (r"\kern x", "needs a length", (0, 5)), (r"x\cancel{y}", "struck out", (1, 8)),
    ],
)  # fmt: skip
def test_errors_point_into_the_text(text: str, message: str, span: tuple[int, int] | None) -> None:
    with pytest.raises(ReadError) as caught:
        read(text)
    assert message in caught.value.message
    assert span is None or caught.value.span == Span(*span)


@pytest.mark.parametrize("count", [250, 1_000])
@pytest.mark.parametrize("opening", [r"\frac{", r"\sqrt{", "x^{", r"\left(", r"\sqrt[", r"\text{$", r"\frac ", r"\dot ", r"\color{red}{", r"\begin{cases}"])  # fmt: skip
def test_deep_nesting_is_an_error_and_no_recursion(opening: str, count: int) -> None:
    text = (opening * count)[:10_000]
    with pytest.raises(ReadError) as caught:
        read(text)
    assert isinstance(caught.value, LimitError) or "missing" in caught.value.message or count == 250
