import { benjaminiHochberg, holm } from "../statistics/multiplicity.ts";
import type { SliceKey } from "./case-table.ts";
import type { PairedCases } from "./paired-cases.ts";
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
  pairs: PairedCases,
  settings: DifferenceSettings,
): readonly SliceDifference[] {
  const measured = slicesOf(pairs).map(({ key, places }) => ({
    ...key,
    difference: scoreDifference(pairs.pick(places), { ...settings, exactUpTo: EXACT_UP_TO }),
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

interface Slice {
  readonly key: SliceKey;
  /** Of its pairs. */
  readonly places: Uint32Array;
}

/** The slices in the order in which the pairs name them first; counted before they are filled. */
function slicesOf(pairs: PairedCases): readonly Slice[] {
  const nameOf = ({ field, value }: SliceKey) => `${field}\u0000${value}`;
  const counts = new Map<string, { readonly key: SliceKey; count: number }>();
  for (const { slices } of pairs)
    for (const key of slices) {
      const known = counts.get(nameOf(key));
      if (known === undefined) counts.set(nameOf(key), { key, count: 1 });
      else known.count += 1;
    }
  const filling = new Map(
    [...counts].map(([name, { key, count }]) => [name, { key, places: new Uint32Array(count), filled: 0 }]),
  );
  let place = 0;
  for (const { slices } of pairs) {
    for (const key of slices) {
      const slice = filling.get(nameOf(key));
      if (slice === undefined) continue;
      slice.places[slice.filled] = place;
      slice.filled += 1;
    }
    place += 1;
  }
  return [...filling.values()];
}
