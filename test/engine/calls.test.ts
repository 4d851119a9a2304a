import { expect, test } from "vitest";
import type { Backend, Request } from "../../src/domain/ports.ts";
import { SLACK_MS, startCalls } from "../../src/engine/calls.ts";
import { aModel } from "./models.ts";

const request: Request = {
  messages: [],
  parameters: aModel("m").parameters,
  task: "t",
  case: { id: "c", fields: {}, tags: [], cluster: undefined, hash: "", line: 1 },
  repeat: 0,
};
const hanging: Backend = {
  probe: async () => ({ ok: true, notes: [] }),
  ask: () => new Promise(() => undefined),
  close: async () => undefined,
};

test("a call that outlives its deadline is cut off, and one that the machine slept through is given that time again", async () => {
  let now = 0;
  const calls = startCalls({ now: () => now, wall: () => 0, sleep: async () => undefined });
  const limit = 1000 + SLACK_MS;
  let ended = 0;
  const asked = calls.ask(hanging, request, { timeoutMs: 1000, told: () => undefined }).then((outcome) => {
    ended += 1;
    return outcome;
  });
  now = limit - 1;
  calls.expireLate(0);
  now += 3_600_000;
  calls.expireLate(3_600_000);
  await Promise.resolve();
  expect(ended).toBe(0);
  now += 1;
  calls.expireLate(0);
  expect(await asked).toMatchObject({ kind: "failed", failure: { code: "timeout", retryable: true } });
});

test("calls share a signal one after the other where their backend lets go of it, never at once or once it was aborted", async () => {
  const calls = startCalls({ now: () => 0, wall: () => 0, sleep: async () => undefined });
  const given: AbortSignal[] = [];
  const backend = (forgets: boolean): Backend => ({
    ...hanging,
    ask: async (_, signal) => {
      given.push(signal);
      return { kind: "skipped", reason: "interrupted" };
    },
    ...(forgets ? { forgetsSignals: true as const } : {}),
  });
  const ask = (of: Backend) => calls.ask(of, request, { timeoutMs: 1000, told: () => undefined });
  await ask(backend(false));
  await ask(backend(true));
  await ask(backend(true));
  const [kept, forgotten, again] = given;
  expect(forgotten).not.toBe(kept);
  expect(again).toBe(forgotten);
  await Promise.all([ask(backend(true)), ask(backend(true))]);
  expect(given[3]).not.toBe(given[4]);
  const last = ask(backend(true));
  calls.abortAll();
  await last;
  await ask(backend(true));
  expect(given[5]?.aborted).toBe(true);
  expect(given[6]?.aborted).toBe(false);
});
