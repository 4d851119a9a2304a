import { describe, expect, test } from "vitest";
import { ppiMean } from "../../src/statistics/ppi.ts";
import { seeded } from "../../src/statistics/random.ts";

describe("prediction-powered inference", () => {
  test("is the formula of PPI++ on an example worked by hand", () => {
    const labelled = Array.from({ length: 50 }, (_, at) => ({
      human: at % 2,
      judge: at % 4 === 0 ? 1 : at % 2,
    }));
    const unlabelled = Array.from({ length: 150 }, (_, at) => (at % 3 === 0 ? 0 : 1));
    const judged = labelled.map(({ judge }) => judge);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);
    const human = labelled.map((label) => label.human);
    const covariance = mean(
      human.map((said, at) => (said - mean(human)) * ((judged[at] ?? 0) - mean(judged))),
    );
    const lambda = covariance / ((1 + 50 / 150) * variance([...judged, ...unlabelled]));
    const result = ppiMean({ labelled, unlabelled, reach: 1, confidence: 0.95 });
    expect(result.lambda).toBeCloseTo(lambda, 12);
    const rest = labelled.map((label) => label.human - lambda * label.judge);
    expect(result.estimate).toBeCloseTo(lambda * mean(unlabelled) + mean(rest), 12);
    expect(result.se).toBeCloseTo(
      Math.sqrt((lambda ** 2 * variance(unlabelled)) / 150 + variance(rest) / 50),
      12,
    );
  });
  test("listens to people alone where the judge says nothing", () => {
    const labelled = Array.from({ length: 60 }, (_, at) => ({ human: at % 3 === 0 ? 1 : 0, judge: 1 }));
    const result = ppiMean({
      labelled,
      unlabelled: Array.from({ length: 500 }, () => 1),
      reach: 1,
      confidence: 0.95,
    });
    expect(result).toMatchObject({ lambda: 0, estimate: 1 / 3, judgeMean: 1 });
  });
  test("needs two labels", () => {
    expect(() =>
      ppiMean({ labelled: [{ human: 1, judge: 1 }], unlabelled: [], reach: 1, confidence: 0.95 }),
    ).toThrow(RangeError);
  });
});

interface World {
  readonly accuracy: number;
  readonly labels: number;
  readonly cases: number;
}

/** Two models of true scores 0.75 and 0.70, and a judge that errs so often, more in favour of the candidate. */
function simulate({ accuracy, labels, cases }: World, seed: number) {
  const random = seeded(seed);
  const flip = (p: number) => (random.next() < p ? 1 : 0);
  const judged = (right: number, generosity: number) => {
    const isWrong = flip(1 - accuracy);
    return isWrong === 0 ? right : right === 1 ? flip(generosity) : flip(generosity);
  };
  const pair = () => {
    const easy = flip(0.6);
    const [before, after] = [flip(easy ? 0.9 : 0.525), flip(easy ? 0.86 : 0.46)];
    return { human: after - before, judge: judged(after, 0.9) - judged(before, 0.4) };
  };
  const labelled = Array.from({ length: labels }, pair);
  const rest = Array.from({ length: cases - labels }, pair);
  return { labelled, unlabelled: rest.map(({ judge }) => judge) };
}

const TRUTH = 0.6 * (0.86 - 0.9) + 0.4 * (0.46 - 0.525);

describe.each([0.65, 0.8, 0.95])(
  "with a judge that is right %d of the time and favours the candidate",
  (accuracy) => {
    test.each([25, 60, 150])(
      "and %d labels, the interval covers the truth at least 93 times in 100",
      (labels) => {
        const runs = 1500;
        let covered = 0;
        let uncorrected = 0;
        for (let run = 0; run < runs; run++) {
          const { labelled, unlabelled } = simulate({ accuracy, labels, cases: 1000 }, run * 7 + labels);
          const { lower, upper } = ppiMean({ labelled, unlabelled, reach: 1, confidence: 0.95 });
          if (lower <= TRUTH && TRUTH <= upper) covered += 1;
          const all = [...labelled.map(({ judge }) => judge), ...unlabelled];
          const raw = all.reduce((sum, value) => sum + value, 0) / all.length;
          const spread = all.reduce((sum, value) => sum + (value - raw) ** 2, 0) / (all.length - 1);
          if (Math.abs(raw - TRUTH) <= 1.96 * Math.sqrt(spread / all.length)) uncorrected += 1;
        }
        expect(covered / runs).toBeGreaterThan(0.93);
        expect(uncorrected / runs).toBeLessThan(accuracy < 0.9 ? 0.5 : 0.9);
      },
    );
  },
);

test.each([40, 60, 100, 200])(
  "a judge that misses rare losses makes nobody safe with %d labels",
  (labels) => {
    // Of 100 cases the candidate loses 5, which the judge does not see: the loss is the margin itself.
    const margin = 0.05;
    const runs = 4000;
    const random = seeded(9);
    let safe = 0;
    for (let run = 0; run < runs; run++) {
      const labelled = Array.from({ length: labels }, () => ({
        human: random.next() < margin ? -1 : 0,
        judge: 0,
      }));
      const unlabelled = Array.from({ length: 1000 }, () => 0);
      if (ppiMean({ labelled, unlabelled, reach: 1, confidence: 0.9 }).lower > -margin) safe += 1;
    }
    // At one-sided 95 %, and the skew of rare losses.
    expect(safe / runs).toBeLessThan(0.08);
  },
);

test("a good judge narrows the interval of the same labels", () => {
  const { labelled, unlabelled } = simulate({ accuracy: 0.95, labels: 200, cases: 4000 }, 3);
  const helped = ppiMean({ labelled, unlabelled, reach: 1, confidence: 0.95 });
  const alone = ppiMean({ labelled, unlabelled: [], reach: 1, confidence: 0.95 });
  expect(helped.upper - helped.lower).toBeLessThan(0.8 * (alone.upper - alone.lower));
});
