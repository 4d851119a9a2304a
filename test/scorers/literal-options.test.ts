import { afterAll, expect, test } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import { judge } from "./judge.ts";
import { testPorts } from "./ports.ts";

const ports = testPorts();
afterAll(() => ports.threads?.close());

/** As a pattern it takes for ever on a text of `a`, and matches anything or nothing; as a text it is found once. */
const PATTERN = "(a+)+$|.*[";
const SLOW = `${"a".repeat(5000)}!`;

/** Options that scorers look for in the answer, some of them by a pattern of their own making. */
const OPTIONS: readonly (readonly [scorer: string, options: JsonObject])[] = [
  ["contains", { any: [PATTERN] }],
  ["contains", { all: [PATTERN], ignore_case: true }],
  ["choice", { options: [PATTERN, "other"], expected: PATTERN }],
  ["classify", { labels: [PATTERN, "other"], expected: PATTERN }],
  ["instructions", { keywords: [PATTERN] }],
  ["exact", { expected: PATTERN }],
];

test.each(OPTIONS)(
  "%s takes the text of an option as it stands, and is quick (%o)",
  async (name, options) => {
    const startedAt = performance.now();
    const found = await judge(name, { options, answer: PATTERN }, ports);
    const missed = await judge(name, { options, answer: SLOW }, ports);
    expect(found).toMatchObject({ kind: "scored", score: 1 });
    expect(missed).toMatchObject({ kind: "scored", score: 0 });
    expect(performance.now() - startedAt).toBeLessThan(2000);
  },
);
