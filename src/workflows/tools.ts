import { z } from "zod";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { ToolCall } from "../domain/outcome.ts";
import type { Message, ToolExchange } from "../domain/suite.ts";
import { renderValue, templateFields } from "../domain/template.ts";
import { ask } from "./question.ts";
import { defineWorkflow, type Given, type Reply, type Script } from "./workflow.ts";

/** Calls of one turn that are answered; a model that asks for more is told so. */
const MOST_CALLS_A_TURN = 8;

const result = z.strictObject({
  when: z.record(z.string(), z.json()).optional(),
  return: z.json(),
});

const options = z.strictObject({
  steps: z.int().min(2).max(50).default(8).describe("Most turns of the model, the last answer included"),
  results: z
    .record(z.string(), z.array(result).min(1))
    .describe(
      "By tool, what its calls give back: a list of `{ when, return }`, of which the first holds whose `when` " +
        'arguments are all given; both may be templates over the case (`return: "{{ weather }}"`)',
    ),
});
type Options = z.output<typeof options>;

/** ReAct without a world (Yao et al. 2023, arXiv:2210.03629): tools whose results stand in the suite. */
export const tools = defineWorkflow({
  name: "tools",
  summary:
    "Lets the model call its declared `tools` until it answers without a call. The results stand in the suite: nothing " +
    "is run and nothing is fetched. The answer has the calls of all turns, for the scorer `tool-calls`. Calls that no " +
    "result is given for get an error to read and leave the note `no-result`; a model that calls on at the last step " +
    "leaves the note `step-limit`.",
  options,
  examples: [
    {
      options: { results: { weather: [{ when: { city: "Oslo" }, return: "-4 °C" }, { return: "unknown" }] } },
      replies: [{ weather: { city: "Oslo" } }, "It is -4 °C."],
      answer: "It is -4 °C.",
    },
    {
      options: { results: { lookup: [{ return: "{{ price }}" }] } },
      fields: { price: 12 },
      replies: [{ lookup: {} }, "12"],
      answer: "12",
    },
    {
      options: { steps: 2, results: { find: [{ return: 1 }] } },
      replies: [{ find: {} }, { find: {} }],
      answer: "",
    },
  ],
  bind: (bound) => ({
    mostCalls: bound.steps,
    others: [],
    resamples: false,
    fields: fieldsOf(bound.results),
    tools: Object.keys(bound.results),
    copies: 1 + (bound.steps - 1) * MOST_CALLS_A_TURN,
    start: (given) => looped(given, bound),
  }),
});

function* looped(given: Given, bound: Options): Script {
  const messages: Message[] = [...given.prompt];
  const calls: ToolCall[] = [];
  const notes = new Set<string>();
  for (let step = 1; ; step += 1) {
    const reply = yield* ask({
      step: `turn ${step}`,
      messages: step === 1 ? given.prompt : [...messages],
      model: undefined,
      purpose: "answer",
    });
    const { toolCalls, text } = reply.answer;
    calls.push(...toolCalls);
    const isOver = toolCalls.length === 0 || reply.kind !== "answered";
    if (!isOver && step === bound.steps) notes.add("step-limit");
    if (isOver || step === bound.steps) return finished(reply, calls, notes);
    const called = toolCalls.map((call, index) => exchange(call, index, { given, bound, notes }));
    messages.push({ role: "assistant", content: text, called });
  }
}

function finished(reply: Reply, toolCalls: readonly ToolCall[], notes: ReadonlySet<string>): Reply {
  return { ...reply, answer: { ...reply.answer, toolCalls, notes: [...reply.answer.notes, ...notes] } };
}

interface Calling {
  readonly given: Given;
  readonly bound: Options;
  readonly notes: Set<string>;
}

function exchange(call: ToolCall, index: number, { given, bound, notes }: Calling): ToolExchange {
  const told = (message: string): ToolExchange => {
    notes.add("no-result");
    return { ...call, result: JSON.stringify({ error: message }) };
  };
  if (index >= MOST_CALLS_A_TURN) return told(`at most ${MOST_CALLS_A_TURN} calls are answered at once`);
  if (!Object.hasOwn(bound.results, call.name)) return told(`there is no tool ${call.name}`);
  const found = bound.results[call.name]?.find(({ when = {} }) => fits(call.arguments, when, given.fields));
  if (found === undefined) return told("nothing is known for these arguments");
  const value = renderValue(found.return, given.fields);
  return { ...call, result: typeof value === "string" ? value : JSON.stringify(value) };
}

/** Whether every wanted argument is given with that value; arguments that are not named may be anything. */
function fits(given: JsonValue, when: { readonly [name: string]: JsonValue }, fields: JsonObject): boolean {
  if (typeof given !== "object" || given === null) return Object.keys(when).length === 0;
  const values = new Map<string, JsonValue>(Object.entries(given));
  return Object.entries(when).every(([name, wanted]) => {
    const value = values.get(name);
    return value !== undefined && folded(value) === folded(renderValue(wanted, fields));
  });
}

/** Case and white space at the ends of a text do not tell one city from another. */
function folded(value: JsonValue): string {
  return canonicalJson(typeof value === "string" ? value.trim().toLowerCase() : value);
}

function fieldsOf(results: Options["results"]): readonly string[] {
  const values = Object.values(results).flatMap((list) =>
    list.flatMap((one) => [one.return, ...Object.values(one.when ?? {})]),
  );
  return [...new Set(values.flatMap(pathsIn))];
}

function pathsIn(value: JsonValue): readonly string[] {
  if (typeof value === "string") return templateFields(value).map(({ path }) => path);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}
