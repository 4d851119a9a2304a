import { readFile, stat } from "node:fs/promises";
import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { grouped } from "../domain/counted.ts";
import { DEEPEST } from "../domain/json-depth.ts";
import { documentExcess, MOST_VALUES } from "./document-bounds.ts";
import { type At, type Range, silentChanges } from "./document-faults.ts";
import { measureJson } from "./duplicate-key.ts";
import { encodingFault, type OnBytes } from "./lines.ts";
import { asDocumentRecord } from "./read-jsonl.ts";
import type { Read, RecordFault, Spot } from "./record.ts";

const LARGEST_BYTES = 256 * 2 ** 20;

/** The records of a JSON or YAML list, read whole (at most 256 MB: longer ones are JSON Lines). */
export async function* readDocument(
  file: string,
  onBytes: OnBytes | undefined,
): AsyncGenerator<readonly Read[]> {
  if ((await stat(file)).size > LARGEST_BYTES) {
    const hint = "Convert it to JSON Lines, which streams.";
    yield [{ fault: plain("E1314", "a JSON or YAML dataset holds at most 256 MB", 1, hint) }];
    return;
  }
  const bytes = await readFile(file);
  onBytes?.(bytes);
  const text = decode(bytes);
  yield typeof text === "string" ? [...records(text)] : [{ fault: text }];
}

function decode(bytes: Buffer): string | RecordFault {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { ...encodingFault(bytes, 1), source: undefined };
  }
}

function* records(text: string): Generator<Read> {
  const counter = new LineCounter();
  const lines = text.split("\n");
  const spot = (range: Range): Spot => {
    const [start = 0, end = start + 1] = range ?? [];
    const { line, col } = counter.linePos(start);
    return { line, column: col, endColumn: col + end - start, source: lines[line - 1] };
  };
  const at: At = (range, fault) => ({ ...fault, ...spot(range) });
  const excess = documentExcess(text);
  if (excess !== undefined) {
    // Nothing was parsed, so that no line was counted.
    for (let start = 0, at = 0; start <= excess.offset; at += 1) {
      counter.addNewLine(start);
      start += (lines[at]?.length ?? 0) + 1;
    }
    yield { fault: at([excess.offset, excess.offset + 1], excess.kind === "deep" ? TOO_DEEP : TOO_LARGE) };
    return;
  }
  const document = parseDocument(text, {
    schema: "core",
    strict: true,
    // Its own check compares every key with every other.
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: counter,
    logLevel: "silent",
  });
  const faults = faultsOf(document, at);
  yield* faults.map((fault) => ({ fault }));
  if (faults.some(({ code }) => code !== "E1304")) return;
  if (isSeq(document.contents)) yield* cases(document, document.contents.items, spot);
  else
    yield {
      fault: plain("E1302", "the file must hold a list of cases", 1, "- { id: a, input: …, expected: … }"),
    };
}

const TOO_DEEP = {
  code: "E1303",
  message: `nested more than ${DEEPEST} deep`,
  hint: "Flatten the record.",
};
const TOO_LARGE = {
  code: "E1303",
  message: `more than ${grouped(MOST_VALUES)} keys and values in one document`,
  hint: "Convert it to JSON Lines, which streams.",
};

function faultsOf(document: Document.Parsed, at: At): readonly RecordFault[] {
  const problems = [...document.errors, ...document.warnings];
  // The reader hands a stack overflow on as one of its errors.
  const tooDeep = problems.find(({ message }) => message.includes("call stack"));
  if (tooDeep !== undefined) return [at(tooDeep.pos, TOO_DEEP)];
  const hint = "The file must hold a list of objects.";
  if (problems.length > 0)
    return problems.map(({ message, pos }) =>
      at(pos, { code: "E1300", message: message.split("\n")[0] ?? message, hint }),
    );
  try {
    return silentChanges(document.contents, at);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [at(undefined, TOO_DEEP)];
  }
}

function* cases(
  document: Document.Parsed,
  items: readonly unknown[],
  spot: (range: Range) => Spot,
): Generator<Read> {
  // Aliases are put in as often as they stand: they count each time.
  let left = MOST_VALUES;
  for (const item of items) {
    const range = isMap(item) || isScalar(item) || isSeq(item) ? item.range : undefined;
    const { line } = spot(range);
    if (!isMap(item)) {
      yield asDocumentRecord(null, line, undefined);
      continue;
    }
    const whole = unaliased(() => item.toJS(document, { maxAliasCount: 100 }));
    if (whole === undefined) {
      yield { fault: { ...TOO_MANY_ALIASES, ...spot(range) } };
      continue;
    }
    const { values } = measureJson(whole, { depth: DEEPEST, values: left });
    left -= values;
    if (left < 0) {
      yield { fault: { ...TOO_MANY_ALIASES, ...spot(range) } };
      return;
    }
    const id = item.get("id", true);
    yield asDocumentRecord(whole, line, id?.range ? spot(id.range) : undefined);
  }
}

const TOO_MANY_ALIASES = {
  code: "E1303",
  message: "its aliases would make the case too large",
  hint: "Write the values out.",
};

/** A record with its aliases put in; the reader throws where they would make it huge, or endless. */
function unaliased<Value>(put: () => Value): Value | undefined {
  try {
    return put();
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    return undefined;
  }
}

function plain(code: string, message: string, line: number, hint: string): RecordFault {
  return { code, message, line, column: 1, endColumn: 1, source: undefined, hint };
}
