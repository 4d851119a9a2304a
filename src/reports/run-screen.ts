import type { Comparison } from "../comparison/compare.ts";
import type { CandidateVerdict } from "../comparison/gate.ts";
import type { MetricValue } from "../comparison/metric-value.ts";
import type { RunRow, RunTable } from "../comparison/run-table.ts";
import { sentence } from "../comparison/sentence.ts";
import { counted } from "../domain/counted.ts";
import { paretoFront } from "../statistics/pareto.ts";
import { earlyLines } from "./early-text.ts";
import { notJudgedText } from "./notices.ts";
import { money, rate, shortDuration } from "./number-text.ts";
import type { ReportInput, ReportOptions } from "./report.ts";
import { terminalText } from "./safe-text.ts";
import { alarmLines, lossLines, pairwiseLines, rankingLine } from "./summary-lines.ts";
import { shortLabel } from "./tables.ts";
import { verdictText, wrapped } from "./terminal-text.ts";
import { shortEffectLines } from "./workflow-lines.ts";

/** Longest model name that a row shows whole. */
const NAME_WIDTH = 24;
const HEAD = ["score", "", "$/1k cases", "p50", "p95", "first", "tok/s"];

/** What `evals run` ends with: one table, the verdicts in words, why, and the warnings; at most 80 columns. */
export function runScreen(input: ReportInput, { color }: ReportOptions): string {
  const parts = [
    ...(input.table === undefined ? [] : [tableText(input.table)]),
    ...(input.title.attempt > 1 && input.gate !== undefined
      ? [`attempt ${input.title.attempt} of this suite`]
      : []),
    input.notJudged === undefined ? "" : wrapped(terminalText(notJudgedText(input.notJudged))),
    ...(input.gate?.verdicts ?? []).map((verdict) => verdictPart(verdict, input.comparisons, color)),
    ...earlyLines(input).map((line) => wrapped(line)),
    wrapped(terminalText(rankingLine(input.ranking))),
    shortEffectLines(input)
      .map((line) => wrapped(terminalText(line)))
      .join("\n"),
    warningsText(input.comparisons),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function tableText({ rows, confidence }: RunTable): string {
  const level = `${Number((confidence * 100).toFixed(1))} % interval`;
  const names = rows.map((row) => nameOf(row).length);
  const nameWidth = Math.min(NAME_WIDTH, Math.max(...names)) + 2;
  const cells = rows.map(cellsOf);
  const head = HEAD.map((title) => (title === "" ? level : title));
  const widths = head.map((title, at) => Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)));
  const line = (name: string, columns: readonly string[]) =>
    `${name.padEnd(nameWidth)} ${columns.map((text, at) => text.padStart(widths[at] ?? 0)).join("  ")}`.trimEnd();
  const lines = [line("", head)];
  let task: string | undefined | null = null;
  for (const [at, row] of rows.entries()) {
    if (row.task !== task) lines.push(groupTitle(row));
    task = row.task;
    lines.push(line(`  ${terminalText(nameOf(row)).slice(0, NAME_WIDTH)}`, cells[at] ?? []));
    const exceptions = exceptionsOf(row);
    if (exceptions !== "") lines.push(wrapped(`    ${exceptions}`));
  }
  return [...lines, wrapped(totalsLine(rows)), wrapped(tradeOffLine(rows))]
    .filter((text) => text !== "")
    .join("\n");
}

function groupTitle({ task, cases, samples }: RunRow): string {
  const repeats = samples > cases ? `, ${Number((samples / cases).toFixed(1))} repeats` : "";
  return `${task === undefined ? "all tasks" : terminalText(task)} (${counted(cases, "case")}${repeats})`;
}

function nameOf({ target, simulated }: RunRow): string {
  return shortLabel(target, simulated);
}

function cellsOf(row: RunRow): readonly string[] {
  const { score } = row;
  const share = (value: number) => (value * 100).toFixed(1);
  return [
    score === undefined ? "unknown" : share(score.estimate),
    score === undefined ? "" : `${share(score.lower)} – ${share(score.upper)}`,
    cell(row.costPerCase, (usd) => money(usd * 1000)),
    cell(row.latencyP50, shortDuration),
    cell(row.latencyP95, shortDuration),
    cell(row.firstTokenP50, shortDuration),
    cell(row.tokensPerSecond, rate),
  ];
}

function cell(value: MetricValue, show: (estimate: number) => string): string {
  return value.known ? show(value.value.estimate) : "?";
}

/** What a name does not say: the calls of a workflow, and what did not go as it should, with its count. */
function exceptionsOf({
  outcomes,
  formatFaults,
  unscored,
  cached,
  timedLate,
  servedByOther,
  samples,
  callsPerCase,
  isBatched,
}: RunRow): string {
  const counts: readonly (readonly [number, string])[] = [
    [outcomes.refused, "refused"],
    [outcomes.empty, "empty"],
    [outcomes.truncated, "cut at the token limit"],
    [outcomes.failed, "failed"],
    [outcomes.skipped, "not asked"],
    [formatFaults, "in the wrong format"],
    [unscored - outcomes.failed - outcomes.skipped, "not scored"],
    [cached, "from the cache, not timed"],
    [timedLate, "timed late (this machine was busy)"],
    [servedByOther, "answered by another model than was asked"],
  ];
  const shown = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const calls =
    callsPerCase === undefined || callsPerCase === 1
      ? []
      : [`${Number(callsPerCase.toFixed(2))} calls a case`];
  const faults =
    shown.length === 0 ? [] : [`of ${samples}: ${outcomes.answered} answered, ${shown.join(", ")}`];
  const batch = isBatched ? ["asked in batches, not timed"] : [];
  return [...calls, ...batch, ...faults].join("; ");
}

function totalsLine(rows: readonly RunRow[]): string {
  const last = rows.at(-1);
  const overall = rows.filter(({ task }) => task === last?.task);
  const costs = overall.map((row) => `${terminalText(row.target)} ${money(row.totalCostUsd)}`);
  const simulated = overall.some((row) => row.simulated) ? " (sim): SIMULATED, answers are made up." : "";
  const what = overall.some(({ cached }) => cached > 0)
    ? "cost of the answers (those from the cache: as first paid)"
    : "cost of this run";
  return `${what}: ${costs.join(", ")}.${simulated}`;
}

/** What a solved case costs, and which models no other beats in both score and cost. */
function tradeOffLine(rows: readonly RunRow[]): string {
  const overall = rows.filter(({ task }) => task === rows.at(-1)?.task);
  const priced = overall.flatMap(({ target, score, costPerCase, costPerSolved }) =>
    score !== undefined && costPerCase.known && costPerSolved.known
      ? [
          {
            name: terminalText(target),
            point: [score.estimate, costPerCase.value.estimate],
            solved: costPerSolved.value.estimate,
          },
        ]
      : [],
  );
  if (priced.length < 2 || priced.every(({ solved }) => solved === 0)) return "";
  const front = paretoFront(
    priced.map(({ point }) => point),
    ["higher", "lower"],
  );
  const costs = priced.map(
    ({ name, solved }) => `${name} ${Number.isFinite(solved) ? money(solved * 1000) : "∞"}`,
  );
  return `per 1,000 solved cases: ${costs.join(", ")}. Not beaten in both score and cost: ${front
    .map((at) => priced[at]?.name)
    .join(", ")}.`;
}

function verdictPart(verdict: CandidateVerdict, comparisons: readonly Comparison[], color: boolean): string {
  const text = verdictText(terminalText(sentence(verdict)), verdict.verdict, color);
  const comparison = comparisons.find(
    ({ baseline, candidate }) => candidate.name === verdict.candidate && baseline.name === verdict.baseline,
  );
  if (comparison === undefined) return text;
  const overall = comparison.overall.observed?.difference.estimate;
  const lost = overall !== undefined && overall < 0;
  const why = [
    ...pairwiseLines(comparison),
    ...(lost ? lossLines(comparison) : []),
    ...alarmLines(comparison),
  ];
  return [text, ...why.map((line) => wrapped(`  ${terminalText(line)}`))].join("\n");
}

function warningsText(comparisons: readonly Comparison[]): string {
  const about = new Map<string, Set<string>>();
  for (const { candidate, warnings } of comparisons) {
    for (const { code, text } of warnings) {
      if (code === "simulated" || code === "attempt") continue;
      about.set(text, (about.get(text) ?? new Set()).add(candidate.name));
    }
  }
  return [...about]
    .map(([text, names]) => wrapped(terminalText(`warning (${[...names].join(", ")}): ${text}`)))
    .join("\n");
}
