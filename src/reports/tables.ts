import type { Comparison } from "../comparison/compare.ts";
import type { CandidateVerdict } from "../comparison/gate.ts";
import type { MetricDifference, PairedTime } from "../comparison/metric-difference.ts";
import type { MetricValue } from "../comparison/metric-value.ts";
import { ruleText } from "../comparison/rule-text.ts";
import type { RuleResult } from "../comparison/rules.ts";
import type { RunRow, RunTable } from "../comparison/run-table.ts";
import type { ScoreDifference } from "../comparison/score-difference.ts";
import { marginOfTask } from "../comparison/stated-margins.ts";
import { counted } from "../domain/counted.ts";
import { isScored } from "../domain/suite.ts";
import type { Interval } from "../statistics/interval.ts";
import { labelComparisonTables, runLabelTable, runMixUpTables } from "./label-tables.ts";
import { duration, estimateText, factor, intervalText, money, percent, points, rate } from "./number-text.ts";
import { runSubScoreTable, subScoreComparisonTable } from "./sub-score-tables.ts";

/** A table before it is set: cells are raw text, escaped by the sink. */
export interface TextTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Quality, outcomes, speed and cost: three narrow tables of a run; then its sub-scores and labels, where it has any. What each model
 * took for what is told by the comparisons, where there are any.
 */
export function runTables(
  table: RunTable,
  { isCompared }: { readonly isCompared: boolean },
): readonly TextTable[] {
  const name = (row: RunRow) => [row.task ?? "all tasks", shortLabel(row.target, row.simulated)];
  const legend = table.rows.some((row) => row.simulated) ? "; (sim): simulated, made-up answers" : "";
  const level = Number((table.confidence * 100).toFixed(1));
  return [
    {
      title: `Mean score with ${level} % interval${legend}`,
      head: ["task", "model", "cases", "score", "interval", "format", "unscored"],
      rows: table.rows.map((row) => [
        ...name(row),
        String(row.cases),
        row.score === undefined ? "unknown" : percent(row.score.estimate),
        row.score === undefined ? "" : `${percent(row.score.lower)} – ${percent(row.score.upper)}`,
        String(row.formatFaults),
        String(row.unscored),
      ]),
    },
    {
      title: "Outcomes, in samples",
      head: ["task", "model", "answered", "refused", "empty", "cut", "failed", "skipped"],
      rows: table.rows.map((row) => [
        ...name(row),
        ...[row.outcomes.answered, row.outcomes.refused, row.outcomes.empty].map(String),
        ...[row.outcomes.truncated, row.outcomes.failed, row.outcomes.skipped].map(String),
      ]),
    },
    {
      title: "Speed and cost",
      head: ["task", "model", "p50", "p95", "first token", "tok/s", "$/case", "total"],
      rows: table.rows.map((row) => [
        ...name(row),
        estimateText(row.latencyP50, duration),
        estimateText(row.latencyP95, duration),
        estimateText(row.firstTokenP50, duration),
        estimateText(row.tokensPerSecond, rate),
        estimateText(row.costPerCase, money),
        money(row.totalCostUsd),
      ]),
    },
    ...runSubScoreTable(table.subScores, ({ target, simulated }) => shortLabel(target, simulated)),
    ...runLabelTable(table.labels, labelledName),
    ...(isCompared ? [] : runMixUpTables(table.labels, labelledName)),
  ];
}

function labelledName({ target, simulated }: RunTable["labels"][number]): string {
  return shortLabel(target, simulated);
}

/** Scores by task, slices that moved most, sub-scores, labels, and the other metrics of a comparison. */
export function comparisonTables(comparison: Comparison): readonly TextTable[] {
  const { baseline, candidate, tasks, overall } = comparison;
  const title = `${label(candidate.name, candidate.simulated)} against ${label(baseline.name, baseline.simulated)}`;
  const scores = tasks.map(({ task, difference }) => differenceRow(task, difference));
  if (tasks.length > 1) scores.push(differenceRow("all cases", overall));
  const level = Number((comparison.settings.confidence * 100).toFixed(1));
  const head = ["task", "cases", "baseline", "candidate", "difference", `${level} % interval`];
  const tables: TextTable[] = [{ title, head, rows: scores }];
  tables.push(provenTable(comparison));
  const moved = shownSlices(comparison);
  if (moved.length > 0) {
    tables.push({
      title: "Slices, surest losses first (! : worse after Holm's correction)",
      head: ["slice", ...head.slice(1)],
      rows: moved.map(({ field, value, difference, alarm }) =>
        differenceRow(`${alarm ? "! " : ""}${field}=${value}`, difference),
      ),
    });
  }
  tables.push(...subScoreComparisonTable(comparison.subScores));
  const names = { baseline: baseline.name, candidate: candidate.name };
  tables.push(...comparison.labels.flatMap((compared) => labelComparisonTables(compared, names)));
  const metrics = comparison.metrics.filter((one) => !isUnknown(one) && !isNothing(one));
  const rows = [...metrics.map(metricRow), ...comparison.times.map(timeRow)];
  if (rows.length > 0)
    tables.push({
      title: "Other metrics (~ : no difference shown)",
      head: ["metric", "baseline", "candidate", "candidate against baseline"],
      rows,
    });
  return tables;
}

/** Of slices that are no alarm, so many tell where to look. */
const QUIET_SLICES = 5;
const MOST_SLICES = 10;

/** Every alarm and the surest losses; a slice that holds every case says what the whole says. */
export function shownSlices({
  slices,
  overall,
}: Pick<Comparison, "slices" | "overall">): Comparison["slices"] {
  const parts = slices.filter(
    ({ difference }) => difference.observed !== undefined && difference.cases < overall.cases,
  );
  const alarms = parts.filter(({ alarm }) => alarm).length;
  return parts.slice(0, Math.min(MOST_SLICES, Math.max(alarms, QUIET_SLICES)));
}

/** Measured on neither side. */
export function isUnknown({ baseline, candidate }: MetricDifference): boolean {
  return !baseline.known && !candidate.known;
}

/** A rate of what happened on neither side. */
export function isNothing({ difference, baseline, candidate }: MetricDifference): boolean {
  return (
    difference !== undefined && [baseline, candidate].every((side) => side.known && side.value.estimate === 0)
  );
}

/** The smallest loss that each task rules out, and the word for it where a margin is set. */
function provenTable({ tasks, overall, settings }: Comparison): TextTable {
  const rows = tasks.map(({ task, difference }) => ({
    name: task,
    difference,
    margin: marginOfTask(settings, task),
  }));
  if (tasks.length > 1) rows.push({ name: "all cases", difference: overall, margin: settings.margin });
  const level = `${Number((settings.confidence * 100).toFixed(1))} % confidence`;
  const margins = new Set(rows.map(({ margin }) => margin));
  const [only] = margins;
  const isJudged = margins.size > 1 || only !== undefined;
  const isOne = margins.size === 1;
  return {
    title: !isJudged
      ? `Smallest loss in points that is ruled out with ${level}`
      : `Against ${isOne ? `a margin of ${marginText(only)} points` : "each margin"}, with ${level}, each by itself`,
    head: ["task", ...(isOne ? [] : ["margin"]), ...(isJudged ? ["verdict"] : []), "proven margin", "method"],
    rows: rows.map(({ name, margin, difference: { observed, verdict } }) => [
      name,
      ...(isOne ? [] : [marginText(margin)]),
      ...(isJudged ? [margin === undefined ? "" : (verdict ?? "inconclusive")] : []),
      observed === undefined ? "unknown" : marginText(observed.provenMargin),
      observed?.method ?? "",
    ]),
  };
}

/** A loss, without its sign: `3.0`. */
function marginText(margin: number | undefined): string {
  return margin === undefined ? "none" : points(margin).replace("+", "");
}

/** Every rule of a candidate. */
export function rulesTable(verdict: CandidateVerdict): TextTable {
  return {
    title: `Rules for ${label(verdict.candidate, verdict.simulated)} against ${verdict.baseline}: ${verdict.verdict}`,
    head: ["rule", "state", "measured", "bound"],
    rows: verdict.rules.map((rule) => [ruleText(rule), rule.state, measuredText(rule), boundText(rule)]),
  };
}

/** A model's name, marked where its answers are made up. */
export function label(name: string, simulated: boolean): string {
  return simulated ? `${name} (simulated)` : name;
}

/** The same for a narrow column. */
export function shortLabel(name: string, simulated: boolean): string {
  return simulated ? `${name} (sim)` : name;
}

function differenceRow(name: string, difference: ScoreDifference): readonly string[] {
  const { observed, baselineMean, candidateMean } = difference;
  if (observed === undefined || baselineMean === undefined || candidateMean === undefined) {
    return [name, "0", "unknown", "unknown", "unknown", ""];
  }
  const { estimate, lower, upper } = observed.difference;
  const shown = lower <= 0 && upper >= 0 ? `~ ${points(estimate)}` : points(estimate);
  return [
    name,
    String(difference.compared),
    percent(baselineMean),
    percent(candidateMean),
    shown,
    `${points(lower)} to ${points(upper)}`,
  ];
}

function metricRow({ metric, baseline, candidate, ratio, difference }: MetricDifference): readonly string[] {
  const isCost = metric === "cost";
  const show = isCost ? perThousand : unitOf(metric);
  return [
    isCost ? "$/1k cases" : metric,
    estimateText(baseline, show),
    estimateText(candidate, show),
    // A rate is often 0, and then its ratio says nothing.
    difference === undefined ? changeText(ratio) : pointsText(difference),
  ];
}

function perThousand(usd: number): string {
  return money(usd * 1000);
}

function timeRow({ metric, cases, ratio }: PairedTime): readonly string[] {
  return [
    `${metric}, case by case`,
    "",
    counted(cases, "case"),
    changeText({ known: true, value: ratio, n: cases }),
  ];
}

function changeText(ratio: MetricValue): string {
  const same = ratio.known && ratio.value.lower <= 1 && ratio.value.upper >= 1;
  return `${same ? "~ " : ""}${intervalText(ratio, factor)}`;
}

function pointsText({ estimate, lower, upper }: Interval): string {
  const same = lower <= 0 && upper >= 0;
  return `${same ? "~ " : ""}${points(estimate)} points [${points(lower)}, ${points(upper)}]`;
}

function unitOf(metric: RuleResult["metric"]): (value: number) => string {
  if (metric === "cost") return money;
  if (metric === "tokens_per_second") return rate;
  return isScored(metric) || metric.endsWith("_rate") ? percent : duration;
}

/** A rule's measured value with its bounds, in the rule's unit. */
export function measuredText({ measured, bound, metric }: RuleResult): string {
  if (measured === undefined) return "unknown";
  const show = bound.kind === "margin" ? points : bound.relative ? factor : unitOf(metric);
  return `${show(measured.estimate)} [${show(measured.lower)}, ${show(measured.upper)}]`;
}

/** What a rule's value is held against: `margin 3.0`, `≤ 0.500x`. */
export function boundText({ bound, metric }: RuleResult): string {
  if (bound.kind === "margin") return `margin ${marginText(bound.value)}`;
  const value = bound.relative ? factor(bound.value) : unitOf(metric)(bound.value);
  return `${bound.kind === "at_least" ? "≥" : "≤"} ${value}`;
}

/** Beside a gate's figures: why they are not those of a comparison. */
export const BOUNDS_NOTE =
  "In brackets: the bounds that decide, one-sided, corrected for several candidates and rules; the intervals of " +
  "a comparison are two-sided and each by itself.";
