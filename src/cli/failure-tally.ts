import { counted } from "../domain/counted.ts";
import type { Sample } from "../domain/sample.ts";

/** Why calls of a run failed for good, by model and kind, with the words of the first of each. */
export interface FailureTally {
  add(sample: Sample): void;
  /** One line for each model and kind; the most frequent first. */
  lines(): readonly string[];
}

const MOST_LINES = 5;

/** Starts at nothing. */
export function tallyFailures(): FailureTally {
  const kinds = new Map<string, { readonly target: string; readonly message: string; count: number }>();
  return {
    add: ({ target, outcome }) => {
      if (outcome.kind !== "failed") return;
      const { code, message } = outcome.failure;
      const key = JSON.stringify([target, code]);
      const kind = kinds.get(key);
      if (kind === undefined) kinds.set(key, { target, message, count: 1 });
      else kind.count += 1;
    },
    lines: () => {
      const all = [...kinds.values()].sort((left, right) => right.count - left.count);
      const shown = all
        .slice(0, MOST_LINES)
        .map(
          ({ target, message, count }) =>
            `${target}: ${counted(count, "sample")} failed${count > 1 ? ", the first" : ""}: ${message}`,
        );
      const more = all.length - shown.length;
      return more > 0 ? [...shown, `and ${counted(more, "more kind")} of failure`] : shown;
    },
  };
}
