import { compare } from "../../src/comparison/compare.ts";
import { judge } from "../../src/comparison/gate.ts";
import { runTable } from "../../src/comparison/run-table.ts";
import type { ReportInput } from "../../src/reports/report.ts";
import { aligned, policyOf, rightBut, ruleOf, samplesOf } from "../comparison/samples.ts";

/** A judged run: an undecided score, an unknown cost, a simulated candidate, a slice with a hostile value. */
export async function example(): Promise<ReportInput> {
  return reportOf(9);
}

/** The same with another count of wrong answers of the candidate; the baseline has five. */
export async function reportOf(wrong: number): Promise<ReportInput> {
  const samples = samplesOf({ a: rightBut(5, 100), b: rightBut(wrong, 100) }).map((sample, at) => ({
    ...sample,
    costUsd: sample.target === "a" ? 0.002 : null,
    slices: { language: at % 2 === 0 ? "de" : "=en|\u202e" },
  }));
  const alignment = await aligned(samples);
  return {
    title: { suite: "triage", run: "r1", attempt: 3 },
    models: [
      { name: "a", backend: "openai", model: "gpt-4o", parameters: { maxTokens: 64, stop: ["END"] } },
      { name: "b", backend: "ollama", model: "llama3.1:8b", parameters: { temperature: 0 } },
    ],
    table: runTable(alignment.baseline.table, { confidence: 0.95, simulated: new Set(["b"]) }),
    comparisons: [compare(alignment, { confidence: 0.95, margin: 0.03, missing: "worst-case", attempt: 3 })],
    gate: judge(
      [alignment],
      policyOf([
        ruleOf({ margin: 0.03 }),
        ruleOf({ metric: "cost", atMost: { value: 0.5, relative: true } }),
      ]),
    ),
    steps: [],
    workflows: [],
    notJudged: undefined,
    unmeasured: 0,
  };
}

/** The same judged by its score alone: the candidate is safe with the baseline's own answers. */
export async function safeExample(): Promise<ReportInput> {
  const alignment = await aligned(samplesOf({ a: rightBut(5, 400), b: rightBut(5, 400) }));
  return {
    ...(await example()),
    comparisons: [],
    gate: judge([alignment], policyOf([ruleOf({ margin: 0.03 })])),
  };
}
