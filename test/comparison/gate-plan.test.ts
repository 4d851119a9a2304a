import { describe, expect, test } from "vitest";
import { type GatePlanInput, planGate, type RuleCases } from "../../src/comparison/gate-plan.ts";
import { pilotVariance, plannedVariance, tellsRepeats } from "../../src/comparison/planned-variance.ts";
import type { ScoredSample } from "../../src/domain/score.ts";
import { planWarnings } from "../../src/reports/plan-warnings.ts";
import { safePower } from "../../src/statistics/decision-power.ts";
import { aligned, ruleOf, sampleOf, samplesOf } from "./samples.ts";

const once = { baseline: 1, candidate: 1 };
const right = (count: number, of: number) => Array.from({ length: of }, (_, at) => (at < count ? 1 : 0));

describe("a pilot", () => {
  test("that saw no difference in 20 cases is planned with 7.7 %, its 80 % bound, and not with none", async () => {
    const alignment = await aligned(samplesOf({ a: right(20, 20), b: right(20, 20) }));
    const pilot = pilotVariance(alignment, alignment.pairs);
    // 1 - 0.2^(1/20).
    expect(pilot && plannedVariance(pilot, once)).toBeCloseTo(1 - 0.2 ** (1 / 20), 9);
  });

  test("of 1,000 cases of which a tenth differ is planned with little more than that", async () => {
    const alignment = await aligned(samplesOf({ a: right(1000, 1000), b: right(900, 1000) }));
    const pilot = pilotVariance(alignment, alignment.pairs);
    expect(pilot?.observed).toBeCloseTo(0.1, 12);
    const planned = pilot ? plannedVariance(pilot, once) : 0;
    expect(planned).toBeGreaterThan(0.1);
    expect(planned).toBeLessThan(0.11);
  });

  test("whose clusters fall as a whole counts for as many cases as it has clusters", async () => {
    const samples: ScoredSample[] = [];
    for (let at = 0; at < 400; at++) {
      const given = { caseId: `c${at}`, cluster: `g${Math.floor(at / 4)}` };
      samples.push(sampleOf({ ...given, target: "a" }));
      samples.push(sampleOf({ ...given, target: "b", score: Math.floor(at / 4) % 10 === 0 ? 0 : 1 }));
    }
    const alignment = await aligned(samples);
    expect(pilotVariance(alignment, alignment.pairs)?.designEffect).toBeCloseTo(4, 1);
  });

  test("with repeats tells what one more would do, one without tells nothing but its own", async () => {
    const asked = (target: string) =>
      Array.from({ length: 200 }, (_, at) => {
        const repeat = at % 2;
        const caseId = `c${Math.floor(at / 2)}`;
        // Half of the cases are right every second time.
        const isFlaky = Math.floor(at / 2) % 2 === 0;
        return sampleOf({ target, caseId, repeat, score: isFlaky && repeat === 0 ? 0 : 1 });
      });
    const repeated = await aligned([...asked("a"), ...asked("b")]);
    const pilot = pilotVariance(repeated, repeated.pairs);
    if (pilot === undefined) throw new Error("nothing was paired");
    const many = plannedVariance(pilot, { baseline: 10, candidate: 10 });
    expect(many).toBeLessThan(plannedVariance(pilot, once));
    const single = await aligned(samplesOf({ a: right(90, 100), b: right(80, 100) }));
    const poor = pilotVariance(single, single.pairs);
    expect(poor && tellsRepeats(poor, once)).toBe(true);
    expect(poor && tellsRepeats(poor, { baseline: 3, candidate: 3 })).toBe(false);
  });
});

function input(fields: Partial<GatePlanInput> = {}, cases: readonly (readonly RuleCases[])[] = [qa(500)]) {
  return {
    policy: {
      baseline: "a",
      candidates: ["b"],
      stop: "never",
      claim: "population",
      confidence: 0.95,
      missing: "worst-case",
      rules: cases.map(() => ruleOf({ margin: 0.03 })),
    },
    cases,
    tasks: 1,
    repeats: new Map([
      ["a", 1],
      ["b", 1],
    ]),
    pilots: new Map(),
    discordance: 0.1,
    stopping: "off" as const,
    power: 0.8,
    ...fields,
  } satisfies GatePlanInput;
}

function qa(cases: number, clustered = false): readonly RuleCases[] {
  return [{ task: "qa", cases, clustered }];
}

describe("a planned gate", () => {
  test("gives each margin the exact power at no loss", () => {
    const [statement] = planGate(input()).statements;
    const rule = { method: "exact", variance: 0.1, margin: 0.03, confidence: 0.95 } as const;
    expect(statement?.power).toBe(safePower(rule, 500));
    expect(statement?.casesNeeded).toBe(714);
  });

  test("asks more of each of several rules, and more confidence of several candidates", () => {
    const two = planGate(input({}, [qa(500), qa(500)]));
    expect(two.statements.map(({ wantedPower }) => wantedPower)).toEqual([
      expect.closeTo(0.9, 9),
      expect.closeTo(0.9, 9),
    ]);
    const policy = { ...input().policy, candidates: ["b", "c"] };
    const both = planGate(input({ policy }));
    expect(both.safeLevel).toBeCloseTo(0.975, 12);
    expect(both.statements[0]?.casesNeeded).toBeGreaterThan(714);
  });

  test("scales the exact test where cases share clusters or are asked more than once", () => {
    expect(planGate(input({}, [qa(500, true)])).statements[0]?.method).toBe("scaled-exact");
    const repeats = new Map([
      ["a", 3],
      ["b", 3],
    ]);
    const [statement] = planGate(input({ repeats })).statements;
    expect(statement).toMatchObject({ method: "scaled-exact", repeatsUnknown: true });
  });

  test("goes by a pilot's graded scores, and by what the user says before any pilot", async () => {
    const graded = await aligned(samplesOf({ a: right(50, 50), b: Array.from({ length: 50 }, () => 0.9) }));
    const pilots = new Map([["b", graded]]);
    const [statement] = planGate(input({ pilots, discordance: undefined })).statements;
    expect(statement).toMatchObject({ source: "pilot", pairs: 50, method: "scaled-exact" });
    expect(planGate(input({ pilots })).statements[0]).toMatchObject({ source: "given", differ: 0.1 });
  });
});

describe("warnings", () => {
  test("name a margin that the cases can never prove, an empty slice and a margin of 0", () => {
    const warned = (cases: readonly (readonly RuleCases[])[], margin = 0.03) => {
      const plan = input({}, cases);
      const rules = plan.policy.rules.map((rule) => ({ ...rule, margin }));
      return planWarnings(planGate({ ...plan, policy: { ...plan.policy, rules } }));
    };
    expect(warned([qa(98)])[0]).toBe(
      "a margin of 3.0 points on qa needs at least 99 cases, even if not one answer differs; there are 98",
    );
    expect(warned([qa(2000)])).toEqual([]);
    expect(warned([[]])).toEqual(['no case is in the slice of "score": it can never be decided']);
    expect(warned([qa(2000)], 0)[0]).toContain("no number of cases proves");
  });

  test("say what is assumed, and that clusters make the power too high", () => {
    const warnings = planWarnings(planGate(input({ discordance: undefined }, [qa(5000, true)])));
    expect(warnings[0]).toContain("is assumed (15.0 % of cases)");
    expect(warnings[1]).toContain("share clusters");
  });
});
