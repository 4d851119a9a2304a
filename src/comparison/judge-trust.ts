import type { ManifestJudge } from "../domain/run.ts";
import type { JudgeCalibration } from "./human-labels.ts";
import type { ComparisonWarning } from "./warnings.ts";

/** A judge as far as its word is concerned. */
export type JudgeFacts = Pick<
  ManifestJudge,
  "name" | "model" | "tasks" | "canaries" | "simulated" | "embeds"
>;

/** By task: why its scores are no evidence. */
export type Distrust = ReadonlyMap<string, string>;

/** The tasks whose judge did not see through its canaries: a known answer, or an attempt to talk it round. */
export function distrustOf(judges: readonly JudgeFacts[]): Distrust {
  const reasons = new Map<string, string>();
  for (const judge of judges) {
    const reason = canaryFault(judge);
    if (reason === undefined) continue;
    for (const task of judge.tasks) if (!reasons.has(task)) reasons.set(task, reason);
  }
  return reasons;
}

/** What a judge did with its canaries where it did not pass them all. None shown is none passed. */
export function canaryFault({ name, canaries, embeds }: JudgeFacts): string | undefined {
  if (embeds === true) return undefined;
  if (canaries.length === 0) return `the judge ${name} was shown no canary`;
  const failed = canaries.filter(({ state }) => state === "failed");
  const open = canaries.filter(({ state }) => state === "unanswered");
  if (failed.length + open.length === 0) return undefined;
  const names = (list: typeof canaries) => [...new Set(list.map(({ canary }) => canary))].join(", ");
  const parts = [
    failed.length > 0 ? `failed ${failed.length} of ${canaries.length} canaries (${names(failed)})` : "",
    open.length > 0 ? `gave no verdict on ${open.length} of ${canaries.length} (${names(open)})` : "",
  ];
  return `the judge ${name} ${parts.filter(Boolean).join(" and ")}`;
}

/** The tasks whose judges are not known to agree with people as far as the gate demands. */
export function kappaDistrust(
  judges: readonly JudgeFacts[],
  demanded: number,
  calibrations: readonly JudgeCalibration[],
): Distrust {
  const reasons = new Map<string, string>();
  for (const { name, tasks } of judges.filter(({ embeds }) => embeds !== true)) {
    for (const task of tasks) {
      const own = calibrations.filter((one) => one.judge === name && one.task === task);
      const short = own.find(({ kappa }) => !(kappa !== undefined && kappa.lower >= demanded));
      const said = short?.kappa;
      const interval =
        said === undefined
          ? "unknown, as all are of one class"
          : `${said.estimate.toFixed(2)} (95 % interval ${said.lower.toFixed(2)} to ${said.upper.toFixed(2)})`;
      if (own.length === 0)
        reasons.set(
          task,
          `the gate demands a kappa of ${demanded} of the judge ${name}, and no label tells it (evals calibrate RUN --draw N)`,
        );
      else if (short !== undefined)
        reasons.set(
          task,
          `the gate demands a kappa of ${demanded} of the judge ${name}, and by ${short.n} labels it is ${interval}`,
        );
    }
  }
  return reasons;
}

const FAMILIES: readonly (readonly [family: string, ids: RegExp])[] = [
  ["gpt", /\b(?:chat)?gpt|^o[1-9]\b|openai|davinci/i],
  ["claude", /claude|anthropic/i],
  ["gemini", /gemini|gemma|palm/i],
  ["llama", /llama/i],
  ["mistral", /mi[sx]tral|ministral|codestral/i],
  ["qwen", /qwen|qwq/i],
  ["deepseek", /deepseek/i],
  ["grok", /grok/i],
  ["phi", /\bphi[-\d]/i],
  ["command", /command-?[ra]|cohere/i],
];

/** The family of a model id; an id of no known family is its own. */
export function modelFamily(id: string): string {
  return FAMILIES.find(([, ids]) => ids.test(id))?.[0] ?? id.toLowerCase();
}

/**
 * Judges favour the answers of their own family (Panickssery et al. 2024, arXiv 2404.13076): a warning where a judge is
 * related to one side and not to the other. And a judge that is made up says nothing.
 */
export function judgeWarnings(
  judges: readonly JudgeFacts[],
  sides: { readonly baseline: ModelName; readonly candidate: ModelName },
): readonly ComparisonWarning[] {
  return judges.flatMap((judge) => {
    const fault = canaryFault(judge);
    return [
      ...related(judge, sides),
      ...(fault === undefined
        ? []
        : [{ code: "judge-canary" as const, text: `${fault}: its scores are no evidence` }]),
      ...(judge.simulated
        ? [
            {
              code: "judge-simulated" as const,
              text: `the judge ${judge.name} makes its ${judge.embeds === true ? "embeddings" : "verdicts"} up`,
            },
          ]
        : []),
    ];
  });
}

/** Two runs whose answers were not judged by the same judges: their scores are not on one scale. */
export function changedJudges(
  before: readonly JudgeFacts[],
  after: readonly JudgeFacts[],
): readonly ComparisonWarning[] {
  const traits = (judges: readonly JudgeFacts[]) =>
    JSON.stringify(judges.map(({ name, model, tasks }) => [name, model, tasks]).sort());
  if (traits(before) === traits(after)) return [];
  return [{ code: "judge-changed", text: "the two runs were not scored by the same judges" }];
}

interface ModelName {
  readonly name: string;
  /** The model id as the backend knows it. */
  readonly id: string;
}

function related(
  { name, model, embeds }: JudgeFacts,
  { baseline, candidate }: { readonly baseline: ModelName; readonly candidate: ModelName },
): readonly ComparisonWarning[] {
  // An embedding has no taste for its own.
  if (embeds === true) return [];
  const family = modelFamily(model);
  const kin = [candidate, baseline].filter(({ id }) => modelFamily(id) === family);
  const [own, other] = kin;
  if (own === undefined) return [];
  const whose = other === undefined ? own.name : `${own.name} and ${other.name}`;
  const text = `the judge ${name} is of the family of ${whose} (${family}): judges favour their own`;
  return [{ code: "judge-family", text }];
}
