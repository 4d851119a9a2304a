import { describe, expect, test } from "vitest";
import { gateExitCode, judge } from "../../src/comparison/gate.ts";
import { sentence } from "../../src/comparison/sentence.ts";
import type { Rule } from "../../src/domain/suite.ts";
import { aligned, policyOf, rightBut, ruleOf, sampleOf, samplesOf } from "./samples.ts";

const n = 200;
const margin = [ruleOf({ margin: 0.05 })];

async function verdictOf(
  scores: Readonly<Record<string, readonly (number | null)[]>>,
  rules: readonly Rule[] = margin,
  missing: "worst-case" | "wrong" = "worst-case",
) {
  const result = judge([await aligned(samplesOf(scores))], policyOf(rules, missing));
  const [first] = result.verdicts;
  if (first === undefined) throw new Error("no verdict");
  return { ...first, exit: gateExitCode(result) };
}

describe("the gate", () => {
  test("is safe when the candidate is right where the baseline is", async () => {
    const verdict = await verdictOf({ a: rightBut(10, n), b: rightBut(10, n) });
    expect([verdict.verdict, verdict.exit]).toEqual(["safe", 0]);
    expect(sentence(verdict)).toMatch(
      /^SAFE: with 95 % confidence b's mean score on qa is at most \d\.\d points below a's \(margin 5\.0; 200 cases; both right 190, only a 0, only b 0, both wrong 10\)\.$/,
    );
  });

  test("is unsafe when much is lost, and mirrors to safe the other way", async () => {
    const lost = await verdictOf({ a: rightBut(0, n), b: rightBut(60, n) });
    expect([lost.verdict, lost.exit]).toEqual(["unsafe", 1]);
    expect(sentence(lost)).toContain("points below a's (margin 5.0; 200 cases; both right 140, only a 60");
    expect((await verdictOf({ a: rightBut(60, n), b: rightBut(0, n) })).verdict).toBe("safe");
  });

  test("is inconclusive on few cases and says how many more and their cost", async () => {
    const verdict = await verdictOf({ a: rightBut(2, 20), b: rightBut(3, 20) });
    expect([verdict.verdict, verdict.exit]).toEqual(["inconclusive", 3]);
    expect(sentence(verdict)).toMatch(
      /About \d+ more cases \(about \$0\.\d+\) would decide it if the models are equally good; (about \d+|if the difference stays as observed, no number)/,
    );
  });

  test("tells that more cases decide nothing of what nobody measured, and says one number once", async () => {
    const samples = samplesOf({ a: rightBut(0, 60), b: rightBut(0, 60) }).map((sample) => ({
      ...sample,
      costUsd: null,
    }));
    const rules = [...margin, ruleOf({ metric: "cost", atMost: { value: 0.5, relative: true } })];
    const [verdict] = judge(
      [await aligned(samples)],
      policyOf([ruleOf({ margin: 0.03 }), ...rules.slice(1)]),
    ).verdicts;
    if (verdict === undefined) throw new Error("no verdict");
    expect(sentence(verdict)).toContain(
      "About 39 more cases (cost unknown) would decide it if the models are equally good or differ as observed. " +
        "No number of cases decides what was not measured: cost (the price of a is unknown).",
    );
  });

  test("turns from safe to inconclusive when the candidate's missing answers could decide", async () => {
    const some = rightBut(0, n).map((score, index) => (index < 15 ? null : score));
    const verdict = await verdictOf({ a: rightBut(0, n), b: some });
    expect(verdict.verdict).toBe("inconclusive");
    expect(sentence(verdict)).toContain("15 missing from the candidate");
  });

  test("turns from unsafe to inconclusive when the missing could undo the loss", async () => {
    const scores = Array.from({ length: n }, (_, index) => (index < 14 ? 0 : index < 100 ? null : 1));
    const verdict = await verdictOf({ a: rightBut(0, n), b: scores });
    expect(verdict.verdict).toBe("inconclusive");
    expect((await verdictOf({ a: rightBut(0, n), b: scores }, margin, "wrong")).verdict).toBe("unsafe");
  });

  test("takes a truncated answer as missing in the check", async () => {
    const cut = samplesOf({ a: rightBut(0, n), b: rightBut(0, n) }).map((sample, index) =>
      sample.target === "b" && index % n < 20 ? { ...sample, outcome: "truncated" as const } : sample,
    );
    const { verdicts } = judge([await aligned(cut)], policyOf(margin));
    expect(verdicts[0]?.verdict).toBe("inconclusive");
  });

  test("never holds a rule whose slice has no case", async () => {
    const verdict = await verdictOf({ a: rightBut(0, n), b: rightBut(0, n) }, [
      ruleOf({ margin: 0.05, where: { language: "de" } }),
    ]);
    expect([verdict.verdict, verdict.rules[0]?.state]).toEqual(["inconclusive", "undecided"]);
  });

  test("breaks must-pass at one failing case, and prints what a clean run proves", async () => {
    const rule = [ruleOf({ atLeast: { value: 1, relative: false } })];
    expect((await verdictOf({ a: rightBut(1, 40), b: rightBut(1, 40) }, rule)).verdict).toBe("unsafe");
    const clean = await verdictOf({ a: rightBut(0, 40), b: rightBut(0, 40) }, rule);
    expect(sentence(clean)).toContain("0 of 40 failed: failure rate < 7.2 % at 95 %");
    const gap = await verdictOf({ a: rightBut(0, 40), b: [null, ...rightBut(0, 39)] }, rule);
    expect(gap.verdict).toBe("inconclusive");
  });

  test("says of repeated must-pass cases what they prove of such cases and of these", async () => {
    const samples = ["a", "b"].flatMap((target) =>
      Array.from({ length: 80 }, (_, at) => sampleOf({ target, caseId: `c${at >> 1}`, repeat: at % 2 })),
    );
    const rule = ruleOf({ atLeast: { value: 1, relative: false } });
    const { verdicts } = judge([await aligned(samples)], policyOf([rule]));
    expect(verdicts[0]?.rules[0]?.evidence).toBe(
      "0 of 40 failed in 80 samples: failure rate < 7.2 % of such cases, < 3.7 % of samples of these, at 95 %",
    );
  });

  test.each([
    { name: "superior", a: rightBut(60, n), b: rightBut(0, n) },
    { name: "equivalent", a: rightBut(2, n), b: rightBut(2, n) },
    { name: "measurably worse", a: rightBut(0, 400), b: rightBut(6, 400) },
    { name: "non-inferior", a: rightBut(14, n), b: [...rightBut(8, n)].reverse() },
  ])("a rule that held is called $name where it is", async ({ name, a, b }) => {
    const verdict = await verdictOf({ a, b });
    expect(verdict.verdict).toBe("safe");
    expect(verdict.rules[0]?.label).toBe(name);
    expect(sentence(verdict).endsWith(", but measurably worse.")).toBe(name === "measurably worse");
  });

  test("says that all of several rules hold before it names the closest", async () => {
    const scores = { a: rightBut(10, n), b: rightBut(10, n) };
    const rules = [ruleOf({ margin: 0.05 }), ruleOf({ margin: 0.1 })];
    expect(sentence(await verdictOf(scores, rules))).toMatch(
      /^SAFE: with 95 % confidence both rules hold; closest: b's mean score on qa is at most \d\.\d points below a's \(margin 5\.0;/,
    );
  });

  test("decides a share of the baseline's score on the interval that it prints", async () => {
    const rule = (value: number) => [ruleOf({ atLeast: { value, relative: true } })];
    const scores = { a: rightBut(20, n), b: rightBut(30, n) };
    const at = async (share: number) => {
      const { rules } = await verdictOf(scores, rule(share));
      const [first] = rules;
      if (first?.measured === undefined) throw new Error("not measured");
      return { ...first.measured, state: first.state };
    };
    for (const share of [0.7, 0.85, 0.9, 0.95, 1.05]) {
      const { state, estimate, lower, upper } = await at(share);
      expect(estimate).toBeCloseTo(170 / 180, 12);
      expect(lower).toBeLessThan(estimate);
      expect(upper).toBeGreaterThan(estimate);
      expect(state).toBe(lower >= share ? "held" : upper < share ? "broken" : "undecided");
    }
    expect((await at(0.7)).state).toBe("held");
    expect((await at(1.05)).state).toBe("broken");
  });

  test("decides absolute thresholds on exact bounds", async () => {
    const rule = (value: number) => [ruleOf({ atLeast: { value, relative: false } })];
    const scores = { a: rightBut(0, n), b: rightBut(20, n) };
    expect((await verdictOf(scores, rule(0.8))).verdict).toBe("safe");
    expect((await verdictOf(scores, rule(0.9))).verdict).toBe("inconclusive");
    expect((await verdictOf(scores, rule(0.96))).verdict).toBe("unsafe");
  });

  test("decides cost relative to the baseline, and leaves an unknown price undecided", async () => {
    const rule = [ruleOf({ metric: "cost", atMost: { value: 0.5, relative: true } })];
    const at = async (cost: number | null) => {
      const samples = samplesOf({ a: rightBut(0, n), b: rightBut(0, n) }).map((sample) =>
        sample.target === "b" ? { ...sample, costUsd: cost } : sample,
      );
      return judge([await aligned(samples)], policyOf(rule)).verdicts[0]?.verdict;
    };
    expect([await at(0.0004), await at(0.0005), await at(0.0006), await at(null)]).toEqual([
      "safe",
      "safe",
      "unsafe",
      "inconclusive",
    ]);
  });

  test("needs enough measurements for a p95, and none from the cache", async () => {
    const rule = [ruleOf({ metric: "latency_p95", atMost: { value: 3000, relative: false } })];
    expect((await verdictOf({ a: rightBut(0, 58), b: rightBut(0, 58) }, rule)).verdict).toBe("inconclusive");
    expect((await verdictOf({ a: rightBut(0, 59), b: rightBut(0, 59) }, rule)).verdict).toBe("safe");
    const cached = samplesOf({ a: rightBut(0, n), b: rightBut(0, n) }).map((s) => ({ ...s, cached: true }));
    expect(judge([await aligned(cached)], policyOf(rule)).verdicts[0]?.verdict).toBe("inconclusive");
  });

  test("judges a score rule without a task on every task", async () => {
    const samples = [
      ...samplesOf({ a: rightBut(0, n), b: rightBut(0, n) }),
      ...samplesOf({ a: rightBut(0, n), b: rightBut(80, n) }).map((s) => ({ ...s, task: "other" })),
    ];
    const [verdict] = judge([await aligned(samples)], policyOf(margin)).verdicts;
    expect(verdict?.rules.map((rule) => [rule.task, rule.state])).toEqual([
      ["other", "broken"],
      ["qa", "held"],
    ]);
  });

  test("asks more of each candidate when there are several", async () => {
    const samples = samplesOf({ a: rightBut(0, 65), b: rightBut(0, 65), c: rightBut(30, 65) });
    const one = judge([await aligned(samples)], policyOf(margin));
    const two = judge([await aligned(samples), await aligned(samples, "a", "c")], policyOf(margin));
    expect(one.verdicts[0]?.verdict).toBe("safe");
    expect(two.verdicts.map(({ verdict }) => verdict)).toEqual(["inconclusive", "unsafe"]);
  });

  test("counts repeats that are not there as missing", async () => {
    const samples = Array.from({ length: n }, (_, index) => `c${index}`).flatMap((caseId, index) => [
      sampleOf({ target: "a", caseId }),
      sampleOf({ target: "a", caseId, repeat: 1 }),
      sampleOf({ target: "b", caseId }),
      ...(index < 40 ? [] : [sampleOf({ target: "b", caseId, repeat: 1 })]),
    ]);
    const [verdict] = judge([await aligned(samples)], policyOf(margin)).verdicts;
    expect(verdict?.rules[0]?.difference?.missing.candidate).toBe(40);
    expect(verdict?.verdict).toBe("inconclusive");
  });
});
