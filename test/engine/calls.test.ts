import { expect, test } from "vitest";
import type { Backend, Request } from "../../src/domain/ports.ts";
import { SLACK_MS, startCalls } from "../../src/engine/calls.ts";

const request: Request = {
  messages: [],
  parameters: {
    maxTokens: undefined,
    temperature: undefined,
    topP: undefined,
    seed: undefined,
    stop: undefined,
    responseSchema: undefined,
    tools: undefined,
  },
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
