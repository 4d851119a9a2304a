import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import type { Case } from "../domain/dataset.ts";
import type { JudgeQuestion, JudgeReply } from "../domain/judge.ts";
import type { Price } from "../domain/model.ts";
import type { Answer, AnsweredKind } from "../domain/outcome.ts";
import { Refusal } from "../domain/ports.ts";
import { type AskedPrompt, renderPrompt } from "../domain/prompt.ts";
import type { Sample } from "../domain/sample.ts";
import type { ScoredSample } from "../domain/score.ts";
import { type Soon, soon } from "../domain/soon.ts";
import type { Suite, Task } from "../domain/suite.ts";
import { toScoredSample } from "../engine/scored-sample.ts";
import { createSandbox } from "../sandbox/sandbox.ts";
import { combine } from "../scorers/combine.ts";
import { createModuleRunner } from "../scorers/module-runner.ts";
import { scoreAnswer } from "../scorers/score-answer.ts";
import { createScorePool } from "../scorers/score-pool.ts";
import type { Rival } from "../scorers/scorer.ts";
import { scoreSteps } from "./step-scores.ts";
import { type CodeChoice, codeFaults } from "./suite-code.ts";
import { systemClock } from "./system-clock.ts";

/** A sample with the task and the case that it answers. */
export interface Unscored {
  readonly sample: Sample;
  readonly task: Task;
  readonly case: Case;
  /** The task's prompt over the case, where it has been rendered already. */
  readonly prompt?: AskedPrompt | undefined;
  /** The baseline's answer to the case, where a scorer of the task compares with it. */
  readonly rival?: Rival | undefined;
}

/** Turns samples into scored samples. A resource: close it. */
export interface Scoring {
  /** Waits only where a scorer does. */
  score(unscored: Unscored): Soon<ScoredSample>;
  /** How many answers are worth scoring side by side now. */
  width(): number;
  close(): Promise<void>;
}

const NO_RIVAL: Rival = { kind: "none", reason: "the suite's gate names no baseline" };
const SCORER_MS = 10_000;
/** One core is left to the calls. */
const THREADS = Math.max(1, Math.min(4, availableParallelism() - 1));

/** What the scorers of a suite are opened with. */
export interface ScoringParts {
  readonly suite: Suite;
  /** By model name; `undefined` is unknown. */
  readonly prices: ReadonlyMap<string, Price | undefined>;
  /** What of the scorers' code may run. */
  readonly code: CodeChoice;
  /** Asks a judge about a case. */
  ask(question: JudgeQuestion, about: { readonly task: string; readonly case: Case }): Promise<JudgeReply>;
}

/** Opens the scorers of a suite. Throws a `Refusal` where one of them runs code that may not run. */
export function startScoring({ suite, prices, code, ask }: ScoringParts): Scoring {
  const [refused] = codeFaults(suite, code, "scorer");
  if (refused !== undefined) throw new Refusal(refused.code, refused.message, refused.hint ?? "");
  const modules = createModuleRunner();
  const sandbox = createSandbox();
  const threads = createScorePool(THREADS);
  const directory = dirname(suite.file);
  const shared = { clock: systemClock, directory, timeoutMs: SCORER_MS, modules, sandbox, threads };
  const workflows = new Map(suite.models.map(({ name, workflow }) => [name, workflow?.name]));
  const fields = new Map(suite.tasks.map((task) => [task.name, sliceFields(suite, task)]));
  return {
    score: ({ sample, task, case: item, rival = NO_RIVAL, prompt = renderPrompt(task, item.fields) }) => {
      const { outcome } = sample;
      const { scorers: specs } = task;
      const { messages, turns } = prompt;
      const about = { task: task.name, case: item };
      const ports = { ...shared, ask: (question: JudgeQuestion) => ask(question, about) };
      const scoreOf = (answer: Answer, kind: AnsweredKind) =>
        scoreAnswer({ specs, case: item, prompt: messages, turns, rival, ports, answer, outcome: kind });
      const scoreDraft = (answer: Answer, kind: AnsweredKind) =>
        // Judges are asked about answers alone: drafts would cost as much again.
        specs.some(({ judges = [] }) => judges.length > 0)
          ? null
          : soon(scoreOf(answer, kind), (scores) => combine(scores).score);
      const hasNoAnswer = outcome.kind === "failed" || outcome.kind === "skipped";
      return soon(hasNoAnswer ? [] : scoreOf(outcome.answer, outcome.kind), (scores) =>
        soon(
          scoreSteps(sample, { workflow: workflows.get(sample.target), prices, score: scoreDraft }),
          (steps) => {
            const sliceFields = fields.get(task.name) ?? [];
            const combined = combine(scores);
            return toScoredSample({ sample, case: item, scores, combined, steps, prices, sliceFields });
          },
        ),
      );
    },
    width: threads.width,
    close: async () => {
      await Promise.all([modules.close(), sandbox.close(), threads.close()]);
    },
  };
}

/** The task's own slice fields, and those that the gate's rules name. */
function sliceFields(suite: Suite, task: Task): readonly string[] {
  const named = suite.gate?.rules.flatMap(({ where }) => Object.keys(where ?? {})) ?? [];
  return [...new Set([...task.slices, ...named.filter((field) => field !== "tags")])];
}
