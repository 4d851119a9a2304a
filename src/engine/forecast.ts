import type { Expense, Forecast, ModelForecast, Pace } from "../domain/forecast.ts";
import type { Model, Price } from "../domain/model.ts";
import type { Sharing } from "../domain/ports.ts";
import { costUsd } from "./cost.ts";
import { phasesOf } from "./run-state.ts";

/** A task as a forecast needs it. */
export interface AskedTask {
  readonly name: string;
  readonly cases: number;
  readonly messages: number;
  /** Bytes of all its rendered prompts together, UTF-8; of a conversation each turn with those before it. */
  readonly promptBytes: number;
  /** Calls that all its cases take a model as it is: the turns of conversations; absent where each takes one. */
  readonly calls?: number;
}

/** A model as a forecast needs it. */
export interface AskedModel {
  readonly model: Model;
  readonly price: Price | undefined;
  /** In tokens; `undefined` where nothing limits it. */
  readonly longestAnswer: number | undefined;
  readonly sharing: Sharing;
  readonly simulated: boolean;
  /** By task name, from earlier runs. */
  readonly paces: ReadonlyMap<string, Pace>;
}

/** English text has about four bytes to a token; a message's frame takes about four tokens. */
const BYTES_PER_TOKEN = 4;
const TOKENS_PER_MESSAGE = 4;

/** Calls, tokens, cost and time of a run, from its prompts and earlier answers. `concurrency` is over all models. */
export function forecast(input: {
  readonly models: readonly AskedModel[];
  readonly tasks: readonly AskedTask[];
  readonly concurrency: number;
}): Forecast {
  const models = input.models.map((asked) => ofModel(asked, input.tasks));
  const sum = (of: (expense: Expense) => number | undefined) => total(models.map(of));
  return {
    models,
    total: {
      calls: sum(({ calls }) => calls) ?? 0,
      inputTokens: sum(({ inputTokens }) => inputTokens) ?? 0,
      outputTokens: sum(({ outputTokens }) => outputTokens),
      mostOutputTokens: sum(({ mostOutputTokens }) => mostOutputTokens),
      costUsd: sum(({ costUsd: usd }) => usd),
      mostCostUsd: sum(({ mostCostUsd }) => mostCostUsd),
      timeMs: timeOfAll(input.models, models, input.concurrency),
    },
  };
}

function ofModel(
  { model, price, longestAnswer, simulated, paces }: AskedModel,
  tasks: readonly AskedTask[],
): ModelForecast {
  const { repeats, concurrency } = model.settings;
  // Most calls of a sample; without earlier runs, each is taken to send the task's own prompt.
  const steps = model.workflow?.mostCalls ?? 1;
  // Which model of several is asked, and so what it costs, only earlier runs can tell.
  const asksOthers = (model.workflow?.others.length ?? 0) > 0;
  const parts = tasks.map((task) => {
    const samples = task.cases * repeats;
    const turns = task.calls === undefined ? 1 : task.calls / Math.max(task.cases, 1);
    const mostTokens = times(longestAnswer, steps * turns);
    const pace = paces.get(task.name);
    const inputTokens = pace?.inputTokens ?? steps * promptTokens(task, model);
    const generationMs = pace?.generationMs ?? pace?.latencyMs;
    const expected = { inputTokens, outputTokens: pace?.outputTokens, generationMs };
    // A longer answer takes longer: machine time by the hour grows with its tokens.
    const longer = mostTokens === undefined ? Infinity : mostTokens / (pace?.outputTokens || Infinity);
    const most = { inputTokens, outputTokens: mostTokens, generationMs: times(generationMs, longer) };
    return {
      calls: Math.round(samples * (pace?.calls ?? steps * turns)),
      inputTokens: samples * inputTokens,
      outputTokens: times(expected.outputTokens, samples),
      mostOutputTokens: times(mostTokens, samples),
      costUsd: times(asksOthers ? pace?.costUsd : costOf(expected, price), samples),
      mostCostUsd: times(asksOthers ? undefined : costOf(most, price), samples),
      latencyMs: times(pace?.latencyMs, samples),
    };
  });
  const sum = (of: (part: (typeof parts)[number]) => number | undefined) => total(parts.map(of));
  return {
    model: model.name,
    simulated,
    measured: tasks.every(({ name }) => paces.has(name)),
    calls: sum(({ calls }) => calls) ?? 0,
    inputTokens: Math.round(sum(({ inputTokens }) => inputTokens) ?? 0),
    outputTokens: rounded(sum(({ outputTokens }) => outputTokens)),
    mostOutputTokens: sum(({ mostOutputTokens }) => mostOutputTokens),
    costUsd: sum(({ costUsd: usd }) => usd),
    mostCostUsd: sum(({ mostCostUsd }) => mostCostUsd),
    timeMs: times(
      sum(({ latencyMs }) => latencyMs),
      1 / concurrency,
    ),
  };
}

function promptTokens({ cases, messages, promptBytes }: AskedTask, { parameters }: Model): number {
  const { tools, responseSchema } = parameters;
  const extra = [tools, responseSchema].map((value) =>
    value === undefined ? 0 : JSON.stringify(value).length,
  );
  const bytes = promptBytes / Math.max(cases, 1) + extra.reduce((sum, length) => sum + length, 0);
  return Math.ceil(bytes / BYTES_PER_TOKEN) + messages * TOKENS_PER_MESSAGE;
}

interface Tokens {
  readonly inputTokens: number;
  readonly outputTokens: number | undefined;
  readonly generationMs: number | undefined;
}

function costOf({ inputTokens, outputTokens, generationMs }: Tokens, price: Price | undefined) {
  const none = { cachedReadTokens: undefined, cachedWriteTokens: undefined, reasoningTokens: undefined };
  const usage = { inputTokens, outputTokens, ...none };
  const time = generationMs !== undefined && Number.isFinite(generationMs) ? generationMs : undefined;
  const timings = { latencyMs: undefined, firstTokenMs: undefined, generationMs: time, loadMs: undefined };
  return costUsd(usage, timings, price) ?? undefined;
}

/** The models of a phase share the concurrency of the run; the phases come one after the other. */
function timeOfAll(
  asked: readonly AskedModel[],
  models: readonly ModelForecast[],
  concurrency: number,
): number | undefined {
  const timeOf = new Map(models.map(({ model, timeMs }) => [model, timeMs]));
  const sharing = new Map(asked.map((each) => [each.model.name, each]));
  const phases = phasesOf(
    asked.map(({ model }) => model),
    sharing,
  ).map((phase) => {
    const times = phase.map(({ name, settings }) => ({ timeMs: timeOf.get(name), ...settings }));
    if (times.some(({ timeMs }) => timeMs === undefined)) return undefined;
    // All calls of a model one after the other, shared out over the calls in flight.
    const work = times.reduce((sum, time) => sum + (time.timeMs ?? 0) * time.concurrency, 0);
    return Math.max(work / concurrency, ...times.map(({ timeMs }) => timeMs ?? 0));
  });
  return total(phases);
}

/** A sum with an unknown part is unknown. */
function total(values: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum;
}

function times(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value * by;
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value);
}
