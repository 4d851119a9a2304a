import { hasMustPass } from "../comparison/early-gate.ts";
import { isWhere } from "../comparison/rules.ts";
import { wheresOf } from "../comparison/statements.ts";
import type { Case } from "../domain/dataset.ts";
import { oneByOne } from "../domain/one-by-one.ts";
import type { PlannedSlice } from "../domain/run.ts";
import type { GatePolicy, Where } from "../domain/suite.ts";
import type { Plan, PlannedTask } from "../engine/plan.ts";
import { slicesOf } from "../engine/scored-sample.ts";
import { unitKey } from "../statistics/random-order.ts";

/** What a run that may stop early must know before its first call. */
export interface EarlySurvey {
  readonly cases: number;
  readonly units: number;
  readonly slices: readonly PlannedSlice[];
  /** Keys of the units with a must-pass case. */
  readonly first: ReadonlySet<string>;
}

/** Reads every planned case once and counts, for each task, the cases and units that each rule will see. */
export async function surveyForStop(plan: Plan, { rules }: GatePolicy): Promise<EarlySurvey> {
  // Every case of a task is a slice too: the comparison is over all of them.
  const wheres = [undefined, ...wheresOf(rules).filter((where) => where !== undefined)];
  const first = new Set<string>();
  const slices: PlannedSlice[] = [];
  let cases = 0;
  let units = 0;
  for (const task of plan.tasks) {
    const counts = wheres.map(sliceCount);
    for await (const item of oneByOne(task.cases())) {
      const named = namedCase(task, item, rules);
      const key = unitKey(task.task.name, item.cluster, item.id);
      for (const count of counts) if (isWhere(named, count.where)) count.add(item.cluster);
      if (hasMustPass({ cases: [named] }, rules)) first.add(key);
    }
    const found = counts.map((count) => count.of(task.task.name));
    slices.push(...found);
    cases += found[0]?.cases ?? 0;
    units += found[0]?.units ?? 0;
  }
  return { cases, units, slices, first };
}

/** A case with the slices that the rules of a gate go by, as a comparison names them. */
export function namedCase({ task }: Pick<PlannedTask, "task">, item: Case, rules: GatePolicy["rules"]) {
  const fields = [...new Set(rules.flatMap(({ where }) => Object.keys(where ?? {})))];
  const named = slicesOf(
    item,
    fields.filter((field) => field !== "tags"),
  );
  const slices = [
    ...item.tags.map((value) => ({ field: "tags", value })),
    ...Object.entries(named).map(([field, value]) => ({ field, value })),
  ];
  return { task: task.name, id: item.id, slices, scores: new Map() };
}

function sliceCount(where: Where | undefined) {
  const clusters = new Map<string, number>();
  let cases = 0;
  let alone = 0;
  return {
    where,
    add: (cluster: string | undefined) => {
      cases += 1;
      if (cluster === undefined) alone += 1;
      else clusters.set(cluster, (clusters.get(cluster) ?? 0) + 1);
    },
    of: (task: string): PlannedSlice => ({
      task,
      where: where ?? null,
      cases,
      units: clusters.size + alone,
      largest: [...clusters.values()].reduce((most, size) => Math.max(most, size), alone > 0 ? 1 : 0),
    }),
  };
}
