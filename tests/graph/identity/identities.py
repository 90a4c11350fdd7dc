"""Formulas that are the same, and textbook derivatives with answers in the forms that people give, one pair a line."""

from __future__ import annotations


def _pairs(text: str) -> list[tuple[str, str]]:
    lines = [line.split(" ~ ") for line in text.strip().splitlines()]
    return [(one.strip(), other.strip()) for one, other in lines]


VALUES: dict[str, list[tuple[str, str]]] = {
    "exponentials": _pairs("""
        exp(1) ~ e
        exp(x + y) ~ exp(x)*exp(y)
        exp(-x) ~ 1/exp(x)
        exp(3*x) ~ exp(x)^3
        exp(x/2)^2 ~ exp(x)
        exp(log(x)) ~ x
        exp(2*log(x)) ~ x^2
        exp(log(x)/2) ~ sqrt(x)
        exp(x*log(2)) ~ 2^x
        2^(2*x) ~ 4^x
        2^x*3^x ~ 6^x
        x^x ~ exp(x*log(x))
        e^(x*e^x) ~ (e^x)^(e^x)
        expm1(x) + 1 ~ exp(x)
        exp(x*(x + 1)) ~ exp(x^2)*exp(x)
        exp(sin(2*x)) ~ exp(2*sin(x)*cos(x))
    """),
    "powers and roots": _pairs("""
        x^a*x^b ~ x^(a + b)
        x^a/x^b ~ x^(a - b)
        (x^a)^b ~ x^(a*b)
        (x*y)^a ~ x^a*y^a
        x^(n + 1) ~ x*x^n
        sqrt(x)*sqrt(x) ~ x
        sqrt(x)^3 ~ x*sqrt(x)
        1/sqrt(x) ~ sqrt(x)/x
        sqrt(x*y) ~ sqrt(x)*sqrt(y)
        sqrt(x^2) ~ abs(x)
        sqrt(8) ~ 2*sqrt(2)
        1/sqrt(3) ~ sqrt(3)/3
        1/(sqrt(5) - 2) ~ sqrt(5) + 2
        sqrt(3 + 2*sqrt(2)) ~ 1 + sqrt(2)
        x^(1/3)*x^(2/3) ~ x
        cbrt(-x) ~ -cbrt(x)
        cbrt(8*x^3) ~ 2*x
        root(x, 4)^2 ~ sqrt(x)
        1/(sqrt(x + 1) - sqrt(x)) ~ sqrt(x + 1) + sqrt(x)
        x^0.1 ~ root(x, 10)
        (x^2)^(3/2) ~ abs(x)^3
        hypot(x, y)^2 ~ x^2 + y^2
    """),
    "logarithms": _pairs("""
        log(exp(x)) ~ x
        log(x^2) ~ 2*log(x)
        log(x*y) ~ log(x) + log(y)
        log(x/y) ~ log(x) - log(y)
        log(1/x) ~ -log(x)
        log(sqrt(x)) ~ log(x)/2
        log(x^n) ~ n*log(x)
        log10(x) ~ log(x)/log(10)
        log(8) ~ 3*log(2)
        log(12) ~ 2*log(2) + log(3)
        log(tan(x)) ~ log(sin(x)) - log(cos(x))
        log(abs(sec(x))) ~ -log(abs(cos(x)))
        log(abs(sec(x) + tan(x))) ~ -log(abs(sec(x) - tan(x)))
        log1p(x) ~ log(1 + x)
        log(x*exp(x)) ~ x + log(x)
    """),
    "trigonometric": _pairs("""
        sin(x)^2 + cos(x)^2 ~ 1
        1 + tan(x)^2 ~ sec(x)^2
        1 + cot(x)^2 ~ csc(x)^2
        tan(x) ~ sin(x)/cos(x)
        cot(x)*tan(x) ~ 1
        sin(x + y) ~ sin(x)*cos(y) + cos(x)*sin(y)
        tan(x + y) ~ (tan(x) + tan(y))/(1 - tan(x)*tan(y))
        sin(pi) ~ 0
        cos(pi) ~ -1
        sin(pi/6) ~ 1/2
        cos(pi/5) ~ (1 + sqrt(5))/4
        cos(pi/12) ~ (sqrt(6) + sqrt(2))/4
        tan(pi/3) ~ sqrt(3)
        sin(x + pi) ~ -sin(x)
        sin(x + pi/2) ~ cos(x)
        sin(pi/2 - x) ~ cos(x)
        cos(2*pi - x) ~ cos(x)
        sin(x + 2*pi/3) + sin(x - 2*pi/3) + sin(x) ~ 0
        sin(asin(x)) ~ x
        cos(asin(x)) ~ sqrt(1 - x^2)
        tan(atan(x)) ~ x
        sin(atan(x)) ~ x/sqrt(1 + x^2)
        cos(2*acos(x)) ~ 2*x^2 - 1
        asin(x) + acos(x) ~ pi/2
        atan(x) + acot(x) ~ pi/2
        atan(1) ~ pi/4
        asec(x) ~ acos(1/x)
    """),
    "inverses": _pairs("""
        sin(acos(x)) ~ sqrt(1 - x^2)
        cos(atan(x)) ~ 1/sqrt(1 + x^2)
        sin(2*atan(x)) ~ 2*x/(1 + x^2)
        sin(asin(x) + acos(y)) ~ x*y + sqrt(1 - x^2)*sqrt(1 - y^2)
        sin(-asin(x) - pi) ~ x
        cos(asec(x)) ~ 1/x
        sin(acsc(x)) ~ 1/x
        tan(acot(x)) ~ 1/x
        exp(log1p(x)) ~ 1 + x
        exp(acoth(x))^2 ~ (x + 1)/(x - 1)
        cosh(asech(x)) ~ 1/x
        sinh(acsch(x)) ~ 1/x
        exp(softplus(x)) ~ 1 + exp(x)
        exp(x - log(y)) ~ exp(x)/y
        exp(-log(x)/3) ~ 1/cbrt(x)
        exp(log(x)*log(y)) ~ x^log(y)
        exp(log(x)/y) ~ x^(1/y)
        log(x^x) ~ x*log(x)
        log(cbrt(x)) ~ log(x)/3
        log(cot(x)) ~ -log(tan(x))
        log(-x) ~ log(abs(x))
        log(2*e) ~ 1 + log(2)
        sin(3*pi/4 + x) ~ (cos(x) - sin(x))/sqrt(2)
        sin(pi*x + pi) ~ -sin(pi*x)
        cos(x - pi/2) ~ sin(x)
        tan(x + pi/4) ~ (1 + tan(x))/(1 - tan(x))
        sin(0.5*pi) ~ 1
        exp(x)^(1/2) ~ exp(x/2)
        e^(2*ln(x) + 3) ~ e^3*x^2
        (1/2)^x ~ 2^(-x)
        sqrt(x)^(2*n) ~ x^n
        sin(log(x*y)) ~ sin(log(x) + log(y))
        atan(-x) ~ -atan(x)
        sinh(log(x)) ~ (x^2 - 1)/(2*x)
    """),
    "multiple angles": _pairs("""
        sin(2*x) ~ 2*sin(x)*cos(x)
        cos(2*x) ~ 1 - 2*sin(x)^2
        tan(2*x) ~ 2*tan(x)/(1 - tan(x)^2)
        sin(3*x) ~ 3*sin(x) - 4*sin(x)^3
        cos(3*x) ~ 4*cos(x)^3 - 3*cos(x)
        sin(x)^2 ~ (1 - cos(2*x))/2
        sin(x)^4 ~ (3 - 4*cos(2*x) + cos(4*x))/8
        tan(x/2) ~ sin(x)/(1 + cos(x))
        csc(2*x) ~ (tan(x) + cot(x))/2
        sin(x)*cos(y) ~ (sin(x + y) + sin(x - y))/2
        cos(x) - cos(y) ~ -2*sin((x + y)/2)*sin((x - y)/2)
        cos(7*x) + cos(5*x) ~ 2*cos(6*x)*cos(x)
    """),
    "hyperbolic": _pairs("""
        cosh(x)^2 - sinh(x)^2 ~ 1
        sinh(2*x) ~ 2*sinh(x)*cosh(x)
        cosh(x) + sinh(x) ~ exp(x)
        tanh(x) ~ (exp(2*x) - 1)/(exp(2*x) + 1)
        sech(x) ~ 2/(exp(x) + exp(-x))
        coth(x) ~ 1/tanh(x)
        csch(x)^2 ~ coth(x)^2 - 1
        asinh(x) ~ log(x + sqrt(x^2 + 1))
        acosh(x) ~ log(x + sqrt(x - 1)*sqrt(x + 1))
        atanh(x) ~ log((1 + x)/(1 - x))/2
        sinh(asinh(x)) ~ x
        cosh(asinh(x)) ~ sqrt(x^2 + 1)
        cosh(2*acosh(x)) ~ 2*x^2 - 1
        tanh(atanh(x)) ~ x
    """),
    "rational": _pairs("""
        (x + 1)^5 ~ x^5 + 5*x^4 + 10*x^3 + 10*x^2 + 5*x + 1
        1/(x - 1) - 1/(x + 1) ~ 2/(x^2 - 1)
        (x^3 - 1)/(x - 1) ~ x^2 + x + 1
        0.1 + 0.2 ~ 0.3
        0.125*x ~ x/8
        1/(1 + 1/(1 + 1/x)) ~ (x + 1)/(2*x + 1)
        (x^2 + y^2)*(a^2 + b^2) ~ (a*x - b*y)^2 + (a*y + b*x)^2
    """),
    "activations": _pairs("""
        (1 + tanh(x/2))/2 ~ sigmoid(x)
        sigmoid(-x) ~ 1 - sigmoid(x)
        sigmoid(x) ~ exp(x)/(exp(x) + 1)
        softplus(x) ~ log(1 + exp(x))
        silu(x) ~ x*sigmoid(x)
        gelu(x) ~ x*(1 + erf(x/sqrt(2)))/2
        erf(-x) ~ -erf(x)
        log(sigmoid(x)) ~ x - softplus(x)
        relu(x) ~ max(x, 0)
        relu(x) - relu(-x) ~ x
        relu(x) ~ (x + abs(x))/2
        max(x, y) + min(x, y) ~ x + y
        max(x, y) - min(x, y) ~ abs(x - y)
        abs(x*y) ~ abs(x)*abs(y)
        abs(x)/x ~ sign(x)
        clip(x, -1, 1) ~ min(max(x, -1), 1)
        elu(x) ~ where(x > 0, x, exp(x) - 1)
        leaky_relu(x) ~ where(x > 0, x, x/100)
        where(x > 0, sqrt(x), sqrt(-x)) ~ sqrt(abs(x))
        mod(x, y) ~ x - y*floor(x/y)
        ceil(x) ~ -floor(-x)
    """),
}
"""family -> pairs of formulas with the same values"""

DERIVATIVES: dict[str, list[tuple[str, str]]] = {
    "polynomials and quotients": _pairs("""
        7 ~ 0
        3*x^4 - 2*x ~ 2*(6*x^3 - 1)
        x^10/10 ~ x^9
        (x^2 + 1)^5 ~ 10*x*(1 + x^2)^4
        (2*x - 3)^4*(x + 1) ~ (2*x - 3)^3*(10*x + 5)
        x*(x - 1)*(x - 2) ~ 3*x^2 - 6*x + 2
        1/x ~ -x^-2
        1/x^3 ~ -3/x^4
        (x + 1)/(x - 1) ~ -2/(x - 1)^2
        x/(x^2 + 1) ~ (1 - x^2)/(x^2 + 1)^2
        (x^2 - 4)/(x - 2) ~ 1
        (a*x + b)/(c*x + d) ~ (a*d - b*c)/(c*x + d)^2
        ((x - 1)/(x + 2))^3 ~ 9*(x - 1)^2/(x + 2)^4
        (x^2 + 3*x + 2)/(x + 1)^2 ~ -1/(x + 1)^2
        1/(1 + 1/x) ~ 1/(1 + x)^2
        (1 + 2*x)*(1 - 3*x)^2 ~ 2*(1 - 3*x)^2 - 6*(1 + 2*x)*(1 - 3*x)
        x^100 ~ 100*x^99
        0.5*x^2 + 0.25*x ~ x + 1/4
    """),
    "roots": _pairs("""
        sqrt(x) ~ 1/(2*sqrt(x))
        sqrt(x) ~ x^(-1/2)/2
        sqrt(x) ~ sqrt(x)/(2*x)
        x*sqrt(x) ~ 3*sqrt(x)/2
        x^(3/2) ~ 1.5*x^0.5
        cbrt(x) ~ 1/(3*cbrt(x)^2)
        x^(1/3) ~ x^(-2/3)/3
        sqrt(x^2 + 1) ~ x/sqrt(1 + x^2)
        sqrt(1 - x^2) ~ -x*(1 - x^2)^(-1/2)
        1/sqrt(x) ~ -1/(2*x^(3/2))
        1/sqrt(x) ~ -1/(2*x*sqrt(x))
        sqrt(x + sqrt(x)) ~ (2*sqrt(x) + 1)/(4*sqrt(x)*sqrt(x + sqrt(x)))
        x*sqrt(1 + x) ~ (3*x + 2)/(2*sqrt(x + 1))
        sqrt(x)*(x + 1) ~ (3*x + 1)/(2*sqrt(x))
        sqrt(2*x + 3) ~ 1/sqrt(2*x + 3)
        x/sqrt(x^2 + 4) ~ 4/(x^2 + 4)^(3/2)
        sqrt((1 + x)/(1 - x)) ~ 1/((1 - x)*sqrt(1 - x^2))
        x^(2/3) ~ 2/(3*cbrt(x))
        root(x, 5) ~ 1/(5*root(x, 5)^4)
        (1 + x^(1/3))^3 ~ (1 + cbrt(x))^2/cbrt(x)^2
        sqrt(3)*x^2 ~ 6*x/sqrt(3)
        sqrt(5*x) ~ sqrt(5)/(2*sqrt(x))
        (x^2 + a^2)^(3/2) ~ 3*x*sqrt(x^2 + a^2)
        1/(x + sqrt(x^2 + 1)) ~ x/sqrt(x^2 + 1) - 1
    """),
    "exponentials": _pairs("""
        exp(x) ~ e^x
        exp(-x) ~ -1/e^x
        exp(2*x) ~ 2*(e^x)^2
        exp(-x^2/2) ~ -x*exp(-x^2/2)
        x*exp(x) ~ (x + 1)*e^x
        x^2*exp(-x) ~ x*(2 - x)/e^x
        exp(x)/x ~ exp(x)*(x - 1)/x^2
        2^x ~ log(2)*2^x
        2^x ~ ln(2)*e^(x*ln(2))
        10^(3*x) ~ 3*ln(10)*1000^x
        x^x ~ x^x*(ln(x) + 1)
        x^x ~ exp(x*ln(x))*(1 + ln(x))
        exp(exp(x)) ~ exp(x + exp(x))
        exp(sin(x)) ~ cos(x)*exp(sin(x))
        exp(sqrt(x)) ~ exp(sqrt(x))/(2*sqrt(x))
        exp(1/x) ~ -e^(1/x)/x^2
        (exp(x) - exp(-x))/(exp(x) + exp(-x)) ~ 4/(exp(x) + exp(-x))^2
        (exp(x) - exp(-x))/(exp(x) + exp(-x)) ~ 1 - tanh(x)^2
        1/(1 + exp(-x)) ~ exp(x)/(1 + exp(x))^2
        1/(1 + exp(-x)) ~ sigmoid(x)*(1 - sigmoid(x))
        a^x ~ a^x*log(a)
        x^n ~ n*x^(n - 1)
        x^n ~ n*x^n/x
        (x^2 + 1)^n ~ 2*n*x*(x^2 + 1)^(n - 1)
        exp(a*x)*sin(b*x) ~ exp(a*x)*(a*sin(b*x) + b*cos(b*x))
        x^2*e^(3*x) ~ e^(3*x)*x*(3*x + 2)
        e^(x^2 + x) ~ (2*x + 1)*e^(x^2)*e^x
        x^pi ~ pi*x^(pi - 1)
        pi^x ~ pi^x*ln(pi)
        x^(1/x) ~ x^(1/x - 2)*(1 - ln(x))
        (1 + 1/x)^x ~ (1 + 1/x)^x*(ln(1 + 1/x) - 1/(x + 1))
        x^sin(x) ~ x^sin(x)*(cos(x)*ln(x) + sin(x)/x)
        sin(x)^x ~ sin(x)^x*(ln(sin(x)) + x*cot(x))
        e^x*cos(x) ~ sqrt(2)*e^x*cos(x + pi/4)
    """),
    "logarithms": _pairs("""
        ln(x) ~ 1/x
        ln(5*x) ~ 1/x
        ln(x^2 + 1) ~ 2*x/(x^2 + 1)
        ln(x)^2 ~ 2*ln(x)/x
        ln(x)^2 ~ ln(x^2)/x
        x*ln(x) - x ~ ln(x)
        x*ln(x) ~ 1 + ln(x)
        x^2*ln(x) ~ x*(ln(x^2) + 1)
        ln(x)/x ~ (1 - ln(x))/x^2
        log10(x) ~ 1/(x*ln(10))
        log(x, 2) ~ 1/(x*ln(2))
        ln(ln(x)) ~ 1/(x*ln(x))
        ln(sin(x)) ~ cot(x)
        ln(cos(x)) ~ -tan(x)
        ln(abs(x)) ~ 1/x
        ln(sec(x) + tan(x)) ~ sec(x)
        ln(csc(x) + cot(x)) ~ -csc(x)
        ln(tan(x/2)) ~ csc(x)
        ln((1 + x)/(1 - x)) ~ 2/(1 - x^2)
        ln(x + sqrt(x^2 + 1)) ~ 1/sqrt(x^2 + 1)
        ln(x + sqrt(x^2 - 1)) ~ 1/sqrt(x^2 - 1)
        ln(sqrt(x)) ~ 1/(2*x)
        sqrt(ln(x)) ~ 1/(2*x*sqrt(ln(x)))
        ln(1 + e^x) ~ 1/(1 + e^(-x))
        ln(e^x + e^(-x)) ~ tanh(x)
        1/ln(x) ~ -1/(x*ln(x)^2)
        ln(x^3*(x + 1)^2) ~ (5*x + 3)/(x*(x + 1))
        sin(ln(x)) + cos(ln(x)) ~ (cos(ln(x)) - sin(ln(x)))/x
        x^ln(x) ~ 2*x^(ln(x) - 1)*ln(x)
        log(e, x) ~ -1/(x*ln(x)^2)
    """),
    "trigonometric": _pairs("""
        sin(x) ~ cos(x)
        sin(x) ~ sin(x + pi/2)
        cos(x) ~ -sin(x)
        sin(x)^2 ~ sin(2*x)
        cos(x)^2 ~ -2*sin(x)*cos(x)
        sin(x)*cos(x) ~ cos(2*x)
        sin(x)*cos(x) ~ 2*cos(x)^2 - 1
        tan(x) ~ 1 + tan(x)^2
        tan(x) ~ 1/cos(x)^2
        tan(x) ~ 2/(1 + cos(2*x))
        sec(x) ~ sin(x)/cos(x)^2
        csc(x) ~ -cos(x)/sin(x)^2
        cot(x) ~ -1/sin(x)^2
        tan(x) - x ~ tan(x)^2
        sec(x)^2 ~ 2*tan(x)*sec(x)^2
        sin(x)^3 ~ 3/4*(cos(x) - cos(3*x))
        cos(x)^3/3 - cos(x) ~ sin(x)^3
        sin(3*x) ~ 3*(4*cos(x)^3 - 3*cos(x))
        sin(x)/(1 + cos(x)) ~ 1/(1 + cos(x))
        sin(x)/(1 + cos(x)) ~ sec(x/2)^2/2
        (1 - cos(x))/sin(x) ~ 1/(1 + cos(x))
        sin(x)/x ~ (x*cos(x) - sin(x))/x^2
        x*sin(x) + cos(x) ~ x*cos(x)
        sin(x^2) ~ 2*x*cos(x^2)
        sin(cos(x)) ~ -sin(x)*cos(cos(x))
        cos(sqrt(x)) ~ -sin(sqrt(x))/(2*sqrt(x))
        x^2*sin(1/x) ~ 2*x*sin(1/x) - cos(1/x)
        tan(x)^2 ~ 2*sin(x)/cos(x)^3
        sin(x)^4 + cos(x)^4 ~ -sin(4*x)
        sin(x)^6 + cos(x)^6 ~ -3/2*sin(4*x)
        sin(pi*x) ~ pi*cos(pi*x)
        cos(x + pi/3) ~ -(sqrt(3)*cos(x) + sin(x))/2
        sin(x)*sin(2*x) ~ (3*sin(3*x) - sin(x))/2
        1/(sin(x) + cos(x)) ~ (sin(x) - cos(x))/(1 + sin(2*x))
        sin(a*x + b) ~ a*cos(b + a*x)
        sqrt(1 + sin(x)^2) ~ sin(2*x)/(2*sqrt(1 + sin(x)^2))
        sin(x)*cos(y) ~ (cos(x + y) + cos(x - y))/2
        sec(x)*tan(x) ~ 2*sec(x)^3 - sec(x)
        sin(pi/180*x) ~ pi/180*cos(pi*x/180)
    """),
    "inverse functions": _pairs("""
        asin(x) ~ (1 - x^2)^(-1/2)
        acos(x) ~ -1/sqrt(1 - x^2)
        atan(x) ~ 1/(x^2 + 1)
        acot(x) ~ -1/(1 + x^2)
        atan(1/x) ~ -1/(1 + x^2)
        asin(x/2) ~ 1/sqrt(4 - x^2)
        atan(x/3)/3 ~ 1/(x^2 + 9)
        atan(x/sqrt(3)) ~ sqrt(3)/(x^2 + 3)
        asin(x)^2 ~ 2*asin(x)/sqrt(1 - x^2)
        x*asin(x) + sqrt(1 - x^2) ~ asin(x)
        x*atan(x) - ln(1 + x^2)/2 ~ atan(x)
        (asin(x)*1 + x*sqrt(1 - x^2))/2 ~ sqrt(1 - x^2)
        atan((1 + x)/(1 - x)) ~ 1/(1 + x^2)
        atan(sqrt(x)) ~ 1/(2*sqrt(x)*(1 + x))
        sin(asin(x)) ~ 1
        cos(asin(x)) ~ -x/sqrt(1 - x^2)
        asec(x) ~ 1/(abs(x)*sqrt(x^2 - 1))
        acsc(x) ~ -1/(abs(x)*sqrt(x^2 - 1))
        asinh(x) ~ 1/sqrt(1 + x^2)
        acosh(x) ~ 1/sqrt(x^2 - 1)
        atanh(x) ~ 1/((1 - x)*(1 + x))
        acoth(x) ~ 1/(1 - x^2)
        asech(x) ~ -1/(x*sqrt(1 - x^2))
        acsch(x) ~ -1/(abs(x)*sqrt(1 + x^2))
        atan2(x, y) ~ y/(x^2 + y^2)
        atan(sinh(x)) ~ sech(x)
        2*atan(tanh(x/2)) ~ 1/cosh(x)
        acos(1/x) ~ 1/(abs(x)*sqrt(x^2 - 1))
        asin(2*x*sqrt(1 - x^2)) ~ 2*(1 - 2*x^2)/(sqrt(1 - x^2)*abs(1 - 2*x^2))
        atan(tan(x)/2) ~ 2/(4*cos(x)^2 + sin(x)^2)
    """),
    "hyperbolic": _pairs("""
        sinh(x) ~ (e^x + e^(-x))/2
        cosh(x) ~ sinh(x)
        tanh(x) ~ sech(x)^2
        tanh(x) ~ 1 - tanh(x)^2
        tanh(x) ~ 4*e^(2*x)/(e^(2*x) + 1)^2
        coth(x) ~ 1 - coth(x)^2
        sech(x) ~ -sinh(x)/cosh(x)^2
        csch(x) ~ -coth(x)*csch(x)
        ln(cosh(x)) ~ tanh(x)
        sinh(x)^2 ~ sinh(2*x)
        cosh(x)^2 - sinh(x)^2 ~ 0
        x*cosh(x) - sinh(x) ~ x*sinh(x)
        sinh(x)*cosh(x) ~ cosh(2*x)
    """),
    "activations and special functions": _pairs("""
        sigmoid(x) ~ sigmoid(x)*(1 - sigmoid(x))
        sigmoid(x) ~ 1/(4*cosh(x/2)^2)
        sigmoid(x) ~ e^(-x)/(1 + e^(-x))^2
        softplus(x) ~ 1/(1 + e^(-x))
        silu(x) ~ sigmoid(x)*(1 + x*(1 - sigmoid(x)))
        gelu(x) ~ (1 + erf(x/sqrt(2)))/2 + x*exp(-x^2/2)/sqrt(2*pi)
        relu(x) ~ where(x > 0, 1, 0)
        relu(x)^2 ~ 2*relu(x)
        relu(2*x + 1) ~ where(2*x + 1 > 0, 2, 0)
        leaky_relu(x) ~ where(x > 0, 1, 1/100)
        elu(x) ~ where(x > 0, 1, e^x)
        elu(x) ~ where(x > 0, 1, elu(x) + 1)
        abs(x) ~ x/abs(x)
        abs(x) ~ abs(x)/x
        abs(x) ~ sign(x)
        abs(x^3) ~ 3*x*abs(x)
        x*abs(x) ~ 2*abs(x)
        abs(x - 1) ~ (x - 1)/abs(x - 1)
        max(x, x^2) ~ where(x > x^2, 1, 2*x)
        where(x > 0, sqrt(x), sqrt(-x)) ~ where(x > 0, 1/(2*sqrt(x)), -1/(2*sqrt(-x)))
        erf(x) ~ 2/sqrt(pi)*exp(-x^2)
        1 - erf(2*x) ~ -4*exp(-4*x^2)/sqrt(pi)
        gamma(x) ~ gamma(x)*digamma(x)
        digamma(x) ~ polygamma(1, x)
        log(gamma(x)) ~ digamma(x)
        exp(-(x - m)^2/(2*s^2))/(s*sqrt(2*pi)) ~ -(x - m)*exp(-(x - m)^2/(2*s^2))/(s^3*sqrt(2*pi))
        -log(sigmoid(x)) ~ sigmoid(x) - 1
        exp(x)/(exp(x) + exp(y)) ~ exp(x + y)/(exp(x) + exp(y))^2
        tanh(softplus(x)) ~ sigmoid(x)*sech(softplus(x))^2
        log(cosh(x)) ~ (exp(x) - exp(-x))/(exp(x) + exp(-x))
    """),
}
"""family -> (formula, its derivative by x in some form)"""
