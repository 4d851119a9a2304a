import type { MetricValue } from "../comparison/metric-value.ts";
import type { TrendLine, TrendPoint } from "../comparison/trend.ts";
import type { Interval } from "../statistics/interval.ts";
import { money, shortDuration } from "./number-text.ts";
import { terminalText } from "./safe-text.ts";
import { shortLabel } from "./tables.ts";
import { WIDTH, wrapped } from "./terminal-text.ts";

const HEAD = ["run", "score", "$/1k cases", "p95 latency"];
const MARK = "*";

/** The lines of models over runs, oldest first, for a terminal of 80 columns; a broken line is ruled off. */
export function trendText(lines: readonly TrendLine[], confidence: number): string {
  const rows = new Map(
    lines
      .flatMap(({ segments }) => segments.flatMap(({ points }) => points))
      .map((point) => [point, cellsOf(point)]),
  );
  const widths = HEAD.map((title, at) =>
    Math.max(title.length, ...[...rows.values()].map((cells) => cells[at]?.length ?? 0)),
  );
  const set = (cells: readonly string[]) =>
    fitted(`  ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd());
  const parts = lines.map(({ model, simulated, segments }) =>
    [
      wrapped(terminalText(shortLabel(model, simulated))),
      set(HEAD),
      ...segments.flatMap(({ brokenBy, points }) => [
        ...(brokenBy === undefined ? [] : [breakText(brokenBy)]),
        ...points.map((point) => set(rows.get(point) ?? [])),
      ]),
    ].join("\n"),
  );
  return `${[...parts, legend(lines, confidence)].join("\n\n")}\n`;
}

function fitted(line: string): string {
  const letters = [...line];
  return letters.length <= WIDTH ? line : `${letters.slice(0, WIDTH - 1).join("")}…`;
}

/** `2026-11-24 x7k2`: the day, and the end of the run's id, by which commands find it too. */
function shortRun(id: string): string {
  const [, year, month, day, tail] = /^(\d{4})(\d\d)(\d\d)-\d{6}-(\w+)$/.exec(id) ?? [];
  return tail === undefined ? terminalText(id) : `${year}-${month}-${day} ${tail}`;
}

function cellsOf({ run, suiteChanged, score, costPerCase, latencyP95 }: TrendPoint): readonly string[] {
  const share = (value: number) => (value * 100).toFixed(1);
  return [
    `${shortRun(run)}${suiteChanged ? MARK : ""}`,
    score === undefined ? "unknown" : withInterval(score, share),
    metricText(costPerCase, (usd) => money(usd * 1000)),
    metricText(latencyP95, shortDuration),
  ];
}

function metricText(value: MetricValue, show: (end: number) => string): string {
  return value.known ? withInterval(value.value, show) : "unknown";
}

function withInterval({ estimate, lower, upper }: Interval, show: (end: number) => string): string {
  return `${show(estimate)} ${show(lower).replace("$", "")}–${show(upper).replace("$", "")}`;
}

/** A rule over the whole width: numbers above it and below it are of different things. */
function breakText(brokenBy: string): string {
  const text = wrapped(`  not comparable: ${terminalText(brokenBy)}`);
  const rule = `  ${"╌".repeat(WIDTH - 2)}`;
  return `${rule}\n${text}\n${rule}`;
}

function legend(lines: readonly TrendLine[], confidence: number): string {
  const points = lines.flatMap(({ segments }) => segments.flatMap((segment) => segment.points));
  const missing = points.reduce((count, { unscored }) => count + unscored, 0);
  return [
    `Oldest run first, each number with its ${Number((confidence * 100).toFixed(1))} % interval.`,
    ...(points.some(({ suiteChanged }) => suiteChanged) ? ["* the suite file changed before this run."] : []),
    ...(lines.some(({ simulated }) => simulated) ? ["(sim): simulated, made-up answers."] : []),
    ...(missing > 0 ? [`${missing} samples of these runs have no score.`] : []),
  ]
    .map((line) => wrapped(line))
    .join("\n");
}
