import { composition, type FindScorer } from "./composition.ts";
import type { Scorer } from "./scorer.ts";

const parts = ["exact", { refusal: { name: "declines" } }];

/** The highest score of several scorers: one that holds is enough. */
export function any(find: FindScorer): Scorer<"any"> {
  return composition(
    {
      name: "any",
      summary: "The highest score of the given scorers: 1 when one of them gives 1.",
      examples: [
        { options: { scorers: parts }, fields: { expected: "unknown" }, answer: "unknown", score: 1 },
        {
          options: { scorers: parts },
          fields: { expected: "unknown" },
          answer: "I'm sorry, but I can't help with that.",
          score: 1,
        },
        { options: { scorers: parts }, fields: { expected: "unknown" }, answer: "It is 7.", score: 0 },
      ],
      combine: (parts) => Math.max(0, ...parts.map(({ value }) => value)),
      weighs: false,
      settledBy: 1,
    },
    find,
  );
}
