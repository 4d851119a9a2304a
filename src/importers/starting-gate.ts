import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { Notebook } from "./notebook.ts";

/** The loss in score that a gate starts with. */
const MARGIN = 0.03;

/** A gate to start from: other tools have no baseline and no margin. Nothing where there is one model. */
export function startingGate(
  models: readonly string[],
  { review }: Pick<Notebook, "review">,
  limits: readonly JsonValue[] = [],
): JsonObject | undefined {
  const [baseline, ...candidates] = models;
  if (baseline === undefined || candidates.length === 0) return undefined;
  review(
    "gate",
    `the first model is the baseline, and ${MARGIN * 100} points the loss that you would accept: say your own`,
  );
  return { baseline, candidates, require: [{ metric: "score", margin: MARGIN }, ...limits] };
}
