import type { Comparison } from "../../comparison/compare.ts";
import { LOSSES, type Loss } from "../../comparison/decomposition.ts";
import { counted } from "../../domain/counted.ts";
import { points } from "../number-text.ts";
import { linearAxis } from "./axis.ts";
import { element, type Markup } from "./markup.ts";

const WORDS: Readonly<Record<Loss, string>> = {
  wrong: "wrong answers",
  format: "unreadable format",
  refused: "refusals",
  empty: "empty answers",
  truncated: "answers cut by the token limit",
  failed: "answers that are missing",
};

/** What the difference is made of, as bars from zero, and what is missing and therefore in none of them. */
export function lossBars({ decomposition, overall, candidate, baseline }: Comparison): Markup {
  if (decomposition === undefined) return element("p", {}, "No case was scored on both sides.");
  const { parts } = decomposition;
  const shown = LOSSES.filter((loss) => Math.abs(parts[loss]) >= 0.0005);
  const same = LOSSES.filter((loss) => !shown.includes(loss)).map((loss) => WORDS[loss]);
  const axis = linearAxis([-0.05, 0.05, ...LOSSES.map((loss) => parts[loss])]);
  const { missing } = overall;
  return element(
    "div",
    {},
    element(
      "table",
      { class: "forest" },
      element("caption", {}, "Difference in points by cause"),
      element(
        "thead",
        { class: "unseen" },
        element(
          "tr",
          {},
          ...["cause", "chart", "points"].map((name) => element("th", { scope: "col" }, name)),
        ),
      ),
      element(
        "tbody",
        {},
        ...shown.map((loss) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, WORDS[loss]),
            element("td", { class: "plot" }, bar(axis.at(0), axis.at(parts[loss]), parts[loss])),
            element("td", { class: "number" }, points(parts[loss])),
          ),
        ),
      ),
    ),
    element(
      "p",
      { class: "quiet" },
      same.length === 0 ? "" : `No difference by ${same.join(", ")}. `,
      missing.candidate + missing.baseline === 0
        ? ""
        : `Without a score, and in none of these: ${counted(missing.candidate, "sample")} of ${candidate.name}, ` +
            `${missing.baseline} of ${baseline.name} (failed, skipped or not to be judged).`,
    ),
  );
}

function bar(zero: number, end: number, value: number): Markup {
  const from = Math.min(zero, end);
  const width = Number(Math.abs(end - zero).toFixed(2));
  return element(
    "svg",
    { height: 24, "aria-hidden": "true", class: value < 0 ? "worse" : "better" },
    element("rect", { class: "part", x: `${from}%`, width: `${width}%`, y: 5, height: 14 }),
    element("line", { class: "zero", x1: `${zero}%`, x2: `${zero}%`, y1: 0, y2: 24 }),
  );
}
