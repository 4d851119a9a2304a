import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { json } from "../servers/ollama.ts";
import { startWireServer } from "../servers/wire.ts";
import { start } from "./start.ts";

const KEY = "sk-secret-0123456789";
let server: Awaited<ReturnType<typeof startWireServer>>;
beforeAll(async () => {
  server = await startWireServer(() => json({ models: [{ name: "llama3:8b" }] }));
});
afterAll(() => server.close());

async function doctor(
  args: readonly string[],
  host: string,
  files: { readonly [name: string]: string } = {},
) {
  const cwd = mkdtempSync(join(tmpdir(), "evals-doctor-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const env = { PATH: process.env["PATH"], OLLAMA_HOST: host, OPENAI_API_KEY: KEY };
  return start(cwd, ["doctor", ...args], { env }).ended;
}

test("the doctor names keys without their values, and the models that Ollama has", async () => {
  const { code, stdout } = await doctor([], server.url);
  expect(code).toBe(0);
  expect(stdout).toMatch(/OPENAI_API_KEY +is set\n/);
  expect(stdout).toMatch(/ANTHROPIC_API_KEY +is not set\n/);
  expect(stdout).toContain(`llama3:8b (${server.url})`);
  expect(stdout).toMatch(/results .* can be written/);
  expect(stdout).not.toContain(KEY);
});

const suite = (model: string) => `name: s
models:
  m: { backend: ollama, model: "${model}" }
tasks:
  t:
    dataset: cases.jsonl
    prompt: "{{ q }}"
    scorers:
      - contains: { any: [a] }
`;

test("with a suite it asks every model's server, and exits 4 where one cannot be used", async () => {
  const cases = { "cases.jsonl": '{"id":"a","q":"?"}\n' };
  const good = await doctor(["s.yaml"], server.url, { ...cases, "s.yaml": suite("llama3:8b") });
  expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining("every model of s answers") });
  const bad = await doctor(["s.yaml"], server.url, { ...cases, "s.yaml": suite("llama3:70b") });
  expect(bad).toMatchObject({ code: 4, stderr: expect.stringContaining("Run: ollama pull llama3:70b") });
});

test("a folder that cannot be made is exit 4, as one document on request", async () => {
  const { code, stdout } = await doctor(["--json", "--out", "file/results"], server.url, { file: "" });
  expect(code).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 1,
    command: "doctor",
    ok: false,
    findings: expect.arrayContaining([expect.objectContaining({ name: "results", isBroken: true })]),
  });
});
