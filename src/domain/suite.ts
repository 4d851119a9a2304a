import type { DatasetSpec } from "./dataset.ts";
import type { Place } from "./fault.ts";
import type { JsonValue } from "./json.ts";
import type { Model } from "./model.ts";

/** Who speaks. */
export type Role = "system" | "user" | "assistant";

/** One message of a prompt; in a suite its content is a template. */
export interface Message {
  readonly role: Role;
  readonly content: string;
  /** Tools that this turn of the assistant called, with what they gave back; only a workflow makes such turns. */
  readonly called?: readonly ToolExchange[] | undefined;
}

/** A call of a tool and its result. */
export interface ToolExchange {
  readonly name: string;
  /** Parsed, or the raw text where it is not JSON. */
  readonly arguments: JsonValue;
  readonly result: string;
}

/** A scorer as a suite binds it. */
export interface ScorerSpec {
  /** The scorer's name on the shelf: `exact`. */
  readonly scorer: string;
  /** Column and key of its scores: the name, or `name: …` in the suite; unique within a task. */
  readonly label: string;
  /** A number, or a template that is one field of the case: `"{{ weight }}"`. */
  readonly weight: number | string;
  /** Validated options; strings may be templates over the case (`"{{ label }}"`). */
  readonly options: { readonly [key: string]: JsonValue };
  /** Of a conversation: the answer to the last turn (as where absent), to each turn, or all of them as one text. */
  readonly turns?: TurnChoice | undefined;
  /** Names of the judges that it asks; absent where it asks none. */
  readonly judges?: readonly string[] | undefined;
  /** It reads labels from answers, so that there is an F1 of them; absent for every other scorer. */
  readonly readsLabels?: boolean | undefined;
  readonly place: Place;
}

/** What of a conversation a scorer judges. */
export const TURN_CHOICES = ["last", "each", "all"] as const;
export type TurnChoice = (typeof TURN_CHOICES)[number];

/** A case field that the suite reads, and where it says so. */
export interface FieldRead {
  readonly path: string;
  readonly place: Place;
}

/** A dataset + a prompt + scorers. */
export interface Task {
  readonly name: string;
  readonly dataset: DatasetSpec;
  /** Templates, rendered once per case. */
  readonly prompt: readonly Message[];
  /**
   * Of a conversation, which `prompt` opens: templates of the user's turns, or one field (`"{{ turns }}"`) that holds
   * the list of them. Absent where a case is one question.
   */
  readonly turns?: string | readonly string[] | undefined;
  readonly scorers: readonly ScorerSpec[];
  /** Every `{{ field }}` that the prompt and the scorers name. */
  readonly reads: readonly FieldRead[];
  /** Case fields whose values are slices. `tags` are always slices. */
  readonly slices: readonly string[];
  /** The fields that group cases, clusters and slices, where the suite names them: some case has each. */
  readonly groups?: readonly FieldRead[];
  readonly place: Place;
}

/** A bound on a metric: absolute, or relative to the baseline (`0.5x`). */
export interface Bound {
  readonly value: number;
  readonly relative: boolean;
}

/** What a gate rule measures. */
export const METRIC_NAMES = [
  "score",
  "cost",
  "latency_p50",
  "latency_p95",
  "ttft_p50",
  "tokens_per_second",
  "failed_rate",
  "refused_rate",
  "format_rate",
  "sub_score",
  "macro_f1",
  "micro_f1",
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

/** The metrics that are made of scores, judged task by task. */
export const SCORED_METRICS = [
  "score",
  "sub_score",
  "macro_f1",
  "micro_f1",
] as const satisfies readonly MetricName[];
export type ScoredMetric = (typeof SCORED_METRICS)[number];

/** Whether a metric is made of scores. */
export function isScored(metric: MetricName): metric is ScoredMetric {
  return SCORED_METRICS.some((name) => name === metric);
}

/** What a rule is about where that is not the task's whole score: one of its scorers, or a named part of one. */
export interface RuleSubject {
  /** The scorer's name in the suite. */
  readonly scorer: string;
  /** `undefined`: the scorer itself. */
  readonly part: string | undefined;
  /** The tasks that have the scorer; the rule is judged on each. */
  readonly tasks: readonly string[];
}

/** Restricts a rule to a slice: field (or `tags`) to value, all must hold. */
export interface Where {
  readonly [field: string]: string | number | boolean;
}

/** One requirement of the gate. */
export interface Rule {
  /** Stable text, used in reports: `score`, `score where language=de`. */
  readonly name: string;
  readonly metric: MetricName;
  readonly task: string | undefined;
  readonly where: Where | undefined;
  /** Of `sub_score`, and of the F1 of a scorer of labels; absent for every other metric. */
  readonly subject?: RuleSubject | undefined;
  /** Loss that the team accepts, in the metric's own unit (score: 0..1). */
  readonly margin: number | undefined;
  readonly atLeast: Bound | undefined;
  readonly atMost: Bound | undefined;
  readonly place: Place;
}

/** Whether a run may end once its gate is decided; `auto` lets large ones. */
export const STOP_CHOICES = ["early", "never", "auto"] as const;
export type StopChoice = (typeof STOP_CHOICES)[number];

/** What `safe` is said of: all cases like these, or the cases of the dataset alone. */
export type Claim = "population" | "dataset";

/** The policy that turns a comparison into a verdict. */
export interface GatePolicy {
  readonly baseline: string;
  readonly candidates: readonly string[];
  readonly confidence: number;
  readonly missing: "worst-case" | "wrong";
  readonly stop: StopChoice;
  readonly claim: Claim;
  /** How far judges must agree with people, at least; `undefined` asks for no proof. */
  readonly judgeKappa?: number | undefined;
  readonly rules: readonly Rule[];
}

/** The most that a run may spend, its resumed parts included; `undefined` is no limit. */
export interface Budget {
  readonly usd: number | undefined;
  /** Calls sent, repeated attempts included; an answer from the cache is none. */
  readonly calls: number | undefined;
}

/** A suite file, parsed and resolved. */
export interface Suite {
  readonly name: string;
  readonly description: string | undefined;
  /** Absolute path of the suite file. */
  readonly file: string;
  /** `sha256:<hex>` of its bytes. */
  readonly hash: string;
  /** The file's text, kept in the manifest so that a run can be judged without the file. */
  readonly text: string;
  /** Seed for everything drawn: order, samples, simulated answers. */
  readonly seed: number;
  readonly models: readonly Model[];
  /** Models that are asked to judge and are not measured. */
  readonly judges: readonly Model[];
  readonly tasks: readonly Task[];
  /** Calls in flight over all models. */
  readonly concurrency: number;
  readonly budget: Budget;
  /** Models are asked in batches where their providers have them. */
  readonly batch: boolean;
  readonly gate: GatePolicy | undefined;
}
