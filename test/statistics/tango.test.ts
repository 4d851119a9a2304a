import { describe, expect, it } from "vitest";
import { mirrored, tangoInterval, tangoScore, winsAndLosses } from "../../src/statistics/tango.ts";

const cavo = winsAndLosses({ both: 59, candidateOnly: 6, baselineOnly: 16, neither: 80 });

describe("Tango's score", () => {
  it("reproduces the published interval of Cavo 2012", () => {
    const { estimate, lower, upper } = tangoInterval(cavo, 0.95);
    expect([lower.toFixed(4), upper.toFixed(4)]).toEqual(["-0.1240", "-0.0054"]);
    expect(estimate).toBeCloseTo(-10 / 161, 15);
  });

  it("has the interval where the score reaches the critical value", () => {
    const { lower, upper } = tangoInterval(cavo, 0.95);
    expect(tangoScore(cavo, lower)).toBeCloseTo(1.959963985, 6);
    expect(tangoScore(cavo, upper)).toBeCloseTo(-1.959963985, 6);
  });

  it("is finite without any disagreement", () => {
    const same = { wins: 0, losses: 0, n: 50 };
    expect(tangoScore(same, -0.1)).toBeCloseTo(Math.sqrt((50 * 0.1) / 0.9), 12);
    expect(tangoScore(same, 0)).toBe(0);
    const { lower, upper } = tangoInterval(same, 0.95);
    expect(upper).toBeCloseTo(-lower, 12);
    expect(lower).toBeCloseTo(-(1.959963985 ** 2) / (50 + 1.959963985 ** 2), 6);
  });

  it("mirrors when the models change places", () => {
    const { lower, upper } = tangoInterval(mirrored(cavo), 0.95);
    expect(-upper).toBeCloseTo(tangoInterval(cavo, 0.95).lower, 12);
    expect(-lower).toBeCloseTo(tangoInterval(cavo, 0.95).upper, 12);
  });

  it("reaches -1 when every case is lost", () => {
    const lost = { wins: 0, losses: 5, n: 5 };
    expect(tangoInterval(lost, 0.95).lower).toBe(-1);
    expect(tangoInterval(lost, 0.95).upper).toBeLessThan(0);
  });
});
