import type { JsonObject } from "../domain/json.ts";
import type { WorkflowSpec } from "../domain/model.ts";
import type { UserTurn } from "../domain/prompt.ts";
import type { Message } from "../domain/suite.ts";
import { type CostBound, MESSAGE_TOKENS, mostUsd } from "./budget.ts";

/** Of a workflow: what the prompts of its steps are made of besides the task's own. */
export interface StepsBound {
  readonly calls: number;
  /** Places in its prompts where the task's prompt, the case's fields or an answer are put in. */
  readonly places: number;
  /** Tokens of its own words and of all the answers before the last. */
  readonly tokens: number;
}

/** Words of the workflows that stand in no option. */
const OWN_WORDS = 1000;
/** Tokens of an answer once it is read by another model's tokenizer, or escaped in a JSON text. */
const READ_AGAIN = 2;

/** The bound of a workflow. `longest` is the longest answer of the models that it asks, in tokens. */
export function stepsBound(
  { options, mostCalls, copies, longestPrompt }: WorkflowSpec,
  longest: number | undefined,
): StepsBound {
  // What a function writes is told by no option but this, which counts the frames of its messages too.
  if (longestPrompt !== undefined) return { calls: mostCalls, places: 0, tokens: longestPrompt };
  const words = JSON.stringify(options);
  const places = copies * (words.split("{{").length - 1);
  const answers = (mostCalls - 1) * (longest ?? 0) * READ_AGAIN * (1 + places);
  const frames = 2 * (mostCalls + copies) * MESSAGE_TOKENS;
  return { calls: mostCalls, places, tokens: OWN_WORDS + copies * bytes(words) + answers + frames };
}

/** The bound of a conversation: every turn is asked with all that was said before. */
function turnsBound(turns: readonly UserTurn[], longest: number | undefined): StepsBound {
  const said = turns.slice(1).reduce((sum, { text }) => sum + bytes(JSON.stringify(text)), 0);
  const answers = (turns.length - 1) * (longest ?? 0) * READ_AGAIN;
  return { calls: turns.length, places: 0, tokens: said + answers + 2 * turns.length * MESSAGE_TOKENS };
}

/** The bound of the dearest model for every call: which one is asked is not known before. */
export function dearest(bounds: readonly CostBound[]): CostBound {
  return {
    fixedUsd: Math.max(...bounds.map(({ fixedUsd }) => fixedUsd)),
    perInputTokenUsd: Math.max(...bounds.map(({ perInputTokenUsd }) => perInputTokenUsd)),
  };
}

/** What a sample is asked with. */
interface Asked {
  readonly messages: readonly Message[];
  readonly fields: JsonObject;
  /** Of a conversation: every turn of the user; `messages` end on the first. */
  readonly turns?: readonly UserTurn[] | undefined;
}

/** The most that one attempt at a sample can cost; 0 without a bound: in a run without a budget in USD. */
export function mostUsdOfSample(
  bounds: {
    readonly costBound: CostBound | undefined;
    readonly stepsBound: StepsBound | undefined;
    readonly longestAnswer?: number | undefined;
  },
  asked: Asked,
): number {
  const { costBound, stepsBound, longestAnswer } = bounds;
  if (costBound === undefined) return 0;
  if (asked.turns !== undefined)
    return mostUsdOfSteps(costBound, turnsBound(asked.turns, longestAnswer), asked);
  return stepsBound === undefined
    ? mostUsd(costBound, asked.messages)
    : mostUsdOfSteps(costBound, stepsBound, asked);
}

/** Every step with the prompt, the fields and the answers that it may hold. */
function mostUsdOfSteps(
  { fixedUsd, perInputTokenUsd }: CostBound,
  { calls, places, tokens }: StepsBound,
  { messages, fields }: Asked,
): number {
  const prompt = messages.reduce((sum, message) => sum + bytes(JSON.stringify(message)) + MESSAGE_TOKENS, 0);
  const put = places === 0 ? prompt : prompt + places * (prompt + bytes(JSON.stringify(fields)));
  return calls * (fixedUsd + (put + tokens) * perInputTokenUsd);
}

function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
