import { expect, test } from "vitest";
import type { Model, ModelSettings } from "../../src/domain/model.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import type { Backend, Request } from "../../src/domain/ports.ts";
import { newPurse } from "../../src/engine/budget.ts";
import { runSamples } from "../../src/engine/run.ts";
import { seeded } from "../../src/statistics/random.ts";
import { plan, type Server, startServer } from "./limited-server.ts";
import { aModel } from "./models.ts";
import { virtualClock } from "./virtual-clock.ts";

interface Cascade {
  readonly cheap: Server;
  readonly dear: Server;
  /** Settings of the models, by name. */
  readonly settings?: { readonly [model: string]: Partial<ModelSettings> };
  /** Which samples ask the dear model too. */
  readonly routes: (count: number) => boolean;
  /** Also asks the dear model by itself. */
  readonly alone?: boolean;
}

function modelOf(name: string, over: Partial<ModelSettings> = {}): Model {
  return aModel(name, { settings: { ...aModel(name).settings, concurrency: 32, ...over } });
}

/** A workflow that asks a cheap model, then a dear one, as the engine lets it. */
function cascade(cheap: Backend, dear: Backend, routes: Cascade["routes"]): Backend {
  let samples = 0;
  const step = async (name: string, backend: Backend, request: Request, signal: AbortSignal) => {
    const call = await request.open?.(name, request.messages, signal);
    if (call === undefined) return { kind: "skipped", reason: "interrupted" } as const;
    const outcome = await backend.ask(request, signal, call.told);
    call.close(outcome);
    return outcome;
  };
  return {
    probe: async () => ({ ok: true, notes: [] }),
    close: async () => undefined,
    ask: async (request, signal): Promise<Outcome> => {
      samples += 1;
      const routed = routes(samples);
      const first = await step("cheap", cheap, request, signal);
      return first.kind === "answered" && routed ? step("dear", dear, request, signal) : first;
    },
  };
}

async function run(count: number, { cheap, dear, settings = {}, routes, alone = false }: Cascade) {
  const { clock, drive } = virtualClock();
  const [first, second] = [startServer(clock, cheap), startServer(clock, dear)];
  const dearModel = modelOf("dear", settings["dear"]);
  const spec = { name: "fallback", options: {}, of: "cheap", others: ["dear"], fields: [], copies: 1 };
  const workflow = { ...spec, mostCalls: 2, stepTimeoutMs: 5000 };
  const routed: Model = { ...modelOf("cheap", settings["cheap"]), name: "routed", workflow };
  const rest = { sharing: "parallel" as const, cacheable: false, price: undefined, longestAnswer: undefined };
  const others = [{ model: dearModel, price: undefined, longestAnswer: undefined }];
  const models = alone ? [routed, dearModel] : [routed];
  const events = runSamples({
    plan: plan(models, count),
    ports: {
      models: new Map([
        ["routed", { ...rest, backend: cascade(first.backend, second.backend, routes), others }],
        ["dear", { ...rest, backend: second.backend }],
      ]),
      clock,
      random: seeded(1),
      purse: newPurse({ usd: undefined, calls: undefined }, { usd: 0, calls: 0 }),
      signal: new AbortController().signal,
      graceMs: 200,
      journal: { append: async () => undefined },
      answered: undefined,
      cache: undefined,
    },
    options: { concurrency: 64, bail: undefined },
  });
  const samples: { readonly target: string; readonly kind: string; readonly queuedMs: number }[] = [];
  await drive(
    (async () => {
      for await (const several of events)
        for (const event of several)
          if (event.kind === "sample") samples.push({ ...event.sample, kind: event.sample.outcome.kind });
    })(),
  );
  const refused = [...first.calls, ...second.calls].filter((call) => call.refused).length;
  return { samples, refused, endedAt: clock.now(), cheapCalls: first.calls, dearCalls: second.calls };
}

const FREE: Server = { perMinute: 1e9, burst: 1e9, latencyMs: 20 };

test("the calls of a workflow keep to the limit of the model that each asks, and use it to the full", async () => {
  const dear: Server = { perMinute: 600, burst: 2, latencyMs: 20 };
  const settings = { dear: { rpm: 600 } };
  const ran = await run(200, { cheap: FREE, dear, settings, routes: () => true });
  expect(ran.samples.every(({ kind }) => kind === "answered")).toBe(true);
  expect([ran.refused, ran.dearCalls.length]).toEqual([0, 200]);
  expect(ran.endedAt).toBeLessThan(20_000 * 1.05);
});

test("a workflow and the model that it asks share that model's limit", async () => {
  const dear: Server = { perMinute: 600, burst: 2, latencyMs: 20 };
  const settings = { dear: { rpm: 600 } };
  const ran = await run(100, { cheap: FREE, dear, settings, routes: () => true, alone: true });
  expect([ran.refused, ran.dearCalls.length]).toEqual([0, 200]);
  expect(ran.samples.every(({ kind }) => kind === "answered")).toBe(true);
  expect(ran.endedAt).toBeLessThan(20_000 * 1.05);
});

test("a second call that is seldom made takes no part of the limit where it is not", async () => {
  const cheap: Server = { perMinute: 600, burst: 2, latencyMs: 20 };
  const settings = { cheap: { rpm: 600 } };
  const ran = await run(200, { cheap, dear: FREE, settings, routes: (count) => count % 10 === 0 });
  expect(ran.refused).toBe(0);
  expect(ran.endedAt).toBeLessThan(20_000 * 1.05);
});

test("what the server of another model tells about its limits is heeded", async () => {
  const tells = (remaining: number) => ({
    requests: { limit: 600, remaining, resetMs: ((600 - remaining) * 60_000) / 600 },
    tokens: undefined,
  });
  const dear: Server = { perMinute: 600, burst: 600, left: 20, latencyMs: 20, tells };
  const ran = await run(150, { cheap: FREE, dear, routes: () => true });
  expect(ran.samples.every(({ kind }) => kind === "answered")).toBe(true);
  // Those of the first round are on their way before anything was told.
  expect(ran.dearCalls.slice(40).filter((call) => call.refused)).toEqual([]);
});

test("a wait for another model's limit is queueing, and no timeout however long it is", async () => {
  const dear: Server = { perMinute: 6, burst: 1, latencyMs: 20 };
  const settings = { dear: { rpm: 6 } };
  const ran = await run(4, { cheap: FREE, dear, settings, routes: () => true });
  expect(ran.samples.map(({ kind }) => kind)).toEqual(Array(4).fill("answered"));
  expect(ran.refused).toBe(0);
  expect(Math.max(...ran.samples.map(({ queuedMs }) => queuedMs))).toBeGreaterThan(25_000);
});
