import { backends } from "../backends/registry.ts";
import type { Model, Price } from "../domain/model.ts";
import { PRICE_ROWS, PRICE_TABLE_SOURCE } from "./price-table.ts";

const table = new Map(PRICE_ROWS.map(([backend, id, ...price]) => [JSON.stringify([backend, id]), price]));

/**
 * What a model costs: the suite's price; nothing for a local model; the bundled table's row for that exact id, where
 * the provider itself is asked; else unknown. Unknown is never zero. In a batch it is half of that.
 */
export function priceOf(model: Model): Price | undefined {
  const price = listPrice(model);
  return price !== undefined && model.isBatched === true ? halved(price) : price;
}

/** What a batch costs: half of every row, at OpenAI and at Anthropic. */
function halved({ input, output, cachedRead, cachedWrite, source, ...rest }: Price): Price {
  const half = (usd: number | undefined) => (usd === undefined ? undefined : usd / 2);
  return {
    ...rest,
    input: input / 2,
    output: output / 2,
    cachedRead: half(cachedRead),
    cachedWrite: half(cachedWrite),
    source: `${source}, half in a batch`,
  };
}

function listPrice(model: Model): Price | undefined {
  if (model.price !== undefined) return model.price;
  if (backends.get(model.backend)?.capabilities.local === true)
    return { input: 0, output: 0, cachedRead: 0, cachedWrite: 0, perHour: undefined, source: "local" };
  // Another host with the same protocol has prices of its own.
  if (model.options["base_url"] !== undefined) return undefined;
  const row = table.get(JSON.stringify([model.backend, model.model]));
  if (row === undefined) return undefined;
  const [input, output, cachedRead, cachedWrite] = row;
  return {
    input,
    output,
    cachedRead: cachedRead ?? undefined,
    cachedWrite: cachedWrite ?? undefined,
    perHour: undefined,
    source: PRICE_TABLE_SOURCE,
  };
}
