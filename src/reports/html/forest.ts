import type { Comparison } from "../../comparison/compare.ts";
import type { ScoreDifference } from "../../comparison/score-difference.ts";
import { marginOfTask } from "../../comparison/stated-margins.ts";
import { counted } from "../../domain/counted.ts";
import { percent, points } from "../number-text.ts";
import { shownSlices } from "../tables.ts";
import { type Axis, linearAxis } from "./axis.ts";
import { element, type Markup } from "./markup.ts";

interface Row {
  readonly name: string;
  readonly difference: ScoreDifference;
  readonly kind: "all" | "task" | "slice";
  readonly alarm: boolean;
  /** A loss beyond it is shaded. */
  readonly margin: number | undefined;
}

/** Slices of fewer cases have intervals so wide that they would squeeze all others. */
const FEWEST_CASES = 20;

/**
 * The difference of each task and slice with its interval, against zero and the margin. Every row is a row of a
 * table, so that the numbers are there for those who do not see the chart.
 */
export function forestPlot(comparison: Comparison): Markup {
  const { settings, baseline, candidate, slices, overall } = comparison;
  const rows = forestRows(comparison);
  if (rows.length === 0) return element("p", {}, "No case was scored on both sides.");
  const margins = [...new Set(rows.flatMap(({ margin }) => margin ?? []))];
  const axis = axisOf(rows, Math.max(0, ...margins));
  const level = Number((settings.confidence * 100).toFixed(1));
  const title = `Difference in points with ${level} % interval: ${candidate.name} less ${baseline.name}`;
  const left =
    slices.filter(({ difference }) => difference.observed !== undefined && difference.cases < overall.cases)
      .length - shownSlices(comparison).length;
  return element(
    "div",
    {},
    element(
      "table",
      { class: "forest" },
      element("caption", {}, title),
      element("thead", {}, head(axis)),
      element("tbody", {}, ...rows.map((row) => forestRow(row, axis))),
    ),
    element(
      "p",
      { class: "quiet" },
      shadeText(margins),
      "! worse after Holm's correction.",
      " An interval that reaches the edge goes on beyond it.",
      left > 0 ? ` Not shown, less surely worse: ${counted(left, "slice")}.` : "",
    ),
  );
}

function shadeText(margins: readonly number[]): string {
  if (margins.length === 0) return "";
  const [only = 0] = margins;
  return margins.length === 1
    ? `Shaded: a loss of more than ${points(only).replace("+", "")} points. `
    : "Shaded: a loss of more than the task's margin. ";
}

function forestRows(comparison: Comparison): readonly Row[] {
  const { tasks, overall, settings } = comparison;
  const { margin } = settings;
  const rows: Row[] = tasks.map(({ task, difference }) => {
    return { name: task, difference, kind: "task", alarm: false, margin: marginOfTask(settings, task) };
  });
  if (tasks.length > 1)
    rows.unshift({ name: "all cases", difference: overall, kind: "all", alarm: false, margin });
  for (const { field, value, difference, alarm } of shownSlices(comparison))
    rows.push({ name: `${field}=${value}`, difference, kind: "slice", alarm, margin });
  return rows.filter(({ difference }) => difference.observed !== undefined);
}

function axisOf(rows: readonly Row[], margin: number): Axis {
  const wide = rows.filter(({ kind, difference }) => kind !== "slice" || difference.compared >= FEWEST_CASES);
  const estimates = rows.flatMap(({ difference }) => difference.observed?.difference.estimate ?? []);
  return linearAxis([0, -1.5 * margin, margin, ...estimates, ...wide.flatMap(ends)]);
}

function ends({ difference: { observed } }: Row): readonly number[] {
  return observed === undefined ? [] : [observed.difference.lower, observed.difference.upper];
}

function head(axis: Axis): Markup {
  const ticks = axis.ticks.map((tick) =>
    element(
      "text",
      { x: `${axis.at(tick)}%`, y: 12, "text-anchor": "middle" },
      points(tick).replace(".0", ""),
    ),
  );
  return element(
    "tr",
    {},
    element("th", { scope: "col" }, "where"),
    element(
      "th",
      { scope: "col", class: "plot" },
      element("span", { class: "unseen" }, "chart"),
      element("svg", { height: 16, "aria-hidden": "true" }, ...ticks),
    ),
    element("th", { scope: "col" }, "difference and interval"),
  );
}

function forestRow({ name, difference, kind, alarm, margin }: Row, axis: Axis): Markup {
  const { observed, baselineMean, candidateMean } = difference;
  if (observed === undefined) return element("tr", {});
  const { estimate, lower, upper } = observed.difference;
  const scores =
    baselineMean === undefined || candidateMean === undefined
      ? ""
      : `${percent(baselineMean)} → ${percent(candidateMean)}, `;
  return element(
    "tr",
    { class: kind },
    element("th", { scope: "row" }, `${alarm ? "! " : ""}${name}`),
    element("td", { class: "plot" }, bar({ estimate, lower, upper }, axis, margin)),
    element(
      "td",
      { class: "number" },
      `${points(estimate)} (${points(lower)} to ${points(upper)})`,
      element("span", { class: "quiet" }, ` ${scores}${difference.compared} cases`),
    ),
  );
}

function bar(
  { estimate, lower, upper }: { estimate: number; lower: number; upper: number },
  axis: Axis,
  margin: number | undefined,
): Markup {
  const x = (value: number) => `${axis.at(value)}%`;
  const edge = margin === undefined ? 0 : axis.at(-margin);
  const tone = lower > 0 ? "better" : upper < 0 ? "worse" : "open";
  return element(
    "svg",
    { height: 24, "aria-hidden": "true", class: tone },
    element("rect", { class: "beyond", x: 0, y: 0, width: `${edge}%`, height: 24 }),
    element("line", { class: "zero", x1: x(0), x2: x(0), y1: 0, y2: 24 }),
    element("line", { class: "interval", x1: x(lower), x2: x(upper), y1: 12, y2: 12 }),
    element("circle", { class: "point", cx: x(estimate), cy: 12, r: 5 }),
  );
}
