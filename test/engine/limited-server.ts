import type { Case } from "../../src/domain/dataset.ts";
import type { Model } from "../../src/domain/model.ts";
import type { Failure, Outcome } from "../../src/domain/outcome.ts";
import type { Backend, Clock, ToldLimits } from "../../src/domain/ports.ts";
import type { Task } from "../../src/domain/suite.ts";
import type { Plan } from "../../src/engine/plan.ts";

/** A server with a token bucket: what it answers and tells, and when it is down. */
export interface Server {
  readonly perMinute: number;
  readonly burst: number;
  readonly latencyMs: number;
  /** Permits at the start; the whole burst unless set. */
  readonly left?: number;
  readonly tells?: (remaining: number) => ToldLimits;
  readonly retryAfterMs?: number;
  /** Down between these moments. */
  readonly down?: readonly [from: number, to: number];
  readonly downAs?: Failure["code"];
}

/** Answers as its bucket allows, and keeps when it was asked. */
export function startServer(clock: Clock, server: Server) {
  const perMs = server.perMinute / 60_000;
  let level = server.left ?? server.burst;
  let at = 0;
  /** When each call came, and whether it was turned down. */
  const calls: { readonly at: number; readonly refused: boolean }[] = [];
  const backend: Backend = {
    probe: async () => ({ ok: true, notes: [] }),
    close: async () => undefined,
    ask: async (_request, _signal, told) => {
      const now = clock.now();
      level = Math.min(server.burst, level + (now - at) * perMs);
      at = now;
      const [from, to] = server.down ?? [0, 0];
      const isDown = now >= from && now < to;
      const refused = isDown || level < 1;
      calls.push({ at: now, refused });
      if (!refused) level -= 1;
      if (server.tells !== undefined) told?.(server.tells(Math.floor(level)));
      if (refused)
        return failed(isDown ? (server.downAs ?? "rate-limited") : "rate-limited", server.retryAfterMs);
      await clock.sleep(server.latencyMs);
      return ANSWERED;
    },
  };
  return { backend, calls };
}

const NONE = {
  inputTokens: undefined,
  outputTokens: undefined,
  cachedReadTokens: undefined,
  cachedWriteTokens: undefined,
  reasoningTokens: undefined,
};
const ANSWERED: Outcome = {
  kind: "answered",
  answer: {
    text: "x",
    toolCalls: [],
    finishReason: "stop",
    usage: NONE,
    timings: { latencyMs: 1, firstTokenMs: undefined, generationMs: undefined, loadMs: undefined },
    servedModel: undefined,
    notes: [],
  },
};

function failed(code: Failure["code"], retryAfterMs?: number): Outcome {
  return {
    kind: "failed",
    failure: {
      code,
      message: code,
      retryable: true,
      retryAfterMs,
      httpStatus: undefined,
      partialText: undefined,
    },
  };
}

const place = { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 };
const task: Task = {
  name: "t",
  dataset: { path: "d.jsonl", file: "/d.jsonl", cluster: undefined },
  prompt: [{ role: "user", content: "Q" }],
  scorers: [],
  reads: [],
  slices: [],
  place,
};

/** A plan of `count` cases of one task. */
export function plan(models: readonly Model[], count: number): Plan {
  async function* cases(): AsyncGenerator<readonly Case[]> {
    for (let at = 0; at < count; at += 1)
      yield [{ id: `c${at}`, fields: {}, tags: [], cluster: undefined, hash: "", line: at + 1 }];
  }
  const planned = {
    task,
    dataset: { cases: count, hash: "", fields: [] },
    matching: count,
    planned: count,
    cases,
  };
  return { seed: 1, models, tasks: [planned], samples: 0, samplesPerModel: new Map() };
}
