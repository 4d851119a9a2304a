import type { Calibration } from "../comparison/calibration.ts";
import type { CorrectedComparison } from "../comparison/corrected-comparison.ts";
import type { Interval } from "../statistics/interval.ts";
import { percent, points } from "./number-text.ts";

/** A judge against human labels, in lines; raw text, escaped by the sink. */
export function calibrationLines(title: string, calibration: Calibration): readonly string[] {
  const { n, agreement, agreementSwapped, agreementBoth, position, length } = calibration;
  const lines = [`${title}: ${n} labels`, `  agreement ${shareText(agreement)}`];
  if (agreementSwapped !== undefined && agreementBoth !== undefined)
    lines.push(
      `  answers swapped ${shareText(agreementSwapped)}, in both orders ${shareText(agreementBoth)}`,
    );
  lines.push(`  ${kappaText(calibration)}`, ...confusionLines(calibration));
  if (position !== undefined)
    lines.push(
      `  the same verdict in both orders: ${shareText(position.consistency)}; the first place wins ` +
        `${percent(position.firstWins)} (p = ${shortP(position.p)} of no bias)`,
    );
  if (length !== undefined)
    lines.push(
      `  where they disagree, the judge is kinder to the longer answer ${length.towardsLong} times, to the ` +
        `shorter ${length.towardsShort} times (p = ${shortP(length.p)})`,
    );
  return lines;
}

/** Cohen's kappa with its interval. */
export function kappaText({ kappa, weights }: Pick<Calibration, "kappa" | "weights">): string {
  if (kappa === undefined) return "kappa unknown: all labels and all verdicts are of one class";
  const { estimate, lower, upper } = kappa;
  const kind = weights === "quadratic" ? " (quadratic weights)" : "";
  return `Cohen's kappa${kind} ${estimate.toFixed(2)} (95 % interval ${lower.toFixed(2)} to ${upper.toFixed(2)})`;
}

function confusionLines({ classes, confusion }: Calibration): readonly string[] {
  const cells = [
    ["people \\ judge", ...classes],
    ...confusion.map((row, at) => [classes[at] ?? "", ...row.map(String)]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length))) ?? [];
  return cells.map(
    (row) =>
      `    ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0))).join("  ")}`,
  );
}

function shareText({ estimate, lower, upper }: Interval): string {
  return `${percent(estimate)} (95 % interval ${percent(lower)} to ${percent(upper)})`;
}

function shortP(p: number): number {
  return Number(p.toPrecision(2));
}

/** A comparison as people would have it, in lines; raw text, escaped by the sink. */
export function correctedLines({
  task,
  baseline,
  candidate,
  difference,
  rates,
}: CorrectedComparison): readonly string[] {
  const title = `${candidate} against ${baseline} on ${task}`;
  if (difference.kind === "none") return [`${title}: ${difference.reason}`];
  const { estimate, lower, upper, judgeMean, lambda, labelled, unlabelled } = difference.estimate;
  return [
    `${title}: people would find ${points(estimate)} points (95 % interval ${points(lower)} to ${points(upper)})`,
    `  by labels on ${labelled} cases and the judge on ${unlabelled} more, at a weight of ${lambda.toFixed(2)}; the judge alone says ${points(judgeMean)}`,
    ...rates.map(({ target, judged, corrected }) =>
      corrected === undefined
        ? `  ${target}: the judge says yes to ${percent(judged)}, and is hardly better than chance at it`
        : `  ${target}: the judge says yes to ${percent(judged)}, people would to ${shareText(corrected)}`,
    ),
  ];
}
