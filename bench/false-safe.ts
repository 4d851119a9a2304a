import { exactP } from "../src/statistics/exact-noninferiority.ts";
import { pairedComparison } from "../src/statistics/paired-comparison.ts";
import { type Random, seeded } from "../src/statistics/random.ts";

/** One situation in which the candidate really is worse by exactly the margin, so that `safe` is false. */
export interface Situation {
  /** `enumerated`: independent right-or-wrong cases, every table summed. The others are simulated. */
  readonly design: "enumerated" | "repeats" | "clusters" | "clusters-and-repeats" | "whole-clusters";
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
const DESIGNS = ["repeats", "clusters", "clusters-and-repeats", "whole-clusters"] as const;

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
    const { lower } = pairedComparison({
      ...drawn(situation, random),
      binary: false,
      range: { lower: 0, upper: 1 },
      confidence: 1 - ALPHA,
      margin: situation.margin,
    });
    if (lower > -situation.margin) certified++;
  }
  return { ...situation, rate: certified / runs, runs };
}

type Kind = "loss" | "gain" | "flaky" | "same";

interface Drawn {
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
  readonly clusters: readonly string[] | undefined;
}

function drawn({ design, n, margin, discordance }: Situation, random: Random): Drawn {
  const clustered = design !== "repeats";
  const repeats = design === "repeats" || design === "clusters-and-repeats" ? REPEATS : 1;
  // How often a case shares the fate of its cluster.
  const shared = design === "whole-clusters" ? 1 : clustered ? 0.5 : 0;
  const kind = (): Kind => {
    const u = random.next();
    if (u < (discordance + margin) / 2) return "loss";
    if (u < discordance) return "gain";
    return repeats > 1 && random.next() < 0.2 ? "flaky" : "same";
  };
  const baseline: number[] = [];
  const candidate: number[] = [];
  let fate = kind();
  for (let i = 0; i < n; i++) {
    if (i % CLUSTER_SIZE === 0) fate = kind();
    const own = random.next() < shared ? fate : kind();
    baseline.push(meanScore(own === "loss" ? 1 : own === "gain" ? 0 : undefined, { own, repeats, random }));
    candidate.push(meanScore(own === "gain" ? 1 : own === "loss" ? 0 : undefined, { own, repeats, random }));
  }
  const clusters = clustered ? baseline.map((_, i) => `cluster ${Math.floor(i / CLUSTER_SIZE)}`) : undefined;
  return { baseline, candidate, clusters };
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
    const table = () => ({ both: n - losses - wins, baselineOnly: losses, candidateOnly: wins, neither: 0 });
    while (wins <= n - losses && exactP(table(), -margin) > ALPHA) wins++;
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
