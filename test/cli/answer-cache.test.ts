import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chunk, done, usage } from "../servers/openai.ts";
import { begun, ended, message, stream } from "../servers/openai-responses.ts";
import { startWireServer } from "../servers/wire.ts";
import { start } from "./start.ts";

let server: Awaited<ReturnType<typeof startWireServer>>;
beforeAll(async () => {
  server = await startWireServer(({ method, path, body }) =>
    method === "GET"
      ? { headers: { "content-type": "application/json" }, steps: [{ send: '{"id":"m-1"}' }] }
      : path === "/v1/responses"
        ? { steps: stream([...begun, ended("completed", [message("4")])]) }
        : JSON.stringify(body).includes("cut")
          ? { steps: [chunk({ content: "4" }), chunk({}, "length"), usage, done] }
          : { steps: [chunk({ content: "4" }), chunk({}, "stop"), usage, done] },
  );
});
afterAll(() => server.close());

function folder(): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-cache-"));
  writeFileSync(
    join(cwd, "cases.jsonl"),
    '{"id":"a","q":"2+2"}\n{"id":"b","q":"3+1"}\n{"id":"c","q":"cut"}\n',
  );
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: cached
models:
  m: { backend: openai, model: m-1, base_url: "${server.url}/v1" }
tasks:
  t:
    dataset: cases.jsonl
    prompt: "{{ q }}"
    scorers:
      - exact: { expected: "4" }
`,
  );
  return cwd;
}

/** Runs the suite; how many prompts reached the server, and what was said. */
async function run(cwd: string, ...flags: readonly string[]) {
  const before = server.received.length;
  const { code, stderr } = await start(cwd, ["run", "suite.yaml", ...flags]).ended;
  const asked = server.received.slice(before).filter(({ method }) => method === "POST").length;
  return { code, stderr, asked };
}

test("a second run asks only what has no complete answer, and says so; --no-cache asks all", async () => {
  const cwd = folder();
  expect(await run(cwd)).toMatchObject({ code: 0, asked: 3 });
  const again = await run(cwd);
  expect(again).toMatchObject({ code: 0, asked: 1 });
  expect(again.stderr).toContain("2 of 3 answers came from the cache");
  expect(await run(cwd, "--no-cache")).toMatchObject({ code: 0, asked: 3 });
});

test("an answer from the cache is marked and its latency is no measurement", async () => {
  const cwd = folder();
  await run(cwd);
  await run(cwd);
  const latest = readdirSync(join(cwd, "results/cached")).toSorted().at(-1) ?? "";
  const scores = readFileSync(join(cwd, "results/cached", latest, "scores.jsonl"), "utf8");
  const rows = scores
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows.find(({ caseId }) => caseId === "a")).toMatchObject({
    cached: true,
    latencyMs: null,
    score: 1,
  });
  expect(rows.find(({ caseId }) => caseId === "c")).toMatchObject({ cached: false });
});

test("a spoilt entry of the cache is asked again and mended", async () => {
  const cwd = folder();
  await run(cwd);
  const cache = join(cwd, "results/.cache");
  for (const name of readdirSync(cache, { recursive: true, encoding: "utf8" }))
    if (name.endsWith(".jsonl"))
      writeFileSync(join(cache, name), readFileSync(join(cache, name), "utf8").replaceAll('"4"', '"5"'));
  expect(await run(cwd)).toMatchObject({ code: 0, asked: 3 });
  expect(await run(cwd)).toMatchObject({ code: 0, asked: 1 });
});

test("two runs at once share one cache", async () => {
  const cwd = folder();
  const both = await Promise.all([run(cwd), run(cwd)]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(await run(cwd)).toMatchObject({ code: 0, asked: 1 });
});

test("the same question over the other API is another request", async () => {
  const cwd = folder();
  const suite = readFileSync(join(cwd, "suite.yaml"), "utf8");
  await run(cwd);
  writeFileSync(join(cwd, "suite.yaml"), suite.replace("model: m-1", "model: m-1, api: responses"));
  expect(await run(cwd)).toMatchObject({ code: 0, asked: 3 });
  expect(server.received.slice(-3).map(({ path }) => path)).toEqual(Array(3).fill("/v1/responses"));
  expect(await run(cwd)).toMatchObject({ code: 0, asked: 0 });
  writeFileSync(join(cwd, "suite.yaml"), suite.replace("model: m-1", "model: m-1, api: chat"));
  expect(await run(cwd)).toMatchObject({ code: 0, asked: 1 });
});
