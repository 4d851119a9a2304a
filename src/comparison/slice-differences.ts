import { benjaminiHochberg, holm } from "../statistics/multiplicity.ts";
import type { PairedCase } from "./align.ts";
import type { SliceKey } from "./case-table.ts";
import { type DifferenceSettings, type ScoreDifference, scoreDifference } from "./score-difference.ts";

/** A slice's difference, with its p-value of being worse corrected for the number of slices. */
export interface SliceDifference extends SliceKey {
  readonly difference: ScoreDifference;
  /** Holm's: at most 1 − confidence raises the alarm. `undefined` where nothing was compared. */
  readonly holm: number | undefined;
  /** Benjamini and Hochberg's: for exploring only. */
  readonly bh: number | undefined;
  readonly alarm: boolean;
}

/** A slice alarms by its mid-p; its bounds are for reading, and there may be thousands of slices. */
const EXACT_UP_TO = 1000;

/** Every slice of the pairs, the surest loss first: a slice of two cases moves far and says nothing. */
export function sliceDifferences(
  pairs: readonly PairedCase[],
  settings: DifferenceSettings,
): readonly SliceDifference[] {
  const groups = new Map<string, { key: SliceKey; pairs: PairedCase[] }>();
  for (const pair of pairs) {
    for (const key of pair.slices) {
      const name = `${key.field}\u0000${key.value}`;
      const group = groups.get(name);
      if (group === undefined) groups.set(name, { key, pairs: [pair] });
      else group.pairs.push(pair);
    }
  }
  const measured = [...groups.values()].map((group) => ({
    ...group.key,
    difference: scoreDifference(group.pairs, { ...settings, exactUpTo: EXACT_UP_TO }),
  }));
  const tested = measured.filter(({ difference }) => difference.observed !== undefined);
  const pValues = tested.map(({ difference }) => difference.observed?.pWorse ?? 1);
  const holmValues = holm(pValues);
  const bhValues = benjaminiHochberg(pValues);
  const alpha = 1 - settings.confidence;
  const corrected = measured.map((slice) => {
    const at = tested.indexOf(slice);
    const adjusted = holmValues[at];
    return {
      ...slice,
      holm: adjusted,
      bh: bhValues[at],
      alarm: adjusted !== undefined && adjusted <= alpha,
    };
  });
  const doubt = (slice: SliceDifference) => slice.difference.observed?.pWorse ?? 2;
  const name = (slice: SliceDifference) => `${slice.field}\u0000${slice.value}`;
  return corrected.sort((left, right) => doubt(left) - doubt(right) || (name(left) < name(right) ? -1 : 1));
}
