import { gateExitCode } from "../comparison/gate.ts";
import { sentence } from "../comparison/sentence.ts";
import type { Report, ReportInput } from "./report.ts";
import { jsonText } from "./safe-text.ts";
import { telemetry } from "./telemetry.ts";

/** The report's document, version 1: what is unknown or without bound is `null`. */
export function reportDocument(input: ReportInput): unknown {
  const { title, table, comparisons, steps, workflows, gate, early, ranking, notJudged, unmeasured } = input;
  return {
    schema: 1,
    ...title,
    table: table ?? null,
    comparisons,
    steps,
    workflows,
    ...(ranking === undefined ? {} : { ranking }),
    early: early ?? null,
    gate:
      gate === undefined
        ? null
        : {
            ...gate,
            exitCode: gateExitCode(gate),
            verdicts: gate.verdicts.map((verdict) => ({ ...verdict, sentence: sentence(verdict) })),
          },
    notJudged: notJudged ?? null,
    unmeasured,
    openTelemetry: telemetry(input) ?? null,
  };
}

/** Everything, for programs. */
export const json: Report = {
  name: "json",
  summary: "One versioned JSON document with every number.",
  extension: "json",
  render(input) {
    // JSON.stringify writes infinite and NaN numbers as null; undefined is made so, that no key comes and goes.
    const text = JSON.stringify(reportDocument(input), (_, value: unknown) => value ?? null, 2);
    return `${jsonText(text)}\n`;
  },
};
