import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chunk, done, usage } from "../servers/openai.ts";
import { startWireServer } from "../servers/wire.ts";
import { start } from "./start.ts";

let server: Awaited<ReturnType<typeof startWireServer>>;
/** Every third call of the `flaky` model is cut off in the middle of its answer. */
let flaky = 0;
beforeAll(async () => {
  server = await startWireServer(({ method, body }) => {
    if (method === "GET")
      return { headers: { "content-type": "application/json" }, steps: [{ send: '{"id":"m-1"}' }] };
    const answer = [{ wait: 5 }, chunk({ content: "4" }), chunk({}, "stop"), usage, done];
    if (!JSON.stringify(body).includes("flaky")) return { steps: answer };
    flaky += 1;
    return { steps: flaky % 3 === 0 ? [chunk({ content: "4" }), { wait: 5 }, { reset: true }] : answer };
  });
});
afterAll(() => server.close());

const PRICE = "price: { input: 1000, output: 10000 }";

/** A suite of two models and 30 cases; an answer is billed 7 x $0.001 + 2 x $0.01 = $0.027. */
function folder(settings: string, model = `max_tokens: 4, ${PRICE}`): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-budget-"));
  const cases = Array.from({ length: 30 }, (_, at) => JSON.stringify({ id: `c${at}`, q: `2+2 ${at}` }));
  writeFileSync(join(cwd, "cases.jsonl"), `${cases.join("\n")}\n`);
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: capped
models:
  a: { backend: openai, model: m-1, base_url: "${server.url}/v1", ${model} }
  b: { backend: openai, model: flaky, base_url: "${server.url}/v1", max_tokens: 4, ${PRICE} }
settings: { ${settings} }
tasks:
  t:
    dataset: cases.jsonl
    prompt: "{{ q }}"
    scorers:
      - exact: { expected: "4" }
gate: { baseline: a, candidates: [b], require: [{ metric: score, margin: 0.5 }] }
`,
  );
  return cwd;
}

async function evals(cwd: string, ...args: readonly string[]) {
  const before = server.received.length;
  const { code, stdout, stderr } = await start(cwd, args).ended;
  const sent = server.received.slice(before).filter(({ method }) => method === "POST").length;
  return { code, stdout, stderr, sent };
}

function manifest(cwd: string) {
  const runs = join(cwd, "results/capped");
  return JSON.parse(readFileSync(join(runs, readdirSync(runs)[0] ?? "", "run.json"), "utf8"));
}

test("a run stops before the call that could go over the money, exits 3, says what was spent, and is resumed", async () => {
  const cwd = folder("concurrency: 4, budget: { usd: 0.8 }");
  const first = await evals(cwd, "run", "suite.yaml", "--gate");
  expect(first.code).toBe(3);
  expect(first.stderr).toMatch(
    /the budget is reached: \$0\.\d+ of \$0\.8 and \d+ calls spent; the next call\s+could\s+cost/,
  );
  const { spending, state, totals } = manifest(cwd);
  expect(state).toBe("interrupted");
  expect(spending).toMatchObject({ capReached: true, budgetUsd: 0.8, calls: first.sent });
  expect(spending.usd).toBeLessThanOrEqual(0.8);
  // What was billed, and what the cut answers may have cost: nothing less.
  expect(spending.usd).toBeGreaterThanOrEqual(totals.answered * 0.027);
  expect(spending.usd + spending.nextCallUsd).toBeGreaterThan(0.8);
  const command = /go on with a larger budget:\s+npx evals (resume .+)/.exec(first.stderr)?.[1] ?? "";
  expect(await evals(cwd, "resume", "latest")).toMatchObject({ code: 3, sent: 0 });
  const second = await evals(cwd, ...command.split(" "), "--budget-usd", "20");
  expect(second.code).toBe(0);
  expect(second.sent).toBeGreaterThanOrEqual(60 - totals.answered);
  expect(manifest(cwd).spending).toMatchObject({ capReached: false, calls: first.sent + second.sent });
});

test("a limit of calls counts every attempt, and is exact", async () => {
  const cwd = folder("concurrency: 8");
  const { code, stderr, sent } = await evals(cwd, "run", "suite.yaml", "--budget-calls", "21");
  expect([code, sent]).toEqual([3, 21]);
  expect(stderr).toContain("the budget is reached: 21 of 21 calls spent");
  expect(manifest(cwd).spending).toMatchObject({ calls: 21, budgetCalls: 21, capReached: true });
});

test("a budget that is not reached changes nothing", async () => {
  const cwd = folder("concurrency: 8, budget: { usd: 500, calls: 1000 }");
  const { code, stderr } = await evals(cwd, "run", "suite.yaml");
  expect(code).toBe(0);
  expect(stderr).not.toContain("budget");
  expect(manifest(cwd).spending.capReached).toBe(false);
});

test("an answer from the cache is neither a call nor money", async () => {
  const cwd = folder("concurrency: 8");
  await evals(cwd, "run", "suite.yaml");
  expect(await evals(cwd, "run", "suite.yaml", "--budget-calls", "1")).toMatchObject({ code: 0, sent: 0 });
});

test.each([
  ["max_tokens: 4", 'the price of "a" is unknown'],
  [PRICE, 'nothing limits the answers of "a"'],
])("a budget in USD over a model with only %s is refused before anything is sent", async (model, message) => {
  const cwd = folder("budget: { usd: 1 }", model);
  for (const command of ["run", "validate"]) {
    const { code, stderr, sent } = await evals(cwd, command, "suite.yaml");
    expect([code, sent]).toEqual([2, 0]);
    expect(stderr).toContain(`error[E1125]: ${message}`);
    expect(stderr).toContain("suite.yaml:3:3");
  }
  expect((await evals(cwd, "run", "suite.yaml", "--filter", "model=b")).code).toBe(3);
});

test("a budget that is no amount, or a key that it does not know, is told", async () => {
  const cwd = folder("budget: { dollars: 1 }");
  expect((await evals(cwd, "validate", "suite.yaml")).stderr).toContain("Known keys: usd, calls.");
  expect(await evals(cwd, "run", "suite.yaml", "--budget-usd", "-1")).toMatchObject({ code: 2, sent: 0 });
});
