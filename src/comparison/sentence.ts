import type { CandidateVerdict } from "./gate.ts";
import type { RuleResult } from "./rules.ts";

/** The verdict in one sentence with its evidence. Names are as given: each sink escapes them. */
export function sentence(verdict: CandidateVerdict): string {
  const word = `${verdict.verdict.toUpperCase()}${verdict.simulated ? " (simulated)" : ""}`;
  const rule = decisive(verdict);
  if (rule === undefined) return `${word}: no rule could be judged.`;
  return `${word}: ${rule.difference === undefined ? plain(rule) : ofScores(verdict, rule)}.${needed(verdict)}`;
}

/** The rule that decides: the first broken, else the first undecided, else the score rule nearest its margin. */
function decisive({ verdict, rules }: CandidateVerdict): RuleResult | undefined {
  if (verdict === "unsafe") return rules.find((rule) => rule.state === "broken");
  if (verdict === "inconclusive") return rules.find((rule) => rule.state === "undecided");
  const room = (rule: RuleResult) => (rule.measured?.lower ?? 0) + rule.bound.value;
  const margins = rules.filter((rule) => rule.difference !== undefined);
  return [...margins].sort((left, right) => room(left) - room(right))[0] ?? rules[0];
}

function plain(rule: RuleResult): string {
  return `${rule.rule}${rule.task === undefined ? "" : ` (task ${rule.task})`}: ${rule.evidence}`;
}

function ofScores(verdict: CandidateVerdict, rule: RuleResult): string {
  const { measured, difference } = rule;
  if (measured === undefined || difference?.observed === undefined) return plain(rule);
  const counts = difference.observed.counts;
  const table =
    counts === undefined
      ? ""
      : `; both right ${counts.both}, only ${verdict.baseline} ${counts.baselineOnly}, ` +
        `only ${verdict.candidate} ${counts.candidateOnly}, both wrong ${counts.neither}`;
  const of = rule.task === undefined ? "" : ` on ${rule.task}`;
  const facts = `(margin ${points(rule.bound.value)}; ${difference.compared} cases${table})`;
  const level = `with ${Number((verdict.confidence * 100).toFixed(1))} % confidence`;
  const subject = `${verdict.candidate}'s mean score${of}`;
  if (rule.state === "broken") {
    return `${level} ${subject} is at least ${points(-measured.upper)} points below ${verdict.baseline}'s ${facts}`;
  }
  if (rule.state === "held") {
    const claim =
      measured.lower >= 0
        ? `is at least ${points(measured.lower)} points above`
        : `is at most ${points(-measured.lower)} points below`;
    return `${level} ${subject} ${claim} ${verdict.baseline}'s ${facts}`;
  }
  const range = `between ${points(measured.lower)} and ${points(measured.upper)} points from`;
  return `${subject} is ${range} ${verdict.baseline}'s ${facts}: ${rule.evidence}`;
}

function needed({ verdict, rules }: CandidateVerdict): string {
  if (verdict !== "inconclusive") return "";
  const needs = rules.flatMap((rule) => (rule.state === "undecided" && rule.needs ? [rule.needs] : []));
  const most = [...needs].sort((left, right) => right.more - left.more)[0];
  if (most === undefined) return "";
  const cost =
    most.costUsd === null ? "their cost is unknown" : `about $${Number(most.costUsd.toPrecision(2))}`;
  return ` About ${most.more} more cases would decide it if the models are equally good (${cost}).`;
}

function points(score: number): string {
  const text = (score * 100).toFixed(1);
  return text === "-0.0" ? "0.0" : text;
}
