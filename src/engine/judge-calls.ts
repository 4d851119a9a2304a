import { setMaxListeners } from "node:events";
import type { Case } from "../domain/dataset.ts";
import type { JudgeQuestion, JudgeReply } from "../domain/judge.ts";
import type { Model, Price } from "../domain/model.ts";
import type { Answer, Outcome } from "../domain/outcome.ts";
import type { Backend, Clock, Random } from "../domain/ports.ts";
import type { Sample, SampleId } from "../domain/sample.ts";
import type { Purse } from "./budget.ts";
import { type JudgeLine, newJudgeLine, send } from "./judge-line.ts";
import type { Pace } from "./pace.ts";
import { requestKey } from "./request-key.ts";

/** A connected judge, as the composition root binds it. */
export interface BoundJudge {
  /** As it is asked: with its own parameters, and a schema or tools only where they are meant for a verdict. */
  readonly model: Model;
  readonly backend: Backend;
  readonly cacheable: boolean;
  readonly price: Price | undefined;
  readonly longestAnswer: number | undefined;
}

/** All that the judges touch. */
export interface JudgePorts {
  /** By name. */
  readonly judges: ReadonlyMap<string, BoundJudge>;
  readonly clock: Clock;
  readonly random: Random;
  readonly purse: Purse;
  /** Shared with the run, so that a judge that is measured too keeps within one limit. */
  readonly paces: Map<string, Pace>;
  /** No new calls once it aborts; those in flight get `graceMs`. */
  readonly signal: AbortSignal;
  readonly graceMs: number;
  readonly journal: {
    append(sample: Sample): Promise<void>;
    /** Answered before, in this part of the run or an earlier one. */
    readonly answered: {
      has(id: SampleId, requestKey: string): boolean;
      read(id: SampleId, requestKey: string): Promise<Sample>;
    };
  };
  readonly cache:
    | { get(key: string): Answer | undefined; put(key: string, answer: Answer): Promise<void> }
    | undefined;
}

/** What a question is about. */
export interface Judged {
  readonly task: string;
  readonly case: Case;
  /** Asked anew in every run, whatever the cache knows. */
  readonly fresh: boolean;
}

/** The judges of a run. */
export interface Judges {
  /** The same question about a case is asked once, also over the parts of a run. Does not throw for a failed call. */
  ask(question: JudgeQuestion, about: Judged): Promise<JudgeReply>;
  /** Questions that were not asked, because of the budget or an interruption. */
  notAsked(): number;
}

/** Opens the judges of a run: nothing is sent yet. */
export function startJudges(ports: JudgePorts): Judges {
  const lines = new Map([...ports.judges].map(([name, bound]) => [name, newJudgeLine(bound, ports)]));
  const asking = new Map<string, Promise<JudgeReply>>();
  let notAsked = 0;
  // As many calls may wait for the end of the run as are in flight: no leak.
  setMaxListeners(0, ports.signal);
  return {
    ask: async (question, about) => {
      const line = lines.get(question.judge);
      if (line === undefined) throw new Error(`judge "${question.judge}" is not connected`);
      const key = judgeKey(line.bound.model, question);
      const id = judgementId(question, about);
      const same = JSON.stringify([id, key]);
      const known = asking.get(same);
      if (known !== undefined) return known;
      const reply = answerOf(ports, line, { question, about, id, key });
      asking.set(same, reply);
      try {
        const said = await reply;
        if (said.kind === "failed" && (said.code === "interrupted" || said.code === "budget")) notAsked += 1;
        return said;
      } finally {
        asking.delete(same);
      }
    },
    notAsked: () => notAsked,
  };
}

/** Content address of a question. */
export function judgeKey(model: Model, { messages, step }: JudgeQuestion): string {
  return requestKey(model, messages, 0, `judge: ${step}`);
}

/** Under what a judge's call is journalled: it is a sample of the judge, on the case that it judges. */
export function judgementId(
  { judge }: JudgeQuestion,
  { task, case: item }: Pick<Judged, "task" | "case">,
): SampleId {
  return { task, caseId: item.id, target: judge, repeat: 0 };
}

/** What a journalled call says to the scorer. */
export function replyOf({ outcome }: Pick<Sample, "outcome">): JudgeReply {
  switch (outcome.kind) {
    case "answered":
    case "truncated":
      return { kind: "said", text: outcome.answer.text };
    case "failed":
      return { kind: "failed", code: "judge-failed", reason: outcome.failure.message };
    case "skipped":
      return { kind: "failed", code: "judge-failed", reason: `the call was skipped (${outcome.reason})` };
    default:
      return { kind: "failed", code: "judge-failed", reason: `the judge's answer is ${outcome.kind}` };
  }
}

interface Asked {
  readonly question: JudgeQuestion;
  readonly about: Judged;
  readonly id: SampleId;
  readonly key: string;
}

async function answerOf(ports: JudgePorts, line: JudgeLine, asked: Asked): Promise<JudgeReply> {
  const { question, about, id, key } = asked;
  const { journal } = ports;
  if (journal.answered.has(id, key)) return replyOf(await journal.answered.read(id, key));
  const cache = line.bound.cacheable ? ports.cache : undefined;
  const hit = about.fresh ? undefined : cache?.get(key);
  const done =
    hit === undefined
      ? await send(line, ports, { ...about, messages: question.messages, judging: question.judging })
      : { outcome: { kind: "answered" as const, answer: hit }, attempts: 0, queuedMs: 0 };
  if ("code" in done) return { kind: "failed", ...done };
  const cached = hit !== undefined;
  const sample: Sample = {
    ...id,
    requestKey: key,
    attempts: done.attempts,
    outcome: withPrompt(done.outcome, question, cached),
    queuedMs: done.queuedMs,
    cached,
    at: new Date(ports.clock.wall()).toISOString(),
  };
  await journal.append(sample);
  if (done.outcome.kind === "answered" && !cached) await cache?.put(key, done.outcome.answer);
  return replyOf(sample);
}

/** The prompt is kept with the answer, as that of a workflow's one step. */
function withPrompt(outcome: Outcome, { step, judge, messages }: JudgeQuestion, cached: boolean): Outcome {
  if (outcome.kind === "failed" || outcome.kind === "skipped") return outcome;
  const { kind, answer } = outcome;
  return {
    kind,
    answer: { ...answer, steps: [{ name: step, model: judge, messages, kind, answer, cached }] },
  };
}
