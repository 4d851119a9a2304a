import type { MetricValue } from "../comparison/metric-value.ts";
import type { RunRow } from "../comparison/run-table.ts";
import type { Report } from "./report.ts";
import { csvCell } from "./safe-text.ts";

type Column = readonly [string, (row: RunRow) => string | number | undefined];

const value = (metric: MetricValue) => (metric.known ? metric.value.estimate : undefined);

const COLUMNS: readonly Column[] = [
  ["task", (row) => row.task ?? "all tasks"],
  ["model", (row) => row.target],
  ["simulated", (row) => String(row.simulated)],
  ["cases", (row) => row.cases],
  ["samples", (row) => row.samples],
  ["score", (row) => row.score?.estimate],
  ["score_lower", (row) => row.score?.lower],
  ["score_upper", (row) => row.score?.upper],
  ["unscored", (row) => row.unscored],
  ["answered", (row) => row.outcomes.answered],
  ["refused", (row) => row.outcomes.refused],
  ["empty", (row) => row.outcomes.empty],
  ["truncated", (row) => row.outcomes.truncated],
  ["failed", (row) => row.outcomes.failed],
  ["skipped", (row) => row.outcomes.skipped],
  ["format_faults", (row) => row.formatFaults],
  ["cost_per_case_usd", (row) => value(row.costPerCase)],
  ["total_cost_usd", (row) => row.totalCostUsd],
  ["latency_p50_ms", (row) => value(row.latencyP50)],
  ["latency_p95_ms", (row) => value(row.latencyP95)],
  ["first_token_p50_ms", (row) => value(row.firstTokenP50)],
  ["tokens_per_second", (row) => value(row.tokensPerSecond)],
  ["calls_per_case", (row) => row.callsPerCase],
];

/** The result table, one row per task and model; an unknown number is an empty cell. */
export const csv: Report = {
  name: "csv",
  summary: "The result table for a spreadsheet.",
  extension: "csv",
  render({ table }) {
    const head = COLUMNS.map(([name]) => name).join(",");
    const rows = (table?.rows ?? []).map((row) => COLUMNS.map(([, read]) => csvCell(read(row))).join(","));
    return `${[head, ...rows].join("\r\n")}\r\n`;
  },
};
