import { describe, expect, test } from "vitest";
import { binomialPmf } from "../../src/statistics/distributions.ts";
import { seeded } from "../../src/statistics/random.ts";
import { roganGladen } from "../../src/statistics/rogan-gladen.ts";

const count = (hits: number, of: number) => ({ hits, of });

describe("the rate behind an imperfect judge", () => {
  // Lang & Reiczigel 2014, their script CI4TruePrevalence, on data of Reiczigel et al. 2010, table 2.
  test.each([
    [count(12, 260), count(50, 100), count(199, 200), 0.025707753, 0.151811787],
    [count(27, 650), count(50, 100), count(199, 200), 0.02746001, 0.114583026],
    [count(130, 200), count(90, 100), count(70, 100), 0.439714342, 0.722526113],
  ])("of %o has the adjusted interval", (judged, sensitivity, specificity, lower, upper) => {
    const rate = roganGladen({ judged, sensitivity, specificity, confidence: 0.95 });
    expect(rate?.lower).toBeCloseTo(lower, 8);
    expect(rate?.upper).toBeCloseTo(upper, 8);
  });
  test("is the inverse of what the judge does to it", () => {
    const seen = 0.3 * 0.9 + 0.7 * 0.2;
    const rate = roganGladen({
      judged: count(seen * 1000, 1000),
      sensitivity: count(90, 100),
      specificity: count(80, 100),
      confidence: 0.95,
    });
    expect(rate?.estimate).toBeCloseTo(0.3, 12);
  });
  test("is not told by a judge that is hardly better than chance, nor without labels of both kinds", () => {
    const judged = count(50, 100);
    const confidence = 0.95;
    expect(
      roganGladen({ judged, sensitivity: count(60, 100), specificity: count(50, 100), confidence }),
    ).toBeUndefined();
    expect(
      roganGladen({ judged, sensitivity: count(60, 100), specificity: count(0, 0), confidence }),
    ).toBeUndefined();
  });
});

/** A draw of a binomial count. */
function draw(n: number, p: number, random: { next(): number }): number {
  let left = random.next();
  for (let hits = 0; hits < n; hits++) {
    left -= binomialPmf(hits, n, p);
    if (left < 0) return hits;
  }
  return n;
}

describe.each([0.65, 0.8, 0.95])("with a judge that is right %d of the time", (accuracy) => {
  test.each([0.5, 0.8])("the interval covers a true rate of %d at least 93 times in 100", (truth) => {
    const random = seeded(5);
    const runs = 3000;
    let covered = 0;
    let uncorrected = 0;
    const n = 500;
    const seen = truth * accuracy + (1 - truth) * (1 - accuracy);
    for (let run = 0; run < runs; run++) {
      const judged = count(draw(n, seen, random), n);
      const sensitivity = count(draw(100, accuracy, random), 100);
      const specificity = count(draw(100, accuracy, random), 100);
      const rate = roganGladen({ judged, sensitivity, specificity, confidence: 0.95 });
      // A refusal to tell is no wrong interval.
      if (rate === undefined || (rate.lower <= truth && truth <= rate.upper)) covered += 1;
      const raw = judged.hits / n;
      if (Math.abs(raw - truth) <= 1.96 * Math.sqrt((raw * (1 - raw)) / n)) uncorrected += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
    // At one half a judge that errs alike either way is right on average.
    if (truth !== 0.5 && accuracy < 0.9) expect(uncorrected / runs).toBeLessThan(0.01);
  });
});
