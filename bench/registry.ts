import { compareRuns } from "./compare.ts";
import { earlyStop } from "./early-stop.ts";
import { falseSafeLines } from "./false-safe-lines.ts";
import { flatOut } from "./flat-out.ts";
import { journalCost } from "./journal.ts";
import { kill } from "./kill.ts";
import { latency } from "./latency.ts";
import { memory } from "./memory.ts";
import { rateLimit } from "./rate-limit.ts";
import { realSwaps } from "./real-swaps.ts";
import { sandbox } from "./sandbox.ts";
import { startup } from "./startup.ts";
import { wall, wallOfMany } from "./wall.ts";
import { warmCache } from "./warm-cache.ts";

/** A question that `npm run bench` answers in ratios. */
export interface Benchmark {
  readonly name: string;
  readonly question: string;
  measure(): Promise<readonly string[]>;
}

export const benchmarks: readonly Benchmark[] = [
  { name: "startup", question: "is the help instant?", measure: startup },
  { name: "false-safe", question: "how often is a swap at the margin called safe?", measure: falseSafeLines },
  { name: "real-swaps", question: "what do real answers of real models say?", measure: realSwaps },
  { name: "compare", question: "what does a comparison of two large runs take?", measure: compareRuns },
  {
    name: "early-stop",
    question: "what does stopping early save, and how often is it wrong?",
    measure: earlyStop,
  },
  { name: "sandbox", question: "what does it cost to run model-written code?", measure: sandbox },
  { name: "kill", question: "what does a kill -9 cost?", measure: kill },
  { name: "journal", question: "what does it cost to have an answer safe?", measure: journalCost },
  { name: "memory", question: "what do a million cases, and large answers, take?", measure: memory },
  { name: "wall", question: "what does a run cost on top of its calls?", measure: wall },
  { name: "wall-of-many", question: "and what do ten times as many calls?", measure: wallOfMany },
  { name: "flat-out", question: "what does a call cost when the server costs nothing?", measure: flatOut },
  { name: "latency", question: "is the reported latency the server's?", measure: latency },
  { name: "warm-cache", question: "how fast are answers that are there already?", measure: warmCache },
  {
    name: "rate-limit",
    question: "is a limit of requests used to the full, and not passed?",
    measure: rateLimit,
  },
];
