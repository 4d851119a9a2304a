import type { Score } from "../domain/score.ts";
import { isThere, type Soon } from "../domain/soon.ts";
import { unscored } from "./judgement.ts";
import type { BoundScorer, ScorerPorts, ScoringInput } from "./scorer.ts";

/**
 * Runs a bound scorer within its time, and lets nothing through but a sound score. One that bounds itself is
 * waited for: judges' calls and the sandbox end by themselves. What would keep this process busy is scored in a thread.
 */
export function runScorer(
  bound: Extract<BoundScorer, { ok: true }>,
  input: ScoringInput,
  ports: ScorerPorts,
): Soon<Score> {
  let stop: AbortController | undefined;
  // Most scorers never ask for it, and to make one takes longer than most of them.
  const stopper = () => {
    stop ??= new AbortController();
    return stop;
  };
  try {
    const job = bound.heavyJob(input);
    if (job !== undefined && ports.threads !== undefined)
      return ports.threads.score(job, ports.timeoutMs).then(soundScore).catch(crashed);
    const judgement = bound.score(input, { ...ports, signal: () => stopper().signal });
    if (isThere(judgement)) return soundScore(judgement);
    const judged = bound.boundsItself ? judgement : withDeadline(judgement, () => stopper().abort(), ports);
    return judged.then(soundScore).catch(crashed);
  } catch (error) {
    return crashed(error);
  }
}

async function withDeadline(judgement: Promise<Score>, stop: () => void, ports: ScorerPorts): Promise<Score> {
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

function crashed(error: unknown): Score {
  const message = error instanceof Error ? error.message : String(error);
  return unscored("scorer-crashed", `the scorer failed: ${message}`);
}
