/** The vector that a JSON list of numbers holds; `undefined` for any other text. */
export function readVector(text: string): readonly number[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const numbers = value.filter((item): item is number => typeof item === "number" && Number.isFinite(item));
    return numbers.length === value.length ? numbers : undefined;
  } catch {
    return undefined;
  }
}

/** The cosine of two vectors; `undefined` where they are not of one length, or one of them has none. */
export function similarity(left: readonly number[], right: readonly number[]): number | undefined {
  if (left.length !== right.length) return undefined;
  let product = 0;
  let leftSquares = 0;
  let rightSquares = 0;
  for (const [at, value] of left.entries()) {
    const other = right[at] ?? 0;
    product += value * other;
    leftSquares += value * value;
    rightSquares += other * other;
  }
  const length = Math.sqrt(leftSquares) * Math.sqrt(rightSquares);
  return length > 0 ? Math.min(1, Math.max(-1, product / length)) : undefined;
}
