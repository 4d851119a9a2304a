import { counted } from "../domain/counted.ts";
import type { Model } from "../domain/model.ts";
import type { Manifest, Spending } from "../domain/run.ts";
import type { Sample } from "../domain/sample.ts";
import type { Amount, Purse } from "../engine/budget.ts";
import { answerCostUsd } from "../engine/cost.ts";
import { wrapped } from "../reports/terminal-text.ts";
import { priceOf } from "./prices.ts";
import { leadingTo } from "./run-argument.ts";

/** Adds up what the records of a journal cost. */
export interface Tally {
  add(sample: Sample): void;
  sum(): Amount;
}

/** What records cost, or what the manifest says where that is more: it knows the calls that left no record. */
export function spentOf(tallies: readonly Tally[], before: Spending | undefined): Amount {
  const sums = tallies.map((tally) => tally.sum());
  return {
    usd: Math.max(
      before?.usd ?? 0,
      sums.reduce((total, { usd }) => total + usd, 0),
    ),
    calls: Math.max(
      before?.calls ?? 0,
      sums.reduce((total, { calls }) => total + calls, 0),
    ),
  };
}

/** A tally of the calls of some models; an answer from the cache cost nothing. */
export function startTally(models: readonly Model[]): Tally {
  const prices = new Map(models.map((model) => [model.name, priceOf(model)]));
  let usd = 0;
  let calls = 0;
  return {
    add: ({ target, outcome, attempts, cached }) => {
      if (cached) return;
      if (outcome.kind === "failed" || outcome.kind === "skipped") {
        calls += attempts;
        return;
      }
      const steps = outcome.answer.steps?.filter((step) => !step.cached);
      calls += attempts - 1 + (steps?.length ?? 1);
      usd += answerCostUsd({ ...outcome.answer, steps }, target, prices) ?? 0;
    },
    sum: () => ({ usd, calls }),
  };
}

/** The purse of a run as its manifest keeps it. */
export function spendingOf(purse: Purse, models: readonly Model[], capReached: boolean): Spending {
  const isKnown = models.every((model) => priceOf(model) !== undefined);
  const { budget, refusedUsd } = purse;
  return {
    usd: isKnown ? purse.spentUsd : null,
    calls: purse.spentCalls,
    budgetUsd: budget.usd ?? null,
    budgetCalls: budget.calls ?? null,
    capReached,
    nextCallUsd: capReached && budget.usd !== undefined ? (refusedUsd ?? null) : null,
  };
}

/** How to go on with a run: `heading` and the command, or where a budget stopped it, what was spent and a larger one. */
export function wayOn(
  { spending, totals }: Manifest,
  heading: string,
  resume: (flags: readonly string[]) => string,
): readonly string[] {
  if (spending?.capReached !== true) return [leadingTo(heading, resume([]))];
  const { usd, calls, budgetUsd, budgetCalls, nextCallUsd } = spending;
  const parts = [
    ...(budgetUsd === null ? [] : [`${dollars(usd ?? 0)} of ${dollars(budgetUsd)}`]),
    budgetCalls === null ? counted(calls, "call") : `${calls} of ${counted(budgetCalls, "call")}`,
  ];
  const isSmaller = (budgetUsd ?? Infinity) < (usd ?? 0) || (budgetCalls ?? Infinity) < calls;
  const next =
    nextCallUsd === null || isSmaller || (budgetCalls !== null && calls >= budgetCalls)
      ? ""
      : `; the next call could cost ${dollars(nextCallUsd)}`;
  const asked = totals.planned - totals.skipped;
  const left = totals.skipped + totals.unscored;
  const flags = flagsFor(spending, asked, left);
  return [
    wrapped(
      isSmaller
        ? `the budget is smaller than what was spent before: ${parts.join(" and ")}`
        : `the budget is reached: ${parts.join(" and ")} spent${next}`,
    ),
    ...forecast(spending, asked, left),
    leadingTo("go on with a larger budget:", resume(flags)),
  ];
}

function forecast({ usd, calls }: Spending, asked: number, left: number): readonly string[] {
  if (asked === 0 || left === 0) return [];
  const money = usd === null ? "" : ` and ${dollars((usd / asked) * left)}`;
  return [
    `as things went, what is left takes about ${counted(Math.ceil((calls / asked) * left), "call")}${money}`,
  ];
}

/** Room above the forecast, for the calls that cost more than the mean. */
const SLACK = 1.2;

/** The flags with amounts that should do. */
function flagsFor(spending: Spending, asked: number, left: number): readonly string[] {
  const { usd, calls, budgetUsd, budgetCalls, nextCallUsd } = spending;
  const share = asked === 0 ? 0 : left / asked;
  const flags: string[] = [];
  if (budgetCalls !== null) {
    const needed = asked === 0 ? budgetCalls + left : Math.ceil(calls * (1 + share * SLACK));
    if (needed > budgetCalls) flags.push(`--budget-calls ${needed}`);
  }
  if (budgetUsd !== null) {
    const needed = (usd ?? 0) * (1 + share * SLACK) + (nextCallUsd ?? 0);
    if (needed > budgetUsd) flags.push(`--budget-usd ${roundedUp(needed)}`);
  }
  return flags;
}

/** Up to the next number of two significant digits. */
function roundedUp(usd: number): number {
  const unit = 10 ** (Math.floor(Math.log10(usd)) - 1);
  return Number((Math.ceil(usd / unit) * unit).toPrecision(3));
}

function dollars(usd: number): string {
  return `$${usd >= 1 ? usd.toFixed(2) : Number(usd.toPrecision(2))}`;
}
