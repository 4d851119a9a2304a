import { describe, expect, test } from "vitest";
import { z } from "zod";
import { EXIT } from "./cli/exit-code.ts";
import { faultsText } from "./cli/fault-text.ts";
import type { Io } from "./cli/io.ts";
import { evals } from "./cli/program.ts";
import { shelves } from "./cli/shelves.ts";
import { loadSuite } from "./suite/load-suite.ts";

/** How a suite is run from a test. */
export interface SwapOptions {
  /** Candidates that must be safe. Default: every candidate of the suite's gate. */
  readonly candidates?: readonly string[];
  /** Folder of the runs. Default: `results` below the working folder. */
  readonly out?: string;
  /** So many cases per task, chosen by the suite's seed. */
  readonly limit?: number;
  /** `false` asks anew what the answer cache knows. */
  readonly cache?: boolean;
}

/** One candidate's verdict, with its evidence in one sentence. */
export interface SwapVerdict {
  readonly candidate: string;
  readonly baseline: string;
  readonly verdict: "safe" | "unsafe" | "inconclusive";
  readonly sentence: string;
  readonly simulated: boolean;
}

/** A suite's run, as far as a test looks at it. */
interface Measured {
  readonly run: string;
  readonly unscored: number;
  readonly verdicts: readonly SwapVerdict[];
}

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
  const measured = await measure(suiteFile, options);
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
    let measured: Promise<Measured> | undefined;
    const once = () => {
      measured ??= measure(suiteFile, options);
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

function expectComplete({ unscored, run }: Measured): void {
  expect(unscored, `samples without a score in run ${run}; evals resume ${run} asks what is missing`).toBe(0);
}

function expectSafe({ verdicts, run }: Measured, candidate: string): void {
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

const documentSchema = z.object({
  run: z.string(),
  totals: z.object({ unscored: z.number(), skipped: z.number() }),
  report: z.object({
    gate: z
      .object({
        verdicts: z.array(
          z.object({
            candidate: z.string(),
            baseline: z.string(),
            verdict: z.enum(["safe", "unsafe", "inconclusive"]),
            sentence: z.string(),
            simulated: z.boolean(),
          }),
        ),
      })
      .nullable(),
  }),
});

/** Runs the suite in this process, as `evals run --json` does. Throws its words where nothing was measured. */
async function measure(suiteFile: string, { out, limit, cache = true }: SwapOptions): Promise<Measured> {
  let document = "";
  let words = "";
  const io: Io = {
    out: (text) => {
      document += text;
    },
    err: (text) => {
      words += text;
    },
    cwd: process.cwd(),
    variables: process.env,
    isTty: false,
    color: false,
    columns: 80,
  };
  const flags = [
    ...(out === undefined ? [] : ["--out", out]),
    ...(limit === undefined ? [] : ["--limit", String(limit)]),
    ...(cache ? [] : ["--no-cache"]),
  ];
  const code = await evals(["run", suiteFile, "--json", ...flags], io);
  if (code !== EXIT.ok && code !== EXIT.undecided) throw new Error(`evals run exited with ${code}\n${words}`);
  const { run, totals, report } = documentSchema.parse(JSON.parse(document));
  return { run, unscored: totals.unscored + totals.skipped, verdicts: report.gate?.verdicts ?? [] };
}
