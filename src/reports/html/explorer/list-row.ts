import { percent } from "../../number-text.ts";
import type { CaseList } from "../case-data.ts";
import { node } from "./dom.ts";
import type { ModelScores } from "./scores.ts";
import { visible } from "./visible-text.ts";

/** The two models that are compared. */
export interface Compared {
  readonly baseline: ModelScores;
  readonly candidate: ModelScores;
}

/** A case in the list: its id, its task, and what became of its score. */
export function fillRow(
  row: HTMLElement,
  list: CaseList,
  index: number,
  { baseline, candidate }: Compared,
): void {
  const [before = Number.NaN, after = Number.NaN] = [baseline.means[index], candidate.means[index]];
  const word = (mean: number) => (Number.isNaN(mean) ? "none" : percent(mean).replace(".0", ""));
  const tone = after < before ? "bad" : after > before ? "good" : "quiet";
  const scores = baseline === candidate ? word(before) : `${word(before)} → ${word(after)}`;
  row.append(
    node("span", { class: "id" }, visible(list.cases.id[index] ?? "")),
    node("span", { class: tone }, scores),
    node("span", { class: "quiet" }, visible(list.tasks[list.cases.task[index] ?? -1] ?? "")),
  );
}
