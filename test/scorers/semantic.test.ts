import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AskJudge } from "../../src/domain/judge.ts";
import { readVector, similarity } from "../../src/scorers/embedding-vector.ts";
import { judge } from "./judge.ts";
import { testPorts } from "./ports.ts";

const number = fc.double({ min: -1e3, max: 1e3, noNaN: true });

describe("the cosine", () => {
  const pairs = fc
    .integer({ min: 1, max: 20 })
    .chain((length) =>
      fc.tuple(...[0, 1].map(() => fc.array(number, { minLength: length, maxLength: length }))),
    );

  test("is the same both ways, within -1 and 1, and whatever the lengths", () => {
    fc.assert(
      fc.property(pairs, fc.double({ min: 0.01, max: 100, noNaN: true }), ([left = [], right = []], by) => {
        const cosine = similarity(left, right);
        if (cosine === undefined) return;
        expect(Math.abs(cosine)).toBeLessThanOrEqual(1);
        expect(similarity(right, left)).toBeCloseTo(cosine, 9);
        const longer = similarity(
          left.map((value) => value * by),
          right,
        );
        if (longer !== undefined) expect(longer).toBeCloseTo(cosine, 6);
      }),
      { seed: 5 },
    );
  });

  test("of a text with itself is 1, of opposites -1, and of nothing none", () => {
    expect(similarity([3, 4], [3, 4])).toBe(1);
    expect(similarity([3, 4], [-3, -4])).toBe(-1);
    expect(similarity([1, 0], [0, 1])).toBe(0);
    expect(similarity([0, 0], [1, 0])).toBeUndefined();
    expect(similarity([1], [1, 0])).toBeUndefined();
  });

  test("is of lists of numbers alone", () => {
    expect(readVector("[1, 0.5]")).toEqual([1, 0.5]);
    for (const text of ["[]", "[1, null]", '["1"]', '{"a": 1}', "1", "", "I cannot."])
      expect(readVector(text)).toBeUndefined();
  });
});

describe("semantic", () => {
  const options = { model: "embedder", expected: "late" };
  const scoreOf = (ask: AskJudge, more = {}) =>
    judge("semantic", { options: { ...options, ...more }, answer: "delayed" }, { ...testPorts(), ask });

  test("asks for the answer and the expected text as they are, once each", async () => {
    const asked: unknown[] = [];
    await scoreOf(async (question) => {
      asked.push(question);
      return { kind: "said", text: "[1, 0]" };
    });
    expect(asked).toEqual(
      ["delayed", "late"].map((content) => ({
        judge: "embedder",
        messages: [{ role: "user", content }],
        step: "embedding",
      })),
    );
  });

  test("an embedding that cannot be had, or not be compared, leaves the answer unscored", async () => {
    const failed = await scoreOf(async () => ({ kind: "failed", code: "judge-failed", reason: "no quota" }));
    expect(failed).toMatchObject({ kind: "unscored", code: "judge-failed", reason: "embedder: no quota" });
    let length = 1;
    const unlike = await scoreOf(async () => ({ kind: "said", text: `[${Array(length++).fill(1)}]` }));
    expect(unlike).toMatchObject({ kind: "unscored", code: "no-embedding" });
    expect(await scoreOf(async () => ({ kind: "said", text: "[0, 0]" }))).toMatchObject({ kind: "unscored" });
  });

  test("below the floor is 0, and opposites are no less", async () => {
    const saying = (...texts: readonly string[]): AskJudge => {
      const left = [...texts];
      return async () => ({ kind: "said", text: left.shift() ?? "" });
    };
    expect(await scoreOf(saying("[1, 0]", "[-1, 0]"))).toMatchObject({ score: 0, reason: "cosine -1.000" });
    expect(await scoreOf(saying("[3, 4]", "[4, 3]"), { floor: 0.97 })).toMatchObject({ score: 0 });
    expect(await scoreOf(saying("[3, 4]", "[4, 3]"), { at_least: 0.97 })).toMatchObject({
      score: 0,
      reason: "cosine 0.960, at least 0.97 asked for",
    });
  });
});
