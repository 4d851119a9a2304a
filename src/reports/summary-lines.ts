import type { Comparison } from "../comparison/compare.ts";
import { LOSSES } from "../comparison/decomposition.ts";
import type { RepeatFacts } from "../comparison/repeat-facts.ts";
import { counted } from "../domain/counted.ts";
import type { Interval } from "../statistics/interval.ts";
import type { VarianceParts } from "../statistics/variance.ts";
import { percent, points } from "./number-text.ts";
import type { ReportInput } from "./report.ts";
import { isNothing, isUnknown } from "./tables.ts";

/** What a comparison says beside its tables, one fact a line; raw text, escaped by the sink. */
export function comparisonLines(comparison: Comparison): readonly string[] {
  return [
    ...pairedLines(comparison),
    ...pairwiseLines(comparison),
    ...lossLines(comparison),
    ...metricLines(comparison),
    ...repeatLines(comparison),
    ...flippedLines(comparison),
    ...comparison.warnings.map(({ text }) => `warning: ${text}`),
  ];
}

function pairedLines({ overall, baseline, candidate }: Comparison): readonly string[] {
  const counts = overall.observed?.counts;
  if (counts === undefined) return [];
  return [
    `both right ${counts.both}, only ${baseline.name} ${counts.baselineOnly}, ` +
      `only ${candidate.name} ${counts.candidateOnly}, both wrong ${counts.neither}`,
  ];
}

/** What judges said of both answers side by side. */
export function pairwiseLines({ pairwise = [], candidate, baseline }: Comparison): readonly string[] {
  return pairwise.map(({ task, judge, winRate, lengthControlled, position }) => {
    const interval = `${percent(winRate.lower)} to ${percent(winRate.upper)}`;
    const length =
      lengthControlled === undefined ? "" : `, ${percent(lengthControlled.estimate)} at equal length`;
    const place = `first place wins ${percent(position.firstWins)} (p = ${Number(position.p.toPrecision(2))})`;
    return (
      `${judge} prefers ${candidate.name} to ${baseline.name} on ${task} in ${percent(winRate.estimate)} of ` +
      `the ${position.pairs} pairs that it judged (95 % interval ${interval}${length}); the same verdict in both orders: ` +
      `${percent(position.consistency.estimate)}, ${place}`
    );
  });
}

/** Models by their strength in pairwise verdicts; "" where there are not more than two. */
export function rankingLine(ranking: ReportInput["ranking"]): string {
  if (ranking === undefined) return "";
  const shown = ranking.models.map(({ model, estimate, lower, upper }) =>
    lower === upper
      ? `${model} ${Math.round(estimate)}`
      : `${model} ${Math.round(estimate)} (${Math.round(lower)} to ${Math.round(upper)})`,
  );
  const smoothed = ranking.isSmoothed
    ? "; half a win was added each way, as one never lost or never won"
    : "";
  return `strength in pairwise verdicts (Bradley-Terry, Elo points, 95 % intervals): ${shown.join(", ")}${smoothed}`;
}

/** What the difference is made of, and what mending the format would give. */
export function lossLines({ decomposition, overall, candidate }: Comparison): readonly string[] {
  if (decomposition === undefined) return [];
  const parts = LOSSES.filter((loss) => Math.abs(decomposition.parts[loss]) >= 0.0005);
  if (parts.length === 0) return [];
  const lines = [
    `difference in points by cause: ${parts.map((loss) => `${loss} ${points(decomposition.parts[loss])}`).join(", ")}`,
  ];
  const mended = decomposition.candidateIfFormatFixed;
  if (overall.candidateMean !== undefined && mended - overall.candidateMean >= 0.0005) {
    lines.push(
      `with its format mended, ${candidate.name} would score ${percent(mended)} instead of ${percent(overall.candidateMean)}`,
    );
  }
  return lines;
}

/** The metrics that have no row. */
function metricLines({ metrics }: Comparison): readonly string[] {
  const names = (isOne: typeof isUnknown) => metrics.filter(isOne).map(({ metric }) => metric);
  const unknown = names(isUnknown);
  const nothing = names(isNothing);
  return [
    ...(unknown.length === 0 ? [] : [`not measured: ${unknown.join(", ")}`]),
    ...(nothing.length === 0 ? [] : [`0 on both sides: ${nothing.join(", ")}`]),
  ];
}

function repeatLines({ repeats, baseline, candidate, variance }: Comparison): readonly string[] {
  const sides = [
    { name: baseline.name, facts: repeats.baseline },
    { name: candidate.name, facts: repeats.candidate },
  ].flatMap(({ name, facts }) =>
    facts.noiseFloor === undefined
      ? []
      : [
          `${name} disagrees with itself on ${percent(facts.noiseFloor)} of cases${passText(facts)}${flakyText(facts)}`,
        ],
  );
  return [...sides, ...varianceLines(variance)];
}

function passText({ repeats, passAny, passAll }: RepeatFacts): string {
  if (passAny === undefined || passAll === undefined) return "";
  const shown = ({ estimate, lower, upper }: Interval) =>
    `${percent(estimate)} [${percent(lower)}, ${percent(upper)}]`;
  return `; right in all ${repeats} repeats: ${shown(passAll)}, in any: ${shown(passAny)}`;
}

function flakyText({ flaky, flakyCases }: RepeatFacts): string {
  if (flaky === 0) return "";
  const named = flakyCases
    .slice(0, 3)
    .map(({ task, id, right, repeats }) => `${task}/${id} (${right} of ${repeats})`);
  return `; ${flaky} flaky, such as ${named.join(", ")}`;
}

/** What repeats could still gain: the interval's width goes with the square root of the variance. */
function varianceLines(variance: VarianceParts | undefined): readonly string[] {
  if (variance?.betweenCases === undefined || variance.total === 0) return [];
  const share = Math.min(1, variance.betweenCases / variance.total);
  return [
    `${percent(1 - share)} of the difference's variance is noise between repeats: ` +
      `more repeats could narrow its interval to ${percent(Math.sqrt(share))} of its width, more cases to any`,
  ];
}

function flippedLines({ flipped }: Comparison): readonly string[] {
  const worst = flipped.filter((flip) => flip.candidate < flip.baseline).slice(0, 5);
  if (worst.length === 0) return [];
  const shown = worst.map(
    ({ task, id, baseline, candidate }) => `${task}/${id} (${percent(baseline)} to ${percent(candidate)})`,
  );
  return [
    `${counted(flipped.length, "case")} ${flipped.length === 1 ? "differs" : "differ"}; worst: ${shown.join(", ")}`,
  ];
}

/** The slices that got worse, after the correction for their number. */
export function alarmLines({ slices, overall }: Comparison): readonly string[] {
  const alarms = slices.flatMap(({ field, value, alarm, difference }) =>
    // A slice that holds every case says what the whole says.
    alarm && difference.observed !== undefined && difference.compared < overall.compared
      ? [
          `${field}=${value} ${points(difference.observed.difference.estimate)} (${counted(difference.compared, "case")})`,
        ]
      : [],
  );
  return alarms.length === 0 ? [] : [`slices that got worse: ${alarms.join(", ")}`];
}
