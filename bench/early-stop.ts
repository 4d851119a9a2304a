import { backends } from "../src/backends/registry.ts";
import { planEarly } from "../src/cli/early.ts";
import { NO_JUDGES } from "../src/cli/judging-run.ts";
import { startScoring } from "../src/cli/scoring.ts";
import { shelves } from "../src/cli/shelves.ts";
import { systemClock } from "../src/cli/system-clock.ts";
import { align } from "../src/comparison/align.ts";
import { caseTable } from "../src/comparison/case-table.ts";
import { verdictOf } from "../src/comparison/gate.ts";
import { earlyPrefix } from "../src/comparison/judge-early.ts";
import type { Case } from "../src/domain/dataset.ts";
import type { ScoredSample } from "../src/domain/score.ts";
import type { Suite } from "../src/domain/suite.ts";
import { newPurse } from "../src/engine/budget.ts";
import { planRun } from "../src/engine/plan.ts";
import { runSamples } from "../src/engine/run.ts";
import { seeded } from "../src/statistics/random.ts";
import { parseSuite } from "../src/suite/parse-suite.ts";

/** Two simulated models that differ on a set share of cases and by a set loss. */
export interface Swap {
  readonly loss: number;
  readonly discordance: number;
}

/** What became of many seeded runs of one swap. */
export interface SwapFigures {
  readonly safe: number;
  readonly unsafe: number;
  /** Share of the cases asked on which the models differed, and the mean loss over them. */
  readonly differed: number;
  readonly lost: number;
  /** Calls made, of those that every case would have taken. */
  readonly share: number;
}

const MARGIN = 0.03;
/** The cases with which the fixed test finds equal models safe four times in five, at a discordance of .1. */
const CASES = 687;
const RUNS = 1000;
const ACCURACY = 0.9;
const SELECTION = {
  tasks: undefined,
  models: undefined,
  cases: undefined,
  limit: undefined,
  shard: undefined,
};

/** End to end: engine, scorers, the decision while the run goes on, and the same decision read back. */
export async function earlyStop(): Promise<readonly string[]> {
  const atMargin = await swapFigures({ loss: MARGIN, discordance: 0.1 }, RUNS);
  const none = await swapFigures({ loss: 0, discordance: 0.1 }, RUNS);
  const large = await swapFigures({ loss: 0.1, discordance: 0.1 }, RUNS);
  const error = 1.96 * Math.sqrt((0.05 * 0.95) / RUNS);
  const text = ({ safe, unsafe, share, differed, lost }: SwapFigures) =>
    `safe ${safe.toFixed(3)}, unsafe ${unsafe.toFixed(3)}, calls ${share.toFixed(3)} of all ` +
    `(measured discordance ${differed.toFixed(3)}, loss ${lost.toFixed(3)})`;
  return [
    `${RUNS} runs each, ${CASES} cases, margin ${MARGIN}, discordance 0.1, ${2 * CASES} calls where nothing stops early`,
    `a loss equal to the margin: ${text(atMargin)} (aim: safe at most ${(0.05 + error).toFixed(3)})`,
    `no loss: ${text(none)} (aim: calls at most 0.80)`,
    `a loss of 10 points: ${text(large)} (aim: calls at most 0.45)`,
  ];
}

/** Runs a swap under the seeds 0, 1, 2, … */
export async function swapFigures(swap: Swap, runs: number): Promise<SwapFigures> {
  let safe = 0;
  let unsafe = 0;
  let calls = 0;
  let cases = 0;
  let differed = 0;
  let lost = 0;
  for (let seed = 0; seed < runs; seed += 1) {
    const end = await runOnce(swap, seed);
    if (end.verdict === "safe") safe += 1;
    if (end.verdict === "unsafe") unsafe += 1;
    calls += end.calls;
    cases += end.differences.length;
    differed += end.differences.filter((difference) => difference !== 0).length;
    lost -= end.differences.reduce((sum, difference) => sum + difference, 0);
  }
  return {
    safe: safe / runs,
    unsafe: unsafe / runs,
    differed: differed / cases,
    lost: lost / cases,
    share: calls / runs / (2 * CASES),
  };
}

async function runOnce(swap: Swap, seed: number) {
  const suite = suiteOf(swap, seed);
  const datasets = new Map([["qa", { summary: { cases: CASES, hash: "", fields: [] }, cases, ids }]]);
  const planned = await planRun({ suite, selection: SELECTION, datasets });
  if (!planned.ok) throw new Error("the plan is faulty");
  const early = await planEarly({ suite, plan: planned.value, selection: SELECTION, stop: undefined });
  if (!early.ok || early.value.watch === undefined || early.value.stopping === undefined)
    throw new Error("the run cannot stop early");
  const { plan, watch, stopping } = early.value;
  const decided = new AbortController();
  const scoring = startScoring({ suite, prices: new Map(), code: "none", ask: NO_JUDGES.ask });
  const scores: ScoredSample[] = [];
  const events = runSamples({
    plan,
    ports: {
      models: await boundModels(suite),
      clock: systemClock,
      random: seeded(seed),
      purse: newPurse(suite.budget, { usd: 0, calls: 0 }),
      signal: new AbortController().signal,
      decided: decided.signal,
      graceMs: 1000,
      journal: { append: async () => undefined },
      answered: undefined,
      cache: undefined,
    },
    options: { concurrency: suite.concurrency, bail: undefined, mostAhead: suite.concurrency },
  });
  for await (const several of events)
    for (const event of several) {
      if (event.kind !== "sample") continue;
      const scored = await scoring.score(event);
      scores.push(scored);
      if (watch.add(scored)) decided.abort();
    }
  await scoring.close();
  const { gate } = suite;
  if (gate === undefined) throw new Error("the suite has no gate");
  const table = await caseTable(scores);
  const side = (name: string) => {
    const samples = table.targets.get(name);
    if (samples === undefined) throw new Error(`${name} was not asked`);
    return { name, table, samples, simulated: true };
  };
  const alignment = align(side("now"), side("next"));
  const run = { design: stopping, seed, own: gate, alignments: [alignment] };
  const prefix = earlyPrefix(run);
  const readBack = prefix.isEarly ? prefix.gate.cases() : undefined;
  if (readBack !== watch.decidedAfter())
    throw new Error(`seed ${seed}: decided after ${watch.decidedAfter()}, read back after ${readBack}`);
  const states = prefix.gate.watched.map((one) => one.state());
  const rules = states.map((state) => ({ state: state === "given-up" ? ("undecided" as const) : state }));
  const differences = Array.from(
    alignment.pairs,
    ({ baseline, candidate }) => candidate.mean - baseline.mean,
  ).filter((difference) => !Number.isNaN(difference));
  return { verdict: verdictOf(rules), calls: scores.length, differences };
}

async function boundModels(suite: Suite) {
  const environment = { clock: systemClock, variables: {}, directory: "/", seed: suite.seed };
  const bound = suite.models.map(async (model) => {
    const backend = await backends.get(model.backend)?.connect(model, environment);
    if (backend === undefined) throw new Error(`there is no backend ${model.backend}`);
    const sharing = "parallel" as const;
    return [
      model.name,
      { backend, sharing, cacheable: false, price: undefined, longestAnswer: undefined },
    ] as const;
  });
  return new Map(await Promise.all(bound));
}

const CASE_LIST = Array.from({ length: CASES }, (_, at): Case => {
  const id = `c${at}`;
  const fields = { id, question: `What is ${at} + 1?`, answer: String(at + 1) };
  return { id, fields, tags: [], cluster: undefined, hash: id, line: at + 1 };
});

async function* cases(): AsyncGenerator<readonly Case[]> {
  yield CASE_LIST;
}

async function* ids(): AsyncGenerator<readonly string[]> {
  yield CASE_LIST.map(({ id }) => id);
}

function suiteOf({ loss, discordance }: Swap, seed: number): Suite {
  const next = ACCURACY - loss;
  // With chance c both go by the same difficulty, and then differ on the loss alone; else they are independent.
  const apart = ACCURACY * (1 - next) + next * (1 - ACCURACY);
  const correlation = Math.sqrt((apart - discordance) / (apart - loss));
  const text = `name: bench
models:
  now: { backend: simulated, model: now, accuracy: ${ACCURACY}, correlation: ${correlation} }
  next: { backend: simulated, model: next, accuracy: ${next}, correlation: ${correlation} }
settings: { seed: ${seed}, concurrency: 8 }
tasks:
  qa:
    dataset: cases.jsonl
    prompt: "{{ question }}"
    scorers: [exact: { expected: "{{ answer }}" }]
gate: { baseline: now, stop: auto, require: [{ metric: score, margin: ${MARGIN} }] }
`;
  const parsed = parseSuite(Buffer.from(text), "/suite.yaml", shelves);
  if (!parsed.ok) throw new Error(parsed.faults.map(({ message }) => message).join("; "));
  return parsed.value;
}
