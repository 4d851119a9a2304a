import type { Verdict } from "../comparison/gate.ts";
import type { ReportInput } from "./report.ts";

/** One word for a whole run. */
export type RunVerdict = Verdict | "no gate";

/**
 * The worst of the candidates' verdicts. As with the exit code of `evals gate`, nothing is `safe` while a sample has
 * no score or the gate was not judged.
 */
export function runVerdict({ gate, notJudged, unmeasured }: ReportInput): RunVerdict {
  if (notJudged !== undefined) return "inconclusive";
  if (gate === undefined) return "no gate";
  const words = gate.verdicts.map(({ verdict }) => verdict);
  if (words.includes("unsafe")) return "unsafe";
  return unmeasured === 0 && words.every((word) => word === "safe") ? "safe" : "inconclusive";
}

/** How many candidates came to which word: `1 safe, 2 unsafe`; nothing is safe in a run that is not whole. */
export function verdictCounts({ gate, unmeasured }: ReportInput): string {
  const words = (gate?.verdicts ?? []).map(({ verdict }) =>
    verdict === "safe" && unmeasured > 0 ? "inconclusive" : verdict,
  );
  return (["safe", "unsafe", "inconclusive"] as const)
    .map((word) => ({ word, count: words.filter((each) => each === word).length }))
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`)
    .join(", ");
}
