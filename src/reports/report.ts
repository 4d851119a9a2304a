import type { Comparison } from "../comparison/compare.ts";
import type { GateResult } from "../comparison/gate.ts";
import type { PairwiseRanking } from "../comparison/pairwise.ts";
import type { RunTable } from "../comparison/run-table.ts";
import type { StepAnalysis } from "../comparison/step-analysis.ts";
import type { WorkflowEffect } from "../comparison/workflow-effect.ts";
import type { ManifestModel } from "../domain/run.ts";
import type { Claim } from "../domain/suite.ts";

/** What a run that could stop early took. */
export interface EarlySaving {
  /** `undefined` where the last case was needed. */
  readonly decidedAfter: number | undefined;
  /** Planned. */
  readonly cases: number;
  /** Planned, over all models and repeats. */
  readonly samples: number;
  readonly spared: number;
  /** `undefined` is unknown. */
  readonly costUsd: number | undefined;
  /** What all cases would have cost, as things went. */
  readonly fullCostUsd: number | undefined;
  readonly claim: Claim;
  /** Rules that cannot be bet on: looked at a few times, each at its share of the error. */
  readonly looked: readonly string[];
}

/** A model as the manifest has it, as far as its requests are concerned. */
export type ReportedModel = Pick<ManifestModel, "name" | "backend" | "model" | "parameters">;

/** What a report is made of. */
export interface ReportInput {
  readonly title: { readonly suite: string; readonly run: string; readonly attempt: number };
  /** What was asked; absent where a report is about no one run. */
  readonly models?: readonly ReportedModel[] | undefined;
  /** `undefined` for a report about a comparison only. */
  readonly table: RunTable | undefined;
  readonly comparisons: readonly Comparison[];
  /** Where the workflows of targets repaired answers and lost them; empty where none makes drafts. */
  readonly steps: readonly StepAnalysis[];
  /** What each workflow makes of its model, and whether it would do in the place of another. */
  readonly workflows: readonly WorkflowEffect[];
  /** `undefined` where the suite has no gate. */
  readonly gate: GateResult | undefined;
  /** Strengths of more than two models in pairwise verdicts; absent where there are none. */
  readonly ranking?: PairwiseRanking | undefined;
  /** Why the suite's gate was not judged; `undefined` where it was, or where there is none. */
  readonly notJudged: string | undefined;
  /** Samples that were planned and have no score. */
  readonly unmeasured: number;
  /** `undefined` where the run had to go on to its last case. */
  readonly early?: EarlySaving | undefined;
}

export interface ReportOptions {
  readonly color: boolean;
}

/** A report on the shelf: data to text. The same data gives the same bytes. */
export interface Report {
  readonly name: string;
  readonly summary: string;
  /** Suffix of its file, without a dot. */
  readonly extension: string;
  render(input: ReportInput, options: ReportOptions): string;
}
