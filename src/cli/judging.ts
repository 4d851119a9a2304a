import { resolve } from "node:path";
import type { Result } from "../domain/fault.ts";
import type { GatePolicy } from "../domain/suite.ts";
import { findRun } from "../storage/run-folder.ts";
import { loadSuite } from "../suite/load-suite.ts";
import type { Flag, Invocation } from "./command.ts";
import { textFlag } from "./flag-values.ts";
import { OUT_FLAG, RESULTS } from "./results-folder.ts";
import { storedGate } from "./scored-run.ts";
import { shelves } from "./shelves.ts";
import { type StoredRun, storedRun } from "./stored-run.ts";

/** The flags of every command that judges a stored run. */
export const JUDGING_FLAGS: { readonly [flag: string]: Flag } = {
  baseline: { type: "string", value: "RUN2", help: "Take the baseline's answers from another run" },
  policy: {
    type: "string",
    value: "SUITE",
    help: "Take the gate from this suite file instead of the run's own",
  },
  out: OUT_FLAG,
};

/** What is judged, and by what. */
export interface Judging {
  readonly stored: StoredRun;
  /** The run itself where no other was named. */
  readonly baseline: StoredRun;
  /** `undefined` where the suite has no gate. */
  readonly policy: GatePolicy | undefined;
}

/** Reads the run, the baseline's run and the policy that a command line names. */
export async function judging({ positionals, flags, io }: Invocation): Promise<Result<Judging>> {
  const outDir = resolve(io.cwd, textFlag(flags, "out") ?? RESULTS);
  const stored = await storedRun(await findRun(outDir, positionals[0] ?? "latest"), io);
  const other = textFlag(flags, "baseline");
  const baseline = other === undefined ? stored : await storedRun(await findRun(outDir, other), io);
  const file = textFlag(flags, "policy");
  const policy = file === undefined ? storedGate(stored.manifest) : await policyOf(resolve(io.cwd, file));
  return policy.ok ? { ok: true, value: { stored, baseline, policy: policy.value } } : policy;
}

async function policyOf(file: string): Promise<Result<GatePolicy | undefined>> {
  const loaded = await loadSuite(file, shelves);
  return loaded.ok ? { ok: true, value: loaded.value.gate } : loaded;
}
