import type { Case } from "../domain/dataset.ts";
import type { Task } from "../domain/suite.ts";
import { byRank, RANKS, type Ranked, unitKey, unitRank } from "../statistics/random-order.ts";
import type { PlannedTask } from "./plan.ts";

/** A case with its task. */
export interface AskedCase {
  readonly task: Task;
  readonly case: Case;
}

/** A cluster with all its planned cases, or a case that is in none. */
export interface AskedUnit extends Ranked {
  readonly cases: readonly AskedCase[];
}

/** What is asked, in what order. */
export interface AskOrderInput {
  readonly seed: number;
  readonly tasks: readonly PlannedTask[];
  /** Keys of the units that are asked before all others. */
  readonly first: ReadonlySet<string>;
  /** Cases held in memory at a time, about; a pass over every dataset is made for each so many. */
  readonly held?: number;
}

const HELD = 20_000;

/**
 * Every planned unit once, in an order that the seed draws before the run: by a hash of each unit alone, whatever the
 * order of the files. Units whose hash is in one stretch are held and sorted, stretch by stretch, so that memory does
 * not grow with the dataset.
 */
export async function* askOrder(input: AskOrderInput): AsyncGenerator<AskedUnit> {
  const { seed, tasks, first, held = HELD } = input;
  const cases = tasks.reduce((sum, { planned }) => sum + planned, 0);
  if (first.size > 0) {
    yield* unitsWithin(tasks, (key) => (first.has(key) ? unitRank(seed, key) : undefined));
  }
  const stretches = Math.max(1, Math.ceil(cases / held));
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const from = (RANKS * stretch) / stretches;
    const to = (RANKS * (stretch + 1)) / stretches;
    yield* unitsWithin(tasks, (key) => {
      const rank = unitRank(seed, key);
      return rank < from || rank >= to || first.has(key) ? undefined : rank;
    });
  }
}

/** The units that have a rank, in its order: one pass over every dataset. */
async function* unitsWithin(
  tasks: readonly PlannedTask[],
  rankOf: (key: string) => number | undefined,
): AsyncGenerator<AskedUnit> {
  const units = new Map<
    string,
    { readonly key: string; readonly rank: number; readonly cases: AskedCase[] }
  >();
  for (const { task, cases } of tasks) {
    for await (const several of cases())
      for (const item of several) {
        const key = unitKey(task.name, item.cluster, item.id);
        const found = units.get(key);
        const rank = found?.rank ?? rankOf(key);
        if (rank === undefined) continue;
        if (found === undefined) units.set(key, { key, rank, cases: [{ task, case: item }] });
        else found.cases.push({ task, case: item });
      }
  }
  yield* [...units.values()].sort(byRank);
}
