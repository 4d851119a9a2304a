import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { chunk, done, usage } from "../servers/openai.ts";
import { startWireServer } from "../servers/wire.ts";
import { start } from "./start.ts";

const asked = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });
let server: Awaited<ReturnType<typeof startWireServer>>;
beforeAll(async () => {
  // Says how many messages it was sent.
  server = await startWireServer(({ method, body }) =>
    method === "GET"
      ? { headers: { "content-type": "application/json" }, steps: [{ send: '{"id":"m-1"}' }] }
      : {
          steps: [
            chunk({ content: String(asked.parse(body).messages.length) }),
            chunk({}, "stop"),
            usage,
            done,
          ],
        },
  );
});
afterAll(() => server.close());

const talks = [
  {
    id: "a",
    turns: [
      { user: "one", expected: "2" },
      { user: "two", expected: "4" },
      { user: "three", expected: "7" },
    ],
  },
  { id: "b", turns: ["one"] },
];

function folder(model: string, more = ""): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-talk-"));
  writeFileSync(join(cwd, "talks.jsonl"), talks.map((talk) => JSON.stringify(talk)).join("\n"));
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: talk
models:
  m: ${model}
tasks:
  t:
    dataset: talks.jsonl
    prompt: { system: Be brief., turns: "{{ turns }}" }
    scorers: [{ contains: { turns: each, any: ["2", "4"] } }]
${more}`,
  );
  return cwd;
}

async function evals(cwd: string, ...args: readonly string[]) {
  const before = server.received.length;
  const said = await start(cwd, args).ended;
  const bodies = server.received.slice(before).filter(({ method }) => method === "POST");
  return { ...said, bodies: bodies.map(({ body }) => asked.parse(body).messages) };
}

const real = () => `{ backend: openai, model: m-1, base_url: "${server.url}/v1" }`;
const latest = (cwd: string) =>
  join("results/talk", readdirSync(join(cwd, "results/talk")).toSorted().at(-1) ?? "");

function scores(cwd: string) {
  const rows = readFileSync(join(cwd, latest(cwd), "scores.jsonl"), "utf8")
    .trim()
    .split("\n");
  return rows
    .map((row) => JSON.parse(row))
    .map(({ caseId, score, calls }) => [caseId, score, calls])
    .toSorted();
}

test("turns are asked one after the other, kept, cached, and replayed to the same scores", async () => {
  const cwd = folder(real());
  const first = await evals(cwd, "run", "suite.yaml");
  expect(first.code).toBe(0);
  expect(first.bodies).toHaveLength(4);
  expect(first.bodies.map((messages) => messages.map(({ content }) => content))).toContainEqual([
    "Be brief.",
    "one",
    "2",
    "two",
    "4",
    "three",
  ]);
  const measured = [
    ["a", 2 / 3, 3],
    ["b", 1, 1],
  ];
  expect(scores(cwd)).toEqual(measured);

  const again = await evals(cwd, "run", "suite.yaml");
  expect(again).toMatchObject({ code: 0, bodies: [] });

  writeFileSync(
    join(cwd, "replay.yaml"),
    readFileSync(join(cwd, "suite.yaml"), "utf8").replace(
      /m: .*/,
      `m: { backend: replay, model: m, from: ${latest(cwd)} }`,
    ),
  );
  expect(await evals(cwd, "run", "replay.yaml")).toMatchObject({ code: 0, bodies: [] });
  expect(scores(cwd)).toEqual(measured);
});

test("a budget of calls counts turns: no conversation is begun that could go over it, and resume asks the rest", async () => {
  const cwd = folder(real(), "settings: { budget: { calls: 3 }, concurrency: 1 }\n");
  const part = await evals(cwd, "run", "suite.yaml", "--no-cache");
  expect(part.code).toBe(3);
  expect(part.bodies.length).toBeLessThanOrEqual(3);
  const rest = await evals(cwd, "resume", "latest", "--budget-calls", "9");
  expect(rest.code).toBe(0);
  expect(part.bodies.length + rest.bodies.length).toBe(4);
});

test("the calls of a dry run are the turns, and a plan counts them", async () => {
  const cwd = folder(real());
  expect((await evals(cwd, "run", "suite.yaml", "--dry-run")).stdout).toContain("4 calls would be made");
  expect((await evals(cwd, "plan", "suite.yaml")).stdout).toContain("2 cases, 4 calls");
});

test("another system's answers are replayed turn by turn", async () => {
  const cwd = folder("{ backend: replay, model: m, from: said.jsonl }");
  const said = [
    { id: "a", turn: 1, output: "2" },
    { id: "a", turn: 2, output: "no" },
    { id: "a", turn: 3, output: "4" },
    { id: "b", turn: 1, output: "2" },
  ];
  writeFileSync(join(cwd, "said.jsonl"), said.map((one) => JSON.stringify(one)).join("\n"));
  expect((await evals(cwd, "run", "suite.yaml")).code).toBe(0);
  expect(scores(cwd)).toEqual([
    ["a", 2 / 3, 3],
    ["b", 1, 1],
  ]);
});

test("a list of turns that is none is refused at its line and column", async () => {
  const cwd = folder(real());
  writeFileSync(join(cwd, "talks.jsonl"), '{"id":"a","turns":["one",7]}\n');
  const { code, stderr, bodies } = await evals(cwd, "run", "suite.yaml");
  expect(code).toBe(2);
  expect(bodies).toEqual([]);
  expect(stderr).toContain("turn 2 must be a text, or an object with a text as user (it is 7)");
  expect(stderr).toContain("talks.jsonl:1:19");
});

test("a batch is refused with nothing sent: the turns of a conversation wait for one another", async () => {
  const { code, stderr, bodies } = await evals(folder(real()), "run", "suite.yaml", "--batch");
  expect(code).toBe(2);
  expect(bodies).toEqual([]);
  expect(stderr).toContain('task "t" is a conversation, whose turns wait for one another');
});
