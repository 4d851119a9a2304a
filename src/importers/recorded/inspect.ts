import { basename } from "node:path";
import type { JsonValue } from "../../domain/json.ts";
import type { Importer, ImportSource } from "../importer.ts";
import {
  asText,
  field,
  isList,
  isObject,
  listOf,
  numberField,
  objectField,
  textField,
} from "../json-shape.ts";
import { type Notebook, notebook } from "../notebook.ts";
import { decode, parseJson } from "../read-document.ts";
import { BARE_SAMPLE, type RecordedMessage, type RecordedRun, type RecordedSample } from "./recorded-run.ts";
import { recordedSuite } from "./recorded-suite.ts";
import { readZip } from "./zip.ts";

/** Logs of Inspect, `.json` or `.eval`. Format: https://inspect.aisi.org.uk/eval-logs.html */
export const inspect: Importer = {
  name: "inspect",
  summary: "logs of Inspect, one per model (.json, .eval)",
  recognises({ file, bytes }) {
    if (/\.eval$/i.test(file)) return bytes[0] === 0x50 && bytes[1] === 0x4b;
    if (!/\.json$/i.test(file)) return false;
    const log = parseJson(decode(bytes) ?? "");
    return isObject(field(log, "eval")) && field(log, "status") !== undefined;
  },
  async import(sources) {
    const notes = notebook();
    const runs = sources.flatMap((source) => readLog(source, notes) ?? []);
    const detected = `Inspect, ${sources.length === 1 ? "1 log" : `${sources.length} logs`}`;
    return recordedSuite(runs, { detected, source: sources[0], notes: notes.notes });
  },
};

interface Log {
  readonly header: JsonValue | undefined;
  readonly samples: readonly JsonValue[];
}

function readLog(source: ImportSource, notes: Notebook): RecordedRun | undefined {
  const where = basename(source.file);
  const log = /\.eval$/i.test(source.file) ? zipped(source.bytes) : plain(source.bytes);
  if (typeof log === "string") {
    notes.leftOut(where, log);
    return undefined;
  }
  const { header } = log;
  const status = textField(header, "status");
  if (status !== "success")
    notes.changed(where, `its status is "${status ?? "unknown"}": what is there is imported`);
  const task = textField(field(header, "eval"), "task") ?? "task";
  const model = textField(field(header, "eval"), "model") ?? "model";
  if (log.samples.some((sample) => holdsMore(field(sample, "input"))))
    notes.leftOut(where, "parts of what was asked that are no text, such as images");
  const scorers = new Set<string>();
  const samples = log.samples.map((sample, index): RecordedSample => {
    const id = asText(field(sample, "id") ?? index + 1);
    for (const name of Object.keys(objectField(sample, "scores"))) scorers.add(name);
    return sampleOf(id, sample);
  });
  const [scorer, ...others] = scorers;
  if (others.length > 0)
    notes.leftOut(
      where,
      `the scores of ${others.join(", ")}: a scorer is chosen by those of ${scorer ?? ""}`,
    );
  return { where, model, task, samples };
}

function plain(bytes: Uint8Array): Log | string {
  const header = parseJson(decode(bytes) ?? "");
  return header === undefined ? "it is not JSON" : { header, samples: listOf(field(header, "samples")) };
}

/** `header.json` and one file for each sample; what the log was before it ended stands in `_journal`. */
function zipped(bytes: Uint8Array): Log | string {
  const entries = readZip(bytes);
  if (typeof entries === "string")
    return `${entries} (inspect log convert --to json writes it as plain JSON)`;
  const header = entries.get("header.json") ?? entries.get("_journal/start.json");
  if (header === undefined) return "it has no header";
  const samples = [...entries].flatMap(([name, text]) =>
    name.startsWith("samples/") ? [parseJson(text) ?? null] : [],
  );
  return { header: parseJson(header), samples };
}

function sampleOf(id: string, sample: JsonValue): RecordedSample {
  const output = field(sample, "output");
  const [choice] = listOf(field(output, "choices"));
  const failed = isObject(field(sample, "error")) || choice === undefined;
  const time = numberField(output, "time");
  const usage = field(output, "usage");
  const choices = listOf(field(sample, "choices")).filter((text) => typeof text === "string");
  return {
    ...BARE_SAMPLE,
    id,
    repeat: Math.max(0, (numberField(sample, "epoch") ?? 1) - 1),
    input: inputOf(field(sample, "input")),
    expected: field(sample, "target") ?? undefined,
    choices: choices.length === 0 ? undefined : choices,
    output: failed ? undefined : contentText(field(field(choice, "message"), "content")),
    finishReason: reasonOf(textField(choice, "stop_reason")),
    latencyMs: time === undefined ? undefined : time * 1000,
    inputTokens: numberField(usage, "input_tokens"),
    outputTokens: numberField(usage, "output_tokens"),
    score: scoreOf(Object.values(objectField(sample, "scores"))[0]),
  };
}

/** Inspect's word for a cut answer and a refusal, as a replay knows them. */
function reasonOf(reason: string | undefined): string | undefined {
  return reason === "model_length" ? "length" : reason;
}

function inputOf(input: JsonValue | undefined): RecordedSample["input"] {
  if (!isList(input)) return asText(input ?? "");
  return input.map(
    (message): RecordedMessage => ({
      role: textField(message, "role") ?? "user",
      content: contentText(field(message, "content")),
    }),
  );
}

/** Whether a message has a part that is no text. */
function holdsMore(input: JsonValue | undefined): boolean {
  const parts = listOf(input).flatMap((message) => listOf(field(message, "content")));
  return parts.some((part) => typeof part !== "string" && textField(part, "text") === undefined);
}

/** A text, or the texts among several parts. */
function contentText(content: JsonValue | undefined): string {
  if (!isList(content)) return asText(content ?? "");
  return content.flatMap((part) => textField(part, "text") ?? []).join("");
}

const GRADES: { readonly [grade: string]: number } = { C: 1, I: 0, P: 0.5, N: 0 };

/** A grade (correct, incorrect, partial, no answer), a number or a boolean. */
function scoreOf(given: JsonValue | undefined): number | undefined {
  const value = field(given, "value");
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return value;
  return typeof value === "string" && Object.hasOwn(GRADES, value) ? GRADES[value] : undefined;
}
