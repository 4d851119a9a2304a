import { counted } from "../domain/counted.ts";
import type { CandidateVerdict } from "./gate.ts";
import type { NeededMore } from "./needed-cases.ts";
import { ruleText } from "./rule-text.ts";
import type { RuleResult } from "./rules.ts";

/** The verdict in one sentence with its evidence. Names are as given: each sink escapes them. */
export function sentence(verdict: CandidateVerdict): string {
  const word = `${verdict.verdict.toUpperCase()}${verdict.simulated ? " (simulated)" : ""}`;
  const rule = decisive(verdict);
  if (rule === undefined) return `${word}: no rule could be judged.`;
  return `${word}: ${rule.difference === undefined ? plain(rule) : ofScores(verdict, rule)}.${needed(verdict)}`;
}

/** The score rule with the largest loss, else the first rule. */
function worst(rules: readonly RuleResult[]): RuleResult | undefined {
  const loss = (rule: RuleResult) => (rule.measured?.estimate ?? 0) + rule.bound.value;
  const margins = rules.filter((rule) => rule.difference !== undefined);
  return [...margins].sort((left, right) => loss(left) - loss(right))[0] ?? rules[0];
}

/** The rule that decides: the worst broken, else the worst undecided, else the score rule nearest its margin. */
function decisive({ verdict, rules }: CandidateVerdict): RuleResult | undefined {
  if (verdict === "unsafe") return worst(rules.filter((rule) => rule.state === "broken"));
  if (verdict === "inconclusive") return worst(rules.filter((rule) => rule.state === "undecided"));
  const room = (rule: RuleResult) => (rule.measured?.lower ?? 0) + rule.bound.value;
  const margins = rules.filter((rule) => rule.difference !== undefined);
  return [...margins].sort((left, right) => room(left) - room(right))[0] ?? rules[0];
}

function plain(rule: RuleResult): string {
  return `${ruleText(rule)}: ${rule.evidence}`;
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
  const facts = `(margin ${points(rule.bound.value)}; ${casesText(rule, difference.compared)}${table})`;
  const level = `with ${Number((verdict.confidence * 100).toFixed(1))} % confidence`;
  const subject = `${verdict.candidate}'s mean ${rule.of === undefined ? "score" : `sub-score ${rule.of}`}${of}`;
  if (rule.state === "broken") {
    return `${level} ${subject} is at least ${points(-measured.upper)} points below ${verdict.baseline}'s ${facts}`;
  }
  if (rule.state === "held") {
    const claim =
      measured.lower >= 0
        ? `is at least ${points(measured.lower)} points above`
        : `is at most ${points(-measured.lower)} points below`;
    const worse = rule.label === "measurably worse" ? ", but measurably worse" : "";
    return `${ofRules(verdict, level)}${subject} ${claim} ${verdict.baseline}'s ${facts}${worse}`;
  }
  const range = `between ${points(measured.lower)} and ${points(measured.upper)} points from`;
  return `${subject} is ${range} ${verdict.baseline}'s ${facts}: ${rule.evidence}`;
}

/** One rule that held speaks for itself; of several it is said that all did, and the one with the least room follows. */
function ofRules({ verdict, rules }: CandidateVerdict, level: string): string {
  if (verdict !== "safe" || rules.length === 1) return `${level} `;
  return `${level} ${rules.length === 2 ? "both" : `all ${rules.length}`} rules hold; closest: `;
}

/** In a run that could stop early, with those that were planned; a claim about them alone says so. */
function casesText({ planned, isDatasetOnly }: RuleResult, compared: number): string {
  const only = isDatasetOnly === true ? `; about these ${planned} cases only` : "";
  return planned === undefined ? counted(compared, "case") : `${compared} of ${planned} cases${only}`;
}

/** What more cases would do for the rule that needs most, and which rules no case would decide. */
function needed({ verdict, rules }: CandidateVerdict): string {
  if (verdict !== "inconclusive") return "";
  const open = rules.filter((rule) => rule.state === "undecided");
  const [hardest] = open
    .flatMap(({ needs, measured }) => (needs === undefined ? [] : [{ needs, measured }]))
    .sort((left, right) => right.needs.moreIfAsObserved - left.needs.moreIfAsObserved);
  if (hardest === undefined) return "";
  return ` ${capital(moreCases(hardest))}.${unmeasured(open)}`;
}

function moreCases({
  needs: { moreIfEqual, moreIfAsObserved, costPerCaseUsd },
  measured,
}: {
  readonly needs: NeededMore;
  readonly measured: RuleResult["measured"];
}): string {
  const equal = cases(moreIfEqual, costPerCaseUsd);
  const asObserved = Number.isFinite(moreIfAsObserved)
    ? `${cases(moreIfAsObserved, costPerCaseUsd)} would decide it if the difference stays as observed`
    : "if the difference stays as observed, no number of cases would show it safe";
  // With a loss that is proven, equal models are no longer a possibility.
  if ((measured?.upper ?? 0) < 0) return asObserved;
  if (moreIfEqual === moreIfAsObserved)
    return `${equal} would decide it if the models are equally good or differ as observed`;
  return `${equal} would decide it if the models are equally good; ${asObserved}`;
}

/** A rule about what nobody measured stays undecided however many cases are added. */
function unmeasured(open: readonly RuleResult[]): string {
  const names = open.filter(({ measured, metric }) => measured === undefined && metric !== "score");
  if (names.length === 0) return "";
  const shown = names.map((rule) => `${ruleText(rule)} (${rule.evidence})`).join(", ");
  return ` No number of cases decides what was not measured: ${shown}.`;
}

function cases(more: number, costPerCaseUsd: number | null): string {
  const count = `about ${counted(more, "more case")}`;
  if (costPerCaseUsd === 0) return count;
  const cost =
    costPerCaseUsd === null ? "cost unknown" : `about $${Number((more * costPerCaseUsd).toPrecision(2))}`;
  return `${count} (${cost})`;
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}

function points(score: number): string {
  const text = (score * 100).toFixed(1);
  return text === "-0.0" ? "0.0" : text;
}
