import type { Interval } from "./interval.ts";
import { type LogisticRow, logistic } from "./logistic.ts";
import { type Random, sampleIndex } from "./random.ts";

/** One comparison of two players on one case: 1 is a win of the first, 0 of the second, 0.5 a tie. */
export interface Match {
  readonly first: string;
  readonly second: string;
  readonly outcome: number;
  /** What makes matches dependent: the case. Matches without one are their own. */
  readonly cluster: string | undefined;
  /** How often it was played (default 1). */
  readonly weight?: number | undefined;
}

/** A player's strength on the logit scale, against the baseline at 0. */
export interface Strength extends Interval {
  readonly player: string;
}

/** Bradley and Terry's model of who beats whom. */
export interface BradleyTerry {
  readonly strengths: readonly Strength[];
  /** Half a win each way was added between all who met, as some had never lost, or never won. */
  readonly isSmoothed: boolean;
}

export interface BradleyTerrySettings {
  readonly baseline: string;
  readonly confidence: number;
  readonly resamples: number;
  readonly random: Random;
}

/** Two players who met, by their places. */
interface Meeting {
  readonly first: number;
  readonly second: number;
}

/** What a cluster adds to one meeting. */
interface Part {
  readonly meeting: number;
  readonly wins: number;
  readonly losses: number;
}

/**
 * Strengths by weighted logistic regression, ties as half a win each way (Bradley & Terry 1952; Hunter 2004), with
 * percentile intervals from resampled clusters. Undefined where the baseline met nobody, directly or through others.
 */
export function bradleyTerry(
  matches: readonly Match[],
  { baseline, confidence, resamples, random }: BradleyTerrySettings,
): BradleyTerry | undefined {
  const players = [...new Set(matches.flatMap(({ first, second }) => [first, second]))].sort();
  if (!players.includes(baseline)) return undefined;
  // The baseline comes last, at strength 0: the others are the coefficients.
  const others = players.filter((player) => player !== baseline);
  const { meetings, clusters } = tally(matches, [...others, baseline]);
  const all = summed(clusters, meetings.length);
  const isSmoothed = !isStronglyConnected(meetings, all, players.length);
  const fit = fitted(meetings, all, { size: others.length, isSmoothed });
  if (fit === undefined) return undefined;
  const drawn: (readonly number[])[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    const chosen = clusters.map(() => clusters[sampleIndex(clusters.length, random)] ?? []);
    const table = summed(chosen, meetings.length);
    // A resample in which somebody never lost is smoothed, as the data themselves would have been.
    const smooths = isSmoothed || !isStronglyConnected(meetings, table, players.length);
    const strengths = fitted(meetings, table, { size: others.length, isSmoothed: smooths });
    if (strengths !== undefined) drawn.push(strengths);
  }
  const strengths = others.map((player, at): Strength => {
    const values = drawn.map((draw) => draw[at] ?? 0).sort((left, right) => left - right);
    return { player, estimate: fit[at] ?? 0, ...percentiles(values, confidence) };
  });
  return { strengths: [{ player: baseline, estimate: 0, lower: 0, upper: 0 }, ...strengths], isSmoothed };
}

/** Sums of wins of the first and of the second, meeting by meeting. */
interface Table {
  readonly wins: Float64Array;
  readonly losses: Float64Array;
}

/** Who met, and what each cluster of matches adds to whose wins. */
function tally(matches: readonly Match[], players: readonly string[]) {
  const places = new Map(players.map((player, at) => [player, at]));
  const meetings: Meeting[] = [];
  const known = new Map<string, number>();
  const named = new Map<string, Part[]>();
  const clusters: Part[][] = [];
  for (const { first, second, outcome, cluster, weight = 1 } of matches) {
    const [one, two] = [places.get(first) ?? 0, places.get(second) ?? 0];
    const [low, high] = one < two ? [one, two] : [two, one];
    const key = `${low} ${high}`;
    const meeting = known.get(key) ?? meetings.push({ first: low, second: high }) - 1;
    known.set(key, meeting);
    const wins = weight * (one < two ? outcome : 1 - outcome);
    const part = { meeting, wins, losses: weight - wins };
    const own = cluster === undefined ? undefined : named.get(cluster);
    if (own !== undefined) {
      own.push(part);
      continue;
    }
    const started = [part];
    clusters.push(started);
    if (cluster !== undefined) named.set(cluster, started);
  }
  return { meetings, clusters };
}

function summed(clusters: readonly (readonly Part[])[], size: number): Table {
  const [wins, losses] = [new Float64Array(size), new Float64Array(size)];
  for (const parts of clusters) {
    for (const part of parts) {
      wins[part.meeting] = (wins[part.meeting] ?? 0) + part.wins;
      losses[part.meeting] = (losses[part.meeting] ?? 0) + part.losses;
    }
  }
  return { wins, losses };
}

function percentiles(sorted: readonly number[], confidence: number) {
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { lower: at((1 - confidence) / 2), upper: at((1 + confidence) / 2) };
}

function fitted(
  meetings: readonly Meeting[],
  { wins, losses }: Table,
  { size, isSmoothed }: { readonly size: number; readonly isSmoothed: boolean },
): readonly number[] | undefined {
  const half = isSmoothed ? 0.5 : 0;
  const rows = meetings.map(
    ({ first, second }, at): LogisticRow => ({
      x: Array.from({ length: size }, (_, player) => Number(player === first) - Number(player === second)),
      wins: (wins[at] ?? 0) + half,
      losses: (losses[at] ?? 0) + half,
    }),
  );
  return logistic(rows, size);
}

/** Whether everybody beat everybody through others: the condition for finite strengths (Ford 1957). */
function isStronglyConnected(
  meetings: readonly Meeting[],
  { wins, losses }: Table,
  players: number,
): boolean {
  const beat = meetings.flatMap(({ first, second }, at) => [
    ...((wins[at] ?? 0) > 0 ? [[first, second] as const] : []),
    ...((losses[at] ?? 0) > 0 ? [[second, first] as const] : []),
  ]);
  const lost = beat.map(([winner, loser]) => [loser, winner] as const);
  return reached(beat) === players && reached(lost) === players;
}

/** How many are reached from the first player. */
function reached(edges: readonly (readonly [from: number, to: number])[]): number {
  const next = new Map<number, Set<number>>();
  for (const [from, to] of edges) next.set(from, (next.get(from) ?? new Set()).add(to));
  const seen = new Set([0]);
  for (const player of seen) for (const to of next.get(player) ?? []) seen.add(to);
  return seen.size;
}
