import type { GatePolicy } from "../domain/suite.ts";
import { average, isEvery } from "../statistics/numbers.ts";
import { type PairedComparison, pairedComparison } from "../statistics/paired-comparison.ts";
import type { CaseScore } from "./case-scores.ts";
import { clustersOf, type PairedCases } from "./paired-cases.ts";

export interface DifferenceSettings {
  /** One-sided. */
  readonly confidence: number;
  readonly margin: number | undefined;
  readonly missing: GatePolicy["missing"];
  /** The exact test up to so many units, Tango's score above; the default is that of `pairedComparison`. */
  readonly exactUpTo?: number;
}

/** candidate − baseline on the cases that both answered, and what would hold if the missing went the worst way. */
export interface ScoreDifference {
  /** `undefined` where no case was scored on both sides. */
  readonly observed: PairedComparison | undefined;
  readonly baselineMean: number | undefined;
  readonly candidateMean: number | undefined;
  /** Cases that either side was asked. */
  readonly cases: number;
  /** Cases scored on both sides. */
  readonly compared: number;
  readonly missing: { readonly baseline: number; readonly candidate: number; readonly truncated: number };
  /** One-sided bounds that hold whatever the missing would have been. */
  readonly worst: { readonly lower: number; readonly upper: number } | undefined;
  /** Of these cases alone, at the settings' confidence and margin; `undefined` without a margin. */
  readonly verdict: "safe" | "unsafe" | "inconclusive" | undefined;
}

const UNIT = { lower: 0, upper: 1 };

/** The paired difference of mean scores over the given cases, with the check for missing ones. */
export function scoreDifference(pairs: PairedCases, settings: DifferenceSettings): ScoreDifference {
  const asWrong = settings.missing === "wrong";
  const both = pairs.filter((pair) => asWrong || (pair.baseline.scored > 0 && pair.candidate.scored > 0));
  const mean = asWrong ? countedWrong : (score: CaseScore) => score.mean;
  const observed = compared(both, { baseline: mean, candidate: mean }, settings);
  const missing = missingOf(pairs);
  const anyMissing = missing.baseline + missing.candidate + missing.truncated > 0;
  const worst = anyMissing && !asWrong ? worstBounds(pairs, settings) : observed;
  return {
    observed,
    baselineMean: both.length === 0 ? undefined : average(both.numbers((pair) => mean(pair.baseline))),
    candidateMean: both.length === 0 ? undefined : average(both.numbers((pair) => mean(pair.candidate))),
    cases: pairs.length,
    compared: both.length,
    missing,
    worst,
    verdict: settings.margin === undefined ? undefined : verdictAt(settings.margin, [observed, worst]),
  };
}

/** What holds by what was observed and with the missing at worst. */
function verdictAt(
  margin: number,
  bounds: readonly ScoreDifference["worst"][],
): NonNullable<ScoreDifference["verdict"]> {
  if (bounds.every((bound) => bound !== undefined && bound.lower > -margin)) return "safe";
  return bounds.every((bound) => bound !== undefined && bound.upper < -margin) ? "unsafe" : "inconclusive";
}

function worstBounds(pairs: PairedCases, settings: DifferenceSettings) {
  const low = (score: CaseScore) => score.lowest;
  const high = (score: CaseScore) => score.highest;
  const againstSafe = compared(pairs, { baseline: high, candidate: low }, settings);
  const againstUnsafe = compared(pairs, { baseline: low, candidate: high }, settings);
  if (againstSafe === undefined || againstUnsafe === undefined) return undefined;
  return { lower: againstSafe.lower, upper: againstUnsafe.upper };
}

interface Readers {
  readonly baseline: (score: CaseScore) => number;
  readonly candidate: (score: CaseScore) => number;
}

function compared(pairs: PairedCases, read: Readers, settings: DifferenceSettings) {
  if (pairs.length === 0) return undefined;
  const baseline = pairs.numbers((pair) => read.baseline(pair.baseline));
  const candidate = pairs.numbers((pair) => read.candidate(pair.candidate));
  const once = pairs.every((pair) => isOnce(pair.baseline) && isOnce(pair.candidate));
  return pairedComparison({
    baseline,
    candidate,
    binary: once && isEvery(baseline, isBinary) && isEvery(candidate, isBinary),
    clusters: clustersOf(pairs),
    range: UNIT,
    confidence: settings.confidence,
    margin: settings.margin,
    exactUpTo: settings.exactUpTo,
  });
}

function isOnce(score: CaseScore): boolean {
  return score.scored + score.missing <= 1;
}

/** A missing answer scores 0 for the model that did not give it; a truncated one keeps its score. */
function countedWrong(score: CaseScore): number {
  return score.scored === 0 ? 0 : (score.mean * score.scored) / (score.scored + score.missing);
}

function missingOf(pairs: PairedCases) {
  let baseline = 0;
  let candidate = 0;
  let truncated = 0;
  for (const { baseline: before, candidate: after } of pairs) {
    baseline += before.missing;
    candidate += after.missing;
    truncated += before.truncated + after.truncated;
  }
  return { baseline, candidate, truncated };
}

function isBinary(value: number): boolean {
  return value === 0 || value === 1;
}
