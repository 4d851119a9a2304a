import type { z } from "zod";
import type { JsonObject } from "../domain/json.ts";
import type { Answer, AnsweredKind, Outcome } from "../domain/outcome.ts";
import type { UserTurn } from "../domain/prompt.ts";
import type { Message } from "../domain/suite.ts";
import type { FunctionSession } from "./user-function.ts";

/** What comes back of one call that was answered. */
export interface Reply {
  readonly kind: AnsweredKind;
  readonly answer: Answer;
  /** Time that the workflow itself took besides its calls; absent where that is nothing to speak of. */
  readonly ownMs?: number;
}

/** One call that a workflow wants made. */
export interface Question {
  /** The workflow's own word for it, unique within a sample: `critique 1`. */
  readonly step: string;
  readonly messages: readonly Message[];
  /** Another model of the suite; `undefined` is the target's own. */
  readonly model: string | undefined;
  /**
   * `answer`: may become the final answer, and is asked with all the model's parameters. `aside`: a critique or a
   * choice, asked without the response schema, the tools and the stop texts that are meant for the answer.
   */
  readonly purpose: "answer" | "aside";
  /** Of a conversation: which turn it answers, from 1. */
  readonly turn?: number;
}

/** The end of a sample without an answer. */
export type Unanswered = Extract<Outcome, { readonly kind: "failed" | "skipped" }>;

/**
 * A workflow at work on one sample: it yields the calls that it wants made side by side, is resumed with their
 * replies in the same order, and returns the reply that is its answer. A call that fails for good ends the sample:
 * the workflow is not resumed, so it never sees a fault of transport.
 */
export type Script = Generator<readonly Question[], Reply, readonly Reply[]>;

/** The same of a workflow that runs elsewhere: it may also break. It is ended (`return`) where it is not resumed. */
export type RemoteScript = AsyncGenerator<readonly Question[], Reply | Unanswered, readonly Reply[]>;

/** Reads an answer out of a text: how workflows compare what samples say. `undefined` where there is none. */
export interface AnswerReaders {
  /** The part that the text marks as its answer, else all of it; case, Markdown and white space aside. */
  answer(text: string): string | undefined;
  /** The number that the text marks as its answer, else its last one. */
  number(text: string): number | undefined;
  /** Its JSON with sorted keys. */
  json(text: string): string | undefined;
}

/** What a workflow is given of a sample. */
export interface Given {
  /** The task's prompt, rendered. */
  readonly prompt: readonly Message[];
  /** The case's fields: untrusted data. */
  readonly fields: JsonObject;
  /** Name of the task, and 0-based repeat. */
  readonly task: string;
  readonly repeat: number;
  readonly read: AnswerReaders;
  /** Of a conversation: every turn of the user. */
  readonly turns?: readonly UserTurn[] | undefined;
  /** Calls the function of the user's that the workflow named; absent for a workflow without one. */
  readonly open?: ((argument: JsonObject) => FunctionSession) | undefined;
}

/** A workflow with its options. */
export interface BoundWorkflow {
  /** Most calls that one sample can take. */
  readonly mostCalls: number;
  /** The other models that it asks: the option that names each. */
  readonly others: readonly { readonly option: string; readonly model: string }[];
  /** Asks the same prompt several times and needs different answers. */
  readonly resamples: boolean;
  /** Fields of the case that its prompts read. */
  readonly fields: readonly string[];
  /** Tools that it has results for; `undefined` where it takes no notice of tools. */
  readonly tools?: readonly string[];
  /** How often the words of its options can stand in one prompt: 1 unless it says more. */
  readonly copies?: number;
  /** Bytes of the longest prompt that it may send besides the task's own, where its options do not tell. */
  readonly longestPrompt?: number;
  /** A function of the user's that it runs: its file, relative to the suite, and its name there. */
  readonly userFunction?: { readonly path: string; readonly name: string };
  start(given: Given): Script | RemoteScript;
}

/** A worked example: a test and a row of the docs. */
export interface WorkflowExample {
  readonly options: JsonObject;
  readonly fields?: JsonObject;
  /** What the models say, call by call; `""` is an empty answer, `null` a refusal, an object the calls of tools. */
  readonly replies: readonly (string | null | JsonObject)[];
  /** The text of the final answer. */
  readonly answer: string;
}

/** A workflow on the shelf. */
export interface Workflow {
  readonly name: string;
  /** One sentence: what it does with a model. */
  readonly summary: string;
  /** A strict object with snake_case keys, each with a description. */
  readonly options: z.ZodObject;
  readonly examples: readonly WorkflowExample[];
  /** Throws for options that do not fit the schema: the suite was checked. */
  bind(options: JsonObject): BoundWorkflow;
}

/** What the author of a workflow writes. */
export interface WorkflowDefinition<Options extends z.ZodObject> extends Omit<Workflow, "options" | "bind"> {
  readonly options: Options;
  bind(options: z.output<Options>): BoundWorkflow;
}

/** Makes a workflow for the shelf; its options' type stays inside. */
export function defineWorkflow<Options extends z.ZodObject>(
  definition: WorkflowDefinition<Options>,
): Workflow {
  return { ...definition, bind: (options) => definition.bind(definition.options.parse(options)) };
}
