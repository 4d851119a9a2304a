import type { AnswerDetail, CaseList, InputDetail, JudgementDetail } from "../case-data.ts";
import { answerView, type ShownSample } from "./answer-view.ts";
import { detailReader } from "./blocks.ts";
import { node } from "./dom.ts";
import type { ModelScores } from "./scores.ts";
import { visible } from "./visible-text.ts";
import { wordDiff } from "./word-diff.ts";

/** What a case is shown with. */
export interface ShownCase {
  readonly index: number;
  readonly baseline: ModelScores;
  readonly candidate: ModelScores;
  /** 0-based; where a case has fewer repeats, the last of them. */
  readonly repeat: number;
}

/** Fills the panel of one case. A later call wins over an earlier one that still unpacks. */
export function caseView(list: CaseList, panel: HTMLElement, onRepeat: (repeat: number) => void) {
  const answers = detailReader<AnswerDetail>("answers", list.answerBlocks);
  const judgements = detailReader<JudgementDetail>("judgements", list.judgementBlocks);
  const inputs = detailReader<InputDetail>("inputs", list.inputBlocks);
  let latest = 0;
  const sampleOf = async ({ model, samplesOf }: ModelScores, { index, repeat }: ShownCase) => {
    const samples = samplesOf(index);
    const sample = samples[Math.min(repeat, samples.length - 1)];
    if (sample === undefined) return undefined;
    const shown: ShownSample = {
      model: model.name,
      outcome: list.outcomes[model.outcome[sample] ?? -1] ?? "",
      score: model.score[sample] ?? null,
      answer: await answers(model.answer[sample] ?? -1),
      judgement: await judgements(model.judgement[sample] ?? -1),
    };
    return shown;
  };
  return async (shown: ShownCase): Promise<void> => {
    latest += 1;
    const mine = latest;
    const before = await sampleOf(shown.baseline, shown);
    const after = shown.candidate === shown.baseline ? undefined : await sampleOf(shown.candidate, shown);
    const input = await inputs(list.cases.input[shown.index] ?? -1);
    if (mine !== latest) return;
    panel.replaceChildren(
      heading(list, shown.index),
      ...(input === undefined ? [] : [given(input)]),
      repeats(shown, onRepeat),
      ...sides(shown, before, after),
    );
  };
}

function heading(list: CaseList, index: number): HTMLElement {
  const { cases, tasks, slices, sliceSets } = list;
  const of = (sliceSets[cases.sliceSet[index] ?? -1] ?? []).map((slice) => slices[slice]).join(", ");
  return node(
    "header",
    {},
    node("h3", {}, visible(`${tasks[cases.task[index] ?? -1]} / ${cases.id[index]}`)),
    node("p", { class: "quiet" }, visible(of)),
  );
}

/** What the models were given. */
function given(input: InputDetail): HTMLElement {
  const fields = input.flatMap(([name, value]) => [
    node("dt", {}, visible(name)),
    node("dd", {}, visible(value)),
  ]);
  return node(
    "details",
    { open: true },
    node("summary", {}, "The case"),
    node("dl", { class: "given", tabindex: 0 }, ...fields),
  );
}

/** One button a repeat, with both scores. */
function repeats({ index, baseline, candidate, repeat }: ShownCase, onRepeat: (repeat: number) => void) {
  const [before, after] = [baseline.samplesOf(index), candidate.samplesOf(index)];
  const count = Math.max(before.length, after.length);
  if (count < 2) return node("div", {});
  const scoreAt = ({ model }: ModelScores, sample: number | undefined) =>
    sample === undefined ? "–" : (model.score[sample]?.toFixed(2).replace(/\.?0+$/, "") ?? "–");
  const buttons = Array.from({ length: count }, (_, at) => {
    const label = `${at + 1}: ${scoreAt(baseline, before[at])} → ${scoreAt(candidate, after[at])}`;
    const button = node(
      "button",
      { type: "button", "aria-pressed": at === repeat ? "true" : "false" },
      label,
    );
    button.addEventListener("click", () => onRepeat(at));
    return button;
  });
  return node("div", { class: "repeats", role: "group", "aria-label": "Repeats" }, ...buttons);
}

function sides(
  { baseline, candidate }: ShownCase,
  before: ShownSample | undefined,
  after: ShownSample | undefined,
): readonly HTMLElement[] {
  const [left, right] = [before?.answer?.text, after?.answer?.text];
  const diff = left && right ? wordDiff(left, right) : undefined;
  const none = ({ model }: ModelScores) =>
    node("p", { class: "quiet" }, `${visible(model.name)} was not asked.`);
  const views = [before === undefined ? none(baseline) : answerView(before, diff?.before)];
  if (candidate !== baseline)
    views.push(after === undefined ? none(candidate) : answerView(after, diff?.after));
  const same =
    left !== undefined && left === right ? [node("p", { class: "quiet" }, "Both gave the same answer.")] : [];
  return [...same, node("div", { class: "sides" }, ...views)];
}
