import { describe, expect, test } from "vitest";
import { scorers } from "../../src/scorers/registry.ts";
import { judge } from "./judge.ts";
import { testPorts } from "./ports.ts";

const ports = testPorts();

// Each once made, or could make, a reader go over the rest of the text at every step.
const PARTS = [
  "1,",
  "1 ",
  "1/",
  "1 1/",
  "\u00bd",
  "\\frac{",
  "\\text{",
  "\\boxed{",
  "(B) ",
  "B ",
  "A\n",
  "a ",
  "not ",
];
const MORE = [
  "```\n",
  '"answer": "',
  '"answer":',
  "answer is ",
  "#### ",
  "\t",
  "-",
  "$ ",
  "*",
  "[",
  '{"a":',
  "<a>",
  "<a/>",
  "<a b='c' ",
  "<!--",
  "&amp;&",
  "- ",
  "? ",
  "a: ",
  "&a [",
  "{a: ",
  "\n- a",
  "a:\n ",
  "**a** ",
  "<<a",
  "I cannot help. ",
  '\\"',
  "e\u0301",
];
const LENGTH = 40_000;

describe.each([...scorers.values()].filter(({ examples }) => examples.length > 0))(
  "$name",
  ({ name, examples }) => {
    test("takes no more than moments for a long answer made to be slow", async () => {
      const [{ options = {}, fields = {} } = {}] = examples;
      for (const part of [...PARTS, ...MORE]) {
        const answer = part.repeat(LENGTH / part.length);
        const before = process.cpuUsage();
        await judge(name, { options, fields, answer }, ports);
        const { user } = process.cpuUsage(before);
        // Of the processor: a machine that halts or is busy makes no scorer slow.
        expect(user / 1000, JSON.stringify(part)).toBeLessThan(1500);
      }
    });
  },
);
