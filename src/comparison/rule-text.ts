import type { RuleResult } from "./rules.ts";

/** What a rule is about: `score on invoices`. A rule that names its task says so itself. */
export function ruleText({ rule, task }: Pick<RuleResult, "rule" | "task">): string {
  return task === undefined || rule.includes(` of ${task}`) ? rule : `${rule} on ${task}`;
}
