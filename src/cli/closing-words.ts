import { relative } from "node:path";
import { grouped } from "../domain/counted.ts";
import type { Manifest } from "../domain/run.ts";
import { wrapped } from "../reports/terminal-text.ts";
import type { ExitCode } from "./exit-code.ts";
import type { FailureTally } from "./failure-tally.ts";
import { judgeLines } from "./judge-lines.ts";
import { leadingTo, runArgument } from "./run-argument.ts";
import { safe } from "./safe-text.ts";
import { wayOn } from "./spending.ts";

/** What the closing words of a run depend on, beside its manifest. */
export interface Closing {
  readonly directory: string;
  readonly cwd: string;
  /** Whether the exit code is the gate's: a resumed run is to give it too. */
  readonly isGated: boolean;
  readonly isJson: boolean;
  /** Of the calls of now, where there were any. */
  readonly failures: FailureTally | undefined;
  /** What the process exits with. */
  readonly exit: ExitCode;
  /** Parts of the run that are elsewhere, or nowhere: what they hold is better given than asked again. */
  readonly missingParts: readonly string[];
}

/** What a run still has to say once it is shown: where it is, what is missing and why, and how to go on. */
export function closingWords(manifest: Manifest, closing: Closing): string {
  const { totals, selection } = manifest;
  const { directory, cwd, isGated, failures } = closing;
  const run = runArgument({ id: manifest.id, directory }, cwd);
  const resume = (flags: readonly string[]) =>
    ["evals resume", run, ...flags, ...(isGated ? ["--gate"] : [])].join(" ");
  const isMissing = manifest.spending?.capReached === true || totals.skipped + totals.failed > 0;
  const { shard } = selection;
  const lines = [
    ...(closing.isJson ? [] : whereLines(manifest, run, closing)),
    ...closing.missingParts.map((line) => wrapped(safe(line))),
    ...(failures?.lines() ?? []).map((line) => wrapped(safe(line))),
    ...(shard === undefined ? [] : [`once all ${shard.count} shards are there: evals merge RUN…`]),
    ...judgeLines(manifest).map((line) => wrapped(safe(line))),
    ...(isMissing ? wayOn(manifest, finishing(totals, closing), resume).map(safe) : []),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function finishing({ skipped }: Manifest["totals"], { missingParts }: Closing): string {
  if (missingParts.length > 0) return "merge again with what is missing, or ask and pay for it now:";
  return skipped > 0 ? "finish it:" : "ask again what is missing:";
}

function whereLines(
  { totals, ...manifest }: Manifest,
  run: string,
  { directory, cwd, exit }: Closing,
): readonly string[] {
  const kept = `kept in ${safe(relative(cwd, directory))}`;
  const missing = missingText(totals);
  return [
    "",
    ...(manifest.models.length > 1 ? [kept, leadingTo("more:", `evals compare ${safe(run)}`)] : [kept]),
    ...(missing === "" ? [] : [`${missing}: exit ${exit}`]),
  ];
}

/** `551 of 900 samples were not asked`; "" where every sample has a score. */
function missingText({ planned, unscored, skipped }: Manifest["totals"]): string {
  const open = unscored + skipped;
  if (open === 0) return "";
  const some = `${grouped(open)} of ${grouped(planned)} samples`;
  if (unscored === 0) return `${some} were not asked`;
  return `${some} have no score${skipped === 0 ? "" : `, ${grouped(skipped)} were not asked`}`;
}
