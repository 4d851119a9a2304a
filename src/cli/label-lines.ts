import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Fault, Result } from "../domain/fault.ts";
import type { JsonObject } from "../domain/json.ts";

/** One line of a file of labels or verdicts. */
export interface LabelLine {
  readonly record: JsonObject;
  /** `labels.jsonl:7`, for faults. */
  readonly at: string;
}

/** What is wrong with a file of labels. */
export function labelFault(message: string, hint: string): Fault {
  return { code: "E1701", message, place: undefined, source: undefined, label: undefined, hint };
}

/** Reads a JSONL file of labels or verdicts; every line that is no object is a fault. */
export async function readLabelLines(cwd: string, file: string): Promise<Result<readonly LabelLine[]>> {
  const text = await readFile(resolve(cwd, file), "utf8").catch(() => undefined);
  if (text === undefined)
    return { ok: false, faults: [labelFault(`${file} cannot be read`, "Give the path of a JSONL file.")] };
  const lines: LabelLine[] = [];
  const faults: Fault[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const at = `${file}:${index + 1}`;
    const record = objectOf(line);
    if (record === undefined)
      faults.push(labelFault(`${at}: this line is not a JSON object`, "One object a line."));
    else lines.push({ record, at });
  }
  if (faults.length === 0 && lines.length === 0)
    faults.push(labelFault(`${file} is empty`, "One JSON object a line."));
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: lines };
}

function objectOf(line: string): JsonObject | undefined {
  try {
    const value: JsonObject = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
