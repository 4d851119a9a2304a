import type { Side } from "../comparison/case-scores.ts";
import type { AboutScores } from "../comparison/compare.ts";
import type { HumanLabels } from "../comparison/human-labels.ts";
import {
  changedJudges,
  type Distrust,
  distrustOf,
  judgeWarnings,
  kappaDistrust,
} from "../comparison/judge-trust.ts";
import { type PairVerdict, pairwiseFacts, pairwiseWarnings } from "../comparison/pairwise.ts";
import type { ComparisonWarning } from "../comparison/warnings.ts";
import type { Manifest } from "../domain/run.ts";
import type { GatePolicy } from "../domain/suite.ts";
import { comparesBaseline } from "./compared-samples.ts";
import { keptSuite, type ScoredRun } from "./scored-run.ts";

/** The runs of a comparison, and the model whose answers judges saw beside the others'. */
export interface Compared {
  readonly before: ScoredRun;
  readonly after: ScoredRun;
  readonly judgedBeside: string | undefined;
}

/** The tasks of a run whose scores say how answers compare with the baseline's of that same run. */
function comparedTasks(manifest: Manifest): readonly string[] {
  const parsed = keptSuite(manifest);
  return parsed.ok ? parsed.value.tasks.filter(comparesBaseline).map(({ name }) => name) : [];
}

/** Whether both sides of a comparison are of one run, which may have been read twice. */
function isOne(before: ScoredRun, after: ScoredRun): boolean {
  return before.manifest.id === after.manifest.id;
}

/** By task: why its scores decide nothing about candidates beside the policy's baseline. */
export function distrusted(
  { before, after, judgedBeside }: Compared,
  { baseline, judgeKappa }: Pick<GatePolicy, "baseline" | "judgeKappa">,
  labels: HumanLabels | undefined,
): Distrust {
  const judges = [...before.manifest.judges, ...after.manifest.judges];
  const unproven =
    judgeKappa === undefined ? [] : kappaDistrust(judges, judgeKappa, labels?.calibrations ?? []);
  const own = new Map([...unproven, ...distrustOf(judges)]);
  if (isOne(before, after) && baseline === judgedBeside) return own;
  const reason = "its answers were judged beside those of another baseline";
  const elsewhere = [before, after].flatMap(({ manifest }) => comparedTasks(manifest));
  return new Map([...own, ...elsewhere.map((task) => [task, reason] as const)]);
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
