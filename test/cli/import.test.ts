import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { chunk, done, usage } from "../servers/openai.ts";
import { type Received, type Script, startWireServer } from "../servers/wire.ts";
import { start } from "./start.ts";

const fixtures = join(import.meta.dirname, "../fixtures/promptfoo");
/** Several processes, one after the other. */
const SLOW = { timeout: 60_000 };
const CATALOGUE: Script = {
  headers: { "content-type": "application/json" },
  steps: [{ send: '{"object":"list","data":[]}' }],
};

let server: Awaited<ReturnType<typeof startWireServer>>;
let answer: (prompt: string, request: Received) => string;
beforeAll(async () => {
  server = await startWireServer((request) => {
    if (request.method === "GET") return CATALOGUE;
    const content = answer(JSON.stringify(request.body), request);
    return { steps: [chunk({ content }), chunk({}, "stop"), usage, done] };
  });
});
beforeEach(() => server.received.splice(0));
afterAll(() => server.close());

/** A copy of a configuration whose models are on the test's own server. */
function workplace(kind: string): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-import-"));
  cpSync(join(fixtures, kind), cwd, { recursive: true });
  for (const name of readdirSync(cwd).filter((file) => file.startsWith("promptfooconfig"))) {
    const text = readFileSync(join(cwd, name), "utf8");
    writeFileSync(join(cwd, name), text.replaceAll("http://127.0.0.1:9", server.url));
  }
  return cwd;
}

const evals = (cwd: string, ...args: readonly string[]) => start(cwd, args).ended;

const cases = (cwd: string, name = "cases.jsonl") =>
  readFileSync(join(cwd, "imported", name), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const suite = (cwd: string) => parse(readFileSync(join(cwd, "imported/suite.yaml"), "utf8"));

/** Scores of the latest run, as `task model`. */
async function scores(cwd: string): Promise<Readonly<Record<string, number>>> {
  const { stdout } = await evals(cwd, "report", "latest", "--format", "json");
  const rows: readonly { task: string; target: string; score: { estimate: number } }[] =
    JSON.parse(stdout).table.rows;
  return Object.fromEntries(rows.map(({ task, target, score }) => [`${task} ${target}`, score.estimate]));
}

/** The reasons that the latest run's scorers gave. */
function reasons(cwd: string): string {
  const [name = ""] = readdirSync(join(cwd, "results")).filter((entry) => !entry.startsWith("."));
  const [run = ""] = readdirSync(join(cwd, "results", name))
    .toSorted()
    .toReversed();
  return readFileSync(join(cwd, "results", name, run, "scores.jsonl"), "utf8");
}

describe("a configuration of promptfoo", () => {
  test(
    "with a chat, defaults and a CSV file is imported, valid, and scores answers as it did",
    SLOW,
    async () => {
      const cwd = workplace("replies");
      const { code, stdout } = await evals(cwd, "import", "promptfooconfig.yaml");
      expect(code).toBe(3);
      expect(stdout).toContain("promptfoo configuration: 2 models, 1 task, 4 cases");
      expect(stdout).toContain("presence_penalty has no counterpart");
      expect(stdout).toContain(
        "tests.csv row 4: g-eval has no counterpart: its scale and steps are its own; write the criteria as the rubric",
      );
      expect(cases(cwd)).toHaveLength(4);
      expect(cases(cwd)[1]).toMatchObject({ id: "sunday", topic: "delivery", firm: "Nordpost" });
      expect(suite(cwd)).toMatchObject({
        tasks: {
          tests: {
            prompt: [{ role: "system" }, { role: "user", content: "{{ question }}" }],
            slices: ["topic"],
          },
        },
        gate: {
          baseline: "small",
          require: [{ metric: "score" }, { metric: "latency_p95", at_most: "5000ms" }],
        },
      });
      expect((await evals(cwd, "validate", "imported/suite.yaml")).code).toBe(0);
      answer = (prompt) => {
        const large = prompt.includes('"model":"large"');
        if (prompt.includes("N-17")) return "Parcel N-17 is in Bergen.";
        if (prompt.includes("Sunday"))
          return large ? "No, on Monday." : "Sorry, as an AI I cannot say; Monday.";
        return prompt.includes("letter") ? "1 crown" : "Yes.";
      };
      expect((await evals(cwd, "run", "imported/suite.yaml")).code).toBe(0);
      expect(await scores(cwd)).toEqual({ "tests small": 0.75, "tests large": 1 });
      expect(
        server.received.some(({ body }) => JSON.stringify(body ?? "").includes('parcel \\"N-17\\"')),
      ).toBe(true);
    },
  );

  test("with code runs none of it until its reader has reviewed it", SLOW, async () => {
    const cwd = workplace("extraction");
    const { stdout } = await evals(cwd, "import", "promptfooconfig.json");
    expect(stdout).toContain("file://our-model.py");
    expect(stdout).toContain("checks.mjs: read the code, then set REVIEWED to true");
    answer = (prompt) =>
      prompt.includes("4411") ? '{"order": 4411, "city": "Turku"}' : '{"order": "52", "city": "Oulu"}';
    const before = await evals(cwd, "run", "imported/suite.yaml");
    expect(before.code).toBe(3);
    expect(reasons(cwd)).toContain("it is not reviewed");
    const file = join(cwd, "imported/checks.mjs");
    writeFileSync(file, readFileSync(file, "utf8").replace("REVIEWED = false", "REVIEWED = true"));
    expect((await evals(cwd, "run", "imported/suite.yaml")).code).toBe(0);
    expect(await scores(cwd)).toEqual({ "tests reader": 0.5 });
  });

  test("with lists of values, scenarios and several prompts asks every combination", SLOW, async () => {
    const cwd = workplace("translation");
    const { code, stdout } = await evals(cwd, "import", "promptfooconfig.yaml", "--json");
    expect(code).toBe(3);
    const { notes, complete, tasks } = JSON.parse(stdout);
    expect(complete).toBe(false);
    expect(tasks).toBe(4);
    const told = notes
      .map(({ kind, where, what }: Record<string, string>) => `${kind} ${where}: ${what}`)
      .join("\n");
    expect(told).toContain('left-out prompts[2] "prompt-3": its template has logic ({% if %})');
    expect(told).toContain("perplexity has no counterpart");
    expect(told).toContain("changed cost: it bounds the mean cost of a case");
    expect(told).toContain("the threshold of 0.5 makes no pass or fail of it");
    expect(suite(cwd)["settings"]).toEqual({ concurrency: 2, repeats: 2 });
    const files = readdirSync(join(cwd, "imported")).filter((name) => name.endsWith(".jsonl"));
    expect(files.flatMap((name) => cases(cwd, name))).toHaveLength(6);
    answer = (_, { body }) => {
      const { messages, model } = body as { messages: { content: string }[]; model: string };
      const asked = messages[0]?.content ?? "";
      if (!asked.includes("Hello")) return model === "one" ? asked : "Bitte";
      return asked.includes("German") ? "German: Hallo" : "Buongiorno";
    };
    expect((await evals(cwd, "run", "imported/suite.yaml")).code).toBe(0);
    expect(server.received.filter(({ method }) => method === "POST")).toHaveLength(2 * 2 * 2 * 6);
    // Thanks: "one" repeats the prompt, which starts with the language only where the prompt does.
    // Hello: one exact and short answer, one that is only short and has a quarter of the weight.
    const { "short/starts-with one": short, "polite/starts-with one": polite, ...rest } = await scores(cwd);
    expect([short, polite]).toEqual([1, 0]);
    expect(rest).toMatchObject({ "short/starts-with two": 0, "short/equals-word-count two": 0.625 });
  });
});

test(
  "what a model graded becomes a judge that the suite names, asked by the grader or by a stand-in",
  SLOW,
  async () => {
    const cwd = mkdtempSync(join(tmpdir(), "evals-import-"));
    writeFileSync(
      join(cwd, "promptfooconfig.yaml"),
      `prompts: ["Reply to: {{ mail }}"]
providers: [openai:m]
tests:
  - vars: { mail: Hello }
    options: { provider: "anthropic:messages:claude-sonnet-5" }
    assert: [{ type: llm-rubric, value: "greets back, as {{ mail }} does" }]
  - vars: { mail: Bye }
    options: { provider: "anthropic:messages:claude-sonnet-5" }
    assert: [{ type: llm-rubric, value: wishes well }]
  - vars: { mail: Is it open on Monday? }
    assert: [{ type: factuality, value: It is closed on Mondays., rubricPrompt: "Grade it." }]
  - vars: { mail: Thanks }
    assert: [{ type: similar, value: "You are welcome, {{ mail }}", threshold: 0.8 }]
`,
    );
    const { code, stdout } = await evals(cwd, "import", "promptfooconfig.yaml");
    expect(code).toBe(3);
    expect(stdout).toContain("test 3: factuality: its rubricPrompt has no counterpart");
    expect(stdout).toContain("no grader is named, so gpt-4o judges");
    expect(suite(cwd)).toMatchObject({
      judges: {
        grader: { backend: "anthropic", model: "claude-sonnet-5" },
        "grader-2": { backend: "openai" },
        embedder: { api: "embeddings" },
      },
      tasks: {
        "llm-rubric": { scorers: [{ judge: { model: "grader", questions: "{{ expected }}" } }] },
        similar: {
          scorers: [
            { semantic: { model: "embedder", at_least: 0.8, expected: "You are welcome, {{ mail }}" } },
          ],
        },
        factuality: { scorers: [{ judge: { model: "grader-2", reference: "It is closed on Mondays." } }] },
      },
    });
    expect(cases(cwd, "cases-llm-rubric.jsonl")[0]["expected"][0]).toContain("greets back, as Hello does");
    expect((await evals(cwd, "validate", "imported/suite.yaml")).code).toBe(0);
  },
);

test("what is of no known format, or has nothing that can be carried over, is refused and nothing is written", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "evals-import-"));
  writeFileSync(join(cwd, "notes.txt"), "hello");
  writeFileSync(
    join(cwd, "promptfooconfig.yaml"),
    "prompts: [hi]\nproviders: [vertex:gemini]\ntests: [{ vars: { a: 1 } }]\n",
  );
  const unknown = await evals(cwd, "import", "notes.txt");
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("notes.txt is of no format that is known");
  const nothing = await evals(cwd, "import", "promptfooconfig.yaml");
  expect(nothing.code).toBe(2);
  expect(nothing.stderr).toContain("providers[0] vertex:gemini: there is no backend for it");
  expect((await evals(cwd, "import", "missing.yaml")).code).toBe(2);
  expect(readdirSync(cwd).toSorted()).toEqual(["notes.txt", "promptfooconfig.yaml"]);
});

test("a file outside of the working folder is not read, and a folder with files is not written over", async () => {
  const cwd = workplace("replies");
  const elsewhere = mkdtempSync(join(tmpdir(), "evals-secret-"));
  writeFileSync(join(elsewhere, "secret.txt"), "hidden");
  writeFileSync(
    join(cwd, "promptfooconfig.yaml"),
    `prompts: ["{{ a }}"]
providers: [openai:m]
tests:
  - { vars: { a: "file://${elsewhere}/secret.txt" }, assert: [{ type: equals, value: x }] }
  - { vars: { a: b }, assert: [{ type: equals, value: x }] }
`,
  );
  const { stdout } = await evals(cwd, "import", "promptfooconfig.yaml");
  expect(stdout).toContain("secret.txt cannot be read");
  expect(JSON.stringify(cases(cwd))).not.toContain("hidden");
  const again = await evals(cwd, "import", "promptfooconfig.yaml");
  expect(again.code).toBe(2);
  expect(again.stderr).toContain("imported has files in it");
  expect((await evals(cwd, "import", "promptfooconfig.yaml", "--force")).code).toBe(3);
});
