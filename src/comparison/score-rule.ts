import { meanEstimate } from "../statistics/case-means.ts";
import { average, countWhere, isEvery, sumOf } from "../statistics/numbers.ts";
import { pairedComparison } from "../statistics/paired-comparison.ts";
import { clopperPearsonLower, clopperPearsonUpper, zeroFailureUpper } from "../statistics/proportion.ts";
import type { CaseScore } from "./case-scores.ts";
import { caseCosts, onlyOnes } from "./metric-value.ts";
import { type NeededCases, neededCases } from "./needed-cases.ts";
import { askedRows, clustersOf, type PairedCases } from "./paired-cases.ts";
import type { HeldLabel, RuleInput, RuleResult, RuleState } from "./rules.ts";
import { scoreDifference } from "./score-difference.ts";

interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** Not worse than the baseline by the margin: held when the lower bound lies above −margin, missing ones at worst. */
export function judgeMargin(input: RuleInput, margin: number): RuleResult {
  const { pairs, levels, missing } = input;
  const forSafe = scoreDifference(pairs, { confidence: levels.safe, margin, missing });
  const forUnsafe =
    levels.unsafe === levels.safe
      ? forSafe
      : scoreDifference(pairs, { confidence: levels.unsafe, margin, missing });
  const { observed } = forSafe;
  const base = { ...common(input), bound: { kind: "margin", value: margin, relative: false } as const };
  if (observed === undefined || forSafe.worst === undefined) {
    return { ...base, state: "undecided", measured: undefined, evidence: "no case was scored on both sides" };
  }
  const safeSeen = observed.lower > -margin;
  const unsafeSeen = forUnsafe.observed !== undefined && forUnsafe.observed.upper < -margin;
  const safe = safeSeen && forSafe.worst.lower > -margin;
  const unsafe = unsafeSeen && forUnsafe.worst !== undefined && forUnsafe.worst.upper < -margin;
  const state: RuleState = safe ? "held" : unsafe ? "broken" : "undecided";
  const missingDecides = (safeSeen || unsafeSeen) && state === "undecided";
  // What is printed is at the level that the word was held to.
  const shown = state === "broken" ? (forUnsafe.observed ?? observed) : observed;
  return {
    ...base,
    state,
    measured: { estimate: shown.difference.estimate, lower: shown.lower, upper: shown.upper },
    evidence: missingDecides ? missingEvidence(forSafe.missing) : marginEvidence(state, observed, margin),
    label: state === "held" ? heldLabel(observed, margin) : undefined,
    difference: forSafe,
    needs: state === "undecided" && !missingDecides ? needsOf(input, margin) : undefined,
  };
}

function missingEvidence(missing: { baseline: number; candidate: number; truncated: number }): string {
  const parts = [
    missing.candidate > 0 ? `${missing.candidate} missing from the candidate` : "",
    missing.baseline > 0 ? `${missing.baseline} missing from the baseline` : "",
    missing.truncated > 0 ? `${missing.truncated} cut by the token limit` : "",
  ].filter((part) => part !== "");
  return `the answers that are there would decide it, but not if the missing ones went the worst way (${parts.join(", ")})`;
}

/** What a held rule is more than held: `superior` beats the baseline, `equivalent` differs by less than the margin. */
export function heldLabel({ lower, upper }: Bounds, margin: number): HeldLabel {
  if (lower > 0) return "superior";
  if (upper < 0) return "measurably worse";
  return upper < margin ? "equivalent" : "non-inferior";
}

const HELD: Readonly<Record<HeldLabel, string>> = {
  superior: "better than the baseline",
  equivalent: "equivalent: the difference is smaller than the margin either way",
  "non-inferior": "within the margin",
  "measurably worse": "within the margin, but measurably worse",
};

/** Why a margin came to its state. */
export function marginEvidence(state: RuleState, bounds: Bounds, margin: number): string {
  if (state === "held") return HELD[heldLabel(bounds, margin)];
  if (state === "broken") return "the loss is larger than the margin";
  return bounds.upper < 0 ? "measurably worse; by how much is unclear" : "too few cases to tell";
}

/** Absolute threshold on the candidate's mean score; 1 is must-pass: one failing case breaks it at once. */
export function judgeAbsoluteScore(input: RuleInput, threshold: number): RuleResult {
  const base = { ...common(input), bound: { kind: "at_least", value: threshold, relative: false } as const };
  if (threshold >= 1)
    return { ...base, ...mustPass(input.pairs, { confidence: input.levels.safe, missing: input.missing }) };
  const lowest = bounds(input, (score) => (input.missing === "wrong" ? scoreWhenWrong(score) : score.lowest));
  const highest = bounds(input, (score) =>
    input.missing === "wrong" ? scoreWhenWrong(score) : score.highest,
  );
  const there = input.pairs.filter(({ candidate }) => candidate.scored > 0);
  const state: RuleState =
    lowest.lower >= threshold ? "held" : highest.upper < threshold ? "broken" : "undecided";
  const evidence = {
    held: "the whole interval is at or above the threshold",
    broken: "the whole interval is below the threshold",
    undecided: "the threshold is within the interval",
  }[state];
  const estimate = average(there.numbers(({ candidate }) => candidate.mean));
  const measured = there.length === 0 ? undefined : { estimate, lower: lowest.lower, upper: highest.upper };
  return { ...base, state, measured, evidence };
}

/** The score of a case whose missing answers count as wrong. */
export function scoreWhenWrong(score: CaseScore): number {
  return score.scored === 0 ? 0 : (score.mean * score.scored) / (score.scored + score.missing);
}

/** Whether a must-pass case is known to have failed. */
export function failsMustPass(score: CaseScore, missing: RuleInput["missing"]): boolean {
  return score.least < 1 || (missing === "wrong" && scoreWhenWrong(score) < 1);
}

function mustPass(
  pairs: PairedCases,
  settings: { readonly confidence: number; readonly missing: RuleInput["missing"] },
): Pick<RuleResult, "state" | "measured" | "evidence"> {
  const { confidence } = settings;
  const failing = pairs.filter(({ candidate }) => failsMustPass(candidate, settings.missing)).length;
  const missing = pairs.filter(({ candidate: score }) => score.missing + score.truncated > 0).length;
  const n = pairs.length;
  if (failing > 0) {
    const estimate = 1 - failing / n;
    return {
      state: "broken",
      measured: { estimate, lower: 0, upper: estimate },
      evidence: `${failing} of ${n} must-pass cases failed`,
    };
  }
  if (missing > 0) {
    return {
      state: "undecided",
      measured: undefined,
      evidence: `${missing} of ${n} must-pass cases were not measured`,
    };
  }
  const asked = sumOf(pairs.numbers(({ candidate }) => candidate.scored));
  const below = (count: number) => `${(zeroFailureUpper(count, 1 - confidence) * 100).toFixed(1)} %`;
  const level = `at ${Number((confidence * 100).toFixed(1))} %`;
  return {
    state: "held",
    measured: { estimate: 1, lower: 1 - zeroFailureUpper(n, 1 - confidence), upper: 1 },
    evidence:
      asked === n
        ? `0 of ${n} failed: failure rate < ${below(n)} ${level}`
        : // Cases speak for all cases like them, samples only for these very cases.
          `0 of ${n} failed in ${asked} samples: failure rate < ${below(n)} of such cases, ` +
          `< ${below(asked)} of samples of these, ${level}`,
  };
}

/** One-sided bounds of the candidate's mean: exact for right-or-wrong answers, else from the case means. */
function bounds(input: RuleInput, read: (score: CaseScore) => number) {
  const values = input.pairs.numbers((pair) => read(pair.candidate));
  const clusters = clustersOf(input.pairs);
  const { safe, unsafe } = input.levels;
  if (clusters === undefined && isEvery(values, (value) => value === 0 || value === 1)) {
    const right = countWhere(values, (value) => value === 1);
    return {
      lower: clopperPearsonLower(right, values.length, safe),
      upper: clopperPearsonUpper(right, values.length, unsafe),
    };
  }
  const at = (level: number) =>
    meanEstimate({
      scores: onlyOnes(values),
      clusters,
      range: { lower: 0, upper: 1 },
      confidence: 2 * level - 1,
    });
  return { lower: at(safe).lower, upper: at(unsafe).upper };
}

/** At least a share of the baseline's mean score: candidate − share · baseline is held against 0. */
export function judgeRelativeScore(input: RuleInput, share: number): RuleResult {
  const base = { ...common(input), bound: { kind: "at_least", value: share, relative: true } as const };
  const wrongly = input.missing === "wrong";
  const against = (
    read: { baseline: "lowest" | "highest"; candidate: "lowest" | "highest" },
    level: number,
  ) =>
    pairedComparison({
      baseline: input.pairs.numbers(
        ({ baseline }) => share * (wrongly ? scoreWhenWrong(baseline) : baseline[read.baseline]),
      ),
      candidate: input.pairs.numbers(({ candidate }) =>
        wrongly ? scoreWhenWrong(candidate) : candidate[read.candidate],
      ),
      binary: false,
      clusters: clustersOf(input.pairs),
      range: { lower: 0, upper: Math.max(1, share) },
      confidence: level,
      margin: 0,
    });
  const low = against({ baseline: "highest", candidate: "lowest" }, input.levels.safe);
  const high = against({ baseline: "lowest", candidate: "highest" }, input.levels.unsafe);
  const state: RuleState = low.lower >= 0 ? "held" : high.upper < 0 ? "broken" : "undecided";
  const there = input.pairs.filter((pair) => pair.baseline.scored > 0 && pair.candidate.scored > 0);
  const before = average(there.numbers((pair) => pair.baseline.mean));
  const ratio = average(there.numbers((pair) => pair.candidate.mean)) / before;
  if (!Number.isFinite(ratio))
    return { ...base, state, measured: undefined, evidence: "no ratio to the baseline could be measured" };
  // The bounds of candidate − share · baseline, in units of the baseline's mean: they reach the share when those reach 0.
  const end = (bound: number) => Math.max(0, share + bound / before);
  return {
    ...base,
    state,
    measured: { estimate: ratio, lower: end(low.lower), upper: end(high.upper) },
    evidence: RELATIVE[state],
  };
}

const RELATIVE: Readonly<Record<RuleState, string>> = {
  held: "the whole interval is at or above the share of the baseline's mean score",
  broken: "the whole interval is below the share of the baseline's mean score",
  undecided: "the share of the baseline's mean score is within the interval",
};

function common(input: RuleInput) {
  return {
    rule: input.rule.name,
    metric: input.rule.metric,
    task: input.task,
    cases: input.pairs.length,
    label: undefined,
    difference: undefined,
    needs: undefined,
  };
}

/** What more cases would do for a margin that is undecided. */
export function needsOf(input: RuleInput, margin: number): RuleResult["needs"] {
  const there = input.pairs.filter((pair) => pair.baseline.scored > 0 && pair.candidate.scored > 0);
  const differences = there.numbers((pair) => pair.candidate.mean - pair.baseline.mean);
  const needed: NeededCases | undefined = neededCases({
    differences,
    margin,
    confidence: input.levels.safe,
  });
  if (needed === undefined) return undefined;
  return {
    ...needed,
    moreIfEqual: Math.max(1, needed.ifEqual - there.length),
    moreIfAsObserved: Math.max(1, needed.ifAsObserved - there.length),
    costPerCaseUsd: costOfCase(input, there) ?? null,
  };
}

/** USD of asking both sides one more case, with all repeats. */
function costOfCase(input: RuleInput, pairs: PairedCases): number | undefined {
  const { baseline, candidate } = input.alignment;
  const before = caseCosts(baseline, askedRows(pairs, "baseline"));
  const after = caseCosts(candidate, askedRows(pairs, "candidate"));
  if (before === undefined || after === undefined || before.length === 0 || after.length === 0)
    return undefined;
  return average(before) * baseline.samples.repeats + average(after) * candidate.samples.repeats;
}
