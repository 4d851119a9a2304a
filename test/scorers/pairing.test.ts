import fc from "fast-check";
import { expect, test } from "vitest";
import { longestPairing } from "../../src/scorers/pairing.ts";

const grid = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })).chain(([left, right]) =>
  fc.array(fc.array(fc.boolean(), { minLength: right, maxLength: right }), {
    minLength: left,
    maxLength: left,
  }),
);

/** The largest number of pairs, by trying every choice. */
function most(
  fits: readonly (readonly boolean[])[],
  ordered: boolean,
  row = 0,
  taken: readonly number[] = [],
): number {
  if (row === fits.length) return 0;
  const columns = (fits[row] ?? []).flatMap((fit, column) => {
    const isFree = ordered ? taken.every((one) => one < column) : !taken.includes(column);
    return fit && isFree ? [column] : [];
  });
  const skipped = most(fits, ordered, row + 1, taken);
  return Math.max(skipped, ...columns.map((column) => 1 + most(fits, ordered, row + 1, [...taken, column])));
}

test.each([true, false])("pairs as many as trying every choice finds (ordered: %s)", (ordered) => {
  fc.assert(
    fc.property(grid, (fits) => {
      const pairs = longestPairing(fits.length, fits[0]?.length ?? 0, {
        fits: (left, right) => fits[left]?.[right] === true,
        ordered,
      });
      expect(pairs.size).toBe(most(fits, ordered));
      expect(new Set(pairs.values()).size).toBe(pairs.size);
      for (const [left, right] of pairs) expect(fits[left]?.[right]).toBe(true);
    }),
    { numRuns: 300, seed: 3 },
  );
});
