import { describe, expect, test } from "vitest";
import { judge } from "../../src/comparison/gate.ts";
import { sentence } from "../../src/comparison/sentence.ts";
import type { LabelledScore, ScoredSample } from "../../src/domain/score.ts";
import type { Rule } from "../../src/domain/suite.ts";
import { aligned, policyOf, rightBut, ruleOf, sampleOf, samplesOf } from "./samples.ts";

/** Two scorers: `tone` always right; `content` with a part `city` on every case, and `zip` on every second one. */
function sample(
  target: string,
  at: number,
  city: number | null,
  over: Partial<ScoredSample> = {},
): ScoredSample {
  const parts = [
    { name: "city", score: city, weight: 1 },
    ...(at % 2 === 0 ? [{ name: "zip", score: 1, weight: 1 }] : []),
  ];
  const own = { kind: "scored", fault: "none", reason: "", ifFormatFixed: undefined } as const;
  const scores: LabelledScore[] = [
    { label: "content", weight: 1, score: { ...own, score: city ?? 0, parts } },
    { label: "tone", weight: 1, score: { ...own, score: 1 } },
  ];
  const caseId = `c${String(at).padStart(5, "0")}`;
  return sampleOf({ target, caseId, score: (1 + (city ?? 0)) / 2, scores, ...over });
}

const subject = { scorer: "content", part: "city", tasks: ["qa"] };
const rule = (fields: Partial<Rule> = {}) =>
  ruleOf({ name: "sub_score content: city", metric: "sub_score", subject, margin: 0.05, ...fields });

async function judged(
  { a, b }: { readonly a: readonly (number | null)[]; readonly b: readonly (number | null)[] },
  rules: readonly Rule[],
  over: (target: string, at: number) => Partial<ScoredSample> = () => ({}),
) {
  const samples = [
    ...a.map((city, at) => sample("a", at, city, over("a", at))),
    ...b.map((city, at) => sample("b", at, city, over("b", at))),
  ];
  const [verdict] = judge([await aligned(samples)], policyOf(rules)).verdicts;
  if (verdict === undefined) throw new Error("no verdict");
  return verdict;
}

const failed = { outcome: "failed", scores: [], score: null, scoreIfFormatFixed: null } as const;

describe("a rule on a sub-score", () => {
  test("comes to what a score of the same values comes to, number by number", async () => {
    const scores = { a: rightBut(10, 200), b: rightBut(18, 200) };
    const [own] = (await judged(scores, [rule()])).rules;
    const [whole] = judge(
      [await aligned(samplesOf(scores))],
      policyOf([ruleOf({ margin: 0.05 })]),
    ).verdicts.flatMap(({ rules }) => rules);
    expect(own).toMatchObject({
      of: "content: city",
      measured: whole?.measured,
      difference: whole?.difference,
    });
    expect(own?.state).toBe(whole?.state);
  });

  test("is unsafe for a loss that the score of the task hides, and names what was lost", async () => {
    const scores = { a: rightBut(0, 200), b: rightBut(30, 200) };
    expect((await judged(scores, [ruleOf({ margin: 0.13 })])).verdict).not.toBe("unsafe");
    const verdict = await judged(scores, [rule()]);
    expect(verdict.verdict).toBe("unsafe");
    expect(sentence(verdict)).toContain("b's mean sub-score content: city on qa is at least");
  });

  test("takes a failed call and a part that could not be judged at their worst", async () => {
    const same = { a: rightBut(0, 200), b: rightBut(0, 200) };
    const lost = (target: string, at: number) => (target === "b" && at < 15 ? failed : {});
    expect((await judged(same, [rule()])).verdict).toBe("safe");
    expect((await judged(same, [rule()], lost)).verdict).toBe("inconclusive");
    const unjudged = same.b.map((score, at) => (at < 15 ? null : score));
    expect((await judged({ ...same, b: unjudged }, [rule()])).verdict).toBe("inconclusive");
  });

  test("leaves out the cases that do not have it, and keeps those of which nothing is known", async () => {
    const zip = rule({ subject: { ...subject, part: "zip" } });
    const same = { a: rightBut(0, 200), b: rightBut(0, 200) };
    expect((await judged(same, [zip])).rules[0]?.cases).toBe(100);
    const both = (_: string, at: number) => (at === 1 ? failed : {});
    const [found] = (await judged(same, [zip], both)).rules;
    expect(found?.cases).toBe(101);
    expect(found?.difference?.missing).toMatchObject({ baseline: 1, candidate: 1 });
  });

  test("of a scorer itself, and at an absolute threshold", async () => {
    const scores = { a: rightBut(0, 200), b: rightBut(30, 200) };
    const tone = rule({ subject: { ...subject, scorer: "tone", part: undefined } });
    expect((await judged(scores, [tone])).verdict).toBe("safe");
    const least = (value: number) => rule({ margin: undefined, atLeast: { value, relative: false } });
    expect((await judged(scores, [least(0.7)])).verdict).toBe("safe");
    expect((await judged(scores, [least(1)])).verdict).toBe("unsafe");
  });

  test("that no answer has is undecided, never held", async () => {
    const verdict = await judged({ a: rightBut(0, 200), b: rightBut(0, 200) }, [
      ruleOf({ margin: 0.05 }),
      rule({ subject: { ...subject, part: "street" } }),
    ]);
    expect(verdict.verdict).toBe("inconclusive");
    expect(verdict.rules[1]?.evidence).toBe("no answer has a sub-score content: street");
  });

  test("decides nothing where the task's judge is not to be trusted", async () => {
    const samples = ["a", "b"].flatMap((target) =>
      rightBut(0, 200).map((city, at) => sample(target, at, city)),
    );
    const distrust = new Map([["qa", "the judge failed its canaries"]]);
    const { verdicts } = judge([await aligned(samples)], policyOf([rule()]), { distrust, labels: undefined });
    expect(verdicts[0]?.verdict).toBe("inconclusive");
  });
});
