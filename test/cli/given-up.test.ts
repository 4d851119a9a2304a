import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { chunk, done, usage } from "../servers/openai.ts";
import { type Received, type Script, startWireServer } from "../servers/wire.ts";
import { program } from "./said.ts";

const json = { "content-type": "application/json" };
const sound: Script = { steps: [chunk({ content: "4" }), chunk({}, "stop"), usage, done] };
const says = (status: number, message: string): Script => ({
  status,
  headers: json,
  steps: [{ send: JSON.stringify({ error: { message } }) }],
});
const refused = says(401, "Incorrect API key provided");
const broken = says(500, "boom");

/** What the server says to a prompt; a test puts another one in its place between two commands. */
let answer: (request: Received) => Script = () => sound;
let server: Awaited<ReturnType<typeof startWireServer>>;
beforeEach(async () => {
  answer = () => sound;
  server = await startWireServer((request) =>
    request.method === "GET" ? { headers: json, steps: [{ send: '{"id":"m-1"}' }] } : answer(request),
  );
  onTestFinished(() => server.close());
});

const asks = ({ body }: Received, at: number) => JSON.stringify(body).includes(`number ${at}.`);

function write(cwd: string, from: number, to: number): void {
  const cases = Array.from({ length: to - from }, (_, at) => from + at);
  const lines = cases.map((at) => `{"id":"c${at}","q":"number ${at}."}\n`);
  writeFileSync(join(cwd, "cases.jsonl"), lines.join(""));
}

/** One call at a time, so that what comes after a call is looked at only once that call has ended. */
function folder(more = "", scorer = "exact: { expected: '4' }"): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-given-up-"));
  write(cwd, 0, 10);
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: s
models:
  m: { backend: openai, model: m-1, base_url: "${server.url}/v1" }
${more}settings: { concurrency: 1, max_attempts: 1 }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ ${scorer} }] }
`,
  );
  return cwd;
}

/** A command; its totals, and how many prompts reached the server. */
async function evals(cwd: string, ...args: readonly string[]) {
  const before = server.received.length;
  const { code, stdout, stderr } = await program([...args, "--json"], { cwd });
  const sent = server.received.slice(before).filter(({ method }) => method === "POST").length;
  return { code, stderr, sent, ...JSON.parse(stdout) };
}

function rows(cwd: string, file: string): readonly { caseId: string; outcome: unknown }[] {
  const runs = join(cwd, "results/s");
  const latest = readdirSync(runs).toSorted().at(-1) ?? "";
  const text = readFileSync(join(runs, latest, file), "utf8").trimEnd();
  return text.split("\n").map((line) => JSON.parse(line));
}

test("a key that is refused while a run is resumed costs no answer that is in the journal", async () => {
  const cwd = folder();
  answer = (request) => ([0, 1].some((at) => asks(request, at)) ? broken : sound);
  const first = await evals(cwd, "run", "suite.yaml", "--no-cache");
  expect(first).toMatchObject({ code: 3, totals: { answered: 8, failed: 2 } });

  answer = () => refused;
  const second = await evals(cwd, "resume", "latest", "--no-cache");
  expect(second).toMatchObject({ code: 3, sent: 1, totals: { answered: 8, failed: 2, unscored: 2 } });
  expect(rows(cwd, "samples.jsonl").filter(({ caseId }) => caseId === "c5")).toHaveLength(1);

  answer = () => sound;
  const third = await evals(cwd, "resume", "latest", "--no-cache");
  expect(third).toMatchObject({ code: 0, sent: 2, totals: { answered: 10, failed: 0 } });
});

test("a key that is refused in the middle of a run costs no answer that is in the cache", async () => {
  const cwd = folder();
  write(cwd, 2, 10);
  expect(await evals(cwd, "run", "suite.yaml")).toMatchObject({ code: 0, sent: 8 });
  write(cwd, 0, 10);
  answer = () => refused;
  const second = await evals(cwd, "run", "suite.yaml");
  expect(second).toMatchObject({ code: 3, sent: 1, totals: { answered: 8, failed: 2, unscored: 2 } });
  answer = () => sound;
  expect(await evals(cwd, "resume", "latest")).toMatchObject({ code: 0, sent: 2 });
});

test("a workflow of a model that is given up is answered where the cache has its every step", async () => {
  const cwd = folder("  w: { model_of: m, workflow: { reflect: {} } }\n");
  write(cwd, 2, 4);
  const only = ["--filter", "model=w"];
  expect(await evals(cwd, "run", "suite.yaml", ...only)).toMatchObject({ code: 0, sent: 6 });
  write(cwd, 0, 4);
  answer = () => refused;
  const second = await evals(cwd, "run", "suite.yaml", ...only);
  expect(second).toMatchObject({ code: 3, sent: 1, totals: { answered: 2, failed: 2 } });
  answer = () => sound;
  expect(await evals(cwd, "resume", "latest")).toMatchObject({ code: 0, sent: 6 });
});

test("answers that are there count when the budget is reached before them, and again when it is resumed", async () => {
  const cwd = folder("  w: { model_of: m, workflow: { reflect: {} } }\n");
  write(cwd, 5, 10);
  expect(await evals(cwd, "run", "suite.yaml")).toMatchObject({ code: 0, sent: 20 });
  write(cwd, 0, 10);
  const second = await evals(cwd, "run", "suite.yaml", "--budget-calls", "1");
  expect(second).toMatchObject({ code: 3, sent: 1, totals: { answered: 11, failed: 0, skipped: 9 } });
  expect(second.spending).toMatchObject({ capReached: true, calls: 1 });
  const third = await evals(cwd, "resume", "latest", "--no-cache");
  expect(third).toMatchObject({ code: 3, sent: 0, totals: { answered: 11, skipped: 9 } });
  const fourth = await evals(cwd, "resume", "latest", "--budget-calls", "1000");
  expect(fourth).toMatchObject({ code: 0, sent: 19, totals: { answered: 20 } });
});

test("a run that ends at its first failed sample takes up the answers that are there", async () => {
  const cwd = folder();
  write(cwd, 4, 10);
  await evals(cwd, "run", "suite.yaml");
  write(cwd, 0, 10);
  answer = (request) => (asks(request, 1) ? broken : sound);
  const second = await evals(cwd, "run", "suite.yaml", "--bail", "1");
  expect(second).toMatchObject({ code: 3, totals: { failed: 1 } });
  expect(second.totals.skipped).toBeGreaterThan(0);
  const there = rows(cwd, "scores.jsonl").filter(({ outcome }) => outcome === "answered");
  expect(there.map(({ caseId }) => caseId)).toEqual(
    expect.arrayContaining(["c4", "c5", "c6", "c7", "c8", "c9"]),
  );
});
