import { parseDocument } from "yaml";
import { z } from "zod";
import type { JsonValue } from "../domain/json.ts";

/** A document read, or what is wrong with it. */
export type ReadDocument =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly problem: string };

const MOST_ALIASES = 100;

/** Bytes as text; `undefined` where they are not UTF-8. */
export function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Reads YAML, of which JSON is a part, with the merge keys that other tools allow. */
export function readDocument(bytes: Uint8Array): ReadDocument {
  const text = decode(bytes);
  if (text === undefined) return { ok: false, problem: "it is not valid UTF-8" };
  try {
    const document = parseDocument(text, { merge: true, prettyErrors: true, logLevel: "silent" });
    const [error] = document.errors;
    if (error !== undefined)
      return { ok: false, problem: `it is not valid YAML: ${error.message.split("\n")[0] ?? ""}` };
    const parsed = z.json().safeParse(document.toJS({ maxAliasCount: MOST_ALIASES }));
    if (!parsed.success) return { ok: false, problem: "it holds values that JSON has not" };
    return { ok: true, value: parsed.data };
  } catch (error) {
    // Too many aliases, an alias inside its own anchor, a stack that overflowed.
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The records of JSON lines; a text is the problem, with its line. */
export function readJsonLines(bytes: Uint8Array): readonly JsonValue[] | string {
  const text = decode(bytes);
  if (text === undefined) return "it is not valid UTF-8";
  const records: JsonValue[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const record = parseJson(line);
    if (record === undefined) return `line ${index + 1} is not JSON`;
    records.push(record);
  }
  return records;
}

/** A text as JSON; `undefined` where it is none. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return z.json().safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
