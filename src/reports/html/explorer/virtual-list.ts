import { node } from "./dom.ts";

const ROW_HEIGHT = 46;
/** Rows kept ready above and below what is seen. */
const SPARE = 8;
/** Browsers draw no taller element than some 33 million pixels. */
const MOST_ROWS = 600_000;

/** How the reader came to a row. */
export type Moved = "key" | "enter" | "click";

/** A list box of any length of which only the rows that are seen exist. */
export interface VirtualList {
  readonly element: HTMLElement;
  show(items: readonly number[], selected: number | undefined): void;
}

/** Makes the list; `chosen` is called when the reader moves to a row. */
export function virtualList(
  fill: (row: HTMLElement, item: number) => void,
  chosen: (item: number, by: Moved) => void,
): VirtualList {
  const space = node("div", { class: "space", role: "presentation" });
  const element = node("div", { class: "rows", role: "listbox", tabindex: 0, "aria-label": "Cases" }, space);
  let items: readonly number[] = [];
  let at = -1;
  const draw = () => {
    const first = Math.max(0, Math.floor(element.scrollTop / ROW_HEIGHT) - SPARE);
    const last = Math.min(
      items.length,
      Math.ceil((element.scrollTop + element.clientHeight) / ROW_HEIGHT) + SPARE,
    );
    const rows: HTMLElement[] = [];
    for (let index = first; index < last; index += 1) {
      const row = node("div", {
        role: "option",
        id: `row-${index}`,
        class: "row",
        "aria-selected": index === at ? "true" : "false",
        "aria-setsize": items.length,
        "aria-posinset": index + 1,
      });
      row.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
      fill(row, items[index] ?? 0);
      rows.push(row);
    }
    space.replaceChildren(...rows);
    if (at >= first && at < last) element.setAttribute("aria-activedescendant", `row-${at}`);
    else element.removeAttribute("aria-activedescendant");
  };
  const reveal = () => {
    const top = at * ROW_HEIGHT;
    if (top < element.scrollTop) element.scrollTop = top;
    const below = top + ROW_HEIGHT - element.clientHeight;
    if (below > element.scrollTop) element.scrollTop = below;
  };
  const moveTo = (index: number, by: Moved) => {
    if (items.length === 0) return;
    at = Math.min(items.length - 1, Math.max(0, index));
    reveal();
    draw();
    chosen(items[at] ?? 0, by);
  };
  element.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
  element.addEventListener("click", ({ target }) => {
    const row = target instanceof Element ? target.closest(".row") : null;
    if (row !== null) moveTo(Number(row.id.slice("row-".length)), "click");
  });
  element.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor(element.clientHeight / ROW_HEIGHT) - 1);
    const to = target(event.key, { at, page, length: items.length });
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moveTo(to, event.key === "Enter" ? "enter" : "key");
  });
  new ResizeObserver(draw).observe(element);
  return {
    element,
    show: (all, selected) => {
      items = all.slice(0, MOST_ROWS);
      space.style.height = `${items.length * ROW_HEIGHT}px`;
      element.scrollTop = 0;
      at = selected === undefined ? -1 : items.indexOf(selected);
      if (at >= 0) reveal();
      draw();
    },
  };
}

function target(
  key: string,
  { at, page, length }: { readonly at: number; readonly page: number; readonly length: number },
): number | undefined {
  switch (key) {
    case "ArrowDown":
    case "j":
      return at + 1;
    case "ArrowUp":
    case "k":
      return Math.max(0, at - 1);
    case "PageDown":
      return at + page;
    case "PageUp":
      return at - page;
    case "Home":
      return 0;
    case "End":
      return length - 1;
    case "Enter":
      return at;
    default:
      return undefined;
  }
}
