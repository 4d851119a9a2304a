import { OUTCOME_KINDS, type OutcomeKind } from "../domain/outcome.ts";
import { meanEstimate } from "../statistics/case-means.ts";
import type { Estimate } from "../statistics/interval.ts";
import { joinedRows, rowsWhere } from "./case-rows.ts";
import { caseScore, clustersAt, rowsOf, type Side } from "./case-scores.ts";
import { type CaseTable, faultAt, outcomeAt } from "./case-table.ts";
import { fitReadings, type LabelFacts, labelFacts, labelNames, readCases } from "./label-facts.ts";
import { type MetricValue, metricValue, solvedCost } from "./metric-value.ts";
import { type SubScore, subScores } from "./sub-scores.ts";

/** One model on one task, or on all of them. */
export interface RunRow {
  readonly target: string;
  /** `undefined`: all tasks. */
  readonly task: string | undefined;
  readonly simulated: boolean;
  /** Asked in batches: no time was measured. */
  readonly isBatched: boolean;
  readonly cases: number;
  readonly samples: number;
  /** `undefined` where nothing was scored. */
  readonly score: Estimate | undefined;
  readonly unscored: number;
  readonly outcomes: Readonly<Record<OutcomeKind, number>>;
  readonly formatFaults: number;
  readonly costPerCase: MetricValue;
  /** USD for one solved case: all that was spent over the sum of the scores. */
  readonly costPerSolved: MetricValue;
  /** `undefined` is unknown. */
  readonly totalCostUsd: number | undefined;
  readonly latencyP50: MetricValue;
  readonly latencyP95: MetricValue;
  readonly firstTokenP50: MetricValue;
  readonly tokensPerSecond: MetricValue;
  readonly cached: number;
  /** Answers whose latency may be too long: this process was busy when they came. */
  readonly timedLate: number;
  /** Answers of another model than was asked, as the server says. */
  readonly servedByOther: number;
  /** Model calls that an answer took; `undefined` where nothing was answered. */
  readonly callsPerCase: number | undefined;
}

/** The result table of a run. */
export interface RunTable {
  readonly confidence: number;
  /** Rows by task, then the overall rows where there is more than one task. */
  readonly rows: readonly RunRow[];
  /** By task, scorer of labels and model; empty where no task has such a scorer. */
  readonly labels: readonly RunLabels[];
  /** By task and model: scorers where a task has several, and named parts of scorers. */
  readonly subScores: readonly RunSubScore[];
}

/** A sub-score of one model. */
export interface RunSubScore extends SubScore {
  readonly task: string;
  readonly target: string;
  readonly simulated: boolean;
}

/** What one model made of the labels of a task. */
export interface RunLabels extends LabelFacts {
  readonly task: string;
  readonly target: string;
  readonly simulated: boolean;
  /** Its name in the suite. */
  readonly scorer: string;
}

/** What a table of a run is made with. */
export interface RunTableSettings {
  readonly confidence: number;
  readonly simulated: ReadonlySet<string>;
  /** Targets that were asked in batches. */
  readonly batched?: ReadonlySet<string>;
  /** The order of the rows, as in the suite; what it does not name follows in the order of names. */
  readonly tasks?: readonly string[];
  readonly targets?: readonly string[];
}

/**
 * One row per task and model; overall rows pool the cases. Intervals are two-sided. The order in which the samples
 * came does not matter: sums are made in the order of case ids, so that the same samples give the same bytes.
 */
export function runTable(table: CaseTable, settings: RunTableSettings): RunTable {
  const byTask = rowsByTask(table);
  const groups: (readonly [string | undefined, Uint32Array])[] = ordered(byTask, settings.tasks);
  if (byTask.size > 1) groups.push([undefined, joinedRows(groups.map(([, cases]) => cases))]);
  const { confidence } = settings;
  const asked = groups.flatMap(([task, cases]) =>
    ordered(table.targets, settings.targets).flatMap(([name, samples]) => {
      const side = {
        name,
        table,
        samples,
        simulated: settings.simulated.has(name),
        isBatched: settings.batched?.has(name) ?? false,
      };
      const own = rowsWhere(cases, (index) => samples.starts[index] !== samples.starts[index + 1]);
      return own.length === 0 ? [] : [{ side, input: { task, cases: own, confidence } }];
    }),
  );
  return {
    confidence,
    rows: asked.map(({ side, input }) => runRow(side, input)),
    labels: asked.flatMap(({ side, input }) => labelsOf(side, input)),
    subScores: asked.flatMap(({ side, input: { task, cases } }) =>
      task === undefined
        ? []
        : subScores(side, cases, confidence).map((score) => ({
            task,
            target: side.name,
            simulated: side.simulated,
            ...score,
          })),
    ),
  };
}

/** By task, its cases in the order of ids. */
function rowsByTask({ cases, byName: { rows } }: CaseTable): ReadonlyMap<string, Uint32Array> {
  const byTask = new Map<string, Uint32Array>();
  for (let start = 0; start < rows.length; ) {
    const task = cases.task.at(rows[start] ?? 0) ?? "";
    let end = start + 1;
    while (end < rows.length && cases.task.at(rows[end] ?? 0) === task) end += 1;
    byTask.set(task, rows.subarray(start, end));
    start = end;
  }
  return byTask;
}

function labelsOf(side: Side, { task, cases, confidence }: RowInput): readonly RunLabels[] {
  if (task === undefined) return [];
  return [...side.samples.labels.keys()].toSorted().flatMap((scorer) => {
    const read = readCases(side, scorer, cases);
    if (read.readings.length === 0) return [];
    const facts = labelFacts(read, fitReadings(read.readings, labelNames(read.readings)), confidence);
    return [{ task, target: side.name, simulated: side.simulated, scorer, ...facts }];
  });
}

function ordered<Value>(map: ReadonlyMap<string, Value>, names: readonly string[] = []): [string, Value][] {
  const rank = new Map(names.map((name, at) => [name, at]));
  const rankOf = (name: string) => rank.get(name) ?? names.length;
  return [...map].sort(([left], [right]) => rankOf(left) - rankOf(right) || (left < right ? -1 : 1));
}

interface RowInput {
  readonly task: string | undefined;
  readonly cases: Uint32Array;
  readonly confidence: number;
}

function runRow(side: Side, { task, cases, confidence }: RowInput): RunRow {
  const input = { side, cases, confidence };
  return {
    target: side.name,
    task,
    simulated: side.simulated,
    isBatched: side.isBatched ?? false,
    cases: cases.length,
    score: scoreOf(side, { task, cases, confidence }),
    ...countsOf(side, cases),
    costPerCase: metricValue("cost", input),
    costPerSolved: solvedCost(input),
    latencyP50: metricValue("latency_p50", input),
    latencyP95: metricValue("latency_p95", input),
    firstTokenP50: metricValue("ttft_p50", input),
    tokensPerSecond: metricValue("tokens_per_second", input),
  };
}

function countsOf({ samples }: Side, cases: Uint32Array) {
  const counts = OUTCOME_KINDS.map(() => 0);
  let total = 0;
  let unscored = 0;
  let formatFaults = 0;
  let cached = 0;
  let timedLate = 0;
  let servedByOther = 0;
  let calls = 0;
  let counted = 0;
  let cost: number | undefined = 0;
  for (const index of cases) {
    for (const row of rowsOf(samples, index)) {
      const code = samples.outcome.at(row);
      counts[code] = (counts[code] ?? 0) + 1;
      total += 1;
      if (Number.isNaN(samples.score.at(row))) unscored += 1;
      if (faultAt(samples.fault.at(row)) === "format") formatFaults += 1;
      cached += samples.cached.at(row);
      timedLate += samples.timedLate.at(row);
      servedByOther += samples.servedByOther.at(row);
      const called = samples.calls.at(row);
      if (!Number.isNaN(called)) {
        calls += called;
        counted += 1;
      }
      const spent = samples.costUsd.at(row);
      const kind = outcomeAt(code);
      if (!Number.isNaN(spent)) cost = cost === undefined ? undefined : cost + spent;
      else if (kind !== "failed" && kind !== "skipped") cost = undefined;
    }
  }
  const [answered = 0, refused = 0, empty = 0, truncated = 0, failed = 0, skipped = 0] = counts;
  const outcomes = { answered, refused, empty, truncated, failed, skipped };
  const callsPerCase = counted === 0 ? undefined : calls / counted;
  return {
    samples: total,
    outcomes,
    unscored,
    formatFaults,
    cached,
    timedLate,
    servedByOther,
    callsPerCase,
    totalCostUsd: cost,
  };
}

function scoreOf(side: Side, { cases, confidence }: RowInput): Estimate | undefined {
  const scored = rowsWhere(cases, (index) => caseScore(side.samples, index).scored > 0);
  if (scored.length === 0) return undefined;
  return meanEstimate({
    scores: scoresOf(side, scored),
    clusters: clustersAt(side, scored),
    range: { lower: 0, upper: 1 },
    confidence,
  });
}

function* scoresOf({ samples }: Side, cases: Uint32Array): Generator<readonly number[]> {
  for (const index of cases) {
    const scores: number[] = [];
    for (const row of rowsOf(samples, index)) {
      const score = samples.score.at(row);
      if (!Number.isNaN(score)) scores.push(score);
    }
    yield scores;
  }
}
