import { byRank, type Ranked, unitKey, unitRank } from "../statistics/random-order.ts";
import type { Alignment } from "./align.ts";
import { type CaseScore, rowsOf, type Side } from "./case-scores.ts";
import { caseKey, type SliceKey } from "./case-table.ts";
import type { PairedCase } from "./paired-cases.ts";

/** A case that every model has answered, or failed to. */
export interface EarlyCase {
  readonly task: string;
  readonly id: string;
  readonly slices: readonly SliceKey[];
  /** By model name. */
  readonly scores: ReadonlyMap<string, CaseScore>;
}

/** A cluster, or a case that is in none, at its place in the order of the run. */
export interface EarlyUnit extends Ranked {
  readonly cases: readonly EarlyCase[];
}

/** The cases of one unit in an order that does not hang on who answered first. */
export function inOrderOfId<Item extends { readonly id: string }>(cases: readonly Item[]): readonly Item[] {
  return [...cases].sort((left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : 0));
}

/** The units of a run that are answered whole, in the order that its seed drew. */
export function unitsOf(alignments: readonly Alignment[], seed: number): readonly EarlyUnit[] {
  const [first] = alignments;
  if (first === undefined) return [];
  const others = alignments.map(({ candidate, pairs }) => ({
    candidate,
    pairOf: new Map(Array.from(pairs, (pair) => [caseKey(pair.task, pair.id), pair] as const)),
  }));
  const units = new Map<string, EarlyCase[] | undefined>();
  for (const pair of first.pairs) {
    const key = unitKey(pair.task, pair.cluster, pair.id);
    const before = units.get(key);
    if (before === undefined && units.has(key)) continue;
    const scores = new Map<string, CaseScore>([[first.baseline.name, pair.baseline]]);
    for (const { candidate, pairOf } of others) {
      const other = pairOf.get(caseKey(pair.task, pair.id));
      if (other !== undefined && isWhole(candidate, other.candidateIndex))
        scores.set(candidate.name, other.candidate);
    }
    const whole = scores.size === alignments.length + 1 && isWhole(first.baseline, pair.baselineIndex);
    const { task, id, slices } = pair;
    units.set(key, whole ? [...(before ?? []), { task, id, slices, scores }] : undefined);
  }
  return [...units]
    .flatMap(([key, cases]) =>
      cases === undefined ? [] : [{ key, rank: unitRank(seed, key), cases: inOrderOfId(cases) }],
    )
    .sort(byRank);
}

/** Whether every repeat has come to an end, if only as a failure. */
function isWhole({ samples }: Side, index: PairedCase["baselineIndex"]): boolean {
  return index !== undefined && rowsOf(samples, index).length === samples.repeats;
}
