import { oneByOne } from "../domain/one-by-one.ts";
import type { Manifest, Shard } from "../domain/run.ts";
import type { Plan } from "../engine/plan.ts";
import { shardOf } from "../engine/shard.ts";
import { readJournalBySample } from "../storage/journal-reader.ts";
import { safe } from "./safe-text.ts";

/** What a merged run has no answer for. */
export interface MissingUnits {
  /** By shard. */
  readonly shards: readonly MissingShard[];
}

interface MissingShard {
  readonly shard: Shard;
  /** The run that should hold them; `undefined` where that shard was not given. */
  readonly run: string | undefined;
  readonly samples: number;
  /** Some of them, by task, case, model and repeat. */
  readonly named: readonly string[];
}

const MOST_NAMED = 5;

/** Looks for every planned sample in a merged journal. `runs` is by index of the shard. */
export async function missingUnits(
  plan: Plan,
  {
    file,
    count,
    runs,
  }: { readonly file: string; readonly count: number; readonly runs: ReadonlyMap<number, Manifest> },
): Promise<MissingUnits> {
  const found = new Map<number, { samples: number; readonly named: string[] }>();
  const journal = await readJournalBySample(file);
  try {
    for (const { task, cases } of plan.tasks) {
      for await (const { id } of oneByOne(cases())) {
        for (const { name: target, settings } of plan.models) {
          for (let repeat = 0; repeat < settings.repeats; repeat += 1) {
            if ((await journal.read({ task: task.name, caseId: id, target, repeat })) !== undefined) continue;
            const index = shardOf(count, task.name, id);
            const shard = found.get(index) ?? { samples: 0, named: [] };
            shard.samples += 1;
            if (shard.named.length < MOST_NAMED)
              shard.named.push(
                `${task.name}/${id} by ${target}${settings.repeats > 1 ? `, repeat ${repeat + 1}` : ""}`,
              );
            found.set(index, shard);
          }
        }
      }
    }
  } finally {
    await journal.close();
  }
  const shards = [...found]
    .sort(([a], [b]) => a - b)
    .map(([index, { samples, named }]) => ({
      shard: { index, count },
      run: runs.get(index)?.id,
      samples,
      named,
    }));
  return { shards };
}

/** The missing samples in words, a line a shard. */
export function missingText({ shards }: MissingUnits): string {
  return shards
    .map(({ shard, run, samples, named }) => {
      const where = `shard ${shard.index}/${shard.count}`;
      const who = run === undefined ? `${where} was not given` : `${where} (${run}) is not over`;
      const more = samples > named.length ? ", …" : "";
      return `${who}: ${samples} samples are missing: ${safe(named.join("; "))}${more}\n`;
    })
    .join("");
}
