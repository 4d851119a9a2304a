import { describe, expect, test } from "vitest";
import type { CaseScore } from "../../src/comparison/case-scores.ts";
import { earlyGate, type Look } from "../../src/comparison/early-gate.ts";
import type { EarlyUnit } from "../../src/comparison/early-units.ts";
import type { RuleResult } from "../../src/comparison/rules.ts";
import { statementsIn } from "../../src/comparison/statements.ts";
import type { EarlyStopping } from "../../src/domain/run.ts";
import type { GatePolicy, Rule } from "../../src/domain/suite.ts";
import { ruleOf } from "./samples.ts";

const SIZE = 400;

function designOf(fields: Partial<EarlyStopping> = {}): EarlyStopping {
  const slice = { task: "qa", cases: SIZE, units: SIZE, largest: 1 };
  return {
    stop: "early",
    isOn: true,
    cases: SIZE,
    units: SIZE,
    firstUnits: 0,
    slices: [
      { ...slice, where: null },
      { ...slice, where: { tags: "must" }, cases: 20, units: 20 },
    ],
    decided: null,
    ...fields,
  };
}

function policyOf(rules: readonly Rule[], fields: Partial<GatePolicy> = {}): GatePolicy {
  return {
    baseline: "a",
    candidates: ["b"],
    confidence: 0.95,
    missing: "worst-case",
    stop: "early",
    claim: "population",
    rules,
    ...fields,
  };
}

function scored(score: number | null): CaseScore {
  if (score === null)
    return {
      mean: Number.NaN,
      lowest: 0,
      highest: 1,
      scored: 0,
      missing: 1,
      truncated: 0,
      least: Number.NaN,
    };
  return { mean: score, lowest: score, highest: score, scored: 1, missing: 0, truncated: 0, least: score };
}

function unit(at: number, scores: Record<string, number | null>, tags: readonly string[] = []): EarlyUnit {
  const id = `c${String(at).padStart(4, "0")}`;
  const slices = tags.map((value) => ({ field: "tags", value }));
  const all = new Map(Object.entries(scores).map(([name, score]) => [name, scored(score)]));
  return { key: id, rank: at, cases: [{ task: "qa", id, slices, scores: all }] };
}

const never: Look = () => {
  throw new Error("nothing is to be looked at");
};

/** Feeds units until the gate is decided; how many it took. */
function feed(gate: ReturnType<typeof earlyGate>, of: (at: number) => EarlyUnit, most = SIZE): number {
  for (let at = 0; at < most; at += 1) {
    gate.take(of(at));
    if (gate.isDecided()) return at + 1;
  }
  return most;
}

const margin = ruleOf({ margin: 0.05 });
const state = (gate: ReturnType<typeof earlyGate>, at = 0) => gate.watched[at]?.state();

describe("a margin", () => {
  test("is held early when no answer differs, and broken early when half of them are lost", () => {
    const same = earlyGate({ policy: policyOf([margin]), design: designOf(), look: never });
    expect(feed(same, (at) => unit(at, { a: 1, b: 1 }))).toBeLessThan(SIZE / 2);
    expect(state(same)).toBe("held");
    const worse = earlyGate({ policy: policyOf([margin]), design: designOf(), look: never });
    expect(feed(worse, (at) => unit(at, { a: 1, b: at % 2 }))).toBeLessThan(SIZE / 4);
    expect(state(worse)).toBe("broken");
  });

  test.each([
    ["candidate", { a: 1, b: null }],
    ["baseline", { a: null, b: 0 }],
  ])("is neither held nor broken by answers that the %s did not give", (_, scores) => {
    const gate = earlyGate({ policy: policyOf([margin]), design: designOf(), look: never });
    feed(gate, (at) => unit(at, at % 3 === 0 ? scores : { a: 1, b: 1 }));
    expect(["given-up", "undecided"]).toContain(state(gate));
  });

  test("counts what is missing as wrong where the gate says so", () => {
    const policy = policyOf([margin], { missing: "wrong" });
    const gate = earlyGate({ policy, design: designOf(), look: never });
    feed(gate, (at) => unit(at, at % 3 === 0 ? { a: 1, b: null } : { a: 1, b: 1 }));
    expect(state(gate)).toBe("broken");
  });

  test("goes on until every candidate is decided", () => {
    const policy = policyOf([margin], { candidates: ["b", "c"] });
    const gate = earlyGate({ policy, design: designOf(), look: never });
    const took = feed(gate, (at) => unit(at, { a: 1, b: at % 2, c: 1 }));
    expect([state(gate, 0), state(gate, 1)]).toEqual(["broken", "held"]);
    const alone = earlyGate({ policy: policyOf([margin]), design: designOf(), look: never });
    expect(took).toBeGreaterThan(feed(alone, (at) => unit(at, { a: 1, b: at % 2 })));
  });

  test("of two candidates takes more cases than of one: they share the error", () => {
    const took = (candidates: readonly string[]) =>
      feed(earlyGate({ policy: policyOf([margin], { candidates }), design: designOf(), look: never }), (at) =>
        unit(at, { a: 1, b: 1, c: 1 }),
      );
    expect(took(["b", "c"])).toBeGreaterThan(took(["b"]));
  });

  test("bets on whole clusters, a large one more than a small one", () => {
    const slice = { task: "qa", where: null, cases: 400, units: 100, largest: 7 };
    const design = designOf({ units: 100, slices: [slice] });
    const cluster = (at: number, size: number): EarlyUnit => ({
      key: `k${at}`,
      rank: at,
      cases: Array.from(
        { length: size },
        (_, index) => unit(at * 10 + index, { a: 1, b: 1 }).cases[0],
      ).flatMap((item) => item ?? []),
    });
    const gate = earlyGate({ policy: policyOf([margin]), design, look: never });
    const small = earlyGate({ policy: policyOf([margin]), design, look: never });
    const tookLarge = feed(gate, (at) => cluster(at, 7), 100);
    expect(tookLarge).toBeLessThan(feed(small, (at) => cluster(at, 1), 100));
    expect(state(gate)).toBe("held");
  });
});

describe("a must-pass rule", () => {
  const rule = ruleOf({ where: { tags: "must" }, atLeast: { value: 1, relative: false } });

  test("ends the run at its first failure", () => {
    const design = designOf({ firstUnits: 20 });
    const gate = earlyGate({ policy: policyOf([margin, rule]), design, look: never });
    expect(feed(gate, (at) => unit(at * 7, { a: 1, b: at === 3 ? 0 : 1 }, ["must"]), 20)).toBe(4);
    expect(state(gate, 1)).toBe("broken");
  });

  test("holds once all have passed, and not when one was not measured", () => {
    const design = designOf({ firstUnits: 20 });
    const gate = earlyGate({ policy: policyOf([rule]), design, look: never });
    expect(feed(gate, (at) => unit(at, { a: 1, b: 1 }, ["must"]), 19)).toBe(19);
    expect(state(gate)).toBe("undecided");
    gate.take(unit(19, { a: 1, b: 1 }, ["must"]));
    expect(state(gate)).toBe("held");
    const open = earlyGate({ policy: policyOf([rule]), design, look: never });
    feed(open, (at) => unit(at, { a: 1, b: at === 5 ? null : 1 }, ["must"]), 20);
    expect(state(open)).toBe("given-up");
  });

  test("asks its cases ahead, but the bets see them in the order drawn", () => {
    const all = Array.from({ length: SIZE }, (_, at) =>
      unit(at, { a: 1, b: at % 9 === 0 ? 0 : 1 }, at % 20 === 7 ? ["must"] : []),
    );
    const plain = earlyGate({ policy: policyOf([margin]), design: designOf(), look: never });
    const end = feed(plain, (at) => all[at] ?? unit(at, {}));
    const isMust = ({ cases }: EarlyUnit) => cases.some(({ slices }) => slices.length > 0);
    const asked = [...all.filter(isMust), ...all.filter((one) => !isMust(one))];
    const ahead = earlyGate({
      policy: policyOf([margin]),
      design: designOf({ firstUnits: 20 }),
      look: never,
    });
    feed(ahead, (at) => asked[at] ?? unit(at, {}));
    expect(state(ahead)).toBe(state(plain));
    expect([...ahead.seen].slice(0, end)).toEqual([...plain.seen]);
    expect([...ahead.seen]).toEqual([...ahead.seen].toSorted());
  });
});

describe("what cannot be bet on", () => {
  const cost = ruleOf({ metric: "cost", atMost: { value: 0.5, relative: true } });
  const found = (word: RuleResult["state"]): RuleResult => ({
    rule: "cost",
    metric: "cost",
    task: undefined,
    state: word,
    measured: undefined,
    bound: { kind: "at_most", value: 0.5, relative: true },
    evidence: "",
    cases: 0,
    label: undefined,
    difference: undefined,
    needs: undefined,
  });

  test("is looked at ten times at most, each at a tenth of the error", () => {
    const looks: { readonly cases: number; readonly safe: number }[] = [];
    const look: Look = ({ cases, levels }) => {
      looks.push({ cases: cases.size, safe: levels.safe });
      return found("undecided");
    };
    const gate = earlyGate({ policy: policyOf([cost]), design: designOf(), look });
    expect(feed(gate, (at) => unit(at, { a: 1, b: 1 }))).toBe(SIZE);
    expect(looks.map(({ cases }) => cases)).toEqual([40, 80, 120, 160, 200, 240, 280, 320, 360, 400]);
    for (const { safe } of looks) expect(safe).toBeCloseTo(0.995, 12);
    expect(state(gate)).toBe("given-up");
  });

  test("keeps the run going after the margin is decided, and keeps its word once it has one", () => {
    const gate = earlyGate({
      policy: policyOf([margin, cost]),
      design: designOf(),
      look: ({ cases }) => found(cases.size >= 240 ? "held" : "undecided"),
    });
    expect(feed(gate, (at) => unit(at, { a: 1, b: 1 }))).toBe(240);
    expect([state(gate, 0), state(gate, 1)]).toEqual(["held", "held"]);
  });
});

test("a rule about a slice that nobody planned is never decided", () => {
  const rule = ruleOf({ where: { language: "de" }, margin: 0.05 });
  const [statement] = statementsIn({ rules: [rule] }, designOf());
  expect(statement).toMatchObject({ cases: 0 });
  const gate = earlyGate({ policy: policyOf([rule]), design: designOf(), look: never });
  expect(feed(gate, (at) => unit(at, { a: 1, b: 1 }))).toBe(SIZE);
  expect(gate.isDecided()).toBe(false);
});
