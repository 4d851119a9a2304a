import fc from "fast-check";
import { expect, test } from "vitest";
import { answeredPrefix } from "../../src/engine/answered-prefix.ts";
import type { AskedUnit } from "../../src/engine/ask-order.ts";

const place = { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 };
const task = {
  name: "qa",
  dataset: { path: "d", file: "/d", cluster: undefined },
  prompt: [],
  scorers: [],
  reads: [],
  slices: [],
  place,
};

function unit(ids: readonly string[]): AskedUnit {
  const cases = ids.map((id) => ({
    task,
    case: { id, fields: {}, tags: [], cluster: undefined, hash: id, line: 1 },
  }));
  return { key: ids.join(), rank: 0, cases };
}

test("an answer ahead of its turn waits for those before it", () => {
  const prefix = answeredPrefix<string>(2);
  for (const id of ["c1", "c2", "c3"]) prefix.expect(unit([id]));
  expect(prefix.add("qa", "c2", "x")).toEqual([]);
  expect(prefix.add("qa", "c2", "y")).toEqual([]);
  expect(prefix.add("qa", "c3", "x")).toEqual([]);
  expect(prefix.add("qa", "c1", "x")).toEqual([]);
  expect(prefix.add("qa", "c1", "y").map(({ unit: { key } }) => key)).toEqual(["c1", "c2"]);
  expect(prefix.add("qa", "c3", "y").map(({ unit: { key } }) => key)).toEqual(["c3"]);
});

test("a cluster is whole when its last case is", () => {
  const prefix = answeredPrefix<string>(1);
  prefix.expect(unit(["c1", "c2"]));
  expect(prefix.add("qa", "c2", "second")).toEqual([]);
  expect(prefix.add("qa", "c1", "first").map(({ samples }) => samples)).toEqual([[["first"], ["second"]]]);
});

test("in whatever order answers come, units leave in the order announced, none twice, none left", () => {
  const ids = Array.from({ length: 30 }, (_, at) => `c${at}`);
  const asks = ids.flatMap((id) => [id, id]);
  fc.assert(
    fc.property(fc.shuffledSubarray([...asks.keys()], { minLength: asks.length }), (order) => {
      const prefix = answeredPrefix<number>(2);
      for (const id of ids) prefix.expect(unit([id]));
      const left = order.flatMap((at) =>
        prefix.add("qa", asks[at] ?? "", at).map(({ unit: { key } }) => key),
      );
      expect(left).toEqual(ids);
    }),
  );
});

test("a sample that was not announced is a bug", () => {
  expect(() => answeredPrefix<string>(1).add("qa", "c1", "x")).toThrow("was not announced");
});
