import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type AnswerCache, openAnswerCache } from "../../../src/storage/cache/answer-cache.ts";
import { sealed } from "../../../src/storage/seal.ts";
import { answer, clockAt, emptyFolder, filesOf, keyOf } from "./answers.ts";

const opened: AnswerCache[] = [];
afterEach(async () => {
  for (const cache of opened.splice(0)) await cache.close();
});

function opening(directory: string): AnswerCache {
  const cache = openAnswerCache(directory, clockAt(1_764_000_000_000));
  opened.push(cache);
  return cache;
}

async function filled(directory: string, from: number, to: number, words = "answer"): Promise<void> {
  const cache = openAnswerCache(directory, clockAt(1_764_000_000_000 + from));
  for (let at = from; at < to; at += 1) await cache.put(keyOf(at), answer(`${words} ${at}`));
  await cache.close();
}

const texts = (cache: AnswerCache, to: number) =>
  Array.from({ length: to }, (_, at) => cache.get(keyOf(at))?.text);

test("an answer is there for the process that put it, and for those that open the cache later", async () => {
  const directory = emptyFolder();
  const cache = opening(directory);
  expect(cache.get(keyOf(1))).toBeUndefined();
  await cache.put(keyOf(1), answer("é, \u2028 and \ud83d\ude00"));
  expect(cache.get(keyOf(1))).toEqual(answer("é, \u2028 and \ud83d\ude00"));
  expect(opening(directory).get(keyOf(1))).toEqual(answer("é, \u2028 and \ud83d\ude00"));
  expect(cache.get(keyOf(2))).toBeUndefined();
});

test("a process that only reads leaves the folder as it is, and none where there is none", async () => {
  const directory = emptyFolder();
  await filled(directory, 0, 3);
  const before = [...filesOf(directory, ""), statSync(directory).mtimeMs];
  const reading = openAnswerCache(directory, clockAt(0));
  expect(texts(reading, 4)).toEqual(["answer 0", "answer 1", "answer 2", undefined]);
  await reading.close();
  expect([...filesOf(directory, ""), statSync(directory).mtimeMs]).toEqual(before);
  const absent = emptyFolder();
  await openAnswerCache(absent, clockAt(0)).close();
  expect(statSync(absent, { throwIfNoEntry: false })).toBeUndefined();
});

test("two processes write side by side to segments of their own, and hear of each other's at a miss", async () => {
  const directory = emptyFolder();
  const [one, other] = [opening(directory), opening(directory)];
  await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      (at % 2 === 0 ? one : other).put(keyOf(at), answer(`answer ${at}`)),
    ),
  );
  expect(filesOf(directory)).toHaveLength(2);
  const third = opening(directory);
  const expected = Array.from({ length: 50 }, (_, at) => `answer ${at}`);
  expect(texts(third, 50)).toEqual(expected);
  const late = opening(directory);
  await filled(directory, 50, 60);
  expect(late.get(keyOf(55))?.text).toBe("answer 55");
});

test("what one process has put before is not written again by another", async () => {
  const directory = emptyFolder();
  await filled(directory, 0, 5, "first");
  await filled(directory, 0, 5, "second");
  expect(filesOf(directory)).toHaveLength(1);
  expect(texts(opening(directory), 5)).toEqual([0, 1, 2, 3, 4].map((at) => `first ${at}`));
});

test("a segment cut at any byte gives the answers before the cut, and is gone on with in another", async () => {
  const directory = emptyFolder();
  await filled(directory, 0, 4);
  const [file = ""] = filesOf(directory);
  const whole = readFileSync(file);
  const ends = [...whole].flatMap((byte, at) => (byte === 0x0a ? [at + 1] : []));
  for (let cut = whole.length; cut >= 0; cut -= 37) {
    truncateSync(file, cut);
    const there = ends.filter((end) => end <= cut).length;
    const cache = openAnswerCache(directory, clockAt(0));
    expect(texts(cache, 4), `cut at ${cut}`).toEqual(
      [0, 1, 2, 3].map((at) => (at < there ? `answer ${at}` : undefined)),
    );
    await cache.close();
  }
  await filled(directory, 0, 4, "again");
  expect(filesOf(directory)).toHaveLength(2);
  expect(texts(opening(directory), 4)).toContain("again 3");
});

test("no changed byte gives another answer: it is a miss, or what was there", async () => {
  const directory = emptyFolder();
  await filled(directory, 0, 3);
  const [file = ""] = filesOf(directory);
  const whole = readFileSync(file);
  for (let at = 0; at < whole.length; at += 11) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 1;
    writeFileSync(file, changed);
    const cache = openAnswerCache(directory, clockAt(0));
    texts(cache, 3).forEach((text, number) => {
      expect([undefined, `answer ${number}`], `byte ${at}`).toContain(text);
    });
    expect(texts(cache, 3).filter((text) => text === undefined).length).toBeLessThanOrEqual(2);
    await cache.close();
  }
});

test("where the newer of two answers is damaged the older one is found", async () => {
  const directory = emptyFolder();
  const [one, other] = [opening(directory), opening(directory)];
  await one.put(keyOf(1), answer("older"));
  await other.put(keyOf(2), answer("x"));
  const [, newer = ""] = filesOf(directory);
  appendFileSync(newer, readFileSync(filesOf(directory)[0] ?? "", "utf8").replace("older", "newer"));
  expect(opening(directory).get(keyOf(1))?.text).toBe("older");
});

test("a record with a right checksum that is no answer, or no JSON, is a miss", () => {
  const directory = emptyFolder();
  mkdirSync(directory, { recursive: true });
  const head = (at: number) => `{"schema":1,"key":"${keyOf(at)}","at":"2026-11-25T10:00:00.000Z"`;
  const lines = [`${head(1)},"answer":{"text":1}}`, `${head(2)},"answer":nonsense}`, `${head(3)},"answer":}`];
  const file = join(directory, "answers-20261125T100000000Z-0123456789ab.jsonl");
  writeFileSync(file, lines.map((line) => `${sealed(line)}\n`).join(""));
  expect(texts(opening(directory), 4)).toEqual([undefined, undefined, undefined, undefined]);
});

test("what an earlier version kept in a file each is read", () => {
  const directory = emptyFolder();
  const key = keyOf(0xabc);
  mkdirSync(join(directory, key.slice(0, 2)), { recursive: true });
  const entry = sealed(JSON.stringify({ schema: 1, key, answer: answer("old") }));
  writeFileSync(join(directory, key.slice(0, 2), `${key.slice(2)}.json`), `${entry}\n`);
  const cache = opening(directory);
  expect(cache.get(key)?.text).toBe("old");
  expect(cache.get(keyOf(0xabd))).toBeUndefined();
});

test("a segment taken away under an open cache is a miss, and what came in its place is found", async () => {
  const directory = emptyFolder();
  await filled(directory, 0, 5);
  const cache = opening(directory);
  const [file = ""] = filesOf(directory);
  const bytes = readFileSync(file);
  rmSync(file);
  expect(cache.get(keyOf(3))).toBeUndefined();
  writeFileSync(join(directory, "answers-20991125T100000000Z-0123456789ab.jsonl"), bytes);
  expect(cache.get(keyOf(3))?.text).toBe("answer 3");
});

test("a folder where a segment should be is named", () => {
  const directory = emptyFolder();
  mkdirSync(join(directory, "answers-20261125T100000000Z-0123456789ab.jsonl"), { recursive: true });
  expect(() => openAnswerCache(directory, clockAt(0))).toThrow(/answers-.* is not what it should be/);
});

test("what is no request key is refused", async () => {
  const cache = opening(emptyFolder());
  expect(() => cache.get("../../etc/passwd")).toThrow("not a request key");
  await expect(cache.put('"},', answer("x"))).rejects.toThrow("not a request key");
});
