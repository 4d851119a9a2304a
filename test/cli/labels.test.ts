import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const main = join(import.meta.dirname, "../../dist/cli/main.js");
const cwd = mkdtempSync(join(tmpdir(), "evals-labels-"));
const labels = ["billing", "bug", "other"];

function evals(...args: readonly string[]) {
  return spawnSync(process.execPath, [main, ...args], { cwd, encoding: "utf8" });
}

const suite = `name: triage
models:
  now: { backend: simulated, model: now, accuracy: 0.9, wrong: [bug, other] }
  next: { backend: simulated, model: next, accuracy: 0.6, wrong: [bug, no idea] }
tasks:
  triage:
    dataset: tickets.jsonl
    prompt: "{{ body }}"
    scorers:
      - classify: { labels: [${labels.join(", ")}], expected: "{{ label }}" }
gate: { baseline: now, candidates: [next], require: [{ metric: score, margin: 0.05 }] }
`;

test("a task of labels has macro and micro F1 and a confusion matrix per model in every report", () => {
  writeFileSync(join(cwd, "suite.yaml"), suite);
  const cases = Array.from({ length: 60 }, (_, at) => ({
    id: `t${at}`,
    body: `Ticket ${at}`,
    label: labels[at % 3],
  }));
  writeFileSync(join(cwd, "tickets.jsonl"), cases.map((one) => JSON.stringify(one)).join("\n"));
  evals("run", "suite.yaml");

  const { stdout } = evals("compare", "latest");
  expect(stdout).toMatch(/Labels of triage \(classify, 60 cases\): F1\n.*\n {2}macro F1 .* to /);
  for (const model of ["now", "next"]) expect(stdout).toContain(`triage, classify: ${model} (rows: expected`);
  for (const line of stdout.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);

  const document = JSON.parse(evals("report", "latest", "--format", "json").stdout);
  expect(document.table.labels.map(({ target }: { target: string }) => target)).toEqual(["now", "next"]);
  const { counts, none } = document.comparisons[0].labels[0].candidate.confusion;
  expect([...counts.flat(), ...none].reduce((sum: number, count: number) => sum + count, 0)).toBe(60);

  const markdown = evals("report", "latest", "--format", "markdown").stdout;
  expect(markdown.split("<details>")[0]).not.toContain("macro");
  expect(markdown).toContain("| macro F1 |");
  expect(evals("report", "latest", "--format", "html").stdout).toContain("macro F1");
});
