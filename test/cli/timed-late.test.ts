import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { chunk, done, usage } from "../servers/openai.ts";
import { startWireServer } from "../servers/wire.ts";

const cwd = mkdtempSync(join(tmpdir(), "evals-late-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

test("answers that came while a scorer kept the process busy are counted, and keep their scores", async () => {
  const steps = [{ wait: 100 }, chunk({ content: "42" }), chunk({}, "stop"), usage, done];
  const server = await startWireServer(({ method }) => (method === "GET" ? { steps: [] } : { steps }));
  const cases = Array.from({ length: 24 }, (_, at) => JSON.stringify({ id: `c${at}`, expected: "42" }));
  writeFileSync(join(cwd, "cases.jsonl"), `${cases.join("\n")}\n`);
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: late
models:
  m: { backend: openai, model: m-1, base_url: "${server.url}/v1" }
settings: { concurrency: 6 }
tasks:
  t: { dataset: cases.jsonl, prompt: hi, scorers: [exact] }
`,
  );
  // Busy for 60 ms of every 90, as a heavy scorer or a machine with too much to do would be.
  const busy =
    "const timer = setInterval(() => { const end = performance.now() + 60; while (performance.now() < end); }, 90); timer.unref();";
  const child = spawn(
    process.execPath,
    [
      "--import",
      `data:text/javascript,${encodeURIComponent(busy)}`,
      join(import.meta.dirname, "../../dist/cli/main.js"),
      "run",
      "suite.yaml",
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
