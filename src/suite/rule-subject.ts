import type { RuleSubject, ScorerSpec, Task } from "../domain/suite.ts";
import { CODES } from "./codes.ts";
import { didYouMean } from "./read-yaml.ts";
import type { RawRule } from "./schema.ts";
import type { Source } from "./source.ts";

/** Where a rule stands, and the tasks of its suite. */
interface RuleFrame {
  readonly path: readonly (string | number)[];
  readonly tasks: readonly Task[];
}

type Found = { readonly subject?: RuleSubject };

/** The scorer, or the part of its score, that a rule is about; only sub-scores and F1 have one. */
export function readSubject(source: Source, raw: RawRule, { path, tasks }: RuleFrame): Found {
  const named = tasks.filter(({ name }) => raw.task === undefined || raw.task === name);
  if (raw.metric === "sub_score") return subScore(source, raw, { path, tasks: named });
  if (raw.part !== undefined) unfit(source, raw, { path, key: "part" });
  if (raw.metric === "macro_f1" || raw.metric === "micro_f1")
    return ofLabels(source, raw, { path, tasks: named });
  if (raw.scorer !== undefined) unfit(source, raw, { path, key: "scorer" });
  return {};
}

interface Unfit {
  readonly path: RuleFrame["path"];
  readonly key: "scorer" | "part";
}

function unfit(source: Source, { metric }: RawRule, { path, key }: Unfit): void {
  source.fault(
    CODES.gateRule,
    `${key} is for sub_score, not for ${metric}`,
    source.keyPlace([...path, key]),
    {
      hint: "Write metric: sub_score, or leave it out.",
    },
  );
}

function subScore(source: Source, { scorer, part, task }: RawRule, { path, tasks }: RuleFrame): Found {
  if (scorer === undefined) {
    const hint = "Give scorer, and part for a named part of its score.";
    source.fault(CODES.gateRule, "this rule does not say which sub-score", source.valuePlace(path), { hint });
    return {};
  }
  if (!areKnown(source, tasks)) return {};
  const own = having(source, { path, tasks }, { scorer, task });
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
  return own.length === 0 ? {} : { subject: { scorer, part, tasks: own.map(({ name }) => name) } };
}

/** Whether the scorers of a rule's tasks can be told: no task by that name, or a spoilt one, has been reported. */
function areKnown(source: Source, tasks: readonly Task[]): boolean {
  return tasks.length > 0 && !source.isTouched(["tasks"]);
}

/** The tasks that have the scorer; none is a fault. */
function having(
  source: Source,
  { path, tasks }: RuleFrame,
  { scorer, task }: { readonly scorer: string; readonly task: string | undefined },
): readonly Task[] {
  const own = tasks.filter(({ scorers }) => scorers.some(({ label }) => label === scorer));
  if (own.length > 0) return own;
  const labels = [...new Set(tasks.flatMap(({ scorers }) => scorers.map(({ label }) => label)))];
  source.fault(
    CODES.gateNames,
    `the gate names the scorer "${scorer}", which ${task === undefined ? "no task" : `task "${task}"`} has`,
    source.valuePlace([...path, "scorer"]),
    { label: didYouMean(scorer, labels), hint: `Scorers: ${labels.join(", ")}.` },
  );
  return [];
}

/** Of a task with one scorer of labels it need not be named. */
function ofLabels(source: Source, raw: RawRule, { path, tasks }: RuleFrame): Found {
  const { metric, scorer, task } = raw;
  if (typeof raw.at_least === "string" && raw.at_least.endsWith("x"))
    source.fault(
      CODES.gateRule,
      `at_least of ${metric} is a number`,
      source.valuePlace([...path, "at_least"]),
      {
        hint: "Use a margin to compare it with the baseline's.",
      },
    );
  if (!areKnown(source, tasks)) return {};
  if (scorer !== undefined && having(source, { path, tasks }, { scorer, task }).length === 0) return {};
  const isOne = ({ label, readsLabels }: ScorerSpec) =>
    readsLabels === true && (scorer === undefined || label === scorer);
  const own = tasks.filter(({ scorers }) => scorers.some(isOne));
  const labels = [...new Set(own.flatMap(({ scorers }) => scorers.filter(isOne).map(({ label }) => label)))];
  const [only] = labels;
  if (labels.length === 1 && only !== undefined)
    return { subject: { scorer: only, part: undefined, tasks: own.map(({ name }) => name) } };
  const message =
    labels.length > 1
      ? `several scorers read labels: ${labels.join(", ")}`
      : `${metric} needs a scorer that reads labels, such as classify`;
  source.fault(CODES.gateRule, message, source.valuePlace(path), {
    hint:
      labels.length > 1
        ? "Name one as scorer."
        : "Score the task by classify, or hold its score to a margin.",
  });
  return {};
}
