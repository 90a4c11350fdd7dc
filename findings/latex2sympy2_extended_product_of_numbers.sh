#!/usr/bin/env bash
# latex2sympy2-extended 1.11.0 and 1.10.2 (with sympy 1.14.0 and antlr4-python3-runtime 4.11.1).
#
# Behaviour: a whole number before another one in brackets is taken for a mixed number, and the two are added:
# 2(3) is 5, (2)(3) is 5, \frac{2(3)}{4} is 5/4, and 3(4) - 2(1), a derivative with its numbers put in, is 4
# instead of 10. It depends on what stands in the brackets: 2(-3) is -6, 2(1+2) is 6, 2(3)^2 is 18, 2.5(3) is
# 7.5 and 2(3)x is 6x. The switch for mixed numbers, interpret_as_mixed_fractions=False, changes nothing.
# parse_latex of sympy reads all of these as products.
#
# What one would have guessed: a mixed number is a whole number before a fraction of numbers, 2\frac{1}{2};
# brackets multiply, whatever number they hold.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/seen.py" <<'PYTHON'
import sys
from importlib.metadata import version

from latex2sympy2_extended import latex2sympy
from latex2sympy2_extended.latex2sympy2 import ConversionConfig
from sympy import Rational, Symbol, simplify
from sympy.parsing.latex import parse_latex

x = Symbol("x")
print("latex2sympy2-extended", version("latex2sympy2-extended"), "with sympy", version("sympy"))
told = {
    r"2(3)": 5,
    r"(2)(3)": 5,
    r"\frac{2(3)}{4}": Rational(5, 4),
    r"3(4)-2(1)": 4,
    r"2\frac{1}{2}": Rational(5, 2),
    r"2(-3)": -6,
    r"2(1+2)": 6,
    r"2(3)^2": 18,
    r"2.5(3)": 7.5,
    r"2(3)x": 6 * x,
}
found = {text: latex2sympy(text).doit() for text in told}
for text, value in found.items():
    print(text, "->", value)
without = latex2sympy("2(3)", conversion_config=ConversionConfig(interpret_as_mixed_fractions=False)).doit()
print("2(3) with mixed fractions switched off ->", without)
products = [parse_latex(text).doit() for text in (r"2(3)", r"(2)(3)", r"\frac{2(3)}{4}", r"3(4)-2(1)")]
print("the first four by parse_latex of sympy:", *products)
as_told = (
    without == 5
    and products == [6, 6, Rational(3, 2), 10]
    and all(simplify(found[text] - value) == 0 for text, value in told.items())
)
sys.exit(0 if as_told else "this has changed: the comment in the script no longer tells the truth")
PYTHON

echo "A whole number before one in brackets is added to it, as in a mixed number: 2(3) is read as 5."
for version in 1.11.0 1.10.2; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/python" -m pip install --quiet --disable-pip-version-check \
        "latex2sympy2-extended==$version" "sympy==1.14.0" "antlr4-python3-runtime==4.11.1"
    "$folder/$version/bin/python" "$folder/seen.py"
done
