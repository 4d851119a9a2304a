import type { BesideModel, InPlace, WorkflowEffect } from "../comparison/workflow-effect.ts";
import type { Ending } from "../comparison/workflow-endings.ts";
import { factor, intervalText, percent, points } from "./number-text.ts";
import type { ReportInput } from "./report.ts";
import { stepLines } from "./step-lines.ts";

/** Endings that are told one by one. */
const MOST_ENDINGS = 6;

/** What is inside of a workflow, one block a target, its name in the first line; raw text, escaped by the sink. */
export function workflowBlocks({ steps, workflows }: Pick<ReportInput, "steps" | "workflows">) {
  const told = new Set(workflows.map(({ target }) => target));
  return [
    ...workflows.map((effect): readonly string[] => {
      const analysis = steps.find(({ target }) => target === effect.target);
      const head = analysis === undefined ? headLines(effect) : stepLines(analysis);
      return [...head, ...effectLines(effect)];
    }),
    ...steps.filter(({ target }) => !told.has(target)).map(stepLines),
  ];
}

function headLines({ target, workflow, of, endings }: WorkflowEffect): readonly string[] {
  return [`inside ${target} (${workflow}), made of ${of}`, ...endingLines(endings)];
}

function endingLines(endings: readonly Ending[]): readonly string[] {
  const all = endings.reduce((sum, { samples }) => sum + samples, 0);
  if (all === 0) return [];
  const shown = endings.slice(0, MOST_ENDINGS).map(({ name, samples, score }) => {
    const scored = score === undefined ? "not scored" : `score ${percent(score)}`;
    return `${name} ${samples} (${scored})`;
  });
  const rest = endings.slice(MOST_ENDINGS).reduce((sum, { samples }) => sum + samples, 0);
  return [
    `how ${all} answers ended: ${[...shown, ...(rest === 0 ? [] : [`other ways ${rest}`])].join("; ")}`,
  ];
}

/** What the workflow makes of its model, and whether it would do in the place of another; one fact a line. */
export function effectLines({
  target,
  of,
  alone,
  isAskedOtherwise,
  others,
}: WorkflowEffect): readonly string[] {
  const otherwise = isAskedOtherwise ? " (asked with other parameters)" : "";
  return [
    ...(alone === undefined
      ? target === of
        ? []
        : [`${of} alone is no model of this run: with it, what the workflow gains and costs could be told`]
      : [besideLine(alone, `beside ${of} alone${otherwise}`, ["repaired", "broke"])]),
    ...others.flatMap((other) => [
      besideLine(other, `beside ${other.model}`, ["better on", "worse on"]),
      ...(other.inPlace === undefined ? [] : [inPlaceLine(other, other.inPlace)]),
    ]),
  ];
}

/** The same in one short line for each model beside it; where a gate is judged, beside its own model alone. */
export function shortEffectLines({
  workflows,
  gate,
}: Pick<ReportInput, "workflows" | "gate">): readonly string[] {
  return workflows.flatMap(({ target, workflow, alone, others }) =>
    [...(alone === undefined ? [] : [alone]), ...(gate === undefined ? others : [])].flatMap((beside) => {
      const { model, difference, cost, latency } = beside;
      if (difference === undefined) return [];
      const time = latency === undefined ? "" : `, ${factor(latency.estimate)} the latency`;
      const price = cost.known ? `${factor(cost.value.estimate)} the cost` : "cost unknown";
      const which = beside === alone ? `${model} alone` : model;
      return [
        `${target} (${workflow}) beside ${which}: ${points(difference.estimate)} points ` +
          `(${points(difference.lower)} to ${points(difference.upper)}), ${price}${time}`,
      ];
    }),
  );
}

function besideLine(beside: BesideModel, head: string, [more, less]: readonly [string, string]): string {
  const { difference, cases, repaired, broken, cost, latency, modelScore, targetScore } = beside;
  if (difference === undefined || modelScore === undefined || targetScore === undefined)
    return `${head}: no case was scored on both sides`;
  const { estimate, lower, upper } = difference;
  const time =
    latency === undefined ? "unknown" : intervalText({ known: true, n: cases, value: latency }, factor);
  return (
    `${head}: ${percent(targetScore)} instead of ${percent(modelScore)}, ${points(estimate)} points ` +
    `(${points(lower)} to ${points(upper)}); of ${cases} cases ${more} ${repaired}, ${less} ${broken}; ` +
    `cost ${intervalText(cost, factor)}, latency ${time}`
  );
}

/** Whether a model with a workflow would do in the place of another one. */
function inPlaceLine(other: BesideModel, { state, margins, isGate }: InPlace): string {
  const [only] = margins;
  const margin =
    margins.length === 1 && only !== undefined
      ? `the margin of ${(only * 100).toFixed(1)} points`
      : "the margins";
  const by = isGate ? "by the gate" : "each task by itself";
  const made = other.simulated ? " (made-up answers)" : "";
  const words = {
    held: `yes, its score is within ${margin}, ${costWords(other)}`,
    broken: `no, its loss is larger than ${margin}`,
    undecided: `not decided at ${margin}`,
  }[state];
  return `would it do in the place of ${other.model}? ${words} (${by})${made}`;
}

function costWords({ cost }: BesideModel): string {
  if (!cost.known) return "at a cost that is not known";
  const { estimate, lower, upper } = cost.value;
  if (upper < 1) return `and it is cheaper: ${factor(estimate)} the cost`;
  return lower > 1 ? `but it is dearer: ${factor(estimate)} the cost` : "at about the same cost";
}
