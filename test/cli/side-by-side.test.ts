import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { sideBySide } from "../../src/cli/side-by-side.ts";

async function* stream(...stretches: readonly (readonly number[])[]) {
  yield* stretches;
}

const later = async (value: number, ms: number) => {
  await sleep(ms);
  return value;
};

test("results are kept in the order of the stream, whichever was there first, and items of which nothing comes are none", async () => {
  const kept: number[] = [];
  await sideBySide(stream([1, 2, 3], [], [4, 5]), {
    score: (item) => {
      if (item === 2) return undefined;
      return item % 2 === 0 ? item : later(item, 20 - 4 * item);
    },
    keep: (result) => {
      kept.push(result);
      return undefined;
    },
    width: () => 3,
  });
  expect(kept).toEqual([1, 3, 4, 5]);
});

test("no more are under way than the width, and the next is kept once the one before it is", async () => {
  let underWay = 0;
  let most = 0;
  let isKeeping = false;
  await sideBySide(stream([1, 2, 3, 4, 5, 6]), {
    score: async (item) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await sleep(2);
      return item;
    },
    keep: async () => {
      expect(isKeeping).toBe(false);
      isKeeping = true;
      await sleep(1);
      isKeeping = false;
      underWay -= 1;
    },
    width: () => 2,
  });
  expect(most).toBe(2);
});

test("what is there at once is kept before the stream goes on", async () => {
  const seen: string[] = [];
  const items = function* () {
    for (const item of [1, 2]) {
      seen.push(`given ${item}`);
      yield item;
    }
  };
  await sideBySide(
    (async function* () {
      yield items();
    })(),
    {
      score: (item) => item,
      keep: (result) => {
        seen.push(`kept ${result}`);
        return undefined;
      },
      width: () => 1,
    },
  );
  expect(seen).toEqual(["given 1", "kept 1", "given 2", "kept 2"]);
});

test("a fault of one that is under way ends it, also where nobody waited for it yet", async () => {
  const work = {
    score: (item: number) => (item === 2 ? Promise.reject(new Error("broken")) : later(item, 5)),
    keep: () => undefined,
    width: () => 4,
  };
  await expect(sideBySide(stream([1, 2, 3]), work)).rejects.toThrow("broken");
});
