import type { MetricValue } from "../../comparison/metric-value.ts";
import type { RunRow, RunTable } from "../../comparison/run-table.ts";
import { paretoFront } from "../../statistics/pareto.ts";
import { duration, money, percent } from "../number-text.ts";
import { label } from "../tables.ts";
import { type Axis, linearAxis, logAxis } from "./axis.ts";
import { element, type Markup } from "./markup.ts";

interface Against {
  readonly name: string;
  readonly read: (row: RunRow) => MetricValue;
  readonly show: (value: number) => string;
}

const COST: Against = {
  name: "Cost per 1,000 cases",
  read: (row) => row.costPerCase,
  show: (usd) => money(usd * 1000),
};
const SPEED: Against = { name: "Latency, 95th percentile", read: (row) => row.latencyP95, show: duration };
const HEIGHT = 260;

/** Mean score over all tasks against cost, and against latency. */
export function paretoPlots(table: RunTable): Markup {
  const isWhole = table.rows.some((row) => row.task === undefined);
  const rows = table.rows.filter((row) => !isWhole || row.task === undefined);
  return element("div", { class: "pair" }, plot(rows, COST), plot(rows, SPEED));
}

interface Point {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly lower: number;
  readonly upper: number;
}

function plot(rows: readonly RunRow[], against: Against): Markup {
  const title = element("figcaption", {}, `Mean score against ${against.name.toLowerCase()}`);
  const points = rows.flatMap((row): readonly Point[] => {
    const value = against.read(row);
    if (!value.known || row.score === undefined) return [];
    const { estimate: y, lower, upper } = row.score;
    return [{ name: label(row.target, row.simulated), x: value.value.estimate, y, lower, upper }];
  });
  const left = rows.filter((row) => !against.read(row).known || row.score === undefined);
  const front = new Set(
    paretoFront(
      points.map(({ x, y }) => [x, y]),
      ["lower", "higher"],
    ),
  );
  return element(
    "figure",
    {},
    title,
    ...(points.length === 0 ? [] : [chart(points, front, against)]),
    legend(points, front, against),
    ...notDrawn(left, against),
  );
}

/** Models without a point, those with one reason in one line. */
function notDrawn(rows: readonly RunRow[], against: Against): readonly Markup[] {
  const reasons = rows.map((row) => {
    const value = against.read(row);
    const why = value.known ? "no score" : value.reason;
    // The name stands before the reason already.
    return {
      target: row.target,
      why: why === `the price of ${row.target} is unknown` ? "price unknown" : why,
    };
  });
  return [...new Set(reasons.map(({ why }) => why))].map((why) => {
    const names = reasons.filter((each) => each.why === why).map(({ target }) => target);
    return element("p", { class: "quiet" }, `Not drawn: ${names.join(", ")} (${why}).`);
  });
}

function legend(points: readonly Point[], front: ReadonlySet<number>, against: Against): Markup {
  const items = points.map(({ name, x, y }, at) =>
    element(
      "li",
      {},
      element("strong", {}, name),
      ` ${percent(y)}, ${against.show(x)}`,
      front.has(at) ? "" : element("span", { class: "quiet" }, " another is at least as good in both"),
    ),
  );
  return element("ol", { class: "legend" }, ...items);
}

function chart(points: readonly Point[], front: ReadonlySet<number>, against: Against): Markup {
  const xs = points.map(({ x }) => x);
  const [least, most] = [Math.min(...xs), Math.max(...xs)];
  const across = least > 0 && most / least > 8 ? logAxis(xs) : linearAxis([0, ...xs], 5);
  const up = linearAxis(points.flatMap(({ y, lower, upper }) => [y, lower, upper]));
  const top = (value: number) => Number((((100 - up.at(value)) / 100) * HEIGHT).toFixed(1));
  const line = points
    .map((point, at) => ({ ...point, at }))
    .filter(({ at }) => front.has(at))
    .sort((a, b) => a.x - b.x);
  const steps = line.slice(1).map((point, at) => {
    const before = line[at] ?? point;
    const ends = { x1: `${across.at(before.x)}%`, x2: `${across.at(point.x)}%` };
    return element("line", { class: "front", ...ends, y1: top(before.y), y2: top(point.y) });
  });
  return element(
    "svg",
    { class: "scatter", height: HEIGHT, "aria-hidden": "true" },
    ...grid(across, up, top, against),
    ...steps,
    ...points.flatMap((point, at) => marker(point, { across, top, number: at + 1, isFront: front.has(at) })),
  );
}

function grid(across: Axis, up: Axis, top: (value: number) => number, { show }: Against): readonly Markup[] {
  return [
    ...across.ticks.flatMap((tick) => {
      const x = `${across.at(tick)}%`;
      return [
        element("line", { class: "grid", x1: x, x2: x, y1: 0, y2: HEIGHT }),
        element("text", { x, y: HEIGHT - 4, "text-anchor": "middle" }, show(tick)),
      ];
    }),
    ...up.ticks.flatMap((tick) => [
      element("line", { class: "grid", x1: "0%", x2: "100%", y1: top(tick), y2: top(tick) }),
      element("text", { x: 2, y: top(tick) - 3 }, percent(tick).replace(".0", "")),
    ]),
  ];
}

interface Placed {
  readonly across: Axis;
  readonly top: (value: number) => number;
  readonly number: number;
  readonly isFront: boolean;
}

function marker(point: Point, { across, top, number, isFront }: Placed): readonly Markup[] {
  const x = `${across.at(point.x)}%`;
  const y = top(point.y);
  return [
    element("line", { class: "interval", x1: x, x2: x, y1: top(point.lower), y2: top(point.upper) }),
    element("circle", { class: isFront ? "best" : "other", cx: x, cy: y, r: 10 }),
    element("text", { class: "inside", x, y: y + 4, "text-anchor": "middle" }, String(number)),
  ];
}
