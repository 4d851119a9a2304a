import { align } from "../../src/comparison/align.ts";
import type { Side } from "../../src/comparison/case-scores.ts";
import { caseTable } from "../../src/comparison/case-table.ts";
import type { ScoredSample } from "../../src/domain/score.ts";
import type { GatePolicy, Rule } from "../../src/domain/suite.ts";

/** A sample that answered right, with anything else said. */
export function sampleOf(
  fields: Partial<ScoredSample> & Pick<ScoredSample, "target" | "caseId">,
): ScoredSample {
  const score = fields.score === undefined ? 1 : fields.score;
  return {
    task: "qa",
    repeat: 0,
    outcome: score === null ? "failed" : "answered",
    scores: [],
    score,
    scoreIfFormatFixed: score,
    fault: score === null || score === 1 ? "none" : "wrong",
    costUsd: 0.001,
    latencyMs: 100,
    firstTokenMs: 20,
    generationMs: 80,
    inputTokens: 10,
    outputTokens: 20,
    cached: false,
    calls: score === null ? null : 1,
    attempts: 1,
    notes: [],
    tags: [],
    slices: {},
    cluster: null,
    caseHash: "h",
    at: "2026-11-20T10:00:00Z",
    ...fields,
  };
}

/** Scores per target: one case each, `null` failed. */
export function samplesOf(
  scores: Readonly<Record<string, readonly (number | null)[]>>,
): readonly ScoredSample[] {
  return Object.entries(scores).flatMap(([target, list]) =>
    list.map((score, index) => sampleOf({ target, caseId: `c${String(index).padStart(5, "0")}`, score })),
  );
}

export async function aligned(samples: readonly ScoredSample[], baseline = "a", candidate = "b") {
  const table = await caseTable(samples);
  const side = (name: string): Side => {
    const columns = table.targets.get(name);
    if (columns === undefined) throw new Error(`no target ${name}`);
    return { name, table, samples: columns, simulated: false };
  };
  return align(side(baseline), side(candidate));
}

const place = { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 2 };

export function ruleOf(fields: Partial<Rule>): Rule {
  return {
    name: fields.metric ?? "score",
    metric: "score",
    task: undefined,
    where: undefined,
    margin: undefined,
    atLeast: undefined,
    atMost: undefined,
    place,
    ...fields,
  };
}

export function policyOf(
  rules: readonly Rule[],
  missing: GatePolicy["missing"] = "worst-case",
): Pick<GatePolicy, "confidence" | "missing" | "rules"> {
  return { confidence: 0.95, missing, rules };
}

/** `length` ones with zeros at the first `wrong` places. */
export function rightBut(wrong: number, length: number): readonly number[] {
  return Array.from({ length }, (_, index) => (index < wrong ? 0 : 1));
}
