import type { ToldLimits } from "../domain/ports.ts";
import { type AdaptiveRate, cutRate, raiseRate } from "./adaptive-rate.ts";
import { evenBucket, take, waitFor } from "./bucket.ts";
import { rateMeter } from "./rate-meter.ts";
import { hear, mirrorWait, newMirror } from "./told-limits.ts";

/** When the calls of one model may go out; models of a suite that are one model for the server share it. */
export interface Pace {
  /** Until the next call may be sent, ms; 0 is now. */
  wait(need: Need, now: number): number;
  /** Notes a call that is sent. */
  sent(need: Need, now: number): Ticket;
  /** Notes what the server says about its limits, with an answer or a refusal. */
  told(limits: ToldLimits, ticket: Ticket, now: number): void;
  /** Notes an answer, with the tokens that it took where they were counted. */
  answered(ticket: Ticket, tokens: number | undefined, now: number): void;
  /** Notes a call that was turned down: too many, or overloaded. */
  turnedDown(ticket: Ticket, now: number): void;
  /** Cuts the rate, whatever the reason. */
  slowDown(now: number): void;
}

/** What a call takes of the server's limits, as far as is known before. */
export interface Need {
  readonly requests: number;
  readonly tokens: number;
}

/** A call that was sent: when, with what expected, and what had been sent up to it. */
export interface Ticket {
  readonly at: number;
  readonly tokens: number;
  readonly requestsSent: number;
  readonly tokensSent: number;
}

/** What the suite says; `undefined` is no limit that we know of. */
export interface GivenLimits {
  readonly rpm: number | undefined;
  readonly tpm: number | undefined;
}

/** Sends of this long are made up for after a late timer, ms: far less than the window that a server counts in. */
const CATCH_UP_MS = 100;
/** Tokens of a minute that may go out at once: those of a second. */
const TOKEN_BURST_MS = 1000;

/** A pace from the limits of the suite, those that the server tells, and those that it is found to have. */
export function newPace({ rpm, tpm }: GivenLimits, now: number): Pace {
  const requests = rpm === undefined ? undefined : evenBucket(rpm, CATCH_UP_MS, now);
  const tokens = tpm === undefined ? undefined : evenBucket(tpm, TOKEN_BURST_MS, now);
  const told = { requests: newMirror(), tokens: newMirror() };
  const [sending, answering] = [rateMeter(), rateMeter()];
  let found: AdaptiveRate | undefined;
  const slowDown = (at: number) => {
    found = cutRate(found, { sent: sending.perSecond(at), answered: answering.perSecond(at) }, at);
  };
  let requestsSent = 0;
  let tokensSent = 0;
  return {
    wait: (need, at) =>
      Math.max(
        requests === undefined ? 0 : waitFor(requests, need.requests, at),
        tokens === undefined ? 0 : waitFor(tokens, need.tokens, at),
        mirrorWait(told.requests, need.requests, at),
        mirrorWait(told.tokens, need.tokens, at),
        found === undefined ? 0 : waitFor(found.bucket, 1, at),
      ),
    sent: (need, at) => {
      for (const bucket of [requests, told.requests.bucket]) if (bucket) take(bucket, need.requests, at);
      for (const bucket of [tokens, told.tokens.bucket]) if (bucket) take(bucket, need.tokens, at);
      if (found !== undefined) take(found.bucket, 1, at);
      sending.count(at);
      requestsSent += need.requests;
      tokensSent += need.tokens;
      return { at, tokens: need.tokens, requestsSent, tokensSent };
    },
    told: (limits, ticket, at) => {
      if (limits.requests !== undefined)
        hear(told.requests, {
          limit: limits.requests,
          sentSince: requestsSent - ticket.requestsSent,
          now: at,
        });
      if (limits.tokens !== undefined)
        hear(told.tokens, { limit: limits.tokens, sentSince: tokensSent - ticket.tokensSent, now: at });
    },
    answered: (ticket, actual, at) => {
      answering.count(at);
      if (tokens !== undefined && actual !== undefined) take(tokens, actual - ticket.tokens, at);
      if (found !== undefined && ticket.at > found.cutAt) found = raiseRate(found, at);
    },
    turnedDown: (ticket, at) => {
      // The calls that were on their way when the rate was cut all tell the same thing.
      if (found !== undefined && ticket.at <= found.cutAt) return;
      slowDown(at);
    },
    slowDown,
  };
}
