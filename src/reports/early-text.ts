import { money } from "./number-text.ts";
import type { EarlySaving, ReportInput } from "./report.ts";

/** How many cases a run took that could stop early, and what that saved; none for another run. */
export function earlyLines({ early, gate }: Pick<ReportInput, "early" | "gate">): readonly string[] {
  if (early === undefined) return [];
  const isOpen = gate?.verdicts.every(({ verdict }) => verdict === "inconclusive") ?? false;
  return [decisionText(early, isOpen ? "given up" : "decided"), ...lookText(early)];
}

/** The same as one sentence, for where it stands alone. */
export function earlySentence(input: Pick<ReportInput, "early" | "gate">): string | undefined {
  const lines = earlyLines(input);
  return lines.length === 0 ? undefined : `This run could stop early: ${lines.join("; ")}.`;
}

function decisionText(
  { decidedAfter, cases, costUsd, fullCostUsd, claim }: EarlySaving,
  word: "decided" | "given up",
): string {
  const scope = claim === "dataset" ? `; safe and unsafe are about these ${cases} cases only` : "";
  if (decidedAfter === undefined) return `not decided before the last of ${cases} cases${scope}`;
  const cost =
    costUsd === undefined || fullCostUsd === undefined || fullCostUsd === 0
      ? ""
      : `, ${money(costUsd)} instead of ${money(fullCostUsd)}`;
  return `${word} after ${decidedAfter} of ${cases} cases${cost}${scope}`;
}

function lookText({ looked }: EarlySaving): readonly string[] {
  if (looked.length === 0) return [];
  return [
    `no bet decides ${looked.join(", ")}: looked at after each tenth of the cases, with a tenth of the error each`,
  ];
}
