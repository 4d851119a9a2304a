import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Answer } from "../../../src/domain/outcome.ts";

/** An answer that says `text`. */
export function answer(text: string): Answer {
  return {
    text,
    toolCalls: [],
    finishReason: "stop",
    usage: {
      inputTokens: 7,
      outputTokens: 2,
      cachedReadTokens: undefined,
      cachedWriteTokens: undefined,
      reasoningTokens: undefined,
    },
    timings: { latencyMs: 1, firstTokenMs: 1, generationMs: 0, loadMs: undefined },
    servedModel: "m",
    notes: [],
  };
}

/** A request key: no two of different numbers share their first 64 bits. */
export function keyOf(at: number): string {
  return `${at.toString(16).padStart(16, "0")}${"0".repeat(48)}`;
}

/** A clock that stands where it is put. */
export function clockAt(at: number) {
  const clock = { at, wall: () => clock.at };
  return clock;
}

/** An empty folder for a cache. */
export function emptyFolder(): string {
  return join(mkdtempSync(join(tmpdir(), "evals-answers-")), ".cache");
}

/** The files of a cache that end so. */
export function filesOf(directory: string, ending = ".jsonl"): readonly string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(directory, name));
}
