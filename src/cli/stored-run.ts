import { dirname } from "node:path";
import { Refusal } from "../domain/ports.ts";
import type { Manifest } from "../domain/run.ts";
import { fileHash, hasHash } from "../storage/file-hash.ts";
import { checkJournal } from "../storage/journal-reader.ts";
import { isFolderLocked, lockFolder } from "../storage/lock.ts";
import { readManifest, writeManifest } from "../storage/manifest.ts";
import { runFiles } from "../storage/run-folder.ts";
import { readScores } from "../storage/scores.ts";
import { NO_SUCH_FILE } from "../storage/storage-fault.ts";
import { keepDecided } from "./decided-scores.ts";
import { decidedAnew, decisionDifference } from "./early-judging.ts";
import type { Io } from "./io.ts";
import { wholeVerdicts } from "./judged-run.ts";
import { rebuildScores } from "./rebuild-scores.ts";
import { leadingTo, runArgument } from "./run-argument.ts";
import { safe } from "./safe-text.ts";
import { type ScoredRun, scoredRun, storedGate } from "./scored-run.ts";
import { type CodeChoice, codeOfReading } from "./suite-code.ts";
import { systemClock } from "./system-clock.ts";
import { countTotals, totalsDifference } from "./totals.ts";
import { version } from "./version.ts";

/** A run read back, its journal checked against its hash. */
export interface StoredRun extends ScoredRun {
  readonly directory: string;
  /** What `run.json` says and its answers do not, if there is such a thing: a gate refuses it. */
  readonly disagreement: Disagreement | undefined;
}

/** A summary that is not that of the answers. */
export interface Disagreement {
  readonly text: string;
  /** The manifest as the answers have it. */
  readonly measured: Manifest;
}

/**
 * Reads a run that is over. Scores that are not what the manifest says are made again from the journal, with a
 * notice; code of its suite is not run for that but in the sandbox, unless `code` says so. Throws a `Refusal` where the
 * journal itself is not what it says: that names the damaged lines.
 */
export async function storedRun(
  directory: string,
  io: Pick<Io, "err" | "cwd" | "variables">,
  code: CodeChoice = codeOfReading(io),
): Promise<StoredRun> {
  const manifest = await manifestOfJournal(directory, io.cwd);
  const files = runFiles(directory);
  if (await hasHash(files.scores, manifest.hashes.scores)) return checked(manifest, directory);
  const lock = await lockFolder(directory, systemClock.wall());
  try {
    await rebuildScores(manifest, files, code, () =>
      io.err(`${files.scores} is not what run.json says: made again from the journal, no call was made\n`),
    );
    await keepDecided(manifest, files.scores);
    const hashes = { ...manifest.hashes, scores: await fileHash(files.scores) };
    const run = await checked({ ...manifest, hashes }, directory);
    if (run.disagreement === undefined) await writeManifest(directory, run.manifest);
    return run;
  } finally {
    await lock.release();
  }
}

/** The manifest of a run that is over, changing nothing. Throws a `Refusal` where a file is not what it says. */
export async function intactManifest(directory: string, cwd: string): Promise<Manifest> {
  const manifest = await manifestOfJournal(directory, cwd);
  const { scores } = runFiles(directory);
  if (await hasHash(scores, manifest.hashes.scores)) return manifest;
  const run = runArgument({ id: manifest.id, directory }, cwd);
  const hint = `evals report ${run} makes it again from the journal; no call is made.`;
  throw new Refusal("E3110", `${scores} is not what run.json says`, hint);
}

async function manifestOfJournal(directory: string, cwd: string): Promise<Manifest> {
  const manifest = await readManifest(directory);
  if (await hasItsJournal(manifest, directory)) return manifest;
  const { samples, judgements } = runFiles(directory);
  const isSamples = !(await hasHash(samples, manifest.hashes.samples));
  const run = runArgument({ id: manifest.id, directory }, cwd);
  throw await journalRefusal(run, manifest, isSamples ? samples : judgements);
}

async function checked(manifest: Manifest, directory: string): Promise<StoredRun> {
  const { scores } = runFiles(directory);
  const count = countTotals();
  const run = await scoredRun(manifest, readScores(scores), count.add);
  const planned = manifest.tasks.reduce((sum, task) => sum + task.planned, 0);
  const samples = manifest.models.reduce((sum, { repeats }) => sum + repeats, 0) * planned;
  const decided = decidedAnew(run, samples - count.asked());
  const early = manifest.early && { ...manifest.early, decided };
  const totals = count.of(samples, decided?.spared ?? 0);
  const measured = {
    ...manifest,
    totals,
    early,
    verdicts: ownVerdicts({ ...run, manifest: { ...manifest, early } }),
  };
  const text =
    totalsDifference(manifest.totals, totals) ??
    decisionDifference(manifest, measured) ??
    verdictsDifference(manifest, measured);
  return { ...run, directory, disagreement: text === undefined ? undefined : { text, measured } };
}

/** Whether the journals of a run are those that its manifest was written for. */
export async function hasItsJournal(manifest: Manifest, directory: string): Promise<boolean> {
  const { samples, judgements } = runFiles(directory);
  const { hashes } = manifest;
  const isJudged = hashes.judgements === null || (await hasHash(judgements, hashes.judgements));
  return isJudged && (await hasHash(samples, hashes.samples));
}

/** A `Refusal` where `run.json` and the answers disagree: a gate decides on neither. */
export function refuseDisagreement(
  { manifest, directory, disagreement: found }: StoredRun,
  cwd: string,
): void {
  if (found === undefined) return;
  const run = runArgument({ id: manifest.id, directory }, cwd);
  throw new Refusal(
    "E3113",
    `run.json of ${manifest.id} is not the summary of its answers: it says ${found.text}`,
    `run.json, a scorer or evals has changed since. evals resume ${run} writes the summary anew; no call is made.`,
  );
}

/** A `Refusal` where the run is a part of one: a gate decides over all of it. */
export function refuseShard({ id, selection: { shard } }: Manifest): void {
  if (shard === undefined) return;
  throw new Refusal(
    "E3114",
    `${id} is shard ${shard.index} of ${shard.count}, and a gate decides over a whole run`,
    "Join the shards first: evals merge RUN…",
  );
}

/** Says where `run.json` and the answers disagree; what is shown is that of the answers. */
export function noteDisagreement(
  { manifest, directory, disagreement: found }: StoredRun,
  io: Pick<Io, "err" | "cwd">,
): void {
  if (found === undefined) return;
  const run = runArgument({ id: manifest.id, directory }, io.cwd);
  io.err(`run.json is not the summary of these answers: it says ${found.text}\n`);
  io.err(`${safe(leadingTo("no gate decides on this run before", `evals resume ${run}`))}\n`);
}

/** A kill may have come before the verdicts were kept, and another version may judge otherwise: neither is a fault. */
function verdictsDifference(kept: Manifest, found: Manifest): string | undefined {
  const [said, made] = [kept, found].map(({ verdicts }) => JSON.stringify(verdicts));
  if (kept.verdicts === null || kept.evalsVersion !== version() || said === made) return undefined;
  return `the verdicts ${said}, not ${made}`;
}

/** The verdicts of the run's own gate, as `evals run` keeps them. */
function ownVerdicts(run: ScoredRun): Manifest["verdicts"] {
  const policy = storedGate(run.manifest);
  return policy.ok ? wholeVerdicts(run, policy.value) : run.manifest.verdicts;
}

/** Why a journal is not what `run.json` says, and the way out. */
async function journalRefusal(run: string, { hashes, state }: Manifest, file: string): Promise<Refusal> {
  const found = await checkIfThere(file);
  if (found !== undefined && !found.ok) {
    const lines = found.faults.map(({ message }) => message).join("\n  ");
    return new Refusal(
      "E3101",
      `${file} is damaged:\n  ${lines}`,
      `Restore it from a copy, or drop those records:\n  evals repair ${run}`,
    );
  }
  if (state === "running" || hashes.samples === null) return notOver(run, state, file);
  const why = found === undefined ? "It is gone" : "It was cut off, or changed by hand";
  return new Refusal(
    "E3110",
    `${file} is not what run.json says`,
    `${why}. Ask what is missing: evals resume ${run}`,
  );
}

/** A run that another process is at, that was killed, or that was repaired. */
async function notOver(run: string, state: Manifest["state"], file: string): Promise<Refusal> {
  if (await isFolderLocked(dirname(file)))
    return new Refusal("E3110", `run ${run} is not over: it is going on`, "Wait until it is.");
  const why = state === "running" ? "it was killed" : "damaged records of it were dropped";
  return new Refusal("E3110", `run ${run} is not over: ${why}`, `Finish it: evals resume ${run}`);
}

async function checkIfThere(file: string): Promise<Awaited<ReturnType<typeof checkJournal>> | undefined> {
  try {
    return await checkJournal(file);
  } catch (error) {
    if (error instanceof Refusal && error.code === NO_SUCH_FILE) return undefined;
    throw error;
  }
}
