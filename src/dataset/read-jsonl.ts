import { grouped } from "../domain/counted.ts";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import { DEEPEST, isDeeper } from "../domain/json-depth.ts";
import { MOST_VALUES } from "./document-bounds.ts";
import { type DuplicateKey, deepBracket, duplicateKey, measureJson } from "./duplicate-key.ts";
import { type Line, type OnBytes, readLines, type TextLine } from "./lines.ts";
import type { DatasetRecord, Read, RecordFault, Spot } from "./record.ts";

/** The records of a JSON Lines file; blank lines are skipped. Faults of a value are looked for at the first pass alone. */
export async function* readJsonl(
  file: string,
  onBytes: OnBytes | undefined,
): AsyncGenerator<readonly Read[]> {
  let isFirst = true;
  for await (const lines of readLines(file, onBytes)) {
    const document = isFirst ? documentFault(lines) : undefined;
    isFirst = false;
    if (document !== undefined) {
      yield [{ fault: document }];
      return;
    }
    yield lines.flatMap((line) => {
      if ("fault" in line) return line;
      return line.text.trim() === "" ? [] : parseLine(line, onBytes !== undefined);
    });
  }
}

/** One JSON document over many lines: every line of it would be a fault. */
function documentFault(lines: readonly Line[]): RecordFault | undefined {
  const first = lines.find((line) => !("fault" in line) && line.text.trim() !== "");
  if (first === undefined || "fault" in first || !/^\s*[[{]\s*$/.test(first.text)) return undefined;
  const { text, number: line } = first;
  const isList = text.trim() === "[";
  return {
    code: "E1300",
    message: "this is one JSON document over several lines, not one JSON object per line",
    line,
    column: text.search(/\S/) + 1,
    endColumn: text.trimEnd().length + 1,
    source: text,
    hint: isList ? "Name the file .json, or write each case in one line." : "Write each case in one line.",
  };
}

/** The record of a line; faults of its values are looked for where it is read for the first time. */
export function parseLine({ text, number, ended }: TextLine, isFirst: boolean): Read {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      fault: syntaxFault(text, number, ended, error instanceof Error ? error.message : String(error)),
    };
  }
  const fault = isFirst ? hiddenFault(value, number, text) : undefined;
  return fault === undefined ? asRecord(value, { line: number, source: text, idAt: undefined }) : { fault };
}

/** What `JSON.parse` takes without a word. */
function hiddenFault(value: JsonValue, line: number, source: string): RecordFault | undefined {
  const { depth, pairs, values } = measureJson(value, { depth: DEEPEST, values: MOST_VALUES });
  if (depth > DEEPEST) {
    const column = deepBracket(source, DEEPEST) + 1;
    return { ...tooDeep(line), column, endColumn: column + 1, source };
  }
  if (values > MOST_VALUES) {
    const message = `more than ${grouped(MOST_VALUES)} keys and values in one record`;
    return { code: "E1303", message, line, column: 1, endColumn: 2, source, hint: "Split the record." };
  }
  const repeated = duplicateKey(source, pairs);
  return repeated === undefined ? undefined : repeatedFault(repeated, line, source);
}

function tooDeep(line: number): RecordFault {
  const message = `nested more than ${DEEPEST} deep`;
  return {
    code: "E1303",
    message,
    line,
    column: 1,
    endColumn: 2,
    source: undefined,
    hint: "Flatten the record.",
  };
}

function repeatedFault({ key, start, end }: DuplicateKey, line: number, source: string): RecordFault {
  return {
    code: "E1319",
    message: `the key "${key}" stands twice in one object`,
    line,
    column: start + 1,
    endColumn: end + 1,
    source,
    hint: "Only one of the two values could be used: delete one.",
  };
}

/** A value of a document as a record. */
export function asDocumentRecord(value: JsonValue, line: number, idAt: Spot | undefined): Read {
  return isDeeper(value) ? { fault: tooDeep(line) } : asRecord(value, { line, source: undefined, idAt });
}

/** A JSON value as a record: an object, not too deep, with no key that means something to a program. */
function asRecord(
  value: JsonValue,
  { line, source, idAt }: Pick<DatasetRecord, "line" | "source" | "idAt">,
): Read {
  const fault = (code: string, message: string, hint: string): Read => ({
    fault: { code, message, line, column: 1, endColumn: (source?.length ?? 1) + 1, source, hint },
  });
  if (!isObject(value))
    return fault(
      "E1302",
      "a case must be a JSON object",
      'For example {"id": "a", "input": "…", "expected": "…"}.',
    );
  if (Object.hasOwn(value, "__proto__"))
    return fault("E1305", 'the field "__proto__" is not allowed', "Rename it.");
  const { tags, id } = value;
  if (tags !== undefined && !(Array.isArray(tags) && tags.every((tag) => typeof tag === "string"))) {
    return fault("E1306", "tags must be a list of texts", 'For example "tags": ["must-pass"].');
  }
  if (id !== undefined && typeof id !== "string" && typeof id !== "number") {
    return fault("E1306", "an id must be a text or a number", "Results are matched between models by id.");
  }
  return { record: { fields: value, line, source, idAt } };
}

function syntaxFault(text: string, line: number, ended: boolean, message: string): RecordFault {
  const column = firstBadPrefix(text);
  const torn = !ended && column > text.length;
  return {
    code: "E1300",
    message: torn
      ? "the last line is cut off in the middle of a record"
      : `this is not valid JSON: ${message.split(/ in JSON|, (?:\.\.\.)?"/)[0] ?? message}`,
    line,
    column,
    endColumn: column + 1,
    source: text,
    hint: torn ? "Finish the line, or delete it." : "One JSON object per line.",
  };
}

/**
 * Length of the shortest prefix that no text can complete to JSON: the 1-based column of the mistake, which
 * `JSON.parse` does not always tell; past the end where only the end is missing.
 */
function firstBadPrefix(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (canBeCompleted(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return bad;
}

function canBeCompleted(prefix: string): boolean {
  try {
    JSON.parse(prefix);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const position = /position (\d+)/.exec(message)?.[1];
    return /end of JSON input|Unterminated string/.test(message) || position === String(prefix.length);
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
