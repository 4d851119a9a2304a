import type { Place } from "./fault.ts";
import type { JsonObject } from "./json.ts";

/** One input of a dataset, usually with an expected answer. `fields` is untrusted data. */
export interface Case {
  /** Unique in its dataset. */
  readonly id: string;
  /** Every field of the record, `id` and `tags` included. */
  readonly fields: JsonObject;
  readonly tags: readonly string[];
  /** The value of the dataset's cluster field (document, conversation, user), if the task names one. */
  readonly cluster: string | undefined;
  /** SHA-256 (hex, first 16 digits) of the canonical JSON of `fields`: tells whether a case changed between runs. */
  readonly hash: string;
  /** 1-based line in the file (or record number, where the format has no lines). */
  readonly line: number;
}

/** Names a dataset file and how to read it. */
export interface DatasetSpec {
  /** As written in the suite. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  /** Field that groups dependent cases. */
  readonly cluster: string | undefined;
  /** Where the suite names it. */
  readonly place?: Place;
}

/** What one pass over a dataset file found. */
export interface DatasetSummary {
  readonly cases: number;
  /** `sha256:<hex>` of the file's bytes. */
  readonly hash: string;
  /** Union of the top-level field names, in order of appearance. */
  readonly fields: readonly string[];
}

/**
 * Cases, several at a time; all of those are taken before the next are asked for. A step of the event loop for every case
 * would cost more than the case.
 */
export type CaseStream<Item = Case> = AsyncIterable<Iterable<Item>>;
