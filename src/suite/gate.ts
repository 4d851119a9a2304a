import {
  type Bound,
  type GatePolicy,
  isScored,
  type MetricName,
  type Rule,
  type Suite,
} from "../domain/suite.ts";
import { CODES } from "./codes.ts";
import { durationMs } from "./durations.ts";
import { didYouMean } from "./read-yaml.ts";
import { readSubject } from "./rule-subject.ts";
import type { RawRule, RawSuite } from "./schema.ts";
import type { Source } from "./source.ts";
import { writtenNames } from "./written-names.ts";

/** The gate of a suite; names that do not exist and rules that bound nothing are faults. */
export function readGate(
  source: Source,
  raw: NonNullable<RawSuite["gate"]>,
  suite: Pick<Suite, "models" | "tasks">,
): GatePolicy {
  const models = writtenNames(source, "models");
  const candidates = raw.candidates ?? (models ?? []).filter((name) => name !== raw.baseline);
  checkName(source, ["gate", "baseline"], raw.baseline, models);
  raw.candidates?.forEach((name, index) => {
    checkName(source, ["gate", "candidates", index], name, models);
    if (name === raw.baseline && !source.isSpoilt(["gate", "baseline"])) {
      source.fault(
        CODES.gateNames,
        `"${name}" is the baseline and a candidate`,
        source.valuePlace(["gate", "candidates", index]),
      );
    }
  });
  if (candidates.length === 0 && models !== undefined && !source.isTouched(["gate", "candidates"]))
    source.fault(CODES.gateNames, "the gate has no candidate", source.keyPlace(["gate"]), {
      hint: "Add a second model.",
    });
  if (
    raw.judge_kappa !== undefined &&
    !source.isTouched(["tasks"]) &&
    suite.tasks.every(({ scorers }) => scorers.every(({ judges }) => judges === undefined))
  )
    source.fault(
      CODES.gateRule,
      "judge_kappa is demanded, and no task asks a judge",
      source.keyPlace(["gate", "judge_kappa"]),
      {
        hint: "Leave it out.",
      },
    );
  return {
    baseline: raw.baseline,
    candidates,
    confidence: raw.confidence ?? 0.95,
    missing: raw.missing ?? "worst-case",
    ...readStopping(source, raw),
    ...(raw.judge_kappa === undefined ? {} : { judgeKappa: raw.judge_kappa }),
    rules: raw.require.flatMap((rule, index) =>
      source.isSpoilt(["gate", "require", index]) ? [] : readRule(source, rule, index, suite),
    ),
  };
}

/** A claim about the dataset alone is arithmetic once every case was asked: it is there to ask fewer. */
function readStopping(
  source: Source,
  raw: NonNullable<RawSuite["gate"]>,
): Pick<GatePolicy, "stop" | "claim"> {
  const claim = raw.claim ?? "population";
  const stop = raw.stop ?? (claim === "dataset" ? "auto" : "never");
  if (claim === "dataset" && stop === "never")
    source.fault(
      CODES.gateRule,
      "claim: dataset and stop: never do not go together",
      source.valuePlace(["gate", "stop"]),
      { hint: "Use stop: early, or leave claim out to judge every case as one of many like it." },
    );
  return { stop, claim };
}

function checkName(
  source: Source,
  path: readonly (string | number)[],
  name: string,
  names: readonly string[] | undefined,
): void {
  if (names === undefined || names.includes(name) || source.isSpoilt(path)) return;
  source.fault(
    CODES.gateNames,
    `the gate names "${name}", which is not a model of this suite`,
    source.valuePlace(path),
    {
      label: didYouMean(name, names),
      hint: `Models: ${names.join(", ")}.`,
    },
  );
}

function readRule(source: Source, raw: RawRule, index: number, suite: Pick<Suite, "models" | "tasks">): Rule {
  const path = ["gate", "require", index];
  const tasks = writtenNames(source, "tasks");
  if (raw.task !== undefined && tasks?.includes(raw.task) === false) {
    source.fault(
      CODES.gateNames,
      `the gate names task "${raw.task}", which is not in this suite`,
      source.valuePlace([...path, "task"]),
      {
        label: didYouMean(raw.task, tasks),
        hint: `Tasks: ${tasks.join(", ")}.`,
      },
    );
  }
  const isScore = isScored(raw.metric);
  if (raw.margin === undefined && raw.at_least === undefined && raw.at_most === undefined) {
    const hint = isScore
      ? "A score rule needs margin: the loss that you would accept, such as 0.03."
      : "Give at_most or at_least.";
    source.fault(CODES.gateRule, "this rule bounds nothing", source.valuePlace(path), { hint });
  }
  if (!isScore && raw.margin !== undefined) {
    source.fault(
      CODES.gateRule,
      `margin is for score, not for ${raw.metric}`,
      source.keyPlace([...path, "margin"]),
      { hint: "Use at_most, such as 1.1x." },
    );
  }
  if (isScore && raw.at_most !== undefined) {
    source.fault(CODES.gateRule, `at_most is not for ${raw.metric}`, source.keyPlace([...path, "at_most"]), {
      hint: "A score is held to a margin or an at_least.",
    });
  }
  const bound = (key: "at_least" | "at_most") => readBound(source, [...path, key], raw[key], raw.metric);
  return {
    name: ruleName(raw),
    metric: raw.metric,
    task: raw.task,
    where: raw.where,
    ...readSubject(source, raw, { path, tasks: suite.tasks }),
    margin: raw.margin,
    atLeast: bound("at_least"),
    atMost: bound("at_most"),
    place: source.valuePlace(path),
  };
}

function ruleName(raw: RawRule): string {
  const task = raw.task === undefined ? "" : ` of ${raw.task}`;
  const where = Object.entries(raw.where ?? {}).map(([field, value]) => `${field}=${value}`);
  const part = raw.part === undefined ? "" : `: ${raw.part}`;
  const of = raw.scorer === undefined ? "" : ` ${raw.scorer}${part}`;
  return `${raw.metric}${of}${task}${where.length === 0 ? "" : ` where ${where.join(", ")}`}`;
}

function readBound(
  source: Source,
  path: readonly (string | number)[],
  raw: number | string | undefined,
  metric: MetricName,
): Bound | undefined {
  if (raw === undefined) return undefined;
  const isTime = metric.startsWith("latency") || metric.startsWith("ttft");
  if (typeof raw === "string" && raw.endsWith("x"))
    return { value: Number(raw.slice(0, -1)), relative: true };
  if (isTime) return { value: durationMs(raw), relative: false };
  if (typeof raw === "number") return { value: raw, relative: false };
  source.fault(CODES.gateRule, `${metric} is not a duration`, source.valuePlace(path), {
    hint: "Write a number, or 0.5x of the baseline.",
  });
  return undefined;
}
