import { canonicalJson } from "../domain/canonical-json.ts";
import type { Fault } from "../domain/fault.ts";
import type { JsonValue } from "../domain/json.ts";
import type { Manifest, Shard } from "../domain/run.ts";

/** A run that is to be merged. */
export interface GivenRun {
  readonly manifest: Manifest;
  readonly directory: string;
}

/** A run that is one shard. */
export interface ShardRun extends GivenRun {
  readonly shard: Shard;
}

/** The runs as shards of one run, in order, or why they are not. */
export function shardsOf(
  runs: readonly GivenRun[],
):
  | { readonly ok: true; readonly shards: readonly ShardRun[] }
  | { readonly ok: false; readonly faults: readonly Fault[] } {
  const shards = runs.flatMap((run) => {
    const { shard } = run.manifest.selection;
    return shard === undefined ? [] : [{ ...run, shard }];
  });
  const whole = runs.filter(({ manifest }) => manifest.selection.shard === undefined);
  const [first] = shards;
  const faults = [
    ...whole.map(({ manifest }) => shardFault(`${manifest.id} is no shard: it was run without --shard`)),
    ...(first === undefined ? [] : shards.slice(1).flatMap((other) => strangers(first, other))),
    ...twice(shards),
  ];
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, shards: shards.sort((a, b) => a.shard.index - b.shard.index) };
}

function strangers(first: ShardRun, other: ShardRun): readonly Fault[] {
  const before = traits(first.manifest);
  const differing = Object.entries(traits(other.manifest))
    .filter(([name, value]) => before[name] !== value)
    .map(([name]) => name);
  if (differing.length === 0) return [];
  return [
    shardFault(
      `${other.manifest.id} and ${first.manifest.id} are not shards of one run: they differ in ${differing.join(", ")}`,
    ),
  ];
}

/** What must be the same in every shard, by the words for it. */
function traits(manifest: Manifest): { readonly [name: string]: string } {
  const { suite, seed, models, tasks, selection } = manifest;
  const text = (value: unknown) => canonicalJson(JSON.parse(JSON.stringify(value ?? null)) as JsonValue); // made of JSON
  return {
    "the suite": suite.hash,
    "the version of evals": manifest.evalsVersion,
    seed: String(seed),
    "models or their settings": text(
      models.map(({ name, backend, model, parameters, repeats, price, workflow }) => [
        name,
        backend,
        model,
        parameters,
        repeats,
        price,
        workflow,
      ]),
    ),
    "tasks or datasets": text(tasks.map(({ name, datasetHash, scorers }) => [name, datasetHash, scorers])),
    "filters or limit": text([selection.tasks, selection.models, selection.cases, selection.limit]),
    "the number of shards": String(selection.shard?.count),
  };
}

function twice(shards: readonly ShardRun[]): readonly Fault[] {
  const byIndex = new Map<number, string[]>();
  for (const { shard, directory } of shards)
    byIndex.set(shard.index, [...(byIndex.get(shard.index) ?? []), directory]);
  return [...byIndex]
    .filter(([, folders]) => folders.length > 1)
    .map(([index, folders]) =>
      shardFault(
        `shard ${index} is there ${folders.length} times; every case of it would be a duplicate`,
        `Give one of them: ${folders.join(", ")}`,
      ),
    );
}

function shardFault(
  message: string,
  hint = "evals merge joins runs of one suite made with --shard I/N.",
): Fault {
  return { code: "E1603", message, place: undefined, source: undefined, label: undefined, hint };
}
