import { counted, grouped } from "../domain/counted.ts";
import { countWhere } from "../statistics/numbers.ts";
import type { Alignment } from "./align.ts";
import type { PairedCases } from "./paired-cases.ts";
import type { ScoreDifference } from "./score-difference.ts";

/** Something that a reader of the numbers must know, riding on them. */
export interface ComparisonWarning {
  readonly code:
    | "few-cases"
    | "identical"
    | "unscored"
    | "biased-missing"
    | "temperature-0"
    | "truncated"
    | "changed"
    | "one-sided"
    | "failed-on-one-side"
    | "days-apart"
    | "timed-late"
    | "served-by-other"
    | "simulated"
    | "attempt"
    | "few-clusters"
    | "guard-decides"
    | "judge-family"
    | "judge-canary"
    | "judge-simulated"
    | "judge-changed"
    | "judged-elsewhere"
    | "position-bias"
    | "length-bias"
    | "early";
  readonly text: string;
}

const DAY_MS = 86_400_000;

/** The warnings of a comparison, in a fixed order. */
export function comparisonWarnings(
  alignment: Alignment,
  { overall, attempt }: { readonly overall: ScoreDifference; readonly attempt: number },
): readonly ComparisonWarning[] {
  const { baseline, candidate } = alignment;
  const { missing, observed } = overall;
  const warnings: ComparisonWarning[] = [];
  const add = (when: boolean, code: ComparisonWarning["code"], text: string) => {
    if (when) warnings.push({ code, text });
  };
  const simulated = [baseline, candidate].filter((side) => side.simulated).map((side) => side.name);
  add(
    simulated.length > 0,
    "simulated",
    `made-up answers: ${simulated.join(", ")}; this says nothing of a model`,
  );
  add(
    overall.compared < 30,
    "few-cases",
    `${counted(overall.compared, "case")} compared: only large differences show`,
  );
  add(
    observed !== undefined && observed.nonZero === 0,
    "identical",
    `every case has the same score on both sides: is it the same ${baseline.table === candidate.table ? "model" : "run"}?`,
  );
  const asked = overall.cases * (baseline.samples.repeats + candidate.samples.repeats);
  const lost = missing.baseline + missing.candidate;
  add(
    asked > 0 && lost / asked > 0.05,
    "unscored",
    `${grouped(lost)} of ${grouped(asked)} samples have no score (more than 5 %)`,
  );
  add(
    lost >= 5 && Math.max(missing.baseline, missing.candidate) >= 0.8 * lost,
    "biased-missing",
    `missing on one side mostly: ${missing.baseline} of the baseline, ${missing.candidate} of the candidate`,
  );
  const frozen = [baseline, candidate].filter(
    ({ temperature, samples }) => temperature === 0 && samples.repeats > 1,
  );
  add(
    frozen.length > 0,
    "temperature-0",
    `repeats at temperature 0 say little of how much a model varies: ${frozen.map(({ name }) => name).join(", ")}`,
  );
  add(missing.truncated > 0, "truncated", `${counted(missing.truncated, "answer")} cut by the token limit`);
  add(
    alignment.changed.length > 0,
    "changed",
    `${counted(alignment.changed.length, "case")} changed between the runs and left out: ${someOf(alignment.changed)}`,
  );
  const { pairs } = alignment;
  const without = (side: "baselineIndex" | "candidateIndex") =>
    pairs.filter((pair) => pair[side] === undefined);
  add(
    alignment.onlyBaseline + alignment.onlyCandidate > 0,
    "one-sided",
    `cases asked of one side only: ${sidesText(without("candidateIndex"), without("baselineIndex"))}`,
  );
  const shared = pairs.filter(
    (pair) => pair.baselineIndex !== undefined && pair.candidateIndex !== undefined,
  );
  const lostBy = (side: "baseline" | "candidate", other: "baseline" | "candidate") =>
    shared.filter((pair) => pair[side].scored === 0 && pair[other].scored > 0);
  const failed = [lostBy("baseline", "candidate"), lostBy("candidate", "baseline")] as const;
  add(
    failed.some((list) => list.length > 0),
    "failed-on-one-side",
    `cases without a score on one side only: ${sidesText(...failed)}`,
  );
  const days = daysApart(alignment);
  add(days >= 1, "days-apart", `the two sides were asked ${Math.floor(days)} days apart`);
  const late = [baseline, candidate].map(({ samples }) => countWhere(samples.timedLate, (one) => one === 1));
  add(
    late.some((count) => count > 0),
    "timed-late",
    `latencies that may be too long, because this machine was busy when the answers came: ${late[0]} of the baseline, ${late[1]} of the candidate`,
  );
  const others = [baseline, candidate].map(({ samples }) =>
    countWhere(samples.servedByOther, (one) => one === 1),
  );
  add(
    others.some((count) => count > 0),
    "served-by-other",
    `the server says that another model answered than was asked: ${others[0]} of the baseline, ${others[1]} of the candidate; is what is compared what would be swapped?`,
  );
  add(attempt > 1, "attempt", `attempt ${attempt}: rerunning until it passes is not evidence`);
  add(
    observed?.warnings.includes("few-clusters") === true,
    "few-clusters",
    `few clusters: they count for ${counted(observed?.units ?? 0, "independent case")}`,
  );
  add(
    observed?.warnings.includes("guard-decides") === true,
    "guard-decides",
    "safe only if rare losses of a whole case or cluster are ruled out",
  );
  return warnings;
}

/** How many of each side, with the first of them. */
function sidesText(ofBaseline: PairedCases, ofCandidate: PairedCases): string {
  const side = (pairs: PairedCases, name: string) =>
    pairs.length === 0
      ? `none of the ${name}`
      : `${pairs.length} of the ${name} (${someOf(Array.from(pairs, ({ task, id }) => `${task}/${id}`))})`;
  return `${side(ofBaseline, "baseline")}, ${side(ofCandidate, "candidate")}`;
}

const NAMED = 3;

function someOf(ids: readonly string[]): string {
  const more = ids.length - NAMED;
  return `${ids.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function daysApart({ baseline, candidate }: Alignment): number {
  const gap = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / DAY_MS;
  const days = Math.max(
    gap(baseline.samples.lastAt, candidate.samples.firstAt),
    gap(candidate.samples.lastAt, baseline.samples.firstAt),
  );
  return Number.isNaN(days) ? 0 : days;
}
