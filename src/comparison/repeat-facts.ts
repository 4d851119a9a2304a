import { meanEstimate } from "../statistics/case-means.ts";
import type { Interval } from "../statistics/interval.ts";
import { flakyCases, noiseFloor, passAtK, passHatK } from "../statistics/repeats.ts";
import { clusterOf, rowsOf, type Side } from "./case-scores.ts";

/** A case that was right sometimes and wrong sometimes. */
export interface FlakyCase {
  readonly task: string;
  readonly id: string;
  readonly right: number;
  readonly repeats: number;
}

/** What repeats say about one side; nothing where no case was asked twice or scores are graded. */
export interface RepeatFacts {
  readonly repeats: number;
  /** How often the model disagrees with itself. */
  readonly noiseFloor: number | undefined;
  readonly flaky: number;
  /** The most evenly split first, at most a hundred. */
  readonly flakyCases: readonly FlakyCase[];
  /** Chance that at least one of all repeats of a case is right (pass@k). */
  readonly passAny: Interval | undefined;
  /** Chance that all repeats of a case are right (pass^k). */
  readonly passAll: Interval | undefined;
}

interface Count {
  readonly index: number;
  readonly correct: number;
  readonly repeats: number;
}

const NAMED = 100;

/** Counts what the repeats of each case came to; intervals are two-sided. */
export function repeatFacts(side: Side, confidence: number): RepeatFacts {
  const { samples } = side;
  const counts = (samples.repeats < 2 ? undefined : rightOnes(side)) ?? [];
  const whole = counts.filter(({ repeats }) => repeats === samples.repeats);
  const flaky = flakyCases(counts);
  return {
    repeats: samples.repeats,
    noiseFloor: noiseFloor(counts),
    flaky: flaky.length,
    flakyCases: named(side, flaky),
    passAny: overCases({ side, counts: whole, confidence }, passAtK),
    passAll: overCases({ side, counts: whole, confidence }, passHatK),
  };
}

/** How often each case was right; `undefined` where a score is graded. */
function rightOnes({ samples, table }: Side): readonly Count[] | undefined {
  const counts: Count[] = [];
  for (let index = 0; index < table.cases.id.length; index++) {
    let correct = 0;
    let repeats = 0;
    for (const row of rowsOf(samples, index)) {
      const score = samples.score.at(row);
      if (Number.isNaN(score)) continue;
      if (score !== 0 && score !== 1) return undefined;
      correct += score;
      repeats += 1;
    }
    if (repeats >= 2) counts.push({ index, correct, repeats });
  }
  return counts;
}

function named({ table }: Side, flaky: readonly Count[]): readonly FlakyCase[] {
  const lean = ({ right, repeats }: FlakyCase) => Math.abs(right / repeats - 0.5);
  // By name and not by place: the order in which answers came must not show.
  const name = ({ task, id }: FlakyCase) => JSON.stringify([task, id]);
  return flaky
    .map(({ index, correct, repeats }) => ({
      task: table.cases.task.at(index) ?? "",
      id: table.cases.id.at(index) ?? "",
      right: correct,
      repeats,
    }))
    .sort((left, right) => lean(left) - lean(right) || (name(left) < name(right) ? -1 : 1))
    .slice(0, NAMED);
}

interface Counted {
  readonly side: Side;
  readonly counts: readonly Count[];
  readonly confidence: number;
}

/** Mean over cases of an estimate that is unbiased for each, with the interval of a mean of clustered cases. */
function overCases({ side, counts, confidence }: Counted, estimate: typeof passAtK): Interval | undefined {
  if (counts.length === 0) return undefined;
  const clusters = counts.map(({ index }) => clusterOf(side, index));
  const {
    estimate: mean,
    lower,
    upper,
  } = meanEstimate({
    scores: counts.map(({ correct, repeats }) => [estimate(repeats, correct, repeats)]),
    clusters: clusters.every((name) => name === undefined) ? undefined : clusters,
    range: { lower: 0, upper: 1 },
    confidence,
  });
  return { estimate: mean, lower, upper };
}
