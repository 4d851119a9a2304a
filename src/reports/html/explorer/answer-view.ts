import { duration, money, percent } from "../../number-text.ts";
import type { AnswerDetail, JudgementDetail } from "../case-data.ts";
import { node } from "./dom.ts";
import { visible } from "./visible-text.ts";
import type { Piece } from "./word-diff.ts";

/** One side of a case: a sample with what the file has of it. */
export interface ShownSample {
  readonly model: string;
  readonly outcome: string;
  readonly score: number | null;
  readonly answer: AnswerDetail | undefined;
  readonly judgement: JudgementDetail | undefined;
}

/** One side: outcome and score, the answer with its own words marked, the scorers' reasons, the figures. */
export function answerView(sample: ShownSample, pieces: readonly Piece[] | undefined): HTMLElement {
  const { model, outcome, score, answer, judgement } = sample;
  const tone = score === null ? "open" : score === 1 ? "good" : "bad";
  return node(
    "article",
    { class: "answer" },
    node("h4", {}, visible(model)),
    node(
      "p",
      {},
      node("strong", { class: tone }, score === null ? "no score" : percent(score)),
      ` ${outcome}`,
    ),
    ...said(answer, pieces),
    reasons(judgement),
    ...steps(answer),
    node("p", { class: "quiet" }, figures(answer, judgement)),
  );
}

function said(
  answer: AnswerDetail | undefined,
  pieces: readonly Piece[] | undefined,
): readonly HTMLElement[] {
  if (answer === undefined)
    return [
      node("p", { class: "quiet" }, "The answer is not in this file: it keeps to a size that can be shared."),
    ];
  if (answer.failure !== undefined) return [node("pre", { class: "said" }, visible(answer.failure))];
  const parts = pieces ?? [{ text: answer.text, isShared: true }];
  const name = pieces === undefined ? "span" : "mark";
  const text = parts.map((piece) =>
    piece.isShared ? visible(piece.text) : node(name, {}, visible(piece.text)),
  );
  return [
    node("pre", { class: "said", tabindex: 0, "aria-label": "Answer" }, ...text),
    ...(answer.text === "" ? [node("p", { class: "quiet" }, "(empty)")] : []),
    ...(answer.cut === undefined
      ? []
      : [node("p", { class: "quiet" }, `… and ${answer.cut} more characters`)]),
    ...(answer.tools === undefined
      ? []
      : [node("p", {}, "Tools called:"), node("pre", { class: "said", tabindex: 0 }, visible(answer.tools))]),
  ];
}

/** The calls that a workflow made, in order. */
function steps(answer: AnswerDetail | undefined): readonly HTMLElement[] {
  const made = answer?.steps ?? [];
  if (made.length === 0) return [];
  const items = made.map((step) =>
    node(
      "li",
      {},
      node("strong", {}, visible(step.name)),
      ` ${visible(step.model)}, ${step.outcome}`,
      ...(step.asked === undefined
        ? []
        : [node("pre", { class: "said quiet", tabindex: 0 }, visible(step.asked))]),
      ...(step.text === "" && step.tools !== undefined
        ? []
        : [node("pre", { class: "said", tabindex: 0 }, visible(step.text))]),
      ...(step.tools === undefined ? [] : [node("pre", { class: "said", tabindex: 0 }, visible(step.tools))]),
      node("p", { class: "quiet" }, measures(step).join(", ")),
    ),
  );
  const summary = node(
    "summary",
    {},
    `${made.length} ${made.length === 1 ? "call" : "calls"} of the workflow`,
  );
  return [node("details", {}, summary, node("ol", { class: "reasons" }, ...items))];
}

function reasons(judgement: JudgementDetail | undefined): HTMLElement {
  const items = (judgement?.scores ?? []).map(({ label, score, isFormat, reason, votes = [] }) =>
    node(
      "li",
      {},
      node("strong", {}, visible(label)),
      ` ${score === null ? "could not judge" : percent(score)}${isFormat ? " (format)" : ""}: ${visible(reason)}`,
      ...(votes.length === 0 ? [] : [node("ul", { class: "reasons" }, ...votes.map(vote))]),
    ),
  );
  return node("ul", { class: "reasons" }, ...items);
}

/** What one judge said. */
function vote({ judge, score, reasons }: NonNullable<JudgementDetail["scores"][number]["votes"]>[number]) {
  return node("li", {}, `${visible(judge)} ${percent(score)}: ${visible(reasons)}`);
}

/** Time and tokens of a call; what is unknown is left out. */
function measures(
  call: Pick<AnswerDetail, "latencyMs" | "firstTokenMs" | "inputTokens" | "outputTokens" | "cached">,
) {
  const parts: string[] = [];
  if (call.latencyMs !== undefined) {
    const first = call.firstTokenMs;
    const upTo = first === undefined ? "" : ` (first token ${duration(first)})`;
    parts.push(
      `${duration(call.latencyMs)}${upTo}${call.cached ? ", measured when it was first asked" : ""}`,
    );
  }
  if (call.inputTokens !== undefined) parts.push(`${call.inputTokens} tokens in`);
  if (call.outputTokens !== undefined) parts.push(`${call.outputTokens} out`);
  return parts;
}

/** Timings, tokens and cost in a line; what is unknown is left out. */
function figures(answer: AnswerDetail | undefined, judgement: JudgementDetail | undefined): string {
  const parts: string[] = [];
  if (answer !== undefined) parts.push(...measures(answer));
  if (judgement !== undefined) parts.push(`cost ${money(judgement.costUsd ?? undefined)}`);
  if (answer !== undefined && answer.attempts > 1) parts.push(`${answer.attempts} attempts`);
  if (answer?.finish !== undefined) parts.push(`stopped: ${answer.finish}`);
  if (answer?.servedBy !== undefined) parts.push(`served by ${answer.servedBy}`);
  return visible([...parts, ...(answer?.notes ?? [])].join(", "));
}
