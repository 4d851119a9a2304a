import { describe, expect, test } from "vitest";
import { findMathAnswer } from "../../src/scorers/math-answer.ts";
import { mathEquals } from "../../src/scorers/math-equality.ts";
import { readMath } from "../../src/scorers/math-reader.ts";
import { cpuMs } from "../cpu-time.ts";
import { judge } from "./judge.ts";
import { testPorts } from "./ports.ts";

const exactly = { absolute: 0, relative: 0 };

function same(left: string, right: string): boolean {
  const [answer, expected] = [readMath(left), readMath(right)];
  if (answer === undefined) throw new Error(`not read: ${left}`);
  if (expected === undefined) throw new Error(`not read: ${right}`);
  return mathEquals(answer, expected, exactly);
}

describe("the same mathematics", () => {
  test.each([
    ["1/2", "0.5"],
    ["\\frac12", "\\dfrac{2}{4}"],
    ["\\frac1{2}", "\\tfrac{1}2"],
    ["1\\frac{1}{2}", "3/2"],
    ["1 1/2", "1.5"],
    ["1,234,567", "1234567"],
    ["10{,}000", "10\\,000"],
    ["-\\frac{1}{2}", "\\frac{-1}{2}"],
    ["2^{100}", "1267650600228229401496703205376"],
    ["1.5 \\times 10^{3}", "1500"],
    ["3 \\cdot 4", "12"],
    ["5!", "120"],
    ["\\binom{5}{2}", "10"],
    ["\\sqrt{12}", "2\\sqrt3"],
    ["\\sqrt[3]{8}", "2"],
    ["\\frac{1}{\\sqrt{2}}", "\\frac{\\sqrt{2}}{2}"],
    ["8^{2/3}", "4"],
    ["|{-3}|", "3"],
    ["2\\pi", "2π"],
    ["\\frac{\\pi}{4}", "pi/4"],
    ["e^{i\\pi}", "-1"],
    ["\\ln(e^2)", "2"],
    ["\\log_2 8", "3"],
    ["\\log 100", "2"],
    ["\\sin(\\pi/6)", "1/2"],
    ["\\sin^2 x + \\cos^2 x", "1"],
    ["x^2-1", "(x-1)(x+1)"],
    ["\\frac{x^2-1}{x-1}", "x+1"],
    ["2x", "x \\cdot 2"],
    ["2\\sin 2x", "4 \\sin x \\cos x"],
    ["x_1 + x_{2}", "x_{2}+x_1"],
    ["x = 5", "5"],
    ["5", "x=5"],
    ["f(x) = 2x", "2x"],
    ["x \\in [0,1]", "[0,1]"],
    ["\\left[0, \\frac{1}{2}\\right)", "[0,0.5)"],
    ["(-\\infty, 3)", "(-\\infty,3)"],
    ["(-\\infty,0)\\cup(1,\\infty)", "(1,\\infty) \\cup (-\\infty,0)"],
    ["\\{1,2,3\\}", "{3, 2, 1}"],
    ["1, 2, 3", "3, 1 and 2"],
    ["1 \\pm \\sqrt{2}", "1-\\sqrt2, 1+\\sqrt2"],
    ["(1, 2)", "(1,2)"],
    ["(3,-4)", "\\left( 3, -4 \\right)"],
    ["\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}", "\\begin{bmatrix}1&2\\\\3&2^2\\end{bmatrix}"],
    ["y = 2x + 1", "2x - y + 1 = 0"],
    ["x > 3", "3 < x"],
    ["x \\ge 3", "x >= 3"],
    ["50\\%", "50"],
    ["5\\text{ cm}", "5"],
    ["90^\\circ", "90"],
    ["\\$3.50", "3.5"],
    ["x²", "x^2"],
    ["x**2", "x^2"],
  ])("%s is %s", (left, right) => {
    expect(same(left, right)).toBe(true);
    expect(same(right, left)).toBe(true);
  });
});

describe("not the same", () => {
  test.each([
    ["1/3", "0.333"],
    ["2^{100}", "1267650600228229401496703205377"],
    ["\\sqrt2", "1.41421356"],
    ["x+1", "x+2"],
    ["x", "y"],
    ["\\sqrt{x^2}", "x"],
    ["x^2-1", "(x-1)^2"],
    ["(1,2)", "[1,2]"],
    ["(1,2)", "(2,1)"],
    ["(1,2)", "\\{1,2\\}"],
    ["[0,1]", "[0,1)"],
    ["\\{1,2\\}", "\\{1,2,3\\}"],
    ["1", "\\{1,2\\}"],
    ["\\infty", "-\\infty"],
    ["x > 3", "x < 3"],
    ["x = 5", "y + x = 5"],
    ["y = 2x", "y = 3x"],
    ["\\sin x", "\\cos x"],
    ["1/0", "0"],
    ["\\begin{pmatrix}1&2\\end{pmatrix}", "\\begin{pmatrix}1\\\\2\\end{pmatrix}"],
    ["10", "\\pi^2"],
  ])("%s is not %s", (left, right) => {
    expect(same(left, right)).toBe(false);
    expect(same(right, left)).toBe(false);
  });
});

test.each([
  "",
  "hello there",
  "I do not know",
  "1 +",
  "\\frac{1}{",
  "(1,2",
  "require('fs')",
  "2 3",
  "x".repeat(500),
  "(".repeat(200),
])("%j is no formula", (text) => {
  expect(readMath(text)).toBeUndefined();
});

test("numbers that would take long to compute are not computed", () => {
  const texts = [
    "9^{9^{9^{9}}}",
    "10000!",
    "(((1.01)^{9999})^{9999})^{9999}",
    "\\sqrt[9999]{2}^{9999}",
    "0.5^{-9999}",
  ];
  const compute = (text: string) => {
    const value = readMath(text);
    if (value !== undefined) expect(mathEquals(value, { kind: "set", items: [] }, exactly)).toBe(false);
    if (value !== undefined) mathEquals(value, value, exactly);
  };
  expect(cpuMs(() => texts.forEach(compute))).toBeLessThan(1000);
});

test.each([
  ["So we get $$x = \\frac{3}{2}.$$", "3/2"],
  ["First $a = 1$, then $b = 2$. Thus the sum is $a + b = 3$.", "3"],
  ["The final answer is: **42**", "42"],
  ["The answer is 12 apples.", "12"],
  ["#### 1,200", "1200"],
  ["Work: $3+4$.\n\nFinal Answer: \\boxed{\\frac{7}{1}}", "7"],
  ["\\[ x^2 + 1 \\]", "x^2+1"],
  ["Area = 25\\pi", "25\\pi"],
  ["x = 3 + 4 = 7", "7"],
])("the answer of %j is %s", (text, wanted) => {
  const found = findMathAnswer(text)?.value;
  const expected = readMath(wanted);
  if (expected === undefined) throw new Error(wanted);
  expect(found && mathEquals(found, expected, exactly)).toBe(true);
});

test("a case whose expected answer is no formula cannot be scored, and says so", async () => {
  await expect(
    judge("math", { fields: { expected: "the red one" }, answer: "1" }, testPorts()),
  ).rejects.toThrow('expected is no formula of the grammar: "the red one"');
});
