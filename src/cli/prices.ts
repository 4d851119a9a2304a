import { backends } from "../backends/registry.ts";
import type { Model, Price } from "../domain/model.ts";

/** What a model costs: the suite's price, nothing for a local model, else unknown. Unknown is never zero. */
export function priceOf(model: Model): Price | undefined {
  if (model.price !== undefined) return model.price;
  if (backends.get(model.backend)?.capabilities.local !== true) return undefined;
  return { input: 0, output: 0, cachedRead: 0, cachedWrite: 0, perHour: undefined, source: "local" };
}
