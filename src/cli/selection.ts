import { nearest } from "../domain/nearest.ts";
import type { Selection, Shard } from "../domain/run.ts";
import { type Flag, type FlagValues, UsageError } from "./command.ts";
import { countFlag, textFlag, textFlags } from "./flag-values.ts";

/** The flags that leave a part of a suite out. */
export const SELECTION_FLAGS: { readonly [flag: string]: Flag } = {
  filter: {
    type: "string",
    multiple: true,
    value: "KEY=NAME",
    help: "Only this task, model or case; * matches anything",
  },
  limit: { type: "string", value: "N", help: "N cases per task, chosen by the suite's seed" },
  shard: {
    type: "string",
    value: "I/N",
    help: "Only the I-th of N parts of the cases; evals merge joins them",
  },
};

const KEYS = ["task", "model", "case"] as const;
type Key = (typeof KEYS)[number];

/**
 * Reads `--filter task=a --filter model=b`, and the short way `--filter task=a model=b`, whose second word
 * arrives as a positional argument. Throws a `UsageError`.
 */
export function selection(flags: FlagValues, positionals: readonly string[]): Selection {
  const filters = textFlags(flags, "filter");
  if (filters.length === 0 && positionals.length > 0) {
    throw new UsageError(`unexpected argument "${positionals[0]}"`);
  }
  const chosen = new Map<Key, string[]>();
  for (const filter of [...filters, ...positionals]) {
    const at = filter.indexOf("=");
    const key = KEYS.find((name) => name === filter.slice(0, Math.max(at, 0)));
    const names = filter.slice(at + 1).split(",");
    if (key === undefined || names.includes("")) throw badFilter(filter, at);
    chosen.set(key, [...(chosen.get(key) ?? []), ...names]);
  }
  return {
    tasks: chosen.get("task"),
    models: chosen.get("model"),
    cases: chosen.get("case"),
    limit: countFlag(flags, "limit", 1),
    shard: shardFlag(flags),
  };
}

/** Reads `--shard 2/8`. Throws a `UsageError`. */
function shardFlag(flags: FlagValues): Shard | undefined {
  const text = textFlag(flags, "shard");
  if (text === undefined) return undefined;
  const [, index, count] = (/^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? []).map(Number);
  if (index === undefined || count === undefined || index < 1 || index > count)
    throw new UsageError(`--shard takes I/N, such as 2/8 for the second of eight, not "${text}"`);
  return { index, count };
}

function badFilter(filter: string, at: number): UsageError {
  const near = at > 0 ? nearest(filter.slice(0, at), KEYS) : undefined;
  const hint =
    near === undefined ? "Write --filter task=NAME, model=NAME or case=ID." : `Did you mean ${near}=?`;
  return new UsageError(`--filter cannot read "${filter}"`, hint);
}
