import { describe, expect, test } from "vitest";
import { judge } from "../../src/comparison/gate.ts";
import { sentence } from "../../src/comparison/sentence.ts";
import type { ScoredSample } from "../../src/domain/score.ts";
import type { Rule } from "../../src/domain/suite.ts";
import { aligned, policyOf, ruleOf, sampleOf } from "./samples.ts";

const LABELS = ["billing", "bug", "other"];
const failed = { outcome: "failed", scores: [], score: null, scoreIfFormatFixed: null } as const;

/** What every case expects: `other` on one in ten. */
const expectedAt = (at: number) => (at % 10 === 0 ? "other" : (LABELS[at % 2] ?? ""));

function sample(target: string, at: number, found: string, over: Partial<ScoredSample> = {}): ScoredSample {
  const expected = expectedAt(at);
  const score = found === expected ? 1 : 0;
  const labels = { expected, found: [found] };
  const own = { kind: "scored", score, fault: "none", reason: "", ifFormatFixed: undefined, labels } as const;
  const scores = [{ label: "topic", weight: 1, score: own }];
  return sampleOf({ target, caseId: `c${String(at).padStart(5, "0")}`, score, scores, ...over });
}

const subject = { scorer: "topic", part: undefined, tasks: ["qa"] };
const rule = (fields: Partial<Rule> = {}) =>
  ruleOf({ name: "macro_f1", metric: "macro_f1", subject, margin: 0.1, ...fields });

async function judged(
  count: number,
  wrong: (at: number) => boolean,
  {
    rules = [rule()],
    over = () => ({}),
  }: { rules?: Rule[]; over?: (at: number) => Partial<ScoredSample> } = {},
) {
  const all = Array.from({ length: count }, (_, at) => at);
  const samples = [
    ...all.map((at) => sample("a", at, expectedAt(at))),
    ...all.map((at) => sample("b", at, wrong(at) ? "billing" : expectedAt(at), over(at))),
  ];
  const [verdict] = judge([await aligned(samples)], policyOf(rules)).verdicts;
  if (verdict === undefined) throw new Error("no verdict");
  return verdict;
}

describe("a rule on F1", () => {
  test("is unsafe where a rare label is lost, which the score hides", async () => {
    const isLost = (at: number) => at % 10 === 0;
    const verdict = await judged(800, isLost, { rules: [rule(), ruleOf({ margin: 0.15 })] });
    expect(verdict.rules.map(({ state }) => state)).toEqual(["broken", "held"]);
    expect(sentence(verdict)).toMatch(
      /b's macro F1 is -\d+\.\d to -\d+\.\d points from a's \(margin 10\.0\)/,
    );
  });

  test("holds where nothing is lost, given enough cases, and is undecided on few", async () => {
    expect((await judged(800, () => false)).verdict).toBe("safe");
    expect((await judged(110, () => false, { rules: [rule({ margin: 0.03 })] })).verdict).toBe(
      "inconclusive",
    );
  });

  test("is not judged where a label has too few cases to speak for it", async () => {
    const verdict = await judged(90, () => false);
    expect(verdict.rules[0]?.evidence).toContain('9 of its cases expect the label "other"');
  });

  test("takes answers that are missing at their worst", async () => {
    const over = (at: number) => (at % 20 === 1 ? failed : {});
    const verdict = await judged(800, () => false, { over });
    expect(verdict.verdict).toBe("inconclusive");
    expect(verdict.rules[0]?.evidence).toContain("the answers that are missing may decide it");
  });

  test("is held to a threshold by what right answers would have", async () => {
    const least = (value: number) => [rule({ margin: undefined, atLeast: { value, relative: false } })];
    expect((await judged(800, () => false, { rules: least(0.9) })).verdict).toBe("safe");
    expect((await judged(800, (at) => at % 3 === 0, { rules: least(0.95) })).verdict).toBe("unsafe");
  });

  test("of a scorer that read nothing is undecided, never held", async () => {
    const verdict = await judged(800, () => false, {
      rules: [rule({ subject: { ...subject, scorer: "kind" } })],
    });
    expect(verdict.verdict).toBe("inconclusive");
    expect(verdict.rules[0]?.evidence).toBe("no answer was read for labels by kind");
  });
});
