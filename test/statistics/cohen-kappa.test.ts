import { describe, expect, test } from "vitest";
import { cohenKappa } from "../../src/statistics/cohen-kappa.ts";
import { seeded } from "../../src/statistics/random.ts";

const equal = { weights: "equal", confidence: 0.95 } as const;
const quadratic = { weights: "quadratic", confidence: 0.95 } as const;

describe("kappa against published values", () => {
  test("two psychologists, three diagnoses (Fleiss, Levin & Paik 2003, table 18.1): 0.676, s.e. 0.088", () => {
    const kappa = cohenKappa(
      [
        [75, 1, 4],
        [5, 4, 1],
        [0, 0, 10],
      ],
      equal,
    );
    expect(kappa?.observed).toBeCloseTo(0.89, 12);
    expect(kappa?.expected).toBeCloseTo(0.66, 12);
    expect(kappa?.estimate).toBeCloseTo(0.676, 3);
    expect(kappa?.se).toBeCloseTo(0.088, 3);
  });
  test("husbands and wives (Agresti 1990, table 10.9; R vcd::Kappa(SexualFun)): 0.1293, s.e. 0.0686", () => {
    const fun = [
      [7, 7, 2, 3],
      [2, 8, 3, 7],
      [1, 5, 4, 9],
      [2, 8, 9, 14],
    ];
    const kappa = cohenKappa(fun, equal);
    expect(kappa?.estimate).toBeCloseTo(0.1293, 4);
    expect(kappa?.se).toBeCloseTo(0.0686, 4);
  });
  test("fifty proposals, yes or no: (0.7 - 0.5) / (1 - 0.5) = 0.4", () => {
    const kappa = cohenKappa(
      [
        [20, 5],
        [10, 15],
      ],
      equal,
    );
    expect(kappa?.estimate).toBeCloseTo(0.4, 12);
  });
});

describe("kappa", () => {
  test("with quadratic weights is twice the covariance over variances and squared bias (Fleiss & Cohen 1973)", () => {
    const table = [
      [9, 4, 1, 0],
      [3, 12, 6, 1],
      [1, 5, 14, 4],
      [0, 2, 3, 8],
    ];
    const pairs = table.flatMap((row, one) =>
      row.flatMap((count, other) => Array.from({ length: count }, () => [one, other] as const)),
    );
    const mean = (of: (pair: readonly [number, number]) => number) =>
      pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
    const [one, other] = [mean(([left]) => left), mean(([, right]) => right)];
    const covariance = mean(([left, right]) => (left - one) * (right - other));
    const spread = mean(([left]) => (left - one) ** 2) + mean(([, right]) => (right - other) ** 2);
    const expected = (2 * covariance) / (spread + (one - other) ** 2);
    expect(cohenKappa(table, quadratic)?.estimate).toBeCloseTo(expected, 12);
  });
  test("is 1 for perfect agreement and below 0 for less than chance", () => {
    const perfect = [
      [5, 0],
      [0, 7],
    ];
    const kappa = cohenKappa(perfect, equal);
    expect(kappa?.estimate).toBe(1);
    expect(kappa?.se).toBeCloseTo(0, 6);
    // Twelve that agree do not prove that all do.
    expect(kappa?.lower).toBeLessThan(0.6);
    const contrary = [
      [0, 5],
      [7, 0],
    ];
    expect(cohenKappa(contrary, equal)?.estimate).toBeLessThan(0);
  });
  test("does not exist where both always say the same", () => {
    const same = [
      [9, 0],
      [0, 0],
    ];
    expect(cohenKappa(same, equal)).toBeUndefined();
  });
  test.each([
    [equal, 150, 0],
    [quadratic, 150, 0],
    [equal, 30, 0],
    [equal, 25, 0.85],
    [equal, 60, 0.9],
    [quadratic, 40, 0.8],
  ])(
    "covers the truth at least 93 times in 100 (%o, %d cases, %d more on the diagonal)",
    (settings, n, more) => {
      const loose = [
        [0.2, 0.05, 0.02],
        [0.06, 0.22, 0.07],
        [0.03, 0.08, 0.27],
      ];
      const truth = loose.map((row, at) =>
        row.map((share, to) => (1 - more) * share + (at === to ? more / 3 : 0)),
      );
      const exact = truthOf(truth, settings);
      const random = seeded(11);
      const cells = truth.flat();
      const runs = 2000;
      let covered = 0;
      for (let run = 0; run < runs; run++) {
        const counts = cells.map(() => 0);
        for (let draw = 0; draw < n; draw++) {
          const at = cellOf(cells, random.next());
          counts[at] = (counts[at] ?? 0) + 1;
        }
        const kappa = cohenKappa([counts.slice(0, 3), counts.slice(3, 6), counts.slice(6)], settings);
        if (kappa !== undefined && kappa.lower <= exact && exact <= kappa.upper) covered += 1;
      }
      expect(covered / runs).toBeGreaterThan(0.93);
    },
  );
});

/** The kappa of a whole population. */
function truthOf(shares: readonly (readonly number[])[], settings: typeof equal | typeof quadratic): number {
  return (
    cohenKappa(
      shares.map((row) => row.map((share) => share * 1e9)),
      settings,
    )?.estimate ?? Number.NaN
  );
}

/** The cell that a uniform number falls into. */
function cellOf(shares: readonly number[], uniform: number): number {
  let left = uniform;
  for (const [at, share] of shares.entries()) {
    left -= share;
    if (left < 0) return at;
  }
  return shares.length - 1;
}
