import type { GatePlan, PlannedStatement } from "../comparison/gate-plan.ts";
import { grouped } from "../domain/counted.ts";
import type { Expense, Forecast } from "../domain/forecast.ts";
import type { Budget } from "../domain/suite.ts";
import { money, percent, points } from "./number-text.ts";
import { planWarnings } from "./plan-warnings.ts";
import { terminalText } from "./safe-text.ts";
import { shortLabel, type TextTable } from "./tables.ts";
import { tableText } from "./terminal.ts";
import { wrapped } from "./terminal-text.ts";

/** What a judge would be asked on top of the models. */
export interface JudgeForecast {
  readonly judge: string;
  /** `undefined` where answers are judged turn by turn. */
  readonly mostCalls: number | undefined;
  /** Of so many calls, by an earlier run; `undefined` is unknown. */
  readonly costUsd: number | undefined;
}

/** What a plan's screen is made of. */
export interface PlanInput {
  readonly suite: string;
  readonly cases: number;
  readonly forecast: Forecast;
  readonly judges: readonly JudgeForecast[];
  /** Models that are asked in batches. */
  readonly batched: readonly string[];
  readonly budget: Budget;
  /** Ids of the runs that the forecast goes by. */
  readonly earlierRuns: readonly string[];
  /** `undefined` where the suite has no gate. */
  readonly gate: GatePlan | undefined;
}

/** What a run would take and what its gate could decide; at most 80 columns. */
export function planScreen(plan: PlanInput): string {
  const { gate } = plan;
  const parts = [
    tableText(forecastTable(plan)),
    ...basisLines(plan),
    ...(gate === undefined
      ? ["The suite has no gate: nothing is to be decided."]
      : gateParts(gate, plan.forecast.total)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function forecastTable({ suite, cases, forecast }: PlanInput): TextTable {
  const { models, total } = forecast;
  const row = (name: string, expense: Expense) => [
    name,
    count(expense.calls),
    count(expense.inputTokens),
    answerTokens(expense),
    money(expense.costUsd),
    money(expense.mostCostUsd),
    expense.timeMs === undefined ? "unknown" : time(expense.timeMs),
  ];
  return {
    title: `${suite}: ${count(cases)} cases, ${count(total.calls)} calls; nothing is sent`,
    head: ["model", "calls", "tokens in", "out", "cost", "at most", "time"],
    rows: [
      ...models.map((model) => row(shortLabel(model.model, model.simulated), model)),
      ...(models.length > 1 ? [row("together", total)] : []),
    ],
  };
}

function basisLines({ forecast, batched, judges, budget, earlierRuns }: PlanInput): readonly string[] {
  const unmeasured = forecast.models.filter(({ measured }) => !measured).map(({ model }) => model);
  const lines = [
    ...(unmeasured.length < forecast.models.length ? [`forecast from ${earlierRuns.join(", ")}`] : []),
    ...(unmeasured.length > 0
      ? [
          `${unmeasured.join(", ")}: no earlier answers; prompts at 4 bytes a token, answers as long as max_tokens`,
        ]
      : []),
    ...(forecast.models.some(({ simulated }) => simulated)
      ? ["(sim): simulated; its time and its price are made up"]
      : []),
    ...(batched.length > 0 ? [`in batches, at half the price and within a day: ${batched.join(", ")}`] : []),
    ...judges.map(judgeLine),
    ...budgetLines(budget, forecast.total, judges),
  ];
  return [lines.map((line) => wrapped(terminalText(line))).join("\n")];
}

function judgeLine({ judge, mostCalls, costUsd }: JudgeForecast): string {
  const calls = mostCalls === undefined ? "a call for each turn" : `at most ${count(mostCalls)} calls`;
  const cost = costUsd === undefined ? "at a cost that is not known yet" : `about ${money(costUsd)}`;
  return `the judge ${judge}: ${calls} on top, ${cost}`;
}

/** Whether the budget lets the run come to its end. */
function budgetLines(
  { usd, calls }: Budget,
  total: Expense,
  judges: readonly JudgeForecast[],
): readonly string[] {
  const lines: string[] = [];
  const mostCalls = judges.reduce((sum, judge) => sum + (judge.mostCalls ?? Number.NaN), total.calls);
  if (calls !== undefined) {
    const word =
      calls < total.calls ? "stops the run early" : mostCalls <= calls ? "enough" : "may stop the run early";
    lines.push(`budget of ${count(calls)} calls: ${word}`);
  }
  if (usd === undefined) return lines;
  // What judges will write is not known beforehand.
  const isEnough = judges.length === 0 && total.mostCostUsd !== undefined && total.mostCostUsd <= usd;
  const isTooLittle = total.costUsd !== undefined && total.costUsd > usd;
  const word = isEnough ? "enough" : isTooLittle ? "stops the run early" : "may stop the run early";
  return [...lines, `budget of ${money(usd)}: ${word}`];
}

function gateParts(gate: GatePlan, total: Expense): readonly string[] {
  const { baseline, candidates, statements, mustPass, notForecast } = gate;
  const lines = [
    ...legend(gate),
    ...mustPass.map(
      ({ rule, cases, failureRateBelow }) =>
        `${rule}: if all of ${cases} pass, the failure rate is below ${percent(failureRateBelow)}`,
    ),
    ...(notForecast.length > 0 ? [`not forecast: ${notForecast.join(", ")}`] : []),
    ...stoppingLine(gate, total),
  ];
  const warnings = planWarnings(gate);
  const title = `Gate: ${candidates.join(", ")} against ${baseline}, ${level(gate)}`;
  return [
    statements.length === 0 ? wrapped(terminalText(title)) : tableText(statementTable(title, statements)),
    ...(lines.length > 0 ? [lines.map((line) => wrapped(terminalText(line))).join("\n")] : []),
    ...(warnings.length > 0
      ? [warnings.map((line) => wrapped(terminalText(`warning: ${line}`))).join("\n")]
      : []),
  ];
}

/** The table is of the exact test after all cases: a run that may stop has less power, and takes fewer. */
function stoppingLine(
  { stopping, statements, notForecast }: GatePlan,
  { costUsd }: Expense,
): readonly string[] {
  if (stopping === undefined) return [];
  const { isOn, share, power } = stopping;
  const fixed = Math.min(...statements.map((statement) => statement.power));
  const cost = costUsd === undefined ? "" : ` (${money(costUsd * share)} of ${money(costUsd)})`;
  const longer = notForecast.length > 0 ? `; ${notForecast.join(", ")} may take longer` : "";
  return [
    `${isOn ? "this run stops early" : "with stop: early"}: if the models are equally good, about ` +
      `${percent(share)} of the cases${cost}, power ${percent(power)} instead of ${percent(fixed)}${longer}`,
  ];
}

function level({ confidence, safeLevel, candidates }: GatePlan): string {
  const shown = (value: number) => `${Number((value * 100).toFixed(2))} %`;
  return candidates.length === 1
    ? `${shown(confidence)} confidence`
    : `${shown(confidence)} confidence (${shown(safeLevel)} for each of ${candidates.length})`;
}

function legend({ statements, power }: GatePlan): readonly string[] {
  const [first] = statements;
  if (first === undefined) return [];
  const each = first.wantedPower > power ? ` (${percent(first.wantedPower)} for each row)` : "";
  return [
    "differ: cases on which the models differ (mean square of graded or repeated scores); ?: assumed. " +
      `power: chance that an equally good model is found safe; ${percent(power)} is wanted${each} and ` +
      "needs so many cases. With the cases there are, decides: smallest margin proven; finds: smallest loss " +
      "found unsafe",
    ...repeatsLine(statements),
  ];
}

/** Of the statement that is hardest to decide. */
function repeatsLine(statements: readonly PlannedStatement[]): readonly string[] {
  const known = statements.filter(({ byRepeats }) => byRepeats.length > 0);
  const [hardest] = known.sort((left, right) => left.power - right.power);
  if (hardest === undefined) return [];
  const steps = hardest.byRepeats.map(({ repeats, power }) => `${repeats}x ${percent(power)}`);
  return [`power by repeats, ${hardest.candidate} on ${labelOf(hardest)}: ${steps.join(", ")}`];
}

function statementTable(title: string, statements: readonly PlannedStatement[]): TextTable {
  const groups = merged(statements);
  const isSplit = groups.some(({ names }) => names.length > 0);
  return {
    title,
    head: [
      ...(isSplit ? ["candidate"] : []),
      "task",
      "margin",
      "cases",
      "differ",
      "power",
      "needs",
      "decides",
      "finds",
    ],
    rows: groups.map(({ names, statement }) => [
      ...(isSplit ? [names.length === 0 ? "all" : names.join(", ")] : []),
      ...statementRow(statement),
    ]),
  };
}

function statementRow(statement: PlannedStatement): readonly string[] {
  return [
    labelOf(statement),
    bare(statement.margin),
    count(statement.cases),
    `${percent(statement.differ)}${statement.source === "assumed" ? " ?" : ""}`,
    percent(statement.power),
    Number.isFinite(statement.casesNeeded) ? count(statement.casesNeeded) : "∞",
    statement.leastMargin === undefined ? "none" : bare(statement.leastMargin),
    statement.leastLossFound === undefined ? "none" : bare(statement.leastLossFound),
  ];
}

/** The task and the slice: what tells one score rule from another. */
function labelOf({ rule, task }: PlannedStatement): string {
  const [, slice] = rule.split(" where ");
  return slice === undefined ? task : `${task}, ${slice}`;
}

interface Merged {
  /** The candidates it is about; none for all. */
  readonly names: readonly string[];
  readonly statement: PlannedStatement;
}

/** One row for all candidates of which the same is known. */
function merged(statements: readonly PlannedStatement[]): readonly Merged[] {
  const all = new Set(statements.map(({ candidate }) => candidate)).size;
  const groups = new Map<string, PlannedStatement[]>();
  for (const statement of statements) {
    const key = JSON.stringify({ ...statement, candidate: "" });
    groups.set(key, [...(groups.get(key) ?? []), statement]);
  }
  return [...groups.values()].flatMap((group) => {
    const [statement] = group;
    if (statement === undefined) return [];
    return [{ names: group.length === all ? [] : group.map(({ candidate }) => candidate), statement }];
  });
}

/** Tokens of the answers; where none is known, what the limit allows. */
function answerTokens({ outputTokens, mostOutputTokens }: Expense): string {
  if (outputTokens !== undefined) return count(outputTokens);
  return mostOutputTokens === undefined ? "unknown" : `≤ ${count(mostOutputTokens)}`;
}

/** A loss or a margin in points, without a sign. */
function bare(share: number): string {
  return points(share).replace("+", "");
}

function count(value: number | undefined): string {
  return value === undefined ? "unknown" : grouped(value);
}

function time(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
