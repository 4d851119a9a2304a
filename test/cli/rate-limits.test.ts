import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Call, type Limits, startLimitedServer } from "../servers/limited.ts";
import { command } from "./said.ts";

/** Runs a suite of two models, one by each official SDK, against a server with limits. */
async function run(
  limits: Limits,
  { cases, settings = "" }: { readonly cases: number; readonly settings?: string },
) {
  const server = await startLimitedServer(limits);
  const cwd = mkdtempSync(join(tmpdir(), "evals-limits-"));
  const lines = Array.from({ length: cases }, (_, at) => JSON.stringify({ id: `c${at}`, q: `2+2 ${at}` }));
  writeFileSync(join(cwd, "cases.jsonl"), `${lines.join("\n")}\n`);
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: limited
models:
  gpt: { backend: openai, model: gpt, base_url: "${server.url}/v1" }
  claude: { backend: anthropic, model: claude, base_url: "${server.url}" }
settings: { concurrency: 16${settings} }
tasks:
  t:
    dataset: cases.jsonl
    prompt: "{{ q }}"
    scorers:
      - exact: { expected: "4" }
`,
  );
  // In this process: where the machine halts, the time of the server halts with that of the run.
  const { code, stdout, stderr } = await command(["run", "suite.yaml", "--json"], { cwd });
  await server.close();
  const refused = server.calls.filter(({ status }) => status === 429);
  return { code, totals: JSON.parse(stdout).totals, stderr, calls: server.calls, refused };
}

const lastOf = (calls: readonly Call[]) => Math.max(...calls.map(({ at }) => at));

test("a limit of the suite is kept by each model, and no call is turned down", async () => {
  const { code, totals, calls, refused } = await run(
    { perMinute: 1200, burst: 20, latencyMs: 30, tells: false },
    { cases: 50, settings: ", rpm: 1200" },
  );
  expect(code).toBe(0);
  expect(totals.answered).toBe(100);
  expect(refused).toEqual([]);
  // 49 intervals of 50 ms: never faster. That it is used to the full is held in virtual time, by the engine's tests.
  expect(lastOf(calls)).toBeGreaterThan(49 * 50 - 210);
});

test("limits that OpenAI and Anthropic tell in their headers are kept without a word in the suite", async () => {
  const { code, totals, refused } = await run(
    { perMinute: 1200, burst: 40, latencyMs: 30, tells: true },
    { cases: 80 },
  );
  expect(code).toBe(0);
  expect(totals.answered).toBe(160);
  expect(refused.length).toBeLessThanOrEqual(2);
});

test("a storm of 429 costs time and no sample: every call waits as the server asks, and they come back apart", async () => {
  const { code, totals, calls, refused, stderr } = await run(
    { perMinute: 60_000, burst: 1000, latencyMs: 20, tells: false, storm: { fromCall: 40, ms: 2500 } },
    { cases: 300 },
  );
  expect(code).toBe(0);
  expect(totals).toMatchObject({ answered: 600, failed: 0 });
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(60);
  expect(stderr).toMatch(/waits \d+ s: .*429/);
  expect(stderr).not.toContain("MaxListeners");
  // While the storm lasts the server is left alone but for the calls that find out about it.
  const [begins = 0] = refused.map(({ at }) => at);
  expect(refused.filter(({ at }) => at > begins + 500).length).toBeLessThan(30);
  const firstBack = Math.min(
    ...calls.filter(({ at, status }) => at > begins + 2500 && status === 200).map(({ at }) => at),
  );
  const wave = calls.filter(({ at }) => at >= firstBack && at < firstBack + 50);
  // All at once would be the 16 that may be in flight, and more as they are answered.
  expect(wave.length).toBeLessThan(15);
});
