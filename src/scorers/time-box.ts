import vm from "node:vm";

/** Longest time for one match of a pattern, ms. */
export const MATCH_LIMIT_MS = 250;

const script = new vm.Script("work()");

/**
 * Runs `work` under V8's watchdog, which stops even a regular expression that backtracks without end.
 * This bounds time; it is not a sandbox. Costs some 0.1 ms to 0.5 ms a call.
 */
export function withinTime<T>(limitMs: number, work: () => T): { readonly value: T } | "timeout" {
  const finished: { value: T }[] = [];
  const context = vm.createContext({ work: () => void finished.push({ value: work() }) });
  try {
    script.runInContext(context, { timeout: limitMs });
  } catch (error) {
    if (isTimeout(error)) {
      return "timeout";
    }
    throw error;
  }
  return finished[0] ?? "timeout";
}

// The error is made inside the context, so it is no instance of this side's Error.
function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}
