import { createHash } from "node:crypto";
import type { JsonValue } from "../domain/json.ts";
import type { Model } from "../domain/model.ts";
import type { Failure, Outcome, Timings } from "../domain/outcome.ts";
import type { Backend, BackendEnvironment, Request } from "../domain/ports.ts";
import { withTurn } from "../domain/prompt.ts";
import { fieldAt, renderValue } from "../domain/template.ts";
import type { SimulatedOptions } from "./simulated.ts";
import { simulatedEmbedding } from "./simulated-embedding.ts";
import { simulatedVerdict } from "./simulated-judge.ts";

/** Fields that hold the right answer where the suite names none, in this order. */
const ANSWER_FIELDS = ["turn.expected", "turn.label", "turn.answer", "expected", "label", "answer"];

/** Answers as the options say: the same for the same seed, model, task, case and repeat. */
export function connectSimulated(
  model: Model,
  { clock, seed }: BackendEnvironment,
  options: SimulatedOptions,
): Backend {
  return {
    probe: () => Promise.resolve({ ok: true, notes: ["simulated: its answers are made up"] }),
    ask: async (request, signal) => {
      const draw = drawing(seed, model.name, request);
      const outcome = answer(request, options, draw);
      if (options.time_scale > 0 && outcome.kind === "answered") {
        await clock.sleep((outcome.answer.timings.latencyMs ?? 0) * options.time_scale, signal);
      }
      return outcome;
    },
    close: () => Promise.resolve(),
  };
}

interface Drawing {
  /** Uniform, shared by every model on this case: how hard the case is. */
  readonly difficulty: number;
  /** Uniform numbers of this sample alone, by name. */
  own(name: string): number;
}

function drawing(seed: number, model: string, request: Request): Drawing {
  const { turn = 1 } = request;
  const place = [seed, request.task, request.case.id, ...(turn > 1 ? [`turn ${turn}`] : [])];
  return {
    difficulty: uniform([...place, "difficulty"]),
    own: (name) => uniform([...place, model, request.repeat, name]),
  };
}

/** A number in [0, 1) that depends on the parts alone. */
function uniform(parts: readonly (string | number)[]): number {
  return createHash("sha256").update(JSON.stringify(parts)).digest().readUIntBE(0, 6) / 2 ** 48;
}

function answer(request: Request, options: SimulatedOptions, draw: Drawing): Outcome {
  if (draw.own("failure") < options.failure_rate) return { kind: "failed", failure: FAILURE };
  const timings = simulatedTimings(options, draw);
  if (options.api === "embeddings") return simulatedEmbedding(request, timings);
  if (draw.own("refusal") < options.refusal_rate)
    return reply("refused", "I cannot help with that.", request, timings);
  const isMangled = draw.own("format") < options.format_error_rate;
  const written = (text: string) => (isMangled ? `Here is the answer:\n\`\`\`\n${text}\n\`\`\`` : text);
  const { judging } = request;
  if (judging !== undefined) {
    const verdict = simulatedVerdict({ judging, finds: (one) => finds(one, request, { options, draw }) });
    return reply("answered", written(verdict), request, timings);
  }
  // With chance `correlation` the case's own difficulty decides, else luck: accuracy stays what was set.
  const luck = draw.own("mix") < options.correlation ? draw.difficulty : draw.own("luck");
  const right = rightAnswer(request, options);
  if (luck >= accuracyOn(request.task, options))
    return reply("answered", wrongAnswer(right, wrongAnswers(options, request.task), draw), request, timings);
  return reply("answered", written(right), request, timings);
}

/**
 * A judge finds the right answer good and others not, and errs as often as it is told to; on canaries, which are of no
 * task, it does not err.
 */
function finds(
  answer: string,
  request: Request,
  { options, draw }: { readonly options: SimulatedOptions; readonly draw: Drawing },
): boolean {
  const { task, case: item } = request;
  if (task === "") return answer === fieldAt(item.fields, "expected");
  const isRight = answer.trim() === rightAnswer(request, options).trim();
  const errs = draw.own(`verdict on ${answer}`) >= accuracyOn(task, options);
  return isRight !== errs;
}

function accuracyOn(task: string, { accuracy }: SimulatedOptions): number {
  return typeof accuracy === "number" ? accuracy : (accuracy[task] ?? 0.8);
}

function rightAnswer({ case: item, turns, turn }: Request, options: SimulatedOptions): string {
  const isTurn = turns !== undefined && turn !== undefined;
  const fields = isTurn ? withTurn(item.fields, turns, turn - 1) : item.fields;
  if (options.answer !== undefined) return asText(renderValue(options.answer, fields));
  for (const name of ANSWER_FIELDS) {
    const value = fieldAt(fields, name);
    if (value !== undefined && value !== null) return asText(value);
  }
  return "";
}

/** A list of accepted answers answers with its first. */
function asText(value: JsonValue): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) && value.length > 0 ? asText(value[0]) : JSON.stringify(value);
}

function wrongAnswers({ wrong }: SimulatedOptions, task: string): readonly string[] | undefined {
  if (wrong === undefined || Array.isArray(wrong)) return wrong;
  return Object.hasOwn(wrong, task) ? wrong[task] : undefined;
}

function wrongAnswer(right: string, wrong: readonly string[] | undefined, draw: Drawing): string {
  const choices = (wrong ?? [faulty(right)]).filter((text) => text !== right);
  return choices[Math.floor(draw.own("wrong") * choices.length)] ?? faulty(right);
}

/** The right answer with a fault in it, in the same form: a number that is off by one, an object with a wrong field. */
function faulty(right: string): string {
  const value = parsed(right);
  if (typeof value === "number") return String(value + 1);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "simulated wrong answer";
  const [first = "answer"] = Object.keys(value);
  return JSON.stringify({ ...value, [first]: "simulated wrong answer" });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reply(kind: "answered" | "refused", text: string, request: Request, timings: Timings): Outcome {
  const outputTokens = Math.max(1, Math.ceil(text.length / 4));
  const inputLength = request.messages.reduce((sum, { content }) => sum + content.length, 0);
  return {
    kind,
    answer: {
      text,
      toolCalls: [],
      finishReason: "stop",
      usage: {
        inputTokens: Math.ceil(inputLength / 4),
        outputTokens,
        cachedReadTokens: undefined,
        cachedWriteTokens: undefined,
        reasoningTokens: undefined,
      },
      timings: {
        ...timings,
        generationMs: timings.generationMs === undefined ? undefined : timings.generationMs * outputTokens,
      },
      servedModel: undefined,
      notes: ["simulated"],
    },
  };
}

/** A log-normal latency through the two quantiles; 1.645 is the normal's 95 % point. `generationMs` is per token. */
function simulatedTimings(options: SimulatedOptions, draw: Drawing): Timings {
  const median = milliseconds(options.latency.p50);
  const sigma = Math.log(Math.max(1, milliseconds(options.latency.p95) / Math.max(median, 1e-9))) / 1.645;
  // Box-Muller (1958): two uniform numbers to one normal one.
  const radius = Math.sqrt(-2 * Math.log(1 - draw.own("latency-radius")));
  const normal = radius * Math.cos(2 * Math.PI * draw.own("latency-angle"));
  const latencyMs = median * Math.exp(sigma * normal);
  return {
    latencyMs,
    firstTokenMs: latencyMs * 0.3,
    generationMs: 1000 / options.tokens_per_second,
    loadMs: undefined,
  };
}

function milliseconds(duration: number | string): number {
  if (typeof duration === "number") return duration * 1000;
  return duration.endsWith("ms") ? Number(duration.slice(0, -2)) : Number(duration.slice(0, -1)) * 1000;
}

const FAILURE: Failure = {
  code: "server-error",
  message: "simulated failure",
  retryable: false,
  retryAfterMs: undefined,
  httpStatus: 500,
  partialText: undefined,
};
