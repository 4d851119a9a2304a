import type { Model } from "../domain/model.ts";
import type { Answer, Outcome, Step } from "../domain/outcome.ts";
import type { Backend, Probe, Request } from "../domain/ports.ts";
import type { Message } from "../domain/suite.ts";
import { joinedAnswer } from "./joined-answer.ts";
import type { UserFunction } from "./user-function.ts";
import type { AnswerReaders, BoundWorkflow, Question, Reply, Unanswered } from "./workflow.ts";

/** A model that a workflow asks, connected. */
export interface Member {
  readonly model: Model;
  readonly backend: Backend;
  /** False where an answer depends on more than the request. */
  readonly cacheable: boolean;
}

/** What a workflow is made a target of. */
export interface TargetParts {
  readonly workflow: BoundWorkflow;
  readonly own: Member;
  /** The other models that it asks, by name. */
  readonly others: ReadonlyMap<string, Member>;
  readonly read: AnswerReaders;
  /** The function of the user's that the workflow named. */
  readonly userFunction?: UserFunction | undefined;
  /** Keeps every step as it comes, so that a sample that is cut off repeats none; `undefined` asks everything. */
  readonly cache:
    | { get(key: string): Answer | undefined; put(key: string, answer: Answer): Promise<void> }
    | undefined;
  /** Content address of a step. */
  keyOf(model: Model, messages: readonly Message[], repeat: number, step: string): string;
}

/** Samples that wait for another attempt and whose finished steps are remembered. */
const MOST_UNFINISHED = 4096;

/**
 * A workflow as a target: a backend made of backends. One sample's calls are sent one after the other, in the slot
 * that the engine gave it, so that every limit of concurrency holds. A step that fails ends the attempt; the next
 * attempt at the same sample goes on from there.
 */
export function workflowTarget(parts: TargetParts): Backend {
  const members = [parts.own, ...parts.others.values()];
  const unfinished = new Map<string, Map<string, Step>>();
  return {
    probe: (signal) => probeAll(members, parts.userFunction, signal),
    ask: async (request, signal) => {
      const id = JSON.stringify([request.task, request.case.id, request.repeat]);
      const done = unfinished.get(id) ?? new Map<string, Step>();
      const outcome = await runScript(parts, request, done, signal);
      unfinished.delete(id);
      if (outcome.kind === "failed" && outcome.failure.retryable) {
        unfinished.set(id, done);
        const [oldest] = unfinished.keys();
        if (oldest !== undefined && unfinished.size > MOST_UNFINISHED) unfinished.delete(oldest);
      }
      return outcome;
    },
    ...(members.some(({ backend }) => backend.warmUp !== undefined)
      ? { warmUp: (signal) => warmUpAll(members, signal) }
      : {}),
    close: async () => {
      await Promise.all([
        ...members.map(({ backend }) => backend.close()),
        parts.userFunction?.close() ?? Promise.resolve(),
      ]);
    },
  };
}

async function probeAll(
  members: readonly Member[],
  userFunction: UserFunction | undefined,
  signal: AbortSignal,
): Promise<Probe> {
  const problem = await userFunction?.check();
  if (problem !== undefined) return unusable(problem);
  const probes = await Promise.all(members.map(({ backend }) => backend.probe(signal)));
  const failed = probes.find(({ ok }) => !ok);
  return (
    failed ?? { ok: true, notes: [...new Set(probes.flatMap((probe) => (probe.ok ? probe.notes : [])))] }
  );
}

function unusable(message: string): Probe {
  const nothing = { retryAfterMs: undefined, httpStatus: undefined, partialText: undefined };
  return {
    ok: false,
    failure: { code: "module-error", message, retryable: false, ...nothing },
    hint: "It must load, and export the function that the workflow names.",
  };
}

async function warmUpAll(members: readonly Member[], signal: AbortSignal): Promise<void> {
  await Promise.all(members.map(({ backend }) => backend.warmUp?.(signal)));
}

async function runScript(
  parts: TargetParts,
  request: Request,
  done: Map<string, Step>,
  signal: AbortSignal,
): Promise<Outcome> {
  const { messages: prompt, task, repeat, turns } = request;
  const { fields } = request.case;
  const open = parts.userFunction?.open;
  const script = parts.workflow.start({
    prompt,
    fields,
    task,
    repeat,
    read: parts.read,
    turns,
    open: open === undefined ? undefined : (argument) => open(argument, signal),
  });
  const rounds: Step[][] = [];
  let asked = 0;
  let turn = await script.next([]);
  while (!turn.done) {
    const round: Step[] = [];
    for (const question of turn.value) {
      if (asked === parts.workflow.mostCalls) throw new Error(`"${question.step}" is one call too many`);
      const ordinal = repeat * parts.workflow.mostCalls + asked;
      asked += 1;
      const step = await askStep(parts, { request, question, ordinal, done }, signal);
      if (step.kind === "failed" || step.kind === "skipped") {
        if (Symbol.asyncIterator in script) await script.return(step);
        return step;
      }
      round.push(step);
    }
    rounds.push(round);
    turn = await script.next(round.map(({ kind, answer }): Reply => ({ kind, answer })));
  }
  const end = turn.value;
  if (end.kind === "failed" || end.kind === "skipped") return end;
  return { kind: end.kind, answer: joinedAnswer(end, rounds) };
}

interface Asking {
  readonly request: Request;
  readonly question: Question;
  /** Counts the calls of a target on one case: a recording or a simulator answers each anew. */
  readonly ordinal: number;
  /** Steps of an earlier attempt at the sample, by content address; this one is added. */
  readonly done: Map<string, Step>;
}

async function askStep(
  parts: TargetParts,
  { request, question, ordinal, done }: Asking,
  signal: AbortSignal,
): Promise<Step | Unanswered> {
  const { step, messages } = question;
  const member = question.model === undefined ? parts.own : parts.others.get(question.model);
  if (member === undefined) throw new Error(`model "${question.model}" is not connected`);
  const model = question.purpose === "answer" ? member.model : asideOf(member.model);
  const cache = member.cacheable ? parts.cache : undefined;
  const key = parts.keyOf(model, messages, request.repeat, step);
  const known = done.get(key);
  if (known !== undefined) return known;
  const hit = cache?.get(key);
  const outcome: Outcome =
    hit === undefined
      ? await sent(member, model, { ...request, messages, ...placeOf(question, ordinal) }, signal)
      : { kind: "answered", answer: hit };
  if (outcome.kind === "failed" || outcome.kind === "skipped") return outcome;
  if (outcome.kind === "answered" && hit === undefined) await cache?.put(key, outcome.answer);
  const made: Step = {
    name: step,
    model: model.name,
    ...(messages === request.messages ? {} : { messages }),
    ...(question.purpose === "aside" ? { aside: true } : {}),
    kind: outcome.kind,
    answer: outcome.answer,
    cached: hit !== undefined,
  };
  done.set(key, made);
  return made;
}

/** How recordings and simulators tell the calls of a sample apart: by their turn, or as so many asks of the case. */
function placeOf({ turn }: Question, ordinal: number): Partial<Request> {
  return turn === undefined ? { repeat: ordinal } : { turn };
}

/** Sends one call, when the limits of its model allow it. */
async function sent(
  { backend }: Member,
  { name, parameters }: Model,
  { open, ...request }: Request,
  signal: AbortSignal,
): Promise<Outcome> {
  const call = await open?.(name, request.messages, signal);
  if (open !== undefined && call === undefined) return { kind: "skipped", reason: "interrupted" };
  const outcome = await backend.ask({ ...request, parameters }, signal, call?.told);
  call?.close(outcome);
  return outcome;
}

const asides = new WeakMap<Model, Model>();

/** The model without what is meant for its answer alone; made once, as request keys are kept by model. */
function asideOf(model: Model): Model {
  const made = asides.get(model);
  if (made !== undefined) return made;
  const parameters = { ...model.parameters, responseSchema: undefined, tools: undefined, stop: undefined };
  const aside = { ...model, parameters };
  asides.set(model, aside);
  return aside;
}
