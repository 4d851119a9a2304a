import { hash } from "node:crypto";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { Case } from "../domain/dataset.ts";
import type { JsonObject, JsonValue } from "../domain/json.ts";

/** One record as a reader found it. */
export interface DatasetRecord {
  readonly fields: JsonObject;
  /** 1-based line, or record number where the format has no lines. */
  readonly line: number;
  /** The line's text, for the caret; `undefined` where the format has no lines. */
  readonly source: string | undefined;
  /** Where its id stands, if the reader knows. */
  readonly idAt: Spot | undefined;
}

/** A part of one line: 1-based columns in UTF-16 units, end exclusive. */
export interface Spot {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly source: string | undefined;
}

/** What is wrong with a dataset, before it has a place. */
export interface RecordFault extends Spot {
  readonly code: string;
  readonly message: string;
  readonly label?: string;
  readonly hint?: string;
}

/** What a reader yields: a record, or a fault in its place. */
export type Read = { readonly record: DatasetRecord } | { readonly fault: RecordFault };

/** A record with its 1-based number among those of its file. */
export interface NumberedRecord {
  readonly record: DatasetRecord;
  readonly number: number;
}

/** The id of a record: its `id`, or its 1-based number where it has none. */
export function recordId(fields: JsonObject, number: number): string {
  const id = fields["id"];
  if (id === undefined) return String(number);
  return typeof id === "string" ? id : JSON.stringify(id);
}

/** The tags of a record: a list, or (from CSV alone: other formats refuse it) a text with `;` or `|` between. */
export function recordTags(fields: JsonObject): readonly string[] {
  const tags = fields["tags"];
  if (typeof tags === "string") {
    return tags.split(/[;|]/).flatMap((tag) => (tag.trim() === "" ? [] : [tag.trim()]));
  }
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

/** A record as a case. */
export function toCase(record: DatasetRecord, number: number, clusterField: string | undefined): Case {
  const { fields, line } = record;
  const cluster = clusterField === undefined ? undefined : fields[clusterField];
  return {
    id: recordId(fields, number),
    fields,
    tags: recordTags(fields),
    cluster: cluster === undefined || cluster === null ? undefined : asText(cluster),
    hash: hash("sha256", canonicalJson(fields), "hex").slice(0, 16),
    line,
  };
}

function asText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
