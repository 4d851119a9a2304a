import { align } from "../comparison/align.ts";
import type { Side } from "../comparison/case-scores.ts";
import { type CaseTable, caseTable } from "../comparison/case-table.ts";
import { compare } from "../comparison/compare.ts";
import { judge } from "../comparison/gate.ts";
import { runTable } from "../comparison/run-table.ts";
import { type StepAnalysis, startStepAnalysis } from "../comparison/step-analysis.ts";
import type { Result } from "../domain/fault.ts";
import { Refusal } from "../domain/ports.ts";
import type { Manifest } from "../domain/run.ts";
import type { ScoredSample } from "../domain/score.ts";
import type { GatePolicy } from "../domain/suite.ts";
import type { ReportInput } from "../reports/report.ts";
import { parseSuite } from "../suite/parse-suite.ts";
import { shelves } from "./shelves.ts";

/** A run and its scored samples. */
export interface ScoredRun {
  readonly manifest: Manifest;
  readonly table: CaseTable;
  /** Of every target whose workflow makes drafts. */
  readonly steps: readonly StepAnalysis[];
}

/** Two-sided, of the intervals that are shown beside a run's figures. */
const CONFIDENCE = 0.95;

/** A run as this process has just written and hashed it. */
export async function scoredRun(manifest: Manifest, scores: AsyncIterable<ScoredSample>): Promise<ScoredRun> {
  const analysis = startStepAnalysis(manifest.models);
  const table = await caseTable(seen(scores, analysis.add));
  return { manifest, table, steps: analysis.analyses(CONFIDENCE) };
}

async function* seen(
  scores: AsyncIterable<ScoredSample>,
  see: (sample: ScoredSample) => void,
): AsyncGenerator<ScoredSample> {
  for await (const sample of scores) {
    see(sample);
    yield sample;
  }
}

/** The verdicts as the manifest keeps them; `null` where nothing was judged. */
export function verdictsOf({ gate }: ReportInput): Manifest["verdicts"] {
  return gate?.verdicts.map(({ candidate, verdict }) => ({ candidate, verdict })) ?? null;
}

/** The gate of a run's own suite, as it was when it ran. */
export function storedGate({ suite }: Manifest): Result<GatePolicy | undefined> {
  const parsed = parseSuite(Buffer.from(suite.text), suite.file, shelves);
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
      simulated: asked?.simulated ?? false,
      temperature: typeof temperature === "number" ? temperature : undefined,
    };
  }
  throw new Refusal(
    "E3111",
    `the gate needs "${name}", which run ${manifest.id} did not ask`,
    "Run the suite without --filter model=….",
  );
}

/**
 * The table of a run, its comparisons against the baseline (its own, or that of another run), and the gate's
 * verdicts. A candidate that was not run is refused: a gate is never judged over a part of its candidates.
 */
export function reportInput(
  run: ScoredRun,
  policy: GatePolicy | undefined,
  baselineRun: ScoredRun = run,
): ReportInput {
  const { manifest, table } = run;
  const simulated = new Set(manifest.models.filter((model) => model.simulated).map(({ name }) => name));
  const confidence = policy?.confidence ?? 0.95;
  const alignments =
    policy === undefined
      ? []
      : policy.candidates.map((name) => align(sideOf(baselineRun, policy.baseline), sideOf(run, name)));
  const margin = policy?.rules.find((rule) => rule.metric === "score" && rule.margin !== undefined)?.margin;
  const settings = {
    confidence,
    margin,
    missing: policy?.missing ?? "worst-case",
    attempt: manifest.attempt,
  } as const;
  return {
    title: { suite: manifest.suite.name, run: manifest.id, attempt: manifest.attempt },
    table: runTable(table, {
      confidence: CONFIDENCE,
      simulated,
      tasks: manifest.tasks.map(({ name }) => name),
      targets: manifest.models.map(({ name }) => name),
    }),
    comparisons: alignments.map((alignment) => compare(alignment, settings)),
    gate: policy === undefined || alignments.length === 0 ? undefined : judge(alignments, policy),
    steps: shownSteps(run, baselineRun, policy?.baseline),
    notJudged: undefined,
    unmeasured: [...new Set([run, baselineRun])].reduce((sum, each) => sum + unmeasured(each), 0),
  };
}

/** Those of the run, and those of a baseline from another run. */
function shownSteps(
  run: ScoredRun,
  baselineRun: ScoredRun,
  baseline: string | undefined,
): readonly StepAnalysis[] {
  if (run === baselineRun) return run.steps;
  return [...baselineRun.steps.filter(({ target }) => target === baseline), ...run.steps];
}

/** As `reportInput`, but that a gate is judged over whole runs alone. */
export function wholeReport(
  run: ScoredRun,
  policy: GatePolicy | undefined,
  baselineRun: ScoredRun = run,
): ReportInput {
  const notJudged = policy === undefined ? undefined : whyNotJudged(run.manifest, baselineRun.manifest);
  return { ...reportInput(run, notJudged === undefined ? policy : undefined, baselineRun), notJudged };
}

function whyNotJudged({ state, selection }: Manifest, baseline: Manifest): string | undefined {
  if (state !== "finished") return "the run is not over";
  if (baseline.state !== "finished") return "the baseline's run is not over";
  const { shard } = selection;
  if (shard !== undefined) return `the run is shard ${shard.index} of ${shard.count}: evals merge joins them`;
  return selection.models === undefined ? undefined : "the run left models out";
}

/** Planned samples without a score: failed, skipped, never asked, or not judged by a scorer. */
function unmeasured({ manifest, table }: ScoredRun): number {
  const scored = [...table.targets.values()].reduce(
    (count, { score }) => count + score.filter((value) => !Number.isNaN(value)).length,
    0,
  );
  return Math.max(0, manifest.totals.planned - scored);
}
