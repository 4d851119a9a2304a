import type { F1Comparison, LabelComparison } from "../comparison/label-comparison.ts";
import type { LabelFacts, LabelScore } from "../comparison/label-facts.ts";
import type { RunLabels } from "../comparison/run-table.ts";
import type { Estimate } from "../statistics/interval.ts";
import { percent, points } from "./number-text.ts";
import type { TextTable } from "./tables.ts";

/** More labels than fit a line are told by their most frequent mix-ups. */
const WIDEST_MATRIX = 7;
const MOST_MIX_UPS = 10;
const MOST_LABELS = 20;

/** F1 of a task's labels on both sides, and what each side took for what. */
export function labelComparisonTables(
  compared: LabelComparison,
  names: { readonly baseline: string; readonly candidate: string },
): readonly TextTable[] {
  const { task, scorer, cases, baseline, candidate } = compared;
  const title = `Labels of ${task} (${scorer}, ${cases} cases): F1${lost(baseline, candidate)}`;
  const rows = [
    ...f1Row("macro F1", compared.macroF1),
    ...f1Row("micro F1", compared.microF1),
    ...labelRows(baseline.labels, candidate.labels),
  ];
  return [
    { title, head: ["label", "expected", "baseline", "candidate", "difference", "interval"], rows },
    ...mixUpTable(baseline, `${task}, ${scorer}: ${names.baseline}`),
    ...mixUpTable(candidate, `${task}, ${scorer}: ${names.candidate}`),
  ];
}

function lost(baseline: LabelFacts, candidate: LabelFacts): string {
  if (baseline.missing + candidate.missing === 0) return "";
  return `; not read: ${baseline.missing} samples of the baseline, ${candidate.missing} of the candidate`;
}

function f1Row(name: string, f1: F1Comparison | undefined): readonly (readonly string[])[] {
  if (f1 === undefined) return [];
  const { lower, upper, estimate, method } = f1.difference;
  const isShown = method !== "insufficient" && (lower > 0 || upper < 0);
  const interval = method === "insufficient" ? "" : `${points(lower)} to ${points(upper)}`;
  const difference = `${isShown ? "" : "~ "}${points(estimate)}`;
  return [[name, "", percent(f1.baseline.estimate), percent(f1.candidate.estimate), difference, interval]];
}

function labelRows(
  baseline: readonly LabelScore[],
  candidate: readonly LabelScore[],
): readonly (readonly string[])[] {
  return baseline
    .slice(0, MOST_LABELS)
    .map(({ label, expected, f1 }, at) => [
      label,
      String(expected),
      percent(f1),
      percent(candidate[at]?.f1 ?? 0),
      points((candidate[at]?.f1 ?? 0) - f1),
      "",
    ]);
}

/** F1 of every model of a run, with intervals. */
export function runLabelTable(
  labels: readonly RunLabels[],
  nameOf: (row: RunLabels) => string,
): readonly TextTable[] {
  if (labels.length === 0) return [];
  return [
    {
      title: "Labels: F1 with interval (macro: labels alike; micro: all together)",
      head: ["task", "scorer", "model", "macro F1", "micro F1", "not read"],
      rows: labels.map((row) => [
        row.task,
        row.scorer,
        nameOf(row),
        estimateCell(row.macroF1),
        estimateCell(row.microF1),
        String(row.missing),
      ]),
    },
  ];
}

/** What each model of a run took for what. */
export function runMixUpTables(labels: readonly RunLabels[], nameOf: (row: RunLabels) => string) {
  return labels.flatMap((row) => mixUpTable(row, `${row.task}, ${row.scorer}: ${nameOf(row)}`));
}

function estimateCell(estimate: Estimate | undefined): string {
  if (estimate === undefined) return "unknown";
  const share = (value: number) => (value * 100).toFixed(1);
  return `${percent(estimate.estimate)} (${share(estimate.lower)} – ${share(estimate.upper)})`;
}

/** The confusion matrix; of many labels, or of several a case, what fits. */
function mixUpTable(facts: LabelFacts, name: string): readonly TextTable[] {
  const { confusion } = facts;
  if (confusion === undefined) return [precisionTable(facts, name)];
  const { labels, counts, none } = confusion;
  if (labels.length > WIDEST_MATRIX) return mixUpList(facts, name);
  const hasNone = none.some((count) => count > 0);
  const rows = labels.flatMap((label, row) => {
    const cells = counts[row] ?? [];
    const isExpected = cells.some((count) => count > 0) || (none[row] ?? 0) > 0;
    return isExpected ? [[label, ...[...cells, ...(hasNone ? [none[row] ?? 0] : [])].map(String)]] : [];
  });
  const head = ["expected", ...labels, ...(hasNone ? ["no label"] : [])];
  return [{ title: `${name} (rows: expected, columns: answered)`, head, rows }];
}

function precisionTable({ labels }: LabelFacts, name: string): TextTable {
  const share = (value: number | undefined) => (value === undefined ? "" : percent(value));
  return {
    title: name,
    head: ["label", "expected", "named", "right", "precision", "recall", "F1"],
    rows: labels
      .slice(0, MOST_LABELS)
      .map(({ label, expected, named, right, precision, recall, f1 }) => [
        label,
        ...[expected, named, right].map(String),
        share(precision),
        share(recall),
        percent(f1),
      ]),
  };
}

function mixUpList({ confusion }: LabelFacts, name: string): readonly TextTable[] {
  const { labels, counts, none } = confusion ?? { labels: [], counts: [], none: [] };
  const mixUps = labels.flatMap((expected, row) => [
    ...labels.flatMap((answered, column) =>
      row === column ? [] : [{ expected, answered, count: counts[row]?.[column] ?? 0 }],
    ),
    { expected, answered: "no label", count: none[row] ?? 0 },
  ]);
  const worst = mixUps
    .filter(({ count }) => count > 0)
    .sort((left, right) => right.count - left.count)
    .slice(0, MOST_MIX_UPS);
  if (worst.length === 0) return [];
  return [
    {
      title: `${name}, taken for another most often`,
      head: ["expected", "answered", "samples"],
      rows: worst.map(({ expected, answered, count }) => [expected, answered, String(count)]),
    },
  ];
}
