import { describe, expect, test } from "vitest";
import { readNumbers } from "../../src/scorers/number-reader.ts";

const values = (text: string) => readNumbers(text).map(({ value }) => value);

describe("numbers are read as people write them", () => {
  test.each<[string, readonly number[]]>([
    ["42", [42]],
    ["-7", [-7]],
    ["\u22127 degrees", [-7]],
    ["1,234,567.89", [1234567.89]],
    ["1.234.567,89", [1234567.89]],
    ["1,234", [1234]],
    ["1.234", [1.234]],
    ["1,5", [1.5]],
    ["0,125", [0.125]],
    ["12,34,567", [1234567]],
    ["1\u00a0234\u202f567", [1234567]],
    ["1'234.50", [1234.5]],
    ["1{,}234", [1234]],
    ["$1,234.00.", [1234]],
    ["-$10,000", [-10000]],
    ["$-10", [-10]],
    ["\\$18", [18]],
    [".5", [0.5]],
    ["3/4", [0.75]],
    ["1 1/2 cups", [1.5]],
    ["\u00bd", [0.5]],
    ["1\u00bd", [1.5]],
    ["\\frac{3}{4}", [0.75]],
    ["2\\dfrac{1}{4}", [2.25]],
    ["-\\frac{1}{2}", [-0.5]],
    ["1.5e3", [1500]],
    ["6.02 \\times 10^{23}", [6.02e23]],
    ["3 \u00d7 10\u2075", [300000]],
    ["1.5 million", [1500000]],
    ["\uff14\uff12", [42]],
    ["**18**", [18]],
    ["130 - 140", [130, 140]],
    ["5-10", [5, 10]],
    ["COVID-19", [19]],
    ["= -3", [-3]],
    ["(-3)", [-3]],
    ["1, 2, 3", [1, 2, 3]],
    ["1,2,3", [1, 2, 3]],
    ["12/05/2024", [12, 5, 2024]],
    ["1/0", []],
    ["none", []],
    ["1.2.3", [1, 2.3]],
  ])("%s", (text, wanted) => {
    const found = values(text);
    expect(found.length, String(found)).toBe(wanted.length);
    wanted.forEach((value, index) => {
      expect(found[index]).toBeCloseTo(value, 9);
    });
  });

  test("a percent sign is noted and changes no value", () => {
    expect(readNumbers("45 %")[0]).toMatchObject({ value: 45, isPercent: true });
  });
  test("the decimal sign can be fixed", () => {
    expect(readNumbers("1.234", ",").map(({ value }) => value)).toEqual([1234]);
    expect(readNumbers("1,234", ".").map(({ value }) => value)).toEqual([1234]);
    expect(readNumbers("1,234", ",").map(({ value }) => value)).toEqual([1.234]);
  });
});
