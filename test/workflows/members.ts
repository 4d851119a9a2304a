import { answerReaders } from "../../src/cli/answer-readers.ts";
import type { Case } from "../../src/domain/dataset.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import type { Answer, Outcome } from "../../src/domain/outcome.ts";
import type { Request } from "../../src/domain/ports.ts";
import { requestKey } from "../../src/engine/request-key.ts";
import { workflows } from "../../src/workflows/registry.ts";
import { type Member, type TargetParts, workflowTarget } from "../../src/workflows/target.ts";
import type { WorkflowExample } from "../../src/workflows/workflow.ts";
import { aModel } from "../engine/models.ts";

/** An answer with 10 tokens in, 2 out, in 100 ms. */
export function said(text: string, over: Partial<Answer> = {}): Outcome {
  const usage = { inputTokens: 10, outputTokens: 2 };
  const unknown = { cachedReadTokens: undefined, cachedWriteTokens: undefined, reasoningTokens: undefined };
  return {
    kind: text === "" ? "empty" : "answered",
    answer: {
      text,
      toolCalls: [],
      finishReason: "stop",
      usage: { ...usage, ...unknown },
      timings: { latencyMs: 100, firstTokenMs: 20, generationMs: 80, loadMs: undefined },
      servedModel: undefined,
      notes: [],
      ...over,
    },
  };
}

/** A turn that calls tools, by name with their arguments. */
export function calling(calls: JsonObject): Outcome {
  const toolCalls = Object.entries(calls).map(([name, given]) => ({ name, arguments: given }));
  const outcome = said("", { toolCalls, finishReason: "tool_calls" });
  return outcome.kind === "empty" ? { ...outcome, kind: "answered" } : outcome;
}

/** What an example says that a model replies. */
export function replied(reply: WorkflowExample["replies"][number]): Outcome {
  if (reply === null) return refused();
  return typeof reply === "string" ? said(reply) : calling(reply);
}

export function refused(): Outcome {
  const outcome = said("I cannot.");
  return outcome.kind === "answered" ? { ...outcome, kind: "refused" } : outcome;
}

export function broken(retryable: boolean): Outcome {
  const rest = { retryAfterMs: undefined, httpStatus: 503, partialText: undefined };
  return { kind: "failed", failure: { code: "server-error", message: "broken", retryable, ...rest } };
}

/** A model that says what it is told to, in order, and keeps what it was asked. */
export function scripted(name: string, outcomes: readonly Outcome[], over: Partial<Member["model"]> = {}) {
  const left = [...outcomes];
  const asked: Request[] = [];
  const member: Member = {
    model: aModel(name, over),
    cacheable: true,
    backend: {
      probe: async () => ({ ok: true, notes: [] }),
      ask: async (request) => {
        asked.push(request);
        const next = left.shift();
        if (next === undefined) throw new Error(`${name} is asked once too often`);
        return next;
      },
      close: async () => undefined,
    },
  };
  return { member, asked, left };
}

/** A workflow over scripted models. */
export function target(
  name: string,
  options: JsonObject,
  parts: Partial<TargetParts> & Pick<TargetParts, "own">,
) {
  const workflow = workflows.get(name)?.bind(options);
  if (workflow === undefined) throw new Error(`no workflow ${name}`);
  const rest = { others: new Map(), read: answerReaders, cache: undefined, keyOf: requestKey };
  return workflowTarget({ workflow, ...rest, ...parts });
}

/** An answer cache in memory. */
export function memory() {
  const kept = new Map<string, Answer>();
  return {
    kept,
    get: (key: string) => kept.get(key),
    put: async (key: string, answer: Answer) => void kept.set(key, answer),
  };
}

export function request(fields: JsonObject = {}, repeat = 0): Request {
  const item: Case = { id: "c1", fields, tags: [], cluster: undefined, hash: "h", line: 1 };
  const { parameters } = aModel("m");
  return { messages: [{ role: "user", content: "2+2?" }], parameters, task: "t", case: item, repeat };
}
