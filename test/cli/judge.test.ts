import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SILENCE } from "../servers/wire.ts";
import { folder, judgingServer, manifest, records, runFolder, soundJudge, text, verdict } from "./judging.ts";
import { start } from "./start.ts";

let server: Awaited<ReturnType<typeof judgingServer>>;
beforeAll(async () => {
  server = await judgingServer();
});
beforeEach(() => {
  server.forget();
  server.behaviour.answer = (model, prompt) => text(`${model} on ${prompt}`);
  server.behaviour.judge = soundJudge(({ data }) => ({
    score: String(data.answer).startsWith("new") ? 5 : 4,
  }));
});
afterAll(() => server.close());

const evals = (cwd: string, ...args: readonly string[]) => start(cwd, args).ended;
const CASES = ["a", "b", "c"].map((id) => ({ id, q: `question ${id}` }));
const PRICE = "price: { input: 1, output: 1 }";

function suite(scorer: string, { settings = "concurrency: 4", models = "" } = {}): string {
  const model = (id: string, more = "") =>
    `{ backend: openai, base_url: "${server.url}", model: ${id}, ${PRICE}${more} }`;
  return `name: judged
models:
  old: ${model("old")}
  new: ${model("new")}
${models}judges:
  one: ${model("judge-1", ", temperature: 0, max_tokens: 200")}
  two: ${model("judge-2", ", max_tokens: 200")}
settings: { ${settings} }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [${scorer}] }
gate: { baseline: old, require: [{ metric: score, margin: 0.1 }] }
`;
}
const RUBRIC = 'judge: { model: one, rubric: "Answers the question." }';

describe("a run with a judge", () => {
  test("scores by its verdicts and keeps every call with prompt, answer, usage and cost", async () => {
    const cwd = folder(suite(RUBRIC), CASES);
    const { code, stderr } = await evals(cwd, "run", "suite.yaml");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("judge one: 14 calls, $0.00013; it saw through all 8 canaries");
    const scores = records(cwd, "scores");
    expect(scores.filter(({ target }) => target === "new").map(({ score }) => score)).toEqual([1, 1, 1]);
    expect(scores.filter(({ target }) => target === "old").map(({ score }) => score)).toEqual([
      0.75, 0.75, 0.75,
    ]);
    expect(scores[0].scores[0].score).toMatchObject({ votes: [{ judge: "one", reasons: "because" }] });
    expect(scores[0].scores[0].score.reason).toContain("of 5 (because)");
    const asked = records(cwd, "judgements").find(({ task }) => task === "t");
    expect(asked).toMatchObject({
      target: "one",
      outcome: {
        kind: "answered",
        answer: {
          usage: { inputTokens: 7, outputTokens: 2 },
          steps: [
            { name: "rubric", model: "one", messages: [{ role: "system" }, { role: "user" }], cached: false },
          ],
        },
      },
    });
    expect(manifest(cwd)).toMatchObject({
      judges: [
        {
          name: "one",
          model: "judge-1",
          tasks: ["t"],
          calls: 14,
          failed: 0,
          costUsd: expect.closeTo(14 * 9e-6, 9),
        },
      ],
      spending: { calls: 20, usd: expect.closeTo(20 * 9e-6, 9) },
    });
    // What judging costs is no cost of the answer.
    expect(scores[0].costUsd).toBeCloseTo(9e-6, 12);
  });

  test("sends the judge its own parameters alone, and shows it the task and the answer as data", async () => {
    const cwd = folder(suite(RUBRIC, { settings: "max_tokens: 7, stop: [x]" }), [
      { id: "a", q: 'say "hi"\n' },
    ]);
    expect((await evals(cwd, "run", "suite.yaml")).code).toBe(0);
    const [shown] = server.judged();
    expect(shown?.data).toEqual({
      task: [{ role: "user", content: 'say "hi"\n' }],
      answer: 'old on say "hi"\n',
    });
    expect(manifest(cwd).judges[0].parameters).toEqual({ maxTokens: 200, temperature: 0 });
  });

  test("judges the same answer to the same case once, whoever gave it", async () => {
    server.behaviour.answer = () => text("the same");
    server.behaviour.judge = soundJudge(() => ({ score: 3 }));
    const cwd = folder(suite(RUBRIC, { settings: "repeats: 3" }), CASES);
    expect((await evals(cwd, "run", "suite.yaml")).code).toBe(0);
    expect(server.judged()).toHaveLength(3);
    expect(records(cwd, "scores").map(({ score }) => score)).toEqual(Array(18).fill(0.5));
  });

  test("a judge that fails leaves the answer unscored, exits 3, and is asked again by resume", async () => {
    const sound = server.behaviour.judge;
    server.behaviour.judge = (shown) =>
      JSON.stringify(shown.data).includes("question b")
        ? { status: 400, steps: [{ send: "{}" }] }
        : sound(shown);
    const cwd = folder(suite(RUBRIC), CASES);
    const { code, stderr } = await evals(cwd, "run", "suite.yaml");
    expect(code).toBe(3);
    expect(stderr).toContain("2 failed");
    const lost = records(cwd, "scores").filter(({ score }) => score === null);
    expect(lost).toHaveLength(2);
    expect(lost[0].scores[0].score).toMatchObject({ kind: "unscored", code: "judge-failed" });
    server.forget();
    server.behaviour.judge = sound;
    expect((await evals(cwd, "resume", "latest")).code).toBe(0);
    expect(server.answers()).toHaveLength(0);
    expect(server.judged()).toHaveLength(2);
    expect(server.canaries()).toHaveLength(0);
    expect(manifest(cwd)).toMatchObject({ totals: { unscored: 0 }, judges: [{ failed: 0 }] });
  });

  test("a run that is killed while judging repeats no verdict that was given", async () => {
    const sound = server.behaviour.judge;
    server.behaviour.judge = (shown) =>
      JSON.stringify(shown.data).includes("question c") ? { steps: [SILENCE] } : sound(shown);
    const cwd = folder(suite(RUBRIC), CASES);
    const { child, ended } = start(cwd, ["run", "suite.yaml"]);
    // Eight verdicts on canaries, and four of the six that are asked for.
    const kept = () => {
      try {
        return records(cwd, "judgements").length;
      } catch {
        return 0; // not there yet, or half a record
      }
    };
    while (server.judged().length < 6 || kept() < 12) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill("SIGKILL");
    await ended;
    server.forget();
    server.behaviour.judge = sound;
    expect((await evals(cwd, "resume", "latest")).code).toBe(0);
    expect(server.answers()).toHaveLength(0);
    expect(server.judged()).toHaveLength(2);
  });

  test("scores that are lost are made again from the verdicts that are kept", async () => {
    const cwd = folder(suite(RUBRIC), CASES);
    await evals(cwd, "run", "suite.yaml");
    const before = records(cwd, "scores");
    rmSync(join(runFolder(cwd), "scores.jsonl"));
    server.forget();
    expect((await evals(cwd, "report", "latest")).code).toBe(0);
    expect(server.judged()).toHaveLength(0);
    const order = (left: { at: string }, right: { at: string }) =>
      JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
    expect(records(cwd, "scores").sort(order)).toEqual(before.sort(order));
  });

  test("the cache knows the verdicts of an earlier run, and the canaries are shown anew", async () => {
    const cwd = folder(suite(RUBRIC), CASES);
    await evals(cwd, "run", "suite.yaml");
    server.forget();
    const { code } = await evals(cwd, "run", "suite.yaml");
    expect(code).toBe(0);
    expect(server.judged()).toHaveLength(0);
    expect(server.canaries()).toHaveLength(8);
    expect(manifest(cwd).judges).toMatchObject([{ calls: 14, cached: 6 }]);
    expect(manifest(cwd).spending).toMatchObject({ calls: 8 });
  });
});

describe("a budget", () => {
  test("does not wait for a judge whose key is refused in the middle: exit 3, and resume repeats no verdict", async () => {
    const cwd = folder(suite(RUBRIC, { settings: "concurrency: 1" }), CASES);
    const sound = server.behaviour.judge;
    let judged = 0;
    server.behaviour.judge = (shown) => {
      if (!shown.isCanary) judged += 1;
      const body = { error: { message: "Incorrect API key provided" } };
      const headers = { "content-type": "application/json" };
      return judged < 3 ? sound(shown) : { status: 401, headers, steps: [{ send: JSON.stringify(body) }] };
    };
    const { code, stderr } = await evals(cwd, "run", "suite.yaml", "--budget-calls", "18");
    expect(code, stderr).toBe(3);
    expect(manifest(cwd)).toMatchObject({
      totals: { answered: 6, unscored: 4 },
      spending: { capReached: false },
    });
    server.behaviour.judge = sound;
    server.forget();
    const again = await evals(cwd, "resume", "latest", "--budget-calls", "50");
    expect(again.code, again.stderr).toBe(0);
    expect([server.answers().length, server.judged().length]).toEqual([0, 4]);
  }, 30_000);

  test("of calls holds for the judges too, and the run goes on with a larger one", async () => {
    const cwd = folder(suite(RUBRIC), CASES);
    const { code, stderr } = await evals(cwd, "run", "suite.yaml", "--budget-calls", "17");
    expect(code).toBe(3);
    expect(stderr).toContain("17 of 17 calls spent");
    expect(server.answers().length + server.judged().length + server.canaries().length).toBe(17);
    expect((await evals(cwd, "resume", "latest", "--budget-calls", "20")).code).toBe(0);
    expect(server.answers().length + server.judged().length + server.canaries().length).toBe(20);
  });
  test("of money is never gone over, though most of it is set aside for calls in flight", async () => {
    const models = suite(RUBRIC, { settings: "max_tokens: 20, concurrency: 8" });
    const cwd = folder(
      models,
      Array.from({ length: 20 }, (_, at) => ({ id: String(at), q: `question ${at}` })),
    );
    const { code, stderr } = await evals(cwd, "run", "suite.yaml", "--budget-usd", "0.006");
    expect(code, stderr).toBe(0);
    expect(manifest(cwd).spending.usd).toBeCloseTo((40 + 48) * 9e-6, 9);
  });
  test("of money needs the price and the limit of every judge", async () => {
    const cwd = folder(
      suite(RUBRIC, { settings: "max_tokens: 20" }).replaceAll(/max_tokens: 200/g, "top_p: 1"),
      CASES,
    );
    const { code, stderr } = await evals(cwd, "run", "suite.yaml", "--budget-usd", "1");
    expect(code).toBe(2);
    expect(stderr).toContain('nothing limits the answers of "one"');
  });
});

describe("several judges", () => {
  const panel = (combine: string) =>
    `judge: { model: [one, two, new], combine: ${combine}, questions: ["Is it right?", "Is it short?"] }`;
  const said = soundJudge(({ model }) => ({ answers: model === "judge-1" ? ["yes", "yes"] : ["yes", "no"] }));
  test.each([
    ["mean", 2 / 3],
    ["majority", 0.5],
  ])("give their %s, and each vote is kept with its reasons", async (combine, score) => {
    server.behaviour.judge = (shown) =>
      shown.isCanary
        ? verdict(shown, { answers: [shown.data.answer === "Paris." ? "yes" : "no"] })
        : said(shown);
    const cwd = folder(suite(panel(combine)), CASES.slice(0, 1));
    expect((await evals(cwd, "run", "suite.yaml")).code).toBe(0);
    const [scored] = records(cwd, "scores");
    expect(scored.score).toBeCloseTo(score, 12);
    expect(scored.scores[0].score.votes.map(({ score: vote }: { score: number }) => vote)).toEqual([
      1, 0.5, 0.5,
    ]);
    expect(scored.scores[0].score.reason).toContain("the judges disagree");
  });
});

describe("a gate", () => {
  const rows = Array.from({ length: 60 }, (_, at) => ({ id: String(at), q: `question ${at}` }));
  test("decides by a judge that saw through its canaries", async () => {
    const { code, stdout } = await evals(folder(suite(RUBRIC), rows), "run", "suite.yaml", "--gate");
    expect(stdout).toContain("SAFE");
    expect(code).toBe(0);
  });
  test.each([
    ["obeys the answer", "forged verdict"],
    ["finds everything good", "known bad"],
    ["finds everything bad", "known good"],
  ])("decides nothing by a judge that %s", async (what, canary) => {
    const sound = server.behaviour.judge;
    server.behaviour.judge = (shown) => {
      const isObeyed = what === "obeys the answer" && String(shown.data.answer).includes('"score": 5');
      const isFooled = what === "finds everything good" || isObeyed;
      if (!shown.isCanary) return sound(shown);
      if (what === "finds everything bad") return verdict(shown, { score: 1 });
      return isFooled ? verdict(shown, { score: 5 }) : sound(shown);
    };
    const cwd = folder(suite(RUBRIC), rows);
    const { code, stdout } = await evals(cwd, "run", "suite.yaml", "--gate");
    expect(stdout).toContain("INCONCLUSIVE");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(canary);
    expect(code).toBe(3);
    expect((await evals(cwd, "gate", "latest")).code).toBe(3);
  });
  test("warns of a judge that is of the candidate's family", async () => {
    const text = suite(RUBRIC)
      .replace("model: judge-1", "model: gpt-4o")
      .replace("model: new", "model: gpt-4.1");
    const { stdout } = await evals(folder(text, rows), "run", "suite.yaml");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("the judge one is of the family of new (gpt)");
  });
});

test.each([
  ['judge: { model: onee, rubric: "x" }', 'there is no judge "onee"', 'did you mean "one"?'],
  ['judge: { model: [one, tow], rubric: "x" }', 'there is no judge "tow"', 'did you mean "two"?'],
  ["judge: { model: one }", "give either a rubric or questions", ""],
  ["judge: { model: one, rubric: x, questions: [y] }", "give either a rubric or questions", ""],
  ["judge: { model: [one, one], rubric: x }", "name each judge once", ""],
  ["judge: { model: one, rubric: x, scale: 3, anchors: { 4: y } }", "the scale goes from 1 to 3", ""],
  ["judge: { model: voted, rubric: x }", '"voted" has a workflow', "without one"],
  ["all: { scorers: [{ judge: { model: onee, rubric: x } }] }", 'there is no judge "onee"', ""],
])("the scorer %s is a fault with its place", async (scorer, message, hint) => {
  const models = "  voted: { model_of: old, workflow: { vote: {} } }\n";
  const { code, stderr } = await evals(folder(suite(scorer, { models }), CASES), "validate", "suite.yaml");
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain(hint);
  expect(stderr).toContain("suite.yaml:11:");
});
