import { basename, dirname } from "node:path";
import type { JsonValue } from "../../domain/json.ts";
import type { Importer, ImportSource } from "../importer.ts";
import { asText, field, isList, listOf, numberField, objectField, textField } from "../json-shape.ts";
import { type Notebook, notebook } from "../notebook.ts";
import { parseJson, readJsonLines } from "../read-document.ts";
import { firstLine } from "./first-line.ts";
import { BARE_SAMPLE, type RecordedRun, type RecordedSample } from "./recorded-run.ts";
import { recordedSuite } from "./recorded-suite.ts";

/** Samples of the LM Evaluation Harness (`--log_samples`), in a folder that is named after the model. */
export const lmEval: Importer = {
  name: "lm-eval",
  summary: "samples of lm-evaluation-harness (samples_*.jsonl)",
  recognises(source) {
    const first = parseJson(firstLine(source));
    return field(first, "doc_id") !== undefined && field(first, "resps") !== undefined;
  },
  async import(sources) {
    const notes = notebook();
    const runs = sources.flatMap((source) => readSamples(source, notes) ?? []);
    const detected = `lm-evaluation-harness, ${sources.length === 1 ? "1 file" : `${sources.length} files`} of samples`;
    return recordedSuite(runs, { detected, source: sources[0], notes: notes.notes });
  },
};

/** `samples_<task>_<date>.jsonl` in `<organisation>__<model>/`. */
function readSamples({ file, bytes }: ImportSource, notes: Notebook): RecordedRun | undefined {
  const where = basename(file);
  const records = readJsonLines(bytes);
  if (typeof records === "string") {
    notes.leftOut(where, records);
    return undefined;
  }
  const folder = basename(dirname(file));
  const model = folder.replace("__", "/");
  notes.review(model, `its name is that of the folder, ${folder}`);
  const task = /^samples_(.+?)(?:_\d{4}-\d{2}-\d{2}T.*)?\.jsonl$/.exec(where)?.[1] ?? where;
  const [filter] = records.map((record) => textField(record, "filter"));
  const own = records.filter((record) => textField(record, "filter") === filter);
  if (own.length < records.length)
    notes.leftOut(
      where,
      `${records.length - own.length} records of other filters: those of "${filter ?? ""}" are imported`,
    );
  if (own.some(isRanked))
    notes.changed(
      where,
      "an answer is the option of the highest log-likelihood, as acc has it, not acc_norm",
    );
  return { where, model, task, samples: own.map((record) => sampleOf(record)) };
}

/** The log-likelihood of each option was asked, and no text was generated. */
function isRanked(record: JsonValue): boolean {
  const values = likelihoods(record);
  const count = options(record).length;
  return count > 1 && values.length === count && values.every((value) => Number.isFinite(value));
}

/** The arguments of each request: the prompt, and what was to be continued or how to generate. */
function options(record: JsonValue): readonly (readonly [prompt: string, second: JsonValue | undefined])[] {
  const given = field(record, "arguments");
  const requests = isList(given) ? given : Object.values(objectField(record, "arguments"));
  return requests.map((request) => {
    if (isList(request)) return [asText(request[0] ?? ""), request[1]];
    return [asText(field(request, "arg_0") ?? ""), field(request, "arg_1")];
  });
}

function likelihoods(record: JsonValue): readonly number[] {
  return listOf(field(record, "filtered_resps")).map((response) =>
    Number(isList(response) ? response[0] : response),
  );
}

function sampleOf(record: JsonValue): RecordedSample {
  const [first] = options(record);
  const base = { ...BARE_SAMPLE, id: asText(field(record, "doc_id") ?? ""), score: scoreOf(record) };
  if (isRanked(record)) return { ...base, ...ranked(record) };
  const [answer] = listOf(field(record, "filtered_resps"));
  const [raw] = listOf(listOf(field(record, "resps"))[0]);
  // What the filter made of an answer is what was scored, unless it found nothing.
  const filtered = asText(answer ?? "");
  return {
    ...base,
    input: first?.[0] ?? "",
    expected: field(record, "target") ?? undefined,
    output: filtered === "" || filtered === "[invalid]" ? asText(raw ?? "") : filtered,
  };
}

/** The option that the model finds the most likely; the target is the number of the right one, or its text. */
function ranked(record: JsonValue): Pick<RecordedSample, "input" | "expected" | "output"> {
  const asked = options(record);
  const values = likelihoods(record);
  const texts = asked.map(([, option]) => asText(option ?? "").trim());
  const best = values.indexOf(Math.max(...values));
  const target = asText(field(record, "target") ?? "");
  return {
    input: asked[0]?.[0] ?? "",
    expected: texts.includes(target.trim()) ? target.trim() : (texts[numberOf(target)] ?? target),
    output: texts[best] ?? "",
  };
}

/** The number of an option, written as it is or as a letter. */
function numberOf(target: string): number {
  return /^[A-Z]$/.test(target.trim()) ? target.trim().charCodeAt(0) - 65 : Number(target);
}

/** The first metric of a record that is a score. */
function scoreOf(record: JsonValue): number | undefined {
  const names = ["exact_match", "acc", "em", "f1", ...listOf(field(record, "metrics")).map(asText)];
  return names
    .map((name) => numberField(record, name))
    .find((value) => value !== undefined && value >= 0 && value <= 1);
}
