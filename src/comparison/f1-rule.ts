import { f1Bounds, f1Reach } from "../statistics/label-f1-bounds.ts";
import { sumOf } from "../statistics/numbers.ts";
import { clustersAt } from "./case-scores.ts";
import {
  type FittedReadings,
  fitReadings,
  labelNames,
  type ReadCases,
  readingsOf,
  rightReadings,
} from "./label-facts.ts";
import type { PairedCase } from "./paired-cases.ts";
import type { RuleInput, RuleResult, RuleState } from "./rules.ts";

/** Fewer cases of a label say too little of it for the mean over all labels. */
const FEWEST_OF_A_LABEL = 10;

/** One bound of a rule on F1. */
interface F1Rule {
  /** Of labels. */
  readonly scorer: string;
  readonly kind: "macro" | "micro";
  readonly bound: RuleResult["bound"];
}

/**
 * A bound on macro or micro F1 of one scorer on one task; what is missing counts at its worst. A margin is against the
 * baseline's answers; a threshold against answers that are all right, whose F1 is 1.
 */
export function judgeF1(input: RuleInput, f1: F1Rule): RuleResult {
  const { rule, task, pairs } = input;
  const { bound, kind } = f1;
  const base = {
    rule: rule.name,
    metric: rule.metric,
    task,
    bound,
    cases: pairs.length,
    label: undefined,
    difference: undefined,
    needs: undefined,
  };
  const undecided = (evidence: string): RuleResult => ({
    ...base,
    state: "undecided",
    measured: undefined,
    evidence,
  });
  const isMargin = bound.kind === "margin";
  const read = readSides(input, f1.scorer, isMargin);
  if (read.cases === 0) return undecided(`no answer was read for labels by ${f1.scorer}`);
  const scarce = kind === "macro" ? scarceLabel(read.after) : undefined;
  if (scarce !== undefined)
    return undecided(
      `${scarce.cases} of its cases expect the label ${JSON.stringify(scarce.label)}; macro F1 is judged from ` +
        `${FEWEST_OF_A_LABEL} of each label on`,
    );
  const found = boundsAt(input, { kind, read, margin: isMargin ? bound.value : 1 - bound.value });
  if (found === undefined) return undecided("no case expects a label");
  const from = isMargin ? 0 : 1;
  const least = isMargin ? -bound.value : bound.value;
  const measured = {
    estimate: found.estimate + from,
    lower: found.lower + from,
    upper: Math.min(found.upper + from, 1),
  };
  const isHeld = isMargin ? measured.lower > least : measured.lower >= least;
  const state: RuleState = isHeld ? "held" : measured.upper < least ? "broken" : "undecided";
  return {
    ...base,
    state,
    measured,
    evidence: evidenceOf(input, f1, { state, measured, absent: found.absent }),
  };
}

interface ReadSides {
  /** Cases that were read on every side that counts. */
  readonly cases: number;
  readonly before: ReadCases["readings"];
  readonly after: ReadCases["readings"];
  readonly clusters: ReadCases["clusters"];
  /** Shares of all cases: not read at all; and read in part, or cut by the token limit, on either side. */
  readonly absent: number;
  readonly doubtful: number;
}

function readSides({ alignment, pairs }: RuleInput, scorer: string, isMargin: boolean): ReadSides {
  const beforeOf = ({ baselineIndex }: PairedCase) => readingsOf(alignment.baseline, scorer, baselineIndex);
  const afterOf = ({ candidateIndex }: PairedCase) => readingsOf(alignment.candidate, scorer, candidateIndex);
  const cases = pairs.filter((pair) => afterOf(pair).length > 0 && (!isMargin || beforeOf(pair).length > 0));
  const doubts = cases.numbers(
    ({ baseline, candidate }) => (isMargin ? doubtsOf(baseline) : 0) + doubtsOf(candidate),
  );
  const after = Array.from(cases, afterOf);
  return {
    cases: cases.length,
    before: isMargin ? Array.from(cases, beforeOf) : after.map(rightReadings),
    after,
    clusters: clustersAt(alignment.candidate, cases.rows.candidate),
    absent: (pairs.length - cases.length) / pairs.length,
    doubtful: sumOf(doubts) / pairs.length,
  };
}

function doubtsOf({ missing, truncated }: PairedCase["baseline"]): number {
  return missing + truncated > 0 ? 1 : 0;
}

function scarceLabel(readings: ReadCases["readings"]) {
  const counts = new Map<string, number>();
  for (const [first] of readings)
    for (const label of first === undefined ? [] : [first.expected].flat())
      counts.set(label, (counts.get(label) ?? 0) + 1);
  const [scarcest] = [...counts].sort(([one, few], [other, more]) => few - more || (one < other ? -1 : 1));
  if (scarcest === undefined || scarcest[1] >= FEWEST_OF_A_LABEL) return undefined;
  return { label: scarcest[0], cases: scarcest[1] };
}

interface Fitting {
  readonly kind: F1Rule["kind"];
  readonly read: ReadSides;
  readonly margin: number;
}

/** Each bound at its own level; every absent or doubtful case moved as far as a case can be. */
function boundsAt({ levels }: RuleInput, { kind, read, margin }: Fitting) {
  const names = labelNames([...read.before, ...read.after]);
  const [before, after] = [fitReadings(read.before, names), fitReadings(read.after, names)];
  const [baseline, candidate] = [before[kind], after[kind]];
  if (baseline === undefined || candidate === undefined) return undefined;
  const reachOf = (fit: FittedReadings) => f1Reach(fit.answers, fit, kind);
  const reach = Math.max(reachOf(before), reachOf(after));
  const { clusters, absent, doubtful } = read;
  const at = (confidence: number) =>
    f1Bounds({ baseline, candidate, reach, clusters, confidence, margin: Math.max(0, margin) });
  const [safe, unsafe] = [at(levels.safe), at(levels.unsafe)];
  const worst = (absent + doubtful) * reach;
  return {
    estimate: safe.estimate,
    lower: Math.max(-1, (1 - absent) * safe.lower - worst),
    upper: Math.min(1, (1 - absent) * unsafe.upper + worst),
    absent: absent + doubtful,
  };
}

interface Found {
  readonly state: RuleState;
  readonly measured: NonNullable<RuleResult["measured"]>;
  readonly absent: number;
}

function evidenceOf(
  { alignment }: RuleInput,
  { kind, bound }: F1Rule,
  { state, measured, absent }: Found,
): string {
  const { baseline, candidate } = alignment;
  const made = baseline.simulated || candidate.simulated ? "; the answers are simulated" : "";
  const isMargin = bound.kind === "margin";
  const show = (value: number) => `${(value * 100).toFixed(1)}`;
  const what = isMargin
    ? `${candidate.name}'s ${kind} F1 is ${show(measured.lower)} to ${show(measured.upper)} points from ${baseline.name}'s ` +
      `(margin ${show(bound.value)})`
    : `${candidate.name}'s ${kind} F1 is ${show(measured.lower)} to ${show(measured.upper)} % (at least ${show(bound.value)})`;
  const words = {
    held: isMargin ? "within the margin" : "the whole interval is at or above the threshold",
    broken: isMargin ? "the loss is larger than the margin" : "the whole interval is below the threshold",
    undecided: absent > 0 ? "the answers that are missing may decide it" : "too few cases to tell",
  }[state];
  return `${what}: ${words}${made}`;
}
