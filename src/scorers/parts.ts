import type { ScorePart } from "../domain/score.ts";

/** A score keeps this many parts; what is more goes into one. */
const MOST_PARTS = 100;
const OTHERS = "(others)";

/** Parts by name, in the order in which names first appear; parts of one name become their weighted mean. */
export function namedParts(parts: readonly ScorePart[]): readonly ScorePart[] {
  const byName = new Map<string, ScorePart[]>();
  for (const part of parts) {
    const name = byName.size < MOST_PARTS || byName.has(part.name) ? part.name : OTHERS;
    const alike = byName.get(name);
    if (alike === undefined) byName.set(name, [part]);
    else alike.push(part);
  }
  return [...byName].map(([name, alike]) => together(name, alike));
}

function together(name: string, alike: readonly ScorePart[]): ScorePart {
  const [first] = alike;
  if (first !== undefined && alike.length === 1) return { ...first, name };
  const weights = alike.reduce((sum, { weight }) => sum + weight, 0);
  const total = alike.reduce((sum, { weight, score }) => sum + weight * (score ?? Number.NaN), 0);
  const isKnown = weights > 0 && !Number.isNaN(total);
  return { name, score: isKnown ? Math.min(1, total / weights) : null, weight: weights / alike.length };
}

/** A part that is right or wrong. */
export function rightPart(name: string, isRight: boolean): ScorePart {
  return { name, score: isRight ? 1 : 0, weight: 1 };
}

/** The same parts with nothing right. */
export function lostParts(parts: readonly ScorePart[]): readonly ScorePart[] {
  return parts.map(({ name, weight }) => ({ name, score: 0, weight }));
}
