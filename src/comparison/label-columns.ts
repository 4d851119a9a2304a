import type { LabelReading, ScoredSample } from "../domain/score.ts";
import { type Column, codedColumn, type GrowingColumn } from "./columns.ts";

/** What the scorers of labels read, by scorer, then by row of a target's samples: `undefined` where they read none. */
export type LabelColumns = ReadonlyMap<string, Column<LabelReading | undefined>>;

/** The columns of one target while they grow. */
export type GrowingLabels = Map<string, GrowingColumn<LabelReading | undefined>>;

/** Notes what the scorers of a sample read in the given row; readings that are alike are kept once. */
export function noteLabels(
  labels: GrowingLabels,
  interned: Map<string, LabelReading>,
  { sample, row }: { readonly sample: ScoredSample; readonly row: number },
): void {
  for (const { label, score } of sample.scores) {
    const own = score.kind === "scored" && score.labels !== undefined ? [[label, score.labels] as const] : [];
    const inner = (score.parts ?? []).flatMap((part) =>
      part.labels === undefined ? [] : [[`${label}.${part.name}`, part.labels] as const],
    );
    for (const [name, reading] of [...own, ...inner]) {
      const key = JSON.stringify(reading);
      const known = interned.get(key) ?? reading;
      interned.set(key, known);
      const column = labels.get(name) ?? codedColumn<LabelReading | undefined>();
      labels.set(name, column);
      while (column.length < row) column.push(undefined);
      column.push(known);
    }
  }
}
