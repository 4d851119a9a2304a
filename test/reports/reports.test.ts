import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { reports } from "../../src/reports/registry.ts";
import { csvCell, markdownText, terminalText } from "../../src/reports/safe-text.ts";
import { example } from "./example.ts";

describe("the reports", () => {
  test.each(reports)("$name is byte for byte as agreed", async ({ name, extension, render }) => {
    const golden = join(import.meta.dirname, "..", "golden", "reports", `${name}.${extension}`);
    await expect(render(await example(), { color: false })).toMatchFileSnapshot(golden);
  });

  test("the terminal report keeps to 80 columns, hides no control character and marks simulated models", async () => {
    const text =
      reports.find(({ name }) => name === "terminal")?.render(await example(), { color: false }) ?? "";
    expect(Math.max(...text.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(80);
    expect(["\u202e", "\u001b"].filter((character) => text.includes(character))).toEqual([]);
    expect(text).toContain("simulated");
    expect(text).toContain("unknown");
  });

  test("each sink neutralises what others wrote", () => {
    expect(terminalText("a\u001b[2Jb\nc\u202e")).toBe("a\\u{1b}[2Jb\\u{a}c\\u{202e}");
    expect(markdownText("<img src=x> | @all `x`")).toBe("&lt;img src=x&gt; \\| @&#8203;all \\`x\\`");
    expect(["=1+1", "@x", "-1", 'a"b', "ok"].map(csvCell)).toEqual(["'=1+1", "'@x", "'-1", '"a""b"', "ok"]);
    expect(csvCell(-1)).toBe("-1");
  });
});
