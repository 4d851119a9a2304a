import { composition, type FindScorer } from "./composition.ts";
import type { Scorer } from "./scorer.ts";

const parts = [
  { contains: { name: "polite", any: ["please", "thank"], ignore_case: true } },
  { length: { unit: "words", max: 6 } },
];

/** The lowest score of several scorers: every one must hold. */
export function all(find: FindScorer): Scorer<"all"> {
  return composition(
    {
      name: "all",
      summary: "The lowest score of the given scorers: 1 when every one gives 1.",
      examples: [
        { options: { scorers: parts }, answer: "Thank you for waiting.", score: 1 },
        { options: { scorers: parts }, answer: "Wait for us a bit.", score: 0 },
        {
          options: { scorers: ["exact", parts[1] ?? ""] },
          fields: { expected: "yes" },
          answer: "**yes**",
          score: 0,
          fault: "format",
          ifFormatFixed: 1,
        },
      ],
      combine: (parts) => Math.min(1, ...parts.map(({ value }) => value)),
      weighs: false,
      settledBy: 0,
    },
    find,
  );
}
