import fc from "fast-check";
import { expect, test } from "vitest";
import type { GateResult } from "../../src/comparison/gate.ts";
import { junit } from "../../src/reports/junit.ts";
import type { ReportInput } from "../../src/reports/report.ts";
import { example, reportOf, safeExample } from "./example.ts";
import { type Element, parseXml } from "./xml.ts";

const parsed = (input: ReportInput) => parseXml(junit.render(input, { color: false }));
const counts = ({ attributes }: Element) =>
  ["tests", "failures", "errors"].map((name) => attributes.get(name));

test("every rule and task is a test, and the run itself is one", async () => {
  const document = parsed(await example());
  const tests = document.children.flatMap(({ children }) =>
    children.map((child) => child.attributes.get("name")),
  );
  expect(tests).toEqual(["score on qa: margin 3.0", "cost: ≤ 0.500x", "every planned sample has a score"]);
});

test("an undecided rule is an error and a broken one a failure: neither is green", async () => {
  expect(counts(parsed(await example()))).toEqual(["3", "0", "2"]);
  expect(counts(parsed(await reportOf(40)))).toEqual(["3", "1", "1"]);
  expect(counts(parsed(await safeExample()))).toEqual(["2", "0", "0"]);
});

test("a run that is not whole is never green", async () => {
  const input = await safeExample();
  expect(counts(parsed({ ...input, unmeasured: 4 }))).toEqual(["2", "0", "1"]);
  expect(counts(parsed({ ...input, gate: undefined, notJudged: "the run is not over" }))).toEqual([
    "2",
    "0",
    "1",
  ]);
});

test("whatever the names and reasons hold, the document is well-formed and keeps its shape", async () => {
  const input = await example();
  const hostile = fc.string({
    unit: fc.oneof(
      fc.nat(0x10ffff).map(String.fromCodePoint),
      fc.constantFrom(..."<>&\"']\u0000\ud800\uffff"),
    ),
  });
  fc.assert(
    fc.property(hostile, (text) => {
      const document = parsed({
        ...input,
        title: { ...input.title, suite: text },
        gate: renamed(input.gate, text),
      });
      expect(counts(document)).toEqual(["3", "0", "2"]);
      expect(document.children.map(({ children }) => children.length)).toEqual([2, 1]);
    }),
  );
});

function renamed(gate: GateResult | undefined, text: string): GateResult | undefined {
  if (gate === undefined) return undefined;
  const verdicts = gate.verdicts.map((verdict) => ({
    ...verdict,
    candidate: text,
    baseline: text,
    rules: verdict.rules.map((rule) => ({ ...rule, rule: text, evidence: text })),
  }));
  return { ...gate, verdicts };
}
