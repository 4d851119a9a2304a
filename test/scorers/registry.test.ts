import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scorers } from "../../src/scorers/registry.ts";
import { judge } from "./judge.ts";
import { testPorts } from "./ports.ts";

const ports = testPorts();
/** Each run of the sandbox is an interpreter of its own. */
const RUNS_IN_SANDBOX = 20;

describe.each([...scorers.values()])("$name", (scorer) => {
  test.each(scorer.examples.map((example, index) => ({ ...example, index: index + 1 })))(
    "example $index: $answer scores $score",
    async ({ score: wanted, fault, ifFormatFixed, ...example }) => {
      const score = await judge(scorer.name, example, ports);
      if (score.kind === "unscored") return expect("unscored").toBe(wanted);
      expect(score.score, score.reason).toBeCloseTo(Number(wanted), 12);
      expect(score.fault, score.reason).toBe(fault ?? (wanted === 1 ? "none" : "wrong"));
      if (ifFormatFixed !== undefined) expect(score.ifFormatFixed).toBe(ifFormatFixed);
    },
  );

  const sets = scorer.examples.filter((example) => example.score !== "unscored");

  test.skipIf(sets.length === 0)(
    "any string gets a sound score, the same twice, that JSON can hold",
    async () => {
      const nasty = fc.oneof(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.string({ unit: "grapheme", maxLength: 300 }),
        fc
          .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 100 })
          .map((units) => String.fromCharCode(...units)),
        fc
          .array(fc.constantFrom(..."0123456789.,-+/%eE$({[\"'\\`}])*_#:= ABCbc\n½⁵\0"), { maxLength: 120 })
          .map((parts) => parts.join("")),
        fc.constantFrom(
          "",
          "\0",
          "\ud800",
          "\udc00x",
          "NaN",
          "__proto__",
          '{"__proto__": {"ok": true}}',
          "[".repeat(10_000),
        ),
        fc
          .constantFrom(
            "1,",
            "a ",
            "\\frac{",
            "(B) ",
            "```\n",
            '"answer": "',
            "answer is ",
            "#### ",
            "not ",
            "\t",
            "-",
            "$ ",
          )
          .map((part) => part.repeat(2000).slice(0, 10_000)),
      );
      const example = fc.constantFrom(...sets);
      await fc.assert(
        fc.asyncProperty(nasty, example, async (answer, example) => {
          const score = await judge(scorer.name, { ...example, answer }, ports);
          if (score.kind === "unscored") throw new Error(score.reason);
          expect(score.score).toBeGreaterThanOrEqual(0);
          expect(score.score).toBeLessThanOrEqual(1);
          expect(score.fault === "none").toBe(score.score === 1);
          expect(score.fault === "format").toBe(score.ifFormatFixed !== undefined);
          expect(score.reason).not.toBe("");
          expect(JSON.parse(JSON.stringify(score))).toEqual({ ...score });
          expect(await judge(scorer.name, { ...example, answer }, ports)).toEqual(score);
        }),
        { numRuns: scorer.engines({}).length > 0 ? RUNS_IN_SANDBOX : 150, seed: 7 },
      );
    },
  );
});
