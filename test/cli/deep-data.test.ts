import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { last, streamed } from "../servers/ollama.ts";
import { chunk, done, usage } from "../servers/openai.ts";
import { type Script, startWireServer } from "../servers/wire.ts";
import { program } from "./said.ts";

const DEEP = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
const CASES = '{"id":"deep","q":"deep"}\n{"id":"plain","q":"plain"}\n';
const TOOLS = "tools: [{ name: add, parameters: { type: object } }]";
const SCORER = "tool-calls: { expected: [{ name: add, arguments: { a: 1 } }] }";

function folder(model: string, scorer: string): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-deep-"));
  writeFileSync(join(cwd, "cases.jsonl"), CASES);
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: s
models: { m: { ${model} } }
tasks: { t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ ${scorer} }] } }
`,
  );
  return cwd;
}

function samples(cwd: string) {
  const [id = ""] = readdirSync(join(cwd, "results/s"));
  const lines = readFileSync(join(cwd, "results/s", id, "samples.jsonl"), "utf8")
    .trimEnd()
    .split("\n");
  return new Map(
    lines.map((line) => {
      const { caseId, outcome } = JSON.parse(line);
      return [caseId, outcome] as const;
    }),
  );
}

const openai = (args: string): Script => ({
  steps: [
    chunk({
      tool_calls: [{ index: 0, id: "1", type: "function", function: { name: "add", arguments: args } }],
    }),
    chunk({}, "tool_calls"),
    usage,
    done,
  ],
});
// The arguments come as JSON of their own: nested as they are, not as a text.
const ollama = (args: string): Script => {
  const message = `{"role":"assistant","content":"","tool_calls":[{"function":{"name":"add","arguments":${args}}}]}`;
  return streamed({ send: `{"model":"m-1","message":${message},"done":false}\n` }, last());
};

test.each([
  ["openai", openai, "/v1", DEEP],
  ["ollama", ollama, "", "(nested more than 200 deep)"],
] as const)(
  "arguments of a tool nested beyond reason (%s) are a wrong answer, and the run goes on",
  async (backend, answer, path, kept) => {
    const server = await startWireServer(({ method, body, path }) => {
      if (method === "GET" || path === "/api/show" || path === "/api/tags")
        return {
          headers: { "content-type": "application/json" },
          steps: [{ send: '{"id":"m-1","models":[{"name":"m-1"}]}' }],
        };
      return answer(JSON.stringify(body).includes("plain") ? '{"a":1}' : DEEP);
    });
    const cwd = folder(`backend: ${backend}, model: m-1, base_url: "${server.url}${path}", ${TOOLS}`, SCORER);
    const { code, stdout, stderr } = await program(["run", "suite.yaml", "--no-cache", "--json"], { cwd });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout).totals).toMatchObject({ answered: 2, failed: 0, unscored: 0 });
    const all = samples(cwd);
    expect(all.get("deep").answer.toolCalls).toEqual([{ name: "add", arguments: kept }]);
    expect(all.get("plain").answer.toolCalls).toEqual([{ name: "add", arguments: { a: 1 } }]);
    expect((await program(["report", "latest"], { cwd })).code).toBe(0);
    await server.close();
  },
  60_000,
);

test("a recording nested beyond reason is refused by its line, and nothing is sent", async () => {
  const cwd = folder("backend: replay, from: recorded.jsonl", "exact: { expected: '4' }");
  const output = '{"id":"plain","output":"4"}\n';
  writeFileSync(join(cwd, "recorded.jsonl"), `${output}{"id":"deep","output":"4","more":${DEEP}}\n`);
  const { code, stderr } = await program(["run", "suite.yaml"], { cwd });
  expect(code, stderr).not.toBe(5);
  expect(code).not.toBe(0);
  expect(stderr).toContain("nested too deep");
  expect(stderr).not.toContain("call stack");
});
