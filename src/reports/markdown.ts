import { sentence } from "../comparison/sentence.ts";
import type { Report } from "./report.ts";
import { markdownText } from "./safe-text.ts";
import { comparisonLines } from "./summary-lines.ts";
import { comparisonTables, gateTable, runTables, type TextTable } from "./tables.ts";

/** For a pull request or a job summary: verdicts first, then the evidence. */
export const markdown: Report = {
  name: "markdown",
  summary: "Verdicts and tables for a pull request.",
  extension: "md",
  render({ title, table, comparisons, gate }) {
    const attempt = title.attempt > 1 ? `, attempt ${title.attempt}` : "";
    const parts = [`## ${markdownText(title.suite)}: ${markdownText(title.run)}${attempt}`];
    for (const verdict of gate?.verdicts ?? []) parts.push(`**${markdownText(sentence(verdict))}**`);
    if (gate !== undefined) parts.push(tableText(gateTable(gate)));
    for (const comparison of comparisons) {
      parts.push(...comparisonTables(comparison).map(tableText));
      const lines = comparisonLines(comparison).map((line) => `- ${markdownText(line)}`);
      if (lines.length > 0) parts.push(lines.join("\n"));
    }
    if (table !== undefined) parts.push(...runTables(table).map(tableText));
    return `${parts.join("\n\n")}\n`;
  },
};

function tableText({ title, head, rows }: TextTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const body = rows.map((row) => line(row.map(markdownText)));
  return [`### ${markdownText(title)}`, "", line(head), line(head.map(() => "---")), ...body].join("\n");
}
