import { readFile } from "node:fs/promises";
import { parseSuite, type SuiteReading } from "./parse-suite.ts";
import type { Shelves } from "./shelves.ts";

/** Reads and parses a suite file. `file` is absolute. */
export async function loadSuite(file: string, shelves: Shelves): Promise<SuiteReading> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    const why = error.code === "ENOENT" ? "is not there" : `cannot be read (${String(error.code)})`;
    const hint = error.code === "ENOENT" ? "evals init writes a suite to start from." : undefined;
    return {
      ok: false,
      faults: [
        {
          code: "E1150",
          message: `the suite ${file} ${why}`,
          place: undefined,
          source: undefined,
          label: undefined,
          hint,
        },
      ],
      sound: undefined,
    };
  }
  return parseSuite(bytes, file, shelves);
}
