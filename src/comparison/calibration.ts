import { cohenKappa, type Kappa, type KappaWeights } from "../statistics/cohen-kappa.ts";
import type { Interval } from "../statistics/interval.ts";
import { type BothOrders, evenOdds, type PositionBias, positionBias } from "../statistics/position-bias.ts";
import { clopperPearson } from "../statistics/proportion.ts";

/** One answer, or one pair of answers, on which both people and a judge have said a word. */
export interface RatedItem {
  /** Places in the list of classes. */
  readonly human: number;
  readonly judge: number;
  /** Of a pair: what the judge said with the answers swapped, as if they were not; `undefined` where it was not asked. */
  readonly swapped: number | undefined;
  /** Of a pair: which place won, in either order; `undefined` where both were not asked. */
  readonly places: BothOrders | undefined;
  /**
   * How much a higher class favours length: characters of the answer above the median, or those by which the answer that
   * a higher class prefers is the longer one. `undefined` where unknown.
   */
  readonly longer: number | undefined;
}

/** On which side of people's word a judge errs, by length. */
export interface LengthLean {
  /** Disagreements in which the judge was kinder to the longer answer than people were, and to the shorter one. */
  readonly towardsLong: number;
  readonly towardsShort: number;
  /** Exact two-sided binomial p of no lean. */
  readonly p: number;
}

/** A judge against human labels. */
export interface Calibration {
  readonly classes: readonly string[];
  readonly n: number;
  readonly agreement: Interval;
  /** Of pairs: agreement with the answers swapped, and in both orders at once. */
  readonly agreementSwapped: Interval | undefined;
  readonly agreementBoth: Interval | undefined;
  /** `undefined` where both always gave one and the same class. */
  readonly kappa: Kappa | undefined;
  readonly weights: KappaWeights;
  /** Rows: people, columns: the judge. */
  readonly confusion: readonly (readonly number[])[];
  readonly position: PositionBias | undefined;
  readonly length: LengthLean | undefined;
}

/** What a calibration goes by. */
export interface CalibrationSettings {
  readonly classes: readonly string[];
  /** The classes are steps of a scale: near misses count less in kappa. */
  readonly ordinal: boolean;
  readonly confidence: number;
}

/** Compares a judge with people. `undefined` without an item. */
export function calibrate(
  items: readonly RatedItem[],
  { classes, ordinal, confidence }: CalibrationSettings,
): Calibration | undefined {
  const n = items.length;
  if (n === 0) return undefined;
  const confusion = classes.map(() => classes.map(() => 0));
  for (const { human, judge } of items) {
    const row = confusion[human];
    if (row?.[judge] === undefined) throw new RangeError(`no class ${human} or ${judge}`);
    row[judge] = (row[judge] ?? 0) + 1;
  }
  const weights = ordinal && classes.length > 2 ? "quadratic" : "equal";
  const share = (isHit: (item: RatedItem) => boolean) =>
    clopperPearson(items.filter(isHit).length, n, confidence);
  const isSwapped = items.every(({ swapped }) => swapped !== undefined);
  const places = items.flatMap((item) => item.places ?? []);
  return {
    classes,
    n,
    agreement: share(({ human, judge }) => human === judge),
    agreementSwapped: isSwapped ? share(({ human, swapped }) => human === swapped) : undefined,
    agreementBoth: isSwapped
      ? share(({ human, judge, swapped }) => human === judge && human === swapped)
      : undefined,
    kappa: classes.length < 2 ? undefined : cohenKappa(confusion, { weights, confidence }),
    weights,
    confusion,
    position: places.length === n ? positionBias(places, confidence) : undefined,
    length: lengthLean(items),
  };
}

/** Of the disagreements, those that favour length; `undefined` where no length is known. */
function lengthLean(items: readonly RatedItem[]): LengthLean | undefined {
  const known = items.filter(({ longer }) => longer !== undefined);
  if (known.length === 0) return undefined;
  const leans = known.map(({ human, judge, longer = 0 }) => Math.sign(judge - human) * Math.sign(longer));
  const towardsLong = leans.filter((lean) => lean > 0).length;
  const towardsShort = leans.filter((lean) => lean < 0).length;
  return { towardsLong, towardsShort, p: evenOdds(towardsLong, towardsShort) };
}
