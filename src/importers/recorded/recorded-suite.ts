import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { ImportedFile, ImportNote, ImportResult, ImportSource } from "../importer.ts";
import { jsonLines } from "../importer.ts";
import { distinct, slug } from "../names.ts";
import { type Notebook, notebook } from "../notebook.ts";
import { startingGate } from "../starting-gate.ts";
import type { RecordedMessage, RecordedRun, RecordedSample } from "./recorded-run.ts";
import { chooseScorer } from "./scorer-choice.ts";

interface Made {
  readonly detected: string;
  readonly source: ImportSource;
  /** What the reader of the files has to tell. */
  readonly notes: readonly ImportNote[];
}

/** A suite whose models replay what they answered elsewhere, and are scored here. */
export async function recordedSuite(runs: readonly RecordedRun[], made: Made): Promise<ImportResult> {
  const notes = notebook(made.notes);
  const models = [...new Set(runs.map(({ model }) => model))];
  const tasks = [...new Set(runs.map(({ task }) => task))];
  const names = distinct(tasks.map((task) => slug(task, "task")));
  const files: ImportedFile[] = [];
  const suiteTasks: { [name: string]: JsonValue } = {};
  for (const [index, task] of tasks.entries()) {
    const name = names[index] ?? "task";
    const own = runs.filter((run) => run.task === task);
    const { cases, kept } = mergedCases(own, notes);
    if (cases.length === 0) continue;
    const chosen = await chooseScorer(name, kept, made.source);
    if (chosen === undefined) {
      notes.leftOut(`task ${task}`, "no expected answer is recorded, so nothing can be scored");
      continue;
    }
    chosen.tell(notes);
    const path = tasks.length === 1 ? "cases.jsonl" : `cases-${name}.jsonl`;
    files.push({
      path,
      text: jsonLines(
        cases.map(({ record }) => ({ ...record, ...chosen.fieldsFor(record["expected"] ?? null) })),
      ),
    });
    suiteTasks[name] = {
      dataset: path,
      prompt: promptOf(cases, `task ${task}`, notes),
      scorers: [chosen.scorer],
    };
  }
  if (Object.keys(suiteTasks).length === 0) {
    const failure = {
      message: "nothing of it can be asked and scored",
      hint: "It needs inputs and expected answers.",
      notes: notes.notes,
    };
    return { ok: false, failure };
  }
  const renamed = new Map(tasks.map((task, index) => [task, names[index] ?? "task"]));
  const recordings = recordingsOf(runs, { models, renamed, kept: Object.keys(suiteTasks), notes });
  const gate = startingGate(models, notes);
  const repeats = Math.max(...runs.flatMap(({ samples }) => samples.map(({ repeat }) => repeat))) + 1;
  const suite: JsonObject = {
    name: tasks.length === 1 ? (names[0] ?? "imported") : "imported",
    models: recordings.models,
    ...(repeats > 1 && { settings: { repeats } }),
    tasks: suiteTasks,
    ...(gate !== undefined && { gate }),
  };
  return {
    ok: true,
    imported: {
      detected: made.detected,
      suite,
      remarks: [],
      files: [...files, ...recordings.files],
      notes: notes.notes,
    },
  };
}

interface MergedCase {
  readonly input: RecordedSample["input"];
  readonly record: JsonObject;
}

/** The cases of a task over all models: what two models were asked under one id must be the same. */
function mergedCases(runs: readonly RecordedRun[], notes: Notebook) {
  const cases = new Map<string, MergedCase>();
  const kept: RecordedSample[] = [];
  for (const { samples, where } of runs) {
    for (const sample of samples) {
      const known = cases.get(sample.id);
      const record = recordOf(sample);
      if (known === undefined) cases.set(sample.id, { input: sample.input, record });
      else if (JSON.stringify(known.record) !== JSON.stringify(record)) {
        notes.changed(where, "under the same id another model was asked otherwise: the first wording stands");
      }
      kept.push(sample);
    }
  }
  return { cases: [...cases.values()], kept };
}

function recordOf({ id, input, expected, choices }: RecordedSample): JsonObject {
  return {
    id,
    input: typeof input === "string" ? input : input.map(({ role, content }) => ({ role, content })),
    ...(expected !== undefined && { expected }),
    ...(choices !== undefined && { choices: [...choices] }),
  };
}

const ROLES = new Set(["system", "user", "assistant"]);

/** The prompt: the input as it is, or the messages where all cases have the same roles. */
function promptOf(cases: readonly MergedCase[], where: string, notes: Notebook): JsonValue {
  const shapes = new Set(
    cases.map(({ input }) => (typeof input === "string" ? "text" : rolesOf(input).join(" "))),
  );
  const [first] = cases;
  if (first === undefined || typeof first.input === "string" || shapes.size > 1) {
    if (shapes.size > 1 || !shapes.has("text"))
      notes.changed(where, "its cases are chats of different roles: a prompt shows each as JSON");
    return "{{ input }}";
  }
  const roles = rolesOf(first.input);
  if (roles.every((role) => ROLES.has(role)))
    return roles.map((role, index) => ({ role, content: `{{ input.${index}.content }}` }));
  notes.changed(
    where,
    `its chats have roles that a prompt has not (${roles.join(", ")}): it shows each as JSON`,
  );
  return "{{ input }}";
}

function rolesOf(messages: readonly RecordedMessage[]): readonly string[] {
  return messages.map(({ role }) => role);
}

interface Recordings {
  readonly models: readonly string[];
  /** By the task's own name, that in the suite. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly kept: readonly string[];
  readonly notes: Notebook;
}

/** The answers of each model as a file, and the model that replays them. */
function recordingsOf(runs: readonly RecordedRun[], { models, renamed, kept, notes }: Recordings) {
  const files: ImportedFile[] = [];
  const suiteModels: { [name: string]: JsonValue } = {};
  const names = distinct(models.map((model) => slug(model, "model")));
  for (const [index, model] of models.entries()) {
    const path = `recordings/${names[index] ?? "model"}.jsonl`;
    const lines: JsonObject[] = [];
    for (const run of runs) {
      const task = renamed.get(run.task) ?? run.task;
      if (run.model !== model || !kept.includes(task)) continue;
      const lost = run.samples.filter(({ output }) => output === undefined).length;
      if (lost > 0)
        notes.leftOut(run.where, `${lost} of ${run.samples.length} samples have no answer: they stay failed`);
      lines.push(...run.samples.flatMap((sample) => recording(sample, task) ?? []));
    }
    files.push({ path, text: jsonLines(lines) });
    suiteModels[model] = { backend: "replay", model, from: path };
  }
  return { files, models: suiteModels };
}

function recording(sample: RecordedSample, task: string): JsonObject[] {
  const { id, repeat, output, finishReason, latencyMs, inputTokens, outputTokens } = sample;
  if (output === undefined) return [];
  const usage = {
    ...(inputTokens !== undefined && { input_tokens: inputTokens }),
    ...(outputTokens !== undefined && { output_tokens: outputTokens }),
  };
  return [
    {
      task,
      id,
      repeat,
      output,
      ...(finishReason !== undefined && { finish_reason: finishReason }),
      ...(latencyMs !== undefined && { latency_ms: latencyMs }),
      ...(Object.keys(usage).length > 0 && { usage }),
    },
  ];
}
