import { open, rename } from "node:fs/promises";
import { z } from "zod";
import { oneByOne } from "../domain/one-by-one.ts";
import { Refusal } from "../domain/ports.ts";
import type { ScoredSample } from "../domain/score.ts";
import { lineWriter } from "./line-writer.ts";
import { type Line, readLines } from "./lines.ts";
import { parsedJson } from "./parsed-json.ts";
import { isPlainScored } from "./plain-scored.ts";
import { known } from "./sample-record.ts";
import { guarded } from "./storage-fault.ts";

const fault = z.enum(["none", "wrong", "format"]);
const unit = z.number().min(0).max(1);
const maybe = z.number().nullable();

const labels = z.object({
  expected: z.union([z.string(), z.array(z.string())]),
  found: z.array(z.string()),
});

const parts = z
  .array(
    z.object({
      name: z.string(),
      score: unit.nullable(),
      weight: z.number().min(0),
      labels: labels.optional(),
    }),
  )
  .optional();
const place = z.enum(["first", "second", "tie"]);
const voteSchema = z.object({
  judge: z.string(),
  score: unit,
  reasons: z.string(),
  places: z.object({ one: place, swapped: place }).optional(),
});

const scoredSchema = z.object({
  task: z.string(),
  caseId: z.string(),
  target: z.string(),
  repeat: z.int().min(0),
  outcome: z.enum(["answered", "refused", "empty", "truncated", "failed", "skipped"]),
  scores: z.array(
    z.object({
      label: z.string(),
      weight: z.number(),
      score: z.discriminatedUnion("kind", [
        z.object({
          kind: z.literal("scored"),
          score: unit,
          fault,
          reason: z.string(),
          ifFormatFixed: known(unit),
          labels: labels.optional(),
          parts,
          votes: z.array(voteSchema).optional(),
          lengths: z.object({ own: z.int().min(0), rival: z.int().min(0) }).optional(),
        }),
        z.object({ kind: z.literal("unscored"), code: z.string(), reason: z.string(), parts }),
      ]),
    }),
  ),
  score: unit.nullable(),
  scoreIfFormatFixed: unit.nullable(),
  fault,
  costUsd: maybe,
  latencyMs: maybe,
  firstTokenMs: maybe,
  generationMs: maybe,
  inputTokens: maybe,
  outputTokens: maybe,
  cached: z.boolean(),
  calls: z.int().min(0).nullable().default(1),
  steps: known(
    z.array(z.object({ name: z.string(), model: z.string(), score: unit.nullable(), costUsd: maybe })),
  ),
  attempts: z.int(),
  notes: z.array(z.string()),
  tags: z.array(z.string()),
  slices: z.record(z.string(), z.string()),
  cluster: z.string().nullable(),
  caseHash: z.string(),
  at: z.string(),
});

/** Writes `scores.jsonl` anew. */
export interface ScoresWriter {
  /** Waits where there is no room for more; rejects once a write has failed. */
  append(scored: ScoredSample): Promise<void> | undefined;
  close(): Promise<void>;
}

/** Scores that go out in one write, and writes that may be under way. */
const BATCH = 64;
const MOST_WRITES = 16;

/** Starts the file over: scores are derived, and can be made again from the journal at any time. */
export async function writeScores(file: string): Promise<ScoresWriter> {
  const handle = await guarded(file, () => open(file, "w"));
  const writer = lineWriter(handle, file, "at-close");
  let lines: string[] = [];
  let writes = 0;
  let broken: { readonly error: unknown } | undefined;
  const write = async () => {
    const text = lines.join("");
    lines = [];
    writes += 1;
    try {
      await writer.append(text);
    } catch (error) {
      broken ??= { error };
    }
    writes -= 1;
  };
  const writeAhead = async () => {
    const written = write();
    if (writes >= MOST_WRITES) await written;
    if (broken !== undefined) throw broken.error;
  };
  return {
    append: (scored) => {
      lines.push(`${JSON.stringify(scored)}\n`);
      return lines.length < BATCH ? undefined : writeAhead();
    },
    close: async () => {
      if (lines.length > 0) await write();
      await writer.close();
    },
  };
}

/**
 * The scored samples of a file as a stream, several at a time. Throws a `Refusal` with the line of a record that is not
 * one.
 */
export async function* readScores(file: string): AsyncGenerator<Iterable<ScoredSample>> {
  const handle = await guarded(file, () => open(file, "r"));
  try {
    for await (const lines of readLines(handle, file)) yield scoredOf(lines, file);
  } finally {
    await handle.close();
  }
}

function* scoredOf(lines: Iterable<Line>, file: string): Generator<ScoredSample> {
  for (const { number, bytes } of lines) {
    const record = parsedJson(bytes.toString("utf8"));
    yield isPlainScored(record) ? record : bySchema(record, `${file}:${number}`);
  }
}

function bySchema(record: unknown, place: string): ScoredSample {
  const parsed = scoredSchema.safeParse(record);
  if (parsed.success) return parsed.data;
  throw new Refusal(
    "E3106",
    `${place}: this is not a scored sample: ${z.prettifyError(parsed.error)}`,
    "It was changed by hand, or written by another version of evals.",
  );
}

/** Writes the file anew with those of its samples that are kept: beside it, then in its place. */
export async function replaceScores(file: string, isKept: (scored: ScoredSample) => boolean): Promise<void> {
  const part = `${file}.part`;
  const writer = await writeScores(part);
  try {
    for await (const scored of oneByOne(readScores(file))) if (isKept(scored)) await writer.append(scored);
  } finally {
    await writer.close();
  }
  await guarded(file, () => rename(part, file));
}
