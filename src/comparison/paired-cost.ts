import { ratioInterval } from "../statistics/ratio.ts";
import type { Alignment, PairedCase } from "./align.ts";
import { clusterName } from "./case-table.ts";
import { caseCosts, type MetricValue } from "./metric-value.ts";

/** Candidate's cost over the baseline's on the cases that both were asked, with Fieller's interval. */
export function pairedCostRatio(
  { baseline, candidate }: Alignment,
  pairs: readonly PairedCase[],
  confidence: number,
): MetricValue {
  const numerators: number[] = [];
  const denominators: number[] = [];
  const clusters: (string | undefined)[] = [];
  for (const { baselineIndex, candidateIndex, task, cluster } of pairs) {
    if (baselineIndex === undefined || candidateIndex === undefined) continue;
    const before = caseCosts(baseline, [baselineIndex]);
    const after = caseCosts(candidate, [candidateIndex]);
    if (before === undefined) return { known: false, reason: `the price of ${baseline.name} is unknown` };
    if (after === undefined) return { known: false, reason: `the price of ${candidate.name} is unknown` };
    const [spent] = before;
    const [spends] = after;
    if (spent === undefined || spends === undefined) continue;
    denominators.push(spent);
    numerators.push(spends);
    clusters.push(clusterName(task, cluster));
  }
  const value = ratioInterval({ numerators, denominators, clusters, confidence });
  if (value === undefined)
    return { known: false, reason: "too few cases have a cost above 0 on the baseline" };
  return { known: true, value, n: numerators.length };
}
