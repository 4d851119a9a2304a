import { align } from "../comparison/align.ts";
import type { Side } from "../comparison/case-scores.ts";
import { type CaseTable, caseTable } from "../comparison/case-table.ts";
import { type AboutScores, compare } from "../comparison/compare.ts";
import { judge } from "../comparison/gate.ts";
import { changedJudges, type Distrust, distrustOf, judgeWarnings } from "../comparison/judge-trust.ts";
import {
  type PairVerdict,
  pairVerdicts,
  pairwiseFacts,
  pairwiseRanking,
  pairwiseWarnings,
} from "../comparison/pairwise.ts";
import { runTable } from "../comparison/run-table.ts";
import { type StepAnalysis, startStepAnalysis } from "../comparison/step-analysis.ts";
import type { ComparisonWarning } from "../comparison/warnings.ts";
import type { Result } from "../domain/fault.ts";
import { Refusal } from "../domain/ports.ts";
import type { Manifest } from "../domain/run.ts";
import type { ScoredSample } from "../domain/score.ts";
import type { GatePolicy } from "../domain/suite.ts";
import type { ReportInput } from "../reports/report.ts";
import { parseSuite } from "../suite/parse-suite.ts";
import { comparesBaseline } from "./compared-samples.ts";
import { shelves } from "./shelves.ts";

/** A run and its scored samples. */
export interface ScoredRun {
  readonly manifest: Manifest;
  readonly table: CaseTable;
  /** Of every target whose workflow makes drafts. */
  readonly steps: readonly StepAnalysis[];
  /** What judges said of answers beside the baseline's. */
  readonly pairs: readonly PairVerdict[];
}

/** Two-sided, of the intervals that are shown beside a run's figures. */
const CONFIDENCE = 0.95;

/** A run as this process has just written and hashed it. */
export async function scoredRun(manifest: Manifest, scores: AsyncIterable<ScoredSample>): Promise<ScoredRun> {
  const analysis = startStepAnalysis(manifest.models);
  const pairs: PairVerdict[] = [];
  const see = (sample: ScoredSample) => {
    analysis.add(sample);
    pairs.push(...pairVerdicts(sample));
  };
  const table = await caseTable(seen(scores, see));
  return { manifest, table, steps: analysis.analyses(CONFIDENCE), pairs };
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

/** The model beside whose answers the judges of a run saw those of the others. */
function ownBaseline(manifest: Manifest): string | undefined {
  const own = storedGate(manifest);
  return own.ok ? own.value?.baseline : undefined;
}

/** The runs of a comparison, and the model whose answers judges saw beside the others'. */
interface Compared {
  readonly before: ScoredRun;
  readonly after: ScoredRun;
  readonly judgedBeside: string | undefined;
}

/** The tasks of a run whose scores say how answers compare with the baseline's of that same run. */
function comparedTasks({ suite }: Manifest): readonly string[] {
  const parsed = parseSuite(Buffer.from(suite.text), suite.file, shelves);
  return parsed.ok ? parsed.value.tasks.filter(comparesBaseline).map(({ name }) => name) : [];
}

/** Whether both sides of a comparison are of one run, which may have been read twice. */
function isOne(before: ScoredRun, after: ScoredRun): boolean {
  return before.manifest.id === after.manifest.id;
}

/** By task: why its scores decide nothing about candidates beside this baseline. */
function distrusted({ before, after, judgedBeside }: Compared, baseline: string): Distrust {
  const judges = distrustOf([...before.manifest.judges, ...after.manifest.judges]);
  if (isOne(before, after) && baseline === judgedBeside) return judges;
  const reason = "its answers were judged beside those of another baseline";
  const elsewhere = [before, after].flatMap(({ manifest }) => comparedTasks(manifest));
  return new Map([...judges, ...elsewhere.map((task) => [task, reason] as const)]);
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
  const compared = { before: baselineRun, after: run, judgedBeside: ownBaseline(manifest) };
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
    comparisons: alignments.map((alignment) =>
      compare(alignment, settings, aboutScores(compared, alignment)),
    ),
    gate:
      policy === undefined || alignments.length === 0
        ? undefined
        : judge(alignments, policy, distrusted(compared, policy.baseline)),
    steps: shownSteps(run, baselineRun, policy?.baseline),
    ranking:
      compared.judgedBeside === undefined
        ? undefined
        : pairwiseRanking(run.pairs, {
            baseline: compared.judgedBeside,
            confidence: CONFIDENCE,
            seed: manifest.seed,
          }),
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

/** What a comparison must say about how the scores of its runs came to be. */
export function aboutScores(
  { before, after, judgedBeside }: Compared,
  { baseline, candidate }: { readonly baseline: Side; readonly candidate: Side },
): AboutScores {
  const idOf = ({ manifest }: ScoredRun, { name }: Side) => ({
    name,
    id: manifest.models.find((model) => model.name === name)?.model ?? name,
  });
  const sides = { baseline: idOf(before, baseline), candidate: idOf(after, candidate) };
  // Verdicts on pairs are about the two that were shown, and about nobody else.
  const isOwnPair = isOne(before, after) && baseline.name === judgedBeside;
  const pairwise = isOwnPair ? pairwiseFacts(after.pairs, candidate.name, 0.95) : [];
  const changed = isOne(before, after) ? [] : changedJudges(before.manifest.judges, after.manifest.judges);
  const warnings = [
    ...judgeWarnings(after.manifest.judges, sides),
    ...changed,
    ...(isOwnPair ? pairwiseWarnings(pairwise) : elsewhere([...before.pairs, ...after.pairs])),
  ];
  return { pairwise, warnings };
}

function elsewhere(pairs: readonly PairVerdict[]): readonly ComparisonWarning[] {
  const tasks = [...new Set(pairs.map(({ task }) => task))];
  return tasks.map((task) => ({
    code: "judged-elsewhere",
    text: `on ${task} no judge saw these two side by side: each was judged beside another baseline`,
  }));
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
