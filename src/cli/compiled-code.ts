import { lstatSync, mkdirSync } from "node:fs";
import nodeModule from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Io } from "./io.ts";

/**
 * Has Node keep the compiled program for the next time, where this Node can (22.1 and later) and there is a folder that
 * nobody else can write to: what lies in it is run. Does nothing where anything is in the way.
 */
export function keepCompiledCode(variables: Io["variables"]): void {
  const enable: unknown = Reflect.get(nodeModule, "enableCompileCache");
  if (typeof enable !== "function") return;
  const folder = join(cachesOf(variables, process.platform), "evals", "compiled");
  if (makeOwn(folder)) enable(folder);
}

/** The user's folder for what can be made again. */
export function cachesOf(variables: Io["variables"], platform: NodeJS.Platform): string {
  if (platform === "win32" && variables["LOCALAPPDATA"]) return variables["LOCALAPPDATA"];
  if (platform === "darwin") return join(homedir(), "Library", "Caches");
  return variables["XDG_CACHE_HOME"] || join(homedir(), ".cache");
}

const WRITABLE_BY_OTHERS = 0o022;

/** Makes a folder, and tells whether it is this user's and closed to others; where there are no modes, that it is there. */
export function makeOwn(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = lstatSync(folder);
    const user = process.getuid?.();
    if (user === undefined) return found.isDirectory();
    return found.isDirectory() && found.uid === user && (found.mode & WRITABLE_BY_OTHERS) === 0;
  } catch {
    return false;
  }
}
