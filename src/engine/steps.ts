import type { Outcome, Usage } from "../domain/outcome.ts";
import type { Clock, OpenedCall, Request } from "../domain/ports.ts";
import type { Bill } from "./bill.ts";
import type { Need, Pace, Ticket } from "./pace.ts";
import { isTurnedDown } from "./retry.ts";
import type { TokenForecast } from "./token-forecast.ts";

/** A model that the calls of a lane ask: the lane's own, or another one of its workflow. */
export interface PacedModel {
  readonly pace: Pace;
  readonly forecast: TokenForecast;
}

/** What lets the calls of one attempt at a workflow's sample out. */
export interface StepGate {
  readonly asked: ReadonlyMap<string, PacedModel>;
  readonly clock: Clock;
  readonly bill: Bill;
  /** Name of the model whose permit the attempt was started with, and that permit. */
  readonly first: { readonly model: string; readonly ticket: Ticket };
}

/** The calls of one attempt, each within the limits of the model that it asks. */
export interface Steps {
  readonly open: NonNullable<Request["open"]>;
  /** How long calls have waited, or are going to, ms. */
  waitedMs(): number;
}

/**
 * A call takes its permit at once and waits until that is good: those that wait are served in turn, and no new sample
 * of any target starts before them. The permit of the start is the first call's, where that asks the target's own model.
 */
export function pacedSteps({ asked, clock, bill, first }: StepGate): Steps {
  let prepaid: Ticket | undefined = first.ticket;
  let waited = 0;
  const take = (model: string, { pace, forecast }: PacedModel, messages: Request["messages"]) => {
    if (model === first.model && prepaid !== undefined) {
      const ticket = prepaid;
      prepaid = undefined;
      return { ticket, wait: 0 };
    }
    const need: Need = { requests: 1, tokens: forecast.expected(messages) };
    const wait = pace.wait(need, clock.now());
    return { ticket: pace.sent(need, clock.now()), wait };
  };
  return {
    waitedMs: () => waited,
    open: async (model, messages, signal): Promise<OpenedCall | undefined> => {
      const paced = asked.get(model);
      if (paced === undefined) throw new Error(`the limits of "${model}" are not known`);
      const { ticket: taken, wait } = take(model, paced, messages);
      if (wait > 0) {
        waited += wait;
        const cutOff = await clock.sleep(Math.ceil(wait), signal).then(
          () => false,
          () => true,
        );
        if (cutOff) return undefined;
      }
      const ticket = wait > 0 ? { ...taken, at: clock.now() } : taken;
      const close = bill.open(model);
      return {
        told: (limits) => paced.pace.told(limits, ticket, clock.now()),
        close: (outcome) => {
          close(outcome);
          learn(paced, ticket, { messages, outcome, now: clock.now() });
        },
      };
    },
  };
}

interface Ended {
  readonly messages: Request["messages"];
  readonly outcome: Outcome;
  readonly now: number;
}

/** What the end of a call tells of its model's limits. */
export function learn(
  { pace, forecast }: PacedModel,
  ticket: Ticket,
  { messages, outcome, now }: Ended,
): void {
  if (outcome.kind === "skipped") return;
  if (outcome.kind === "failed") {
    const { failure } = outcome;
    if (isTurnedDown(failure) && failure.code !== "unreachable") pace.turnedDown(ticket, now);
    return;
  }
  const { usage } = outcome.answer;
  pace.answered(ticket, tokensOf(usage), now);
  forecast.learn(messages, usage);
}

function tokensOf({ inputTokens, outputTokens }: Usage): number | undefined {
  return inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens;
}
