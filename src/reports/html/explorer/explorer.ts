import type { CaseList } from "../case-data.ts";
import { addressOf, hashOf } from "./address.ts";
import { caseView } from "./case-view.ts";
import { chosenCases } from "./choice.ts";
import { controls } from "./controls.ts";
import { node } from "./dom.ts";
import { fillRow } from "./list-row.ts";
import { allScores, type ModelScores } from "./scores.ts";
import { textSearch } from "./text-search.ts";
import { virtualList } from "./virtual-list.ts";

/** The explorer's elements, and the way to a case from outside. */
export interface Explorer {
  readonly elements: readonly HTMLElement[];
  /** Opens the case that an address names; false where there is none. */
  open(hash: string): boolean;
  /** Applies the filters as they are. */
  refresh(): void;
}

/** Joins filters, list and case: each choice of the reader goes through here. */
export function explorer(list: CaseList, failed: (error: unknown) => void): Explorer {
  const scores = allScores(list);
  const state = { selected: undefined as number | undefined, repeat: 0 };
  const search = startSearch(list, (words) => {
    count.textContent = words;
  });
  const compared = () => {
    const { baseline, candidate } = filters.models();
    return { baseline: named(scores, baseline), candidate: named(scores, candidate) };
  };
  const show = () => {
    const { selected, repeat } = state;
    if (selected !== undefined) void view({ index: selected, repeat, ...compared() }).catch(failed);
    else panel.replaceChildren(node("p", { class: "quiet" }, "No case fits the filters."));
  };
  const choose = (selected: number | undefined, repeat: number) => {
    Object.assign(state, { selected, repeat });
    show();
  };
  const remember = () => {
    const { selected = -1, repeat } = state;
    const [task = "", id = ""] = [list.tasks[list.cases.task[selected] ?? -1], list.cases.id[selected]];
    history.replaceState(null, "", hashOf({ task, id, repeat, ...filters.models() }));
  };
  const refresh = (wanted = state) => {
    const found = chosenCases(list, compared(), { ...filters.choice(), found: search.found() });
    count.textContent = `${found.length} of ${list.cases.id.length} cases`;
    const isKept = wanted.selected !== undefined && found.includes(wanted.selected);
    rows.show(found, isKept ? wanted.selected : found[0]);
    choose(isKept ? wanted.selected : found[0], isKept ? wanted.repeat : 0);
  };
  const count = node("p", { class: "quiet", role: "status" });
  const panel = node("div", { class: "case", tabindex: -1, role: "region", "aria-label": "Case" });
  const view = caseView(list, panel, (repeat) => {
    choose(state.selected, repeat);
    remember();
  });
  const seek = () => {
    const { baseline, candidate } = compared();
    void search.start(filters.text(), [baseline, candidate]).then((isDone) => isDone && refresh(), failed);
  };
  const filters = controls(list, () => (search.found() === undefined ? refresh() : seek()), seek);
  const rows = virtualList(
    (row, index) => fillRow(row, list, index, compared()),
    (index, by) => {
      choose(index, index === state.selected ? state.repeat : 0);
      remember();
      if (by === "enter") panel.focus();
      // Where list and case stand one above the other, a tap leads to the case.
      if (by === "click" && matchMedia("(max-width: 60rem)").matches) panel.scrollIntoView();
    },
  );
  panel.addEventListener("keydown", ({ key }) => key === "Escape" && rows.element.focus());
  filters.setModels(list.baseline, list.candidates[0] ?? list.baseline);
  const open = (hash: string) => {
    const address = addressOf(hash);
    const task = list.tasks.indexOf(address?.task ?? "");
    const index = list.cases.id.findIndex((id, at) => id === address?.id && list.cases.task[at] === task);
    if (address === undefined || index < 0) return false;
    const models = filters.models();
    const known = (name = "", or: string) => (scores.has(name) ? name : or);
    filters.clear();
    search.forget();
    filters.setModels(known(address.baseline, models.baseline), known(address.candidate, models.candidate));
    refresh({ selected: index, repeat: address.repeat });
    return true;
  };
  const elements = [filters.element, count, node("div", { class: "explorer" }, rows.element, panel)];
  return { elements, open, refresh: () => refresh() };
}

const TYPING_MS = 200;

/** The search for a text: begun when the reader pauses, told of while it goes on. */
function startSearch(list: CaseList, tell: (words: string) => void) {
  const find = textSearch(list);
  let found: ReadonlySet<number> | undefined;
  let typed = 0;
  return {
    found: () => found,
    forget: () => {
      typed += 1;
      found = undefined;
    },
    /** True once the cases are known; false where a later search has taken over. */
    start: async (text: string, models: readonly ModelScores[]): Promise<boolean> => {
      typed += 1;
      const mine = typed;
      if (text === "") {
        found = undefined;
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
      if (mine !== typed) return false;
      tell("Searching …");
      const cases = await find(text, models);
      if (cases === undefined || mine !== typed) return false;
      found = cases;
      return true;
    },
  };
}

function named(scores: ReadonlyMap<string, ModelScores>, name: string): ModelScores {
  const found = scores.get(name);
  if (found === undefined) throw new Error(`no model ${name}`);
  return found;
}
