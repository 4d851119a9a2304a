import { packedNumbers } from "../statistics/packed-numbers.ts";
import { ratioInterval } from "../statistics/ratio.ts";
import type { Alignment } from "./align.ts";
import { clusterName } from "./case-table.ts";
import { codedColumn } from "./columns.ts";
import { caseCost, type MetricValue } from "./metric-value.ts";
import type { PairedCases } from "./paired-cases.ts";

/** Candidate's cost over the baseline's on the cases that both were asked, with Fieller's interval. */
export function pairedCostRatio(
  { baseline, candidate }: Alignment,
  pairs: PairedCases,
  confidence: number,
): MetricValue {
  const numerators = packedNumbers();
  const denominators = packedNumbers();
  const clusters = codedColumn<string | undefined>();
  for (const { baselineIndex, candidateIndex, task, cluster } of pairs) {
    if (baselineIndex === undefined || candidateIndex === undefined) continue;
    const spent = caseCost(baseline, baselineIndex);
    const spends = caseCost(candidate, candidateIndex);
    if (spent === undefined) return { known: false, reason: `the price of ${baseline.name} is unknown` };
    if (spends === undefined) return { known: false, reason: `the price of ${candidate.name} is unknown` };
    if (spent === null || spends === null) continue;
    denominators.push(spent);
    numerators.push(spends);
    clusters.push(clusterName(task, cluster));
  }
  const value = ratioInterval({ numerators, denominators, clusters, confidence });
  if (value === undefined)
    return { known: false, reason: "too few cases have a cost above 0 on the baseline" };
  return { known: true, value, n: numerators.length };
}
