import type { Side } from "../comparison/case-scores.ts";
import { type CaseTable, startCaseTable } from "../comparison/case-table.ts";
import { type PairVerdict, pairVerdicts } from "../comparison/pairwise.ts";
import { type StepAnalysis, startStepAnalysis } from "../comparison/step-analysis.ts";
import { type Ending, startEndings } from "../comparison/workflow-endings.ts";
import type { Result } from "../domain/fault.ts";
import { Refusal } from "../domain/ports.ts";
import type { Manifest } from "../domain/run.ts";
import type { ScoredSample } from "../domain/score.ts";
import type { GatePolicy, Suite } from "../domain/suite.ts";
import { parseSuite } from "../suite/parse-suite.ts";
import { shelves } from "./shelves.ts";

/** A run and its scored samples. */
export interface ScoredRun {
  readonly manifest: Manifest;
  readonly table: CaseTable;
  /** Of every target whose workflow makes drafts. */
  readonly steps: readonly StepAnalysis[];
  /** By target whose workflow makes none: how far its answers got. */
  readonly endings: ReadonlyMap<string, readonly Ending[]>;
  /** What judges said of answers beside the baseline's. */
  readonly pairs: readonly PairVerdict[];
}

/** Two-sided, of the intervals that are shown beside a run's figures. */
export const CONFIDENCE = 0.95;

/** A run as this process has just written and hashed it, read once; `also` sees every sample as well. */
export async function scoredRun(
  manifest: Manifest,
  scores: AsyncIterable<Iterable<ScoredSample>>,
  also: (sample: ScoredSample) => void = () => undefined,
): Promise<ScoredRun> {
  const building = startCaseTable();
  const analysis = startStepAnalysis(manifest.models);
  const endings = startEndings(manifest.models);
  const pairs: PairVerdict[] = [];
  for await (const several of scores)
    for (const sample of several) {
      building.add(sample);
      analysis.add(sample);
      endings.add(sample);
      pairs.push(...pairVerdicts(sample));
      also(sample);
    }
  const table = building.table();
  return { manifest, table, steps: analysis.analyses(CONFIDENCE), endings: endings.endings(), pairs };
}

// Judging a run asks for its suite at several places, and reading one takes as long as judging does.
const parsedSuites = new WeakMap<Manifest["suite"], Result<Suite>>();

/** A run's own suite, as it was when it ran; its text is read once. */
export function keptSuite({ suite }: Manifest): Result<Suite> {
  const known = parsedSuites.get(suite);
  if (known !== undefined) return known;
  const parsed = parseSuite(Buffer.from(suite.text), suite.file, shelves);
  parsedSuites.set(suite, parsed);
  return parsed;
}

/** The gate of a run's own suite, as it was when it ran. */
export function storedGate(manifest: Manifest): Result<GatePolicy | undefined> {
  const parsed = keptSuite(manifest);
  return parsed.ok ? { ok: true, value: parsed.value.gate } : parsed;
}

/** One model of a run, to be compared. Throws a `Refusal` where the run did not ask it. */
export function sideOf({ manifest, table }: ScoredRun, name: string): Side {
  const samples = table.targets.get(name);
  const asked = manifest.models.find((model) => model.name === name);
  if (samples !== undefined) {
    const temperature = asked?.parameters["temperature"];
    return {
      name,
      table,
      samples,
      // A verdict that rests on made-up judgements is as made up as one on made-up answers.
      simulated: asked?.simulated === true || manifest.judges.some((judge) => judge.simulated),
      isBatched: asked?.batch ?? false,
      temperature: typeof temperature === "number" ? temperature : undefined,
    };
  }
  throw new Refusal(
    "E3111",
    `the gate needs "${name}", which run ${manifest.id} did not ask`,
    "Run the suite without --filter model=….",
  );
}
