import { pipeline, Readable } from "node:stream";
import { grouped } from "../domain/counted.ts";
import type { JsonObject } from "../domain/json.ts";
import { type OnBytes, readLines } from "./lines.ts";
import type { Read, RecordFault } from "./record.ts";

/** The records of a CSV file (RFC 4180, first row is the header); every value is a text. */
export async function* readCsv(file: string, onBytes: OnBytes | undefined): AsyncGenerator<readonly Read[]> {
  const { parse } = await import("csv-parse");
  const faults: RecordFault[] = [];
  const lines = async function* () {
    for await (const lines of readLines(file, onBytes)) {
      const texts: string[] = [];
      for (const line of lines) {
        if ("fault" in line) faults.push(line.fault);
        else texts.push(`${line.text}\n`);
      }
      if (texts.length > 0) yield texts.join("");
    }
  };
  const parser = parse({ info: true, relax_column_count: true, skip_empty_lines: true });
  // What the file cannot give ends the parser too, which throws it below.
  pipeline(Readable.from(lines()), parser, () => undefined);
  let header: readonly string[] | undefined;
  let line = 1;
  let rows: Read[] = [];
  try {
    for await (const parsed of parser) {
      const { record, info } = readRow(parsed);
      const start = line;
      line = info.lines + 1;
      if (header === undefined) {
        header = record;
        const unreadable = wrongSeparator(record) ?? tooManyColumns(record);
        yield (unreadable ?? repeatedColumns(record)).map((found) => ({ fault: found }));
        // Nothing below can be told apart either.
        if (unreadable !== undefined) return;
      } else rows.push(row(header, record, start));
      if (rows.length < ROWS_AT_ONCE) continue;
      yield rows;
      rows = [];
    }
  } catch (error) {
    if (error instanceof Error && "syscall" in error) throw error;
    const message = error instanceof Error ? error.message.split(" on line")[0] : String(error);
    const at = error instanceof Error && "lines" in error ? Number(error.lines) : line;
    faults.push(
      fault(
        "E1310",
        `this is not valid CSV: ${message}`,
        at,
        "Quote fields that hold commas, quotes or line breaks, and double the quotes inside.",
      ),
    );
  }
  yield [...rows, ...faults.map((found) => ({ fault: found }))];
}

const ROWS_AT_ONCE = 256;

const MOST_NAMED = 20;

/** csv-parse with `info` yields `{record, info}`; its types leave them open. */
function readRow(parsed: unknown): { record: readonly string[]; info: { lines: number } } {
  if (typeof parsed !== "object" || parsed === null || !("record" in parsed) || !("info" in parsed))
    throw new Error("csv-parse yielded no record");
  const { record, info } = parsed;
  const lines =
    typeof info === "object" && info !== null && "lines" in info ? Number(info.lines) : Number.NaN;
  if (!Array.isArray(record)) throw new Error("csv-parse yielded no list");
  return { record: record.map(String), info: { lines } };
}

const SEPARATORS = new Map([
  [";", "semicolons"],
  ["\t", "tabs"],
]);

function wrongSeparator(header: readonly string[]): readonly RecordFault[] | undefined {
  const [only = ""] = header;
  const used = [...SEPARATORS].find(([separator]) => only.includes(separator));
  if (header.length !== 1 || used === undefined) return undefined;
  const message = `the columns are separated by ${used[1]}`;
  return [fault("E1311", message, 1, "Save the file with commas between the columns.")];
}

const MOST_COLUMNS = 10_000;

function tooManyColumns({ length }: readonly string[]): readonly RecordFault[] | undefined {
  if (length <= MOST_COLUMNS) return undefined;
  const message = `${grouped(length)} columns: at most ${grouped(MOST_COLUMNS)} are read`;
  return [fault("E1303", message, 1, "Write what belongs together into one column, as JSON.")];
}

function repeatedColumns(header: readonly string[]): readonly RecordFault[] {
  const seen = new Set<string>();
  const repeated = header.filter((name) => seen.size === seen.add(name).size);
  return repeated.map((name) => fault("E1312", `two columns are named "${name}"`, 1, "Rename one of them."));
}

function row(header: readonly string[], record: readonly string[], line: number): Read {
  if (record.length !== header.length) {
    return {
      fault: fault(
        "E1313",
        `this row has ${record.length} fields, the header has ${header.length}`,
        line,
        `Columns: ${header.slice(0, MOST_NAMED).join(", ")}. Quote fields that hold commas.`,
      ),
    };
  }
  if (header.includes("__proto__"))
    return { fault: fault("E1305", 'the field "__proto__" is not allowed', 1, "Rename it.") };
  const fields: JsonObject = Object.fromEntries(header.map((name, index) => [name, record[index] ?? ""]));
  return { record: { fields, line, source: undefined, idAt: undefined } };
}

function fault(code: string, message: string, line: number, hint: string): RecordFault {
  return { code, message, line, column: 1, endColumn: 1, source: undefined, hint };
}
