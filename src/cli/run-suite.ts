import { z } from "zod";
import { EXIT } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { evals } from "./program.ts";

/** How a suite is run from a program. */
export interface RunOptions {
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

/** A run as `evals run --json` prints it, and the parts of it that a decision needs. */
export interface SuiteRun {
  readonly run: string;
  /** Planned samples that have no score: a run with any decides nothing. */
  readonly unscored: number;
  /** Of every candidate; none where the suite has no gate. */
  readonly verdicts: readonly SwapVerdict[];
  /** The whole document, as docs/files.md describes it. */
  readonly document: unknown;
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

/**
 * Runs a suite in this process, as `evals run --json` does; paths are relative to the working folder. Throws what the
 * command would say where nothing was measured: a faulty suite, a key or a model that is missing.
 */
export async function runSuite(
  suiteFile: string,
  { out, limit, cache = true }: RunOptions = {},
): Promise<SuiteRun> {
  let text = "";
  let words = "";
  const io: Io = {
    out: (part) => {
      text += part;
    },
    err: (part) => {
      words += part;
    },
    program: "evals",
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
  const document: unknown = JSON.parse(text);
  const { run, totals, report } = documentSchema.parse(document);
  return { run, unscored: totals.unscored + totals.skipped, verdicts: report.gate?.verdicts ?? [], document };
}
