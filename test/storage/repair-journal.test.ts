import { appendFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Sample } from "../../src/domain/sample.ts";
import { openJournal } from "../../src/storage/journal.ts";
import { repairJournal } from "../../src/storage/repair-journal.ts";

const skipped = (caseId: string): Sample => ({
  task: "t",
  caseId,
  target: "m",
  repeat: 0,
  requestKey: "k",
  attempts: 1,
  outcome: { kind: "skipped", reason: "bail" },
  queuedMs: 0,
  cached: false,
  at: "2026-11-24T10:00:00.000Z",
});

async function written(count: number): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), "evals-repair-")), "samples.jsonl");
  const journal = await openJournal(file, () => undefined);
  if (!journal.ok) throw new Error("not opened");
  for (let at = 0; at < count; at += 1) await journal.value.append(skipped(`c${at}`));
  await journal.value.close();
  return file;
}

const linesOf = (file: string) => readFileSync(file, "utf8").split("\n").slice(0, -1);

test("exactly the damaged records are dropped, wherever they stand, and kept as they were", async () => {
  const file = await written(50);
  const lines = linesOf(file);
  const damaged = new Map([
    [0, "not JSON at all"],
    [7, (lines[7] ?? "").replace('"attempts":1', '"attempts":2')],
    [8, ""],
    [31, "\u0000\u0000\u0000"],
  ]);
  writeFileSync(file, `${lines.map((line, at) => damaged.get(at) ?? line).join("\n")}\n`);
  const { kept, dropped, aside } = await repairJournal(file);
  expect(kept).toBe(46);
  expect(dropped.map(({ line }) => line)).toEqual([1, 8, 9, 32]);
  expect(linesOf(file)).toEqual(lines.filter((_, at) => !damaged.has(at)));
  expect(linesOf(aside ?? "")).toEqual([...damaged.values()]);
  expect(readdirSync(dirname(file)).toSorted()).toEqual(["samples.jsonl", "samples.jsonl.corrupt-1"]);
});

test("half a record at the end is dropped too, and a second repair keeps its own file", async () => {
  const file = await written(3);
  appendFileSync(file, '{"schema":1,"ta');
  expect(await repairJournal(file)).toMatchObject({
    kept: 3,
    dropped: [{ line: 4 }],
    aside: `${file}.corrupt-1`,
  });
  writeFileSync(file, `x\n${readFileSync(file, "utf8")}`);
  expect(await repairJournal(file)).toMatchObject({
    kept: 3,
    dropped: [{ line: 1 }],
    aside: `${file}.corrupt-2`,
  });
  expect(readFileSync(`${file}.corrupt-1`, "utf8")).toBe('{"schema":1,"ta\n');
});

test("a whole journal is not touched", async () => {
  const file = await written(3);
  const before = readFileSync(file, "utf8");
  expect(await repairJournal(file)).toEqual({ kept: 3, dropped: [], aside: undefined });
  expect(readFileSync(file, "utf8")).toBe(before);
  expect(readdirSync(dirname(file))).toEqual(["samples.jsonl"]);
});
