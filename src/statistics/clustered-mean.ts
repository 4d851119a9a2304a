/** Sum and weight (number of cases, or a fraction of one) of one cluster of cases. */
export interface Group {
  readonly size: number;
  readonly sum: number;
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
  readonly values: readonly number[];
  /** The cluster of each case; a case without one is its own. */
  readonly clusters: readonly (string | undefined)[] | undefined;
}

/**
 * Mean of the values with the CR2 standard error (Bell & McCaffrey 2002) and Satterthwaite's degrees of
 * freedom. Undefined when there are fewer than two clusters: nothing then says how far the mean may be off.
 */
export function cr2(input: ClusteredValues): ClusteredMean | undefined {
  if (!areAlone(input.clusters)) return cr2OfGroups(groupsOf(input));
  const { values } = input;
  requireFinite(values);
  return fitted({ count: values.length, sizeAt: () => 1, sumAt: (at) => values[at] ?? 0 });
}

/** The same from the groups' sizes and sums. */
export function cr2OfGroups(groups: readonly Group[]): ClusteredMean | undefined {
  return fitted({
    count: groups.length,
    sizeAt: (at) => groups[at]?.size ?? 0,
    sumAt: (at) => groups[at]?.sum ?? 0,
  });
}

/** Groups by number: a million cases that stand alone need no object each. */
interface Groups {
  readonly count: number;
  readonly sizeAt: (at: number) => number;
  readonly sumAt: (at: number) => number;
}

function fitted({ count, sizeAt, sumAt }: Groups): ClusteredMean | undefined {
  if (count < 2) return undefined;
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

/** Sum of each cluster's values; the values themselves where every case stands alone. */
export function clusterSums(input: ClusteredValues): readonly number[] {
  if (!areAlone(input.clusters)) return groupsOf(input).map(({ sum }) => sum);
  requireFinite(input.values);
  return input.values;
}

function areAlone(clusters: ClusteredValues["clusters"]): boolean {
  return clusters === undefined || clusters.every((cluster) => cluster === undefined);
}

function requireFinite(values: readonly number[]): void {
  if (values.some((value) => !Number.isFinite(value))) throw new RangeError("a value is not a finite number");
}

/** Gathers the values by cluster, in the order in which the clusters first appear. */
export function groupsOf({ values, clusters }: ClusteredValues): readonly Group[] {
  requireFinite(values);
  if (clusters === undefined) return values.map((sum) => ({ size: 1, sum }));
  if (clusters.length !== values.length) {
    throw new RangeError(`${values.length} values but ${clusters.length} clusters`);
  }
  const named = new Map<string, { size: number; sum: number }>();
  const groups: { size: number; sum: number }[] = [];
  for (const [index, value] of values.entries()) {
    const name = clusters[index];
    const known = name === undefined ? undefined : named.get(name);
    if (known !== undefined) {
      known.size += 1;
      known.sum += value;
      continue;
    }
    const group = { size: 1, sum: value };
    groups.push(group);
    if (name !== undefined) named.set(name, group);
  }
  return groups;
}

function sumOf(count: number, of: (at: number) => number): number {
  let sum = 0;
  for (let at = 0; at < count; at += 1) sum += of(at);
  return sum;
}
