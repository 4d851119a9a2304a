import type { JudgeVote } from "./judge.ts";
import type { OutcomeKind } from "./outcome.ts";
import type { SampleId } from "./sample.ts";

/** Why a score is below 1: the answer is wrong, or right or wrong it could not be read as asked. */
export type ScoreFault = "none" | "wrong" | "format";

/** The labels of one case as a scorer of labels read them from the answer. */
export interface LabelReading {
  /** The right label; or the list of all that are right, where a case can have several. */
  readonly expected: string | readonly string[];
  /** What counts as named; empty where the answer gave no label that the scorer accepts. */
  readonly found: readonly string[];
}

/** A part of a score under its own name: a field of an object, an instruction, a scorer inside another. */
export interface ScorePart {
  readonly name: string;
  /** In [0, 1]; `null` where it could not be judged. */
  readonly score: number | null;
  /** Among the parts of its score. */
  readonly weight: number;
  readonly labels?: LabelReading | undefined;
}

/** A scorer's judgement of one answer. */
export type Score =
  | {
      readonly kind: "scored";
      /** In [0, 1]. */
      readonly score: number;
      readonly fault: ScoreFault;
      /** Why, in words a user understands. */
      readonly reason: string;
      /** For a format fault: the score the same answer would have with its format mended. */
      readonly ifFormatFixed: number | undefined;
      /** Absent but for scorers of labels. */
      readonly labels?: LabelReading | undefined;
      /** What it is made of, names once; absent where it is of one piece. */
      readonly parts?: readonly ScorePart[] | undefined;
      /** What each judge said; absent where no model was asked. */
      readonly votes?: readonly JudgeVote[] | undefined;
      /** Characters of this answer and of the one that it was compared with. */
      readonly lengths?: { readonly own: number; readonly rival: number } | undefined;
    }
  | {
      readonly kind: "unscored";
      readonly code: string;
      readonly reason: string;
      /** What is known of the parts all the same. */
      readonly parts?: readonly ScorePart[] | undefined;
    };

/** A score with the scorer it comes from. */
export interface LabelledScore {
  readonly label: string;
  readonly weight: number;
  readonly score: Score;
}

/** A draft of a workflow: a call that could have been the answer, with the score that it would have had. */
export interface ScoredStep {
  readonly name: string;
  readonly model: string;
  /** `null`: it could not be judged. */
  readonly score: number | null;
  /** `null` is unknown. */
  readonly costUsd: number | null;
}

/** A sample after scoring: everything that tables and comparisons read. One line of `scores.jsonl`. */
export interface ScoredSample extends SampleId {
  readonly outcome: OutcomeKind;
  readonly scores: readonly LabelledScore[];
  /** Weighted mean of the scores; `null` where the call failed or any scorer could not judge: missing, never zero. */
  readonly score: number | null;
  /** The weighted mean with every format fault mended; equals `score` where there is none. */
  readonly scoreIfFormatFixed: number | null;
  readonly fault: ScoreFault;
  /** `null` is unknown. */
  readonly costUsd: number | null;
  /** `null` where nothing was answered, or the latency is not a measurement. */
  readonly latencyMs: number | null;
  readonly firstTokenMs: number | null;
  readonly generationMs: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly cached: boolean;
  /** Model calls that the answer took: 1, or the steps of a workflow; `null` where nothing was answered. */
  readonly calls: number | null;
  /** The drafts of a workflow's answer, in order; absent where its steps are none. */
  readonly steps?: readonly ScoredStep[] | undefined;
  readonly attempts: number;
  readonly notes: readonly string[];
  readonly tags: readonly string[];
  /** Values of the task's slice fields (and those that the gate names). */
  readonly slices: { readonly [field: string]: string };
  readonly cluster: string | null;
  readonly caseHash: string;
  readonly at: string;
}
