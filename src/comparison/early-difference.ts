import type { Claim, GatePolicy } from "../domain/suite.ts";
import { type BettingEvidence, bettingLowerBound, bettingUpperBound } from "../statistics/betting-process.ts";
import { average } from "../statistics/numbers.ts";
import { byRank, unitKey, unitRank } from "../statistics/random-order.ts";
import type { PairedCase, PairedCases } from "./paired-cases.ts";
import type { Levels } from "./rules.ts";
import { type ScoreDifference, scoreDifference } from "./score-difference.ts";
import { scoreWhenWrong } from "./score-rule.ts";

/** What is known of some cases of a run that could stop early. */
export interface EarlyDifferenceInput {
  /** Whole units alone, and none left out between them in the order of the run. */
  readonly pairs: PairedCases;
  readonly seed: number;
  readonly levels: Levels;
  readonly missing: GatePolicy["missing"];
  readonly claim: Claim;
  readonly margin: number | undefined;
  /** What the run planned of them. */
  readonly planned: { readonly cases: number; readonly units: number; readonly largest: number };
}

/** A grid of this step takes long with more units; theirs is coarser. */
const FINE = 0.001;
const COARSE = 0.005;
const MANY_UNITS = 20_000;

/**
 * The difference with bounds that hold whenever the run stops (Waudby-Smith & Ramdas 2024), whatever the missing
 * answers would have been. A fixed-n interval of a run that stopped when it looked good would be too narrow.
 */
export function earlyDifference(input: EarlyDifferenceInput): ScoreDifference {
  const { pairs, levels, missing, margin } = input;
  const fixed = scoreDifference(pairs, { confidence: levels.safe, margin, missing });
  if (fixed.observed === undefined) return fixed;
  const { lower, upper } = input.claim === "dataset" ? certain(input) : always(input);
  return {
    ...fixed,
    worst: { lower, upper },
    observed: {
      ...fixed.observed,
      difference: { ...fixed.observed.difference, lower, upper },
      lower,
      upper,
      provenMargin: -lower,
      pNonInferior: undefined,
      pInferior: undefined,
      method: "betting",
    },
  };
}

function always(input: EarlyDifferenceInput): { readonly lower: number; readonly upper: number } {
  const { planned, levels } = input;
  const units = unitsInOrder(input);
  const evidence = (of: "low" | "high", alpha: number): BettingEvidence => ({
    differences: units.map((unit) => unit[of]),
    clusters:
      planned.largest > 1 ? { sizes: units.map(({ size }) => size), largest: planned.largest } : undefined,
    alpha,
    horizon: planned.units,
    step: planned.units > MANY_UNITS ? COARSE : FINE,
  });
  return {
    lower: bettingLowerBound(evidence("low", 1 - levels.safe)),
    upper: bettingUpperBound(evidence("high", 1 - levels.unsafe)),
  };
}

/** What the mean of all planned cases must lie between, whatever those not asked are like. */
function certain(input: EarlyDifferenceInput): { readonly lower: number; readonly upper: number } {
  const { cases } = input.planned;
  let low = 0;
  let high = 0;
  for (const pair of input.pairs) {
    low += difference(pair, "low", input.missing);
    high += difference(pair, "high", input.missing);
  }
  const open = cases - input.pairs.length;
  return { lower: (low - open) / cases, upper: (high + open) / cases };
}

function unitsInOrder({ pairs, seed, missing }: EarlyDifferenceInput) {
  const units = new Map<string, PairedCase[]>();
  for (const pair of pairs) {
    const key = unitKey(pair.task, pair.cluster, pair.id);
    const unit = units.get(key);
    if (unit === undefined) units.set(key, [pair]);
    else unit.push(pair);
  }
  return [...units]
    .map(([key, cases]) => ({ key, rank: unitRank(seed, key), cases }))
    .sort(byRank)
    .map(({ cases }) => ({
      low: average(cases.map((pair) => difference(pair, "low", missing))),
      high: average(cases.map((pair) => difference(pair, "high", missing))),
      size: cases.length,
    }));
}

/** candidate − baseline with what is missing at its worst for the candidate (low), or for the baseline (high). */
function difference(
  { baseline, candidate }: Pick<PairedCase, "baseline" | "candidate">,
  worst: "low" | "high",
  missing: GatePolicy["missing"],
): number {
  if (missing === "wrong") return scoreWhenWrong(candidate) - scoreWhenWrong(baseline);
  return worst === "low" ? candidate.lowest - baseline.highest : candidate.highest - baseline.lowest;
}
