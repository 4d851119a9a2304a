import { backends } from "../backends/registry.ts";
import type { Fault } from "../domain/fault.ts";
import type { Model } from "../domain/model.ts";
import type { Budget } from "../domain/suite.ts";
import { CODES } from "../suite/codes.ts";
import { type Flag, type FlagValues, UsageError } from "./command.ts";
import { countFlag, textFlag } from "./flag-values.ts";
import { priceOf } from "./prices.ts";

/** The flags that set a budget over the suite's. */
export const BUDGET_FLAGS: { readonly [flag: string]: Flag } = {
  "budget-usd": {
    type: "string",
    value: "USD",
    help: "Stop before more than this is spent; exit 3, resumable",
  },
  "budget-calls": { type: "string", value: "N", help: "Stop after N calls, repeated attempts included" },
};

/** The budget of the flags, else the one that stands. Throws a `UsageError`. */
export function budgetOf(flags: FlagValues, standing: Budget): Budget {
  return {
    usd: usdFlag(flags, "budget-usd") ?? standing.usd,
    calls: countFlag(flags, "budget-calls", 1) ?? standing.calls,
  };
}

function usdFlag(flags: FlagValues, name: string): number | undefined {
  const text = textFlag(flags, name);
  if (text === undefined) return undefined;
  const value = Number(text.replace(/^\$/, ""));
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0)
    throw new UsageError(`--${name} takes an amount of USD above 0, not "${text}"`);
  return value;
}

/** Longest answer of a model, in tokens; `undefined` where nothing limits it. */
export function longestAnswer({ backend, parameters }: Model): number | undefined {
  return parameters.maxTokens ?? backends.get(backend)?.capabilities.defaultMaxTokens;
}

/** The other models of a suite that a model's workflow asks. */
export function othersOf({ workflow }: Model, models: readonly Model[]): readonly Model[] {
  return models.filter(({ name }) => workflow?.others.includes(name));
}

/** Models that no budget in USD can be kept for: the cost of their next call has no known bound. `suite` has all. */
export function budgetFaults(
  { usd }: Budget,
  models: readonly Model[],
  suite: readonly Model[],
): readonly Fault[] {
  if (usd === undefined) return [];
  const others = models.flatMap((model) => othersOf(model, suite));
  return [...new Set([...models, ...others])].flatMap(budgetFaultsOf);
}

function budgetFaultsOf(model: Model): readonly Fault[] {
  const price = priceOf(model);
  if (price === undefined) {
    return budgetFault(
      model,
      `the price of "${model.name}" is unknown, so a budget in USD cannot be kept`,
      "Give it one (USD per million tokens): price: { input: 2.5, output: 10 }. Or limit the calls: budget: { calls: 1000 }.",
    );
  }
  if (price.output === 0 || longestAnswer(model) !== undefined) return [];
  return budgetFault(
    model,
    `nothing limits the answers of "${model.name}", so a budget in USD cannot be kept`,
    "Set max_tokens: money for the longest answer is put aside before a call is sent.",
  );
}

function budgetFault(model: Model, message: string, hint: string): readonly Fault[] {
  return [{ code: CODES.budget, message, place: model.place, source: undefined, label: undefined, hint }];
}
