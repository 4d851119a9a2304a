import type { CaseList } from "../case-data.ts";
import type { ModelScores } from "./scores.ts";

/** How the two models' scores on a case relate. */
export const RELATIONS = ["all", "lost", "won", "flipped", "same", "missing"] as const;
export type Relation = (typeof RELATIONS)[number];

/** What the reader asked to see. `undefined` leaves a filter open. */
export interface Choice {
  readonly relation: Relation;
  readonly task: number | undefined;
  readonly slice: number | undefined;
  readonly outcome: number | undefined;
  /** A part of the case's id. */
  readonly id: string;
  /** The cases in which a text was found. */
  readonly found: ReadonlySet<number> | undefined;
  readonly order: "loss" | "dataset";
}

/** The cases that fit, as indices: the largest loss of the candidate first, or as in the dataset. */
export function chosenCases(
  list: CaseList,
  { baseline, candidate }: { readonly baseline: ModelScores; readonly candidate: ModelScores },
  choice: Choice,
): readonly number[] {
  const { cases, sliceSets } = list;
  const change = (index: number) =>
    (candidate.means[index] ?? Number.NaN) - (baseline.means[index] ?? Number.NaN);
  const sets = sliceSets.map((set) => choice.slice === undefined || set.includes(choice.slice));
  const wanted = choice.id.toLowerCase();
  const withOutcome =
    choice.outcome === undefined ? undefined : casesWith(choice.outcome, [baseline, candidate]);
  const found: number[] = [];
  for (const [index, id] of cases.id.entries()) {
    if (choice.task !== undefined && cases.task[index] !== choice.task) continue;
    if (sets[cases.sliceSet[index] ?? -1] !== true) continue;
    if (withOutcome !== undefined && !withOutcome.has(index)) continue;
    if (choice.found !== undefined && !choice.found.has(index)) continue;
    if (!isRelated(choice.relation, change(index))) continue;
    if (wanted === "" || id.toLowerCase().includes(wanted)) found.push(index);
  }
  if (choice.order === "dataset") return found;
  // What has no difference, because nothing was scored, comes last.
  const rank = (index: number) => (Number.isNaN(change(index)) ? 2 : change(index));
  return found.sort((a, b) => rank(a) - rank(b) || a - b);
}

function casesWith(outcome: number, models: readonly ModelScores[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const { model } of models)
    for (const [sample, index] of model.caseIndex.entries())
      if (model.outcome[sample] === outcome) found.add(index);
  return found;
}

function isRelated(relation: Relation, change: number): boolean {
  switch (relation) {
    case "all":
      return true;
    case "lost":
      return change < 0;
    case "won":
      return change > 0;
    case "flipped":
      return change !== 0 && !Number.isNaN(change);
    case "same":
      return change === 0;
    case "missing":
      return Number.isNaN(change);
  }
}
