import type { Price } from "../domain/model.ts";
import type { Answer, Timings, Usage } from "../domain/outcome.ts";

const PER = 1_000_000;
const MS_PER_HOUR = 3_600_000;

/**
 * USD for one answer, as it is billed: cached reads and writes at their own price, the rest of the input at the
 * input price, output with its reasoning, and machine time where the price has an hourly part. `null` is unknown:
 * no price, or tokens that the provider did not count.
 */
export function costUsd(usage: Usage, timings: Timings, price: Price | undefined): number | null {
  if (price === undefined) return null;
  const { inputTokens, outputTokens, cachedReadTokens = 0, cachedWriteTokens = 0 } = usage;
  const time = hourly(timings, price);
  if (time === null) return null;
  if (price.input === 0 && price.output === 0) return time;
  if (inputTokens === undefined || outputTokens === undefined) return null;
  const fresh = Math.max(0, inputTokens - cachedReadTokens - cachedWriteTokens);
  // A price row without cache prices bills cached tokens as any input.
  const input =
    fresh * price.input +
    cachedReadTokens * (price.cachedRead ?? price.input) +
    cachedWriteTokens * (price.cachedWrite ?? price.input);
  return (input + outputTokens * price.output) / PER + time;
}

/** USD for an answer of `model`, or for all the steps of a workflow, each at its own model's price. */
export function answerCostUsd(
  { usage, timings, steps }: Answer,
  model: string,
  prices: ReadonlyMap<string, Price | undefined>,
): number | null {
  if (steps === undefined) return costUsd(usage, timings, prices.get(model));
  return steps.reduce<number | null>((sum, step) => {
    const cost = costUsd(step.answer.usage, step.answer.timings, prices.get(step.model));
    return sum === null || cost === null ? null : sum + cost;
  }, 0);
}

/** `null` where an hour has a price and nobody measured the time. */
function hourly(timings: Timings, price: Price): number | null {
  if (price.perHour === undefined) return 0;
  const ms = timings.generationMs ?? timings.latencyMs;
  return ms === undefined ? null : (price.perHour * ms) / MS_PER_HOUR;
}
