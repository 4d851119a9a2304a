import { expect, test } from "vitest";
import type { ModelSettings } from "../../src/domain/model.ts";
import type { ToldLimits } from "../../src/domain/ports.ts";
import { newPurse } from "../../src/engine/budget.ts";
import { runSamples } from "../../src/engine/run.ts";
import type { RunEvent } from "../../src/engine/run-state.ts";
import { seeded } from "../../src/statistics/random.ts";
import { plan, type Server, startServer } from "./limited-server.ts";
import { aModel } from "./models.ts";
import { virtualClock } from "./virtual-clock.ts";

/** Asks `count` cases of one model, in virtual time. */
async function ask(count: number, settings: Partial<ModelSettings>, described: Server) {
  const { clock, drive } = virtualClock();
  const server = startServer(clock, described);
  const model = aModel("m", {
    settings: { ...aModel("m").settings, concurrency: 64, maxAttempts: 6, ...settings },
  });
  const events: RunEvent[] = [];
  const bound = {
    backend: server.backend,
    sharing: "parallel" as const,
    cacheable: false,
    price: undefined,
    longestAnswer: undefined,
  };
  const run = runSamples({
    plan: plan([model], count),
    ports: {
      models: new Map([["m", bound]]),
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
  await drive(
    (async () => {
      for await (const several of run) events.push(...several);
    })(),
  );
  const samples = events.flatMap((event) => (event.kind === "sample" ? [event.sample] : []));
  const answered = samples.filter(({ outcome }) => outcome.kind === "answered").length;
  const refused = server.calls.filter((call) => call.refused).length;
  const endedAt = clock.now();
  return { samples, answered, refused, endedAt, calls: server.calls, events };
}

const openAi =
  (limit: number) =>
  (remaining: number): ToldLimits => ({
    requests: { limit, remaining, resetMs: ((limit - remaining) * 60_000) / limit },
    tokens: undefined,
  });

test("a given limit is used to the full and never passed", async () => {
  const { answered, refused, endedAt } = await ask(
    500,
    { rpm: 3000 },
    { perMinute: 3000, burst: 5, latencyMs: 50 },
  );
  expect([answered, refused]).toEqual([500, 0]);
  expect(endedAt).toBeLessThan(10_000 * 1.05);
});

test("a limit that the server tells is used to the full, with what is left of its burst", async () => {
  const described = { perMinute: 3000, burst: 3000, left: 100, latencyMs: 50, tells: openAi(3000) };
  const { answered, refused, endedAt } = await ask(600, {}, described);
  expect(answered).toBe(600);
  expect(refused / 600).toBeLessThan(0.01);
  expect(endedAt).toBeLessThan(10_000 * 1.05);
});

test("a limit that nobody tells is found: most of it is used, and few calls are turned down", async () => {
  const { answered, refused, endedAt } = await ask(3000, {}, { perMinute: 3000, burst: 50, latencyMs: 200 });
  expect(answered).toBe(3000);
  expect(refused / 3000).toBeLessThan(0.05);
  expect(endedAt).toBeLessThan(60_000 * 1.25);
});

test("tokens a minute are kept by what calls are expected to take", async () => {
  // Nobody counts: each call is expected to take 257 tokens.
  const { answered, endedAt } = await ask(
    100,
    { tpm: 60_000 },
    { perMinute: 1e6, burst: 1e6, latencyMs: 10 },
  );
  expect(answered).toBe(100);
  expect(endedAt).toBeGreaterThan(((100 * 257 - 1000) / 60_000) * 60_000 * 0.98);
  expect(endedAt).toBeLessThan(((100 * 257) / 60_000) * 60_000 * 1.05);
});

test("after a storm of 429 the calls come back one by one, not as a wave, and no sample is lost", async () => {
  const described = {
    perMinute: 6000,
    burst: 100,
    latencyMs: 100,
    down: [1000, 8000],
    retryAfterMs: 2000,
  } as const;
  const { answered, refused, calls, endedAt } = await ask(2000, {}, described);
  expect(endedAt).toBeLessThan(60_000);
  expect(answered).toBe(2000);
  expect(refused).toBeLessThan(150);
  const back = calls.filter(({ at, refused: not }) => at >= 8000 && !not);
  const burst = back.filter(({ at }) => at < (back[0]?.at ?? 0) + 200).length;
  expect(burst).toBeLessThan(5);
  // Moments at which more than a few calls went out together, once the storm was known.
  const together = new Map<number, number>();
  for (const { at } of calls.filter(({ at }) => at > 1500)) together.set(at, (together.get(at) ?? 0) + 1);
  expect(Math.max(...together.values())).toBeLessThanOrEqual(12);
});

test.each(["unreachable", "overloaded", "server-error"] as const)(
  "a server that is %s for half a minute is waited for: a handful of calls try, and no sample is lost",
  async (downAs) => {
    const described = { perMinute: 1e6, burst: 1e6, latencyMs: 50, down: [500, 30_000], downAs } as const;
    const { answered, calls, events, samples, endedAt } = await ask(2000, {}, described);
    expect(endedAt).toBeLessThan(60_000);
    const refused = calls.filter((call) => call.refused);
    expect(refused.length).toBeLessThan(80);
    expect(refused.filter(({ at }) => at > 8000).length).toBeLessThan(20);
    expect(samples).toHaveLength(2000);
    expect(answered).toBeGreaterThanOrEqual(1999);
    expect(
      events.some((event) => event.kind === "waiting" && /calls in a row failed/.test(event.reason)),
    ).toBe(true);
  },
);

test("a server that does not come back is given up after two minutes, with every sample accounted for", async () => {
  const described = {
    perMinute: 1e6,
    burst: 1e6,
    latencyMs: 50,
    down: [500, 1e9],
    downAs: "unreachable",
  } as const;
  const { endedAt, samples, events, calls } = await ask(2000, {}, described);
  expect(endedAt).toBeGreaterThan(120_000);
  expect(endedAt).toBeLessThan(170_000);
  expect(samples).toHaveLength(2000);
  expect(events.filter(({ kind }) => kind === "paused")).toHaveLength(1);
  expect(calls.filter(({ refused }) => refused).length).toBeLessThan(200);
});
