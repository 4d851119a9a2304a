/** The cluster of each case by place, as a name or a number; a case without one is its own. */
export interface Clusters {
  readonly length: number;
  at(place: number): string | number | undefined;
}

/** Whether no case is in a cluster. */
export function areAlone(clusters: Clusters): boolean {
  for (let place = 0; place < clusters.length; place += 1) if (clusters.at(place) !== undefined) return false;
  return true;
}

/** Whether any two cases are in one cluster. */
export function areShared(clusters: Clusters): boolean {
  const seen = new Set<string | number>();
  for (let place = 0; place < clusters.length; place += 1) {
    const cluster = clusters.at(place);
    if (cluster === undefined) continue;
    if (seen.has(cluster)) return true;
    seen.add(cluster);
  }
  return false;
}
