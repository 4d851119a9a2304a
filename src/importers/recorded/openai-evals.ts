import { basename } from "node:path";
import type { JsonValue } from "../../domain/json.ts";
import type { Importer, ImportSource } from "../importer.ts";
import { asText, field, isList, isObject, objectField, textField } from "../json-shape.ts";
import { type Notebook, notebook } from "../notebook.ts";
import { parseJson, readJsonLines } from "../read-document.ts";
import { firstLine } from "./first-line.ts";
import { BARE_SAMPLE, type RecordedMessage, type RecordedRun, type RecordedSample } from "./recorded-run.ts";
import { recordedSuite } from "./recorded-suite.ts";
import { samplesSuite } from "./samples-suite.ts";

/** Logs of OpenAI Evals, or its samples. Format: https://github.com/openai/evals/blob/main/evals/record.py */
export const openaiEvals: Importer = {
  name: "openai-evals",
  summary: "logs of OpenAI Evals, one per model, or its samples (JSONL)",
  recognises(source) {
    const first = parseJson(firstLine(source));
    return field(first, "spec") !== undefined || isSample(first);
  },
  async import(sources) {
    const logs = sources.filter((source) => field(parseJson(firstLine(source)), "spec") !== undefined);
    const notes = notebook();
    if (logs.length === 0)
      return samplesSuite(
        sources.flatMap((source) => readSamples(source, notes)),
        notes,
      );
    for (const source of sources.filter((one) => !logs.includes(one)))
      notes.unneeded(basename(source.file), "the logs hold the samples that were asked");
    const runs = logs.flatMap((source) => readLog(source, notes) ?? []);
    const detected = `OpenAI Evals, ${runs.length === 1 ? "1 log" : `${runs.length} logs`}`;
    return recordedSuite(runs, { detected, source: sources[0], notes: notes.notes });
  },
};

function isSample(value: JsonValue | undefined): boolean {
  return field(value, "input") !== undefined && field(value, "ideal") !== undefined;
}

function records(source: ImportSource, notes: Notebook): readonly JsonValue[] {
  const read = readJsonLines(source.bytes);
  if (typeof read !== "string") return read;
  notes.leftOut(basename(source.file), read);
  return [];
}

/** The samples of a dataset: `input` is a text or a chat, `ideal` a text or several. */
function readSamples(source: ImportSource, notes: Notebook): readonly RecordedSample[] {
  const name = basename(source.file).replace(/\.[^.]*$/, "");
  return records(source, notes).flatMap((record, index): RecordedSample[] => {
    if (!isSample(record)) {
      notes.leftOut(`${basename(source.file)} line ${index + 1}`, "it has no input or no ideal");
      return [];
    }
    const expected = field(record, "ideal");
    return [{ ...BARE_SAMPLE, id: `${name}-${index + 1}`, input: inputOf(field(record, "input")), expected }];
  });
}

/** A prompt as it is recorded: a text, a chat, or anything else as JSON. */
function inputOf(prompt: JsonValue | undefined): RecordedSample["input"] {
  if (!isList(prompt)) return asText(prompt ?? "");
  const messages = prompt.flatMap((message): RecordedMessage[] => {
    const role = textField(message, "role");
    const content = textField(message, "content");
    return role === undefined || content === undefined ? [] : [{ role, content }];
  });
  return messages.length === prompt.length ? messages : JSON.stringify(prompt);
}

/** What is known of one sample of a log, event by event. */
interface Events {
  prompt?: JsonValue;
  sampled?: string;
  expected?: JsonValue;
  correct?: boolean;
}

function readLog(source: ImportSource, notes: Notebook): RecordedRun | undefined {
  const where = basename(source.file);
  const [first, ...events] = records(source, notes);
  const spec = objectField(first, "spec");
  const model = modelOf(field(spec, "completion_fns"));
  const task = textField(spec, "base_eval") ?? textField(spec, "eval_name") ?? "eval";
  if (model === undefined) {
    notes.leftOut(where, "its spec names no model");
    return undefined;
  }
  const samples = new Map<string, Events>();
  const others = new Set<string>();
  for (const event of events) readEvent(event, samples, others);
  if (others.size > 0) notes.leftOut(where, `events of other kinds (${[...others].join(", ")})`);
  return { where, model, task, samples: [...samples].map(([id, known]) => sampleOf(id, known)) };
}

function modelOf(given: JsonValue | undefined): string | undefined {
  const names = (isList(given) ? given : [given]).filter((name) => typeof name === "string");
  return names.length === 0 ? undefined : names.join("+");
}

/** Events that say nothing of one answer. */
const SILENT = new Set(["metrics", "raw_sample"]);

function readEvent(event: JsonValue, samples: Map<string, Events>, others: Set<string>): void {
  const id = textField(event, "sample_id");
  const data = field(event, "data");
  const type = textField(event, "type") ?? "";
  if (id === undefined || !isObject(data)) return;
  const known = samples.get(id) ?? {};
  if (type === "sampling") {
    samples.set(id, { ...known, prompt: data["prompt"] ?? "", sampled: sampledText(data["sampled"]) });
  } else if (type === "match") {
    const { expected, correct, sampled, options } = data;
    samples.set(id, {
      ...known,
      ...((expected ?? options) !== undefined && { expected: expected ?? options ?? null }),
      ...(typeof correct === "boolean" && { correct }),
      ...(known.sampled === undefined && sampled !== undefined && { sampled: sampledText(sampled) }),
    });
  } else if (!SILENT.has(type)) others.add(type);
}

function sampledText(sampled: JsonValue | undefined): string {
  const [first] = isList(sampled) ? sampled : [sampled];
  return asText(first ?? "");
}

function sampleOf(id: string, { prompt, sampled, expected, correct }: Events): RecordedSample {
  return {
    ...BARE_SAMPLE,
    id,
    input: inputOf(prompt),
    expected,
    output: sampled,
    score: correct === undefined ? undefined : Number(correct),
  };
}
