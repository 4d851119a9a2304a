import { signMidP } from "./mcnemar.ts";
import { nonInferiority } from "./noninferiority.ts";
import type { Numbers } from "./numbers.ts";
import type { PairedComparison, PairedInput } from "./paired-comparison.ts";
import { type PairedTable, tangoInterval, winsAndLosses } from "./tango.ts";

/** Counts the cases by who was right. Throws on a score other than 0 and 1. */
export function pairedTable(baseline: Numbers, candidate: Numbers): PairedTable {
  const counts = { both: 0, baselineOnly: 0, candidateOnly: 0, neither: 0 };
  for (let index = 0; index < baseline.length; index += 1) {
    const [before, after] = [baseline.at(index), candidate.at(index)];
    if ((before !== 0 && before !== 1) || (after !== 0 && after !== 1)) {
      throw new RangeError(`case ${index} is not binary: ${before} and ${after}`);
    }
    if (before === 1) counts[after === 1 ? "both" : "baselineOnly"] += 1;
    else counts[after === 1 ? "candidateOnly" : "neither"] += 1;
  }
  return counts;
}

/** Compares two models on independent cases with one right-or-wrong answer each. */
export function compareBinary(
  table: PairedTable,
  { confidence, margin, exactUpTo }: Pick<PairedInput, "confidence" | "margin" | "exactUpTo">,
): PairedComparison {
  const counts = winsAndLosses(table);
  const { n } = counts;
  const tested = nonInferiority(counts, { margin, alpha: 1 - confidence, exactUpTo });
  return {
    ...tested,
    difference: { ...tangoInterval(counts, confidence), method: "tango", n },
    provenMargin: -tested.lower,
    pWorse: signMidP(table.baselineOnly, table.candidateOnly),
    counts: table,
    units: n,
    n,
    nonZero: table.baselineOnly + table.candidateOnly,
    guarded: undefined,
    warnings: [],
  };
}
