import type { Model, Price } from "../domain/model.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { Budget, Message } from "../domain/suite.ts";
import { costUsd } from "./cost.ts";

/** The money and the calls of a run: what is gone, and what is held for the calls in flight. */
export interface Purse {
  readonly budget: Budget;
  /** At most: a call that broke counts with the most that it could cost. */
  spentUsd: number;
  spentCalls: number;
  heldUsd: number;
  heldCalls: number;
  /** The most that the call could cost for which the budget did not suffice; set when the run stops over it. */
  refusedUsd: number | undefined;
  /** Called when something that was held is given back: those who wait for it look again. */
  readonly freed: Set<() => void>;
}

/** A purse from which some may be gone already, in an earlier part of the run. */
export function newPurse(budget: Budget, spent: { readonly usd: number; readonly calls: number }): Purse {
  return {
    budget,
    spentUsd: spent.usd,
    spentCalls: spent.calls,
    heldUsd: 0,
    heldCalls: 0,
    refusedUsd: undefined,
    freed: new Set(),
  };
}

/** Rounding of sums of dollars: far below a token's price. */
const ROUNDING_USD = 1e-9;

/** Whether one more call, or those of a workflow, can be sent without any chance of going over the budget. */
export function suffices(purse: Purse, mostUsd: number, mostCalls = 1): boolean {
  const { usd, calls } = purse.budget;
  if (calls !== undefined && purse.spentCalls + purse.heldCalls + mostCalls > calls) return false;
  return usd === undefined || purse.spentUsd + purse.heldUsd + mostUsd <= usd + ROUNDING_USD;
}

/** Sets a call's worst case aside before it is sent. */
export function hold(purse: Purse, mostUsd: number, mostCalls = 1): void {
  purse.heldUsd += mostUsd;
  purse.heldCalls += mostCalls;
}

/** Money and calls. */
export interface Amount {
  readonly usd: number;
  readonly calls: number;
}

/** Gives back what was set aside for one attempt at a sample, less what its calls took. */
export function settleCalls(purse: Purse, held: Amount, charged: Amount): void {
  purse.heldCalls -= held.calls;
  // A sum of many small numbers: nothing held is exactly nothing.
  purse.heldUsd = purse.heldCalls === 0 ? 0 : purse.heldUsd - held.usd;
  purse.spentUsd += charged.usd;
  purse.spentCalls += charged.calls;
  for (const look of [...purse.freed]) look();
}

/**
 * What a call takes from the purse. A request that the server turned down with a status, or that never reached it, is
 * not billed; one that broke later, or whose tokens nobody counted, may have cost all that was set aside for it.
 */
export function chargedUsd(outcome: Outcome, mostUsd: number, price: Price | undefined): number {
  switch (outcome.kind) {
    case "skipped":
      return mostUsd;
    case "failed":
      return outcome.failure.httpStatus !== undefined || outcome.failure.code === "unreachable" ? 0 : mostUsd;
    default:
      return costUsd(outcome.answer.usage, outcome.answer.timings, price) ?? mostUsd;
  }
}

/** Of a model: the tokens that every request has, whatever its prompt, and what they and the answer can cost. */
export interface CostBound {
  readonly fixedUsd: number;
  readonly perInputTokenUsd: number;
}

/** Tokens around each message (role, separators) and around the whole prompt: 3 to 8 in the chat formats in use. */
export const MESSAGE_TOKENS = 16;
/** Anthropic adds 290 to 810 tokens of instructions to a request with tools, OpenAI fewer. */
const TOOL_TOKENS = 1000;
const PER = 1_000_000;
const MS_PER_HOUR = 3_600_000;

/** The bound of a model; infinite where its answer has no limit of tokens. `longest` is in tokens. */
export function costBound(
  { parameters, settings }: Model,
  price: Price,
  longest: number | undefined,
): CostBound {
  const input = Math.max(price.input, price.cachedWrite ?? 0, price.cachedRead ?? 0) / PER;
  const { tools, responseSchema } = parameters;
  const tokens =
    MESSAGE_TOKENS +
    (tools === undefined ? 0 : TOOL_TOKENS + bytes(JSON.stringify(tools))) +
    (responseSchema === undefined ? 0 : TOOL_TOKENS + bytes(JSON.stringify(responseSchema)));
  const answer = price.output === 0 ? 0 : ((longest ?? Number.POSITIVE_INFINITY) * price.output) / PER;
  const time = ((price.perHour ?? 0) * settings.timeoutMs) / MS_PER_HOUR;
  return { fixedUsd: tokens * input + answer + time, perInputTokenUsd: input };
}

/**
 * The most that one call can cost: no byte-level tokenizer makes more tokens than a text has bytes (Sennrich et al.
 * 2016; Radford et al. 2019), and the answer is as long as it may be.
 */
export function mostUsd({ fixedUsd, perInputTokenUsd }: CostBound, messages: readonly Message[]): number {
  const tokens = messages.reduce((sum, { content }) => sum + bytes(content) + MESSAGE_TOKENS, 0);
  return fixedUsd + tokens * perInputTokenUsd;
}

function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
