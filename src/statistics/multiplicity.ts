/**
 * Holm's adjusted p-values, in the order given: comparing each with alpha keeps the chance of any false alarm
 * at alpha or less, whatever the dependence (Holm 1979). Throws for a p-value outside [0, 1].
 */
export function holm(pValues: readonly number[]): readonly number[] {
  const order = ascending(pValues);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let highest = 0;
  for (const [rank, { p, index }] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (order.length - rank) * p));
    adjusted[index] = highest;
  }
  return adjusted;
}

/**
 * Benjamini and Hochberg's adjusted p-values, in the order given: bounds the expected share of false alarms
 * among those listed (1995). For exploring, not for gates. Throws for a p-value outside [0, 1].
 */
export function benjaminiHochberg(pValues: readonly number[]): readonly number[] {
  const order = ascending(pValues);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let lowest = 1;
  for (const [rank, { p, index }] of [...order.entries()].reverse()) {
    lowest = Math.min(lowest, (order.length * p) / (rank + 1));
    adjusted[index] = lowest;
  }
  return adjusted;
}

// Array sort is stable: ties keep the order given.
function ascending(pValues: readonly number[]): readonly { readonly p: number; readonly index: number }[] {
  for (const p of pValues) if (!(p >= 0 && p <= 1)) throw new RangeError(`p-value ${p} is outside [0, 1]`);
  return pValues.map((p, index) => ({ p, index })).sort((left, right) => left.p - right.p);
}
