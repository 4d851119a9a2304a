import type { CandidateVerdict } from "../comparison/gate.ts";
import { sentence } from "../comparison/sentence.ts";
import { decisionTable } from "./decision-table.ts";
import { earlySentence } from "./early-text.ts";
import { bytesOf, clipped, foldedText, tableText } from "./markdown-parts.ts";
import { notJudgedText, unmeasuredText } from "./notices.ts";
import type { Report, ReportInput } from "./report.ts";
import { type RunVerdict, runVerdict, verdictCounts } from "./run-verdict.ts";
import { comparisonLines, rankingLine } from "./summary-lines.ts";
import { comparisonTables, rulesTable, runTables, type TextTable } from "./tables.ts";
import { workflowBlocks } from "./workflow-lines.ts";

/** GitHub refuses a comment of more than 65,536 characters; the rest is for what is put around a report. */
const LIMIT = 64_000;
/** Room for the decision's table, so that sentences and folded parts have theirs. */
const TABLE = 24_000;
const SENTENCES = 10;
const SENTENCE = 1_500;
const LINE = 600;

const MARKS: Readonly<Record<RunVerdict, string>> = {
  safe: "✅ safe",
  unsafe: "❌ unsafe",
  inconclusive: "❔ inconclusive",
  "no gate": "no gate",
};

/** For a pull request or a job summary: the verdict, one table, and the evidence folded, within GitHub's limit. */
export const markdown: Report = {
  name: "markdown",
  summary: "The verdict, one table and folded evidence for a pull request.",
  extension: "md",
  render(input) {
    const { title, gate } = input;
    const parts = [
      `## ${MARKS[runVerdict(input)]}: ${clipped(title.suite, LINE)}${ofSeveral(input)}`,
      ...sentences(gate?.verdicts ?? []),
      ...notices(input),
      tableText(decisionTable(input), TABLE),
      clipped(rankingLine(input.ranking), LINE),
    ].filter((part) => part !== "");
    const footer = footerText(input);
    let room = LIMIT - bytesOf(parts.join("\n\n")) - bytesOf(footer) - 16;
    for (const { summary, blocks } of folds(input)) {
      const text = foldedText(summary, blocks, room - 2);
      if (text === "") continue;
      parts.push(text);
      room -= bytesOf(text) + 2;
    }
    return `${[...parts, footer].join("\n\n")}\n`;
  },
};

/** One word for a run of several candidates does not tell what became of each. */
function ofSeveral(input: ReportInput): string {
  return (input.gate?.verdicts.length ?? 0) > 1 ? ` (${verdictCounts(input)})` : "";
}

function sentences(verdicts: readonly CandidateVerdict[]): readonly string[] {
  const shown = verdicts
    .slice(0, SENTENCES)
    .map((verdict) => `**${verdict.verdict.toUpperCase()}**${clipped(rest(verdict), SENTENCE)}`);
  const more = verdicts.length - shown.length;
  return more > 0 ? [...shown, `${more} more candidates are in the table.`] : shown;
}

/** The verdict's sentence without its first word. */
function rest(verdict: CandidateVerdict): string {
  return sentence(verdict).slice(verdict.verdict.length);
}

/** What keeps the run from being called safe, whatever its rules say. */
function notices(input: ReportInput): readonly string[] {
  const { unmeasured, notJudged, gate } = input;
  const early = earlySentence(input);
  return [
    ...(early === undefined ? [] : [clipped(early, LINE)]),
    ...(notJudged === undefined ? [] : [notJudgedText(clipped(notJudged, LINE))]),
    ...(gate === undefined && notJudged === undefined
      ? ["This suite has no gate: nothing was decided."]
      : []),
    ...(unmeasured === 0 ? [] : [`**${unmeasuredText(unmeasured)}**: this run cannot pass a gate.`]),
  ];
}

type Block = (room: number) => string;

interface Fold {
  readonly summary: string;
  readonly blocks: readonly Block[];
}

function folds(input: ReportInput): readonly Fold[] {
  const { gate, comparisons, table } = input;
  const workflows = workflowBlocks(input);
  const block =
    (of: TextTable): Block =>
    (room) =>
      tableText(of, room);
  return [
    ...(gate === undefined
      ? []
      : [{ summary: "Every rule", blocks: gate.verdicts.map((verdict) => block(rulesTable(verdict))) }]),
    ...comparisons.map((comparison, at) => ({
      summary: `Comparison ${at + 1} of ${comparisons.length}: tasks, slices, metrics, warnings`,
      blocks: [...comparisonTables(comparison).map(block), lines(comparisonLines(comparison))],
    })),
    ...(workflows.length === 0 ? [] : [{ summary: "Inside the workflows", blocks: workflows.map(lines) }]),
    ...(table === undefined
      ? []
      : [
          {
            summary: "Scores, outcomes, speed and cost",
            blocks: runTables(table, { isCompared: comparisons.length > 0 }).map(block),
          },
        ]),
  ];
}

function lines(all: readonly string[]): Block {
  return (room) => {
    let text = "";
    for (const line of all) {
      const next = `${text === "" ? "" : "\n"}- ${clipped(line, LINE)}`;
      if (bytesOf(text) + bytesOf(next) > room) break;
      text += next;
    }
    return text;
  };
}

function footerText({ title }: ReportInput): string {
  const attempt = title.attempt > 1 ? `, attempt ${title.attempt} of this suite` : "";
  return `<sub>Run ${clipped(title.run, LINE)}${attempt}.</sub>`;
}
