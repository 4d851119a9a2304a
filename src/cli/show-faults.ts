import type { Fault } from "../domain/fault.ts";
import { EXIT, type ExitCode, exitOfCode } from "./exit-code.ts";
import { explainHint } from "./explain-hint.ts";
import { faultJson, faultsText } from "./fault-text.ts";
import type { Io } from "./io.ts";

/** Shows every fault and returns the exit code: 2 for the author's mistakes, 4 for an unusable environment. */
export function showFaults(faults: readonly Fault[], json: boolean, io: Io): ExitCode {
  if (json) io.out(`${JSON.stringify({ schema: 1, faults: faults.map(faultJson) })}\n`);
  io.err(faultsText(faults, { cwd: io.cwd, color: io.color }));
  if (!json) io.err(explainHint(faults, io));
  return faults.every(({ code }) => exitOfCode(code) === EXIT.invalid) ? EXIT.invalid : EXIT.environment;
}
