import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sample } from "../src/domain/sample.ts";
import { openJournal } from "../src/storage/journal.ts";
import { median } from "./median.ts";

const ANSWERS = 4000;
const TOGETHER = 64;

/** What it costs to have an answer safe before anything else sees it, with the syncs that go on beside. */
export async function journalCost(): Promise<readonly string[]> {
  const alone = await appended(1);
  const together = await appended(TOGETHER);
  const words = ({ medianMs, p99Ms, perAnswerMs }: Cost) =>
    `median ${medianMs.toFixed(3)} ms, 99 of 100 within ${p99Ms.toFixed(2)} ms, ${perAnswerMs.toFixed(3)} ms an answer in all`;
  return [
    `one answer of 2 kB at a time: ${words(alone)} (aim: median at most 0.3 ms)`,
    `${TOGETHER} answers at once: ${words(together)}`,
  ];
}

interface Cost {
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Wall time over answers, the last sync included. */
  readonly perAnswerMs: number;
}

async function appended(together: number): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), "evals-journal-"));
  try {
    const opened = await openJournal(join(folder, "samples.jsonl"));
    if (!opened.ok) throw new Error("the journal does not open");
    const journal = opened.value;
    const times: number[] = [];
    const started = performance.now();
    let next = 0;
    const append = async () => {
      for (let at = next++; at < ANSWERS; at = next++) {
        const from = performance.now();
        await journal.append(sampleOf(at));
        times.push(performance.now() - from);
      }
    };
    await Promise.all(Array.from({ length: together }, append));
    await journal.close();
    const perAnswerMs = (performance.now() - started) / ANSWERS;
    const p99Ms = times.toSorted((left, right) => left - right)[Math.floor(0.99 * times.length)] ?? 0;
    return { medianMs: median(times), p99Ms, perAnswerMs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sampleOf(at: number): Sample {
  const usage = {
    inputTokens: 100,
    outputTokens: 400,
    cachedReadTokens: undefined,
    cachedWriteTokens: undefined,
    reasoningTokens: undefined,
  };
  const timings = { latencyMs: 500, firstTokenMs: 80, generationMs: 420, loadMs: undefined };
  const answer = {
    text: "So it is. ".repeat(180),
    toolCalls: [],
    finishReason: "stop",
    usage,
    timings,
    servedModel: "m",
    notes: [],
  };
  return {
    task: "t",
    caseId: `case-${at}`,
    target: "m",
    repeat: 0,
    requestKey: "k".repeat(64),
    attempts: 1,
    outcome: { kind: "answered", answer },
    queuedMs: 0,
    cached: false,
    at: "2026-11-24T10:00:00.000Z",
  };
}
