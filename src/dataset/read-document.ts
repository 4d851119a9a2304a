import { readFile, stat } from "node:fs/promises";
import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
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
  const document = parseDocument(text, {
    schema: "core",
    strict: true,
    prettyErrors: false,
    lineCounter: counter,
    logLevel: "silent",
  });
  const problems = [...document.errors, ...document.warnings];
  const tooDeep = problems.find(({ message }) => message.includes("call stack"));
  if (tooDeep !== undefined) {
    const { line } = counter.linePos(tooDeep.pos[0]);
    yield { fault: plain("E1303", "nested deeper than the reader can follow", line, "Flatten the record.") };
    return;
  }
  for (const problem of problems) {
    yield {
      fault: plain(
        "E1300",
        problem.message.split("\n")[0] ?? problem.message,
        counter.linePos(problem.pos[0]).line,
        "The file must hold a list of objects.",
      ),
    };
  }
  if (problems.length > 0) return;
  const changed = [...changedValues(document.contents, counter, text)];
  yield* changed.map((fault) => ({ fault }));
  const list = document.contents;
  if (!isSeq(list)) {
    yield {
      fault: plain("E1302", "the file must hold a list of cases", 1, "- { id: a, input: …, expected: … }"),
    };
    return;
  }
  const lines = text.split("\n");
  const spot = (range: readonly number[]): Spot => {
    const { line, col } = counter.linePos(range[0] ?? 0);
    return { line, column: col, endColumn: col + (range[1] ?? 0) - (range[0] ?? 0), source: lines[line - 1] };
  };
  for (const item of list.items) {
    const start = isMap(item) || isScalar(item) || isSeq(item) ? (item.range?.[0] ?? 0) : 0;
    const { line } = counter.linePos(start);
    if (!isMap(item)) yield asDocumentRecord(null, line, undefined);
    else {
      const id = item.get("id", true);
      const idAt = id?.range ? spot(id.range) : undefined;
      const whole = unaliased(() => item.toJS(document, { maxAliasCount: 100 }), line);
      yield "fault" in whole ? whole : asDocumentRecord(whole.value, line, idAt);
    }
  }
}

/** A record with its aliases put in; the reader throws where they would make it huge. */
function unaliased<Value>(
  put: () => Value,
  line: number,
): { readonly value: Value } | { readonly fault: RecordFault } {
  try {
    return { value: put() };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return {
      fault: plain("E1303", "its aliases would make the case too large", line, "Write the values out."),
    };
  }
}

/** Numbers whose text YAML would not give back: `1.10`, `0x1F`, `1_000` lose what the author wrote. */
function changedValues(contents: unknown, counter: LineCounter, text: string): readonly RecordFault[] {
  const faults: RecordFault[] = [];
  if (!isSeq(contents) && !isMap(contents)) return faults;
  visit(contents, {
    Scalar: (_, node) => {
      const { value, source, range } = node;
      if (typeof value !== "number" || source === undefined || source === String(value)) return;
      const { line, col } = counter.linePos(range?.[0] ?? 0);
      faults.push({
        code: "E1304",
        message: "value would change when read",
        line,
        column: col,
        endColumn: col + source.length,
        source: text.split("\n")[line - 1],
        label: `YAML reads this as the number ${value}`,
        hint: `Put it in quotes: "${source}".`,
      });
    },
  });
  return faults;
}

function plain(code: string, message: string, line: number, hint: string): RecordFault {
  return { code, message, line, column: 1, endColumn: 1, source: undefined, hint };
}
