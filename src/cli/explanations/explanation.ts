/** The long form of a stable code, as `evals explain` and docs/errors.md show it. */
export interface Explanation {
  readonly code: string;
  /** What is wrong, in one line. */
  readonly title: string;
  /** What was found, and what counts as it. */
  readonly means: string;
  /** Why evals refuses it, or stops there. */
  readonly why: string;
  /** One to four, in the order to try them. */
  readonly steps: readonly Step[];
  /** Which calls were made, and whether there is something to resume. */
  readonly cost: string;
}

/** One thing to do. */
export interface Step {
  readonly text: string;
  /** Commands, or lines of a file: one to a line, `SUITE` and `RUN` standing for the user's own. */
  readonly paste?: string;
}

/** The cost of what is wrong with a file or a command line. */
export const NOTHING_SENT = "0 calls made. It is found before anything is sent, and no run is begun.";

/** The cost of what is found once the suite is sound, before the first case. */
export const NOTHING_BEGUN =
  "0 calls made, as no model was asked to answer a case. A new run is not begun; a run that was being resumed stays as it was and can be resumed again.";

/** The cost of what is wrong with a run that is only read. */
export const ONLY_READ = "0 calls made, and no file of the run was changed.";
