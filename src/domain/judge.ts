import type { Message } from "./suite.ts";

/** One call that a scorer wants made of a judge. */
export interface JudgeQuestion {
  /** Name of the judge: a model of the suite, or one of its `judges`. */
  readonly judge: string;
  readonly messages: readonly Message[];
  /** The scorer's own word for it: `rubric`, `pair, baseline first`. */
  readonly step: string;
  /** Absent where no verdict is asked for, but an embedding. */
  readonly judging?: Judging | undefined;
}

/** The verdict that is asked for, for backends that answer without a model: it is not sent. */
export interface Judging {
  /** What the verdict must bear as its `id`. */
  readonly mark: string;
  readonly form: VerdictForm;
  /** The judged answer; of a pair A and B. */
  readonly answers: readonly string[];
}

/** What a verdict says: a step from 1, a yes or no to each question, or which of two answers is better. */
export type VerdictForm =
  | { readonly kind: "rubric"; readonly scale: number }
  | { readonly kind: "questions"; readonly count: number }
  | { readonly kind: "pair"; readonly ties: boolean };

/** What comes back: a failure says nothing about the answer that is judged. */
export type JudgeReply =
  | { readonly kind: "said"; readonly text: string }
  | { readonly kind: "failed"; readonly code: string; readonly reason: string };

/** Asks a judge; never throws for what the judge or the transport does. */
export type AskJudge = (question: JudgeQuestion) => Promise<JudgeReply>;

/** What one judge said about one answer. */
export interface JudgeVote {
  readonly judge: string;
  /** In [0, 1]. */
  readonly score: number;
  readonly reasons: string;
  /** Of two answers: the place that won with this answer first, and with the other one first. */
  readonly places?: { readonly one: PlaceVerdict; readonly swapped: PlaceVerdict } | undefined;
}

/** What a judge said of two answers. */
export type PlaceVerdict = "first" | "second" | "tie";

/** A known answer that a judge was shown, and whether it saw through it. */
export interface CanaryResult {
  readonly judge: string;
  /** What was asked about it: a rubric, questions, or a pair. */
  readonly form: string;
  /** `known good`, `order to the judge`. */
  readonly canary: string;
  /** `unanswered`: the judge could not be asked, or gave no verdict. */
  readonly state: "passed" | "failed" | "unanswered";
  readonly reason: string;
}
