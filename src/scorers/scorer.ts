import type { z } from "zod";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { AskJudge } from "../domain/judge.ts";
import type { AnsweredKind, ToolCall } from "../domain/outcome.ts";
import type { Clock } from "../domain/ports.ts";
import type { Sandbox, SandboxEngine } from "../domain/sandbox.ts";
import type { LabelReading, Score, ScoreFault, ScorePart } from "../domain/score.ts";
import type { Soon } from "../domain/soon.ts";
import type { Message } from "../domain/suite.ts";
import { templateFields } from "../domain/template.ts";
import { scored } from "./judgement.ts";
import { longerThan } from "./long-text.ts";
import type { ModuleRunner } from "./module-runner.ts";
import type { HeavyJob, ScorePool } from "./score-pool.ts";

/** What scorers are given from outside. */
export interface ScorerPorts {
  readonly clock: Clock;
  /** Directory of the suite file: paths in options are relative to it. */
  readonly directory: string;
  /** Longest time that one scorer may take for one answer, ms. */
  readonly timeoutMs: number;
  /** Runs the functions of `module` scorers. */
  readonly modules: ModuleRunner;
  /** Runs model-written code. */
  readonly sandbox: Sandbox;
  /** Score what would keep this process busy; `undefined` where it may. */
  readonly threads: ScorePool | undefined;
  /** Asks the judges that a scorer names. */
  readonly ask: AskJudge;
}

/** What a scorer judges. */
export interface ScoringInput {
  readonly answer: string;
  readonly toolCalls: readonly ToolCall[];
  /** What the model was asked, rendered. */
  readonly prompt: readonly Message[];
  readonly rival: Rival;
  /** The outcome is `refused`. Only scorers with `scoresRefusals` ever see it. */
  readonly refused: boolean;
  /** The case's fields: untrusted data. */
  readonly fields: JsonObject;
  /** The answer's notes: `prompt-fills-context` and the like. */
  readonly answerNotes: readonly string[];
}

/** The baseline's answer to the same case, for the scorers that compare with it. */
export type Rival =
  | { readonly kind: "answer"; readonly text: string; readonly outcome: AnsweredKind }
  /** What is scored is the baseline's own answer. */
  | { readonly kind: "itself" }
  | { readonly kind: "none"; readonly reason: string };

/** What one call of a scorer is given on top of its ports. */
export interface CallPorts extends ScorerPorts {
  /** Aborted when its time is up. */
  signal(): AbortSignal;
}

/** A worked example: a test and a row of the docs. */
export interface ScorerExample {
  readonly options?: JsonObject;
  readonly fields?: JsonObject;
  readonly answer: string;
  readonly toolCalls?: readonly ToolCall[];
  /** The outcome was `refused`: the provider's own word, not read from the text. */
  readonly refused?: boolean;
  /** The baseline's answer. */
  readonly rival?: string;
  /** What the judges say, call by call: the verdict without its id; a text is a reply as it stands. */
  readonly verdicts?: readonly (JsonObject | string)[];
  readonly score: number | "unscored";
  readonly fault?: ScoreFault;
  readonly ifFormatFixed?: number;
}

/** A judge that options name, and where. */
export interface NamedJudge {
  readonly path: readonly (string | number)[];
  readonly judge: string;
  /** What it is asked: the canaries that it is shown are of that form. */
  readonly form: JudgeUse;
}

/** How a judge is asked: by a rubric, by questions, or which of two answers is better. */
export type CanaryForm = "rubric" | "questions" | "pair";

/** The same, or for the embedding of a text: then there is no word to be talked round. */
export type JudgeUse = CanaryForm | "embedding";

/** What the author of a scorer writes. */
export interface ScorerDefinition<Name extends string, Options> {
  readonly name: Name;
  /** One sentence: what 1 means. */
  readonly summary: string;
  /** A strict object with snake_case keys, each with a description: the shape after rendering. */
  readonly options: z.ZodType<Options>;
  /** Options that hold where the suite says nothing; may be templates. */
  readonly defaults?: JsonObject;
  readonly examples: readonly ScorerExample[];
  /** A refusal is what it judges: it is asked about refused answers, which score 0 elsewhere. */
  readonly scoresRefusals?: boolean;
  /** It gives its scores the labels that it read, so that there is an F1 of them. */
  readonly readsLabels?: boolean;
  /** It ends by itself, by limits of its own: the general one does not hold. */
  readonly boundsItself?: boolean;
  /**
   * Whether this answer takes more than some 5 ms of this process: then it is scored in a thread, without ports.
   * Said from sizes alone, in no time; 10,000 characters where a scorer says nothing. One that bounds itself is never.
   */
  isHeavy?(answer: string, options: NoInfer<Options>): boolean;
  /** The engines of the sandbox that it needs for options as a suite writes them, templates unrendered. */
  engines?(options: JsonObject): readonly SandboxEngine[];
  /** The files of the user's whose code it runs, with options as a suite writes them. */
  modules?(options: JsonObject): readonly string[];
  /** It needs the baseline's answer to the same case: its tasks are scored once all answers are there. */
  readonly comparesBaseline?: boolean;
  /** The judges that it asks with these options, which need not fit the schema. Their calls have their own time limits. */
  judges?(options: JsonObject): readonly NamedJudge[];
  /** Options that say what is run: no case may set them. */
  readonly fixed?: readonly string[];
  /** Templates where none may stand, deeper inside of the options than `fixed` reaches. */
  misplacedTemplates?(options: JsonObject): readonly MisplacedTemplate[];
  /** Fills in defaults deeper inside of the options than `defaults` reaches. */
  complete?(options: JsonObject): JsonObject;
  /** Why no answer to this case can be scored with these rendered options; asked before any call is made. */
  check?(options: Options): string | undefined;
  score(input: ScoringInput & { readonly options: Options }, ports: CallPorts): Soon<Score>;
  /** What the score of an answer that says nothing (refused, empty) keeps beside its 0. */
  ofNothing?(options: Options): KeptDetail;
}

/** A template in an option that no case may set. */
export interface MisplacedTemplate {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What a score keeps for the tables of a task, beside its number. */
export interface KeptDetail {
  readonly labels?: LabelReading;
  readonly parts?: readonly ScorePart[];
}

/** A scorer with the options of one case, rendered and parsed. */
export type BoundScorer =
  | {
      readonly ok: true;
      /** It ends by itself, or waits for calls that have their own time limits. */
      readonly boundsItself: boolean;
      /** The same as a job for a thread, where it would keep this process busy. */
      heavyJob(input: ScoringInput): HeavyJob | undefined;
      score(input: ScoringInput, ports: CallPorts): Soon<Score>;
      /** The score of an answer that says nothing: 0. */
      scoreNothing(reason: string): Score;
    }
  | { readonly ok: false; readonly reason: string };

/** A scorer on the shelf. */
export interface Scorer<Name extends string = string> {
  readonly name: Name;
  readonly summary: string;
  readonly schema: z.ZodType;
  readonly defaults: JsonObject;
  readonly examples: readonly ScorerExample[];
  readonly scoresRefusals: boolean;
  readonly readsLabels: boolean;
  /** The engines of the sandbox that it needs for options as a suite writes them. */
  engines(options: JsonObject): readonly SandboxEngine[];
  /** The files of the user's whose code it, or a part of it, runs. */
  modules(options: JsonObject): readonly string[];
  /** Whether it, or a part of it, needs the baseline's answer. */
  comparesBaseline(options: JsonObject): boolean;
  /** The judges that it asks with these options, defaults filled in, templates unrendered. */
  judges(options: JsonObject): readonly NamedJudge[];
  /** Templates that would let a case say what is run. */
  misplacedTemplates(options: JsonObject): readonly MisplacedTemplate[];
  /** Options as a suite writes them, with every default filled in, templates unrendered. */
  complete(options: JsonObject): JsonObject;
  /** Options, defaults merged in and templates rendered, to a function of the answer; or why this case cannot be scored. */
  bind(rendered: JsonObject): BoundScorer;
}

/** Up to this many characters, what goes over a text a few times takes less than some 5 ms. */
const LONG = 10_000;

/** Makes a scorer for the shelf; its options' type stays inside. */
export function defineScorer<const Name extends string, Options>(
  definition: ScorerDefinition<Name, Options>,
): Scorer<Name> {
  const isHeavy = definition.isHeavy ?? longerThan(LONG);
  return {
    name: definition.name,
    summary: definition.summary,
    schema: definition.options,
    defaults: definition.defaults ?? {},
    examples: definition.examples,
    scoresRefusals: definition.scoresRefusals ?? false,
    readsLabels: definition.readsLabels ?? false,
    engines: (options) => definition.engines?.(options) ?? [],
    modules: (options) => definition.modules?.(options) ?? [],
    comparesBaseline: (options) =>
      definition.comparesBaseline === true ||
      (definition.judges?.(options) ?? []).some(({ form }) => form === "pair"),
    judges: (options) => definition.judges?.(options) ?? [],
    misplacedTemplates: (options) => [
      ...(definition.fixed ?? []).flatMap((key) => misplaced(key, options[key])),
      ...(definition.misplacedTemplates?.(options) ?? []),
    ],
    complete(options) {
      const whole = { ...definition.defaults, ...options };
      return definition.complete?.(whole) ?? whole;
    },
    bind(rendered) {
      const parsed = definition.options.safeParse(rendered);
      if (!parsed.success) return { ok: false, reason: describeIssues(parsed.error.issues, rendered) };
      const options = parsed.data;
      const reason = definition.check?.(options);
      if (reason !== undefined) return { ok: false, reason };
      const boundsItself =
        definition.boundsItself === true || (definition.judges?.(rendered) ?? []).length > 0;
      return {
        ok: true,
        boundsItself,
        heavyJob: (input) =>
          !boundsItself && isHeavy(input.answer, options)
            ? { scorer: definition.name, options: rendered, input }
            : undefined,
        score: (input, ports) => definition.score({ ...input, options }, ports),
        scoreNothing: (reason) => ({ ...scored(0, reason), ...definition.ofNothing?.(options) }),
      };
    },
  };
}

function misplaced(key: string, value: JsonValue | undefined): readonly MisplacedTemplate[] {
  if (typeof value !== "string" || templateFields(value).length === 0) return [];
  return [{ path: [key], message: "takes no template: a case is data and does not say what is run" }];
}

function describeIssues(issues: readonly z.core.$ZodIssue[], rendered: JsonObject): string {
  return issues
    .map(({ path, message }) => {
      const key = String(path[0] ?? "");
      if (key === "") return message;
      const value = Object.hasOwn(rendered, key) ? JSON.stringify(rendered[key]).slice(0, 60) : "nothing";
      return `${path.join(".")}: ${message} (it is ${value})`;
    })
    .join("; ");
}
