import type { FlippedCase } from "../comparison/compare.ts";
import { oneByOne } from "../domain/one-by-one.ts";
import type { AnsweredKind, Step, ToolCall, Usage } from "../domain/outcome.ts";
import type { Sample } from "../domain/sample.ts";
import type { ScoredSample } from "../domain/score.ts";
import type { Message } from "../domain/suite.ts";
import { duration } from "../reports/number-text.ts";
import { terminalText } from "../reports/safe-text.ts";
import { wrapped } from "../reports/terminal-text.ts";
import { readJournal } from "../storage/journal.ts";
import { runFiles } from "../storage/run-folder.ts";
import { readScores } from "../storage/scores.ts";

/** One side of a comparison: a model of a run. */
export interface ComparedSide {
  readonly directory: string;
  readonly target: string;
}

/** What one side answered to a case, and what the scorers made of it. */
export interface ShownAnswer {
  readonly repeat: number;
  readonly outcome: ScoredSample["outcome"];
  readonly score: number | null;
  readonly reasons: readonly string[];
  readonly text: string;
  /** The calls of a workflow, in order; none for the answer of one call. */
  readonly steps: readonly ShownStep[];
}

/** A call of a workflow, and what came back. */
export interface ShownStep {
  readonly name: string;
  readonly model: string;
  readonly outcome: AnsweredKind;
  /** What was sent; `undefined` where it was the task's own prompt. */
  readonly messages: readonly Message[] | undefined;
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly usage: Usage;
  /** `undefined` where nobody measured it. */
  readonly latencyMs: number | undefined;
  /** Read from the answer cache: its latency was measured then. */
  readonly cached: boolean;
}

/** A case that flipped, with the baseline's best and the candidate's worst answer. */
export interface ShownFlip extends FlippedCase {
  readonly baselineAnswer: ShownAnswer | undefined;
  readonly candidateAnswer: ShownAnswer | undefined;
}

/** Reads the answers behind the flipped cases: two passes over each run's files, holding only what is asked for. */
export async function flippedAnswers(
  flips: readonly FlippedCase[],
  baseline: ComparedSide,
  candidate: ComparedSide,
): Promise<readonly ShownFlip[]> {
  if (flips.length === 0) return [];
  const wanted = new Set(flips.map(keyOf));
  const before = await answersOf(baseline, wanted, (score, kept) => score > kept);
  const after = await answersOf(candidate, wanted, (score, kept) => score < kept);
  return flips.map((flip) => ({
    ...flip,
    baselineAnswer: before.get(keyOf(flip)),
    candidateAnswer: after.get(keyOf(flip)),
  }));
}

function keyOf({ task, id }: { readonly task: string; readonly id: string }): string {
  return JSON.stringify([task, id]);
}

async function answersOf(
  { directory, target }: ComparedSide,
  wanted: ReadonlySet<string>,
  isBetter: (score: number, kept: number) => boolean,
): Promise<ReadonlyMap<string, ShownAnswer>> {
  const files = runFiles(directory);
  const chosen = new Map<string, ScoredSample>();
  for await (const scored of oneByOne(readScores(files.scores))) {
    const key = keyOf({ task: scored.task, id: scored.caseId });
    if (scored.target !== target || scored.score === null || !wanted.has(key)) continue;
    const kept = chosen.get(key)?.score;
    if (kept === undefined || kept === null || isBetter(scored.score, kept)) chosen.set(key, scored);
  }
  const answers = new Map<string, ShownAnswer>();
  for await (const sample of readJournal(files.samples)) {
    if (sample.target !== target) continue;
    const key = keyOf({ task: sample.task, id: sample.caseId });
    const scored = chosen.get(key);
    if (scored?.repeat === sample.repeat) answers.set(key, shown(sample, scored));
  }
  return answers;
}

function shown({ outcome }: Sample, scored: ScoredSample): ShownAnswer {
  const answer = outcome.kind === "failed" || outcome.kind === "skipped" ? undefined : outcome.answer;
  return {
    repeat: scored.repeat,
    outcome: scored.outcome,
    score: scored.score,
    reasons: scored.scores.map(({ label, score }) => `${label}: ${score.reason}`),
    text: answer?.text ?? "",
    steps: (answer?.steps ?? []).map(shownStep),
  };
}

function shownStep({ name, model, kind, messages, answer, cached }: Step): ShownStep {
  const { text, toolCalls, usage, timings } = answer;
  const { latencyMs } = timings;
  return { name, model, outcome: kind, messages, text, toolCalls, usage, latencyMs, cached };
}

const MOST_CHARACTERS = 400;
/** Of a step. */
const FEWER_CHARACTERS = 120;

/** The flipped cases for a terminal. */
export function flipLines(
  flips: readonly ShownFlip[],
  names: { readonly baseline: string; readonly candidate: string },
): string {
  return flips
    .flatMap(({ task, id, baseline, candidate, baselineAnswer, candidateAnswer }) => [
      terminalText(`${task}/${id}: ${share(baseline)} to ${share(candidate)}`),
      ...answerLines(names.baseline, baselineAnswer),
      ...answerLines(names.candidate, candidateAnswer),
    ])
    .join("\n");
}

function answerLines(name: string, answer: ShownAnswer | undefined): readonly string[] {
  if (answer === undefined) return [wrapped(`  ${terminalText(name)}: no scored answer`)];
  const lines = [
    `  ${name}: ${saidText(answer, MOST_CHARACTERS)}`,
    `    ${answer.reasons.join("; ")}`,
    ...answer.steps.flatMap(stepLines),
  ];
  return lines.map((line) => wrapped(terminalText(line)));
}

/** What was sent (its last message, the rest is in the lines before), what came back, and what it took. */
function stepLines(step: ShownStep): readonly string[] {
  const { usage, latencyMs, cached } = step;
  const calls = step.toolCalls.map((call) => `${call.name}(${JSON.stringify(call.arguments)})`);
  const said = calls.length > 0 && step.text.trim() === "" ? "" : saidText(step, FEWER_CHARACTERS);
  const last = step.messages?.at(-1);
  const measured = [
    ...(latencyMs === undefined ? [] : [`${duration(latencyMs)}${cached ? " when it was first asked" : ""}`]),
    ...(usage.inputTokens === undefined ? [] : [`${usage.inputTokens} tokens in`]),
    ...(usage.outputTokens === undefined ? [] : [`${usage.outputTokens} out`]),
  ];
  const figures = measured.length === 0 ? "" : ` (${measured.join(", ")})`;
  return [
    ...(last === undefined ? [] : [`    ${step.name} asks: ${cutText(sentText(last), FEWER_CHARACTERS)}`]),
    `    ${step.name} (${step.model}): ${[said, ...calls].filter((part) => part !== "").join(", ")}${figures}`,
  ];
}

function sentText({ content, called = [] }: Message): string {
  return [content, ...called.map(({ name, result }) => `${name} gave ${result}`)].join(" ");
}

function saidText({ text, outcome }: Pick<ShownAnswer, "text" | "outcome">, most: number): string {
  return text.trim() === "" ? `(${outcome})` : cutText(text, most);
}

function cutText(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return `"${line.length > most ? `${line.slice(0, most)}…` : line}"`;
}

function share(score: number): string {
  return `${(score * 100).toFixed(1)} %`;
}
