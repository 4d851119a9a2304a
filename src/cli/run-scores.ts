import type { ScoredSample } from "../domain/score.ts";
import { writeScores } from "../storage/scores.ts";

/** The scores of a run that is going on. */
export interface RunScores {
  /** Aborts at the first write that failed: nothing more is to be asked, and what is in flight still to be kept. */
  readonly broken: AbortSignal;
  /** Does not throw: the fault comes out of `close`. */
  append(scored: ScoredSample): Promise<void> | undefined;
  close(): Promise<void>;
}

/**
 * Starts `scores.jsonl` over. Scores are derived and answers are not: a disk that takes no more scores must not cost
 * the answers that are on their way to the journal.
 */
export async function startScores(file: string): Promise<RunScores> {
  const writer = await writeScores(file);
  const broken = new AbortController();
  return {
    broken: broken.signal,
    append: (scored) => writer.append(scored)?.catch((error: unknown) => broken.abort(error)),
    close: () => writer.close(),
  };
}
