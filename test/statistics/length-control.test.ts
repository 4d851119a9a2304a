import { describe, expect, test } from "vitest";
import { lengthControl, type Preference } from "../../src/statistics/length-control.ts";
import { logistic, withoutEach } from "../../src/statistics/logistic.ts";
import { sampleNormal, seeded } from "../../src/statistics/random.ts";

describe("a logistic regression", () => {
  test("has the coefficients of R's glm(am ~ wt, binomial, mtcars): 12.040, -4.024", () => {
    const wt = [
      2.62, 2.875, 2.32, 3.215, 3.44, 3.46, 3.57, 3.19, 3.15, 3.44, 3.44, 4.07, 3.73, 3.78, 5.25, 5.424,
      5.345, 2.2, 1.615, 1.835, 2.465, 3.52, 3.435, 3.84, 3.845, 1.935, 2.14, 1.513, 3.17, 2.77, 3.57, 2.78,
    ];
    const am = [1, 1, 1, ...Array(14).fill(0), 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1];
    const rows = wt.map((weight, at) => ({ x: [1, weight], wins: am[at] ?? 0, losses: 1 - (am[at] ?? 0) }));
    const [intercept, slope] = logistic(rows, 2) ?? [];
    expect(intercept).toBeCloseTo(12.04, 3);
    expect(slope).toBeCloseTo(-4.024, 3);
  });
  test("of separated data has no finite coefficients, and says so", () => {
    const rows = [-1, 1].map((x) => ({ x: [1, x], wins: Number(x > 0), losses: Number(x < 0) }));
    expect(logistic(rows, 2)).toBeUndefined();
  });
});

/** Equally good models, one of which writes more, and a judge that likes long answers. */
function verbose(n: number, seed: number): readonly Preference[] {
  const random = seeded(seed);
  return Array.from({ length: n }, () => {
    const longer = 120 + 150 * sampleNormal(random);
    const chance = 1 / (1 + Math.exp(-1.5 * Math.tanh(longer / 190)));
    return { win: random.next() < chance ? 1 : 0, longer, cluster: undefined };
  });
}

test("coefficients without one row by one step are close to those of a fit without it", () => {
  const random = seeded(4);
  const rows = Array.from({ length: 60 }, () => {
    const x = sampleNormal(random);
    const win = random.next() < 1 / (1 + Math.exp(-0.3 - x)) ? 1 : 0;
    return { x: [1, x], wins: win, losses: 1 - win };
  });
  const beta = logistic(rows, 2) ?? [];
  const steps = withoutEach(
    rows,
    rows.map((_, at) => at),
    beta,
  );
  for (const [at, step] of (steps ?? []).entries()) {
    const exact = logistic(rows.toSpliced(at, 1), 2) ?? [];
    expect(step[0]).toBeCloseTo(exact[0] ?? 0, 2);
    expect(step[1]).toBeCloseTo(exact[1] ?? 0, 1);
  }
  expect(steps).toHaveLength(60);
});

describe("the length-controlled win rate", () => {
  test("takes away what length alone has won", () => {
    const rate = lengthControl(verbose(2000, 1), 0.95);
    expect(rate?.raw).toBeGreaterThan(0.58);
    expect(rate?.estimate).toBeGreaterThan(0.45);
    expect(rate?.estimate).toBeLessThan(0.55);
    expect(rate?.lengthOdds).toBeGreaterThan(2);
  });
  test("is the raw rate where the lengths are the same", () => {
    const preferences = Array.from({ length: 20 }, (_, at) => ({
      win: at < 12 ? 1 : 0,
      longer: 0,
      cluster: undefined,
    }));
    expect(lengthControl(preferences, 0.95)?.estimate).toBeCloseTo(0.6, 10);
  });
  test("covers one half for equally good models, about as often as it says", () => {
    let covered = 0;
    for (let run = 0; run < 400; run++) {
      const rate = lengthControl(verbose(120, run + 10), 0.95);
      if (rate !== undefined && rate.lower <= 0.5 && 0.5 <= rate.upper) covered += 1;
    }
    expect(covered / 400).toBeGreaterThan(0.92);
  });
  test("is not told where one side always wins", () => {
    const preferences = Array.from({ length: 20 }, (_, at) => ({ win: 1, longer: at, cluster: undefined }));
    expect(lengthControl(preferences, 0.95)).toBeUndefined();
  });
});
