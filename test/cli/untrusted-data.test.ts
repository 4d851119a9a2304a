import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { startWireServer } from "../servers/wire.ts";
import { program } from "./said.ts";

const FORMATS = ["html", "markdown", "junit", "csv", "json", "badge", "annotations", "terminal"];
const formats = FORMATS.flatMap((format) => ["--format", format]);

/** Writes every address that the process connects to, and every name that it looks up, into a file. */
function watchingNetwork(log: string): { readonly [name: string]: string } {
  const code = `import net from "node:net"; import dns from "node:dns"; import { appendFileSync } from "node:fs";
const note = (what) => appendFileSync(${JSON.stringify(log)}, what + "\\n");
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) { note("connect " + JSON.stringify(args[0])); return connect.apply(this, args); };
const lookup = dns.lookup; dns.lookup = (name, ...rest) => { note("lookup " + name); return lookup(name, ...rest); };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
}

test("an address in a dataset or an answer is asked by nobody, and a path is not read", async () => {
  const server = await startWireServer(() => ({ steps: [] }));
  const cwd = mkdtempSync(join(tmpdir(), "evals-data-"));
  writeFileSync(join(cwd, "secret.txt"), "the content of a file");
  const texts = [
    `${server.url}/plain`,
    `![x](${server.url}/image.png)`,
    `<img src="${server.url}/image.png"><script src="${server.url}/a.js"></script>`,
    `{"$ref":"${server.url}/schema.json","$schema":"${server.url}/schema.json"}`,
    `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "file://${cwd}/secret.txt">]><a>&e;</a>`,
    `<!DOCTYPE a SYSTEM "${server.url}/a.dtd"><a/>`,
    `!!js/function "function () { fetch('${server.url}') }"`,
    `!include ${cwd}/secret.txt`,
    `file://${cwd}/secret.txt`,
    "secret.txt",
    "@secret.txt",
    "{{ q }} $" + "{process.env.HOME} <%= 1 %> {% include 'secret.txt' %}",
  ];
  const cases = texts.map(
    (q, at) => `${JSON.stringify({ id: `c${at}`, q, expected: q, parsed: { a: q } })}\n`,
  );
  writeFileSync(join(cwd, "cases.jsonl"), cases.join(""));
  writeFileSync(join(cwd, "echo.mjs"), "export default ({ messages }) => messages.at(-1).content;");
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: data
models:
  a: { backend: module, path: echo.mjs }
  b: { backend: simulated, model: b, accuracy: 1, answer: "{{ q }}" }
tasks:
  t:
    dataset: cases.jsonl
    prompt: "{{ q }}"
    scorers:
      - exact
      - contains: { any: ["{{ q }}"] }
      - json: { schema: { $id: "${server.url}/a.json", $schema: "${server.url}/schema.json", type: object }, name: schema }
      - json: { expected: "{{ parsed }}" }
      - xml: { expected: "{{ parsed }}" }
      - yaml: { expected: "{{ parsed }}" }
      - similarity
gate: { baseline: a, candidates: [b], require: [{ metric: score, margin: 0.1 }] }
`,
  );
  const log = join(cwd, "network.log");
  const variables = watchingNetwork(log);
  const run = await program(["run", "suite.yaml", "--no-cache"], { cwd, variables });
  expect(run.code, run.stderr).toBe(0);
  for (const args of [
    ["compare", "latest"],
    ["gate", "latest"],
    ["validate", "suite.yaml"],
    ["report", "latest", ...formats, "--output", "reports"],
    ["view", "latest"],
  ]) {
    const said = await program(args, { cwd, variables });
    expect(said.stderr, args.join(" ")).not.toContain("E5000");
  }
  expect(server.received).toEqual([]);
  expect(existsSync(log) ? readFileSync(log, "utf8") : "").toBe("");
  // What is watched is what would be noticed: the doctor asks whether an Ollama runs here.
  await program(["doctor"], { cwd, variables });
  expect(readFileSync(log, "utf8")).toMatch(/^(connect|lookup) /);
  const written = filesBelow(cwd).filter((name) => /^(results|reports)/.test(name) && /\.\w+$/.test(name));
  expect(written.length).toBeGreaterThan(FORMATS.length);
  for (const name of written)
    expect(readFileSync(join(cwd, name), "utf8").includes("the content of a file"), name).toBe(false);
  await server.close();
}, 120_000);

test("names that are paths write nothing outside of the results folder", async () => {
  const above = mkdtempSync(join(tmpdir(), "evals-names-"));
  const cwd = join(above, "a", "b", "project");
  mkdirSync(cwd, { recursive: true });
  const up = "../../../up";
  const cases = [up, "/tmp/evals-up", "c:\\up", "nul", "..", `${"x".repeat(400)}`].map((id) => ({
    id,
    q: id,
    kind: id,
  }));
  writeFileSync(join(cwd, "cases.jsonl"), cases.map((one) => `${JSON.stringify(one)}\n`).join(""));
  const simulated = { backend: "simulated", model: up, accuracy: 1, answer: "{{ q }}" };
  for (const [at, name] of [up, "..", "/etc/evals", "a/../../b", "CON", "."].entries()) {
    const task = {
      dataset: "cases.jsonl",
      prompt: "{{ q }}",
      slices: ["kind"],
      scorers: [{ exact: { expected: "{{ q }}" } }],
    };
    const suite = { name, models: { [up]: simulated, "..": simulated }, tasks: { [up]: task } };
    writeFileSync(join(cwd, `suite${at}.json`), JSON.stringify(suite));
    const run = await program(["run", `suite${at}.json`], { cwd });
    expect(run.code, run.stderr).toBe(0);
    const report = await program(["report", "latest", ...formats, "--output", `reports${at}`], { cwd });
    expect([0, 3], report.stderr).toContain(report.code);
  }
  const outside = filesBelow(above).filter((name) => !`${name}/`.startsWith("a/b/project/"));
  expect(outside.filter((name) => !["a", "a/b"].includes(name))).toEqual([]);
  const inside = filesBelow(cwd).filter(
    (name) => !/^(results|reports\d|suite\d\.json|cases\.jsonl)/.test(name),
  );
  expect(inside.filter((name) => !name.startsWith(".evals"))).toEqual([]);
  const runs = readdirSync(join(cwd, "results"), { withFileTypes: true });
  for (const { name } of runs)
    expect(relative(cwd, join(cwd, "results", name))).toMatch(/^results\/[\w.-]+$/);
}, 120_000);

test("a results folder that is a link is written where it leads", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "evals-link-"));
  mkdirSync(join(cwd, "elsewhere"));
  symlinkSync(join(cwd, "elsewhere"), join(cwd, "results"));
  const simulated = { backend: "simulated", model: "m", accuracy: 1, answer: "{{ q }}" };
  const task = { dataset: "cases.jsonl", prompt: "{{ q }}", scorers: [{ exact: { expected: "{{ q }}" } }] };
  writeFileSync(join(cwd, "cases.jsonl"), '{"id":"a","q":"1"}\n');
  writeFileSync(
    join(cwd, "suite.json"),
    JSON.stringify({ name: "link", models: { m: simulated }, tasks: { t: task } }),
  );
  const run = await program(["run", "suite.json"], { cwd });
  expect(run.code, run.stderr).toBe(0);
  expect(readdirSync(join(cwd, "elsewhere"))).toEqual(["link"]);
});
