import { expect, test } from "vitest";
import { caseChoice } from "../../src/engine/case-choice.ts";

const ids = Array.from({ length: 500 }, (_, at) => `case-${at}`);

function choose(
  seed: number,
  task: string,
  limit: number,
  order: readonly string[] = ids,
): readonly string[] {
  const choice = caseChoice(seed, task, limit);
  for (const id of order) choice.offer(id);
  return [...choice.chosen()].toSorted();
}

test("the same seed chooses the same cases whatever the order of the file", () => {
  expect(choose(7, "qa", 20, ids.toReversed())).toEqual(choose(7, "qa", 20));
  expect(choose(7, "qa", 20)).toHaveLength(20);
});

test("a larger limit only adds cases", () => {
  expect(choose(7, "qa", 60)).toEqual(expect.arrayContaining([...choose(7, "qa", 20)]));
});

test("another seed and another task choose other cases", () => {
  expect(choose(8, "qa", 20)).not.toEqual(choose(7, "qa", 20));
  expect(choose(7, "extract", 20)).not.toEqual(choose(7, "qa", 20));
});

test("a limit beyond the dataset keeps every case", () => {
  expect(choose(7, "qa", 900)).toEqual(ids.toSorted());
});

test("over many seeds, each case is chosen equally often", () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 400; seed += 1)
    for (const id of choose(seed, "qa", 50)) counts.set(id, (counts.get(id) ?? 0) + 1);
  // 400 draws at 1 in 10: mean 40, standard deviation 6; five of them either way for 500 cases.
  for (const id of ids) expect(Math.abs((counts.get(id) ?? 0) - 40)).toBeLessThan(30);
});
