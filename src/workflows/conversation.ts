import type { Backend } from "../domain/ports.ts";
import { MOST_TURNS } from "../domain/prompt.ts";
import { ask, isSaid } from "./question.ts";
import { type TargetParts, workflowTarget } from "./target.ts";
import type { BoundWorkflow, Given, Script } from "./workflow.ts";

/** Every turn is a step: kept, cached, paid for and resumed as those of a workflow are. */
const CONVERSATION: BoundWorkflow = {
  mostCalls: MOST_TURNS,
  others: [],
  resamples: false,
  fields: [],
  start: conversed,
};

/** A model that can be asked turn by turn: what is asked once goes to it as it is. */
export function conversing(parts: Omit<TargetParts, "workflow" | "others" | "userFunction">): Backend {
  const { backend } = parts.own;
  const held = workflowTarget({ ...parts, workflow: CONVERSATION, others: new Map() });
  return {
    ...held,
    probe: (signal) => backend.probe(signal),
    ask: (request, signal, told) =>
      request.turns === undefined ? backend.ask(request, signal, told) : held.ask(request, signal),
  };
}

/**
 * The model's answer to each turn is part of what the next one is asked with. A turn that is refused or empty ends the
 * conversation with its outcome; one that was cut off makes the whole cut off.
 */
function* conversed({ prompt, turns = [] }: Given): Script {
  const [first, ...rest] = turns;
  if (first === undefined) throw new Error("a conversation without turns");
  const turnOf = (number: number) => ({
    step: `turn ${number}`,
    turn: number,
    model: undefined,
    purpose: "answer" as const,
  });
  let messages = prompt;
  let reply = yield* ask({ ...turnOf(1), messages });
  let isCut = reply.kind === "truncated";
  for (const [at, { text }] of rest.entries()) {
    if (!isSaid(reply)) return reply;
    messages = [
      ...messages,
      { role: "assistant", content: reply.answer.text },
      { role: "user", content: text },
    ];
    reply = yield* ask({ ...turnOf(at + 2), messages });
    isCut ||= reply.kind === "truncated";
  }
  return isCut && isSaid(reply) ? { ...reply, kind: "truncated" } : reply;
}
