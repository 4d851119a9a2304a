import { createReadStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Model } from "../domain/model.ts";
import { type Backend, type BackendEnvironment, Refusal, type Request } from "../domain/ports.ts";
import { failure } from "./http-failure.ts";
import type { ReplayOptions } from "./replay.ts";
import { type Recording, readRecording } from "./replay-record.ts";

interface Place {
  readonly start: number;
  readonly length: number;
}

/** Opens recorded answers and indexes them: the texts stay on disk. Throws a `Refusal` for what cannot be believed. */
export async function connectReplay(
  _model: Model,
  environment: BackendEnvironment,
  options: ReplayOptions,
): Promise<Backend> {
  const { file, isRun } = await sourceOf(resolve(environment.directory, options.from), options.from);
  const index = await indexed(file, isRun, options);
  const handle = await open(file, "r");
  return {
    probe: async () => ({ ok: true, notes: [`${index.size} recorded answers`] }),
    ask: async (request) => {
      const place = placeOf(index, request, isRun);
      const found = place === undefined ? undefined : await recordingAt(handle, place, isRun, options);
      const { turn, judging } = request;
      const outcome = isRun && turn !== undefined ? found?.turns[turn - 1] : found?.outcome;
      if (outcome !== undefined) return outcome;
      const which = turn === undefined ? "" : `, turn ${turn}`;
      const what =
        judging === undefined
          ? `case "${request.case.id}", repeat ${request.repeat + 1}${which}`
          : `the question ${judging.mark} about case "${request.case.id}"`;
      return {
        kind: "failed",
        failure: failure("no-recording", `${options.from} has no answer to ${what}.`),
      };
    },
    close: () => handle.close(),
  };
}

async function sourceOf(
  path: string,
  shown: string,
): Promise<{ readonly file: string; readonly isRun: boolean }> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return { file: path, isRun: /(?:samples|judgements)\.jsonl$/.test(path) };
  const journal = join(path, "samples.jsonl");
  if (found?.isDirectory() === true && (await stat(journal).catch(() => undefined))?.isFile() === true)
    return { file: journal, isRun: true };
  throw new Refusal(
    "E2010",
    `There are no recorded answers at ${shown}.`,
    "from: names a JSONL file of {id, output}, or the folder of a run.",
  );
}

/** Where each answer stands. A run may ask a failed sample again, so its last record holds; elsewhere one id is one answer. */
async function indexed(
  file: string,
  isRun: boolean,
  options: ReplayOptions,
): Promise<ReadonlyMap<string, Place>> {
  const index = new Map<string, Place>();
  const lineOf = new Map<string, number>();
  const targets = new Set<string>();
  for await (const { text, start, length, number } of linesOf(file)) {
    if (text.trim() === "") continue;
    const found = readRecording(text, isRun, options);
    if (typeof found === "string")
      throw new Refusal("E2011", `${file}:${number}: ${found}.`, "No call was made.");
    if (found.target !== undefined) targets.add(found.target);
    if (options.target !== undefined && found.target !== undefined && found.target !== options.target)
      continue;
    const key = keyOf(found);
    const earlier = lineOf.get(key);
    if (earlier !== undefined && !isRun)
      throw new Refusal(
        "E2011",
        `${file}:${number}: the answer to "${found.caseId}" is there already, in line ${earlier}.`,
        "Give each repeat its number, {id, repeat, output}, and each turn of a conversation: {id, turn, output}.",
      );
    lineOf.set(key, number);
    index.set(key, { start, length });
    const mark = isRun ? markOf(found) : undefined;
    if (mark !== undefined) index.set(markKey(mark), { start, length });
  }
  checkTarget(targets, options);
  return index;
}

function checkTarget(targets: ReadonlySet<string>, { target, from }: ReplayOptions): void {
  const names = [...targets].join(", ");
  if (target !== undefined && !targets.has(target))
    throw new Refusal(
      "E2012",
      `${from} has no answers of "${target}".`,
      `Its models: ${names || "none are named"}.`,
    );
  if (target === undefined && targets.size > 1)
    throw new Refusal("E2012", `${from} has the answers of several models.`, `Add target: one of ${names}.`);
}

function keyOf({
  task,
  caseId,
  repeat,
  turn,
}: Pick<Recording, "task" | "caseId" | "repeat" | "turn">): string {
  return JSON.stringify([task ?? null, caseId, repeat, ...(turn === undefined ? [] : [turn])]);
}

/** As an id of a record of any other system. */
function markKey(mark: string): string {
  return keyOf({ task: undefined, caseId: mark, repeat: 0, turn: undefined });
}

/** The mark that a recorded verdict bears. */
function markOf({ outcome }: Recording): string | undefined {
  if (outcome === undefined || outcome.kind === "failed" || outcome.kind === "skipped") return undefined;
  return /"id"\s*:\s*"(verdict-[0-9a-f]+)"/.exec(outcome.answer.text)?.[1];
}

function placeOf(
  index: ReadonlyMap<string, Place>,
  { task, case: { id: caseId }, repeat, turn: asked, judging }: Request,
  isRun: boolean,
): Place | undefined {
  // A judge is asked much about one case: each question has its own mark, which the verdict bears.
  if (judging !== undefined) return index.get(markKey(judging.mark));
  const turn = isRun ? undefined : asked;
  return (
    index.get(keyOf({ task, caseId, repeat, turn })) ??
    index.get(keyOf({ task: undefined, caseId, repeat, turn }))
  );
}

async function recordingAt(
  handle: FileHandle,
  { start, length }: Place,
  isRun: boolean,
  options: ReplayOptions,
): Promise<Recording | undefined> {
  const bytes = Buffer.allocUnsafe(length);
  await handle.read(bytes, 0, length, start);
  const found = readRecording(bytes.toString("utf8"), isRun, options);
  return typeof found === "string" ? undefined : found;
}

interface Line extends Place {
  readonly text: string;
  /** 1-based. */
  readonly number: number;
}

async function* linesOf(file: string): AsyncGenerator<Line> {
  let rest = Buffer.alloc(0);
  let start = 0;
  let number = 0;
  const lineAt = (bytes: Buffer): Line => {
    number += 1;
    return { text: bytes.toString("utf8"), start, length: bytes.length, number };
  };
  for await (const chunk of createReadStream(file)) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      yield lineAt(rest.subarray(0, end));
      start += end + 1;
      rest = rest.subarray(end + 1);
    }
  }
  if (rest.length > 0) yield lineAt(rest);
}
