import type { Case, DatasetSpec } from "../domain/dataset.ts";
import { wantedOfJsonl } from "./jsonl-ids.ts";
import { readJsonl } from "./read-jsonl.ts";
import { readerOf } from "./readers.ts";
import { type NumberedRecord, recordId, toCase } from "./record.ts";

/**
 * The cases of a checked dataset as a stream, or those of them that are wanted by their id. Throws where the file is
 * no longer what was checked.
 */
export async function* readCases(
  spec: DatasetSpec,
  isWanted: ((id: string) => boolean) | undefined = undefined,
): AsyncGenerator<Iterable<Case>> {
  for await (const records of isWanted === undefined ? numbered(spec) : wanted(spec, isWanted))
    yield casesOf(records, spec.cluster);
}

function* casesOf(records: readonly NumberedRecord[], clusterField: string | undefined): Generator<Case> {
  for (const { record, number } of records) yield toCase(record, number, clusterField);
}

/** The ids of a checked dataset, in batches. */
export async function* readIds(spec: DatasetSpec): AsyncGenerator<readonly string[]> {
  let ids: string[] = [];
  const note = (id: string) => {
    ids.push(id);
    return false;
  };
  for await (const _ of wanted(spec, note)) {
    yield ids;
    ids = [];
  }
}

/** In a batch for every batch of the file: an empty one where nothing of it is wanted. */
async function* wanted(
  spec: DatasetSpec,
  isWanted: (id: string) => boolean,
): AsyncGenerator<readonly NumberedRecord[]> {
  if (readerOf(spec) === readJsonl) yield* wantedOfJsonl(spec.file, isWanted);
  else
    for await (const records of numbered(spec))
      yield records.filter(({ record, number }) => isWanted(recordId(record.fields, number)));
}

async function* numbered(spec: DatasetSpec): AsyncGenerator<readonly NumberedRecord[]> {
  const reader = readerOf(spec);
  if (reader === undefined) throw new Error(`no reader for ${spec.path}`);
  let before = 0;
  for await (const batch of reader(spec.file, undefined)) {
    const start = before;
    before += batch.length;
    yield batch.map((read, at) => {
      if ("fault" in read) throw new Error(`${spec.path}:${read.fault.line} changed while it was read`);
      return { record: read.record, number: start + at + 1 };
    });
  }
}
