import { readdir } from "node:fs/promises";
import { basename, dirname, extname } from "node:path";
import type { DatasetSpec } from "../domain/dataset.ts";
import type { Fault } from "../domain/fault.ts";
import { nearest } from "../domain/nearest.ts";

/** A file that no reader is for; told where the suite names it. */
export function noReader(spec: DatasetSpec): Fault {
  return namedFault(
    spec,
    "E1308",
    `"${spec.path}" is not a dataset`,
    "A dataset is a .jsonl, .csv, .json or .yaml file.",
  );
}

/** A file that cannot be opened or read, for the system's reason; told where the suite names it. */
export async function unreadable(spec: DatasetSpec, code: string): Promise<Fault> {
  if (code === "EISDIR")
    return namedFault(spec, "E1309", `the dataset "${spec.path}" is a folder`, NAME_FILE);
  if (code !== "ENOENT")
    return namedFault(
      spec,
      "E1309",
      `the dataset "${spec.path}" cannot be read (${code})`,
      `It is ${spec.file}.`,
    );
  const fault = namedFault(
    spec,
    "E1309",
    `the dataset "${spec.path}" is not there`,
    `Paths are relative to the suite file: this one is ${spec.file}.`,
  );
  const meant = nearest(basename(spec.file), await datasetsIn(dirname(spec.file)));
  return meant === undefined ? fault : { ...fault, label: `did you mean "${meant}"?` };
}

const NAME_FILE = "Name one file: .jsonl, .csv, .json or .yaml.";
const EXTENSIONS = [".jsonl", ".csv", ".json", ".yaml", ".yml"];

async function datasetsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => EXTENSIONS.includes(extname(name).toLowerCase()));
}

function namedFault({ file, place }: DatasetSpec, code: string, message: string, hint: string): Fault {
  const start = { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
  return { code, message, place: place ?? start, source: undefined, label: undefined, hint };
}
