import fc from "fast-check";
import { expect, test } from "vitest";
import { markdown } from "../../src/reports/markdown.ts";
import { bytesOf, clipped } from "../../src/reports/markdown-parts.ts";
import type { ReportInput } from "../../src/reports/report.ts";
import { markdownText } from "../../src/reports/safe-text.ts";
import { example, reportOf, safeExample } from "./example.ts";

const render = (input: ReportInput) => markdown.render(input, { color: false });

/** The same run with `count` candidates of a name, and every text that a suite or dataset gives replaced. */
async function hostileRun(text: string, count = 1): Promise<ReportInput> {
  const input = await example();
  const { table, gate } = input;
  const many = <T>(list: readonly T[]): readonly T[] => Array.from({ length: count }, () => list).flat();
  const side = { name: text, simulated: false };
  return {
    ...input,
    title: { suite: text, run: text, attempt: 2 },
    early: {
      decidedAfter: 40,
      cases: 100,
      samples: 200,
      spared: 120,
      costUsd: 0.5,
      fullCostUsd: 2,
      claim: "dataset",
      looked: many([text]),
    },
    table: table && { ...table, rows: many(table.rows).map((row) => ({ ...row, target: text })) },
    comparisons: many(input.comparisons).map((comparison) => ({
      ...comparison,
      baseline: side,
      candidate: side,
      slices: many(comparison.slices).map((slice) => ({ ...slice, value: text })),
      warnings: [{ code: "changed", text }],
    })),
    gate: gate && {
      ...gate,
      verdicts: many(gate.verdicts).map((verdict) => ({
        ...verdict,
        candidate: text,
        baseline: text,
        rules: verdict.rules.map((rule) => ({ ...rule, rule: text, task: text, evidence: text })),
      })),
    },
  };
}

test("the verdict comes first, then one table, and the rest is folded", async () => {
  const lines = render(await reportOf(40)).split("\n");
  expect(lines[0]).toBe("## ❌ unsafe: triage");
  expect(lines[2]).toMatch(/^\*\*UNSAFE\*\*: with 95 % confidence b's mean score/);
  const open = lines.slice(0, lines.indexOf("<details>"));
  expect(open.filter((line) => line.startsWith("| ---"))).toHaveLength(1);
  expect(lines.filter((line) => line === "<details>")).toHaveLength(3);
  expect(lines.filter((line) => line === "</details>")).toHaveLength(3);
});

test("the heading of a run with several candidates counts their words", async () => {
  const [bad, good] = [await reportOf(40), await safeExample()];
  const verdicts = [...(bad.gate?.verdicts ?? []), ...(good.gate?.verdicts ?? [])];
  const input = { ...bad, gate: bad.gate && { ...bad.gate, verdicts } };
  expect(render(input).split("\n")[0]).toBe(
    "## ❌ unsafe: triage \\(1 safe, 1 unsafe\\)".replaceAll("\\", ""),
  );
});

test("a run that is not whole is not called safe, and says why", async () => {
  const input = await safeExample();
  expect(render(input)).toContain("## ✅ safe: triage");
  const part = render({ ...input, unmeasured: 3 });
  expect(part).toContain("## ❔ inconclusive: triage");
  expect(part).toContain("**3 planned samples have no score**");
  expect(render({ ...input, gate: undefined, notJudged: "the run is not over" })).toContain(
    "The gate was not judged: the run is not over.",
  );
});

test.each([
  ["long names", "x".repeat(200_000), 1],
  ["names that grow when escaped", "\u202e@|".repeat(50_000), 3],
  ["many candidates", "candidate", 400],
  ["many candidates with long names", "漢@".repeat(300), 200],
])("stays under GitHub's limit with %s, verdict first and every fold closed", async (_, text, count) => {
  const report = render(await hostileRun(text, count));
  expect(bytesOf(report)).toBeLessThanOrEqual(64_000);
  expect(report).toMatch(/^## ❔ inconclusive: /);
  expect(report.split("<details>")).toHaveLength(report.split("</details>").length);
  expect(report).toMatch(/…|left out/);
});

const ATTACKS = [
  "@org/team please",
  "Fixes #1, closes GH-2 and resolves owner/repo#3",
  "https://github.com/owner/repo/issues/4 www.example.com",
  "![x](https://example.com/pixel.png)",
  "</details><script>alert(1)</script><img src=x onerror=alert(1)>",
  "```\nrun\n```",
  "a | b\n| --- | --- |\n# heading\n- [ ] task",
  "$\\href{x}{y}$ `code` ~~gone~~ <!-- evals -->",
];

test.each(ATTACKS)("neutralises %j wherever it stands", async (attack) => {
  const report = render(await hostileRun(attack));
  const own = report.replace(/<\/?(?:details|summary|sub)>/g, "");
  expect(own).not.toMatch(/@(?!&#8203;)/);
  expect(own).not.toMatch(/(?<!&)#(?=\d)/);
  expect(own).not.toMatch(/gh-\d/i);
  expect(own).not.toMatch(/:\/\/|www\./);
  expect(own).not.toMatch(/(?<!\\)(?:!|\\\\)*\[(?!\d|-|∞|−|\+)/);
  expect(own).not.toMatch(/[<>$]|(?<!\\)`/);
  expect(report.split("<details>")).toHaveLength(4);
  expect(report.split("\n").filter((line) => /^(#|```|- \[)/.test(line))).toHaveLength(1);
});

test("clipping keeps within its room and cuts no escape in half", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 400 }),
      fc.constantFrom("", "@#1|$<&".repeat(60), "😀".repeat(200)),
      fc.integer({ min: 8, max: 300 }),
      (text, more, limit) => {
        const shown = clipped(text + more, limit);
        expect(bytesOf(shown)).toBeLessThanOrEqual(limit);
        if (shown === markdownText(text + more)) return;
        expect(shown.endsWith("…")).toBe(true);
        expect(markdownText(text + more).startsWith(shown.slice(0, -1))).toBe(true);
      },
    ),
  );
});
