import { expect, test } from "vitest";
import { matchesAny } from "../../src/engine/glob.ts";

test.each([
  ["llama-3", "llama-3", true],
  ["llama-3", "llama-3.1", false],
  ["llama-*", "llama-3.1", true],
  ["*-mini", "gpt-4o-mini", true],
  ["a*a", "a", false],
  ["a*b*c", "a-bb-c", true],
  ["a*b*b", "a-b", false],
  ["*", "", true],
  ["gpt.4", "gpt-4", false],
])("pattern %s against %s is %s", (pattern, name, matches) => {
  expect(matchesAny([pattern], name)).toBe(matches);
});

test("a hostile pattern does not take exponential time", () => {
  const pattern = `${"a*".repeat(5_000)}b`;
  expect(matchesAny([pattern], "a".repeat(10_000))).toBe(false);
});
