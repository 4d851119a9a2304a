import { expect, test } from "vitest";
import { isCheapPattern, testPattern } from "../../src/scorers/safe-pattern.ts";
import { cpuMs } from "../cpu-time.ts";
import { judge } from "./judge.ts";
import { testPorts } from "./ports.ts";

test.each(["^ticket-\\d+$", "yes|no", "\\b\\w+\\b", "[*+]?x", "a{2,3}b*", "\\(a\\)+", "(?:a|b)c"])(
  "%s is cheap",
  (source) => {
    expect(isCheapPattern(source)).toBe(true);
  },
);

test.each([
  "(a+)+$",
  "(a|a)*$",
  "(a|aa)+$",
  "(.*)(.*)=",
  "a*a*$",
  "(a?){30}a{30}",
  "(a)\\1+b*",
  "(?<x>a)\\k<x>*",
])("%s is suspicious", (source) => {
  expect(isCheapPattern(source)).toBe(false);
});

test.each(["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(a*)*b"])("%s is stopped", (source) => {
  const took = cpuMs(() => {
    expect(testPattern(new RegExp(source), `${"a".repeat(60)}!`)).toBe("timeout");
  });
  expect(took).toBeLessThan(2000);
});

test("a pattern that is stopped leaves the answer unscored", async () => {
  const options = { pattern: "^(a+)+$" };
  const score = await judge("regex", { options, answer: `${"a".repeat(60)}!` }, testPorts());
  expect(score).toMatchObject({ kind: "unscored", code: "regex-timeout" });
});

test("a suspicious pattern that is quick gives its result", () => {
  expect(testPattern(/^(a+)+$/, "aaa")).toBe(true);
  expect(testPattern(/^(a+)+$/, "b")).toBe(false);
});
