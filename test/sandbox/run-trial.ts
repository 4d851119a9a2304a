import type { Sandbox, Trial, TrialResult } from "../../src/domain/sandbox.ts";

/** What most tests of the sandbox leave to its defaults. */
const usual: Omit<Trial, "code" | "tests"> = {
  language: "javascript",
  setup: "",
  entryPoint: undefined,
  limits: { timeoutMs: 5000, memoryMb: 128, outputCharacters: 10_000 },
};

/** Runs one trial; what it leaves out is as usual. */
export function runTrial(
  sandbox: Sandbox,
  trial: Partial<Trial> & Pick<Trial, "code" | "tests">,
): Promise<TrialResult> {
  return sandbox.test({ ...usual, ...trial }, new AbortController().signal);
}

/** The failures of a trial's tests (`null` passed), or why it came to none. */
export function failuresOf(result: TrialResult): readonly (string | null)[] | string {
  return result.kind === "tested"
    ? result.tests.map(({ failure }) => failure ?? null)
    : `${result.kind}: ${result.reason}`;
}
