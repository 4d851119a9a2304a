import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { chunk, done, usage } from "../servers/openai.ts";
import { type Script, startWireServer } from "../servers/wire.ts";
import { start } from "./start.ts";

const JSON_TYPE = { "content-type": "application/json" };
const embedded = z.object({ input: z.string() });
let server: Awaited<ReturnType<typeof startWireServer>>;
let isBroken = false;

/** `late` and `delayed` are alike, everything else is not. */
function embedding(input: string): Script {
  if (isBroken)
    return { status: 400, headers: JSON_TYPE, steps: [{ send: '{"error":{"message":"no such text"}}' }] };
  const vector = /late|delayed/.test(input) ? [0.6, 0.8] : [0.8, -0.6];
  const data = [{ object: "embedding", index: 0, embedding: vector }];
  const reply = { object: "list", model: "e-1", data, usage: { prompt_tokens: 4, total_tokens: 4 } };
  return { headers: JSON_TYPE, steps: [{ send: JSON.stringify(reply, null, 2) }] };
}

beforeAll(async () => {
  server = await startWireServer(({ method, path, body }) => {
    if (method === "GET") return { headers: JSON_TYPE, steps: [{ send: '{"id":"m-1"}' }] };
    if (path === "/v1/embeddings") return embedding(embedded.parse(body).input);
    const content = JSON.stringify(body).includes("first") ? "It is delayed." : "It is blue.";
    return { steps: [chunk({ content }), chunk({}, "stop"), usage, done] };
  });
});
beforeEach(() => {
  isBroken = false;
});
afterAll(() => server.close());

function folder(): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-semantic-"));
  const cases = ["first", "second"].map((id) =>
    JSON.stringify({ id, q: id, expected: "The parcel is late." }),
  );
  writeFileSync(join(cwd, "cases.jsonl"), cases.join("\n"));
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: meaning
models:
  m: { backend: openai, model: m-1, base_url: "${server.url}/v1" }
judges:
  e: { backend: openai, model: e-1, api: embeddings, base_url: "${server.url}/v1", price: { input: 1000 } }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ semantic: { model: e } }] }
`,
  );
  return cwd;
}

async function evals(cwd: string, ...args: readonly string[]) {
  const before = server.received.length;
  const { code, stderr } = await start(cwd, args).ended;
  const sent = server.received.slice(before).filter(({ method }) => method === "POST");
  return {
    code,
    stderr,
    embeddings: sent.filter(({ path }) => path === "/v1/embeddings").length,
    sent: sent.length,
  };
}

function latest(cwd: string) {
  const name = readdirSync(join(cwd, "results/meaning")).toSorted().at(-1) ?? "";
  const directory = join(cwd, "results/meaning", name);
  const rows = readFileSync(join(directory, "scores.jsonl"), "utf8").trim().split("\n");
  const scores = rows.map((row) => JSON.parse(row)).map(({ caseId, score }) => [caseId, score]);
  return {
    directory,
    scores: scores.toSorted(),
    manifest: JSON.parse(readFileSync(join(directory, "run.json"), "utf8")),
  };
}

test("embeddings are asked once a text, paid for, cached, and not asked again to score anew", async () => {
  const cwd = folder();
  // Two answers and the expected text of two cases.
  expect(await evals(cwd, "run", "suite.yaml")).toMatchObject({ code: 0, embeddings: 4 });
  const { directory, scores, manifest } = latest(cwd);
  expect(scores).toEqual([
    ["first", 1],
    ["second", 0],
  ]);
  expect(manifest.judges).toMatchObject([{ name: "e", calls: 4, failed: 0, canaries: [], embeds: true }]);
  // 4 texts of 4 tokens at 1000 USD a million.
  expect(manifest.judges[0].costUsd).toBeCloseTo(0.016, 12);

  rmSync(join(directory, "scores.jsonl"));
  expect(await evals(cwd, "report", "latest")).toMatchObject({ code: 0, sent: 0 });
  expect(latest(cwd).scores).toEqual(scores);
  expect(await evals(cwd, "run", "suite.yaml")).toMatchObject({ code: 0, sent: 0 });
});

test("an embedding that fails leaves its answer unscored, and resume asks it again", async () => {
  const cwd = folder();
  isBroken = true;
  expect((await evals(cwd, "run", "suite.yaml")).code).toBe(3);
  expect(latest(cwd).scores).toEqual([
    ["first", null],
    ["second", null],
  ]);
  isBroken = false;
  const resumed = await evals(cwd, "resume", "latest");
  expect(resumed).toMatchObject({ code: 0, embeddings: 4, sent: 4 });
  expect(latest(cwd).scores.map(([, score]) => score)).toEqual([1, 0]);
});
