#!/usr/bin/env bash
# nerdamer 1.1.13 and 1.1.12 (npm).
#
# Behaviour: a blank between a closing bracket and the factor behind it does not multiply. What follows is
# dropped, and so is the function: sin(x) cos(x) is read as x, (x+1) (x-1) as x + 1, and 2 (x+1) (x-1) as 2,
# without an error. A sum loses its other terms too: z + sin(x) cos(x) is z. diff follows the text, so the
# derivative of sin(x) cos(x) by x is 1. Without the blank the same texts are products, and a blank behind a
# name multiplies: sin(x)cos(x), (x+1)(x-1), x y and y sin(x) are read as they are written.
#
# What one would have guessed: blanks mean nothing, and the product is read as without them; or an error.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/seen.js" <<'JAVASCRIPT'
const path = require("node:path");
const packages = path.join(process.argv[2], "node_modules", "nerdamer");
const nerdamer = require(packages);
require(path.join(packages, "Calculus"));

console.log("nerdamer", require(path.join(packages, "package.json")).version);
const told = {
  "sin(x) cos(x)": "x",
  "sin(x)cos(x)": "cos(x)*sin(x)",
  "(x+1) (x-1)": "1+x",
  "(x+1)(x-1)": "(-1+x)*(1+x)",
  "2 (x+1) (x-1)": "2",
  "z + sin(x) cos(x)": "z",
  "diff(sin(x) cos(x), x)": "1",
  "x y": "x*y",
  "y sin(x)": "sin(x)*y",
};
const found = Object.keys(told).map((text) => [text, nerdamer(text).toString()]);
for (const [text, result] of found) console.log(text, "->", result);
if (!found.every(([text, result]) => result === told[text])) {
  console.log("this has changed: the comment in the script no longer tells the truth");
  process.exit(1);
}
JAVASCRIPT

echo "A blank behind a closing bracket drops the factor that follows and the function: sin(x) cos(x) is x."
for version in 1.1.13 1.1.12; do
    mkdir "$folder/$version"
    npm install --silent --no-audit --no-fund --prefix "$folder/$version" \
        "nerdamer@$version" > "$folder/log"
    node "$folder/seen.js" "$folder/$version"
done
