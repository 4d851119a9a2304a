import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { type GithubServer, githubServer } from "../servers/github.ts";
import { action, type Job, runAction } from "./runner.ts";

const root = join(import.meta.dirname, "../..");
const command = `${process.execPath} ${join(root, "dist/cli/main.js")}`;
const stepSchema = z.object({
  steps: z.array(
    z.object({ uses: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() }),
  ),
});
let github: GithubServer;
let cwd: string;

beforeAll(async () => {
  github = await githubServer();
});
afterAll(() => github.close());
beforeEach(() => {
  github.comments.length = 0;
  github.requests.length = 0;
  github.setReadOnly(false);
  cwd = mkdtempSync(join(tmpdir(), "evals-action-"));
  const cases = Array.from({ length: 80 }, (_, at) => ({
    id: `c${at}`,
    question: `${at} + 1?`,
    answer: `${at + 1}`,
  }));
  writeFileSync(join(cwd, "cases.jsonl"), cases.map((item) => JSON.stringify(item)).join("\n"));
});

const job = (inputs: Job["inputs"]) =>
  runAction({ cwd, inputs: { command, ...inputs }, api: github.url, pullRequest: 12 });

/** A suite of 80 cases whose candidate has this name and accuracy. */
function suiteOf(name: string, accuracy = 1): string {
  const file = join(cwd, "suite.yaml");
  const candidate = JSON.stringify(name);
  const model = (share: number) => `{ backend: simulated, model: m, accuracy: ${share}, wrong: ["no"] }`;
  writeFileSync(
    file,
    `name: swap
models: { now: ${model(1)}, ${candidate}: ${model(accuracy)} }
tasks:
  qa: { dataset: cases.jsonl, prompt: "{{ question }}", scorers: [exact: { expected: "{{ answer }}" }] }
gate: { baseline: now, candidates: [${candidate}], require: [{ metric: score, margin: 0.1 }] }
`,
  );
  return file;
}

describe("the GitHub Action", { timeout: 60_000 }, () => {
  test("runs a suite, gates it, and reports in the summary, the annotations and one comment", async () => {
    const { status, outputs, log, summary } = await job({ suite: suiteOf("next", 0.2) });
    expect(status).toBe(1);
    expect(outputs).toMatchObject({ verdict: "unsafe", "exit-code": "1" });
    expect(summary).toMatch(/^## ❌ unsafe: swap\n/);
    expect(log).toMatch(/^::error title=next \(simulated\) is unsafe::UNSAFE/m);
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toMatch(/^<!-- evals: evals -->\n## ❌ unsafe: swap\n/);
    expect(github.comments[0]?.body).toContain("Commit abc123.");
    expect(github.requests.every((request) => request.endsWith(" Bearer t0ken"))).toBe(true);
    expect(readdirSync(outputs["folder"] ?? "").toSorted()).toEqual([
      "annotations.txt",
      "badge.svg",
      "gate.json",
      "html.html",
      "junit.xml",
      "markdown.md",

      "run",
      "run.json",
    ]);
  });

  test("updates its comment, and no other one that carries its marker", async () => {
    const others = Array.from({ length: 150 }, (_, id) => ({
      id,
      user: { login: "someone" },
      body: "<!-- evals: evals -->\nsafe, I say",
    }));
    github.comments.push(...others);
    await job({ suite: suiteOf("next") });
    const { status } = await job({ suite: suiteOf("next", 0.2) });
    expect(status).toBe(1);
    expect(github.comments).toHaveLength(151);
    expect(github.comments[150]?.body).toContain("## ❌ unsafe: swap");
    expect(new Set(github.comments.slice(0, 150).map(({ body }) => body)).size).toBe(1);
  });

  test("judges a stored run by another policy and gives its exit code", async () => {
    const suite = suiteOf("next", 0.8);
    const first = await job({ suite, comment: "false" });
    expect(first.outputs["verdict"]).not.toBe("safe");
    expect(github.requests).toEqual([]);
    cpSync(join(first.outputs["folder"] ?? "", "run"), join(cwd, "restored"), { recursive: true });
    const policy = join(cwd, "policy.yaml");
    writeFileSync(policy, readFileSync(suite, "utf8").replace("margin: 0.1", "margin: 0.9"));
    const { status, outputs, summary } = await job({ run: "restored", policy });
    expect(summary).toMatch(/^## ✅ safe: swap\n/);
    expect(outputs["verdict"]).toBe("safe");
    expect(status).toBe(0);
  });

  test("keeps the verdict where the token may not comment, as with a fork", async () => {
    github.setReadOnly(true);
    const { status, log, summary } = await job({ suite: suiteOf("next") });
    expect(status).toBe(0);
    expect(summary).toContain("## ✅ safe");
    expect(log).toContain(
      "::warning::evals: no comment was written, POST /repos/team/product/issues/12/comments: 403;",
    );
  });

  test("says in the comment that nothing was judged, and fails", async () => {
    await job({ suite: suiteOf("next") });
    writeFileSync(join(cwd, "broken.yaml"), "name: broken\n");
    const { status, outputs, log } = await job({ suite: "broken.yaml" });
    expect(status).toBe(2);
    expect(outputs).toMatchObject({ verdict: "error", "exit-code": "2" });
    expect(log).toMatch(/^::error title=evals::nothing was judged, exit code 2/m);
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain("## ❌ not judged");
  });

  test("refuses inputs that do not fit together, and an unsafe name", async () => {
    expect((await job({})).status).toBe(2);
    expect((await job({ suite: "a.yaml", run: "latest" })).status).toBe(2);
    expect((await job({ suite: suiteOf("next"), name: "../evals" })).status).toBe(2);
    expect(github.comments).toEqual([]);
  });

  test("reads no command in a name from the suite and mentions nobody", async () => {
    const { status, log, summary } = await job({ suite: suiteOf("::error::x @org/team #1") });
    expect(status).toBe(0);
    const open = log.replace(/^::stop-commands::(\S+)$[\s\S]*?^::\1::$/gm, "");
    for (const line of open.split("\n").filter((text) => /^\s*::/.test(text)))
      expect(line).toMatch(/^::notice title=[^:]*::SAFE/);
    for (const text of [summary, github.comments[0]?.body ?? ""]) expect(text).not.toMatch(/@org|#1(?!\d)/);
  });

  test("needs no pull request", async () => {
    const { status, log } = await runAction({
      cwd,
      inputs: { command, suite: suiteOf("next") },
      api: github.url,
      pullRequest: undefined,
    });
    expect(status).toBe(0);
    expect(log).toContain("::notice::evals: there is no pull request to comment on");
  });
});

test("every action that is used is pinned to a commit, and no script is built from an expression", () => {
  const page = readFileSync(join(root, "docs/ci.md"), "utf8");
  const uses = [
    ...action.runs.steps.flatMap((step) => step.uses ?? []),
    ...[...page.matchAll(/uses: (actions\/\S+)/g)].map(([, name = ""]) => name),
  ];
  expect(uses.length).toBeGreaterThan(3);
  for (const name of uses) expect(name).toMatch(/@[0-9a-f]{40}$/);
  for (const { run } of action.runs.steps) expect(run ?? "").not.toContain("${{");
});

test("the workflows in the documentation are YAML and give the action inputs that it has", () => {
  const page = readFileSync(join(root, "docs/ci.md"), "utf8");
  const workflows = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""]) =>
    parse(text, { strict: true }),
  );
  expect(workflows).toHaveLength(4);
  const steps = workflows.flatMap(({ jobs }) =>
    Object.values(jobs ?? {}).flatMap((job) => stepSchema.parse(job).steps),
  );
  const ours = steps.filter(({ uses }) => uses?.startsWith("OWNER/evals@"));
  expect(ours).toHaveLength(2);
  for (const { with: given } of ours)
    for (const name of Object.keys(given ?? {})) expect(Object.keys(action.inputs)).toContain(name);
});
