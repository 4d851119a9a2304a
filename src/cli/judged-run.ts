import { type Alignment, align } from "../comparison/align.ts";
import { type CompareSettings, compare } from "../comparison/compare.ts";
import { earlyComparison } from "../comparison/early-comparison.ts";
import { type GateResult, judge } from "../comparison/gate.ts";
import type { HumanLabels } from "../comparison/human-labels.ts";
import { judgeEarly, seenOf } from "../comparison/judge-early.ts";
import { pairwiseRanking } from "../comparison/pairwise.ts";
import { runTable } from "../comparison/run-table.ts";
import { statedMargins } from "../comparison/stated-margins.ts";
import { lookedAt } from "../comparison/statements.ts";
import type { StepAnalysis } from "../comparison/step-analysis.ts";
import type { WorkflowEffect } from "../comparison/workflow-effect.ts";
import type { EarlyStopping, Manifest } from "../domain/run.ts";
import type { GatePolicy } from "../domain/suite.ts";
import type { EarlySaving, ReportInput } from "../reports/report.ts";
import { countWhere } from "../statistics/numbers.ts";
import { aboutScores, type Compared, distrusted } from "./about-scores.ts";
import { comparisonOf, readEarly, refuseEarlyPair } from "./early-judging.ts";
import { CONFIDENCE, type ScoredRun, sideOf, storedGate } from "./scored-run.ts";
import { workflowEffects } from "./workflow-effects.ts";

/** The verdicts as the manifest keeps them; `null` where nothing was judged. */
export function verdictsOf({ gate }: ReportInput): Manifest["verdicts"] {
  return gate === undefined ? null : keptVerdicts(gate);
}

function keptVerdicts({ verdicts }: GateResult): Manifest["verdicts"] {
  return verdicts.map(({ candidate, verdict }) => ({ candidate, verdict }));
}

/** The model beside whose answers the judges of a run saw those of the others. */
function ownBaseline(manifest: Manifest): string | undefined {
  const own = storedGate(manifest);
  return own.ok ? own.value?.baseline : undefined;
}

/**
 * The table of a run, its comparisons against the baseline (its own, or that of another run), and the gate's
 * verdicts. A candidate that was not run is refused: a gate is never judged over a part of its candidates.
 */
export function reportInput(
  run: ScoredRun,
  policy: GatePolicy | undefined,
  baselineRun: ScoredRun = run,
  labels?: HumanLabels,
): ReportInput {
  const { manifest, table } = run;
  refuseEarlyPair(manifest, baselineRun.manifest);
  const simulated = new Set(manifest.models.filter((model) => model.simulated).map(({ name }) => name));
  const confidence = policy?.confidence ?? 0.95;
  const alignments = aligned(run, policy, baselineRun);
  // Without verdicts on pairs and without a gate nobody asks.
  const isAsked = policy !== undefined || run.pairs.length > 0;
  const judgedBeside = isAsked ? ownBaseline(manifest) : undefined;
  const compared = { before: baselineRun, after: run, judgedBeside };
  const settings = {
    confidence,
    ...statedMargins(policy?.rules ?? []),
    missing: policy?.missing ?? "worst-case",
    attempt: manifest.attempt,
  } as const;
  const found = judged(run, { alignments, policy, settings, compared, labels });
  return {
    title: { suite: manifest.suite.name, run: manifest.id, attempt: manifest.attempt },
    models: manifest.models.map(({ name, backend, model, parameters }) => ({
      name,
      backend,
      model,
      parameters,
    })),
    table: runTable(table, {
      confidence: CONFIDENCE,
      simulated,
      batched: new Set(manifest.models.filter(({ batch }) => batch).map(({ name }) => name)),
      tasks: manifest.tasks.map(({ name }) => name),
      targets: manifest.models.map(({ name }) => name),
    }),
    ...found,
    steps: shownSteps(run, baselineRun, policy?.baseline),
    workflows: shownEffects(run, { policy, settings, found }),
    ranking:
      compared.judgedBeside === undefined
        ? undefined
        : pairwiseRanking(run.pairs, {
            baseline: compared.judgedBeside,
            confidence: CONFIDENCE,
            seed: manifest.seed,
          }),
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

/** Of the candidates, or of every target where no gate is judged; nothing of a run whose early end is open. */
function shownEffects(
  run: ScoredRun,
  {
    policy,
    settings,
    found,
  }: Pick<Judged, "policy" | "settings"> & { readonly found: Pick<ReportInput, "comparisons" | "gate"> },
): readonly WorkflowEffect[] {
  const { models, early, state } = run.manifest;
  if (early?.isOn === true && state !== "finished") return [];
  return workflowEffects({
    run,
    targets: policy?.candidates ?? models.map(({ name }) => name),
    baseline: policy?.baseline,
    ...found,
    compareAll: comparisonOf([run]),
    settings,
    distrust: new Map(),
  });
}

interface Judged {
  readonly alignments: readonly Alignment[];
  readonly policy: GatePolicy | undefined;
  readonly settings: CompareSettings;
  readonly compared: Compared;
  readonly labels: HumanLabels | undefined;
}

/** A run that could stop early is judged by the process that it was stopped by, whether or not it was. */
function judged(
  run: ScoredRun,
  { alignments, policy, settings, compared, labels }: Judged,
): Pick<ReportInput, "comparisons" | "gate" | "notJudged" | "early"> {
  const { early } = run.manifest;
  const isJudged = policy !== undefined && alignments.length > 0;
  if (early?.isOn !== true)
    return {
      comparisons: alignments.map((alignment) =>
        compare(alignment, settings, aboutScores(compared, alignment)),
      ),
      gate: isJudged
        ? judge(alignments, policy, { distrust: distrusted(compared, policy, labels), labels })
        : undefined,
      notJudged: undefined,
      early: undefined,
    };
  const read = isJudged ? readEarly(run) : undefined;
  if (read === undefined || policy === undefined)
    return {
      comparisons: [],
      gate: undefined,
      notJudged: isJudged ? "the run could stop early, and is not over" : undefined,
      early: undefined,
    };
  const frame = { design: early, claim: policy.claim, seed: run.manifest.seed };
  return {
    comparisons: alignments.map((alignment) =>
      earlyComparison(seenOf(alignment, read.prefix), settings, {
        ...frame,
        about: aboutScores(compared, alignment),
      }),
    ),
    gate: judgeEarly(read.run, read.prefix, {
      policy,
      alignments,
      distrust: distrusted(compared, policy, labels),
    }),
    notJudged: undefined,
    early: savingOf(run.manifest, policy, early),
  };
}

/** What the stop saved, had every other case cost what those asked did. */
function savingOf({ totals }: Manifest, policy: GatePolicy, design: EarlyStopping): EarlySaving {
  const { decided, cases } = design;
  const spared = decided?.spared ?? 0;
  const { planned, costUsd } = totals;
  const share = planned / Math.max(1, planned - spared);
  return {
    decidedAfter: decided?.cases,
    cases,
    samples: planned,
    spared,
    costUsd: costUsd ?? undefined,
    fullCostUsd: costUsd === null ? undefined : costUsd * share,
    claim: policy.claim,
    looked: lookedAt(policy, design),
  };
}

/** What `evals gate` decides on: every model may come from a run of its own, but that run is over. */
export function gateReport(
  run: ScoredRun,
  policy: GatePolicy,
  baselineRun: ScoredRun,
  labels: HumanLabels | undefined,
): ReportInput {
  const notOver = whyNotOver(run.manifest, baselineRun.manifest);
  if (notOver === undefined) return reportInput(run, policy, baselineRun, labels);
  return { ...reportInput(run, undefined, baselineRun), notJudged: notOver };
}

/** As `reportInput`, but that a gate is judged over whole runs alone. */
export function wholeReport(
  run: ScoredRun,
  policy: GatePolicy | undefined,
  baselineRun: ScoredRun = run,
): ReportInput {
  const notJudged = policy === undefined ? undefined : whyNotJudged(run.manifest, baselineRun.manifest);
  const input = reportInput(run, notJudged === undefined ? policy : undefined, baselineRun);
  return { ...input, notJudged: notJudged ?? input.notJudged };
}

/** The verdicts of a run's own gate, without the tables and comparisons of a report; `null` where nothing is judged. */
export function wholeVerdicts(run: ScoredRun, policy: GatePolicy | undefined): Manifest["verdicts"] {
  const { manifest } = run;
  if (policy === undefined || whyNotJudged(manifest, manifest) !== undefined) return null;
  if (manifest.early?.isOn === true) return verdictsOf(reportInput(run, policy));
  const alignments = aligned(run, policy, run);
  if (alignments.length === 0) return null;
  const compared = { before: run, after: run, judgedBeside: ownBaseline(manifest) };
  const gate = judge(alignments, policy, {
    distrust: distrusted(compared, policy, undefined),
    labels: undefined,
  });
  return keptVerdicts(gate);
}

function aligned(
  run: ScoredRun,
  policy: GatePolicy | undefined,
  baselineRun: ScoredRun,
): readonly Alignment[] {
  if (policy === undefined) return [];
  return policy.candidates.map((name) => align(sideOf(baselineRun, policy.baseline), sideOf(run, name)));
}

function whyNotJudged(run: Manifest, baseline: Manifest): string | undefined {
  const notOver = whyNotOver(run, baseline);
  if (notOver !== undefined) return notOver;
  const { shard, models } = run.selection;
  if (shard !== undefined) return `the run is shard ${shard.index} of ${shard.count}`;
  return models === undefined ? undefined : "the run left models out";
}

function whyNotOver(run: Manifest, baseline: Manifest): string | undefined {
  if (run.state !== "finished") return "the run is not over";
  return baseline.state === "finished" ? undefined : "the baseline's run is not over";
}

/** Planned samples without a score: failed, skipped, never asked, or not judged by a scorer. */
function unmeasured({ manifest, table }: ScoredRun): number {
  const scored = [...table.targets.values()].reduce(
    (count, { score }) => count + countWhere(score, (value) => !Number.isNaN(value)),
    0,
  );
  return Math.max(0, manifest.totals.planned - (manifest.early?.decided?.spared ?? 0) - scored);
}
