import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { folder, judgingServer, manifest, records, runFolder, type Shown, text, verdict } from "./judging.ts";
import { start } from "./start.ts";

let server: Awaited<ReturnType<typeof judgingServer>>;
beforeAll(async () => {
  server = await judgingServer();
});
/** A judge that names the answer it prefers by what it says, wherever it stands. */
const byContent = (prefers: (one: string, other: string) => boolean) => (shown: Shown) => {
  const { A, B } = Object(shown.data["answers"]);
  return verdict(shown, { better: prefers(A, B) ? "A" : prefers(B, A) ? "B" : "tie" });
};
const sees = (shown: Shown) => byContent((one, other) => one === "Paris." && other !== "Paris.")(shown);
beforeEach(() => {
  server.forget();
  server.behaviour.answer = (model, prompt) => text(`${model} on ${prompt}`);
  server.behaviour.judge = (shown) =>
    shown.isCanary
      ? sees(shown)
      : byContent((one, other) => one.startsWith("new") && !other.startsWith("new"))(shown);
});
afterAll(() => server.close());

const evals = (cwd: string, ...args: readonly string[]) => start(cwd, args).ended;
const rows = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: String(at), q: `question ${at}` }));
const flat = (value: string) => value.replaceAll(/\s+/g, " ");

function suite({ more = "", gate = "" } = {}): string {
  const model = (id: string) => `{ backend: openai, base_url: "${server.url}", model: ${id} }`;
  return `name: judged
models:
  old: ${model("old")}
  new: ${model("new")}
${more}judges:
  one: ${model("judge-1")}
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [pairwise: { model: one }] }
gate: { baseline: old, require: [{ metric: score, margin: 0.05 }]${gate} }
`;
}

describe("a pairwise judge", () => {
  test("is asked in both orders, and what wins in both is worth 1", async () => {
    const cwd = folder(suite(), rows(60));
    const { code, stdout, stderr } = await evals(cwd, "run", "suite.yaml", "--gate");
    expect(code, stderr).toBe(0);
    expect(server.judged()).toHaveLength(120);
    const orders = server.judged().map(({ data }) => String(Object(data["answers"]).A).slice(0, 3));
    expect(orders.filter((first) => first === "new")).toHaveLength(60);
    const scores = records(cwd, "scores");
    expect(new Set(scores.filter(({ target }) => target === "new").map(({ score }) => score))).toEqual(
      new Set([1]),
    );
    expect(new Set(scores.filter(({ target }) => target === "old").map(({ score }) => score))).toEqual(
      new Set([0.5]),
    );
    expect(flat(stdout)).toContain("one prefers new to old on t in 100.0 % of the 60 pairs");
    expect(flat(stdout)).toContain("the same verdict in both orders: 100.0 %");
  });

  test("that goes by the place makes ties, and is said to", async () => {
    server.behaviour.judge = (shown) => (shown.isCanary ? sees(shown) : verdict(shown, { better: "A" }));
    const cwd = folder(suite(), rows(40));
    const { stdout } = await evals(cwd, "run", "suite.yaml", "--gate");
    expect(new Set(records(cwd, "scores").map(({ score }) => score))).toEqual(new Set([0.5]));
    expect(flat(stdout)).toContain("the same verdict in both orders: 0.0 %, first place wins 100.0 %");
    expect(flat(stdout)).toContain("the judge one favours the first place on t");
  });

  test("whose place decides the canaries decides nothing", async () => {
    server.behaviour.judge = (shown) => verdict(shown, { better: "A" });
    const { code, stdout } = await evals(folder(suite(), rows(40)), "run", "suite.yaml", "--gate");
    expect(code).toBe(3);
    expect(flat(stdout)).toContain("the judge one failed 8 of 8 canaries");
  });

  test("is not asked about an answer that is the baseline's own, or empty on either side", async () => {
    server.behaviour.answer = (model, prompt) => {
      if (prompt.endsWith("0")) return text("the same");
      if (prompt.endsWith("1")) return text(model === "old" ? "" : "an answer");
      return text(model === "new" ? "" : "an answer");
    };
    const cwd = folder(suite(), rows(3));
    await evals(cwd, "run", "suite.yaml");
    expect(server.judged()).toHaveLength(0);
    const of = (target: string) =>
      records(cwd, "scores")
        .filter((scored) => scored.target === target)
        .toSorted((left, right) => Number(left.caseId) - Number(right.caseId))
        .map(({ score }) => score);
    expect(of("old")).toEqual([0.5, 0, 0.5]);
    expect(of("new")).toEqual([0.5, 0.5, 0]);
  });

  test("of more than two models ranks them by strength with intervals", async () => {
    const more = `  best: { backend: openai, base_url: "${server.url}", model: best }\n`;
    const rank = (answer: string) =>
      ["old", "new", "bes"].indexOf(answer.slice(0, 3)) + Number(/[05]$/.test(answer)) * 3;
    server.behaviour.judge = (shown) =>
      shown.isCanary ? sees(shown) : byContent((one, other) => rank(one) > rank(other))(shown);
    server.behaviour.answer = (model, prompt) =>
      text(
        `${model} on ${model === "old" && /[16]$/.test(prompt) ? "5" : model === "best" ? prompt : prompt.replace(/0$/, "x")}`,
      );
    const cwd = folder(suite({ more }), rows(40));
    const { stdout } = await evals(cwd, "run", "suite.yaml");
    expect(flat(stdout)).toMatch(
      /strength in pairwise verdicts \(Bradley-Terry, Elo points, 95 % intervals\): (best|new) \d+ \(\d+ to \d+\), (best|new) \d+ \(\d+ to \d+\), old 0/,
    );
    const { stdout: document } = await evals(cwd, "report", "latest", "--format", "json");
    expect(JSON.parse(document).ranking.models).toHaveLength(3);
  });

  test("is not asked again by a report, and scores that are lost are made again", async () => {
    const cwd = folder(suite(), rows(10));
    await evals(cwd, "run", "suite.yaml");
    const before = records(cwd, "scores");
    rmSync(join(runFolder(cwd), "scores.jsonl"));
    server.forget();
    expect((await evals(cwd, "report", "latest")).code).toBe(0);
    expect(server.judged()).toHaveLength(0);
    const order = (left: object, right: object) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1);
    expect(records(cwd, "scores").sort(order)).toEqual(before.sort(order));
  });

  test("says nothing of a model of another run, and no gate decides by it", async () => {
    const cwd = folder(suite(), rows(60));
    await evals(cwd, "run", "suite.yaml");
    await evals(cwd, "run", "suite.yaml");
    const runs = manifest(cwd);
    const { code, stdout } = await evals(cwd, "gate", runs.id, "--baseline", runs.id);
    expect(code).toBe(0);
    const [first = ""] = readdirSync(join(cwd, "results", "judged")).toSorted();
    const across = await evals(cwd, "gate", runs.id, "--baseline", first);
    expect(across.code, across.stdout).toBe(3);
    expect(flat(across.stdout)).toContain("judged beside those of another baseline");
    const compared = await evals(cwd, "compare", first, runs.id, "--baseline", "old", "--candidate", "new");
    expect(flat(compared.stdout)).toContain("no judge saw these two side by side");
    expect(flat(compared.stdout)).not.toContain("prefers");
    expect(stdout).toContain("SAFE");
  });

  test("decides nothing by the policy of another suite whose baseline no judge saw", async () => {
    const more = `  third: { backend: openai, base_url: "${server.url}", model: best }\n`;
    const cwd = folder(suite({ more }), rows(40));
    await evals(cwd, "run", "suite.yaml");
    writeFileSync(join(cwd, "policy.yaml"), suite({ more }).replace("baseline: old", "baseline: third"));
    const { code, stdout } = await evals(cwd, "gate", "latest", "--policy", "policy.yaml");
    expect(flat(stdout)).toContain("judged beside those of another baseline");
    expect(code).toBe(3);
  });

  test("needs a baseline to compare with", async () => {
    const text = suite().replace(/^gate:.*$/m, "");
    const { code, stderr } = await evals(folder(text, rows(1)), "validate", "suite.yaml");
    expect(code).toBe(2);
    expect(stderr).toContain("compares with the baseline, and the suite names none");
  });
});
