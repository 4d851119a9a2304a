import { sentence } from "../comparison/sentence.ts";
import { earlySentence } from "./early-text.ts";
import { unmeasuredText } from "./notices.ts";
import type { Report, ReportInput } from "./report.ts";
import { terminalText } from "./safe-text.ts";
import { label } from "./tables.ts";

/** GitHub shows so many of a kind per step. */
const SHOWN = 10;
const LONGEST = 4_000;

interface Annotation {
  readonly level: "error" | "notice";
  readonly title: string;
  readonly message: string;
}

/**
 * One GitHub annotation per candidate, as workflow commands; only `safe` is not an error. Names and reasons are
 * percent-encoded as https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts does, so that none ends
 * its command or begins another.
 */
export const annotations: Report = {
  name: "annotations",
  summary: "One GitHub annotation per candidate, as workflow commands.",
  extension: "txt",
  render(input) {
    const all = [...runAnnotations(input), ...verdictAnnotations(input)];
    const shown = [
      ...all.filter(({ level }) => level === "error"),
      ...all.filter(({ level }) => level === "notice"),
    ];
    return shown
      .slice(0, SHOWN)
      .map(({ level, title, message }) => `::${level} title=${propertyText(title)}::${dataText(message)}\n`)
      .join("");
  },
};

function verdictAnnotations({ gate }: ReportInput): readonly Annotation[] {
  return (gate?.verdicts ?? []).map((verdict) => ({
    level: verdict.verdict === "safe" ? "notice" : "error",
    title: `${label(verdict.candidate, verdict.simulated)} is ${verdict.verdict}`,
    message: sentence(verdict),
  }));
}

function runAnnotations(input: ReportInput): readonly Annotation[] {
  const { notJudged, unmeasured } = input;
  const early = earlySentence(input);
  const missing = `${unmeasuredText(unmeasured)}: the run cannot pass a gate.`;
  return [
    ...(notJudged === undefined
      ? []
      : [{ level: "error", title: "the gate was not judged", message: notJudged } as const]),
    ...(unmeasured === 0 ? [] : [{ level: "error", title: "incomplete run", message: missing } as const]),
    ...(early === undefined ? [] : [{ level: "notice", title: "early stop", message: early } as const]),
  ];
}

function dataText(text: string): string {
  return terminalText(text)
    .slice(0, LONGEST)
    .replace(/%/g, "%25")
    .replace(/\r/g, "%0D")
    .replace(/\n/g, "%0A");
}

function propertyText(text: string): string {
  return dataText(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
