import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const data = resolve(root, "../shared/data");

function evals(cwd: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [join(root, "dist/cli/main.js"), ...args], { cwd, encoding: "utf8" });
}

function folder(files: { readonly [name: string]: string }): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-replay-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return cwd;
}

const lines = (...values: readonly object[]) =>
  `${values.map((value) => JSON.stringify(value)).join("\n")}\n`;
const cases = lines({ id: "a", q: "1+1", answer: "2" }, { id: "b", q: "2+2", answer: "4" });
const suite = (model: string, more = "") => `name: replayed
models:
  old: { backend: replay, model: any, ${model} }
tasks:
  sums:
    dataset: cases.jsonl
    prompt: "{{ q }}"
    scorers:
      - exact: { expected: "{{ answer }}" }
${more}`;

function rows(cwd: string, name = "replayed") {
  const runs = join(cwd, "results", name);
  const latest = readdirSync(runs).toSorted().at(-1) ?? "";
  const text = readFileSync(join(runs, latest, "scores.jsonl"), "utf8").trim();
  return text
    .split("\n")
    .map((line) => JSON.parse(line))
    .toSorted((x, y) => (x.caseId < y.caseId ? -1 : 1));
}

describe("answers that another system gave", () => {
  test("are scored like any, with latency and tokens where they were recorded and unknown where not", () => {
    const answers = lines(
      { key: "a", said: "2", latency_ms: 120, usage: { input_tokens: 5, output_tokens: 1 } },
      { key: "b", said: "5" },
    );
    const model = "from: answers.jsonl, id_field: key, output_field: said, price: { input: 1, output: 1 }";
    const cwd = folder({ "cases.jsonl": cases, "answers.jsonl": answers, "suite.yaml": suite(model) });
    expect(evals(cwd, "run", "suite.yaml").status).toBe(0);
    expect(rows(cwd)).toMatchObject([
      { caseId: "a", score: 1, latencyMs: 120, inputTokens: 5, costUsd: 6e-6 },
      { caseId: "b", score: 0, latencyMs: null, inputTokens: null, costUsd: null },
    ]);
  });

  test("keep how they ended: refused, cut, empty", () => {
    const answers = lines(
      { id: "a", output: "I cannot.", finish_reason: "content_filter" },
      { id: "b", output: "4", finish_reason: "length" },
      { id: "c", output: "" },
    );
    const cwd = folder({
      "cases.jsonl": `${cases}${lines({ id: "c", q: "?", answer: "!" })}`,
      "answers.jsonl": answers,
      "suite.yaml": suite("from: answers.jsonl"),
    });
    evals(cwd, "run", "suite.yaml");
    expect(rows(cwd).map(({ outcome }) => outcome)).toEqual(["refused", "truncated", "empty"]);
  });

  test("that are not there are missing, never wrong: the run exits 3", () => {
    const cwd = folder({
      "cases.jsonl": cases,
      "answers.jsonl": lines({ id: "a", output: "2" }),
      "suite.yaml": suite("from: answers.jsonl"),
    });
    expect(evals(cwd, "run", "suite.yaml").status).toBe(3);
    expect(rows(cwd)[1]).toMatchObject({ outcome: "failed", score: null });
  });

  test.each([
    ["is not there", undefined, "error[E2010]: There are no recorded answers at answers.jsonl."],
    ["is no JSON", '{"id":"a","output":"2"}\n{oops\n', "answers.jsonl:2: this line is not JSON"],
    ["lacks its id", '{"output":"2"}\n', 'answers.jsonl:1: the field "id" is missing'],
    [
      "answers a case twice",
      lines({ id: "a", output: "2" }, { id: "a", output: "3" }),
      "is there already, in line 1",
    ],
  ])("in a file that %s are refused before the first case", (_, text, message) => {
    const cwd = folder({
      "cases.jsonl": cases,
      "suite.yaml": suite("from: answers.jsonl"),
      ...(text === undefined ? {} : { "answers.jsonl": text }),
    });
    const { status, stderr } = evals(cwd, "run", "suite.yaml");
    expect(status).toBe(4);
    expect(stderr).toContain(message);
    expect(existsSync(join(cwd, "results"))).toBe(false);
  });

  test("cannot be asked for with another temperature", () => {
    const cwd = folder({
      "cases.jsonl": cases,
      "answers.jsonl": lines({ id: "a", output: "2" }),
      "suite.yaml": suite("from: answers.jsonl, temperature: 0"),
    });
    expect(evals(cwd, "validate", "suite.yaml").status).toBe(2);
  });
});

test("a recorded run gives the same scores, repeat by repeat, with what was measured then", () => {
  const live = `name: live
models:
  one: { backend: simulated, model: one, accuracy: 0.5 }
  two: { backend: simulated, model: two, accuracy: 0.9 }
settings: { repeats: 3 }
tasks:
  sums:
    dataset: cases.jsonl
    prompt: "{{ q }}"
    scorers:
      - exact: { expected: "{{ answer }}" }
`;
  const cwd = folder({ "cases.jsonl": cases, "live.yaml": live });
  evals(cwd, "run", "live.yaml");
  const [id = ""] = readdirSync(join(cwd, "results/live"));
  const from = (target: string) => suite(`from: results/live/${id}${target}`, "settings: { repeats: 3 }\n");
  writeFileSync(join(cwd, "suite.yaml"), from(", target: two"));
  expect(evals(cwd, "run", "suite.yaml").status).toBe(0);
  const facts = (
    of: readonly { target: string; caseId: string; repeat: number; score: number; latencyMs: number }[],
  ) =>
    of
      .map(({ caseId, repeat, score, latencyMs }) => JSON.stringify([caseId, repeat, score, latencyMs]))
      .toSorted();
  expect(facts(rows(cwd))).toEqual(facts(rows(cwd, "live").filter(({ target }) => target === "two")));
  writeFileSync(join(cwd, "suite.yaml"), from(""));
  expect(evals(cwd, "run", "suite.yaml")).toMatchObject({
    status: 4,
    stderr: expect.stringContaining("Add target: one of one, two."),
  });
});

describe.skipIf(!existsSync(data))("on published answers of real models", () => {
  const sets = [
    { set: "zeroeval_gsm", scorer: "numeric: {}", agreement: 0.99 },
    {
      set: "mmlu_redux",
      scorer: 'choice: { options: [A, B, C, D], choices: "{{ choices }}" }',
      agreement: 0.99,
    },
  ];
  test.each(sets)(
    "the stock scorer reproduces the recorded correctness of $set",
    ({ set, scorer, agreement }) => {
      const outputs = readdirSync(join(data, set, "outputs"));
      const models = outputs.map(
        (file, at) => `  m${at}: { backend: replay, model: any, from: ${join(data, set, "outputs", file)} }`,
      );
      const cwd = folder({
        "suite.yaml": `name: real
models:
${models.join("\n")}
tasks:
  t:
    dataset: ${join(data, set, "cases.jsonl")}
    prompt: "{{ input }}"
    scorers:
      - ${scorer}
`,
      });
      const { status, stderr } = evals(cwd, "run", "suite.yaml");
      expect(stderr).not.toContain("error");
      expect(status).toBe(0);
      const scored = new Map(
        rows(cwd, "real").map(({ target, caseId, score }) => [`${target}/${caseId}`, score]),
      );
      for (const [at, file] of outputs.entries()) {
        const records = readFileSync(join(data, set, "outputs", file), "utf8")
          .trim()
          .split("\n");
        const parsed = records.map((line) => JSON.parse(line));
        const agreed = parsed.filter(
          ({ id, meta }) => (scored.get(`m${at}/${id}`) === 1) === meta.official_correct,
        );
        expect(agreed.length / parsed.length).toBeGreaterThanOrEqual(agreement);
      }
    },
  );
});
