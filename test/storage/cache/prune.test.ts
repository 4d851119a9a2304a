import { appendFileSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type AnswerCache, openAnswerCache } from "../../../src/storage/cache/answer-cache.ts";
import { pruneLockOf } from "../../../src/storage/cache/folder.ts";
import { checkCache } from "../../../src/storage/cache/inspect.ts";
import { pruneCache } from "../../../src/storage/cache/prune.ts";
import { lockFile } from "../../../src/storage/lock.ts";
import { sealed } from "../../../src/storage/seal.ts";
import { answer, clockAt, emptyFolder, filesOf, keyOf } from "./answers.ts";

const NOW = 1_764_000_000_000;
const DAY = 86_400_000;
const NOTHING = { before: undefined, maxBytes: undefined, spoilt: false, at: NOW, leftoversBefore: 0 };

const opened: AnswerCache[] = [];
afterEach(async () => {
  for (const cache of opened.splice(0)) await cache.close();
});

function opening(directory: string): AnswerCache {
  const cache = openAnswerCache(directory, clockAt(NOW));
  opened.push(cache);
  return cache;
}

/** Answers in one segment, the k-th written k days ago. */
async function filled(directory: string, from: number, to: number): Promise<void> {
  const clock = clockAt(NOW);
  const cache = openAnswerCache(directory, clock);
  for (let at = from; at < to; at += 1) {
    clock.at = NOW - at * DAY;
    await cache.put(keyOf(at), answer(`answer ${at}`));
  }
  await cache.close();
}

function olderFile(directory: string, at: number, text = `answer ${at}`): string {
  const key = keyOf(at);
  mkdirSync(join(directory, key.slice(0, 2)), { recursive: true });
  const file = join(directory, key.slice(0, 2), `${key.slice(2)}.json`);
  writeFileSync(file, `${sealed(JSON.stringify({ schema: 1, key, answer: answer(text) }))}\n`);
  utimesSync(file, (NOW - at * DAY) / 1000, (NOW - at * DAY) / 1000);
  return file;
}

const present = (cache: AnswerCache, to: number) =>
  Array.from({ length: to }, (_, at) => at).filter((at) => cache.get(keyOf(at))?.text === `answer ${at}`);

test("a run that was open before a prune finds every answer that was kept", async () => {
  const directory = emptyFolder();
  await filled(directory, 0, 10);
  const [reading, late] = [opening(directory), opening(directory)];
  reading.get(keyOf(0));
  const done = await pruneCache(directory, { ...NOTHING, before: NOW - 4.5 * DAY });
  expect(done).toMatchObject({ removed: 5, kept: 5, inUse: 0 });
  expect(filesOf(directory)).toHaveLength(1);
  expect(present(late, 10)).toEqual([0, 1, 2, 3, 4]);
  // Its file is still there for it, as is what went.
  expect(present(reading, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(present(opening(directory), 10)).toEqual([0, 1, 2, 3, 4]);
});

test("a segment that a run is writing to stays as it is, and loses nothing that comes later", async () => {
  const directory = emptyFolder();
  const writing = openAnswerCache(directory, clockAt(NOW - 90 * DAY));
  await writing.put(keyOf(1), answer("answer 1"));
  const limits = { ...NOTHING, before: NOW - 30 * DAY, maxBytes: 0, spoilt: true };
  expect(await pruneCache(directory, limits)).toMatchObject({ removed: 0, kept: 1, inUse: 1 });
  await writing.put(keyOf(2), answer("answer 2"));
  expect(present(opening(directory), 3)).toEqual([1, 2]);
  await writing.close();
  expect(await pruneCache(directory, limits)).toMatchObject({ removed: 2, kept: 0, inUse: 0 });
  expect(readdirSync(directory)).toEqual([]);
});

test("the segment of a killed run is finished: its lock is of no living process", async () => {
  const directory = emptyFolder();
  await filled(directory, 0, 3);
  const [segment = ""] = filesOf(directory);
  appendFileSync(segment, '{"schema":1,"key":"00');
  const owner = {
    pid: 2 ** 22 + 1,
    host: (await import("node:os")).hostname(),
    processStart: "1",
    since: "",
  };
  writeFileSync(segment.replace(".jsonl", ".lock"), JSON.stringify(owner));
  const done = await pruneCache(directory, { ...NOTHING, before: NOW - 1.5 * DAY });
  expect(done).toMatchObject({ removed: 1, kept: 2, inUse: 0 });
  expect(readdirSync(directory)).toHaveLength(1);
  expect(present(opening(directory), 3)).toEqual([0, 1]);
});

test("the oldest go until the rest fits, whatever segment they are in", async () => {
  const directory = emptyFolder();
  await filled(directory, 0, 3);
  await filled(directory, 3, 6);
  const [{ length: one = 0 } = ""] = readFileSync(filesOf(directory)[0] ?? "", "utf8").split("\n");
  const done = await pruneCache(directory, { ...NOTHING, maxBytes: 4 * (one + 30) });
  expect(done).toEqual({
    ...{ removed: 2, removedBytes: 2 * (one + 1), kept: 4, keptBytes: 4 * (one + 1) },
    ...{ inUse: 0, leftovers: 0 },
  });
  expect(present(opening(directory), 6)).toEqual([0, 1, 2, 3]);
});

test("where nothing has to go no file is touched", async () => {
  const directory = emptyFolder();
  await filled(directory, 0, 3);
  const before = filesOf(directory, "");
  await pruneCache(directory, { ...NOTHING, before: NOW - 90 * DAY, spoilt: true, maxBytes: 1e9 });
  expect(filesOf(directory, "")).toEqual(before);
});

test("many small segments become one, with each answer once", async () => {
  const directory = emptyFolder();
  for (let at = 0; at < 10; at += 1) await filled(directory, at, at + 1);
  const [file = ""] = filesOf(directory);
  writeFileSync(file.replace(/T\d{9}/, "T000000000"), readFileSync(file));
  expect(await pruneCache(directory, { ...NOTHING, spoilt: true })).toMatchObject({ removed: 1, kept: 10 });
  expect(filesOf(directory)).toHaveLength(1);
  expect(present(opening(directory), 10)).toHaveLength(10);
});

test("what an earlier version kept in a file each moves into a segment, with its age", async () => {
  const directory = emptyFolder();
  const files = Array.from({ length: 6 }, (_, at) => olderFile(directory, at));
  writeFileSync(files[2] ?? "", "spoilt");
  await filled(directory, 6, 7);
  const late = opening(directory);
  expect(present(late, 7)).toEqual([0, 1, 3, 4, 5, 6]);
  const limits = { ...NOTHING, before: NOW - 4.5 * DAY };
  expect(await pruneCache(directory, limits)).toMatchObject({ removed: 3, kept: 4 });
  expect(filesOf(directory)).toHaveLength(1);
  expect(readdirSync(directory)).toHaveLength(1);
  expect(present(opening(directory), 7)).toEqual([0, 1, 3, 4]);
  // It has the segment open that 6 was in.
  expect(present(late, 7)).toEqual([0, 1, 3, 4, 6]);
  expect(await pruneCache(directory, { ...limits, before: NOW - 2.5 * DAY })).toMatchObject({ removed: 2 });
  expect(present(opening(directory), 7)).toEqual([0, 1]);
});

test("a second prune at the same time is refused, and names the first", async () => {
  const directory = emptyFolder();
  await filled(directory, 0, 3);
  const purpose = { code: "E3117", what: "the answer cache is being pruned" };
  const lock = await lockFile(pruneLockOf(directory), NOW, purpose);
  await expect(pruneCache(directory, { ...NOTHING, maxBytes: 0 })).rejects.toMatchObject({
    code: "E3117",
    message: expect.stringContaining(`being pruned by process ${process.pid}`),
  });
  await lock.release();
  expect(present(opening(directory), 3)).toEqual([0, 1, 2]);
});

test("damage is counted by verify and taken out by prune, lines without a beginning too", async () => {
  const directory = emptyFolder();
  await filled(directory, 0, 5);
  const [segment = ""] = filesOf(directory);
  const lines = readFileSync(segment, "utf8").split("\n");
  lines[1] = `x${lines[1]?.slice(1)}`;
  lines[3] = lines[3]?.replace("answer 3", "answer 4") ?? "";
  writeFileSync(segment, lines.join("\n"));
  expect(await checkCache(directory)).toEqual({
    entries: 5,
    spoilt: [
      { path: segment, line: 2, why: "it does not begin as an answer" },
      { path: segment, line: 4, why: "its checksum does not match" },
    ],
  });
  expect(await pruneCache(directory, { ...NOTHING, spoilt: true })).toMatchObject({ removed: 2, kept: 3 });
  expect(await checkCache(directory)).toEqual({ entries: 3, spoilt: [] });
  expect(present(opening(directory), 5)).toEqual([0, 2, 4]);
});
