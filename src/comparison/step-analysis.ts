import type { ManifestModel } from "../domain/run.ts";
import type { ScoredSample, ScoredStep } from "../domain/score.ts";
import { meanEstimate } from "../statistics/case-means.ts";
import type { Estimate } from "../statistics/interval.ts";
import { caseKey } from "./case-table.ts";

/** How the drafts of a workflow hang together. */
export type Drafts =
  /** Each is made of the one before. */
  | "revised"
  /** Independent answers to one prompt. */
  | "sampled"
  /** The last is another model's, asked where the ones before did not do. */
  | "routed";

const DRAFTS: ReadonlyMap<string, Drafts> = new Map([
  ["reflect", "revised"],
  ["module", "revised"],
  ["vote", "sampled"],
  ["best-of", "sampled"],
  ["fallback", "routed"],
]);

/** How the drafts of a workflow hang together; `undefined` where its steps are no drafts of the answer. */
export function draftsOf(workflow: string): Drafts | undefined {
  return DRAFTS.get(workflow);
}

/** What one step did to the draft before it. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly samples: number;
  readonly repaired: number;
  readonly broken: number;
}

/** How a cheap model with another one behind it did. */
export interface Routing {
  /** Samples that the first model answered alone, and their mean score; `undefined` where there is none. */
  readonly kept: number;
  readonly keptScore: number | undefined;
  readonly routed: number;
  /** Of these: what the first model's answer would have scored, and what the answer did. */
  readonly routedFirst: number | undefined;
  readonly routedScore: number | undefined;
  readonly spentUsd: number | undefined;
  /** What the other model would have cost for all, taken from its calls on the routed ones. */
  readonly allRoutedUsd: number | undefined;
}

/** Where in a workflow answers were repaired and lost. */
export interface StepAnalysis {
  readonly target: string;
  readonly workflow: string;
  readonly drafts: Drafts;
  /** Samples whose answer and drafts are all scored; the others are in nothing below. */
  readonly samples: number;
  readonly unjudged: number;
  /** Mean score of the first draft, as if it had been the answer, and of the answer. */
  readonly first: number;
  readonly answer: number;
  /** Answer less first draft; a case with more repeats does not weigh more. */
  readonly gain: Estimate;
  /** Samples whose first draft is fully right, and those where the answer scores more or less than it. */
  readonly firstRight: number;
  readonly repaired: number;
  readonly broken: number;
  /** Step by step, in order; empty where the drafts do not follow on one another. */
  readonly moves: readonly Move[];
  /** Most drafts of a sample, the mean of all drafts, and the mean of each sample's best one. */
  readonly most: number;
  readonly single: number;
  readonly best: number;
  readonly routing: Routing | undefined;
}

interface Judged {
  readonly task: string;
  readonly caseId: string;
  readonly repeat: number;
  readonly cluster: string | undefined;
  readonly answer: number;
  readonly costUsd: number | null;
  readonly steps: readonly (ScoredStep & { readonly score: number })[];
}

interface Gathered {
  readonly workflow: string;
  readonly drafts: Drafts;
  readonly judged: Judged[];
  unjudged: number;
}

/** Gathers scored samples as they pass; in the end tells of every target whose workflow makes drafts. */
export function startStepAnalysis(models: readonly Pick<ManifestModel, "name" | "workflow">[]) {
  const gathered = new Map<string, Gathered>();
  for (const { name, workflow } of models) {
    const drafts = draftsOf(workflow?.name ?? "");
    if (workflow !== null && drafts !== undefined)
      gathered.set(name, { workflow: workflow.name, drafts, judged: [], unjudged: 0 });
  }
  return {
    add: (sample: ScoredSample) => {
      const own = gathered.get(sample.target);
      if (own !== undefined) gather(own, sample);
    },
    analyses: (confidence: number): readonly StepAnalysis[] =>
      [...gathered].flatMap(([target, own]) =>
        own.judged.length === 0 ? [] : [analysisOf(target, own, confidence)],
      ),
  };
}

function gather(own: Gathered, { steps = [], score, cluster, task, caseId, repeat, costUsd }: ScoredSample) {
  const judgedSteps = steps.flatMap((step) => (step.score === null ? [] : [{ ...step, score: step.score }]));
  if (steps.length === 0) return;
  if (score === null || judgedSteps.length < steps.length) {
    own.unjudged += 1;
    return;
  }
  const rest = { task, caseId, repeat, costUsd, cluster: cluster ?? undefined };
  own.judged.push({ ...rest, answer: score, steps: judgedSteps });
}

function analysisOf(
  target: string,
  { workflow, drafts, judged: unsorted, unjudged }: Gathered,
  confidence: number,
): StepAnalysis {
  // Sums in one order, so that the same samples give the same bytes however they came.
  const judged = unsorted.toSorted(inOrder);
  const pairs = judged.map((one) => ({ one, first: one.steps[0]?.score ?? Number.NaN }));
  const scores = judged.map(({ steps }) => steps.map(({ score }) => score));
  return {
    target,
    workflow,
    drafts,
    samples: judged.length,
    unjudged,
    first: mean(pairs.map(({ first }) => first)) ?? Number.NaN,
    answer: mean(judged.map(({ answer }) => answer)) ?? Number.NaN,
    gain: gainOf(judged, confidence),
    firstRight: pairs.filter(({ first }) => first === 1).length,
    repaired: pairs.filter(({ first, one }) => one.answer > first).length,
    broken: pairs.filter(({ first, one }) => one.answer < first).length,
    moves: drafts === "revised" ? movesOf(judged) : [],
    most: Math.max(...scores.map((all) => all.length)),
    single: mean(scores.map((all) => mean(all) ?? Number.NaN)) ?? Number.NaN,
    best: mean(scores.map((all) => Math.max(...all))) ?? Number.NaN,
    routing: drafts === "routed" ? routingOf(judged) : undefined,
  };
}

function inOrder(left: Judged, right: Judged): number {
  const [one, other] = [caseKey(left.task, left.caseId), caseKey(right.task, right.caseId)];
  return one < other ? -1 : one > other ? 1 : left.repeat - right.repeat;
}

function gainOf(judged: readonly Judged[], confidence: number): Estimate {
  const cases = new Map<string, { readonly cluster: string | undefined; readonly gains: number[] }>();
  for (const { task, caseId, cluster, answer, steps } of judged) {
    const key = caseKey(task, caseId);
    const gain = answer - (steps[0]?.score ?? Number.NaN);
    const known = cases.get(key);
    if (known === undefined) cases.set(key, { cluster, gains: [gain] });
    else known.gains.push(gain);
  }
  const all = [...cases.values()];
  return meanEstimate({
    scores: all.map(({ gains }) => gains),
    clusters: all.every(({ cluster }) => cluster === undefined)
      ? undefined
      : all.map(({ cluster }) => cluster),
    range: { lower: -1, upper: 1 },
    confidence,
  });
}

/** More kinds of moves than this are those of a function that names its steps by the case. */
const MOST_MOVES = 20;

function movesOf(judged: readonly Judged[]): readonly Move[] {
  const moves = new Map<
    string,
    { from: string; to: string; samples: number; repaired: number; broken: number }
  >();
  for (const { steps } of judged) {
    for (const [index, to] of steps.entries()) {
      const from = steps[index - 1];
      if (from === undefined) continue;
      const key = JSON.stringify([from.name, to.name]);
      const move = moves.get(key) ?? { from: from.name, to: to.name, samples: 0, repaired: 0, broken: 0 };
      move.samples += 1;
      if (to.score > from.score) move.repaired += 1;
      if (to.score < from.score) move.broken += 1;
      moves.set(key, move);
      if (moves.size > MOST_MOVES) return [];
    }
  }
  return [...moves.values()];
}

function routingOf(judged: readonly Judged[]): Routing {
  const own = judged.map((one) => ({ ...one, last: one.steps.at(-1) }));
  const routed = own.filter(({ steps, last }) => last !== undefined && last.model !== steps[0]?.model);
  const away = new Set(routed);
  const kept = own.filter((one) => !away.has(one));
  const call = known(routed.map(({ last }) => last?.costUsd ?? null));
  const spent = known(judged.map(({ costUsd }) => costUsd));
  const each = call === undefined ? undefined : mean(call);
  return {
    kept: kept.length,
    keptScore: mean(kept.map(({ answer }) => answer)),
    routed: routed.length,
    routedFirst: mean(routed.map(({ steps }) => steps[0]?.score ?? Number.NaN)),
    routedScore: mean(routed.map(({ answer }) => answer)),
    spentUsd: spent?.reduce((sum, usd) => sum + usd, 0),
    allRoutedUsd: each === undefined ? undefined : each * judged.length,
  };
}

/** All of the values, or `undefined` where one is unknown. */
function known(values: readonly (number | null)[]): readonly number[] | undefined {
  const there = values.filter((value) => value !== null);
  return there.length < values.length ? undefined : there;
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
