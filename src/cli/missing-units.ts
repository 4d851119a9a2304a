import { counted } from "../domain/counted.ts";
import { oneByOne } from "../domain/one-by-one.ts";
import type { Shard } from "../domain/run.ts";
import type { Plan } from "../engine/plan.ts";
import { shardOf } from "../engine/shard.ts";
import { readJournalBySample } from "../storage/journal-reader.ts";

/** What a merged run has no answer for. */
export interface MissingUnits {
  /** By shard. */
  readonly shards: readonly MissingShard[];
}

interface MissingShard {
  readonly shard: Shard;
  /** As a command names the run that should hold them; `undefined` where that shard was not given. */
  readonly run: string | undefined;
  readonly samples: number;
  /** Some of them, by task, case, model and repeat. */
  readonly named: readonly string[];
}

const MOST_NAMED = 5;

/** Looks for every planned sample in a merged journal. `runs` are their names, by index of the shard. */
export async function missingUnits(
  plan: Plan,
  {
    file,
    count,
    runs,
  }: { readonly file: string; readonly count: number; readonly runs: ReadonlyMap<number, string> },
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
      run: runs.get(index),
      samples,
      named,
    }));
  return { shards };
}

/** The missing samples in words, a line a shard. */
export function missingLines({ shards }: MissingUnits): readonly string[] {
  return shards.map(({ shard, run, samples, named }) => {
    const where = `shard ${shard.index}/${shard.count}`;
    const who = run === undefined ? `${where} was not given` : `${where} is not over (evals resume ${run})`;
    const more = samples > named.length ? ", …" : "";
    return `${who}: ${counted(samples, "sample")} missing: ${named.join("; ")}${more}`;
  });
}
