import { describe, expect, test } from "vitest";
import { bradleyTerry, type Match } from "../../src/statistics/bradley-terry.ts";
import { seeded } from "../../src/statistics/random.ts";

const settings = (baseline: string, seed = 1) => ({
  baseline,
  confidence: 0.95,
  resamples: 300,
  random: seeded(seed),
});

// Stigler's citations among journals (Agresti 1990, p. 448; R BradleyTerry2::citations): rows are cited by columns.
const JOURNALS = ["Biometrika", "Comm Statist", "JASA", "JRSS-B"];
const CITED = [
  [714, 730, 498, 221],
  [33, 425, 68, 17],
  [320, 813, 1072, 142],
  [284, 276, 325, 188],
];
const citations = CITED.flatMap((row, cited) =>
  row.flatMap((weight, citing): Match[] => {
    const [first = "", second = ""] = [JOURNALS[cited], JOURNALS[citing]];
    return cited === citing ? [] : [{ first, second, outcome: 1, cluster: undefined, weight }];
  }),
);

describe("Bradley and Terry's strengths", () => {
  test("of statistics journals are the published ones: -2.949, -0.480, 0.269", () => {
    const result = bradleyTerry(citations, settings("Biometrika"));
    const strengths = new Map(result?.strengths.map(({ player, estimate }) => [player, estimate]));
    expect(strengths.get("Comm Statist")).toBeCloseTo(-2.94907, 5);
    expect(strengths.get("JASA")).toBeCloseTo(-0.47957, 5);
    expect(strengths.get("JRSS-B")).toBeCloseTo(0.26895, 5);
    expect(result).toMatchObject({ isSmoothed: false });
  });
  test("of two are the log odds, and a tie is half a win", () => {
    const played = (outcome: number, count: number): Match[] =>
      Array.from({ length: count }, () => ({ first: "a", second: "b", outcome, cluster: undefined }));
    const result = bradleyTerry([...played(1, 6), ...played(0.5, 4), ...played(0, 2)], settings("b"));
    expect(result?.strengths[1]?.estimate).toBeCloseTo(Math.log(8 / 4), 8);
  });
  test("do not depend on the order of the matches", () => {
    const one = bradleyTerry(citations, settings("JASA"));
    const other = bradleyTerry(citations.toReversed(), settings("JASA"));
    for (const [at, { estimate }] of (one?.strengths ?? []).entries())
      expect(other?.strengths[at]?.estimate).toBeCloseTo(estimate, 9);
  });
  test("of one that never lost are finite, and said to be smoothed", () => {
    const wins: Match[] = Array.from({ length: 9 }, () => ({
      first: "a",
      second: "b",
      outcome: 1,
      cluster: undefined,
    }));
    const result = bradleyTerry(wins, settings("b"));
    expect(result?.isSmoothed).toBe(true);
    expect(result?.strengths[1]?.estimate).toBeCloseTo(Math.log(9.5 / 0.5), 8);
  });
  test("are not told for a baseline that never played", () => {
    expect(bradleyTerry(citations, settings("Annals"))).toBeUndefined();
  });
});

test("the intervals cover the truth with dependent matches on a case, about as often as they say", () => {
  const truth = new Map([
    ["base", 0],
    ["one", 0.6],
    ["two", -0.4],
  ]);
  const players = [...truth.keys()];
  let covered = 0;
  const runs = 150;
  for (let run = 0; run < runs; run++) {
    const random = seeded(`world ${run}`);
    const matches: Match[] = [];
    for (let item = 0; item < 120; item++) {
      // Every pair is judged twice on a case, with one and the same luck: two matches, one piece of evidence.
      for (const [first, second] of [
        [0, 1],
        [1, 2],
        [0, 2],
      ].map((pair) => pair.map((at) => players[at] ?? ""))) {
        const gap = (truth.get(first ?? "") ?? 0) - (truth.get(second ?? "") ?? 0);
        const outcome = random.next() < 1 / (1 + Math.exp(-gap)) ? 1 : 0;
        for (let repeat = 0; repeat < 2; repeat++)
          matches.push({ first: first ?? "", second: second ?? "", outcome, cluster: String(item) });
      }
    }
    const result = bradleyTerry(matches, settings("base", run));
    for (const { player, lower, upper } of result?.strengths.slice(1) ?? []) {
      const value = truth.get(player) ?? 0;
      if (lower <= value && value <= upper) covered += 1;
    }
  }
  // 300 intervals: three standard errors are 4 points.
  expect(covered / (2 * runs)).toBeGreaterThan(0.9);
});
