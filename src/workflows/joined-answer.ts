import type { Answer, Step, Timings, Usage } from "../domain/outcome.ts";
import type { Reply } from "./workflow.ts";

/**
 * The answer of a workflow: the text of its last word, the tokens of all its steps, and the latency of a team that
 * sends the calls of a round side by side: the slowest of each round, summed, and what the workflow took itself. A step
 * from the cache was not timed now, so that the whole was not either.
 */
export function joinedAnswer({ answer, ownMs = 0 }: Reply, rounds: readonly (readonly Step[])[]): Answer {
  const steps = rounds.flat();
  return {
    ...answer,
    usage: usageOf(steps),
    timings: timingsOf(rounds, ownMs),
    notes: [...new Set([...answer.notes, ...steps.flatMap((step) => step.answer.notes)])],
    steps,
  };
}

function usageOf(steps: readonly Step[]): Usage {
  const counts = (key: keyof Usage) => steps.map(({ answer }) => answer.usage[key]);
  return {
    inputTokens: sumOfAll(counts("inputTokens")),
    outputTokens: sumOfAll(counts("outputTokens")),
    cachedReadTokens: sumOfKnown(counts("cachedReadTokens")),
    cachedWriteTokens: sumOfKnown(counts("cachedWriteTokens")),
    reasoningTokens: sumOfKnown(counts("reasoningTokens")),
  };
}

function timingsOf(rounds: readonly (readonly Step[])[], ownMs: number): Timings {
  const steps = rounds.flat();
  const measured = steps.every(({ cached }) => !cached);
  const slowest = rounds.map((round) => {
    const times = round.map(({ answer }) => answer.timings.latencyMs ?? Number.NaN);
    const longest = Math.max(...times);
    return Number.isNaN(longest) ? undefined : longest;
  });
  return {
    latencyMs: measured ? sumOfAll([ownMs, ...slowest]) : undefined,
    // Which call's first token a user would see depends on the workflow.
    firstTokenMs: undefined,
    generationMs: sumOfAll(steps.map(({ answer }) => answer.timings.generationMs)),
    loadMs: sumOfKnown(steps.map(({ answer }) => answer.timings.loadMs)),
  };
}

/** Unknown where any part is. */
function sumOfAll(parts: readonly (number | undefined)[]): number | undefined {
  return parts.reduce<number | undefined>(
    (sum, part) => (sum === undefined || part === undefined ? undefined : sum + part),
    0,
  );
}

/** Unknown where every part is: a provider that does not cache counts nothing. */
function sumOfKnown(parts: readonly (number | undefined)[]): number | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : sumOfAll(known);
}
