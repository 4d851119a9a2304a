import { describe, expect, it } from "vitest";
import { exactLower, exactP } from "../../src/statistics/exact-noninferiority.ts";
import { mirrored, tangoScore } from "../../src/statistics/tango.ts";
import { cpuMs } from "../cpu-time.ts";

const table = (n: number, losses: number, wins: number) => ({ wins, losses, n });
const scoreOf = (wins: number, losses: number, n: number, d0: number) => tangoScore({ wins, losses, n }, d0);

function logFactorial(n: number): number {
  let sum = 0;
  for (let k = 2; k <= n; k++) sum += Math.log(k);
  return sum;
}

/** The score by a numerical search for the restricted maximum likelihood, not by its closed form. */
function scoreBySearch(wins: number, losses: number, n: number, d0: number): number {
  const log = (count: number, p: number) => (count === 0 ? 0 : count * Math.log(p));
  const likelihood = (q: number) =>
    log(wins, q + d0) + log(losses, q) + log(n - wins - losses, 1 - 2 * q - d0);
  let low = Math.max(0, -d0);
  let high = (1 - d0) / 2;
  for (let i = 0; i < 200; i++) {
    const third = (high - low) / 3;
    if (likelihood(low + third) < likelihood(high - third)) low += third;
    else high -= third;
  }
  const q = (low + high) / 2;
  return (wins - losses - n * d0) / Math.sqrt(n * (2 * q + d0 * (1 - d0)));
}

/** Sum over every table, one by one, at each of many shares of discordant cases. */
function bruteForce(n: number, losses: number, wins: number, d0: number): number {
  const observed = scoreOf(wins, losses, n, d0);
  const extreme: (readonly [number, number, number])[] = [];
  for (let l = 0; l <= n; l++) {
    for (let w = 0; w + l <= n; w++) {
      const ways = logFactorial(n) - logFactorial(l) - logFactorial(w) - logFactorial(n - l - w);
      if (scoreOf(w, l, n, d0) >= observed - 1e-9) extreme.push([l, w, Math.exp(ways)]);
    }
  }
  let worst = 0;
  const least = Math.abs(d0);
  for (let step = 0; step <= 4000; step++) {
    const share = least + ((1 - least) * step) / 4000;
    const lossRate = (share - d0) / 2;
    const winRate = (share + d0) / 2;
    let sum = 0;
    for (const [l, w, ways] of extreme) {
      sum += ways * lossRate ** l * winRate ** w * Math.max(0, 1 - share) ** (n - l - w);
    }
    worst = Math.max(worst, sum);
  }
  return worst;
}

describe("the exact unconditional test", () => {
  it("equals the sum over every table, at margins and at gains", () => {
    const cases = [
      [5, 0, 0],
      [8, 2, 1],
      [10, 0, 3],
      [12, 3, 3],
      [20, 1, 0],
      [25, 2, 5],
      [25, 6, 1],
    ] as const;
    for (const [n, losses, wins] of cases) {
      for (const d0 of [-0.3, -0.1, -0.03, 0, 0.05, 0.2]) {
        const p = exactP(table(n, losses, wins), d0);
        const brute = bruteForce(n, losses, wins, d0);
        expect(p).toBeGreaterThan(brute - 1e-9);
        expect(p).toBeLessThan(brute + 2e-5);
      }
    }
  });

  it("orders tables by the score that a search for the maximum likelihood gives", () => {
    for (const d0 of [-0.2, -0.03, 0.1]) {
      for (const [wins, losses] of [
        [0, 0],
        [3, 1],
        [1, 4],
        [0, 6],
        [6, 0],
      ] as const) {
        expect(scoreOf(wins, losses, 30, d0)).toBeCloseTo(scoreBySearch(wins, losses, 30, d0), 5);
      }
    }
  });

  it("has a score that rises with wins and falls with losses, on which its speed relies", () => {
    for (const n of [1, 2, 7, 25]) {
      for (const d0 of [-0.9, -0.3, -0.03, 0, 0.03, 0.3, 0.9]) {
        for (let l = 0; l <= n; l++) {
          for (let w = 0; w + l < n; w++) {
            const here = scoreOf(w, l, n, d0);
            expect(scoreOf(w + 1, l, n, d0)).toBeGreaterThanOrEqual(here - 1e-9);
            expect(scoreOf(w, l + 1, n, d0)).toBeLessThanOrEqual(here + 1e-9);
          }
        }
      }
    }
  });

  it("needs 99 cases without a difference for a margin of 3 points, and 299 for 1 point", () => {
    expect(exactP(table(98, 0, 0), -0.03)).toBeCloseTo(0.97 ** 98, 9);
    expect(exactP(table(98, 0, 0), -0.03)).toBeGreaterThan(0.05);
    expect(exactP(table(99, 0, 0), -0.03)).toBeLessThan(0.05);
    expect(exactP(table(298, 0, 0), -0.01)).toBeGreaterThan(0.05);
    expect(exactP(table(299, 0, 0), -0.01)).toBeLessThan(0.05);
  });

  it("has a lower bound where its p-value crosses alpha, and proves gains too", () => {
    for (const [n, losses, wins] of [
      [50, 2, 3],
      [200, 20, 12],
      [100, 2, 20],
      [99, 0, 0],
    ] as const) {
      const lower = exactLower(table(n, losses, wins), 0.05);
      expect(exactP(table(n, losses, wins), lower)).toBeLessThanOrEqual(0.05 + 1e-12);
      expect(exactP(table(n, losses, wins), lower + 2e-7)).toBeGreaterThan(0.05);
    }
    expect(exactLower(table(100, 2, 20), 0.05)).toBeGreaterThan(0.05);
    expect(exactLower(table(10, 10, 0), 0.05)).toBe(-1);
  });

  it("stays quick at a thousand cases", () => {
    const took = cpuMs(() => {
      exactP(table(1000, 50, 50), -0.03);
      exactLower(table(1000, 50, 50), 0.05);
    });
    expect(took).toBeLessThan(3000);
  });
});

/** Greatest P(certified) over the shares of discordant cases, when delta is exactly -margin. */
function worstAtBoundary(
  n: number,
  margin: number,
  certifies: (losses: number, wins: number) => boolean,
): number {
  const factorials = Array.from({ length: n + 1 }, (_, k) => logFactorial(k));
  const f = (k: number) => factorials[k] ?? 0;
  // For fixed losses more wins certify all the more: find the least number of wins by walking.
  const leastWins: number[] = [];
  for (let l = 0, w = 0; l <= n; l++) {
    while (w <= n - l && !certifies(l, w)) w++;
    leastWins.push(w);
  }
  let worst = 0;
  for (let step = 0; step <= 300; step++) {
    const share = margin + (1 - margin) * (step / 300) ** 2;
    const logLoss = Math.log((share + margin) / 2);
    const logWin = Math.log(Math.max(1e-300, (share - margin) / 2));
    const logTie = Math.log(Math.max(1e-300, 1 - share));
    let sum = 0;
    for (let l = 0; l <= n; l++) {
      for (let w = leastWins[l] ?? 0; w <= n - l; w++) {
        const ties = n - l - w;
        sum += Math.exp(f(n) - f(l) - f(w) - f(ties) + l * logLoss + w * logWin + ties * logTie);
      }
    }
    worst = Math.max(worst, sum);
  }
  return worst;
}

describe("false verdicts when the loss is exactly the margin, by full enumeration", () => {
  for (const n of [20, 50, 100, 200]) {
    it(`never certifies more than one such swap in twenty, nor condemns, with ${n} cases`, () => {
      for (const margin of [0.03, 0.05, 0.1]) {
        const safe = worstAtBoundary(n, margin, (l, w) => exactP(table(n, l, w), -margin) <= 0.05);
        expect(safe).toBeLessThanOrEqual(0.05 + 1e-9);
        expect(safe).toBeGreaterThan(n === 20 && margin === 0.03 ? 0.02 : 0.03);
        // Unsafe at delta = -margin is a claim of the swapped models at +margin.
        if (n > 100) continue;
        const unsafe = worstUnsafe(n, margin);
        expect(unsafe).toBeLessThanOrEqual(0.05 + 1e-9);
      }
    });
  }
});

/** Greatest P(unsafe) over the shares of discordant cases, when delta is exactly -margin. */
function worstUnsafe(n: number, margin: number): number {
  const rejected: (readonly [number, number])[] = [];
  // For fixed wins more losses condemn all the more.
  for (let w = 0, l = 0; w <= n; w++) {
    while (l <= n - w && exactP(mirrored(table(n, l, w)), margin) > 0.05) l++;
    for (let more = l; more <= n - w; more++) rejected.push([more, w]);
  }
  const factorials = Array.from({ length: n + 1 }, (_, k) => logFactorial(k));
  const f = (k: number) => factorials[k] ?? 0;
  let worst = 0;
  for (let step = 0; step <= 300; step++) {
    const share = margin + (1 - margin) * (step / 300) ** 2;
    const logs = [(share + margin) / 2, (share - margin) / 2, 1 - share].map((p) =>
      Math.log(Math.max(1e-300, p)),
    );
    const [logLoss = 0, logWin = 0, logTie = 0] = logs;
    let sum = 0;
    for (const [l, w] of rejected) {
      const ties = n - l - w;
      sum += Math.exp(f(n) - f(l) - f(w) - f(ties) + l * logLoss + w * logWin + ties * logTie);
    }
    worst = Math.max(worst, sum);
  }
  return worst;
}
