// How the parsers of npm read texts: run by other_readings.py, in the folder where they are installed.
//
// In: {texts, points} as JSON. Out: {package: {version, found: [{form, values}]}}, for each of the texts what
// the system prints for it, null for an error, and its value at each point, null where it has none.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "/"));
const { texts, points } = JSON.parse(readFileSync(0, "utf8"));

function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}

function asNumber(value) {
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

// Each reads a text: what it prints, and a function from a point to a value.
const SYSTEMS = {
  mathjs: (math) => (text) => {
    const node = math.parse(text);
    return [node.isFunctionNode ? node.toString() : null, (point) => node.evaluate({ ...point })];
  },
  "math-expressions": (mathExpressions) => (text) => {
    const expression = mathExpressions.fromText(text);
    return [expression.toString(), (point) => expression.evaluate(point)];
  },
  "@khanacademy/kas": (kas) => (text) => {
    const { parsed, expr } = kas.parse(text, { functions: ["f"] });
    return parsed ? [expr.print(), (point) => expr.eval(point)] : [null, () => null];
  },
  nerdamer: (nerdamer) => (text) => [
    nerdamer(text).toString(),
    (point) =>
      nerdamer(text, Object.fromEntries(Object.entries(point).map(([name, value]) => [name, `${value}`])))
        .evaluate()
        .text("decimals"),
  ],
  algebrite: (algebrite) => (text) => {
    // A function without brackets takes the result of the line before: here it has a name.
    const run = (line) => ["clearall", "earlier", line].map((each) => algebrite.run(each).toString())[2];
    const bind = (inner, [name, value]) => `subst(${value},${name},${inner})`;
    const form = run(text);
    return [
      /Stop/.test(form) ? null : form,
      (point) => run(`float(${Object.entries(point).reduce(bind, text)})`).replace("...", ""),
    ];
  },
  "@cortex-js/compute-engine": ({ ComputeEngine }) => (text) => {
    const expression = new ComputeEngine().parse(text);
    return [expression.isValid ? expression.toString() : null, (point) => expression.subs(point).N().re];
  },
};

function read(reader, { plain, latex }, name) {
  const found = attempt(() => reader(name === "@cortex-js/compute-engine" ? latex : plain));
  const [form, evaluate] = found ?? [null, () => null];
  return { form, values: points.map((point) => attempt(() => asNumber(evaluate(point)))) };
}

const results = {};
for (const [name, make] of Object.entries(SYSTEMS)) {
  const manifest = readFileSync(join(process.cwd(), "node_modules", name, "package.json"), "utf8");
  const reader = make(require(name));
  const found = texts.map((text) => read(reader, text, name));
  results[name] = { version: JSON.parse(manifest).version, found };
}
process.stdout.write(JSON.stringify(results));
