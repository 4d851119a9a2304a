import { type CaseTable, caseTable } from "../comparison/case-table.ts";
import type { Pace } from "../domain/forecast.ts";
import type { Model } from "../domain/model.ts";
import { oneByOne } from "../domain/one-by-one.ts";
import { Refusal } from "../domain/ports.ts";
import type { Manifest } from "../domain/run.ts";
import type { ScoredSample } from "../domain/score.ts";
import type { Suite } from "../domain/suite.ts";
import { findRun, listRuns, runFiles } from "../storage/run-folder.ts";
import { readScores } from "../storage/scores.ts";
import { parseSuite } from "../suite/parse-suite.ts";
import { shelves } from "./shelves.ts";
import { intactManifest } from "./stored-run.ts";

/** An earlier run that a plan goes by. */
export interface EarlierRun {
  readonly manifest: Manifest;
  readonly table: CaseTable;
  /** By model name, then task name. */
  readonly paces: ReadonlyMap<string, ReadonlyMap<string, Pace>>;
}

/** How many runs are looked at: the newest. */
const MOST_RUNS = 3;

/**
 * The pilot that is named, or else the newest runs of a suite that asked the same: a model that is bound otherwise
 * now, or a task with another prompt, is left out of them. Throws a `Refusal` for a pilot that is not there.
 */
export async function earlierRuns(
  outDir: string,
  suite: Suite,
  { pilot, cwd }: { readonly pilot: string | undefined; readonly cwd: string },
): Promise<readonly EarlierRun[]> {
  if (pilot !== undefined) {
    const directory = await findRun(outDir, pilot);
    return [await readRun(directory, await intactManifest(directory, cwd), () => true)];
  }
  const runs = (await listRuns(outDir)).filter(({ manifest }) => manifest?.suite.name === suite.name);
  const found: EarlierRun[] = [];
  for (const { directory } of runs.reverse().slice(0, MOST_RUNS)) {
    const manifest = await intactOrNone(directory, cwd);
    if (manifest !== undefined) found.push(await readRun(directory, manifest, sameAsks(suite, manifest)));
  }
  return found;
}

/** A run that is going on, or was changed by hand, is not gone by. */
async function intactOrNone(directory: string, cwd: string): Promise<Manifest | undefined> {
  try {
    return await intactManifest(directory, cwd);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function sameAsks(suite: Suite, { suite: stored }: Manifest): (sample: ScoredSample) => boolean {
  const parsed = parseSuite(Buffer.from(stored.text), stored.file, shelves);
  if (!parsed.ok) return () => false;
  const before = parsed.value;
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  const bound = ({ backend, model, parameters, options, workflow }: Model) => [
    backend,
    model,
    parameters,
    options,
    workflow,
  ];
  const models = suite.models.filter((model) =>
    before.models.some((other) => other.name === model.name && isSame(bound(other), bound(model))),
  );
  const tasks = suite.tasks.filter((task) =>
    before.tasks.some(
      (other) => other.name === task.name && isSame([other.prompt, other.turns], [task.prompt, task.turns]),
    ),
  );
  const modelNames = new Set(models.map(({ name }) => name));
  const taskNames = new Set(tasks.map(({ name }) => name));
  return ({ target, task }) => modelNames.has(target) && taskNames.has(task);
}

const COLUMNS = ["inputTokens", "outputTokens", "latencyMs", "generationMs", "costUsd", "calls"] as const;

/** Count and sum of what was measured. */
type Sums = Record<(typeof COLUMNS)[number], { count: number; sum: number }>;

async function readRun(
  directory: string,
  manifest: Manifest,
  isUsed: (sample: ScoredSample) => boolean,
): Promise<EarlierRun> {
  const sums = new Map<string, Map<string, Sums>>();
  const table = await caseTable(usedSamples(runFiles(directory).scores, isUsed, sums));
  const paces = [...sums].map(
    ([model, tasks]) => [model, new Map([...tasks].map(([task, own]) => [task, paceOf(own)]))] as const,
  );
  return { manifest, table, paces: new Map(paces) };
}

async function* usedSamples(
  file: string,
  isUsed: (sample: ScoredSample) => boolean,
  sums: Map<string, Map<string, Sums>>,
): AsyncGenerator<ScoredSample> {
  for await (const sample of oneByOne(readScores(file))) {
    if (!isUsed(sample)) continue;
    if (sample.outcome !== "failed" && sample.outcome !== "skipped") add(sample, sums);
    yield sample;
  }
}

function add(sample: ScoredSample, sums: Map<string, Map<string, Sums>>): void {
  const tasks = sums.get(sample.target) ?? new Map<string, Sums>();
  sums.set(sample.target, tasks);
  const zero = () => ({ count: 0, sum: 0 });
  const own = tasks.get(sample.task) ?? {
    inputTokens: zero(),
    outputTokens: zero(),
    latencyMs: zero(),
    generationMs: zero(),
    costUsd: zero(),
    calls: zero(),
  };
  tasks.set(sample.task, own);
  for (const column of COLUMNS) {
    const value = sample[column];
    if (value === null) continue;
    own[column].count += 1;
    own[column].sum += value;
  }
}

function paceOf(sums: Sums): Pace {
  const mean = ({ count, sum }: Sums[keyof Sums]) => (count === 0 ? undefined : sum / count);
  return {
    inputTokens: mean(sums.inputTokens),
    outputTokens: mean(sums.outputTokens),
    latencyMs: mean(sums.latencyMs),
    generationMs: mean(sums.generationMs),
    costUsd: mean(sums.costUsd),
    calls: mean(sums.calls),
  };
}
