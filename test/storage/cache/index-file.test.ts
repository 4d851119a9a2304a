import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openAnswerCache } from "../../../src/storage/cache/answer-cache.ts";
import { encodeEntry } from "../../../src/storage/cache/entry.ts";
import { readIndex } from "../../../src/storage/cache/index-file.ts";
import { answer, clockAt, emptyFolder, filesOf } from "./answers.ts";

const MANY = 4000;
const hashed = (at: number) => createHash("sha256").update(String(at)).digest("hex");

/** A segment that is large enough for an index. */
async function large() {
  const directory = emptyFolder();
  const cache = openAnswerCache(directory, clockAt(1_764_000_000_000));
  await Promise.all(Array.from({ length: MANY }, (_, at) => cache.put(hashed(at), answer(`answer ${at}`))));
  await cache.close();
  const [index = ""] = filesOf(directory, ".index");
  const [segment = ""] = filesOf(directory);
  const found = () => {
    const opened = openAnswerCache(directory, clockAt(0));
    const count = Array.from({ length: MANY + 1 }, (_, at) => opened.get(hashed(at))?.text).filter(
      (text, at) => text === `answer ${at}`,
    ).length;
    return opened.close().then(() => count);
  };
  return { directory, index, segment, found };
}

test("the index of a segment takes 24 bytes an answer and finds every one", async () => {
  const { index, segment, found } = await large();
  expect(statSync(index).size).toBe(32 + 24 * MANY);
  expect(readIndex(index)).toMatchObject({ covered: statSync(segment).size, places: { size: MANY } });
  expect(await found()).toBe(MANY);
});

test("an index that is lost, cut or changed anywhere is made again from the segment", async () => {
  const { index, found } = await large();
  const whole = readFileSync(index);
  for (const at of [0, 4, 8, 16, 31, 32, 5000, whole.length - 1]) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    writeFileSync(index, changed);
    expect(readIndex(index), `byte ${at}`).toBeUndefined();
    expect(await found(), `byte ${at}`).toBe(MANY);
    expect(readFileSync(index).equals(whole)).toBe(true);
  }
  writeFileSync(index, whole.subarray(0, 100));
  expect(await found()).toBe(MANY);
  rmSync(index);
  expect(await found()).toBe(MANY);
  expect(readFileSync(index).equals(whole)).toBe(true);
});

test("answers behind what the index covers are found, and an index of a longer segment is none", async () => {
  const { segment, found } = await large();
  appendFileSync(segment, encodeEntry(hashed(MANY), 0, answer(`answer ${MANY}`)));
  expect(await found()).toBe(MANY + 1);
  const lines = readFileSync(segment, "utf8").split("\n");
  writeFileSync(segment, `${lines.slice(0, 10).join("\n")}\n`);
  expect(await found()).toBe(10);
});
