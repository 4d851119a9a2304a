import { EXIT, type ExitCode } from "./exit-code.ts";

/** What a run watches to stop in good order, and what it then exits with. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** How long the calls in flight may go on: a terminal waits longer than a CI runner that cancels a job. */
  graceMs(): number;
  /** The exit code of the signal that came, if one came. */
  exitCode(): ExitCode | undefined;
  /** Where words go from now on: a progress that is drawn over itself shows them above it. */
  noticesGoTo(notice: (text: string) => void): void;
  /** Gives the signals back to the system. */
  release(): void;
}

/** What `timeout` and some runners do: one signal for the process, and the same for its group. */
const SAME_SIGNAL_MS = 500;

/** As much of the process as signals take. */
export interface Process {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): void;
}

/** What the signals of a run go by. */
export interface Watching {
  readonly notice: (text: string) => void;
  /** The last words of a run that ends at once. */
  readonly wayOn: string;
  /** Monotonic, ms. */
  readonly now: () => number;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP. The first stops dispatching and lets calls in flight finish; the second, where
 * it is no echo of the first, ends the process at once: the journal is valid at any moment.
 */
export function watchSignals(process: Process, { notice, wayOn, now }: Watching): Interrupt {
  const controller = new AbortController();
  let tell = notice;
  let code: ExitCode | undefined;
  let firstAt = 0;
  const graceMs = () => (code === EXIT.terminated ? 5000 : 10_000);
  const on = (received: NodeJS.Signals) => {
    if (code !== undefined) {
      if (now() - firstAt < SAME_SIGNAL_MS) return;
      tell(wayOn);
      return process.exit(code);
    }
    code = received === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
    firstAt = now();
    tell(`stopping: up to ${graceMs() / 1000} s for the calls in flight; once more to stop at once`);
    controller.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.on(name, on);
  return {
    signal: controller.signal,
    graceMs,
    exitCode: () => code,
    noticesGoTo: (next) => {
      tell = next;
    },
    release: () => {
      for (const name of signals) process.off(name, on);
    },
  };
}
