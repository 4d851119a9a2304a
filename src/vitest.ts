import { describe, expect, test } from "vitest";
import { faultsText } from "./cli/fault-text.ts";
import { type RunOptions, runSuite, type SuiteRun, type SwapVerdict } from "./cli/run-suite.ts";
import { shelves } from "./cli/shelves.ts";
import { loadSuite } from "./suite/load-suite.ts";

/** How a suite is run from a test. */
export interface SwapOptions extends RunOptions {
  /** Candidates that must be safe. Default: every candidate of the suite's gate. */
  readonly candidates?: readonly string[];
}

export type { SwapVerdict };

const HOUR_MS = 3_600_000;

/**
 * Runs a suite and expects that every candidate may replace its baseline. Fails with the verdict's sentence where one
 * is unsafe or undecided, where a sample has no score, and where the suite could not be run. Paths are relative to the
 * working folder; give the test a timeout that a run fits in.
 */
export async function expectSafeSwap(
  suiteFile: string,
  options: SwapOptions = {},
): Promise<readonly SwapVerdict[]> {
  const chosen = await candidatesOf(suiteFile, options);
  const measured = await runSuite(suiteFile, options);
  expectComplete(measured);
  for (const candidate of chosen) expectSafe(measured, candidate);
  return measured.verdicts.filter(({ candidate }) => chosen.includes(candidate));
}

/**
 * Declares a suite as a group of tests: one for each candidate, and one for the run itself. The suite runs once, in
 * the first of them; `timeoutMs` is for each, an hour by default.
 */
export function evalSuite(
  suiteFile: string,
  { timeoutMs = HOUR_MS, ...options }: SwapOptions & { readonly timeoutMs?: number } = {},
): void {
  describe(`evals ${suiteFile}`, async () => {
    const chosen = await candidatesOf(suiteFile, options);
    let measured: Promise<SuiteRun> | undefined;
    const once = () => {
      measured ??= runSuite(suiteFile, options);
      return measured;
    };
    test("every planned sample has a score", { timeout: timeoutMs }, async () =>
      expectComplete(await once()),
    );
    for (const candidate of chosen) {
      test(`${candidate} is safe to swap in`, { timeout: timeoutMs }, async () =>
        expectSafe(await once(), candidate),
      );
    }
  });
}

function expectComplete({ unscored, run }: SuiteRun): void {
  expect(unscored, `samples without a score in run ${run}; evals resume ${run} asks what is missing`).toBe(0);
}

function expectSafe({ verdicts, run }: SuiteRun, candidate: string): void {
  const found = verdicts.find((verdict) => verdict.candidate === candidate);
  const why = found?.sentence ?? `run ${run} has no verdict on ${candidate}`;
  expect(found?.verdict ?? "inconclusive", why).toBe("safe");
}

/** Candidates to be judged, read from the suite before anything is sent. */
async function candidatesOf(suiteFile: string, { candidates }: SwapOptions): Promise<readonly string[]> {
  const loaded = await loadSuite(suiteFile, shelves);
  if (!loaded.ok) throw new Error(faultsText(loaded.faults, { cwd: process.cwd(), color: false }));
  const { gate } = loaded.value;
  if (gate === undefined) throw new Error(`${suiteFile} has no gate: add gate: {baseline, require} to it`);
  const unknown = (candidates ?? []).filter((name) => !gate.candidates.includes(name));
  if (unknown.length > 0)
    throw new Error(
      `${suiteFile} has no candidate ${unknown.join(", ")}; it has ${gate.candidates.join(", ")}`,
    );
  return candidates ?? gate.candidates;
}
