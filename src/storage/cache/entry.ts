import { z } from "zod";
import type { Answer } from "../../domain/outcome.ts";
import { parsedJson } from "../parsed-json.ts";
import { plainAnswer } from "../plain-answer.ts";
import { isFields, isText } from "../plain-json.ts";
import { answerSchema } from "../sample-record.ts";
import { sealed, sealedPieces, unsealed } from "../seal.ts";

const entrySchema = z.object({ schema: z.literal(1), key: z.string(), answer: answerSchema });
const KEY = /^[0-9a-f]{16,}$/;

/** Throws for what is not a request key: it becomes part of a record that is read back by it. */
export function requireKey(key: string): void {
  if (!KEY.test(key)) throw new Error(`not a request key: ${key}`);
}

/** One line of a segment, with its line break. `at` is the wall clock, ms. */
export function encodeEntry(key: string, at: number, answer: Answer): string {
  return `${sealed(JSON.stringify(entryOf(key, at, answer)))}\n`;
}

/** The same line, piece by piece. */
export function entryPieces(key: string, at: number, answer: Answer): Iterable<string> {
  return sealedPieces(entryOf(key, at, answer));
}

function entryOf(key: string, at: number, answer: Answer) {
  return { schema: 1, key, at: new Date(at).toISOString(), answer };
}

/** The answer of an entry, without its line break, or why it cannot be believed. */
export function decodeEntry(bytes: Buffer, key: string): Answer | string {
  const opened = unsealed(bytes);
  if ("why" in opened) return opened.why;
  const entry = readEntry(parsedJson(opened.body));
  if (typeof entry === "string") return entry;
  return entry.key === key ? entry.answer : "it is the answer to another request";
}

function readEntry(record: unknown): { readonly key: string; readonly answer: Answer } | string {
  if (isFields(record) && record["schema"] === 1 && isText(record["key"])) {
    const answer = plainAnswer(record["answer"]);
    if (answer !== undefined) return { key: record["key"], answer };
  }
  const parsed = entrySchema.safeParse(record);
  return parsed.success ? parsed.data : `it is not an answer: ${z.prettifyError(parsed.error)}`;
}

/** What a segment's entry says of itself before its answer: all that finding it takes. */
export interface EntryHead {
  readonly key: string;
  /** When it was written, wall clock, ms. */
  readonly at: number;
}

const HEAD = /^\{"schema":1,"key":"([0-9a-f]{16,})","at":"([0-9TZ:.-]{24})","answer":/;
const LONGEST_HEAD = 200;

/** The head of an entry, unchecked; `undefined` for what does not begin as one. */
export function entryHead(bytes: Buffer): EntryHead | undefined {
  const [, key, at] = HEAD.exec(bytes.toString("latin1", 0, LONGEST_HEAD)) ?? [];
  const written = Date.parse(at ?? "");
  return key === undefined || Number.isNaN(written) ? undefined : { key, at: written };
}
