import { afterAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import { codeBlock } from "../../src/scorers/code-block.ts";
import { scorers } from "../../src/scorers/registry.ts";
import { caseCheck } from "../../src/scorers/score-answer.ts";
import { judge } from "./judge.ts";
import { testPorts } from "./ports.ts";

const ports = testPorts();
afterAll(() => ports.sandbox.close());

const fenced = (code: string) => `\`\`\`js\n${code}\n\`\`\``;
const score = (answer: string, options: JsonObject) =>
  judge("unit-tests", { answer, options: { language: "javascript", ...options } }, ports);

describe("unit-tests", () => {
  test("the failing test and what it found are named, on one line", async () => {
    const tests = ["assert(true)", "assert.equal(text(), 'b')"];
    expect(await score(fenced("const text = () => 'a\\n::error::\\u001b[31m'"), { tests })).toMatchObject({
      score: 0,
      fault: "wrong",
      reason:
        '1 of 2 tests pass; "assert.equal(text(), \'b\')" fails: "expected \\"b\\", found \\"a\\\\n::error::\\\\u001b[31m\\""',
    });
  });

  test("code that does not load is wrong, and so is code that runs too long", async () => {
    expect(await score(fenced("const x = ;"), { tests: "assert(1)" })).toMatchObject({
      score: 0,
      fault: "wrong",
      reason: expect.stringMatching(/^the code does not run: "SyntaxError/),
    });
    expect(
      await score(fenced("for (;;) {}"), { tests: "assert(1)", timeout_s: 0.2, partial: true }),
    ).toMatchObject({
      score: 0,
      reason: 'the code does not run: "not finished after 0.2 s"',
    });
  });

  test("tests that cannot be run judge nothing", async () => {
    expect(await score(fenced("const x = 1"), { tests: "assert(" })).toMatchObject({
      kind: "unscored",
      code: "no-tests",
    });
  });

  test("an answer without a block is a format fault that says what the bare code scores", async () => {
    const tests = ["assert.equal(x, 1)", "assert.equal(x, 2)"];
    expect(await score("const x = 1", { tests, partial: true })).toMatchObject({
      score: 0,
      fault: "format",
      ifFormatFixed: 0.5,
    });
    expect(await score("const x = 1", { tests, partial: true, code_block: "optional" })).toMatchObject({
      score: 0.5,
      fault: "wrong",
    });
    expect(await score("```python\nx = 1\n```", { tests })).toMatchObject({
      fault: "format",
      ifFormatFixed: 0,
    });
  });

  test("blank tests, and an entry point that is no name, are refused before any call", () => {
    const spec = {
      scorer: "unit-tests",
      label: "unit-tests",
      weight: 1,
      place: { file: "", line: 1, column: 1, endLine: 1, endColumn: 1 },
    };
    const check = (options: JsonObject) =>
      caseCheck([{ ...spec, options: { language: "javascript", ...options } }])({})?.reason;
    expect(check({ tests: " " })).toContain("tests: ");
    expect(check({ tests: "1", entry_point: "a; process" })).toContain("entry_point: must be a name");
    expect(check({})).toContain("no field tests");
  });

  test("a part of a composition keeps its own limits and asks for its own engine", async () => {
    const parts: JsonObject = { "unit-tests": { language: "javascript", tests: "assert.equal(x, 1)" } };
    const options: JsonObject = { scorers: [parts, "exact"] };
    expect(scorers.get("mean")?.engines(options)).toEqual(["javascript"]);
    const hasty = { ...ports, timeoutMs: 1 };
    const answer = fenced("const x = 1");
    expect(await judge("mean", { options, fields: { expected: "y" }, answer }, hasty)).toMatchObject({
      score: 0.5,
    });
  });
});

describe("the code of an answer", () => {
  const tags = ["js"];

  test.each([
    ["text\n```js\na\nb\n```\nmore", "a\nb"],
    ["```JS title=x\na\n```", "a"],
    ["~~~js\na\n```\nb\n~~~", "a\n```\nb"],
    ["````js\n```\nx\n```\n````", "```\nx\n```"],
    ["  ```js\n  a\n  ```", "  a"],
    ["```js\r\na\r\n```", "a"],
    ["```js\na", "a"],
    ["```\nb\n```\n```js\na\n```", "a"],
    ["```sh\nls\n```\n```\na\n```", "a"],
    ["```js\nexample()\n```\n```js\nfunction wanted() {}\n```", "function wanted() {}"],
  ])("%j holds %j", (answer, code) => {
    expect(codeBlock(answer, tags, "wanted")).toBe(code);
  });

  test.each(["no block", "`inline`", "```python\na\n```", ""])("%j holds none", (answer) => {
    expect(codeBlock(answer, tags, undefined)).toBeUndefined();
  });
});
