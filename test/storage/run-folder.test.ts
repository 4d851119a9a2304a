import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRun } from "../../src/storage/run-folder.ts";

test("the ids of runs sort by the millisecond in which they began, and never clash", async () => {
  const out = mkdtempSync(join(tmpdir(), "evals-ids-"));
  const second = Date.UTC(2026, 10, 24, 10, 15, 30);
  const moments = [0, 1, 31, 32, 33, 500, 998, 999, 1000].map((ms) => second + ms);
  const ids: string[] = [];
  for (const at of moments) ids.push((await createRun(out, "s", at)).id);
  expect(ids.toSorted()).toEqual(ids);
  expect(ids[0]).toMatch(/^20261124-101530-[a-z2-7]{4}$/);
  const same = await Promise.all(Array.from({ length: 50 }, () => createRun(out, "s", second)));
  expect(new Set(same.map(({ id }) => id)).size).toBe(50);
});
