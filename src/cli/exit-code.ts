/** What the process says to scripts: stable, documented, never reused. */
export const EXIT = {
  /** Every planned sample was scored and, for a gate, every rule held. */
  ok: 0,
  /** A gate found a candidate unsafe. */
  unsafe: 1,
  /** Bad input: nothing was sent. */
  invalid: 2,
  /** Not decided: inconclusive, or something was not measured. Resumable. */
  undecided: 3,
  /** The environment is unusable: key, model, host, disk, lock. */
  environment: 4,
  /** A bug in evals. */
  bug: 5,
  /** Ctrl-C. Resumable. */
  interrupted: 130,
  /** Ended by the system or by CI. Resumable. */
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code of what goes by a stable code: its kind is the first digit. */
export function exitOfCode(code: string): ExitCode {
  if (code.startsWith("E1")) return EXIT.invalid;
  return code.startsWith("E5") ? EXIT.bug : EXIT.environment;
}
