import { beforeEach, expect, test } from "vitest";
import { outcomeCharacters } from "../../src/domain/characters.ts";
import type { Case } from "../../src/domain/dataset.ts";
import type { Model, Price } from "../../src/domain/model.ts";
import type { Failure, Outcome } from "../../src/domain/outcome.ts";
import type { Backend, Request, Sharing } from "../../src/domain/ports.ts";
import type { Sample } from "../../src/domain/sample.ts";
import type { Task } from "../../src/domain/suite.ts";
import { newPurse, type Purse } from "../../src/engine/budget.ts";
import { type AnswerIntake, createIntake } from "../../src/engine/intake.ts";
import type { Plan } from "../../src/engine/plan.ts";
import { runSamples } from "../../src/engine/run.ts";
import type { RunEvent } from "../../src/engine/run-state.ts";
import { seeded } from "../../src/statistics/random.ts";
import { aModel } from "./models.ts";
import { virtualClock } from "./virtual-clock.ts";

const place = { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 };

/** The time of one test, which passes only when everything waits for it. */
let { clock, drive } = virtualClock();
beforeEach(() => {
  ({ clock, drive } = virtualClock());
});

function model(name: string, concurrency: number, maxAttempts = 3): Model {
  const settings = { ...aModel(name).settings, concurrency, maxAttempts };
  return aModel(name, { backend: "fake", settings, place });
}

const task: Task = {
  name: "t",
  dataset: { path: "d.jsonl", file: "/d.jsonl", cluster: undefined },
  prompt: [{ role: "user", content: "Q {{ id }}" }],
  scorers: [],
  reads: [],
  slices: [],
  place,
};

function plan(models: readonly Model[], count: number): Plan {
  async function* cases(): AsyncGenerator<readonly Case[]> {
    for (let at = 0; at < count; at += 1) {
      const id = `c${at}`;
      yield [{ id, fields: { id }, tags: [], cluster: undefined, hash: id, line: at + 1 }];
    }
  }
  const dataset = { cases: count, hash: "", fields: ["id"] };
  return {
    seed: 1,
    models,
    tasks: [{ task, dataset, matching: count, planned: count, cases }],
    samples: 0,
    samplesPerModel: new Map(),
  };
}

function answered(text: string): Outcome {
  const usage = {
    inputTokens: 1,
    outputTokens: 1,
    cachedReadTokens: undefined,
    cachedWriteTokens: undefined,
    reasoningTokens: undefined,
  };
  const timings = { latencyMs: 1, firstTokenMs: undefined, generationMs: undefined, loadMs: undefined };
  return {
    kind: "answered",
    answer: { text, toolCalls: [], finishReason: "stop", usage, timings, servedModel: undefined, notes: [] },
  };
}

function failed(code: Failure["code"], retryable: boolean): Outcome {
  const failure = {
    code,
    message: code,
    retryable,
    retryAfterMs: undefined,
    httpStatus: undefined,
    partialText: undefined,
  };
  return { kind: "failed", failure };
}

const NOTHING: Outcome = { kind: "skipped", reason: "bail" };

type Ask = (request: Request, signal: AbortSignal) => Promise<Outcome>;

interface Setup {
  readonly asks: ReadonlyMap<string, Ask>;
  readonly sharing?: Sharing;
  readonly signal?: AbortSignal;
  readonly concurrency?: number;
  readonly journal?: { append(sample: Sample): Promise<void> };
  readonly known?: ReadonlyMap<string, Sample>;
  readonly bail?: number;
  readonly purse?: Purse;
  readonly price?: Price;
  readonly mostAhead?: number;
  readonly decided?: AbortSignal;
  readonly intake?: AnswerIntake;
  readonly onRead?: () => void;
}

async function* events(chosen: Plan, setup: Setup): AsyncGenerator<RunEvent> {
  const models = new Map(
    [...setup.asks].map(([name, ask]) => {
      const backend: Backend = {
        probe: async () => ({ ok: true, notes: [] }),
        ask,
        close: async () => undefined,
      };
      const sharing = setup.sharing ?? ("parallel" as const);
      const bound = { backend, sharing, cacheable: false, price: setup.price, longestAnswer: 100 };
      return [name, bound] as const;
    }),
  );
  const { known } = setup;
  const idOf = (id: { target: string; caseId: string }) => `${id.target}/${id.caseId}`;
  const read = async (id: { target: string; caseId: string }) => {
    const sample = known?.get(idOf(id));
    if (sample === undefined) throw new Error("not known");
    setup.onRead?.();
    return sample;
  };
  const run = runSamples({
    plan: chosen,
    ports: {
      models,
      clock,
      random: seeded(1),
      purse: setup.purse ?? newPurse({ usd: undefined, calls: undefined }, { usd: 0, calls: 0 }),
      signal: setup.signal ?? new AbortController().signal,
      graceMs: 200,
      decided: setup.decided,
      intake: setup.intake,
      journal: setup.journal ?? { append: async () => undefined },
      answered:
        known === undefined
          ? undefined
          : {
              has: (id) => known.has(idOf(id)),
              bytes: (id) => outcomeCharacters(known.get(idOf(id))?.outcome ?? NOTHING),
              read,
            },
      cache: undefined,
    },
    options: { concurrency: setup.concurrency ?? 64, bail: setup.bail, mostAhead: setup.mostAhead },
  });
  for await (const several of run) yield* several;
}

function collect(stream: AsyncGenerator<RunEvent>): Promise<readonly RunEvent[]> {
  const all: RunEvent[] = [];
  const reading = async () => {
    for await (const event of stream) all.push(event);
    return all;
  };
  return drive(reading());
}

const samplesOf = (all: readonly RunEvent[]) =>
  all.flatMap((event) => (event.kind === "sample" ? [event.sample] : []));

test("concurrency stays within the model's and the run's limits, and two models go side by side", async () => {
  const running = { a: 0, b: 0 };
  const most = { a: 0, b: 0, all: 0 };
  const order: string[] = [];
  const ask =
    (name: "a" | "b"): Ask =>
    async () => {
      running[name] += 1;
      order.push(name);
      most[name] = Math.max(most[name], running[name]);
      most.all = Math.max(most.all, running.a + running.b);
      await clock.sleep(2);
      running[name] -= 1;
      return answered("x");
    };
  const asks = new Map([
    ["a", ask("a")],
    ["b", ask("b")],
  ]);
  const all = await collect(events(plan([model("a", 3), model("b", 8)], 100), { asks, concurrency: 6 }));
  expect(samplesOf(all)).toHaveLength(200);
  expect(most.a).toBeLessThanOrEqual(3);
  expect(most.all).toBe(6);
  const half = order.slice(0, 100).filter((name) => name === "a").length;
  expect(half).toBeGreaterThan(30);
  expect(half).toBeLessThan(70);
});

test("models that share one host's memory run one after the other", async () => {
  const order: string[] = [];
  const asks = new Map(
    ["a", "b"].map(
      (name) =>
        [
          name,
          async () => {
            order.push(name);
            return answered("x");
          },
        ] as const,
    ),
  );
  await collect(events(plan([model("a", 4), model("b", 4)], 30), { asks, sharing: "one-model-at-a-time" }));
  expect(order).toEqual([...Array(30).fill("a"), ...Array(30).fill("b")]);
});

test("a transient fault is asked again, a permanent one is not, and the sample keeps its attempts", async () => {
  const tries = new Map<string, number>();
  const ask: Ask = async ({ case: { id } }) => {
    tries.set(id, (tries.get(id) ?? 0) + 1);
    if (id === "c0") return tries.get(id) === 1 ? failed("server-error", true) : answered("x");
    return id === "c1" ? failed("bad-request", false) : answered("x");
  };
  const samples = samplesOf(await collect(events(plan([model("a", 4)], 4), { asks: new Map([["a", ask]]) })));
  const found = Object.fromEntries(
    samples.map(({ caseId, attempts, outcome }) => [caseId, [attempts, outcome.kind]]),
  );
  expect(found).toEqual({ c0: [2, "answered"], c1: [1, "failed"], c2: [1, "answered"], c3: [1, "answered"] });
});

test("a refused key pauses its model: the rest fails without a call, the other model goes on", async () => {
  let calls = 0;
  const asks = new Map<string, Ask>([
    [
      "a",
      async () => {
        calls += 1;
        return failed("auth", false);
      },
    ],
    ["b", async () => answered("x")],
  ]);
  const all = await collect(events(plan([model("a", 2), model("b", 2)], 50), { asks }));
  expect(calls).toBeLessThanOrEqual(2);
  expect(all.filter(({ kind }) => kind === "paused")).toHaveLength(1);
  const samples = samplesOf(all);
  expect(samples.filter(({ target, outcome }) => target === "a" && outcome.kind === "failed")).toHaveLength(
    50,
  );
  expect(samples.filter(({ target, outcome }) => target === "b" && outcome.kind === "answered")).toHaveLength(
    50,
  );
});

test("twenty failures in a row pause the model", async () => {
  let calls = 0;
  const ask: Ask = async () => {
    calls += 1;
    return failed("server-error", false);
  };
  const all = await collect(events(plan([model("a", 1)], 100), { asks: new Map([["a", ask]]) }));
  expect(calls).toBe(20);
  expect(samplesOf(all)).toHaveLength(100);
});

test("a resumed run asks only what has no answer", async () => {
  const ask: Ask = async () => answered("x");
  const first = samplesOf(await collect(events(plan([model("a", 4)], 40), { asks: new Map([["a", ask]]) })));
  const known = new Map(first.slice(0, 25).map((sample) => [`a/${sample.caseId}`, sample]));
  const asked: string[] = [];
  const again: Ask = async ({ case: { id } }) => {
    asked.push(`a/${id}`);
    return answered("x");
  };
  const all = await collect(events(plan([model("a", 4)], 40), { asks: new Map([["a", again]]), known }));
  expect(asked).toHaveLength(15);
  expect(asked.filter((id) => known.has(id))).toEqual([]);
  expect(samplesOf(all)).toHaveLength(40);
});

test("a stop keeps the calls in flight, sends no new one, and cuts off what hangs", async () => {
  const controller = new AbortController();
  let calls = 0;
  const ask: Ask = async ({ case: { id } }) => {
    calls += 1;
    if (id === "c1") return new Promise(() => undefined);
    if (id === "c3") controller.abort();
    await clock.sleep(20);
    return answered("x");
  };
  const all = await collect(
    events(plan([model("a", 4)], 100), { asks: new Map([["a", ask]]), signal: controller.signal }),
  );
  expect(calls).toBe(4);
  expect(
    samplesOf(all)
      .map(({ caseId }) => caseId)
      .sort(),
  ).toEqual(["c0", "c2", "c3"]);
  expect(all.at(0)).toEqual({ kind: "stopped", reason: "interrupted" });
});

test("a run that is decided sends no new call and keeps those in flight", async () => {
  const decided = new AbortController();
  let calls = 0;
  const ask: Ask = async () => {
    calls += 1;
    if (calls === 6) decided.abort();
    await clock.sleep(20);
    return answered("x");
  };
  const asks = new Map([["a", ask]]);
  const all = await collect(events(plan([model("a", 4)], 100), { asks, decided: decided.signal }));
  expect(calls).toBe(6);
  expect(samplesOf(all)).toHaveLength(6);
  expect(all.filter(({ kind }) => kind === "stopped")).toEqual([{ kind: "stopped", reason: "decided" }]);
});

test("where a run may be decided, a fast model waits for a slow one", async () => {
  const calls = { fast: 0, slow: 0 };
  let ahead = 0;
  const ask =
    (name: "fast" | "slow", ms: number): Ask =>
    async () => {
      calls[name] += 1;
      ahead = Math.max(ahead, calls.fast - calls.slow);
      await clock.sleep(ms);
      return answered("x");
    };
  const asks = new Map([
    ["fast", ask("fast", 0)],
    ["slow", ask("slow", 5)],
  ]);
  const chosen = plan([model("fast", 8), model("slow", 2)], 100);
  const all = await collect(events(chosen, { asks, mostAhead: 10 }));
  expect(samplesOf(all)).toHaveLength(200);
  expect(ahead).toBeGreaterThan(2);
  expect(ahead).toBeLessThanOrEqual(10);
});

test("models that take turns on a host take them part by part where a run may be decided", async () => {
  const order: string[] = [];
  const asks = new Map(
    ["a", "b"].map((name) => {
      const ask: Ask = async ({ case: { id } }) => {
        order.push(`${name}/${id}`);
        return answered("x");
      };
      return [name, ask] as const;
    }),
  );
  const whole = plan([model("a", 1), model("b", 1)], 120);
  const inOrder = async function* () {
    for (const { task: of, cases } of whole.tasks)
      for await (const several of cases()) yield [...several].map((item) => ({ task: of, case: item }));
  };
  await collect(events({ ...whole, inOrder }, { asks, sharing: "one-model-at-a-time" }));
  const turn = (name: string, from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => `${name}/c${from + at}`);
  const parts = [
    [0, 50],
    [50, 100],
    [100, 120],
  ] as const;
  expect(order).toEqual(parts.flatMap(([from, to]) => [...turn("a", from, to), ...turn("b", from, to)]));
});

test("a journal that cannot be written stops the calls and is the error of the run", async () => {
  let calls = 0;
  const ask: Ask = async () => {
    calls += 1;
    await clock.sleep(1);
    return answered("x");
  };
  const journal = { append: async () => Promise.reject(new Error("disk full")) };
  await expect(
    collect(events(plan([model("a", 4)], 500), { asks: new Map([["a", ask]]), journal })),
  ).rejects.toThrow("disk full");
  expect(calls).toBeLessThan(20);
});

const LARGE = "x".repeat(100_000);

/** Reads a run's events, and scores each answer in some time. */
function scoreEach(stream: AsyncGenerator<RunEvent>, ms: number, intake: AnswerIntake, scored: () => void) {
  const reading = async () => {
    for await (const event of stream) {
      if (event.kind !== "sample") continue;
      await clock.sleep(ms);
      scored();
      intake.release(event.held);
    }
  };
  return drive(reading());
}

test("while large answers wait to be scored no call starts; once they are scored the others follow", async () => {
  let calls = 0;
  const ask: Ask = async () => {
    calls += 1;
    await clock.sleep(1);
    return answered(LARGE);
  };
  const intake = createIntake(4 * LARGE.length, clock);
  const stream = events(plan([model("a", 2)], 50), { asks: new Map([["a", ask]]), intake });
  const unscored: number[] = [];
  await scoreEach(stream, 100, intake, () => unscored.push(calls - unscored.length));
  expect(unscored).toHaveLength(50);
  // Five that are held, and another that was on its way.
  expect(Math.max(...unscored)).toBeLessThanOrEqual(6);
});

test("a resumed run reads no more large answers back than there is room for", async () => {
  const asks = new Map([["a", async () => answered(LARGE)]]);
  const chosen = plan([model("a", 2)], 50);
  const asked = samplesOf(await collect(events(chosen, { asks })));
  const known = new Map(asked.map((sample) => [`${sample.target}/${sample.caseId}`, sample]));
  const intake = createIntake(4 * LARGE.length, clock);
  let [unscored, most] = [0, 0];
  const onRead = () => {
    unscored += 1;
    most = Math.max(most, unscored);
  };
  await scoreEach(events(chosen, { asks, known, intake, onRead }), 10, intake, () => {
    unscored -= 1;
  });
  expect({ known: known.size, unscored, most }).toEqual({ known: 50, unscored: 0, most: 5 });
});

test("a large answer that cannot be kept takes no room from those that are still read", async () => {
  const intake = createIntake(LARGE.length, clock);
  const journal = { append: async () => Promise.reject(new Error("disk full")) };
  const asks = new Map([["a", async () => answered(LARGE + LARGE)]]);
  await expect(collect(events(plan([model("a", 4)], 50), { asks, journal, intake }))).rejects.toThrow(
    "disk full",
  );
  expect(intake.isFull()).toBe(false);
});

test("bail ends the run at the given number of failed samples", async () => {
  let calls = 0;
  const ask: Ask = async () => {
    calls += 1;
    return failed("bad-request", false);
  };
  const all = await collect(events(plan([model("a", 1)], 100), { asks: new Map([["a", ask]]), bail: 3 }));
  expect(calls).toBeLessThan(8);
  expect(all.some(({ kind }) => kind === "stopped")).toBe(true);
});

test("640 calls of 50 ms, 64 at once, take 500 ms: the engine leaves no slot empty", async () => {
  const ask: Ask = async () => {
    await clock.sleep(50);
    return answered("x");
  };
  await collect(events(plan([model("a", 64)], 640), { asks: new Map([["a", ask]]) }));
  // What the engine itself takes beside the calls is measured by the bench.
  expect(clock.now()).toBe(500);
});
