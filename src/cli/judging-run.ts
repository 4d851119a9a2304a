import { backends } from "../backends/registry.ts";
import type { Case } from "../domain/dataset.ts";
import type { AskJudge, CanaryResult, JudgeQuestion, JudgeReply } from "../domain/judge.ts";
import type { ManifestJudge } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import type { Purse } from "../engine/budget.ts";
import { answerCostUsd } from "../engine/cost.ts";
import { type BoundJudge, type Judged, type Judges, startJudges } from "../engine/judge-calls.ts";
import type { Pace } from "../engine/pace.ts";
import { KNOWN_GOOD, runCanaries } from "../scorers/canaries.ts";
import { seeded } from "../statistics/random.ts";
import type { AnswerCache } from "../storage/cache/answer-cache.ts";
import { type Journal, readJournal } from "../storage/journal.ts";
import { longestAnswer } from "./budget.ts";
import type { Connections } from "./connect.ts";
import type { Interrupt } from "./interrupt.ts";
import type { NeededJudge } from "./judge-needs.ts";
import { priceOf } from "./prices.ts";
import { systemClock } from "./system-clock.ts";

/** What the judges of a run are opened with. */
export interface JudgingRun {
  readonly suite: Pick<Suite, "seed">;
  readonly judges: readonly NeededJudge[];
  readonly connections: Connections;
  /** Where their calls are kept, open; `undefined` where there is no judge. */
  readonly judgements: Journal | undefined;
  readonly cache: AnswerCache | undefined;
  readonly interrupt: Pick<Interrupt, "graceMs">;
}

/** What the judges share with the run. */
export interface JudgingShared {
  readonly purse: Purse;
  readonly paces: Map<string, Pace>;
  /** Nothing more is asked once it aborts. */
  readonly signal: AbortSignal;
}

/** The judges of a run at work. */
export interface Judging {
  ask(question: JudgeQuestion, about: Omit<Judged, "fresh">): Promise<JudgeReply>;
  /** Answers that are worth judging side by side. */
  readonly width: number;
  readonly canaries: Promise<readonly CanaryResult[]>;
  /** Questions that were not asked, because of the budget or an interruption. */
  notAsked(): number;
  isOverBudget(): boolean;
}

/** Enough to keep the judges busy while one answer waits. */
const MOST_SIDE_BY_SIDE = 256;

/** Opens the judges that a run needs, and shows them their canaries. */
export function startJudging(run: JudgingRun, { purse, paces, signal }: JudgingShared): Judging {
  const { judgements: journal, judges: needed } = run;
  if (journal === undefined) return NO_JUDGES;
  const judges = startJudges({
    judges: boundJudges(run),
    clock: systemClock,
    random: seeded(run.suite.seed),
    purse,
    paces,
    signal,
    get graceMs() {
      return run.interrupt.graceMs();
    },
    journal,
    cache: run.cache,
  });
  let isOverBudget = false;
  const slots = needed.reduce((sum, { model }) => sum + model.settings.concurrency, 0);
  const canaries = canariesOf(judges, needed);
  // Its fault is thrown where it is awaited.
  canaries.catch(() => undefined);
  return {
    ask: async (question, about) => {
      const reply = await judges.ask(question, { ...about, fresh: false });
      if (reply.kind === "failed" && reply.code === "budget") isOverBudget = true;
      return reply;
    },
    width: Math.min(MOST_SIDE_BY_SIDE, 2 * slots),
    canaries,
    notAsked: judges.notAsked,
    isOverBudget: () => isOverBudget,
  };
}

/** Of a run whose scorers ask none. */
export const NO_JUDGES: Judging = {
  ask: ({ judge }) => {
    throw new Error(`judge "${judge}" is not connected`);
  },
  width: 1,
  canaries: Promise.resolve([]),
  notAsked: () => 0,
  isOverBudget: () => false,
};

function boundJudges({ judges, connections }: JudgingRun): ReadonlyMap<string, BoundJudge> {
  return new Map(
    judges.flatMap(({ model }): [string, BoundJudge][] => {
      const backend = connections.backends.get(model.name);
      if (backend === undefined) return [];
      const cacheable = backends.get(model.backend)?.capabilities.cacheable ?? false;
      const bound = { model, backend, cacheable, price: priceOf(model), longestAnswer: longestAnswer(model) };
      return [[model.name, bound]];
    }),
  );
}

/** The task that canaries are journalled under: no task of a suite has an empty name. */
const CANARIES = "";

/** Shows every judge its canaries, once a run: what the answer cache knows does not count. */
async function canariesOf(judges: Judges, needed: readonly NeededJudge[]): Promise<readonly CanaryResult[]> {
  const results = await Promise.all(
    needed.flatMap(({ model, forms }) =>
      forms.map((form) => {
        const ask: AskJudge = (question) =>
          judges.ask(question, { task: CANARIES, case: canaryCase(question.step), fresh: true });
        return runCanaries(model.name, form, ask);
      }),
    ),
  );
  return results.flat();
}

function canaryCase(id: string): Case {
  return { id, fields: { expected: KNOWN_GOOD }, tags: [], cluster: undefined, hash: "", line: 0 };
}

/** What the manifest keeps of each judge, with its calls counted in the journal. */
export async function manifestJudges(
  needed: readonly NeededJudge[],
  file: string,
  canaries: readonly CanaryResult[],
): Promise<readonly ManifestJudge[]> {
  if (needed.length === 0) return [];
  const counts = await countCalls(needed, file);
  return needed.map(({ model, tasks, embeds }) => {
    const { open, ...counted } = counts.get(model.name) ?? emptyCount();
    return {
      name: model.name,
      backend: model.backend,
      model: model.model,
      parameters: JSON.parse(JSON.stringify(model.parameters)),
      price: priceOf(model) ?? null,
      simulated: backends.get(model.backend)?.capabilities.simulated ?? false,
      tasks,
      ...counted,
      failed: open.size,
      ...(embeds ? { embeds } : {}),
      canaries: canaries.filter(({ judge }) => judge === model.name),
    };
  });
}

interface Count {
  calls: number;
  cached: number;
  costUsd: number | null;
  /** Questions that failed and were not answered later. */
  readonly open: Set<string>;
}

function emptyCount(): Count {
  return { calls: 0, cached: 0, costUsd: 0, open: new Set() };
}

async function countCalls(needed: readonly NeededJudge[], file: string): Promise<ReadonlyMap<string, Count>> {
  const prices = new Map(needed.map(({ model }) => [model.name, priceOf(model)]));
  const counts = new Map<string, Count>();
  for await (const { target, requestKey, outcome, cached, task, caseId } of readJournal(file)) {
    const count = counts.get(target) ?? emptyCount();
    counts.set(target, count);
    const question = JSON.stringify([task, caseId, requestKey]);
    count.calls += 1;
    if (outcome.kind === "failed" || outcome.kind === "skipped") {
      count.open.add(question);
      continue;
    }
    count.open.delete(question);
    if (cached) count.cached += 1;
    const cost = answerCostUsd(outcome.answer, target, prices);
    count.costUsd = count.costUsd === null || cost === null ? null : count.costUsd + cost;
  }
  return counts;
}
