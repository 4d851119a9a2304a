import { benchmarks } from "./registry.ts";

// `npm run bench` runs all; `npm run bench -- startup wall` runs those two.
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `no benchmark ${unknown.join(", ")}; there are ${benchmarks.map(({ name }) => name).join(", ")}\n`,
  );
  process.exit(2);
}
for (const { name, question, measure } of benchmarks) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`\n${name}: ${question}\n`);
  for (const line of await measure()) process.stdout.write(`  ${line}\n`);
}
