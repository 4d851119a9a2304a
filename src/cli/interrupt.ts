import { EXIT, type ExitCode } from "./exit-code.ts";

/** What a run watches to stop in good order, and what it then exits with. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** How long the calls in flight may go on: a terminal waits longer than a CI runner that cancels a job. */
  graceMs(): number;
  /** The exit code of the signal that came, if one came. */
  exitCode(): ExitCode | undefined;
  /** Gives the signals back to the system. */
  release(): void;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP. The first stops dispatching and lets calls in flight finish;
 * the second ends the process at once: the journal is valid at any moment.
 */
export function watchSignals(process: NodeJS.Process, notice: (text: string) => void): Interrupt {
  const controller = new AbortController();
  let code: ExitCode | undefined;
  const on = (received: NodeJS.Signals) => {
    if (code !== undefined) process.exit(code);
    code = received === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
    notice("stopping: waiting for the calls in flight; once more to stop at once");
    controller.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.on(name, on);
  return {
    signal: controller.signal,
    graceMs: () => (code === EXIT.terminated ? 5000 : 10_000),
    exitCode: () => code,
    release: () => {
      for (const name of signals) process.off(name, on);
    },
  };
}
