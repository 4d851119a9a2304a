import type { CaseList } from "../case-data.ts";
import { type Choice, RELATIONS, type Relation } from "./choice.ts";
import { node } from "./dom.ts";
import { visible } from "./visible-text.ts";

/** The filters and the two models that they leave chosen. */
export interface Controls {
  readonly element: HTMLElement;
  /** What is chosen, but for the cases in which the text was found. */
  choice(): Omit<Choice, "found">;
  /** What is to be found in the cases' fields and answers. */
  text(): string;
  models(): { readonly baseline: string; readonly candidate: string };
  setModels(baseline: string, candidate: string): void;
  /** Opens every filter. */
  clear(): void;
  readonly search: HTMLInputElement;
}

const RELATION_WORDS: Readonly<Record<Relation, string>> = {
  all: "all cases",
  lost: "candidate lost",
  won: "candidate won",
  flipped: "flipped: scores differ",
  same: "same score",
  missing: "not scored on both sides",
};

/** Builds the filters; `changed` is called after each change but of the text, which takes a search. */
export function controls(list: CaseList, changed: () => void, textChanged: () => void): Controls {
  const names = list.models.map(({ name }) => [name, visible(name)] as const);
  const baseline = select("Baseline", names);
  const candidate = select("Candidate", names);
  const relation = select(
    "Show",
    RELATIONS.map((name) => [name, RELATION_WORDS[name]] as const),
  );
  const task = select("Task", numbered("all tasks", list.tasks));
  const slice = select("Slice", numbered("all slices", list.slices));
  const outcome = select("Outcome", numbered("any outcome", list.outcomes));
  const order = select("Order", [
    ["loss", "largest loss first"],
    ["dataset", "as in the dataset"],
  ]);
  const search = node("input", { type: "search", autocomplete: "off", spellcheck: "false" });
  const text = node("input", { type: "search", autocomplete: "off", spellcheck: "false" });
  const selects = [baseline, candidate, relation, task, slice, outcome, order];
  for (const { input } of selects) input.addEventListener("change", changed);
  search.addEventListener("input", changed);
  text.addEventListener("input", textChanged);
  const number = (value: string) => (value === "" ? undefined : Number(value));
  return {
    element: node(
      "div",
      { class: "filters" },
      ...selects.map(({ element }) => element),
      labelled("Case id", search),
      labelled("Text", text),
    ),
    search,
    models: () => ({ baseline: baseline.input.value, candidate: candidate.input.value }),
    setModels: (before, after) => {
      baseline.input.value = before;
      candidate.input.value = after;
    },
    clear: () => {
      for (const { input } of [relation, task, slice, outcome]) input.selectedIndex = 0;
      search.value = "";
      text.value = "";
    },
    text: () => text.value.trim(),
    choice: () => ({
      relation: RELATIONS.find((name) => name === relation.input.value) ?? "all",
      task: number(task.input.value),
      slice: number(slice.input.value),
      outcome: number(outcome.input.value),
      id: search.value.trim(),
      order: order.input.value === "dataset" ? "dataset" : "loss",
    }),
  };
}

function numbered(all: string, values: readonly string[]): readonly (readonly [string, string])[] {
  return [["", all], ...values.map((value, at) => [String(at), visible(value)] as const)];
}

function select(label: string, options: readonly (readonly [string, string])[]) {
  const input = node("select", {}, ...options.map(([value, text]) => node("option", { value }, text)));
  return { input, element: labelled(label, input) };
}

function labelled(label: string, input: HTMLElement): HTMLElement {
  input.id = `filter-${label.toLowerCase().replace(" ", "-")}`;
  return node("span", {}, node("label", { for: input.id }, label), " ", input);
}
