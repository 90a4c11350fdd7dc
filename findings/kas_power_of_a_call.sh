#!/usr/bin/env bash
# @khanacademy/kas 2.2.3 and 2.1.0 (npm), which compares a student's expression with the answer.
#
# Behaviour: an exponent behind the brackets of a trigonometric function or a logarithm goes into them:
# sin(x)^2 is read as sin(x^2), and ln(x)^2 as ln(x^2). So sin(x)^2 is found equal to sin(x^2), and not to
# (sin(x))^2 nor to sin^2(x). It holds for these alone: sqrt(x)^2 is x, f(x)^2 of a declared function is the
# square of f(x), and sin(x)x is a product, whose brackets do close the argument.
#
# What one would have guessed: brackets right behind the name of a function hold its whole argument,
# and a power behind them is a power of the value, as it is for sqrt and f.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/seen.js" <<'JAVASCRIPT'
const path = require("node:path");
const packages = path.join(process.argv[2], "node_modules", "@khanacademy", "kas");
const kas = require(packages);
const read = (text) => kas.parse(text, { functions: ["f"] }).expr;
const equal = (one, other) => kas.compare(read(one), read(other)).equal;

console.log("kas", require(path.join(packages, "package.json")).version);
for (const text of ["sin(x)^2", "ln(x)^2", "sqrt(x)^2", "f(x)^2", "sin(x)x"]) {
  console.log(text, "is read as", read(text).repr());
}
const found = [
  ["sin(x)^2", "sin(x^2)", true],
  ["sin(x)^2", "(sin(x))^2", false],
  ["sin(x)^2", "sin^2(x)", false],
  ["ln(x)^2", "ln(x^2)", true],
  ["sqrt(x)^2", "x", true],
  ["f(x)^2", "f(x) f(x)", true],
];
for (const [one, other] of found) console.log(one, equal(one, other) ? "equals" : "differs from", other);
if (!found.every(([one, other, told]) => equal(one, other) === told)) {
  console.log("this has changed: the comment in the script no longer tells the truth");
  process.exit(1);
}
JAVASCRIPT

echo "A power behind the brackets of sin, cos or ln goes into them: sin(x)^2 is read as sin(x^2)."
for version in 2.2.3 2.1.0; do
    mkdir "$folder/$version"
    npm install --silent --no-audit --no-fund --prefix "$folder/$version" \
        "@khanacademy/kas@$version" > "$folder/log"
    node "$folder/seen.js" "$folder/$version"
done
