import type { ScoredSample } from "../domain/score.ts";
import { isThere, type Soon } from "../domain/soon.ts";
import { type AnswerIntake, createIntake } from "../engine/intake.ts";
import type { RunEvent } from "../engine/run-state.ts";
import { systemClock } from "./system-clock.ts";

/** Characters of the large answers that are read, kept or scored at a time: 24 MB, or 48 where they are not Latin. */
const MOST = 24_000_000;

/** Bounds what the large answers of a run take. */
export function runIntake(): AnswerIntake {
  return createIntake(MOST, systemClock);
}

/** A score, with which the intake is given back what it holds of the answer. */
export function releasedOnce(
  scored: Soon<ScoredSample> | undefined,
  event: RunEvent,
  intake: AnswerIntake,
): Soon<ScoredSample> | undefined {
  if (event.kind !== "sample" || event.held === 0) return scored;
  const release = () => intake.release(event.held);
  if (scored === undefined || isThere(scored)) release();
  else scored.then(release, release);
  return scored;
}
