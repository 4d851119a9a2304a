import { counted } from "../domain/counted.ts";
import type { ReportInput } from "./report.ts";

/** What keeps a run from being called safe, whatever its rules say; raw text, escaped by the sink. */
export function notices({ notJudged, unmeasured }: ReportInput): readonly string[] {
  const missing = unmeasured === 0 ? undefined : unmeasuredText(unmeasured);
  if (notJudged !== undefined)
    return [notJudgedText(notJudged), ...(missing === undefined ? [] : [`${missing}.`])];
  return missing === undefined ? [] : [`${missing}: this run cannot pass a gate.`];
}

/** Why there is no verdict. */
export function notJudgedText(why: string): string {
  return `The gate was not judged: ${why}.`;
}

/** `3 planned samples have no score`. */
export function unmeasuredText(count: number): string {
  return `${counted(count, "planned sample")} ${count === 1 ? "has" : "have"} no score`;
}
