import { describe, expect, test } from "vitest";
import { fitLabels, type LabelledAnswer } from "../../src/statistics/label-f1.ts";
import { f1Bounds, f1Reach } from "../../src/statistics/label-f1-bounds.ts";
import { pairedComparison } from "../../src/statistics/paired-comparison.ts";
import { seeded } from "../../src/statistics/random.ts";

type Answers = readonly (readonly LabelledAnswer[])[];

function bounds(
  [baseline, candidate]: readonly [Answers, Answers],
  {
    kind,
    labels,
    ...settings
  }: {
    readonly kind: "macro" | "micro";
    readonly labels: number;
    readonly margin: number;
    readonly exactUpTo?: number;
  },
) {
  const [before, after] = [fitLabels(baseline, labels), fitLabels(candidate, labels)];
  if (before[kind] === undefined || after[kind] === undefined) throw new Error("no F1");
  const reach = Math.max(f1Reach(baseline, before, kind), f1Reach(candidate, after, kind));
  const sides = { baseline: before[kind], candidate: after[kind] };
  return f1Bounds({ ...sides, reach, clusters: undefined, confidence: 0.95, ...settings });
}

/** One case each: label and what was named. */
function asked(expected: readonly number[], found: readonly number[]): Answers {
  return expected.map((label, at) => [{ expected: [label], found: [found[at] ?? 0] }]);
}

test("with one label named a case, micro F1 is decided as right and wrong answers are", () => {
  const expected = Array.from({ length: 120 }, (_, at) => at % 3);
  const wrongAt = (every: number) =>
    expected.map((label, at) => (at % every === 0 ? (label + 1) % 3 : label));
  const [own, other] = [wrongAt(11), wrongAt(7)];
  const right = (found: readonly number[]) => found.map((label, at) => (label === expected[at] ? 1 : 0));
  const scores = { baseline: right(own), candidate: right(other) };
  const accuracy = pairedComparison({
    ...scores,
    binary: false,
    clusters: undefined,
    range: { lower: 0, upper: 1 },
    confidence: 0.95,
    margin: 0.1,
  });
  const found = bounds([asked(expected, own), asked(expected, other)], {
    kind: "micro",
    labels: 3,
    margin: 0.1,
  });
  expect(found.lower).toBeCloseTo(accuracy.lower, 9);
  expect(found.upper).toBeCloseTo(accuracy.upper, 9);
});

test("without a difference the rarest label says how much may still be lost", () => {
  const expected = Array.from({ length: 200 }, (_, at) => (at % 20 === 0 ? 2 : at % 2));
  const same = asked(expected, expected);
  const macro = bounds([same, same], { kind: "macro", labels: 3, margin: 0.05 });
  const micro = bounds([same, same], { kind: "micro", labels: 3, margin: 0.05 });
  expect(macro.estimate).toBe(0);
  expect(micro.lower).toBeCloseTo(0.05 ** (1 / 200) - 1, 3);
  // Ten cases of the rare label leave a loss of a quarter of it possible, a third of which is macro F1's.
  expect(macro.lower).toBeLessThan(-0.08);
});

/** Labels by prevalence, an error names the next one; the candidate loses `lost` of each label's accuracy. */
interface Design {
  readonly shares: readonly number[];
  readonly right: readonly number[];
  readonly lost: readonly number[];
  readonly cases: number;
}

function macroOf(shares: readonly number[], right: readonly number[]): number {
  const count = shares.length;
  const each = shares.map((share, label) => {
    const from = (label + count - 1) % count;
    const hit = share * (right[label] ?? 0);
    return (2 * hit) / (hit + share + (shares[from] ?? 0) * (1 - (right[from] ?? 0)));
  });
  return each.reduce((sum, f1) => sum + f1, 0) / count;
}

function falseWords({ shares, right, lost, cases }: Design, runs: number) {
  const after = right.map((accuracy, label) => accuracy - (lost[label] ?? 0));
  const margin = macroOf(shares, right) - macroOf(shares, after);
  const random = seeded(5);
  let safe = 0;
  let unsafe = 0;
  for (let run = 0; run < runs; run += 1) {
    const drawn = Array.from({ length: cases }, () => {
      const at = random.next();
      const label = at < (shares[0] ?? 0) ? 0 : at < (shares[0] ?? 0) + (shares[1] ?? 0) ? 1 : 2;
      const ease = random.next();
      const named = (accuracy: number) => (ease < accuracy ? label : (label + 1) % 3);
      return { label, own: named(right[label] ?? 0), other: named(after[label] ?? 0) };
    });
    const labels = drawn.map(({ label }) => label);
    const sides = [
      asked(
        labels,
        drawn.map(({ own }) => own),
      ),
      asked(
        labels,
        drawn.map(({ other }) => other),
      ),
    ] as const;
    const { lower, upper } = bounds(sides, { kind: "macro", labels: 3, margin, exactUpTo: 0 });
    if (lower > -margin) safe += 1;
    if (upper < -margin) unsafe += 1;
  }
  return { safe: safe / runs, unsafe: unsafe / runs };
}

describe("a swap that loses exactly the margin of macro F1", () => {
  // Three standard errors of a rate of 0.05 in so many runs are 0.012; Tango's score stands in for the exact test.
  const RUNS = 3000;
  test.each<readonly [string, Design]>([
    [
      "a little on every label",
      { shares: [1 / 3, 1 / 3, 1 / 3], right: [0.9, 0.9, 0.9], lost: [0.05, 0.05, 0.05], cases: 150 },
    ],
    [
      "on a rare label alone",
      { shares: [0.5, 0.4, 0.1], right: [0.97, 0.97, 0.95], lost: [0, 0, 0.2], cases: 250 },
    ],
    [
      "on the most frequent one",
      { shares: [0.6, 0.3, 0.1], right: [0.95, 0.95, 0.95], lost: [0.06, 0, 0], cases: 200 },
    ],
  ])("%s is seldom called safe, and seldom unsafe", (_, design) => {
    const { safe, unsafe } = falseWords(design, RUNS);
    expect(safe).toBeLessThanOrEqual(0.062);
    expect(unsafe).toBeLessThanOrEqual(0.062);
  });
});
