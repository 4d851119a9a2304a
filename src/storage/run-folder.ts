import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Refusal } from "../domain/ports.ts";
import type { Manifest } from "../domain/run.ts";
import { makeFolders } from "./make-folders.ts";
import { MANIFEST_FILE, readManifest } from "./manifest.ts";
import { errorCode, guarded, storageFault } from "./storage-fault.ts";

/** A run's folder and the files in it. */
export interface RunFolder {
  readonly id: string;
  readonly directory: string;
  readonly samples: string;
  /** The calls of the judges, written as samples are; there only where a judge was asked. */
  readonly judgements: string;
  readonly scores: string;
  /** Which run of this suite in this output folder: 1 is the first. */
  readonly attempt: number;
}

/** A run as a list shows it; `manifest` is `undefined` where `run.json` cannot be read. */
export interface ListedRun {
  readonly id: string;
  readonly directory: string;
  readonly suite: string;
  readonly manifest: Manifest | undefined;
}

/** The paths of a run folder that exists. */
export function runFiles(directory: string): Pick<RunFolder, "samples" | "judgements" | "scores"> {
  return {
    samples: join(directory, "samples.jsonl"),
    judgements: join(directory, "judgements.jsonl"),
    scores: join(directory, "scores.jsonl"),
  };
}

/** Makes `<outDir>/<suite>/<id>/`: ids sort by time and never clash. `at` is the wall clock, ms. */
export async function createRun(outDir: string, suiteName: string, at: number): Promise<RunFolder> {
  const parent = join(outDir, folderName(suiteName));
  return guarded(parent, async () => {
    await makeFolders(parent);
    const before = await runsIn(parent);
    for (;;) {
      const id = runId(at);
      const directory = join(parent, id);
      try {
        await mkdir(directory);
        return { id, directory, ...runFiles(directory), attempt: before + 1 };
      } catch (error) {
        if (errorCode(error) !== "EEXIST") throw error;
      }
    }
  });
}

/** Runs that began: a folder that was left before its manifest was written has asked nothing. */
async function runsIn(parent: string): Promise<number> {
  const names = (await readdir(parent)).filter((name) => RUN_ID.test(name));
  return names.filter((name) => existsSync(join(parent, name, MANIFEST_FILE))).length;
}

const RUN_ID = /^\d{8}-\d{6}-[a-z2-7]{4}$/;
/** In the order in which text is sorted. */
const LETTERS = "234567abcdefghijklmnopqrstuvwxyz";

/** `20261124-101530-x7k2`: UTC to the second, two letters for the millisecond and two of chance: ids sort by time. */
function runId(at: number): string {
  const [date = "", time = ""] = new Date(at).toISOString().split("T");
  const ms = Math.floor(at) % 1000;
  const tail = [ms >> 5, ms & 31, ...[...randomBytes(2)].map((byte) => byte & 31)].map(
    (value) => LETTERS[value],
  );
  return `${date.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}-${tail.join("")}`;
}

/** A suite's name as one folder name: no separators, no dots in front, no device names' trouble. */
function folderName(name: string): string {
  const safe = name
    .normalize("NFC")
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[.-]+/, "")
    .slice(0, 80);
  return safe === "" ? "suite" : safe;
}

/** The folder of a run: `latest`, a run id (or the start of one), or a path. Throws a `Refusal` where there is none. */
export async function findRun(outDir: string, name: string): Promise<string> {
  const direct = resolve(name);
  if (await isRun(direct)) return direct;
  const runs = await runFolders(outDir);
  const matching =
    name === "latest"
      ? runs.slice(-1)
      : runs.filter(({ id }) => id.startsWith(name) || id.endsWith(`-${name}`));
  const [only, second] = matching;
  if (only === undefined) {
    throw new Refusal(
      "E3104",
      `there is no run "${name}" in ${outDir}`,
      "evals list shows the runs that are there.",
    );
  }
  if (second !== undefined) {
    const ids = matching
      .slice(0, 5)
      .map(({ id }) => id)
      .join(", ");
    throw new Refusal(
      "E3105",
      `"${name}" could be ${matching.length} runs: ${ids}`,
      "Give more of the run's id.",
    );
  }
  return only.directory;
}

/** The output folder that a run was made in; `undefined` where its folder was moved under another name. */
export function outFolderOf(directory: string): string | undefined {
  return RUN_ID.test(basename(directory)) ? dirname(dirname(directory)) : undefined;
}

/** Every run below the output folder, oldest first. */
export async function listRuns(outDir: string): Promise<readonly ListedRun[]> {
  const found = await runFolders(outDir);
  return Promise.all(
    found.map(async (run) => ({ ...run, manifest: await manifestIfReadable(run.directory) })),
  );
}

async function manifestIfReadable(directory: string): Promise<Manifest | undefined> {
  try {
    return await readManifest(directory);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

async function runFolders(outDir: string): Promise<readonly Omit<ListedRun, "manifest">[]> {
  const suites = await folders(outDir);
  const nested = await Promise.all(
    suites.map(async (suite) => {
      const ids = (await folders(join(outDir, suite))).filter((id) => RUN_ID.test(id));
      return ids.map((id) => ({ id, suite, directory: join(outDir, suite, id) }));
    }),
  );
  return nested.flat().sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

async function folders(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw storageFault(error, directory);
  }
}

/** Whether a folder holds a manifest. */
export async function isRun(directory: string): Promise<boolean> {
  try {
    return (await stat(join(directory, MANIFEST_FILE))).isFile();
  } catch {
    return false;
  }
}
