import { createHash } from "node:crypto";
import type { DatasetSpec, DatasetSummary } from "../domain/dataset.ts";
import type { Fault, Place, Result } from "../domain/fault.ts";
import type { JsonObject } from "../domain/json.ts";
import { nearest } from "../domain/nearest.ts";
import { fieldAt } from "../domain/template.ts";
import { noReader, unreadable } from "./file-fault.ts";
import { exactIds, idDigests, type SeenIds } from "./id-digests.ts";
import { readerOf } from "./readers.ts";
import { type DatasetRecord, type RecordFault, recordId, type Spot } from "./record.ts";
import { valueSpan } from "./value-span.ts";

/** Faults that are kept of one file: more would only scroll the first ones away. */
const MOST_FAULTS = 20;

/** What a task asks of its dataset. */
export interface DatasetDemands {
  /** Fields that the suite reads, and where it says so. */
  readonly fields: readonly { readonly path: string; readonly place: Place }[];
  /** Why a case with these fields cannot be used, in words, and the field that is to blame. */
  readonly check?: ((fields: JsonObject) => CaseFault | undefined) | undefined;
}

interface CaseFault {
  readonly reason: string;
  readonly field: string | undefined;
}

/** Reads a dataset through once: its hash, its fields, and every fault in it (at most 20, and their count). */
export async function checkDataset(
  spec: DatasetSpec,
  demands: DatasetDemands,
): Promise<Result<DatasetSummary>> {
  const reader = readerOf(spec);
  if (reader === undefined) return { ok: false, faults: [noReader(spec)] };
  const passThrough = async (ids: SeenIds) => {
    const hash = createHash("sha256");
    const check = checker(spec, demands, ids);
    for await (const batch of reader(spec.file, (bytes) => hash.update(bytes))) {
      for (const read of batch) {
        if ("fault" in read) check.fault(read.fault);
        else check.record(read.record);
      }
    }
    return check.end(`sha256:${hash.digest("hex")}`);
  };
  try {
    const digests = idDigests();
    const checked = await passThrough(digests);
    return digests.suspects.size === 0 ? checked : await passThrough(exactIds(digests.suspects));
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return { ok: false, faults: [await unreadable(spec, String(error.code))] };
  }
}

function checker(spec: DatasetSpec, { fields: wanted, check }: DatasetDemands, ids: SeenIds) {
  const faults: Fault[] = [];
  /** Those that are not kept: how many, and the first. */
  let more = 0;
  let next: Fault | undefined;
  let cases = 0;
  let withId = 0;
  let firstWithoutId: DatasetRecord | undefined;
  const names = new Set<string>();
  /** Per wanted field: how many cases lack it, and the first of them. */
  const lacking = wanted.map((field) => ({
    ...field,
    count: 0,
    first: undefined as DatasetRecord | undefined,
  }));
  const keep = (fault: Fault) => {
    if (faults.length < MOST_FAULTS) {
      faults.push(fault);
      return;
    }
    more += 1;
    next ??= fault;
  };
  const fault = (given: RecordFault) => keep(recordFault(spec, given));
  const record = (given: DatasetRecord) => {
    cases += 1;
    for (const name in given.fields) names.add(name);
    if (!Object.hasOwn(given.fields, "id")) firstWithoutId ??= given;
    else withId += 1;
    const id = recordId(given.fields, cases);
    const first = ids.firstLine(id, given.line);
    if (first !== undefined) fault(duplicate(given, id, first));
    let complete = true;
    for (const field of lacking) {
      if (fieldAt(given.fields, field.path) !== undefined) continue;
      field.count += 1;
      field.first ??= given;
      complete = false;
    }
    const unfit = complete ? check?.(given.fields) : undefined;
    if (unfit !== undefined) fault(unfitCase(given, id, unfit));
  };
  const end = (hash: string): Result<DatasetSummary> => {
    if (cases === 0 && faults.length === 0)
      keep(fileFault(spec, "E1316", `"${spec.path}" has no cases`, "A dataset needs at least one."));
    if (withId > 0 && firstWithoutId !== undefined)
      fault(
        wholeLine(
          firstWithoutId,
          "E1320",
          `${cases - withId} of ${cases} cases have no id; this is the first`,
          "Give every case an id, or none: then its number is its id.",
        ),
      );
    if (next !== undefined) faults.push(restFault(spec, next, more));
    // A field weighs more than a case: it is told however many faults there are.
    for (const field of lacking)
      if (field.count > 0) faults.push(lackingFault(spec, field, cases, [...names]));
    if (faults.length === 0) return { ok: true, value: { cases, hash, fields: [...names] } };
    return { ok: false, faults };
  };
  return { fault, record, end };
}

/** How many more faults there are, at the place of the first of them. */
function restFault(spec: DatasetSpec, { place }: Fault, more: number): Fault {
  const rest = fileFault(
    spec,
    "E1317",
    `${more} more ${more === 1 ? "fault" : "faults"} in "${spec.path}" from here on`,
    "Mend the first ones and check again.",
  );
  return { ...rest, place, count: more };
}

interface Lacking {
  readonly path: string;
  readonly place: Place;
  readonly count: number;
  readonly first: DatasetRecord | undefined;
}

function lackingFault(spec: DatasetSpec, lacking: Lacking, cases: number, names: readonly string[]): Fault {
  const { path, place, count, first } = lacking;
  if (count < cases && first !== undefined) {
    const given = wholeLine(
      first,
      "E1318",
      `${count} of ${cases} cases have no field "${path}", which the suite reads; this is the first`,
      "Give every case the field (null is a value).",
    );
    return recordFault(spec, given);
  }
  const near = nearest(path, names);
  return {
    code: "E1203",
    message: `the suite reads {{ ${path} }}, but no case of ${spec.path} has that field`,
    place,
    source: undefined,
    label: near === undefined ? undefined : `did you mean {{ ${near} }}?`,
    hint: `Fields in ${spec.path}: ${names.slice(0, 20).join(", ")}.`,
  };
}

function duplicate(record: DatasetRecord, id: string, first: number): RecordFault {
  return {
    code: "E1301",
    message: `duplicate id "${id}"`,
    ...(record.idAt ?? spotOf(JSON.stringify(record.fields["id"] ?? id), record)),
    label: `first used on line ${first}`,
    hint: "Results are matched between models by id, so ids must be unique.",
  };
}

const UNFIT = "Change the case, or the scorer's options in the suite.";

function unfitCase(record: DatasetRecord, id: string, { reason, field }: CaseFault): RecordFault {
  const { line, source } = record;
  const message = `case "${id}" cannot be scored: ${reason}`;
  const span = source === undefined || field === undefined ? undefined : valueSpan(source, field);
  if (span === undefined) return wholeLine(record, "E1315", message, UNFIT);
  return {
    code: "E1315",
    message,
    line,
    column: span.start + 1,
    endColumn: span.end + 1,
    source,
    hint: UNFIT,
  };
}

/** Where a text first stands in the line of a record; the start of the line, if it does not. */
function spotOf(text: string, { line, source }: DatasetRecord): Spot {
  const at = source?.indexOf(text) ?? -1;
  return at < 0
    ? { line, column: 1, endColumn: 1, source }
    : { line, column: at + 1, endColumn: at + 1 + text.length, source };
}

function wholeLine(
  record: DatasetRecord,
  code: string,
  message: string,
  hint: string | undefined,
): RecordFault {
  const base = { code, message, line: record.line, column: 1, endColumn: 2, source: record.source };
  return hint === undefined ? base : { ...base, hint };
}

function recordFault(spec: DatasetSpec, given: RecordFault): Fault {
  const { code, message, line, column, endColumn, source, label, hint } = given;
  return {
    code,
    message,
    place: { file: spec.file, line, column, endLine: line, endColumn },
    source,
    label,
    hint,
  };
}

/** A fault of the file as a whole: at its first line. */
function fileFault(spec: DatasetSpec, code: string, message: string, hint: string): Fault {
  const start = { file: spec.file, line: 1, column: 1, endLine: 1, endColumn: 1 };
  return { code, message, place: start, source: undefined, label: undefined, hint };
}
