import type { Move, Routing, StepAnalysis } from "../comparison/step-analysis.ts";
import { money, percent, points } from "./number-text.ts";

/** Where a workflow repaired answers and lost them, one fact a line, its name first; raw text, escaped by the sink. */
export function stepLines(analysis: StepAnalysis): readonly string[] {
  const { target, workflow, first, answer, gain, unjudged, samples } = analysis;
  const { lower, upper } = gain;
  return [
    `inside ${target} (${workflow}): ${percent(answer)}, its first draft alone ${percent(first)}; ` +
      `${points(gain.estimate)} points, 95 % interval ${points(lower)} to ${points(upper)}`,
    repairLine(analysis),
    ...analysis.moves.map(moveLine),
    ...sampleLines(analysis),
    ...(analysis.routing === undefined ? [] : routingLines(analysis.routing)),
    ...(unjudged === 0 ? [] : [`${unjudged} of ${samples + unjudged} have drafts that could not be judged`]),
  ];
}

function repairLine({ samples, firstRight, repaired, broken }: StepAnalysis): string {
  const wrong = samples - firstRight;
  return `of ${samples} first drafts ${firstRight} are fully right, ${wrong} are not: repaired ${repaired}, broke ${broken}`;
}

function moveLine({ from, to, samples, repaired, broken }: Move): string {
  return `${from} to ${to} (${samples}): repaired ${repaired}, broke ${broken}`;
}

function sampleLines({ drafts, most, single, best, answer }: StepAnalysis): readonly string[] {
  if (drafts !== "sampled") return [];
  const room = best - single;
  const got =
    room <= 0 ? "" : `; of the ${points(room)} points between them it got ${points(answer - single)}`;
  return [`a single sample scores ${percent(single)} on average, the best of ${most} ${percent(best)}${got}`];
}

function routingLines(routing: Routing): readonly string[] {
  const { kept, keptScore, routed, routedFirst, routedScore, spentUsd, allRoutedUsd } = routing;
  const share = percent(kept / (kept + routed));
  const lines = [`the first model sufficed for ${kept} of ${kept + routed} (${share})${scoring(keptScore)}`];
  if (routedFirst !== undefined && routedScore !== undefined)
    lines.push(
      `${routed} routed on: ${percent(routedScore)}, the first model's own answers ${percent(routedFirst)}`,
    );
  if (spentUsd !== undefined && allRoutedUsd !== undefined && allRoutedUsd > 0) {
    const saved = percent(1 - spentUsd / allRoutedUsd);
    lines.push(
      `cost ${money(spentUsd)}; all to the other model about ${money(allRoutedUsd)}, as its calls went: ${saved} saved`,
    );
  }
  return lines;
}

function scoring(score: number | undefined): string {
  return score === undefined ? "" : `, which score ${percent(score)}`;
}
