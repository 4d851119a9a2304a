import { setFlagsFromString } from "node:v8";

/** The most samples of a run that ends before optimized code has paid for its making. */
const SHORT_RUN = 10_000;

/**
 * Has V8 optimize only what runs for long: it would spend a quarter of a short run's processor time on code that is
 * hardly used again. A loop of a scorer that takes its time is optimized some milliseconds later, no more.
 */
export function compileLate(samples: number): void {
  const flag = samples <= SHORT_RUN ? flagFor(process.versions.node) : undefined;
  if (flag !== undefined) setFlagsFromString(flag);
}

/** The flag of a version of Node; `undefined` where none is known, as V8 prints an error about one that it does not know. */
export function flagFor(node: string): string | undefined {
  const major = Number.parseInt(node, 10);
  if (major === 20 || major === 21) return "--interrupt-budget=1000000";
  if (major >= 22 && major <= 24) return "--invocation-count-for-turbofan=50000";
  return undefined;
}
