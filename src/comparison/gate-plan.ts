import type { GatePolicy, Rule } from "../domain/suite.ts";
import { bettingSaving, type Saving } from "../statistics/betting-saving.ts";
import type { PlannedRule } from "../statistics/decision-power.ts";
import { powerPerRule } from "../statistics/power.ts";
import { zeroFailureUpper } from "../statistics/proportion.ts";
import type { Alignment } from "./align.ts";
import { statementsOf } from "./gate.ts";
import { remembered } from "./planned-figures.ts";
import { guessOf } from "./planned-guess.ts";

/** Cases of one task that a rule is judged on. */
export interface RuleCases {
  readonly task: string;
  readonly cases: number;
  /** Some of them share a cluster. */
  readonly clustered: boolean;
}

/** What a gate is planned from. */
export interface GatePlanInput {
  readonly policy: GatePolicy;
  /** By rule, in the policy's order. */
  readonly cases: readonly (readonly RuleCases[])[];
  /** Tasks of the run. */
  readonly tasks: number;
  /** By model name. */
  readonly repeats: ReadonlyMap<string, number>;
  /** Earlier answers of the baseline and a candidate on the same cases, by candidate. */
  readonly pilots: ReadonlyMap<string, Alignment>;
  /** Share of cases on which the models differ: what a pilot would measure. */
  readonly discordance: number | undefined;
  /** Wanted chance that an equally good candidate is found safe. */
  readonly power: number;
  /** Whether the run is going to stop early, or could if it were told to. */
  readonly stopping: "on" | "off" | "impossible";
}

/** What stopping early does where the candidates are equally good. */
export interface PlannedStopping extends Saving {
  readonly isOn: boolean;
}

/** One margin on one task for one candidate, before anything is asked. */
export interface PlannedStatement {
  readonly candidate: string;
  readonly rule: string;
  readonly task: string;
  readonly margin: number;
  readonly cases: number;
  readonly clustered: boolean;
  readonly method: PlannedRule["method"];
  /** Mean squared difference of a case; for answers asked once, the share of cases that differ. */
  readonly differ: number;
  readonly source: "given" | "pilot" | "assumed";
  /** Cases of the pilot. */
  readonly pairs: number | undefined;
  /** The pilot says nothing about so many repeats: planned as if they changed nothing. */
  readonly repeatsUnknown: boolean;
  /** Chance that an equally good candidate is found safe by this rule. */
  readonly power: number;
  /** What this rule needs for the wanted power of all rules together. */
  readonly wantedPower: number;
  /** Cases that give it; infinite for a margin of 0. */
  readonly casesNeeded: number;
  /** The smallest margin that these cases decide with that power. */
  readonly leastMargin: number | undefined;
  /** The smallest loss that these cases find unsafe with that power. */
  readonly leastLossFound: number | undefined;
  /** Fewer cases prove nothing, even if not one answer differs. */
  readonly casesWithoutDifference: number;
  /** What other repeats would do to power and to the cases needed; empty where nothing tells. */
  readonly byRepeats: readonly {
    readonly repeats: number;
    readonly power: number;
    readonly casesNeeded: number;
  }[];
}

/** Must-pass cases: what it would prove if all pass. */
export interface PlannedMustPass {
  readonly rule: string;
  readonly cases: number;
  readonly failureRateBelow: number;
}

/** What a gate can decide, before anything is asked. */
export interface GatePlan {
  readonly baseline: string;
  readonly candidates: readonly string[];
  readonly confidence: number;
  /** One-sided confidence of `safe`: above `confidence` where several candidates share the error. */
  readonly safeLevel: number;
  readonly unsafeLevel: number;
  readonly power: number;
  readonly statements: readonly PlannedStatement[];
  readonly mustPass: readonly PlannedMustPass[];
  /** Rules that depend on what is not known before a run. */
  readonly notForecast: readonly string[];
  readonly withoutCases: readonly string[];
  /** By the margin that takes longest and the one that is hardest; `undefined` where nothing tells. */
  readonly stopping: PlannedStopping | undefined;
}

/** What each margin of a gate can decide with the cases that there are. Pure: nothing is asked. */
export function planGate(input: GatePlanInput): GatePlan {
  const { policy, cases, power } = input;
  const { baseline, candidates, confidence, rules } = policy;
  // The first step of Holm's correction: what the first candidate to be found safe is held to.
  const safeLevel = 1 - (1 - confidence) / candidates.length;
  const unsafeLevel = 1 - (1 - confidence) / statementsOf(rules, Math.max(1, input.tasks));
  const margins = rules.flatMap((rule, at) =>
    rule.metric === "score" && rule.margin !== undefined
      ? (cases[at] ?? []).map((own) => ({ rule, margin: rule.margin ?? 0, own }))
      : [],
  );
  const wantedPower = powerPerRule(power, Math.max(1, margins.length));
  const figure = remembered();
  const statements = candidates.flatMap((candidate) =>
    margins.map(({ rule, margin, own }) => {
      const { variants, ...guess } = guessOf({ input, candidate, rule, own });
      const plan = { candidate, rule: rule.name, margin, ...own, ...guess, wantedPower };
      return { ...plan, ...figure({ ...plan, variants, safeLevel, unsafeLevel }) };
    }),
  );
  return {
    baseline,
    candidates,
    confidence,
    safeLevel,
    unsafeLevel,
    power,
    statements,
    mustPass: rules.flatMap((rule, at) => {
      const count = (cases[at] ?? []).reduce((sum, own) => sum + own.cases, 0);
      if (!isMustPass(rule) || count === 0) return [];
      return [{ rule: rule.name, cases: count, failureRateBelow: zeroFailureUpper(count, 1 - safeLevel) }];
    }),
    notForecast: rules
      .filter((rule) => !isMustPass(rule) && (rule.metric !== "score" || rule.margin === undefined))
      .map(({ name }) => name),
    withoutCases: rules.filter((_, at) => (cases[at] ?? []).length === 0).map(({ name }) => name),
    stopping: plannedStopping(input.stopping, statements, 1 - safeLevel),
  };
}

/** So many cases take a while to simulate, and so few are not worth stopping. */
const MOST_SIMULATED = 20_000;
const WORTH_STOPPING = 200;

function plannedStopping(
  stopping: GatePlanInput["stopping"],
  statements: readonly PlannedStatement[],
  alpha: number,
): PlannedStopping | undefined {
  const isKnown = ({ cases, clustered, margin }: PlannedStatement) =>
    !clustered && cases <= MOST_SIMULATED && margin < 1 && (stopping === "on" || cases >= WORTH_STOPPING);
  if (stopping === "impossible" || statements.length === 0 || !statements.every(isKnown)) return undefined;
  const plans = new Map(
    statements.map(({ margin, cases, differ }) => {
      const plan = { margin, alpha, horizon: cases, discordance: Math.min(1, differ) };
      return [JSON.stringify(plan), plan] as const;
    }),
  );
  const savings = [...plans.values()].map(bettingSaving);
  return {
    isOn: stopping === "on",
    share: Math.max(...savings.map(({ share }) => share)),
    power: Math.min(...savings.map(({ power }) => power)),
  };
}

function isMustPass(rule: Rule): boolean {
  return rule.metric === "score" && rule.atLeast?.value === 1 && !rule.atLeast.relative;
}
