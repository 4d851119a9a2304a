import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parseXml } from "../reports/xml.ts";
import { program, type Said } from "./said.ts";

/** What a model or a dataset could say to the machines and people that read a report. */
const HOSTILE = [
  "\u001b[2J\u001b]0;owned\u0007\u009b31m",
  "\u202egnp.exe\u2066\u200b\u{e0041}",
  "::error file=a::owned",
  "##[error]owned ##vso[task.complete result=Succeeded]",
  '<script>window.owned = 1</script><img src=x onerror="owned()">',
  "![x](https://example.com/leak.png) @everyone fixes #1 ```",
  '=HYPERLINK("https://example.com")',
  "\ufffe\u0000]]>&#0;<!--",
  "{{ label }} __proto__ constructor",
  "../../../../etc/passwd\r\n\r\nset-cookie: a",
];

const cwd = mkdtempSync(join(tmpdir(), "evals-hostile-"));
const FORMATS = ["html", "markdown", "junit", "csv", "json", "badge", "annotations", "terminal"];
let said: readonly (Said & { readonly name: string })[] = [];

beforeAll(async () => {
  const cases = HOSTILE.map((text, at) => ({
    id: `${at} ${text}`,
    q: text,
    label: "no",
    tags: [text],
    kind: text,
  }));
  writeFileSync(join(cwd, "cases.jsonl"), cases.map((one) => `${JSON.stringify(one)}\n`).join(""));
  writeFileSync(
    join(cwd, "module.mjs"),
    "export default ({ messages }) => ({ text: messages.at(-1).content, model: messages.at(-1).content });",
  );
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: hostile
models:
  a: { backend: module, path: module.mjs }
  b: { backend: simulated, model: b, accuracy: 1 , answer: "{{ label }}" }
tasks:
  t:
    dataset: cases.jsonl
    prompt: "{{ q }}"
    slices: [kind]
    scorers: [{ exact: { expected: "{{ label }}" } }]
gate: { baseline: a, candidates: [b], require: [{ metric: score, margin: 0.1 }] }
`,
  );
  const formats = FORMATS.flatMap((format) => ["--format", format]);
  const commands = [
    ["run", "suite.yaml"],
    ["run", "suite.yaml", "--dry-run"],
    ["compare", "latest"],
    ["gate", "latest"],
    ["gate", "latest", "--json"],
    ["compare", "latest", "--json"],
    ["list"],
    ["trend", "hostile"],
    ["plan", "suite.yaml"],
    ["validate", "suite.yaml"],
    ["report", "latest", ...formats, "--output", "reports"],
  ];
  const all: (Said & { name: string })[] = [];
  for (const args of commands)
    all.push({ name: args.join(" ").slice(0, 30), ...(await program(args, { cwd })) });
  said = all;
}, 120_000);

const reports = () =>
  readdirSync(join(cwd, "reports")).map((name) => ({
    name,
    text: readFileSync(join(cwd, "reports", name), "utf8"),
  }));

// Controls but tab and line feed; bidi, zero-width and tag characters.
const INVISIBLE = /(?![\t\n])\p{Cc}|\p{Cf}/u;

describe("what a model or a dataset says", () => {
  test("runs through every command", () => {
    expect(said.map(({ name, code, stderr }) => [name, code, code === 0 ? "" : stderr])).toEqual(
      said.map(({ name }) => [name, 0, ""]),
    );
    expect(reports().map(({ name }) => name)).toHaveLength(FORMATS.length);
  });

  test("moves no cursor, hides nothing and reorders nothing, in any command or report", () => {
    const printed = said.flatMap(({ name, stdout, stderr }) => [{ name, text: stdout + stderr }]);
    // A CSV keeps what it was given, line breaks within quotes too; JSON escapes it.
    const texts = [...printed, ...reports().filter(({ name }) => !/csv|json/.test(name))];
    expect(texts.flatMap(({ name, text }) => (INVISIBLE.test(text) ? [name] : []))).toEqual([]);
  });

  test("gives no CI runner a command", () => {
    const lines = [
      ...said.flatMap(({ stdout, stderr }) => [stdout, stderr]),
      ...reports().map(({ text }) => text),
    ]
      .join("\n")
      .split("\n");
    const commands = lines.filter((line) => /^\s*::/.test(line) || /##(\[|vso\[)/i.test(line));
    // The annotations' own.
    expect(commands.filter((line) => !/^::(error|notice|warning) title=[^:]*::[^:]/.test(line))).toEqual([]);
  });

  test("stays what it was in a program's document", () => {
    const documents = said.filter(({ name }) => name.endsWith("--json"));
    expect(documents).toHaveLength(2);
    const text = documents.map(({ stdout }) => JSON.stringify(JSON.parse(stdout))).join();
    expect(text).toContain("##[error]owned");
  });

  test("is no markup, no mention, no image and no formula in a report", () => {
    const of = (name: string) => reports().find((report) => report.name.startsWith(name))?.text ?? "";
    expect(of("html")).not.toMatch(/<script>window|<img src=x/);
    expect(of("markdown")).not.toMatch(/!\[x\]\(|@everyone|<script>|<img src/);
    expect(parseXml(of("junit")).name).toBe("testsuites");
    expect(parseXml(of("badge")).name).toBe("svg");
    expect(
      of("csv")
        .split("\n")
        .filter((line) => /(^|,)"?[=+@]/.test(line)),
    ).toEqual([]);
  });
});
