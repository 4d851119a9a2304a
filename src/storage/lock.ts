import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { Refusal } from "../domain/ports.ts";
import { errorCode, guarded } from "./storage-fault.ts";

/** Held while a process writes to a run folder, or to a file of the answer cache. */
export interface Lock {
  release(): Promise<void>;
}

const ownerSchema = z.object({
  pid: z.int(),
  host: z.string(),
  /** When the process started, in the system's own ticks; tells a reused pid apart. `null` where it cannot be known. */
  processStart: z.string().nullable(),
  since: z.string(),
});
type Owner = z.infer<typeof ownerSchema>;

/**
 * Takes the lock of a run folder; one that a dead process left is taken over. Throws a `Refusal` that names the
 * holder. `at` is the wall clock, ms.
 */
export function lockFolder(directory: string, at: number): Promise<Lock> {
  return lockFile(lockOf(directory), at, { code: "E3103", what: "this run is being written" });
}

/** What a lock is held for, in the words of the `Refusal` of whoever comes second. */
export interface LockPurpose {
  readonly code: string;
  readonly what: string;
}

/** Takes a lock that is a file of its own, as `lockFolder` does that of a run folder. */
export async function lockFile(file: string, at: number, purpose: LockPurpose): Promise<Lock> {
  const since = new Date(at).toISOString();
  const owner: Owner = {
    pid: process.pid,
    host: hostname(),
    processStart: await processStart(process.pid),
    since,
  };
  const text = `${JSON.stringify(owner)}\n`;
  return guarded(file, async () => {
    // Two tries: one for a lock that went away in between, one for a stale lock that was cleared.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (await place(file, text)) return { release: () => releaseLock(file, text) };
      await clearStale(file, at, purpose);
    }
    throw held(file, undefined, at, purpose);
  });
}

/** Whether a process that is alive writes to a run folder. */
export function isFolderLocked(directory: string): Promise<boolean> {
  return isLocked(lockOf(directory));
}

function lockOf(directory: string): string {
  return join(directory, "lock");
}

/** Whether a process that is alive holds a lock. */
export async function isLocked(file: string): Promise<boolean> {
  return guarded(file, async () => {
    const found = await readIfThere(file);
    if (found === undefined) return false;
    const owner = ownerOf(found);
    return owner !== undefined && (await isAlive(owner));
  });
}

/** Puts the lock there with its content in one step, so that nobody sees an empty one. */
async function place(file: string, text: string): Promise<boolean> {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  await writeFile(temporary, text, { flag: "wx" });
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function clearStale(file: string, at: number, purpose: LockPurpose): Promise<void> {
  const found = await readIfThere(file);
  if (found === undefined) return;
  const owner = ownerOf(found);
  if (owner !== undefined && (await isAlive(owner))) throw held(file, owner, at, purpose);
  const aside = `${file}.stale-${randomBytes(4).toString("hex")}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    throw error;
  }
  // Another process may have taken over in between: then it was its lock that moved, and it goes back.
  if ((await readFile(aside, "utf8")) !== found) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function ownerOf(text: string): Owner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** A holder on another machine counts as alive: that cannot be known from here. */
async function isAlive(owner: Owner): Promise<boolean> {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (errorCode(error) === "ESRCH") return false;
  }
  const start = await processStart(owner.pid);
  return start === null || owner.processStart === null || start === owner.processStart;
}

/** Field 22 of `/proc/<pid>/stat`, where there is one. */
async function processStart(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function held(file: string, owner: Owner | undefined, at: number, { code, what }: LockPurpose): Refusal {
  const who =
    owner === undefined
      ? "another process"
      : `process ${owner.pid} on ${owner.host}, for ${Math.max(0, Math.round((at - Date.parse(owner.since)) / 1000))} s`;
  return new Refusal(
    code,
    `${what} by ${who}`,
    `Wait for it, or stop it. If that machine is gone, delete ${file}`,
  );
}

/** A lock that cannot be taken away is stale once this process ends: no fault, and none that hides the first one. */
async function releaseLock(file: string, text: string): Promise<void> {
  try {
    if ((await readIfThere(file)) === text) await rm(file, { force: true });
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}
