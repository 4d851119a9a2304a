import type { RuleSubject, Task } from "../domain/suite.ts";
import { CODES } from "./codes.ts";
import { didYouMean } from "./read-yaml.ts";
import type { RawRule } from "./schema.ts";
import type { Source } from "./source.ts";

/** Where a rule stands, and the tasks of its suite. */
interface RuleFrame {
  readonly path: readonly (string | number)[];
  readonly tasks: readonly Task[];
}

/** The scorer, or the part of its score, that a `sub_score` rule is about; every other metric has none. */
export function readSubject(
  source: Source,
  raw: RawRule,
  { path, tasks }: RuleFrame,
): { readonly subject?: RuleSubject } {
  const { scorer, part } = raw;
  if (raw.metric !== "sub_score") {
    for (const key of ["scorer", "part"] as const)
      if (raw[key] !== undefined)
        source.fault(
          CODES.gateRule,
          `${key} is for sub_score, not for ${raw.metric}`,
          place(source, path, key),
          {
            hint: "Write metric: sub_score, or leave it out.",
          },
        );
    return {};
  }
  if (scorer === undefined) {
    const hint = "Give scorer, and part for a named part of its score.";
    source.fault(CODES.gateRule, "this rule does not say which sub-score", source.valuePlace(path), { hint });
    return {};
  }
  const named = tasks.filter(({ name }) => raw.task === undefined || raw.task === name);
  const own = named.filter(({ scorers }) => scorers.some(({ label }) => label === scorer));
  if (own.length === 0) {
    const labels = [...new Set(named.flatMap(({ scorers }) => scorers.map(({ label }) => label)))];
    source.fault(
      CODES.gateNames,
      `the gate names the scorer "${scorer}", which ${raw.task === undefined ? "no task" : `task "${raw.task}"`} has`,
      source.valuePlace([...path, "scorer"]),
      { label: didYouMean(scorer, labels), hint: `Scorers: ${labels.join(", ")}.` },
    );
    return {};
  }
  // The only scorer of a task gives the task's score: that is what `score` is about.
  const single = own.find(({ scorers }) => scorers.length === 1);
  if (part === undefined && single !== undefined)
    source.fault(
      CODES.gateRule,
      `"${scorer}" is the only scorer of task "${single.name}": its score is the task's`,
      source.valuePlace([...path, "scorer"]),
      {
        hint:
          own.length === 1 ? "Write metric: score." : "Name the task, and write metric: score for this one.",
      },
    );
  return { subject: { scorer, part, tasks: own.map(({ name }) => name) } };
}

function place(source: Source, path: RuleFrame["path"], key: string) {
  return source.keyPlace([...path, key]);
}
