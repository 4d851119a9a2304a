import { describe, expect, test } from "vitest";
import {
  f1Difference,
  f1Estimate,
  f1Of,
  fitLabels,
  type LabelledAnswer,
} from "../../src/statistics/label-f1.ts";
import { seeded } from "../../src/statistics/random.ts";

/** One case each, asked once, with one label expected and one named. */
function single(expected: readonly number[], found: readonly number[]): LabelledAnswer[][] {
  return expected.map((label, at) => [{ expected: [label], found: [found[at] ?? 0] }]);
}

describe("published values", () => {
  // scikit-learn 1.7, documentation of sklearn.metrics.f1_score.
  test("of several classes: macro 0.267, micro 0.333, by class 0.8, 0, 0", () => {
    const { macro, micro, counts } = fitLabels(single([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1]), 3);
    expect(macro?.estimate).toBeCloseTo(0.2667, 4);
    expect(micro?.estimate).toBeCloseTo(1 / 3, 12);
    expect(counts.map(f1Of)).toEqual([0.8, 0, 0]);
  });

  test("of several labels a case: 0.667, 1 and 0.667", () => {
    const cases = [
      [{ expected: [], found: [] }],
      [{ expected: [0, 1, 2], found: [0, 1, 2] }],
      [{ expected: [1, 2], found: [0, 1] }],
    ];
    const { counts } = fitLabels(cases, 3);
    expect(counts.map(f1Of).map((value) => value.toFixed(4))).toEqual(["0.6667", "1.0000", "0.6667"]);
  });
});

describe("laws", () => {
  const found = [0, 1, 1, 2, 2, 0, 1, 2, 0, 0, 1, 2];
  const expected = [0, 1, 2, 2, 0, 0, 1, 1, 0, 2, 1, 2];

  test("with one label named per case, micro F1 is the share of right answers", () => {
    const right = expected.filter((label, at) => label === found[at]).length;
    expect(fitLabels(single(expected, found), 3).micro?.estimate).toBeCloseTo(right / expected.length, 12);
  });

  test("the influence of the cases sums to nothing", () => {
    const { macro, micro } = fitLabels(single(expected, found), 3);
    for (const fit of [macro, micro])
      expect(fit?.influence.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
  });

  test("an influence is the change that one more such case makes", () => {
    const many = Array.from({ length: 500 }, () => single(expected, found)).flat();
    const extra = single([2], [0]);
    const before = fitLabels([...many, ...extra], 3).macro;
    const after = fitLabels([...many, ...extra, ...extra], 3).macro;
    const change = (after?.estimate ?? 0) - (before?.estimate ?? 0);
    expect(change / (before?.influence.at(-1) ?? 1)).toBeCloseTo(1, 2);
  });

  test("a label that no case expects is in no macro F1, but counts against the micro F1", () => {
    const { macro, micro } = fitLabels(single([0, 0, 1, 1], [0, 2, 1, 1]), 3);
    expect(macro?.estimate).toBeCloseTo((2 / 3 + 1) / 2, 12);
    expect(micro?.estimate).toBeCloseTo(3 / 4, 12);
  });

  test("nothing expected and nothing named has no F1", () => {
    expect(fitLabels([[{ expected: [], found: [] }]], 2)).toMatchObject({
      macro: undefined,
      micro: undefined,
    });
  });
});

describe("intervals", () => {
  const settings = { clusters: undefined, confidence: 0.95 };

  test("without a mistake are as wide as the rarest label leaves them", () => {
    const labels = [...Array.from({ length: 95 }, () => 0), ...Array.from({ length: 5 }, () => 1)];
    const { macro } = fitLabels(single(labels, labels), 2);
    if (macro === undefined) throw new Error("no F1");
    // Wilson's lower end for 5 of 5 is 0.566.
    expect(f1Estimate(macro, { ...settings, scarcest: 5 })).toMatchObject({ estimate: 1, upper: 1 });
    expect(f1Estimate(macro, { ...settings, scarcest: 5 }).lower).toBeCloseTo(0.5655, 3);
  });

  test("of models that say the same are open: nothing tells them apart", () => {
    const { macro } = fitLabels(single([0, 1, 0, 1], [0, 1, 1, 1]), 2);
    if (macro === undefined) throw new Error("no F1");
    expect(f1Difference(macro, macro, settings)).toMatchObject({ estimate: 0, lower: -1, upper: 1 });
  });

  // Three labels, one of them rare; the candidate is weaker on the rare one. Truth by a large sample.
  test("cover the macro F1, and the paired difference, about as often as they say", () => {
    const random = seeded(11);
    const draw = (count: number) => {
      const baseline: LabelledAnswer[][] = [];
      const candidate: LabelledAnswer[][] = [];
      const clusters: string[] = [];
      for (let at = 0; at < count; at += 1) {
        const label = random.next() < 0.6 ? 0 : random.next() < 0.7 ? 1 : 2;
        const hard = random.next() < 0.3;
        const said = (accuracy: number) =>
          random.next() < (hard ? accuracy - 0.3 : accuracy) ? label : (label + 1) % 3;
        // Two cases of a cluster are the same one: they must not count twice.
        for (const found of [said(0.9)]) {
          const one = [{ expected: [label], found: [found] }];
          baseline.push(one, one);
        }
        const other = [{ expected: [label], found: [said(label === 2 ? 0.7 : 0.9)] }];
        candidate.push(other, other);
        clusters.push(`c${at}`, `c${at}`);
      }
      const [before, after] = [fitLabels(baseline, 3).macro, fitLabels(candidate, 3).macro];
      if (before === undefined || after === undefined) throw new Error("no F1");
      return { before, after, clusters };
    };
    const truth = draw(200_000);
    let own = 0;
    let paired = 0;
    const rounds = 800;
    for (let round = 0; round < rounds; round += 1) {
      const { before, after, clusters } = draw(150);
      const how = { clusters, confidence: 0.95 };
      const interval = f1Estimate(after, { ...how, scarcest: 18 });
      const difference = f1Difference(before, after, how);
      if (interval.lower <= truth.after.estimate && truth.after.estimate <= interval.upper) own += 1;
      const gap = truth.after.estimate - truth.before.estimate;
      if (difference.lower <= gap && gap <= difference.upper) paired += 1;
    }
    expect(own / rounds).toBeGreaterThan(0.925);
    expect(own / rounds).toBeLessThan(0.98);
    expect(paired / rounds).toBeGreaterThan(0.925);
    expect(paired / rounds).toBeLessThan(0.98);
  });
});
