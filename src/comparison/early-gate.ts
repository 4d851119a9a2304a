import type { EarlyStopping } from "../domain/run.ts";
import { type GatePolicy, isScored, type Rule } from "../domain/suite.ts";
import { average } from "../statistics/numbers.ts";
import { byRank } from "../statistics/random-order.ts";
import { caseKey } from "./case-table.ts";
import type { EarlyCase, EarlyUnit } from "./early-units.ts";
import { type MarginWatch, type WatchState, watchMargin } from "./margin-watch.ts";
import { isWhere, type Levels, type RuleResult } from "./rules.ts";
import { failsMustPass, scoreWhenWrong } from "./score-rule.ts";
import { earlyLevels, isMustPass, LOOKS, type Statement, statementsIn } from "./statements.ts";

/** Judges a statement that cannot be bet on, over the cases that were taken so far in the order of the run. */
export type Look = (input: {
  readonly candidate: string;
  readonly statement: Statement;
  readonly levels: Levels;
  readonly cases: ReadonlySet<string>;
}) => RuleResult | undefined;

/** What decides a run that may stop early. */
export interface EarlyGateInput {
  readonly policy: GatePolicy;
  readonly design: EarlyStopping;
  readonly look: Look;
}

/** One statement about one candidate, on its way. */
export interface Watched {
  readonly candidate: string;
  readonly statement: Statement;
  state(): WatchState;
  /** What the last look found; `undefined` for what is not looked at. */
  readonly looked: () => RuleResult | undefined;
}

/** The gate of a run that may stop early: takes units in the order that they are asked in, with none left out. */
export interface EarlyGate {
  take(unit: EarlyUnit): void;
  /** Whether every candidate is decided: one statement broken, or none open. */
  isDecided(): boolean;
  /** Cases of the units that were taken. */
  cases(): number;
  /** Keys of those that every statement has seen: in the order drawn, without the must-pass cases asked ahead. */
  readonly seen: ReadonlySet<string>;
  readonly watched: readonly Watched[];
}

/** Fewer cases are not looked at, however few a tenth of them is: intervals of so few are not to be trusted. */
const LEAST_LOOKED_AT = 30;

/** Starts with nothing taken. Pure but for its own state: the same units lead to the same decision. */
export function earlyGate({ policy, design, look }: EarlyGateInput): EarlyGate {
  const levels = earlyLevels(policy, design);
  const statements = statementsIn(policy, design);
  const seen = new Set<string>();
  const watched = policy.candidates.flatMap((candidate) =>
    statements.map((statement) => startWatch({ policy, design, look, candidate, statement, levels, seen })),
  );
  // Must-pass units are asked ahead, and wait here for their place in the order drawn.
  const ahead: EarlyUnit[] = [];
  let units = 0;
  let cases = 0;
  const inOrder = (unit: EarlyUnit) => {
    for (const item of unit.cases) seen.add(caseKey(item.task, item.id));
    for (const one of watched) one.inOrder(unit.cases);
  };
  return {
    take: (unit) => {
      units += 1;
      cases += unit.cases.length;
      for (const one of watched) one.asAsked(unit.cases);
      if (units <= design.firstUnits) {
        ahead.push(unit);
        return;
      }
      while (ahead[0] !== undefined && byRank(ahead[0], unit) < 0) inOrder(ahead.shift() ?? unit);
      inOrder(unit);
      if (units === design.units) for (const left of ahead.splice(0)) inOrder(left);
    },
    isDecided: () =>
      policy.candidates.every((candidate) => {
        const states = watched.filter((one) => one.candidate === candidate).map((one) => one.state());
        return states.includes("broken") || !states.includes("undecided");
      }),
    cases: () => cases,
    seen,
    watched,
  };
}

/** Whether a unit has a must-pass case of these rules. */
export function hasMustPass({ cases }: Pick<EarlyUnit, "cases">, rules: readonly Rule[]): boolean {
  return rules.some((rule) => isMustPass(rule) && cases.some((item) => isIn(item, rule.task, rule)));
}

function isIn(item: EarlyCase, task: string | undefined, { where }: Rule): boolean {
  return (task === undefined || task === item.task) && isWhere(item, where);
}

interface Watching extends EarlyGateInput {
  readonly candidate: string;
  readonly statement: Statement;
  readonly levels: Levels;
  readonly seen: ReadonlySet<string>;
}

interface Taking extends Watched {
  asAsked(cases: readonly EarlyCase[]): void;
  inOrder(cases: readonly EarlyCase[]): void;
}

function startWatch(watching: Watching): Taking {
  const { kind, cases } = watching.statement;
  if (kind === "must-pass") return watchMustPass(watching);
  return kind === "margin" && cases > 0 ? watchBets(watching) : watchLooks(watching);
}

function own({ statement: { task, rule } }: Watching, cases: readonly EarlyCase[]): readonly EarlyCase[] {
  return cases.filter((item) => isIn(item, task, rule));
}

function watchBets(watching: Watching): Taking {
  const { candidate, statement, levels, policy } = watching;
  const { units, largest } = statement;
  const watch: MarginWatch = watchMargin({
    margin: statement.rule.margin ?? 0,
    levels,
    claim: policy.claim,
    units,
    largest,
  });
  const difference = ({ scores }: EarlyCase, worst: "baseline" | "candidate") => {
    const before = scores.get(policy.baseline);
    const after = scores.get(candidate);
    if (before === undefined || after === undefined) throw new Error(`a case without ${candidate}`);
    if (policy.missing === "wrong") return scoreWhenWrong(after) - scoreWhenWrong(before);
    return worst === "candidate" ? after.lowest - before.highest : after.highest - before.lowest;
  };
  return {
    candidate,
    statement,
    state: watch.state,
    looked: () => undefined,
    asAsked: () => undefined,
    inOrder: (cases) => {
      const mine = own(watching, cases);
      if (mine.length === 0) return;
      watch.take({
        low: average(mine.map((item) => difference(item, "candidate"))),
        high: average(mine.map((item) => difference(item, "baseline"))),
        size: mine.length,
      });
    },
  };
}

function watchMustPass(watching: Watching): Taking {
  const { candidate, statement, policy } = watching;
  let seen = 0;
  let unmeasured = 0;
  let failed = 0;
  return {
    candidate,
    statement,
    state: () => {
      if (failed > 0) return "broken";
      if (statement.cases === 0 || seen < statement.cases) return "undecided";
      return unmeasured > 0 ? "given-up" : "held";
    },
    looked: () => undefined,
    asAsked: (cases) => {
      for (const { scores } of own(watching, cases)) {
        const score = scores.get(candidate);
        seen += 1;
        if (score === undefined || score.missing + score.truncated > 0) unmeasured += 1;
        if (score !== undefined && failsMustPass(score, policy.missing)) failed += 1;
      }
    },
    inOrder: () => undefined,
  };
}

function asksEveryCase({ metric, atLeast }: Rule): boolean {
  return isScored(metric) && atLeast !== undefined && atLeast.value >= 1 && !atLeast.relative;
}

/** Each look has its share of the error (Bonferroni), so that a lucky moment is no better than a fixed one. */
function watchLooks(watching: Watching): Taking {
  const { candidate, statement, levels, look, seen } = watching;
  const share = (level: number) => 1 - (1 - level) / LOOKS;
  let count = 0;
  let next = 1;
  let found: RuleResult | undefined;
  const isDue = () => count >= Math.ceil((statement.cases * next) / LOOKS);
  return {
    candidate,
    statement,
    state: () => {
      const state = found?.state ?? "undecided";
      return state === "undecided" && next > LOOKS ? "given-up" : state;
    },
    looked: () => found,
    asAsked: () => undefined,
    inOrder: (cases) => {
      const mine = own(watching, cases).length;
      count += mine;
      if (mine === 0 || next > LOOKS || !isDue()) return;
      while (next <= LOOKS && isDue()) next += 1;
      if (count < LEAST_LOOKED_AT && next <= LOOKS) return;
      if (found !== undefined && found.state !== "undecided") return;
      const now = look({
        candidate,
        statement,
        levels: { safe: share(levels.safe), unsafe: share(levels.unsafe) },
        cases: seen,
      });
      // That every case passes is known of the last one only.
      const isTooEarly = now?.state === "held" && asksEveryCase(statement.rule) && next <= LOOKS;
      found = isTooEarly ? { ...now, state: "undecided", evidence: `${now.evidence}, so far` } : now;
    },
  };
}
