import { areAlone, type Clusters } from "./clusters.ts";
import { isEvery, type Numbers, numbersOf } from "./numbers.ts";

/** Cases by cluster: how many each has (or a fraction of one) and the sum of their values. */
export interface Groups {
  readonly sizes: Numbers;
  readonly sums: Numbers;
}

/** A mean with its cluster-robust standard error. */
export interface ClusteredMean {
  readonly mean: number;
  readonly se: number;
  /** Satterthwaite's degrees of freedom; n - 1 when every case is its own cluster. */
  readonly df: number;
  readonly groups: number;
}

export interface ClusteredValues {
  readonly values: Numbers;
  readonly clusters: Clusters | undefined;
}

/**
 * Mean of the values with the CR2 standard error (Bell & McCaffrey 2002) and Satterthwaite's degrees of
 * freedom. Undefined when there are fewer than two clusters: nothing then says how far the mean may be off.
 */
export function cr2(input: ClusteredValues): ClusteredMean | undefined {
  return cr2OfGroups(groupsOf(input));
}

/** The same from the groups' sizes and sums. */
export function cr2OfGroups({ sizes, sums }: Groups): ClusteredMean | undefined {
  const count = sizes.length;
  if (count < 2) return undefined;
  const sizeAt = (at: number) => sizes.at(at) ?? 0;
  const sumAt = (at: number) => sums.at(at) ?? 0;
  const total = sumOf(count, sizeAt);
  const mean = sumOf(count, sumAt) / total;
  const spread = sumOf(count, (at) => {
    const residual = sumAt(at) - sizeAt(at) * mean;
    return (residual * residual) / (1 - sizeAt(at) / total);
  });
  // tr(P) is the total; tr(P^2) needs only sums over groups, as P is diagonal plus rank one.
  const leverage = (at: number) => sizeAt(at) ** 2 / (1 - sizeAt(at) / total);
  const squares = sumOf(count, (at) => sizeAt(at) ** 2);
  const cross = sumOf(count, leverage) ** 2 - sumOf(count, (at) => leverage(at) ** 2);
  return {
    mean,
    se: Math.sqrt(spread) / total,
    df: total ** 2 / (squares + cross / total ** 2),
    groups: count,
  };
}

/** Gathers the values by cluster, in the order in which the clusters first appear. */
export function groupsOf({ values, clusters }: ClusteredValues): Groups {
  if (!isEvery(values, Number.isFinite)) throw new RangeError("a value is not a finite number");
  // A million cases that stand alone need no room each.
  if (clusters === undefined || areAlone(clusters))
    return { sizes: numbersOf(values.length, () => 1), sums: values };
  if (clusters.length !== values.length) {
    throw new RangeError(`${values.length} values but ${clusters.length} clusters`);
  }
  const named = new Map<string | number, number>();
  const sizes: number[] = [];
  const sums: number[] = [];
  for (let place = 0; place < values.length; place += 1) {
    const name = clusters.at(place);
    const group = (name === undefined ? undefined : named.get(name)) ?? sizes.length;
    if (name !== undefined) named.set(name, group);
    sizes[group] = (sizes[group] ?? 0) + 1;
    sums[group] = (sums[group] ?? 0) + (values.at(place) ?? 0);
  }
  return { sizes, sums };
}

function sumOf(count: number, of: (at: number) => number): number {
  let sum = 0;
  for (let at = 0; at < count; at += 1) sum += of(at);
  return sum;
}
