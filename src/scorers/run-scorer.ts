import type { Score } from "../domain/score.ts";
import { unscored } from "./judgement.ts";
import type { BoundScorer, CallPorts, ScorerPorts, ScoringInput } from "./scorer.ts";

/**
 * Runs a bound scorer within its time, and lets nothing through but a sound score. One that bounds itself is
 * waited for: judges' calls and the sandbox end by themselves. What would keep this process busy is scored in a thread.
 */
export async function runScorer(
  bound: Extract<BoundScorer, { ok: true }>,
  input: ScoringInput,
  ports: ScorerPorts,
): Promise<Score> {
  let stop: AbortController | undefined;
  try {
    const job = bound.heavyJob(input);
    if (job !== undefined && ports.threads !== undefined)
      return soundScore(await ports.threads.score(job, ports.timeoutMs));
    const judgement = bound.score(input, {
      ...ports,
      // Most scorers never look at it, and to make one takes longer than most of them.
      get signal() {
        stop ??= new AbortController();
        return stop.signal;
      },
    });
    if (!(judgement instanceof Promise)) return soundScore(judgement);
    if (bound.boundsItself) return soundScore(await judgement);
    const cutOff = () => {
      stop ??= new AbortController();
      stop.abort();
    };
    return soundScore(await withDeadline(judgement, cutOff, ports));
  } catch (error) {
    return unscored("scorer-crashed", `the scorer failed: ${messageOf(error)}`);
  }
}

async function withDeadline(
  judgement: Promise<Score>,
  stop: () => void,
  ports: Omit<CallPorts, "signal">,
): Promise<Score> {
  const bell = new AbortController();
  const late = ports.clock.sleep(ports.timeoutMs, bell.signal).then(
    () => {
      stop();
      return unscored("scorer-timeout", `the scorer took more than ${ports.timeoutMs / 1000} s`);
    },
    // Aborted because the judgement was in time.
    () => unscored("scorer-timeout", "the wait was called off"),
  );
  try {
    return await Promise.race([judgement, late]);
  } finally {
    bell.abort();
  }
}

function soundScore(score: Score): Score {
  if (score.kind === "unscored") return score;
  const inRange = (value: number) => value >= 0 && value <= 1;
  if (inRange(score.score) && inRange(score.ifFormatFixed ?? 0)) return score;
  return unscored("scorer-crashed", `the scorer returned ${score.score}, which is not in [0, 1]`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
