import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readZip } from "../../src/importers/recorded/zip.ts";
import { inspectLog, openaiLog, QUESTIONS, rankedSamples, zipOf } from "./logs.ts";

const main = join(import.meta.dirname, "../../dist/cli/main.js");
/** Several processes, one after the other. */
const SLOW = { timeout: 60_000 };

function evals(cwd: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { cwd, encoding: "utf8" });
  return { status, stdout, stderr };
}

const folder = () => mkdtempSync(join(tmpdir(), "evals-recorded-"));
const suite = (cwd: string) => parse(readFileSync(join(cwd, "imported/suite.yaml"), "utf8"));

/** Scores of the run that an imported suite makes, by model. */
function scores(cwd: string): Readonly<Record<string, number>> {
  expect(evals(cwd, "run", "imported/suite.yaml").status).toBe(0);
  const rows: readonly { target: string; score: { estimate: number } }[] = JSON.parse(
    evals(cwd, "report", "latest", "--format", "json").stdout,
  ).table.rows;
  return Object.fromEntries(rows.map(({ target, score }) => [target, score.estimate]));
}

test("logs of OpenAI Evals become models that replay their answers, scored as they were", SLOW, () => {
  const cwd = folder();
  for (const model of ["small", "large"] as const)
    writeFileSync(join(cwd, `${model}.jsonl`), openaiLog(model));
  const { status, stdout } = evals(cwd, "import", "small.jsonl", "large.jsonl");
  expect(status).toBe(0);
  expect(stdout).toContain("OpenAI Evals, 2 logs: 2 models, 1 task, 3 cases");
  expect(stdout).toContain('the scorer "contains" agrees with 6 of 6 recorded scores');
  expect(suite(cwd)).toMatchObject({
    models: { small: { backend: "replay", from: "recordings/small.jsonl" } },
    tasks: {
      capitals: {
        prompt: [
          { role: "system", content: "{{ input.0.content }}" },
          { role: "user", content: "{{ input.1.content }}" },
        ],
        scorers: [{ contains: { any: "{{ expected }}" } }],
      },
    },
    gate: { baseline: "small", candidates: ["large"] },
  });
  expect(scores(cwd)).toEqual({ small: 2 / 3, large: 1 });
});

test(
  "the scorer is the one that agrees with what was recorded: an answer that must begin as expected",
  SLOW,
  () => {
    const cwd = folder();
    writeFileSync(
      join(cwd, "large.jsonl"),
      openaiLog("large", (said, right) => said.startsWith(right)),
    );
    writeFileSync(
      join(cwd, "small.jsonl"),
      openaiLog("small", (said, right) => said.startsWith(right)),
    );
    const { stdout } = evals(cwd, "import", "large.jsonl", "small.jsonl");
    expect(stdout).toContain('the scorer "regex" agrees with 6 of 6 recorded scores');
    expect(readFileSync(join(cwd, "imported/cases.jsonl"), "utf8")).toContain('"starts_with":"^(?:Oslo)"');
    expect(scores(cwd)).toEqual({ large: 2 / 3, small: 2 / 3 });
  },
);

test("samples without answers become a suite whose model is a stand-in, and it says so", SLOW, () => {
  const cwd = folder();
  const samples = QUESTIONS.map(({ ask, right }) => ({
    input: [{ role: "user", content: ask }],
    ideal: right,
  }));
  writeFileSync(join(cwd, "samples.jsonl"), samples.map((sample) => `${JSON.stringify(sample)}\n`).join(""));
  const { status, stdout } = evals(cwd, "import", "samples.jsonl");
  expect(status).toBe(0);
  expect(stdout).toContain("no answer is recorded: a simulated model stands in, name your own");
  expect(evals(cwd, "validate", "imported/suite.yaml").status).toBe(0);
});

test("Inspect's logs, plain and packed, keep epochs, times and tokens", SLOW, () => {
  const cwd = folder();
  const { samples, ...header } = inspectLog("large");
  writeFileSync(join(cwd, "small.json"), JSON.stringify(inspectLog("small")));
  const files = samples.map((one) => [`samples/${one.id}_epoch_${one.epoch}.json`, JSON.stringify(one)]);
  writeFileSync(
    join(cwd, "large.eval"),
    zipOf(Object.fromEntries([["header.json", JSON.stringify(header)], ...files])),
  );
  const { status, stdout } = evals(cwd, "import", "small.json", "large.eval");
  expect(status).toBe(0);
  expect(stdout).toContain("Inspect, 2 logs: 2 models, 1 task, 3 cases");
  expect(suite(cwd)["settings"]).toEqual({ repeats: 2 });
  const [recorded] = readFileSync(join(cwd, "imported/recordings/openai-large.jsonl"), "utf8").split("\n");
  expect(JSON.parse(recorded ?? "")).toEqual({
    task: "capitals",
    id: "q.1",
    repeat: 0,
    output: "Oslo",
    finish_reason: "stop",
    latency_ms: 250,
    usage: { input_tokens: 7, output_tokens: 2 },
  });
  expect(scores(cwd)).toEqual({ "openai/small": 1 / 3, "openai/large": 2 / 3 });
});

test("options that the LM Evaluation Harness ranked are answered by the likeliest", SLOW, () => {
  const cwd = folder();
  for (const [model, best] of [
    ["org__base", [1, 1, 0, 1]],
    ["org__tuned", [1, 1, 1, 1]],
  ] as const) {
    mkdirSync(join(cwd, model));
    writeFileSync(join(cwd, model, "samples_colours_2026-01-01T10-00-00.000000.jsonl"), rankedSamples(best));
  }
  const file = "samples_colours_2026-01-01T10-00-00.000000.jsonl";
  const { status, stdout } = evals(cwd, "import", `org__base/${file}`, `org__tuned/${file}`);
  expect(status).toBe(0);
  expect(stdout).toContain("the option of the highest log-likelihood");
  expect(Object.keys(suite(cwd)["tasks"])).toEqual(["colours"]);
  expect(scores(cwd)).toEqual({ "org/base": 0.75, "org/tuned": 1 });
});

test("a sample that failed elsewhere stays failed, and the run says so", SLOW, () => {
  const cwd = folder();
  const log = inspectLog("small");
  const [first, ...rest] = log.samples.filter(({ epoch }) => epoch === 1);
  const samples = [{ ...first, error: { message: "boom" } }, ...rest];
  writeFileSync(join(cwd, "log.json"), JSON.stringify({ ...log, samples }));
  const { status, stdout } = evals(cwd, "import", "log.json");
  expect(status).toBe(3);
  expect(stdout).toContain("1 of 3 samples have no answer: they stay failed");
  expect(evals(cwd, "run", "imported/suite.yaml").status).toBe(3);
});

test("a task that no scorer scores as it was, and an image in a prompt, are told and exit 3", SLOW, () => {
  const cwd = folder();
  const log = inspectLog("small");
  const content = [
    { type: "image", image: "data:" },
    { type: "text", text: "What is it?" },
  ];
  const samples = log.samples.map((sample, index) => ({
    ...sample,
    ...(index === 0 && { input: [{ role: "user", content }] }),
    scores: { graded: { value: index % 2 === 0 ? "C" : "I" } },
  }));
  writeFileSync(join(cwd, "log.json"), JSON.stringify({ ...log, samples }));
  const { status, stdout } = evals(cwd, "import", "log.json");
  expect(status).toBe(3);
  expect(stdout).toMatch(
    /how it was scored: at best the scorer "\S+" agrees with [2-5] of 6 recorded scores/,
  );
  expect(stdout).toContain("parts of what was asked that are no text, such as images");
});

test("files of two formats, and an archive by an unknown method, are refused with the reason", SLOW, () => {
  const cwd = folder();
  writeFileSync(join(cwd, "a.jsonl"), openaiLog("small"));
  writeFileSync(join(cwd, "b.json"), JSON.stringify(inspectLog("small")));
  writeFileSync(join(cwd, "c.eval"), zipOf({ "header.json": "{}" }, 93));
  const mixed = evals(cwd, "import", "a.jsonl", "b.json");
  expect(mixed.status).toBe(2);
  expect(mixed.stderr).toContain("not all of one format");
  const packed = evals(cwd, "import", "c.eval");
  expect(packed.status).toBe(2);
  expect(packed.stderr).toContain("header.json: it is packed by a method that is not known (93)");
});

test("a ZIP archive is read whole or not at all", () => {
  const whole = zipOf({ "a.json": "1", "b/c.json": "x".repeat(9000) });
  expect(readZip(whole)).toEqual(
    new Map([
      ["a.json", "1"],
      ["b/c.json", "x".repeat(9000)],
    ]),
  );
  expect(readZip(zipOf({ "a.json": "1" }, 0))).toEqual(new Map([["a.json", "1"]]));
  expect(readZip(whole.subarray(0, whole.length - 30))).toBe("it is no whole ZIP archive");
  expect(readZip(whole.subarray(60))).not.toBeInstanceOf(Map);
  expect(readZip(Buffer.from("PK"))).toBe("it is no whole ZIP archive");
});
