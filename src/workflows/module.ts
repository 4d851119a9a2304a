import { z } from "zod";
import type { JsonObject } from "../domain/json.ts";
import type { Answer, Failure, FailureCode } from "../domain/outcome.ts";
import type { Message } from "../domain/suite.ts";
import type { FunctionTurn } from "./user-function.ts";
import { defineWorkflow, type Given, type Question, type RemoteScript, type Reply } from "./workflow.ts";

const options = z.strictObject({
  path: z
    .string()
    .regex(/\.[cm]?[jt]s$/, "must end in .js, .mjs, .cjs or .ts")
    .describe("The module's file, relative to the suite: `.js`, `.mjs`, `.cjs` or `.ts`"),
  function: z.string().min(1).default("default").describe("Name of the exported function"),
  calls: z.int().min(1).max(200).default(10).describe("Most calls that it may ask for on one case"),
  models: z
    .array(z.string().min(1))
    .default([])
    .describe("Other models of the suite that it may ask, by name; the target's own needs no mention"),
  longest_prompt: z
    .int()
    .min(1)
    .default(32_000)
    .describe(
      "Longest prompt that it may send, in bytes and 16 for each message, so at most in tokens: with `calls` this is " +
        "what a budget in USD sets aside for a case",
    ),
});
type Options = z.output<typeof options>;

/** What a message counts for besides its text, as in a budget. */
const FRAME_BYTES = 16;

const message = z.strictObject({ role: z.enum(["system", "user", "assistant"]), content: z.string() });
const wish = z.strictObject({
  step: z.string().min(1),
  messages: z.union([z.string().min(1), z.array(message).min(1)]).optional(),
  model: z.string().optional(),
  purpose: z.enum(["answer", "aside"]).default("answer"),
});
const returned = z.union([
  z.string(),
  z.strictObject({
    text: z.string(),
    toolCalls: z.array(z.strictObject({ name: z.string(), arguments: z.json() })).optional(),
    outcome: z.enum(["answered", "refused", "truncated"]).optional(),
    notes: z.array(z.string()).optional(),
  }),
]);

/** A workflow of the user's own. */
export const module = defineWorkflow({
  name: "module",
  summary:
    "A function of yours: `export default async ({ prompt, fields, task, repeat, ask }) => text`. Every " +
    "`await ask({ step, messages, model, purpose })` is one call, and gives `{ outcome, text, toolCalls, model }`; calls asked for at " +
    "once (`Promise.all`) are one round. `messages` is a text or a list of `{ role, content }`, without it the task's " +
    'own prompt is sent; `purpose: "aside"` marks a call that is no answer. It returns a text, or `{ text, toolCalls, ' +
    "outcome, notes }`. A step has one name within a case. A function that is resumed starts anew and gets the " +
    "answers that are there already at once, so what it asks must follow from what it is given.",
  options,
  examples: [],
  bind: (bound) => ({
    mostCalls: bound.calls,
    others: bound.models.map((model) => ({ option: "models", model })),
    resamples: false,
    fields: [],
    longestPrompt: bound.longest_prompt,
    userFunction: { path: bound.path, name: bound.function },
    start: (given) => conversed(given, bound),
  }),
});

async function* conversed(given: Given, bound: Options): RemoteScript {
  if (given.open === undefined) throw new Error("no function was opened");
  const { prompt, fields, task, repeat } = given;
  const session = given.open({ prompt: plainMessages(prompt), fields, task, repeat });
  const steps = new Set<string>();
  let replies: readonly JsonObject[] = [];
  let ownMs = 0;
  try {
    for (;;) {
      const turn = await session.next(replies);
      if (turn.kind !== "asks" && turn.kind !== "returned") return unfinished(turn, bound);
      ownMs += turn.ownMs;
      if (turn.kind === "returned") return finished(turn.value, ownMs, bound);
      const asked = questionsOf(turn.questions, steps, { given, bound });
      if (typeof asked === "string") return failed("module-error", `${bound.path}: ${asked}`);
      const round: readonly Reply[] = yield asked;
      replies = round.map(({ kind, answer }, index) => ({
        outcome: kind,
        text: answer.text,
        toolCalls: answer.toolCalls.map((call) => ({ name: call.name, arguments: call.arguments })),
        model: asked[index]?.model ?? null,
      }));
    }
  } finally {
    session.end();
  }
}

interface Asking {
  readonly given: Given;
  readonly bound: Options;
}

/** The calls of a round, or what is wrong with them. */
function questionsOf(
  wishes: readonly unknown[],
  steps: Set<string>,
  { given, bound }: Asking,
): readonly Question[] | string {
  const questions: Question[] = [];
  for (const item of wishes) {
    const parsed = wish.safeParse(item);
    if (!parsed.success) return `ask takes { step, messages, model, purpose }: ${firstIssue(parsed.error)}`;
    const { step, messages = given.prompt, model, purpose } = parsed.data;
    const sent = typeof messages === "string" ? [{ role: "user" as const, content: messages }] : messages;
    if (steps.has(step)) return `it asks the step "${step}" twice for one case`;
    if (steps.size === bound.calls) return `it asks for more than ${bound.calls} calls; calls: N allows more`;
    if (model !== undefined && !bound.models.includes(model))
      return `it asks the model "${model}", which \`models\` does not name`;
    const bytes = sent.reduce(
      (sum, { content }) => sum + Buffer.byteLength(content, "utf8") + FRAME_BYTES,
      0,
    );
    if (sent !== given.prompt && bytes > bound.longest_prompt)
      return `the prompt of "${step}" has ${bytes} bytes; longest_prompt: N allows more than ${bound.longest_prompt}`;
    steps.add(step);
    questions.push({ step, messages: sent, model, purpose });
  }
  return questions;
}

function finished(value: unknown, ownMs: number, { path }: Options): ReturnType<typeof failed> | Reply {
  const parsed = returned.safeParse(value);
  if (!parsed.success)
    return failed("module-error", `${path} returned neither a text nor { text, toolCalls, outcome, notes }.`);
  const given = typeof parsed.data === "string" ? { text: parsed.data } : parsed.data;
  const { text, toolCalls = [], outcome, notes = [] } = given;
  const none = { latencyMs: undefined, firstTokenMs: undefined, generationMs: undefined, loadMs: undefined };
  const answer: Answer = {
    text,
    toolCalls,
    finishReason: outcome ?? "returned",
    usage: NO_USAGE,
    timings: none,
    servedModel: undefined,
    notes,
  };
  const isEmpty = text.trim() === "" && toolCalls.length === 0;
  return { kind: outcome ?? (isEmpty ? "empty" : "answered"), answer, ownMs };
}

const NO_USAGE = {
  inputTokens: undefined,
  outputTokens: undefined,
  cachedReadTokens: undefined,
  cachedWriteTokens: undefined,
  reasoningTokens: undefined,
};

function unfinished(turn: Exclude<FunctionTurn, { kind: "asks" | "returned" }>, { path }: Options) {
  switch (turn.kind) {
    case "threw":
      return failed("module-error", `${path}: ${turn.message}`);
    case "timeout":
      return failed("timeout", `${path} neither asked nor returned within the timeout of a call.`);
    case "lost":
      return failed("connection-lost", `${path}: its thread ended during the call.`);
    case "interrupted":
      return { kind: "skipped", reason: "interrupted" } as const;
  }
}

function failed(code: FailureCode, text: string) {
  const failure: Failure = {
    code,
    message: text,
    retryable: code !== "module-error",
    retryAfterMs: undefined,
    httpStatus: undefined,
    partialText: undefined,
  };
  return { kind: "failed", failure } as const;
}

function plainMessages(messages: readonly Message[]) {
  return messages.map(({ role, content }) => ({ role, content }));
}

function firstIssue({ issues: [issue] }: z.ZodError): string {
  return issue === undefined ? "it is something else" : `${issue.path.join(".")} ${issue.message}`.trim();
}
