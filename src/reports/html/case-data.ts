import type { OutcomeKind } from "../../domain/outcome.ts";

/** A model of the explorer and its samples, as parallel columns. */
export interface ListedModel {
  readonly name: string;
  /** Index of the case in `ListedCases`. */
  readonly caseIndex: readonly number[];
  readonly repeat: readonly number[];
  /** Index in `outcomes`. */
  readonly outcome: readonly number[];
  /** `null` is missing, never zero. */
  readonly score: readonly (number | null)[];
  /** Which answer of the file is this sample's; -1: it is not in the file. */
  readonly answer: readonly number[];
  /** Which judgement of the file is this sample's; -1: it is not in the file. */
  readonly judgement: readonly number[];
}

/** Everything that the explorer lists and filters; what a case shows is in the blocks. */
export interface CaseList {
  readonly models: readonly ListedModel[];
  /** Name of the model in use, and of those proposed; the first of the models where there is no gate. */
  readonly baseline: string;
  readonly candidates: readonly string[];
  readonly outcomes: readonly OutcomeKind[];
  readonly tasks: readonly string[];
  /** `language=de`. */
  readonly slices: readonly string[];
  /** The combinations of slices that occur, as indices of `slices`. */
  readonly sliceSets: readonly (readonly number[])[];
  readonly cases: {
    /** Index in `tasks`. */
    readonly task: readonly number[];
    readonly id: readonly string[];
    /** Index in `sliceSets`. */
    readonly sliceSet: readonly number[];
    /** Which input of the file is this case's; -1: it is not in the file. */
    readonly input: readonly number[];
  };
  /** Number of the first input (answer, judgement) of each block. */
  readonly inputBlocks: readonly number[];
  readonly answerBlocks: readonly number[];
  readonly judgementBlocks: readonly number[];
}

/** What a model said to one ask, as a block keeps it. Absent is unknown. */
export interface AnswerDetail {
  readonly text: string;
  /** Characters that were left out at the end. */
  readonly cut?: number;
  readonly failure?: string;
  readonly tools?: string;
  /** The calls of a workflow, in order. */
  readonly steps?: readonly StepDetail[];
  readonly finish?: string;
  readonly servedBy?: string;
  readonly notes?: readonly string[];
  readonly latencyMs?: number;
  readonly firstTokenMs?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly attempts: number;
  readonly cached: boolean;
}

/** One call of a workflow. */
export interface StepDetail {
  readonly name: string;
  readonly model: string;
  readonly outcome: string;
  /** What was sent, where it was not the task's own prompt. */
  readonly asked?: string;
  readonly text: string;
  readonly tools?: string;
  readonly latencyMs?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cached: boolean;
}

/** What a case gives the models: its fields, as text. */
export type InputDetail = readonly (readonly [field: string, value: string])[];

/** What the scorers made of it. */
export interface JudgementDetail {
  readonly costUsd: number | null;
  readonly scores: readonly {
    readonly label: string;
    /** `null`: could not be judged. */
    readonly score: number | null;
    readonly isFormat: boolean;
    readonly reason: string;
    /** What each judge said; absent where none was asked. */
    readonly votes?: readonly { readonly judge: string; readonly score: number; readonly reasons: string }[];
  }[];
}

/** The id of the element that holds a block. */
export function blockId(kind: "inputs" | "answers" | "judgements" | "list", number: number): string {
  return `${kind}-${number}`;
}
