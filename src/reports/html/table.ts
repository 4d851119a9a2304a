import type { TextTable } from "../tables.ts";
import { element, type Markup } from "./markup.ts";

/** A table of text in a box that scrolls by itself on a narrow screen. */
export function tableMarkup({ title, head, rows }: TextTable): Markup {
  const heading = element("caption", {}, title);
  const first = element("thead", {}, element("tr", {}, ...head.map(headCell)));
  const body = element(
    "tbody",
    {},
    ...rows.map((cells) =>
      element(
        "tr",
        {},
        ...cells.map((cell, at) =>
          at === 0 ? element("th", { scope: "row" }, cell) : element("td", {}, cell),
        ),
      ),
    ),
  );
  return element(
    "div",
    { class: "scrolls", tabindex: 0, role: "group", "aria-label": title },
    element("table", {}, heading, first, body),
  );
}

function headCell(text: string): Markup {
  return element("th", { scope: "col" }, text);
}
