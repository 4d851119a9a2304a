import type { Comparison } from "../comparison/compare.ts";
import type { CandidateVerdict } from "../comparison/gate.ts";
import type { RunRow } from "../comparison/run-table.ts";
import { duration, estimateText, money, percent, points } from "./number-text.ts";
import type { ReportInput } from "./report.ts";
import { shortLabel, type TextTable } from "./tables.ts";

/** Everything that a swap is decided by, one model a row: verdict, score, difference, cost and latency. */
export function decisionTable({ table, gate, comparisons }: ReportInput): TextTable {
  const rows = overallRows(table?.rows ?? []);
  return {
    title: "",
    head: ["model", "verdict", "rules held", "score", "difference", "$/1k cases", "p95 latency"],
    rows: rows.map((row) => {
      const verdict = gate?.verdicts.find(({ candidate }) => candidate === row.target);
      return [
        shortLabel(row.target, row.simulated),
        verdict === undefined ? roleOf(row.target, gate?.verdicts ?? []) : verdict.verdict,
        verdict === undefined ? "" : heldText(verdict),
        row.score === undefined ? "unknown" : percent(row.score.estimate),
        differenceText(comparisons.find(({ candidate }) => candidate.name === row.target)),
        estimateText(row.costPerCase, (usd) => money(usd * 1000)),
        estimateText(row.latencyP95, duration),
      ];
    }),
  };
}

/** The rows over all tasks; those of the one task where there is no more. */
function overallRows(rows: readonly RunRow[]): readonly RunRow[] {
  const last = rows.at(-1);
  return rows.filter(({ task }) => task === last?.task);
}

function roleOf(target: string, verdicts: readonly CandidateVerdict[]): string {
  return verdicts.some(({ baseline }) => baseline === target) ? "baseline" : "";
}

function heldText({ rules }: CandidateVerdict): string {
  return `${rules.filter(({ state }) => state === "held").length} of ${rules.length}`;
}

function differenceText(comparison: Comparison | undefined): string {
  const observed = comparison?.overall.observed?.difference;
  if (observed === undefined) return "";
  return `${points(observed.estimate)} [${points(observed.lower)}, ${points(observed.upper)}]`;
}
