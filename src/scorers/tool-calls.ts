import { z } from "zod";
import type { JsonValue } from "../domain/json.ts";
import type { ToolCall } from "../domain/outcome.ts";
import type { ScorePart } from "../domain/score.ts";
import { isObject, type JsonEquality, jsonEquals } from "./json-equality.ts";
import { readJson } from "./json-reader.ts";
import { misformatted, quoted, scored } from "./judgement.ts";
import { longestPairing } from "./pairing.ts";
import { lostParts, namedParts, rightPart } from "./parts.ts";
import { defineScorer } from "./scorer.ts";

const call = z.strictObject({
  name: z.string().min(1),
  arguments: z.json().optional(),
});

const options = z.strictObject({
  expected: z
    .union([z.array(call), call.transform((one) => [one])])
    .describe(
      "The expected calls, as `{ name, arguments }`, or a single one; without `arguments` any will do. `[]`: no call.",
    ),
  ordered: z.boolean().default(false).describe("The calls must come in the order of `expected`."),
  names_only: z.boolean().default(false).describe("The arguments do not count."),
  allow_extra: z.boolean().default(false).describe("Calls that were not expected do no harm."),
  allow_extra_arguments: z
    .boolean()
    .default(false)
    .describe("Arguments that were not expected do no harm (defaults that a model spells out)."),
  tolerance: z.number().min(0).default(0).describe("Largest difference of two numbers that are equal."),
  ignore_case: z.boolean().default(false).describe("Upper and lower case are the same in texts."),
  any_order: z.boolean().default(false).describe("The order of a list inside of arguments does not count."),
  partial: z
    .boolean()
    .default(true)
    .describe("The score is the share of calls that are right; else all or nothing."),
  lenient: z
    .boolean()
    .default(false)
    .describe("Calls written as JSON in the text are as good as calls made."),
});
type Options = z.output<typeof options>;
type Expected = Options["expected"][number];

const trip = { name: "get_weather", arguments: { city: "Bonn" } };

/** Whether the model called the right tools with the right arguments. */
export const toolCalls = defineScorer({
  name: "tool-calls",
  summary:
    "The share of expected tool calls that were made with the expected arguments, out of all that were expected or made.",
  options,
  defaults: { expected: "{{ expected }}" },
  examples: [
    { fields: { expected: trip }, answer: "", toolCalls: [trip], score: 1 },
    {
      fields: { expected: [trip, { name: "get_time" }] },
      answer: "",
      toolCalls: [{ name: "get_time", arguments: { zone: "CET" } }, trip],
      score: 1,
    },
    {
      options: { ordered: true },
      fields: { expected: [trip, { name: "get_time" }] },
      answer: "",
      toolCalls: [{ name: "get_time", arguments: {} }, trip],
      score: 0.5,
      fault: "wrong",
    },
    {
      fields: { expected: trip },
      answer: "",
      toolCalls: [{ name: "get_weather", arguments: { city: "Rome" } }],
      score: 0,
      fault: "wrong",
    },
    { fields: { expected: [] }, answer: "", toolCalls: [trip], score: 0, fault: "wrong" },
    { fields: { expected: [] }, answer: "No tool is needed for this.", score: 1 },
    {
      fields: { expected: trip },
      answer: '{"name": "get_weather", "arguments": {"city": "Bonn"}}',
      score: 0,
      fault: "format",
      ifFormatFixed: 1,
    },
    {
      fields: { expected: trip },
      answer: "",
      toolCalls: [{ name: "get_weather", arguments: '{"city": "Bo' }],
      score: 0,
      fault: "format",
      ifFormatFixed: 0,
    },
    {
      options: { allow_extra_arguments: true },
      fields: { expected: trip },
      answer: "",
      toolCalls: [{ name: "get_weather", arguments: { city: "Bonn", unit: "C" } }],
      score: 1,
    },
  ],
  score({ answer, toolCalls: made, options }) {
    const written = made.length === 0 ? writtenCalls(answer) : [];
    const judged = judge(written.length > 0 ? written : made, options);
    const broken = made.find((one) => typeof one.arguments === "string");
    if (broken !== undefined && judged.score < 1) {
      const reason = `the arguments of ${quoted(broken.name)} are not JSON; ${judged.reason}`;
      const { score, parts } = judged;
      return { kind: "scored", score, fault: "format", reason, ifFormatFixed: score, parts };
    }
    if (written.length === 0 || options.lenient)
      return { ...scored(judged.score, judged.reason), parts: judged.parts };
    const reason = `the calls are written in the text, not made; in themselves: ${judged.reason}`;
    return { ...misformatted(judged.score, reason), parts: lostParts(judged.parts) };
  },
  ofNothing: (options) => ({ parts: lostParts(judge([], options).parts) }),
});

interface Judged {
  readonly score: number;
  readonly reason: string;
  /** The expected calls, by the name of their tool. */
  readonly parts: readonly ScorePart[];
}

function judge(made: readonly ToolCall[], options: Options): Judged {
  const { expected } = options;
  const fits = (at: number, index: number) => {
    const [wanted, given] = [expected[at], made[index]];
    return wanted !== undefined && given !== undefined && isSame(given, wanted, options);
  };
  const pairs = longestPairing(expected.length, made.length, { fits, ordered: options.ordered });
  const total = options.allow_extra ? expected.length : Math.max(expected.length, made.length);
  const parts = namedParts(expected.map(({ name }, at) => rightPart(name, pairs.has(at))));
  if (pairs.size === total) {
    return { score: 1, reason: total === 0 ? "no call, as expected" : `all ${total} calls are right`, parts };
  }
  const taken = new Set(pairs.values());
  const missing = expected.filter((_, at) => !pairs.has(at)).map(callText);
  const extra = options.allow_extra ? [] : made.filter((_, index) => !taken.has(index)).map(callText);
  const wrong = [
    ...(missing.length > 0 ? [`expected ${missing.slice(0, 3).join(", ")}`] : []),
    ...(extra.length > 0 ? [`unexpected: ${extra.slice(0, 3).join(", ")}`] : []),
    ...(made.length === 0 ? ["no call was made"] : []),
  ];
  return {
    score: options.partial ? pairs.size / total : 0,
    reason: `${pairs.size} of ${total} calls are right; ${wrong.join("; ")}`,
    parts,
  };
}

function isSame(given: ToolCall, wanted: Expected, options: Options): boolean {
  if (given.name !== wanted.name) return false;
  if (options.names_only || wanted.arguments === undefined) return true;
  const rules: JsonEquality = {
    tolerance: options.tolerance,
    ignoreCase: options.ignore_case,
    anyOrder: options.any_order,
    allowExtra: options.allow_extra_arguments,
  };
  return jsonEquals(given.arguments, wanted.arguments, rules);
}

function callText({
  name,
  arguments: given,
}: {
  readonly name: string;
  readonly arguments?: JsonValue | undefined;
}): string {
  return quoted(`${name}(${given === undefined ? "…" : JSON.stringify(given)})`);
}

/** Calls that a model wrote as JSON instead of making them: `{ name, arguments }`, or the shapes that models were trained on. */
function writtenCalls(answer: string): readonly ToolCall[] {
  const found = readJson(answer.replace(/<\/?tool_calls?>/g, ""));
  if (found.kind === "none") return [];
  const value: JsonValue = found.value;
  const list: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  const calls = list.map(asCall);
  return calls.every((one) => one !== undefined) ? calls : [];
}

function asCall(value: JsonValue): ToolCall | undefined {
  if (!isObject(value)) return undefined;
  const inner = isObject(value["function"]) ? value["function"] : value;
  const { name, arguments: given = inner["parameters"] } = inner;
  return typeof name === "string" && given !== undefined ? { name, arguments: given } : undefined;
}
