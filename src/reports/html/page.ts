import { createHash } from "node:crypto";
import type { Comparison } from "../../comparison/compare.ts";
import { earlySentence } from "../early-text.ts";
import { unmeasuredText } from "../notices.ts";
import type { ReportInput } from "../report.ts";
import { comparisonLines } from "../summary-lines.ts";
import { BOUNDS_NOTE, comparisonTables, label, runTables } from "../tables.ts";
import { workflowBlocks } from "../workflow-lines.ts";
import { forestPlot } from "./forest.ts";
import { lossBars } from "./losses.ts";
import { type Content, element, joined, type Markup } from "./markup.ts";
import { paretoPlots } from "./pareto.ts";
import { STYLE } from "./style.ts";
import { tableMarkup } from "./table.ts";
import { verdictCards } from "./verdicts.ts";

/** The page in two parts: what an explorer brings stands between them. */
export interface Page {
  readonly before: string;
  readonly after: string;
}

/** What a page has beside the report: a section for its cases and the script that fills it. */
export interface Explorer {
  readonly section: Markup;
  readonly script: string;
}

/** The whole report as HTML that loads nothing and, without an explorer, runs nothing. */
export function htmlPage(input: ReportInput, explorer: Explorer | undefined): Page {
  const { title, table, comparisons } = input;
  const workflows = workflowBlocks(input);
  const head = [
    element("meta", { charset: "utf-8" }),
    element("meta", { "http-equiv": "Content-Security-Policy", content: policy(explorer?.script) }),
    element("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    element("meta", { name: "referrer", content: "no-referrer" }),
    element("title", {}, `${title.suite}: ${title.run}`),
    { html: `<style>${STYLE}</style>` },
  ];
  const main = element(
    "main",
    {},
    verdictSection(input),
    ...(table === undefined ? [] : [section("Quality against cost and speed", paretoPlots(table))]),
    ...comparisons.map(comparisonSection),
    ...(workflows.length === 0 ? [] : [section("Inside the workflows", ...workflows.map(workflowBlock))]),
    ...(explorer === undefined ? [] : [explorer.section]),
    ...(table === undefined
      ? []
      : [
          folded("All numbers", ...runTables(table, { isCompared: comparisons.length > 0 }).map(tableMarkup)),
        ]),
  );
  const { html } = joined([
    element("head", {}, ...head),
    { html: "<body>" },
    pageHead(input, explorer !== undefined),
    main,
  ]);
  return {
    before: `<!doctype html>\n<html lang="en">${html}`,
    after: `${explorer === undefined ? "" : `<script type="module">${explorer.script}</script>`}</body></html>\n`,
  };
}

/** Nothing may be loaded, framed or sent; the one style and the one script are those with these digests. */
function policy(script: string | undefined): string {
  const allowed = script === undefined ? "'none'" : digest(script);
  return [
    "default-src 'none'",
    `script-src ${allowed}`,
    `style-src ${digest(STYLE)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function digest(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function pageHead({ title, table }: ReportInput, hasCases: boolean): Markup {
  const models = [...new Map((table?.rows ?? []).map((row) => [row.target, row.simulated]))];
  const made = models.filter(([, simulated]) => simulated).map(([name]) => name);
  const attempt = title.attempt > 1 ? `, attempt ${title.attempt}` : "";
  return element(
    "header",
    {},
    element("h1", {}, title.suite),
    element(
      "p",
      { class: "quiet" },
      `Run ${title.run}${attempt}. Models: ${models.map(([name]) => name).join(", ")}.`,
    ),
    hasCases ? element("p", {}, element("a", { href: "#cases" }, "Every case with both answers")) : "",
    made.length === 0
      ? ""
      : element(
          "p",
          { class: "banner" },
          `Simulated, made-up answers that say nothing of a model: ${made.join(", ")}.`,
        ),
  );
}

function verdictSection(input: ReportInput): Markup {
  const { gate, notJudged, unmeasured } = input;
  const missing =
    unmeasured === 0
      ? []
      : [element("p", { class: "banner" }, `${unmeasuredText(unmeasured)}: the run is not whole.`)];
  const early = earlySentence(input);
  const stopped = early === undefined ? [] : [element("p", { class: "quiet" }, early)];
  const none =
    notJudged === undefined ? "The suite has no gate: nothing is judged." : `Not judged: ${notJudged}.`;
  const words = gate === undefined ? element("p", { class: "banner" }, none) : verdictCards(gate);
  const note = gate === undefined ? [] : [element("p", { class: "quiet" }, BOUNDS_NOTE)];
  return section("Is the swap safe?", words, ...note, ...stopped, ...missing);
}

function comparisonSection(comparison: Comparison): Markup {
  const { baseline, candidate } = comparison;
  const name = `${label(candidate.name, candidate.simulated)} against ${label(baseline.name, baseline.simulated)}`;
  const lines = comparisonLines(comparison).filter(
    (line) => !line.startsWith("difference in points by cause"),
  );
  return section(
    name,
    forestPlot(comparison),
    lossBars(comparison),
    ...(lines.length === 0 ? [] : [element("ul", {}, ...lines.map((line) => element("li", {}, line)))]),
    folded("Tables", ...comparisonTables(comparison).map(tableMarkup)),
  );
}

function workflowBlock([first = "", ...others]: readonly string[]): Markup {
  return element(
    "div",
    {},
    element("p", {}, first),
    element("ul", {}, ...others.map((line) => element("li", {}, line))),
  );
}

function section(title: string, ...content: readonly Content[]): Markup {
  return element("section", {}, element("h2", {}, title), ...content);
}

function folded(title: string, ...content: readonly Content[]): Markup {
  return element("details", {}, element("summary", {}, title), ...content);
}
