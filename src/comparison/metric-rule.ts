import type { Interval } from "../statistics/interval.ts";
import { type MeasuredMetric, type MetricValue, metricValue } from "./metric-value.ts";
import { askedRows, sharedRows } from "./paired-cases.ts";
import { pairedCostRatio } from "./paired-cost.ts";
import type { RuleInput, RuleResult, RuleState } from "./rules.ts";

/** Judges a metric other than the score on the ends of its interval; unknown is undecided, never zero. */
export function judgeMetric(input: RuleInput, metric: MeasuredMetric): readonly RuleResult[] {
  const { atLeast, atMost } = input.rule;
  const results: RuleResult[] = [];
  if (atLeast !== undefined) results.push(judgeBound(input, metric, { kind: "at_least", ...atLeast }));
  if (atMost !== undefined) results.push(judgeBound(input, metric, { kind: "at_most", ...atMost }));
  return results;
}

function judgeBound(input: RuleInput, metric: MeasuredMetric, bound: RuleResult["bound"]): RuleResult {
  const { rule, task, pairs, levels } = input;
  const base = {
    rule: rule.name,
    metric,
    task,
    bound,
    cases: pairs.length,
    label: undefined,
    difference: undefined,
    needs: undefined,
  };
  const forSafe = measured(input, metric, { relative: bound.relative, confidence: 2 * levels.safe - 1 });
  const forUnsafe = measured(input, metric, { relative: bound.relative, confidence: 2 * levels.unsafe - 1 });
  if (!forSafe.known || !forUnsafe.known) {
    const evidence = forSafe.known ? "unknown" : forSafe.reason;
    return { ...base, state: "undecided", measured: undefined, evidence };
  }
  const state = stateOf({
    kind: bound.kind,
    value: bound.value,
    safe: forSafe.value,
    unsafe: forUnsafe.value,
  });
  const evidence = input.alignment.candidate.simulated
    ? `${EVIDENCE[state]}; the answers are simulated`
    : EVIDENCE[state];
  return { ...base, state, measured: forSafe.value, evidence };
}

const EVIDENCE = {
  held: "the whole interval is within the bound",
  broken: "the whole interval is beyond the bound",
  undecided: "the bound is within the interval",
};

interface Judged {
  readonly kind: RuleResult["bound"]["kind"];
  readonly value: number;
  readonly safe: Interval;
  readonly unsafe: Interval;
}

function stateOf({ kind, value, safe, unsafe }: Judged): RuleState {
  // Prices are sums of products: equal ones may differ in the last bit.
  const slack = Math.abs(value) * 1e-12;
  if (kind === "at_most") {
    if (safe.upper <= value + slack) return "held";
    return unsafe.lower > value + slack ? "broken" : "undecided";
  }
  if (safe.lower >= value - slack) return "held";
  return unsafe.upper < value - slack ? "broken" : "undecided";
}

function measured(
  input: RuleInput,
  metric: MeasuredMetric,
  { relative, confidence }: { readonly relative: boolean; readonly confidence: number },
): MetricValue {
  const { alignment, pairs } = input;
  if (!relative) {
    const cases = askedRows(pairs, "candidate");
    return metricValue(metric, { side: alignment.candidate, cases, confidence });
  }
  if (metric === "cost") return pairedCostRatio(alignment, pairs, confidence);
  // Each interval spends half of the error: conservative, and needs nothing about how the two depend.
  const shared = 1 - (1 - confidence) / 2;
  const rows = sharedRows(pairs);
  return ratioOf(
    metricValue(metric, { side: alignment.candidate, cases: rows.candidate, confidence: shared }),
    metricValue(metric, { side: alignment.baseline, cases: rows.baseline, confidence: shared }),
  );
}

/** Ratio of two metrics from their intervals; an end over zero is open. */
export function ratioOf(candidate: MetricValue, baseline: MetricValue): MetricValue {
  if (!candidate.known) return candidate;
  if (!baseline.known) return baseline;
  const over = (value: number, by: number) => (by > 0 ? value / by : Infinity);
  if (baseline.value.estimate === 0) return { known: false, reason: "the baseline's value is 0" };
  return {
    known: true,
    n: Math.min(candidate.n, baseline.n),
    value: {
      estimate: candidate.value.estimate / baseline.value.estimate,
      lower: Number.isFinite(baseline.value.upper) ? over(candidate.value.lower, baseline.value.upper) : 0,
      upper: over(candidate.value.upper, baseline.value.lower),
    },
  };
}
