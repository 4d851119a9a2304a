import { binomialCdf } from "./distributions.ts";
import { tangoScore, type WinsAndLosses } from "./tango.ts";

const GRID = 200;
/** Scores this close are ties: the order of two tables must not hang on rounding. */
const TIE = 1e-9;
/** Losses further than this many standard deviations (and some) from their mean weigh nothing. */
const REACH = 9;

/**
 * Exact unconditional p-value of H0: delta <= d0, where delta = P(candidate right) - P(baseline right).
 * Tables are ordered by Tango's score; the probability of one at least as extreme is maximised over the
 * unknown share of discordant cases, so a small p means what it says at every share. With d0 = -margin this
 * is the test of non-inferiority; the test of H0: delta >= d1 is this one on swapped models with d0 = -d1.
 * d0 lies strictly between -1 and 1. Counts may be fractions: only their place in the order of all tables matters.
 */
export function exactP(counts: WinsAndLosses, d0: number): number {
  return supremum(problemOf(counts, d0, logFactorials(counts.n)), Infinity).p;
}

/** Whether `exactP` is at most alpha; seldom needs all of the p-value. */
export function exactRejects(counts: WinsAndLosses, d0: number, alpha: number): boolean {
  return supremum(problemOf(counts, d0, logFactorials(counts.n)), alpha).p <= alpha;
}

/**
 * One-sided lower bound of delta: the greatest d0 that `exactP` rejects at alpha < 0.5, by bisection to 1e-7
 * and rounded towards -1. Its negative is the least loss that the data rule out. The p-value rises with d0 but for
 * small steps back (tables change places in the order), so that another crossing of alpha may be near: what is decided
 * at a declared margin is decided by `exactP` there.
 */
export function exactLower(counts: WinsAndLosses, alpha: number): number {
  const factorials = logFactorials(counts.n);
  let rejected = -1;
  let kept = (counts.wins - counts.losses) / counts.n;
  let hint = 0.5;
  while (kept - rejected > 1e-7) {
    const middle = (rejected + kept) / 2;
    const found = supremum(problemOf(counts, middle, factorials), alpha, hint);
    hint = found.at;
    if (found.p > alpha) kept = middle;
    else rejected = middle;
  }
  return rejected;
}

/** All tables of n cases whose score against d0 reaches a level. */
export interface ExtremeTables {
  readonly n: number;
  readonly d0: number;
  /** For each number of losses, the least number of wins that is at least as extreme (may exceed what is possible). */
  readonly leastWins: Int32Array;
  readonly factorials: Float64Array;
}

/** ln k! for k from 0 to n. */
export function logFactorials(n: number): Float64Array {
  const table = new Float64Array(n + 1);
  for (let k = 2; k <= n; k++) table[k] = (table[k - 1] ?? 0) + Math.log(k);
  return table;
}

function problemOf(counts: WinsAndLosses, d0: number, factorials: Float64Array): ExtremeTables {
  return extremeTables({ n: counts.n, d0, score: tangoScore(counts, d0), factorials });
}

/** The tables of n cases with at least a score; those a hair below it count as ties. */
export function extremeTables(at: {
  readonly n: number;
  readonly d0: number;
  readonly score: number;
  readonly factorials: Float64Array;
}): ExtremeTables {
  const { n, d0, factorials } = at;
  const least = at.score - TIE;
  const leastWins = new Int32Array(n + 1);
  let wins = 0;
  for (let losses = 0; losses <= n; losses++) {
    // The score rises with the wins and falls with the losses, so the threshold only rises.
    while (wins <= n - losses && tangoScore({ wins, losses, n }, d0) < least) wins++;
    leastWins[losses] = wins;
  }
  return { n, d0, leastWins, factorials };
}

interface Peak {
  readonly p: number;
  /** The share of discordant cases where p is highest. */
  readonly at: number;
}

/** Greatest probability over the shares of discordant cases: a grid, dense at few, then golden section. Stops above a level. */
export function supremum(problem: ExtremeTables, stopAbove: number, hint?: number): Peak {
  const least = Math.abs(problem.d0);
  const shareAt = (index: number) => least + (1 - least) * (index / GRID) ** 2;
  let best: Peak = { p: -1, at: least };
  let bestIndex = 0;
  if (hint !== undefined && hint >= least) {
    const p = tailAt(problem, hint);
    if (p > stopAbove) return { p, at: hint };
  }
  for (let index = 0; index <= GRID; index++) {
    const at = shareAt(index);
    const p = tailAt(problem, at);
    if (p > best.p) {
      best = { p, at };
      bestIndex = index;
    }
    if (p > stopAbove) return best;
  }
  const refined = goldenSection(
    problem,
    shareAt(Math.max(0, bestIndex - 1)),
    shareAt(Math.min(GRID, bestIndex + 1)),
  );
  return refined.p > best.p ? refined : best;
}

function goldenSection(problem: ExtremeTables, from: number, to: number): Peak {
  const golden = (Math.sqrt(5) - 1) / 2;
  let low = from;
  let high = to;
  let left = high - golden * (high - low);
  let right = low + golden * (high - low);
  let leftP = tailAt(problem, left);
  let rightP = tailAt(problem, right);
  for (let i = 0; i < 40; i++) {
    if (leftP > rightP) {
      high = right;
      [right, rightP] = [left, leftP];
      left = high - golden * (high - low);
      leftP = tailAt(problem, left);
    } else {
      low = left;
      [left, leftP] = [right, rightP];
      right = low + golden * (high - low);
      rightP = tailAt(problem, right);
    }
  }
  return leftP > rightP ? { p: leftP, at: left } : { p: rightP, at: right };
}

function tailAt(problem: ExtremeTables, share: number): number {
  return probabilityOf(problem, {
    winRate: Math.max(0, (share + problem.d0) / 2),
    lossRate: Math.max(0, (share - problem.d0) / 2),
  });
}

/** How often only the candidate is right, and only the baseline. */
export interface DiscordantRates {
  readonly winRate: number;
  readonly lossRate: number;
}

/**
 * P(one of the tables) at true rates of wins and losses: sum over the losses j of
 * P(J = j) P(Wins >= leastWins[j] | J = j). From many losses to few, the inner tail only needs terms added.
 */
export function probabilityOf(
  { n, leastWins, factorials }: ExtremeTables,
  { winRate, lossRate }: DiscordantRates,
): number {
  const logLoss = Math.log(lossRate);
  const logNoLoss = Math.log1p(-lossRate);
  const given = lossRate < 1 ? Math.min(1, winRate / (1 - lossRate)) : 0;
  const logWin = Math.log(given);
  const logNoWin = Math.log1p(-given);
  const pmf = (k: number, of: number, logYes: number, logNo: number) =>
    Math.exp(logChoose(factorials, of, k) + times(k, logYes) + times(of - k, logNo));
  const reach = REACH * Math.sqrt(n * lossRate * (1 - lossRate)) + 20;
  const first = Math.max(0, Math.floor(n * lossRate - reach));
  const last = Math.min(n, Math.ceil(n * lossRate + reach));
  let trials = n - last;
  let wins = Math.min(leastWins[last] ?? 0, trials + 1);
  let tail = upperTail(wins, trials, given);
  let sum = 0;
  for (let losses = last; losses >= first; losses--) {
    if (losses < last) {
      if (wins > 0) tail += given * pmf(wins - 1, trials, logWin, logNoWin);
      trials++;
      const target = Math.min(leastWins[losses] ?? 0, trials + 1);
      for (; wins > target; wins--) tail += pmf(wins - 1, trials, logWin, logNoWin);
      if (wins < target) {
        wins = target;
        tail = 0;
      }
    }
    sum += pmf(losses, n, logLoss, logNoLoss) * tail;
  }
  return Math.min(1, sum);
}

function logChoose(factorials: Float64Array, n: number, k: number): number {
  return (factorials[n] ?? 0) - (factorials[k] ?? 0) - (factorials[n - k] ?? 0);
}

/** count * log, with 0 * -Infinity = 0 (a rate of 0 to the power of 0 is 1). */
function times(count: number, log: number): number {
  return count === 0 ? 0 : count * log;
}

function upperTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  return k > n ? 0 : binomialCdf(n - k, n, 1 - p);
}
