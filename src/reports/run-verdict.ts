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
