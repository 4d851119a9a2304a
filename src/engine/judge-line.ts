import type { Case } from "../domain/dataset.ts";
import type { Judging } from "../domain/judge.ts";
import type { Failure, Outcome } from "../domain/outcome.ts";
import type { Request, ToldLimits } from "../domain/ports.ts";
import type { Message } from "../domain/suite.ts";
import { chargedUsd, costBound, hold, mostUsd, type Purse, settleCalls, suffices } from "./budget.ts";
import { SLACK_MS, timedOut } from "./calls.ts";
import type { BoundJudge, JudgePorts } from "./judge-calls.ts";
import type { Pace } from "./pace.ts";
import { countsTowardsPause, decideRetry, FAILURES_BEFORE_PAUSE, isTurnedDown } from "./retry.ts";
import { sharedPace } from "./shared-pace.ts";

/** One judge's calls: how many are out, and whether it is given up. */
export interface JudgeLine {
  readonly bound: BoundJudge;
  readonly pace: Pace;
  running: number;
  readonly waiting: (() => void)[];
  failuresInRow: number;
  stopped: Failure | undefined;
}

/** A line that is free. */
export function newJudgeLine(bound: BoundJudge, { paces, clock }: JudgePorts): JudgeLine {
  const pace = sharedPace(paces, bound.model, clock.now());
  return { bound, pace, running: 0, waiting: [], failuresInRow: 0, stopped: undefined };
}

/** What is sent, and on which case. */
interface Sending {
  readonly task: string;
  readonly case: Case;
  readonly messages: readonly Message[];
  readonly judging: Judging | undefined;
}

/** A call that ended. */
interface Sent {
  readonly outcome: Outcome;
  readonly attempts: number;
  readonly queuedMs: number;
}

/** Why a call was not made: nothing was sent, so that a resumed run makes it. */
interface NotSent {
  readonly code: "interrupted" | "budget";
  readonly reason: string;
}

/** Asks within the judge's slots, the server's limits and the budget, and asks again as the engine does. */
export async function send(line: JudgeLine, ports: JudgePorts, sending: Sending): Promise<Sent | NotSent> {
  const from = ports.clock.now();
  while (line.running >= line.bound.model.settings.concurrency)
    await new Promise<void>((resolve) => line.waiting.push(resolve));
  line.running += 1;
  const queuedMs = ports.clock.now() - from;
  try {
    return await attempts(line, ports, sending, queuedMs);
  } finally {
    line.running -= 1;
    line.waiting.shift()?.();
  }
}

const INTERRUPTED: NotSent = {
  code: "interrupted",
  reason: "the run was interrupted before the judge was asked",
};

async function attempts(
  line: JudgeLine,
  ports: JudgePorts,
  sending: Sending,
  queuedMs: number,
): Promise<Sent | NotSent> {
  const { maxAttempts } = line.bound.model.settings;
  // Without a budget in USD nothing needs to be set aside.
  const most = ports.purse.budget.usd === undefined ? 0 : mostUsdOf(line.bound, sending.messages);
  let turnedDown = 0;
  for (let made = 0; ; ) {
    const free = await mayAsk(line, ports, sending, most);
    if (free === "interrupted") return INTERRUPTED;
    if (free === "budget")
      return { code: "budget", reason: "the budget is reached: the judge was not asked" };
    if (free !== "yes")
      return { outcome: { kind: "failed", failure: free.stopped }, attempts: made, queuedMs };
    const outcome = await askOnce(line, ports, sending, most);
    made += 1;
    if (outcome === undefined) return INTERRUPTED;
    if (outcome.kind !== "failed") {
      line.failuresInRow = 0;
      return { outcome, attempts: made, queuedMs };
    }
    const { failure } = outcome;
    if (isTurnedDown(failure)) turnedDown += 1;
    const decision = decideRetry({ failure, attempts: made, turnedDown, maxAttempts }, ports.random);
    if (decision.kind === "retry") {
      if (!(await slept(ports, decision.waitMs))) return INTERRUPTED;
      continue;
    }
    if (countsTowardsPause(decision.failure)) line.failuresInRow += 1;
    if (decision.kind === "pause" || line.failuresInRow >= FAILURES_BEFORE_PAUSE)
      line.stopped = decision.failure;
    return { outcome: { kind: "failed", failure: decision.failure }, attempts: made, queuedMs };
  }
}

function mostUsdOf({ model, price, longestAnswer }: BoundJudge, messages: readonly Message[]): number {
  return price === undefined ? 0 : mostUsd(costBound(model, price, longestAnswer), messages);
}

/**
 * Waits until the server's limits and the money allow a call, and sets its worst case aside: for "yes" alone. A judge
 * may have been given up meanwhile.
 */
async function mayAsk(
  line: JudgeLine,
  ports: JudgePorts,
  { messages }: Sending,
  most: number,
): Promise<"yes" | NotSent["code"] | { readonly stopped: Failure }> {
  const { purse, clock, signal } = ports;
  for (;;) {
    if (signal.aborted) return "interrupted";
    if (line.stopped !== undefined) return { stopped: line.stopped };
    const wait = line.pace.wait(needOf(messages), clock.now());
    if (wait > 0) {
      if (!(await slept(ports, Math.ceil(wait)))) return "interrupted";
    } else if (suffices(purse, most)) {
      hold(purse, most);
      return "yes";
    } else if (purse.heldCalls === 0) {
      purse.refusedUsd = most;
      return "budget";
    } else await freed(purse);
  }
}

/** Resolves once something that was held is given back. */
function freed(purse: Purse): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      purse.freed.delete(look);
      resolve();
    };
    purse.freed.add(look);
  });
}

function needOf(messages: readonly Message[]) {
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return { requests: 1, tokens: Math.ceil(bytes / 4) };
}

/** One call, its worst case held already; `undefined` where the run was interrupted and waited no longer. */
async function askOnce(
  line: JudgeLine,
  ports: JudgePorts,
  { task, case: item, messages, judging }: Sending,
  most: number,
): Promise<Outcome | undefined> {
  const { bound, pace } = line;
  const { model, backend, price } = bound;
  const { clock, purse } = ports;
  const held = { usd: most, calls: 1 };
  const ticket = pace.sent(needOf(messages), clock.now());
  const told = (limits: ToldLimits) => pace.told(limits, ticket, clock.now());
  const request: Request = { messages, parameters: model.parameters, task, case: item, repeat: 0, judging };
  const limit = timeLimit(ports, model.settings.timeoutMs + SLACK_MS);
  let charged = most;
  try {
    const outcome = await Promise.race([backend.ask(request, limit.signal, told), limit.over]);
    if (outcome === "interrupted") return undefined;
    const ended = outcome === "late" ? timedOut(model.settings.timeoutMs) : outcome;
    charged = chargedUsd(ended, most, price);
    note(pace, ticket, ended, clock.now());
    return ended;
  } finally {
    limit.close();
    settleCalls(purse, held, { usd: charged, calls: 1 });
  }
}

function note(pace: Pace, ticket: ReturnType<Pace["sent"]>, outcome: Outcome, now: number): void {
  if (outcome.kind === "failed") {
    if (isTurnedDown(outcome.failure) && outcome.failure.code !== "unreachable") pace.turnedDown(ticket, now);
  } else if (outcome.kind !== "skipped") {
    const { inputTokens, outputTokens } = outcome.answer.usage;
    const tokens =
      inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens;
    pace.answered(ticket, tokens, now);
  }
}

/** Ends a call when its time is up, or some time after the run was interrupted. */
function timeLimit(ports: JudgePorts, ms: number) {
  const { clock, signal } = ports;
  const call = new AbortController();
  const timers = new AbortController();
  const over = new Promise<"late" | "interrupted">((resolve) => {
    const end = (why: "late" | "interrupted") => {
      resolve(why);
      call.abort();
    };
    const inTime = () => undefined;
    const cutOff = () =>
      void clock.sleep(ports.graceMs, timers.signal).then(() => end("interrupted"), inTime);
    clock.sleep(ms, timers.signal).then(() => end("late"), inTime);
    if (signal.aborted) cutOff();
    else signal.addEventListener("abort", cutOff, { once: true, signal: timers.signal });
  });
  return { signal: call.signal, over, close: () => timers.abort() };
}

/** Whether the wait came to its end. */
async function slept({ clock, signal }: JudgePorts, ms: number): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch {
    return false;
  }
}
