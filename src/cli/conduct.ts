import { gateExitCode } from "../comparison/gate.ts";
import type { Fault, Result } from "../domain/fault.ts";
import { Refusal } from "../domain/ports.ts";
import type { Manifest, Selection, Spending } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import type { AnswerIntake } from "../engine/intake.ts";
import { reportDocument } from "../reports/json.ts";
import type { ReportInput } from "../reports/report.ts";
import { runScreen } from "../reports/run-screen.ts";
import { type AnswerCache, openAnswerCache } from "../storage/cache/answer-cache.ts";
import { closeAll } from "../storage/close-all.ts";
import { openJournal } from "../storage/journal.ts";
import { lockFolder } from "../storage/lock.ts";
import { writeManifest } from "../storage/manifest.ts";
import { isRun, type RunFolder } from "../storage/run-folder.ts";
import { readScores } from "../storage/scores.ts";
import { requireSpace } from "../storage/space.ts";
import { type AskedBatches, askBatches } from "./batch/ask-batches.ts";
import { closingWords } from "./closing-words.ts";
import { UsageError } from "./command.ts";
import { compileLate } from "./compile-late.ts";
import { type Connections, connectAll } from "./connect.ts";
import type { Early } from "./early.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { type FailureTally, tallyFailures } from "./failure-tally.ts";
import { watchSignals } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { connected, judgesOf, type NeededJudge } from "./judge-needs.ts";
import { verdictsOf, wholeReport } from "./judged-run.ts";
import { measure } from "./measure.ts";
import { newManifest } from "./new-manifest.ts";
import { realModelsHint } from "./real-models-hint.ts";
import { leadingTo, runArgument } from "./run-argument.ts";
import { runIntake } from "./run-intake.ts";
import { safe } from "./safe-text.ts";
import { sandboxFaults } from "./sandbox-needs.ts";
import { scoredRun } from "./scored-run.ts";
import { showFaults } from "./show-faults.ts";
import { spentOf, startTally } from "./spending.ts";
import { codeNotice } from "./suite-code.ts";
import { systemClock } from "./system-clock.ts";

/** A run that is about to start, or to go on: everything is checked, nothing has been sent. */
export interface Conducting {
  readonly command: "run" | "resume" | "merge";
  readonly suite: Suite;
  readonly early: Early;
  readonly selection: Selection;
  /** Makes the folder of a new run, or gives that of an interrupted one; called once every model answers its probe. */
  readonly folder: () => Promise<RunFolder>;
  readonly startedAt: string | undefined;
  /** What an interrupted run says that it has spent. */
  readonly spending: Spending | undefined;
  /** Of the answer cache; `undefined` asks everything anew. */
  readonly cacheFolder: string | undefined;
  readonly bail: number | undefined;
  readonly isGated: boolean;
  readonly json: boolean;
  readonly io: Io;
}

/** Probes every model, asks what has no answer yet, judges and shows the run, and gives its exit code. */
export async function conduct(conducting: Conducting): Promise<ExitCode> {
  const { suite, early, json, io } = conducting;
  if (conducting.isGated && suite.gate === undefined)
    throw new UsageError("this suite has no gate to exit with", "Leave --gate out, or add one to the suite.");
  const unusable = sandboxFaults(suite);
  if (unusable.length > 0) return showFaults(unusable, json, io);
  io.err(codeNotice(suite));
  const judges = judgesOf(
    suite,
    early.plan.tasks.map(({ task }) => task),
  );
  const { cacheFolder } = conducting;
  const cache = cacheFolder === undefined ? undefined : openAnswerCache(cacheFolder, systemClock);
  const intake = runIntake();
  const closing = [async () => cache?.close()];
  try {
    const connections = await connectAll(connected(early.plan.models, judges), suite, io, { cache, intake });
    if (!connections.ok) return showFaults(connections.faults, json, io);
    closing.push(connections.value.close);
    return await onDisk({ ...conducting, cache, intake }, judges, connections.value);
  } finally {
    await closeAll(closing);
  }
}

/** A run with its answer cache open. */
interface Cached extends Conducting {
  readonly cache: AnswerCache | undefined;
  readonly intake: AnswerIntake;
}

async function onDisk(
  conducting: Cached,
  judges: readonly NeededJudge[],
  connections: Connections,
): Promise<ExitCode> {
  const { command, suite, json, io } = conducting;
  const folder = await conducting.folder();
  await requireSpace(folder.directory, conducting.early.plan.samples);
  const lock = await lockFolder(folder.directory, systemClock.wall());
  const interrupt = watchSignals(process, {
    notice: (text) => io.err(`${text}\n`),
    wayOn: leadingTo("finish it:", `evals resume ${runArgument(folder, io.cwd)}`),
    now: () => systemClock.now(),
  });
  // A judge pays the whole price of a model that is asked in batches.
  const tallies = [
    startTally([...suite.models, ...conducting.early.plan.models]),
    startTally([...suite.models, ...suite.judges]),
  ] as const;
  const [tally, judgeTally] = tallies;
  const failures = tallyFailures();
  try {
    const batches = await inBatches(conducting, judges, { folder, signal: interrupt.signal });
    if (batches?.ok === false) return showDamage(batches.faults, folder, conducting);
    const journal = await openJournal(folder.samples, tally.add);
    if (!journal.ok) return showDamage(journal.faults, folder, conducting);
    if (journal.value.tornFile !== undefined)
      io.err(`the journal ended in half a record; its bytes are kept in ${journal.value.tornFile}\n`);
    const judgements =
      judges.length === 0
        ? undefined
        : await openJournal(folder.judgements, judgeTally.add, { findsAppended: true });
    if (judgements?.ok === false) {
      await journal.value.close();
      return showDamage(judgements.faults, folder, conducting);
    }
    if (command === "resume")
      io.err(
        `${journal.value.answered.count} of ${conducting.early.plan.samples} answers are there already\n`,
      );
    compileLate(conducting.early.plan.samples);
    const manifest = await measure({
      ...conducting,
      connections,
      folder,
      journal: journal.value,
      judges,
      judgements: judgements?.value,
      spent: spentOf(tallies, batches?.value.spending ?? conducting.spending),
      batches: batches?.value,
      failures,
      interrupt,
    });
    const report = wholeReport(await scoredRun(manifest, readScores(folder.scores)), suite.gate);
    await writeManifest(folder.directory, { ...manifest, verdicts: verdictsOf(report) });
    const stopped = interrupt.exitCode();
    const exit = stopped ?? runExitCode(manifest, report, conducting.isGated);
    show(report, manifest, folder.directory, { ...conducting, failures, exit });
    if (!json && stopped === undefined && manifest.models.every(({ simulated }) => simulated))
      io.err(await realModelsHint(io));
    return exit;
  } catch (error) {
    throw await withWayOn(error, folder, io.cwd);
  } finally {
    interrupt.release();
    await lock.release();
  }
}

/** The answers of the models that are asked in batches, brought into the journal; `undefined` where there are none. */
async function inBatches(
  conducting: Cached,
  judges: readonly NeededJudge[],
  { folder, signal }: { readonly folder: RunFolder; readonly signal: AbortSignal },
): Promise<Result<AskedBatches> | undefined> {
  const { suite, early, spending, cache, io } = conducting;
  const { plan } = early;
  if (plan.models.every(({ isBatched }) => isBatched !== true)) return undefined;
  const alone = plan.models.filter(({ isBatched }) => isBatched !== true).map(({ name }) => name);
  if (alone.length > 0) io.err(`not in batches, which their backends do not have: ${alone.join(", ")}\n`);
  // Written before anything is sent, so that a run that is killed can be resumed.
  const none = { usd: 0, calls: 0, capReached: false, nextCallUsd: null };
  const { usd, calls } = suite.budget;
  const before = spending ?? { ...none, budgetUsd: usd ?? null, budgetCalls: calls ?? null };
  await writeManifest(folder.directory, newManifest({ ...conducting, folder }, before));
  return askBatches({ suite, plan, judges, folder, spending, cache, signal, io });
}

/** Shows what is damaged of a run's journals, and the command that drops it. */
function showDamage(
  faults: readonly Fault[],
  folder: RunFolder,
  { json, io }: Pick<Conducting, "json" | "io">,
): ExitCode {
  const exit = showFaults(faults, json, io);
  io.err(`${leadingTo("Drop them:", `evals repair ${safe(runArgument(folder, io.cwd))}`)}\n`);
  return exit;
}

/** Tells how to go on with a run that a fault of the disk stopped, if it has come to a manifest. */
async function withWayOn(error: unknown, folder: RunFolder, cwd: string): Promise<unknown> {
  const isDisk = error instanceof Refusal && error.code.startsWith("E30");
  if (!(isDisk && (await isRun(folder.directory)))) return error;
  return new Refusal(
    error.code,
    error.message,
    `${error.hint} Then: evals resume ${runArgument(folder, cwd)}`,
  );
}

interface Showing extends Pick<Conducting, "command" | "isGated" | "json" | "io"> {
  /** Of the calls of now, where there were any. */
  readonly failures?: FailureTally;
  readonly exit: ExitCode;
  readonly missingParts?: readonly string[];
}

/** The run's screen, or its document, and what is left to do. */
export function show(
  report: ReportInput,
  manifest: Manifest,
  directory: string,
  { command, isGated, json, io, failures, exit, missingParts = [] }: Showing,
): void {
  if (json) {
    const { id, state, totals } = manifest;
    const document = {
      schema: 1,
      command,
      run: id,
      directory,
      state,
      totals,
      spending: manifest.spending ?? null,
      report: reportDocument(report),
    };
    io.out(`${JSON.stringify(document)}\n`);
  } else io.out(runScreen(report, { color: io.color }));
  const closing = { directory, cwd: io.cwd, isGated, isJson: json, failures, exit, missingParts };
  io.err(closingWords(manifest, closing));
}

/** Fails closed: a run in which anything was not measured never exits 0. */
export function runExitCode(manifest: Manifest, report: ReportInput, isGated: boolean): ExitCode {
  const isComplete = manifest.state === "finished" && manifest.totals.unscored === 0;
  if (!isGated) return isComplete ? EXIT.ok : EXIT.undecided;
  if (report.gate === undefined) return EXIT.undecided;
  const code = gateExitCode(report.gate);
  return code === EXIT.ok && !isComplete ? EXIT.undecided : code;
}
