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
  return cr2OfGroups(groupsOf(input));
}

/** The same from the groups' sizes and sums. */
export function cr2OfGroups(groups: readonly Group[]): ClusteredMean | undefined {
  if (groups.length < 2) return undefined;
  const total = sumOf(groups, (group) => group.size);
  const mean = sumOf(groups, (group) => group.sum) / total;
  const spread = sumOf(groups, (group) => {
    const residual = group.sum - group.size * mean;
    return (residual * residual) / (1 - group.size / total);
  });
  // tr(P) is the total; tr(P^2) needs only sums over groups, as P is diagonal plus rank one.
  const leverage = (group: Group) => group.size ** 2 / (1 - group.size / total);
  const squares = sumOf(groups, (group) => group.size ** 2);
  const cross = sumOf(groups, leverage) ** 2 - sumOf(groups, (group) => leverage(group) ** 2);
  return {
    mean,
    se: Math.sqrt(spread) / total,
    df: total ** 2 / (squares + cross / total ** 2),
    groups: groups.length,
  };
}

/** Gathers the values by cluster, in the order in which the clusters first appear. */
export function groupsOf({ values, clusters }: ClusteredValues): readonly Group[] {
  if (values.some((value) => !Number.isFinite(value))) throw new RangeError("a value is not a finite number");
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

function sumOf(groups: readonly Group[], of: (group: Group) => number): number {
  let sum = 0;
  for (const group of groups) sum += of(group);
  return sum;
}
