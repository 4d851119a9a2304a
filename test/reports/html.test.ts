import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { compare } from "../../src/comparison/compare.ts";
import { judge } from "../../src/comparison/gate.ts";
import { runTable } from "../../src/comparison/run-table.ts";
import { linearAxis, logAxis } from "../../src/reports/html/axis.ts";
import { html } from "../../src/reports/html.ts";
import type { ReportInput } from "../../src/reports/report.ts";
import { aligned, policyOf, rightBut, ruleOf, samplesOf } from "../comparison/samples.ts";

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>'\u202e`;

async function input(names: { suite: string; slice: string }): Promise<ReportInput> {
  const samples = samplesOf({ a: rightBut(5, 100), b: rightBut(40, 100) }).map((sample) => {
    return { ...sample, task: names.suite, slices: { kind: names.slice } };
  });
  const alignment = await aligned(samples);
  return {
    title: { suite: names.suite, run: "r1", attempt: 1 },
    table: runTable(alignment.baseline.table, { confidence: 0.95, simulated: new Set() }),
    comparisons: [compare(alignment, { confidence: 0.95, margin: 0.03, missing: "worst-case", attempt: 1 })],
    gate: judge([alignment], policyOf([ruleOf({ margin: 0.03 })])),
    steps: [],
    workflows: [],
    notJudged: undefined,
    unmeasured: 0,
  };
}

describe("the page", () => {
  test("says the verdict in words, with every rule, before any number", async () => {
    const page = html.render(await input({ suite: "qa", slice: "x" }), { color: false });
    expect(page).toMatch(/<h1>qa<\/h1>.*UNSAFE<\/span> b<.*broken<\/strong> score on qa.*<svg/s);
    expect(page).toContain("-35.0");
  });

  test("allows no script, and only the style whose digest it states", async () => {
    const page = html.render(await input({ suite: "qa", slice: "x" }), { color: false });
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? "";
    const digest = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(
      `default-src &#39;none&#39;; script-src &#39;none&#39;; style-src &#39;sha256-${digest}`,
    );
    expect(page).not.toMatch(/ style=|<script|<link|https?:/);
  });

  test("shows what others wrote as text, whatever it is", async () => {
    const page = html.render(await input({ suite: HOSTILE, slice: HOSTILE }), { color: false });
    expect(page).not.toMatch(/<script|<img|\u202e/);
    expect(page).toContain("&lt;script&gt;alert(1)");
    expect(page).toContain("\\u{202e}");
  });

  test("of a run that was not judged says why, and one that is not whole says so", async () => {
    const whole = await input({ suite: "qa", slice: "x" });
    const page = html.render(
      { ...whole, gate: undefined, notJudged: "the run is not over", unmeasured: 4 },
      { color: false },
    );
    expect(page).toContain("Not judged: the run is not over.");
    expect(page).toContain("4 planned samples have no score");
    expect(page).not.toContain("UNSAFE");
  });
});

describe("an axis", () => {
  test("holds its values between its ends, at round ticks", () => {
    const axis = linearAxis([-0.03, 0.12]);
    expect(axis.ticks).toEqual([0, 0.05, 0.1]);
    expect(axis.at(-0.03)).toBeGreaterThan(0);
    expect(axis.at(0.12)).toBeLessThan(100);
    expect([axis.at(-Infinity), axis.at(Infinity)]).toEqual([0, 100]);
  });

  test("gives each decade of a logarithm the same length", () => {
    const axis = logAxis([0.01, 1]);
    expect(axis.at(1) - axis.at(0.1)).toBeCloseTo(axis.at(0.1) - axis.at(0.01), 1);
    expect(axis.ticks).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]);
  });
});
