import { readdir, readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Fault } from "../domain/fault.ts";
import { parseSuite, type SuiteReading } from "./parse-suite.ts";
import { didYouMean } from "./read-yaml.ts";
import type { Shelves } from "./shelves.ts";

/** Reads and parses a suite file. `file` is absolute. */
export async function loadSuite(file: string, shelves: Shelves): Promise<SuiteReading> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return { ok: false, faults: [await unreadable(file, String(error.code))], sound: undefined };
  }
  return parseSuite(bytes, file, shelves);
}

async function unreadable(file: string, code: string): Promise<Fault> {
  const fault = { code: "E1150", place: undefined, source: undefined, label: undefined, hint: undefined };
  if (code === "EISDIR")
    return { ...fault, message: `${file} is a folder`, hint: "Name the suite file in it." };
  if (code !== "ENOENT") return { ...fault, message: `the suite ${file} cannot be read (${code})` };
  const names = await readdir(dirname(file)).catch(() => []);
  const suites = names.filter((name) => /\.(?:ya?ml|json)$/i.test(name));
  return {
    ...fault,
    message: `the suite ${file} is not there`,
    label: didYouMean(basename(file), suites),
    hint: "evals init writes a suite to start from.",
  };
}
