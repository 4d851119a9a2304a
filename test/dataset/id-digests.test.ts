import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkDataset } from "../../src/dataset/dataset.ts";
import { exactIds, idDigests } from "../../src/dataset/id-digests.ts";

test("two ids with the same digest are suspect, and told apart by a second look", () => {
  const clash = () => 7;
  const digests = idDigests(clash);
  for (const [at, id] of ["a", "b", "a"].entries()) expect(digests.firstLine(id, at + 1)).toBeUndefined();
  expect(digests.suspects.size).toBe(1);
  const ids = exactIds(digests.suspects, clash);
  expect(["a", "b", "a", "b"].map((id, at) => ids.firstLine(id, at + 1))).toEqual([
    undefined,
    undefined,
    1,
    2,
  ]);
});

test("of 100,000 ids none is suspect, until one comes again", () => {
  const digests = idDigests();
  for (let at = 0; at < 100_000; at += 1) digests.firstLine(`case-${at}`, at + 1);
  expect(digests.suspects.size).toBe(0);
  digests.firstLine("case-4711", 100_001);
  expect(digests.suspects.size).toBe(1);
});

test("every duplicate of a large dataset is named with the line of its first use, and nothing else is", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "evals-ids-")), "cases.jsonl");
  const ids = Array.from({ length: 50_000 }, (_, at) => `id-${at}`);
  const all = [...ids, "id-0", "id-49999", "id-0"];
  writeFileSync(file, all.map((id) => `${JSON.stringify({ id })}\n`).join(""));
  const checked = await checkDataset({ path: "cases.jsonl", file, cluster: undefined }, { fields: [] });
  if (checked.ok) throw new Error("the duplicates were not found");
  expect(checked.faults.map(({ message, place, label }) => [message, place?.line, label])).toEqual([
    ['duplicate id "id-0"', 50_001, "first used on line 1"],
    ['duplicate id "id-49999"', 50_002, "first used on line 50000"],
    ['duplicate id "id-0"', 50_003, "first used on line 1"],
  ]);
});
