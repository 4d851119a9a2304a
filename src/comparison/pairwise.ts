import type { PlaceVerdict } from "../domain/judge.ts";
import type { ScoredSample } from "../domain/score.ts";
import { bradleyTerry } from "../statistics/bradley-terry.ts";
import { meanEstimate } from "../statistics/case-means.ts";
import type { Estimate, Interval } from "../statistics/interval.ts";
import { type LengthControl, lengthControl } from "../statistics/length-control.ts";
import { type PositionBias, positionBias } from "../statistics/position-bias.ts";
import { seeded } from "../statistics/random.ts";
import type { ComparisonWarning } from "./warnings.ts";

/** What one judge said of one answer and the baseline's, in both orders. */
export interface PairVerdict {
  readonly task: string;
  readonly target: string;
  readonly judge: string;
  readonly caseId: string;
  readonly cluster: string | null;
  readonly score: number;
  readonly places: { readonly one: PlaceVerdict; readonly swapped: PlaceVerdict };
  /** Characters by which the answer is longer than the baseline's. */
  readonly longer: number;
}

/** A judge's preferences between a candidate and the baseline, on one task. */
export interface PairwiseFacts {
  readonly task: string;
  readonly judge: string;
  /** Share of pairs that the candidate wins; a verdict that the swap changes is a tie, a tie half a win. */
  readonly winRate: Estimate;
  /** `undefined` where it could not be fitted. */
  readonly lengthControlled: LengthControl | undefined;
  readonly position: PositionBias;
}

/** The verdicts on pairs that a sample's scores hold. */
export function pairVerdicts(sample: ScoredSample): readonly PairVerdict[] {
  const { task, target, caseId, cluster } = sample;
  return sample.scores.flatMap(({ score }) => {
    if (score.kind === "unscored" || score.lengths === undefined) return [];
    const longer = score.lengths.own - score.lengths.rival;
    return (score.votes ?? []).flatMap(({ judge, score: value, places }) =>
      places === undefined ? [] : [{ task, target, judge, caseId, cluster, score: value, places, longer }],
    );
  });
}

/** How each judge prefers a candidate, task by task. */
export function pairwiseFacts(
  verdicts: readonly PairVerdict[],
  candidate: string,
  confidence: number,
): readonly PairwiseFacts[] {
  const groups = new Map<string, PairVerdict[]>();
  for (const verdict of verdicts) {
    if (verdict.target !== candidate) continue;
    const key = JSON.stringify([verdict.task, verdict.judge]);
    groups.set(key, [...(groups.get(key) ?? []), verdict]);
  }
  return [...groups]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, own]) => factsOf(own, confidence) ?? []);
}

function factsOf(verdicts: readonly PairVerdict[], confidence: number): PairwiseFacts | undefined {
  const [first] = verdicts;
  const position = positionBias(
    verdicts.map(({ places }) => places),
    confidence,
  );
  if (first === undefined || position === undefined) return undefined;
  const cases = byCase(verdicts);
  const winRate = meanEstimate({
    scores: cases.map((own) => own.map(({ score }) => score)),
    clusters: cases.map(([one]) => one?.cluster ?? undefined),
    range: { lower: 0, upper: 1 },
    confidence,
  });
  const preferences = verdicts.map((verdict) => ({
    win: verdict.score,
    longer: verdict.longer,
    cluster: verdict.cluster ?? verdict.caseId,
  }));
  const lengthControlled = lengthControl(preferences, confidence);
  return { task: first.task, judge: first.judge, winRate, lengthControlled, position };
}

/** The verdicts of each case, in the order of case ids, so that the order in which they came does not matter. */
function byCase(verdicts: readonly PairVerdict[]): readonly (readonly PairVerdict[])[] {
  const cases = new Map<string, PairVerdict[]>();
  for (const verdict of verdicts) {
    const own = cases.get(verdict.caseId);
    if (own === undefined) cases.set(verdict.caseId, [verdict]);
    else own.push(verdict);
  }
  return [...cases].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, own]) => own);
}

/** Models by their strength in pairwise verdicts, the strongest first; the baseline is 0. */
export interface PairwiseRanking {
  /** On the Elo scale: 400 points are odds of 10 to 1. */
  readonly models: readonly (Interval & { readonly model: string })[];
  /** Half a win each way was added, as some had never lost, or never won. */
  readonly isSmoothed: boolean;
}

/** The strengths of more than two models by Bradley and Terry; `undefined` where there are not so many, or no pair was judged. */
export function pairwiseRanking(
  verdicts: readonly PairVerdict[],
  {
    baseline,
    confidence,
    seed,
  }: { readonly baseline: string; readonly confidence: number; readonly seed: number },
): PairwiseRanking | undefined {
  if (new Set(verdicts.map(({ target }) => target)).size < 2) return undefined;
  const matches = [...verdicts]
    .map((verdict) => [sortKey(verdict), verdict] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, { task, target, caseId, cluster, score }]) => ({
      first: target,
      second: baseline,
      outcome: score,
      cluster: JSON.stringify([task, cluster ?? caseId]),
    }));
  const random = seeded(`pairwise ${seed}`);
  const fit = bradleyTerry(matches, { baseline, confidence, resamples: 1000, random });
  if (fit === undefined) return undefined;
  const elo = 400 / Math.LN10;
  const models = fit.strengths
    .map(({ player, estimate, lower, upper }) => ({
      model: player,
      estimate: elo * estimate,
      lower: elo * lower,
      upper: elo * upper,
    }))
    .sort((left, right) => right.estimate - left.estimate);
  return { models, isSmoothed: fit.isSmoothed };
}

function sortKey({ task, caseId, target, judge }: PairVerdict): string {
  return JSON.stringify([task, caseId, target, judge]);
}

/** A judge that goes by places or by length more than a reader of its verdicts should leave to chance. */
export function pairwiseWarnings(facts: readonly PairwiseFacts[]): readonly ComparisonWarning[] {
  return facts.flatMap(({ task, judge, winRate, lengthControlled, position }) => {
    const warnings: ComparisonWarning[] = [];
    if (position.p < 0.05) {
      const place = position.leansFirst > position.leansSecond ? "first" : "second";
      warnings.push({
        code: "position-bias",
        text: `the judge ${judge} favours the ${place} place on ${task}; both orders are asked, so it makes ties`,
      });
    }
    if (lengthControlled !== undefined && isByLength(winRate.estimate, lengthControlled.estimate))
      warnings.push({
        code: "length-bias",
        text: `on ${task} the win rate of the judge ${judge} hangs on length`,
      });
    return warnings;
  });
}

/** AlpacaEval's own rule: more than 10 points, and more than a quarter of the way to the nearer end. */
function isByLength(raw: number, controlled: number): boolean {
  const shift = Math.abs(raw - controlled);
  return shift > 0.1 && shift > 0.25 * Math.min(raw, 1 - raw);
}
