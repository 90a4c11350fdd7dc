#!/usr/bin/env bash
# sympy 1.13.3 and 1.14.0 (with mpmath 1.3.0): the series of LambertW round a point other than 0.
#
# Behaviour: LambertW(x).series(x, a, n) takes the coefficients of the series at 0, x - x^2 + 3 x^3/2 - ...,
# cut off before x^n, and writes that polynomial in powers of x - a, with an error term that claims to be
# O((x - a)^n). Nothing warns that it is the series at 0. So its value at a = 1 is not W(1) = 0.567... but
# 1, 0 or -7/6, depending on how many terms are asked for. At the branch point a = -1/e, where W begins
# with -1 + sqrt(2 e (x - a)), it gives whole powers and a wrong value. limit() goes by the same expansion:
# the difference quotient of W at 1, whose limit is W'(1) by definition, goes to minus infinity, while
# diff() has the right 0.36189...
#
# What one would have guessed: Taylor's series at regular points, as for exp and erf; at the branch point
# a series in half powers, or a refusal.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/seen.py" <<'PYTHON'
import sys

from sympy import E, LambertW, N, Rational, Symbol, __version__, diff, erf, exp, limit, oo

x = Symbol("x")
W = LambertW(x)


def value(function, point, terms):
    """The value that a series round the point gives at that very point."""
    return function.series(x, point, terms).removeO().subs(x, point)


print(f"sympy {__version__}")
at_one = [value(W, 1, terms) for terms in (2, 3, 5)]
print("LambertW round 1, with 2, 3 and 5 terms:", *at_one, "but W(1) is", N(LambertW(1), 6))
print("LambertW round -1/e, 3 terms:", N(value(W, -1 / E, 3), 6), "but W(-1/e) is", LambertW(-exp(-1)))
quotient = limit((W - LambertW(1)) / (x - 1), x, 1)
print("limit of the difference quotient at 1:", quotient, "but diff gives", N(diff(W, x).subs(x, 1), 6))
print("erf round 1, 3 terms:", value(erf(x), 1, 3), "as it should be")
as_told = (
    at_one == [1, 0, Rational(-7, 6)]
    and abs(N(value(W, -1 / E, 3)) + 0.503214724408055) < 1e-12
    and LambertW(-exp(-1)) == -1
    and quotient == -oo
    and abs(N(diff(W, x).subs(x, 1)) - 0.361896256634889) < 1e-12
    and value(erf(x), 1, 3) == erf(1)
)
sys.exit(0 if as_told else "this has changed: the comment in the script no longer tells the truth")
PYTHON

echo "LambertW(x).series(x, a, n) is the series at 0, whatever a is; limit() follows it, diff() does not."
for version in 1.13.3 1.14.0; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/python" -m pip install --quiet --disable-pip-version-check \
        "sympy==$version" "mpmath==1.3.0"
    "$folder/$version/bin/python" "$folder/seen.py"
done
