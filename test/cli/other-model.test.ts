import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { done, event } from "../servers/openai.ts";
import { startWireServer } from "../servers/wire.ts";
import { program } from "./said.ts";

/** A gateway that has `new` answered by `cheap`, and `old` by a dated version of itself. */
async function gateway() {
  const server = await startWireServer(({ method, body }) => {
    if (method === "GET")
      return { headers: { "content-type": "application/json" }, steps: [{ send: '{"id":"m-1"}' }] };
    const model = JSON.stringify(body).includes('"model":"new"') ? "cheap" : "old-2026-01-01";
    const part = (delta: object, finish_reason: string | null) =>
      event({
        id: "1",
        object: "chat.completion.chunk",
        model,
        choices: [{ index: 0, delta, finish_reason }],
      });
    return { steps: [part({ content: "4" }, null), part({}, "stop"), done] };
  });
  const cwd = mkdtempSync(join(tmpdir(), "evals-other-"));
  const cases = Array.from({ length: 40 }, (_, at) => `{"id":"c${at}","q":"number ${at}"}\n`);
  writeFileSync(join(cwd, "cases.jsonl"), cases.join(""));
  const base = `backend: openai, base_url: "${server.url}/v1"`;
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: s
models:
  old: { ${base}, model: old }
  new: { ${base}, model: new }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ exact: { expected: "4" } }] }
gate: { baseline: old, require: [{ metric: score, margin: 0.3 }] }
`,
  );
  return { server, cwd };
}

test("answers of another model than was asked are told with the run, the comparison and every report", async () => {
  const { server, cwd } = await gateway();
  const words = (text: string) => text.replaceAll(/[\s│|]+/g, " ");
  const ran = await program(["run", "suite.yaml"], { cwd });
  expect(words(ran.stdout)).toContain("40 answered by another model than was asked");
  const compared = await program(["compare", "latest"], { cwd });
  const told = "another model answered than was asked: 0 of the baseline, 40 of the candidate";
  expect(words(compared.stdout)).toContain(told);
  for (const format of ["markdown", "html", "json"]) {
    const { code, stdout } = await program(["report", "latest", "--format", format], { cwd });
    expect([format, code]).toEqual([format, 0]);
    expect(words(stdout), format).toContain(told);
  }
  await server.close();
}, 60_000);
