import { expect, test } from "vitest";
import { isInShard, shardOf } from "../../src/engine/shard.ts";

const ids = Array.from({ length: 4000 }, (_, at) => `case-${at}`);

test.each([1, 2, 7, 8, 64])(
  "each case is in exactly one of %i shards, and the shards are about alike",
  (count) => {
    const sizes = new Map<number, number>();
    for (const id of ids) {
      const shard = shardOf(count, "qa", id);
      sizes.set(shard, (sizes.get(shard) ?? 0) + 1);
      const holding = Array.from({ length: count }, (_, at) => ({ index: at + 1, count })).filter((each) =>
        isInShard(each, "qa", id),
      );
      expect(holding).toEqual([{ index: shard, count }]);
    }
    const even = ids.length / count;
    // Five standard deviations of a fair draw.
    for (const size of sizes.values()) expect(Math.abs(size - even)).toBeLessThan(5 * Math.sqrt(even) + 1e-9);
    expect(sizes.size).toBe(count);
  },
);

test("a case keeps its shard on every machine and in every version", () => {
  expect(["a", "b", "c", "d", "e", "f"].map((id) => shardOf(8, "qa", id))).toEqual([4, 8, 2, 6, 6, 1]);
});
