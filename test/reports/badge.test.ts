import { expect, test } from "vitest";
import { badge } from "../../src/reports/badge.ts";
import type { ReportInput } from "../../src/reports/report.ts";
import { runVerdict } from "../../src/reports/run-verdict.ts";
import { example, reportOf, safeExample } from "./example.ts";
import { parseXml } from "./xml.ts";

const words = (input: ReportInput) =>
  parseXml(badge.render(input, { color: false })).attributes.get("aria-label");

test("one candidate is named with its verdict", async () => {
  expect(words(await safeExample())).toBe("model swap: b: safe");
  expect(words(await reportOf(40))).toBe("model swap: b: unsafe");
  expect(words(await example())).toBe("model swap: b: inconclusive");
});

test("several candidates are counted by verdict", async () => {
  const input = await safeExample();
  const unsafe = await reportOf(40);
  const verdicts = [...(input.gate?.verdicts ?? []), ...(unsafe.gate?.verdicts ?? [])];
  const both = { ...input, gate: input.gate && { ...input.gate, verdicts } };
  expect(words(both)).toBe("model swap: 1 safe, 1 unsafe");
  expect(runVerdict(both)).toBe("unsafe");
});

test("no badge says safe while anything is missing", async () => {
  const input = await safeExample();
  expect(words({ ...input, unmeasured: 1 })).toBe("model swap: b: inconclusive");
  expect(words({ ...input, gate: undefined, notJudged: "the run is not over" })).toBe(
    "model swap: inconclusive",
  );
  expect(words({ ...input, gate: undefined })).toBe("model swap: no gate");
});

test("made-up answers are said to be so", async () => {
  const input = await safeExample();
  const verdicts = (input.gate?.verdicts ?? []).map((verdict) => ({ ...verdict, simulated: true }));
  expect(words({ ...input, gate: input.gate && { ...input.gate, verdicts } })).toBe(
    "model swap: b: safe (simulated)",
  );
});

test("a hostile or a long name stays text", async () => {
  const input = await safeExample();
  const verdicts = (input.gate?.verdicts ?? []).map((verdict) => ({
    ...verdict,
    candidate: `</text><script>alert(1)</script>${"x".repeat(500)}`,
  }));
  const svg = badge.render({ ...input, gate: input.gate && { ...input.gate, verdicts } }, { color: false });
  expect(parseXml(svg).attributes.get("aria-label")).toMatch(/^model swap: …x+: safe$/);
  expect(svg.length).toBeLessThan(1500);
});
