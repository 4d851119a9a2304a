import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { chunk, done, usage } from "../servers/openai.ts";
import { startWireServer } from "../servers/wire.ts";
import { program } from "./said.ts";

const cwd = mkdtempSync(join(tmpdir(), "evals-late-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** A suite of 24 cases on a server that gives each the same answer after a while; the server. */
async function prepared({
  name,
  answer,
  expected,
  scorer,
  waitMs,
}: {
  readonly name: string;
  readonly answer: string;
  readonly expected: string;
  readonly scorer: string;
  readonly waitMs: number;
}) {
  const steps = [{ wait: waitMs }, chunk({ content: answer }), chunk({}, "stop"), usage, done];
  const server = await startWireServer(({ method }) => (method === "GET" ? { steps: [] } : { steps }));
  const cases = Array.from({ length: 24 }, (_, at) => JSON.stringify({ id: `c${at}`, expected }));
  writeFileSync(join(cwd, `${name}.jsonl`), `${cases.join("\n")}\n`);
  writeFileSync(
    join(cwd, `${name}.yaml`),
    `name: ${name}
models:
  m: { backend: openai, model: m-1, base_url: "${server.url}/v1" }
settings: { concurrency: 6 }
tasks:
  t: { dataset: ${name}.jsonl, prompt: hi, scorers: [${scorer}] }
`,
  );
  return server;
}

test("answers that came while a scorer kept the process busy are counted, and keep their scores", async () => {
  const server = await prepared({
    name: "late",
    answer: "42",
    expected: "42",
    scorer: "exact",
    waitMs: 100,
  });
  // Busy for 60 ms at a time with hardly a break, as a heavy scorer or a machine with too much to do would be.
  const busy =
    "const timer = setInterval(() => { const end = performance.now() + 60; while (performance.now() < end); }, 61); timer.unref();";
  const child = spawn(
    process.execPath,
    [
      "--import",
      `data:text/javascript,${encodeURIComponent(busy)}`,
      join(import.meta.dirname, "../../dist/cli/main.js"),
      "run",
      "late.yaml",
      "--no-cache",
    ],
    { cwd, stdio: ["ignore", "pipe", "pipe"] },
  );
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const [code] = await once(child, "close");
  await server.close();
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  const late = Number(/(\d+) timed late/.exec(stdout.replaceAll(/\s+/g, " "))?.[1] ?? 0);
  expect(late).toBeGreaterThan(3);
  const [id = ""] = /\d{8}-\d{6}-[a-z2-7]{4}/.exec(stderr) ?? [];
  const scores = readFileSync(join(cwd, "results", "late", id, "scores.jsonl"), "utf8");
  const lines = scores.trimEnd().split("\n");
  const kept = lines.map((line): { score: number; notes: string[] } => JSON.parse(line));
  expect(kept.filter(({ notes }) => notes.includes("timed-late"))).toHaveLength(late);
  expect(kept.every(({ score }) => score === 1)).toBe(true);
}, 60_000);

test("a heavy scorer adds nothing to the latencies: it works in a thread", async () => {
  const sentence = "The invoice of March was charged twice, and the customer asks for a refund by Friday. ";
  const text = sentence.repeat(70);
  const expected = text.replaceAll("refund", "credit");
  const server = await prepared({ name: "heavy", answer: text, expected, scorer: "similarity", waitMs: 200 });
  const said = await program(["run", "heavy.yaml", "--no-cache", "--json"], { cwd });
  await server.close();
  expect({ code: said.code, stderr: said.code === 0 ? "" : said.stderr }).toEqual({ code: 0, stderr: "" });
  const [id = ""] = readdirSync(join(cwd, "results", "heavy"));
  const lines = readFileSync(join(cwd, "results", "heavy", id, "scores.jsonl"), "utf8")
    .trimEnd()
    .split("\n");
  const scores = lines.map((line): { case: string; score: number; latencyMs: number } => JSON.parse(line));
  expect(scores).toHaveLength(24);
  expect(scores.every(({ score }) => score > 0.9 && score < 1)).toBe(true);
  // Each takes this process 50 ms and more: the six answers that come together would wait for one another.
  const latencies = scores.map(({ latencyMs }) => latencyMs).sort((left, right) => left - right);
  expect(latencies[12]).toBeLessThan(400);
}, 60_000);
