import type { GatePolicy } from "../domain/suite.ts";
import { rowsOf, type Side } from "./case-scores.ts";
import { faultAt, outcomeAt } from "./case-table.ts";
import { NO_ROW, type PairedCases } from "./paired-cases.ts";

/** Where score is lost, in the order of the report. */
export const LOSSES = ["wrong", "format", "refused", "empty", "truncated", "failed"] as const;
export type Loss = (typeof LOSSES)[number];

/** The difference of mean scores, split by why score was lost; positive parts are gains of the candidate. */
export interface Decomposition {
  /** Sums to the difference, up to rounding. `failed` is lost only where missing answers count as wrong. */
  readonly parts: Readonly<Record<Loss, number>>;
  /** The candidate's mean score if every format fault of its were mended. */
  readonly candidateIfFormatFixed: number;
  readonly baselineIfFormatFixed: number;
}

/** Splits the difference on the cases that it was taken over; `undefined` where there is none. */
export function decompose(
  sides: { readonly baseline: Side; readonly candidate: Side },
  { pairs, missing }: { readonly pairs: PairedCases; readonly missing: GatePolicy["missing"] },
): Decomposition | undefined {
  const asWrong = missing === "wrong";
  const both = pairs.filter((pair) => asWrong || (pair.baseline.scored > 0 && pair.candidate.scored > 0));
  if (both.length === 0) return undefined;
  const before = lossesOf(sides.baseline, both.rows.baseline, asWrong);
  const after = lossesOf(sides.candidate, both.rows.candidate, asWrong);
  const part = (loss: Loss) => before.losses[loss] - after.losses[loss];
  return {
    parts: {
      wrong: part("wrong"),
      format: part("format"),
      refused: part("refused"),
      empty: part("empty"),
      truncated: part("truncated"),
      failed: part("failed"),
    },
    candidateIfFormatFixed: after.ifFormatFixed,
    baselineIfFormatFixed: before.ifFormatFixed,
  };
}

/** Mean over cases of 1 − score, by reason. */
function lossesOf({ samples }: Side, cases: Uint32Array, missingIsWrong: boolean) {
  const losses = { wrong: 0, format: 0, refused: 0, empty: 0, truncated: 0, failed: 0 };
  let ifFormatFixed = 0;
  for (const index of cases) {
    const all = index === NO_ROW ? [] : rowsOf(samples, index);
    const rows = all.filter((row) => !Number.isNaN(samples.score.at(row)));
    const asked = missingIsWrong ? Math.max(samples.repeats, 1) : rows.length;
    const weight = 1 / (asked * cases.length);
    losses.failed += (asked - rows.length) * weight;
    for (const row of rows) {
      const score = samples.score.at(row);
      const fixed = samples.scoreIfFormatFixed.at(row);
      const mended = Number.isNaN(fixed) ? score : fixed;
      const outcome = outcomeAt(samples.outcome.at(row));
      ifFormatFixed += mended * weight;
      if (outcome === "refused" || outcome === "empty" || outcome === "truncated") {
        losses[outcome] += (1 - score) * weight;
      } else if (faultAt(samples.fault.at(row)) === "format") {
        losses.format += (mended - score) * weight;
        losses.wrong += (1 - mended) * weight;
      } else losses.wrong += (1 - score) * weight;
    }
  }
  return { losses, ifFormatFixed };
}
