import { groupsOf } from "../src/statistics/clustered-mean.ts";
import { exactP, exactRejects } from "../src/statistics/exact-noninferiority.ts";
import { type Random, seeded } from "../src/statistics/random.ts";
import { scaledCounts } from "../src/statistics/scaled-counts.ts";

/** One situation in which the candidate really is worse by exactly the margin, so that `safe` is false. */
export interface Situation {
  /** `enumerated`: independent right-or-wrong cases, every table summed. The others are simulated. */
  readonly design: "enumerated" | (typeof DESIGNS)[number];
  readonly n: number;
  readonly margin: number;
  /** Share of cases on which one model is right and the other wrong; at least the margin. */
  readonly discordance: number;
}

export interface FalseSafeRow extends Situation {
  /** How often the swap was certified at 95% confidence: at most 0.05 is promised. */
  readonly rate: number;
  /** Simulated runs; undefined where the rate is exact. */
  readonly runs: number | undefined;
}

const ALPHA = 0.05;
const CLUSTER_SIZE = 5;
const REPEATS = 3;
const SIZES = [20, 50, 100, 200, 500];
const MARGINS = [0.03, 0.05, 0.1];
const DISCORDANCES = [0.03, 0.05, 0.1, 0.2, 0.3];
/** `graded`: noise on every case; `collapses`: little noise, and one case in twenty loses most of its score. */
const DESIGNS = [
  "repeats",
  "clusters",
  "clusters-and-repeats",
  "whole-clusters",
  "unequal-clusters",
  "graded",
  "collapses",
] as const;

/** Rates of false `safe` over sizes, margins, shares of discordant cases and designs; the worst row first. */
export function falseSafe(runs = 2000): readonly FalseSafeRow[] {
  const rows: FalseSafeRow[] = [];
  for (const n of SIZES) {
    for (const margin of MARGINS) {
      const discordances = DISCORDANCES.filter((discordance) => discordance >= margin);
      rows.push(...enumerated(n, margin, discordances));
      for (const discordance of discordances) {
        for (const design of DESIGNS) rows.push(simulated({ design, n, margin, discordance }, runs));
      }
    }
  }
  return rows.sort((a, b) => b.rate - a.rate);
}

/** The rate by simulation, with chance seeded by the situation itself. */
export function simulated(situation: Situation, runs: number): FalseSafeRow {
  const random = seeded(JSON.stringify(situation));
  let certified = 0;
  for (let run = 0; run < runs; run++) {
    if (isCertified(drawn(situation, random), situation.margin)) certified++;
  }
  return { ...situation, rate: certified / runs, runs };
}

/** What `pairedComparison` says of the lower bound, without the bound itself, which takes far longer. */
function isCertified({ baseline, candidate, clusters }: Drawn, margin: number): boolean {
  const values = candidate.map((after, index) => after - (baseline[index] ?? Number.NaN));
  const scaled = scaledCounts(groupsOf({ values, clusters }), 1);
  if (scaled === undefined) return false;
  return exactRejects(scaled.counts, -Math.min(margin / scaled.size, 1 - 1e-9), ALPHA);
}

type Kind = "loss" | "gain" | "flaky" | "same";

interface Drawn {
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
  readonly clusters: readonly string[] | undefined;
}

function drawn(situation: Situation, random: Random): Drawn {
  const { design, n, margin, discordance } = situation;
  if (design === "graded" || design === "collapses") return drawnGraded(situation, random);
  const clustered = design !== "repeats";
  const repeats = design === "repeats" || design === "clusters-and-repeats" ? REPEATS : 1;
  // How often a case shares the fate of its cluster.
  const shared = design === "whole-clusters" || design === "unequal-clusters" ? 1 : clustered ? 0.5 : 0;
  const kind = (): Kind => {
    const u = random.next();
    if (u < (discordance + margin) / 2) return "loss";
    if (u < discordance) return "gain";
    return repeats > 1 && random.next() < 0.2 ? "flaky" : "same";
  };
  const baseline: number[] = [];
  const candidate: number[] = [];
  const clusters: string[] = [];
  let fate = kind();
  for (let i = 0; i < n; i++) {
    const cluster = `cluster ${design === "unequal-clusters" ? Math.floor(Math.sqrt(i)) : Math.floor(i / CLUSTER_SIZE)}`;
    if (cluster !== clusters.at(-1)) fate = kind();
    clusters.push(cluster);
    const own = random.next() < shared ? fate : kind();
    baseline.push(meanScore(own === "loss" ? 1 : own === "gain" ? 0 : undefined, { own, repeats, random }));
    candidate.push(meanScore(own === "gain" ? 1 : own === "loss" ? 0 : undefined, { own, repeats, random }));
  }
  return { baseline, candidate, clusters: clustered ? clusters : undefined };
}

/** Differences with mean -margin and, for `graded`, the variance that the share of discordant cases would have. */
function drawnGraded({ design, n, margin, discordance }: Situation, random: Random): Drawn {
  const baseline = Array.from({ length: n }, () => 0.5);
  const sd = design === "graded" ? Math.min(0.15, Math.sqrt(discordance - margin * margin) / 2) : 0.01;
  const candidate = baseline.map((score) => {
    const collapse = design === "collapses" && random.next() < 0.05 ? 0.3 : 0;
    const shift = design === "collapses" ? margin - 0.05 * 0.3 : margin;
    return score - shift - collapse + sd * triangular(random);
  });
  return { baseline, candidate, clusters: undefined };
}

/** Mean 0, variance 1, within -2.45 and 2.45. */
function triangular(random: Random): number {
  return (random.next() + random.next() - 1) * Math.sqrt(6);
}

interface Ask {
  readonly own: Kind;
  readonly repeats: number;
  readonly random: Random;
}

function meanScore(certain: number | undefined, { own, repeats, random }: Ask): number {
  if (certain !== undefined) return certain;
  if (own === "same") return 1;
  let right = 0;
  for (let k = 0; k < repeats; k++) right += random.next() < 0.9 ? 1 : 0;
  return right / repeats;
}

/** The rates of the exact test, by summing over every table that it certifies. */
export function enumerated(
  n: number,
  margin: number,
  discordances: readonly number[],
): readonly FalseSafeRow[] {
  const logs = [0];
  for (let k = 1; k <= n; k++) logs.push((logs[k - 1] ?? 0) + Math.log(k));
  const log = (k: number) => logs[k] ?? 0;
  const certified: (readonly [number, number])[] = [];
  for (let losses = 0, wins = 0; losses <= n; losses++) {
    while (wins <= n - losses && exactP({ wins, losses, n }, -margin) > ALPHA) wins++;
    for (let more = wins; more <= n - losses; more++) certified.push([losses, more]);
  }
  const power = (count: number, rate: number) => (count === 0 ? 0 : count * Math.log(rate));
  return discordances.map((discordance) => {
    let rate = 0;
    for (const [losses, wins] of certified) {
      const ties = n - losses - wins;
      const ways = log(n) - log(losses) - log(wins) - log(ties);
      const lossRate = power(losses, (discordance + margin) / 2);
      rate += Math.exp(
        ways + lossRate + power(wins, (discordance - margin) / 2) + power(ties, 1 - discordance),
      );
    }
    return { design: "enumerated", n, margin, discordance, rate, runs: undefined };
  });
}
