import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compare } from "../../src/comparison/compare.ts";
import { judge } from "../../src/comparison/gate.ts";
import { runTable } from "../../src/comparison/run-table.ts";
import { reports } from "../../src/reports/registry.ts";
import type { ReportInput } from "../../src/reports/report.ts";
import { csvCell, markdownText, terminalText } from "../../src/reports/safe-text.ts";
import { aligned, policyOf, rightBut, ruleOf, samplesOf } from "../comparison/samples.ts";

async function example(): Promise<ReportInput> {
  const samples = samplesOf({ a: rightBut(5, 100), b: rightBut(9, 100) }).map((sample, at) => ({
    ...sample,
    costUsd: sample.target === "a" ? 0.002 : null,
    slices: { language: at % 2 === 0 ? "de" : "=en|\u202e" },
  }));
  const alignment = await aligned(samples);
  return {
    title: { suite: "triage", run: "r1", attempt: 3 },
    table: runTable(alignment.baseline.table, { confidence: 0.95, simulated: new Set(["b"]) }),
    comparisons: [compare(alignment, { confidence: 0.95, margin: 0.03, missing: "worst-case", attempt: 3 })],
    gate: judge(
      [alignment],
      policyOf([
        ruleOf({ margin: 0.03 }),
        ruleOf({ metric: "cost", atMost: { value: 0.5, relative: true } }),
      ]),
    ),
  };
}

describe("the reports", () => {
  test.each(reports)("$name is byte for byte as agreed", async ({ name, extension, render }) => {
    const golden = join(import.meta.dirname, "..", "golden", "reports", `${name}.${extension}`);
    await expect(render(await example(), { color: false })).toMatchFileSnapshot(golden);
  });

  test("the terminal report keeps to 80 columns, hides no control character and marks simulated models", async () => {
    const text =
      reports.find(({ name }) => name === "terminal")?.render(await example(), { color: false }) ?? "";
    expect(Math.max(...text.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(80);
    expect(["\u202e", "\u001b"].filter((character) => text.includes(character))).toEqual([]);
    expect(text).toContain("simulated");
    expect(text).toContain("unknown");
  });

  test("each sink neutralises what others wrote", () => {
    expect(terminalText("a\u001b[2Jb\nc\u202e")).toBe("a\\u{1b}[2Jb\\u{a}c\\u{202e}");
    expect(markdownText("<img src=x> | @all `x`")).toBe("&lt;img src=x&gt; \\| &#64;all \\`x\\`");
    expect(["=1+1", "@x", "-1", 'a"b', "ok"].map(csvCell)).toEqual(["'=1+1", "'@x", "'-1", '"a""b"', "ok"]);
    expect(csvCell(-1)).toBe("-1");
  });
});
