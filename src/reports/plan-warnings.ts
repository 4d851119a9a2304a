import type { GatePlan, PlannedStatement } from "../comparison/gate-plan.ts";
import { counted, grouped } from "../domain/counted.ts";
import { percent, points } from "./number-text.ts";

/** Under these many pairs a pilot's share of differing cases is a guess. */
const FEW_PAIRS = 30;

/** What weakens a plan, one sentence each; raw text, escaped by the sink. */
export function planWarnings({ statements, withoutCases }: GatePlan): readonly string[] {
  const texts = [
    ...withoutCases.map((rule) => `no case is in the slice of "${rule}": it can never be decided`),
    ...statements.flatMap(hopeless),
    ...tooFew(statements),
    ...statements.flatMap(assumptions),
  ];
  return [...new Set(texts)];
}

function hopeless(statement: PlannedStatement): readonly string[] {
  const { margin, task, cases, casesWithoutDifference } = statement;
  const shown = `a margin of ${points(margin).replace("+", "")} points on ${task}`;
  if (margin <= 0)
    return [`${shown}: no number of cases proves that an equally good model is not worse at all`];
  if (cases < casesWithoutDifference)
    return [
      `${shown} needs at least ${counted(casesWithoutDifference, "case")}, even if not one answer differs; there are ${cases}`,
    ];
  return [];
}

/** One sentence for all that have too few cases. */
function tooFew(statements: readonly PlannedStatement[]): readonly string[] {
  const few = statements.filter(({ power, wantedPower }) => power < wantedPower);
  const [worst] = [...few].sort((left, right) => right.casesNeeded - left.casesNeeded);
  if (worst === undefined || !Number.isFinite(worst.casesNeeded)) return [];
  return [
    `too few cases for ${few.length} of ${statements.length} rows; the most are needed for ${worst.candidate} on ` +
      `${worst.task}: ${grouped(worst.casesNeeded)}, there are ${grouped(worst.cases)}`,
  ];
}

function assumptions({ source, pairs, repeatsUnknown, clustered, task, differ }: PlannedStatement) {
  return [
    ...(source === "assumed"
      ? [
          `how often the models differ is assumed (${percent(differ)} of cases): run some cases as a pilot ` +
            "(--limit 50), or say it with --discordance",
        ]
      : []),
    ...(pairs !== undefined && pairs < FEW_PAIRS
      ? [`the pilot has only ${counted(pairs, "case")} of ${task}: how often the models differ is uncertain`]
      : []),
    ...(repeatsUnknown
      ? ["what repeats gain is not known without a pilot with repeats; none is counted on"]
      : []),
    ...(clustered && source !== "pilot"
      ? [`cases of ${task} share clusters: fewer than ${task}'s cases are independent, and power is lower`]
      : []),
  ];
}
