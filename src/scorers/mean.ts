import { composition, type FindScorer } from "./composition.ts";
import type { Scorer } from "./scorer.ts";

const parts = [
  { choice: { name: "label", options: ["bug", "billing"], weight: 3 } },
  { length: { name: "short", unit: "words", max: 3 } },
];

/** The weighted mean of several scorers. */
export function mean(find: FindScorer): Scorer<"mean"> {
  return composition(
    {
      name: "mean",
      summary: "The mean of the given scorers, by their weights.",
      examples: [
        { options: { scorers: parts }, fields: { expected: "bug" }, answer: "Bug.", score: 1 },
        { options: { scorers: parts }, fields: { expected: "bug" }, answer: "This is a bug.", score: 0.75 },
        { options: { scorers: parts }, fields: { expected: "bug" }, answer: "billing", score: 0.25 },
      ],
      combine(parts) {
        const weights = parts.reduce((sum, { weight }) => sum + weight, 0);
        const total = parts.reduce((sum, { weight, value }) => sum + weight * value, 0);
        return weights === 0 ? 0 : Math.min(1, total / weights);
      },
      weighs: true,
      settledBy: undefined,
    },
    find,
  );
}
