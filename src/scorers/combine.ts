import type { LabelledScore, ScoreFault } from "../domain/score.ts";

/** The judgement of a sample over all its scorers. */
export interface CombinedScore {
  /** Weighted mean; `null` where any scorer could not judge, or nothing weighs: missing, never zero. */
  readonly score: number | null;
  /** The same with every format fault mended. */
  readonly scoreIfFormatFixed: number | null;
  /** `format` where nothing but the format is at fault. */
  readonly fault: ScoreFault;
}

/** Weighted mean of a sample's scores, as it stands and with format faults mended. */
export function combine(scores: readonly LabelledScore[]): CombinedScore {
  const weights = scores.reduce((sum, { weight }) => sum + weight, 0);
  const judged = scores.flatMap(({ weight, score }) => (score.kind === "scored" ? [{ weight, score }] : []));
  if (judged.length < scores.length || !(weights > 0)) {
    return { score: null, scoreIfFormatFixed: null, fault: "none" };
  }
  const mean = (value: (one: (typeof judged)[number]["score"]) => number) =>
    Math.min(1, judged.reduce((sum, { weight, score }) => sum + weight * value(score), 0) / weights);
  const faults = new Set(judged.filter(({ weight }) => weight > 0).map(({ score }) => score.fault));
  return {
    score: mean(({ score }) => score),
    scoreIfFormatFixed: mean(({ score, ifFormatFixed }) => ifFormatFixed ?? score),
    fault: faults.has("wrong") ? "wrong" : faults.has("format") ? "format" : "none",
  };
}
