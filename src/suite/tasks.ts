import { dirname, resolve } from "node:path";
import type { JsonObject } from "../domain/json.ts";
import type { FieldRead, Message, ScorerSpec, Task } from "../domain/suite.ts";
import { templateFields, wholeField } from "../domain/template.ts";
import { CODES } from "./codes.ts";
import { readTurnChoice, readTurns } from "./conversations.ts";
import { fieldReads } from "./field-reads.ts";
import { didYouMean } from "./read-yaml.ts";
import type { RawTask } from "./schema.ts";
import { reportOptions } from "./scorer-options.ts";
import type { Shelves } from "./shelves.ts";
import type { Path, Source } from "./source.ts";

/** A task as it is written, and what of it its dataset can be checked against: nothing where that is not known. */
export interface TaskReading {
  readonly task: Task;
  readonly sound: Task | undefined;
}

/** A task of a suite; its scorers' options are checked against the shelf. */
export function readTask(source: Source, name: string, raw: RawTask, shelves: Shelves): TaskReading {
  const path = ["tasks", name];
  const turns = readTurns(source, [...path, "prompt"], raw.prompt);
  const isConversation = source.isSpoilt([...path, "prompt"]) ? undefined : turns !== undefined;
  const context = { shelves, isConversation };
  const read = raw.scorers.map((item, index) => {
    const at = [...path, "scorers", index];
    return source.isSpoilt(at) ? [] : readScorer(source, at, item, context);
  });
  const scorers = read.flat();
  checkScorers(source, path, scorers);
  const task: Task = {
    name,
    dataset: {
      path: raw.dataset,
      file: resolve(dirname(source.file), raw.dataset),
      cluster: raw.cluster,
      place: source.valuePlace([...path, "dataset"]),
    },
    prompt: readPrompt(raw.prompt),
    ...(turns === undefined ? {} : { turns }),
    scorers,
    reads: [...fieldReads(source, [...path, "prompt"]), ...fieldReads(source, [...path, "scorers"])],
    slices: raw.slices ?? [],
    groups: groupsOf(source, path, raw),
    place: source.keyPlace(path),
  };
  const sound = read.filter((_, index) => !source.isTouched([...path, "scorers", index])).flat();
  return { task, sound: soundTask(source, path, { task, sound }) };
}

interface WithSound {
  readonly task: Task;
  readonly sound: readonly ScorerSpec[];
}

function groupsOf(source: Source, path: Path, { cluster, slices = [] }: RawTask): readonly FieldRead[] {
  const place = (...inner: Path) => source.valuePlace([...path, ...inner]);
  return [
    ...(cluster === undefined ? [] : [{ path: cluster, place: place("cluster") }]),
    ...slices.map((field, at) => ({ path: field, place: place("slices", at) })),
  ];
}

/** What is spoilt demands nothing of a dataset. */
function soundTask(source: Source, path: Path, { task, sound }: WithSound): Task | undefined {
  if (source.isSpoilt([...path, "dataset"])) return undefined;
  const scorersPath = [...path, "scorers"];
  if (!source.isTouched([...path, "prompt"])) {
    if (!source.isTouched(scorersPath)) return task;
    // One that is missing may be the one with weight.
    return { ...task, scorers: sound.map((scorer) => ({ ...scorer, weight: 1 })) };
  }
  // Whether this is a conversation is not known, so neither is what a turn is.
  const { turns: _, ...question } = task;
  const reads = fieldReads(source, scorersPath).filter(({ path: field }) => !/^turn(?:\.|$)/.test(field));
  return { ...question, scorers: [], reads };
}

function checkScorers(source: Source, path: Path, scorers: readonly ScorerSpec[]): void {
  const name = String(path.at(-1));
  const labels = scorers.map(({ label }) => label);
  const repeated = scorers.find(({ label }, index) => labels.indexOf(label) !== index);
  if (repeated !== undefined) {
    source.fault(
      CODES.duplicateLabel,
      `two scorers of task "${name}" are named "${repeated.label}"`,
      repeated.place,
      {
        hint: "Give one of them a name: { name: strict, … }.",
      },
    );
  }
  if (scorers.length > 0 && scorers.every(({ weight }) => weight === 0)) {
    const hint = "Give one of its scorers a weight above 0.";
    const place = source.keyPlace([...path, "scorers"]);
    source.fault(CODES.shape, `every scorer of task "${name}" has weight 0: there is no score`, place, {
      hint,
    });
  }
}

function readPrompt(raw: RawTask["prompt"]): readonly Message[] {
  if (typeof raw === "string") return [{ role: "user", content: raw }];
  if (!("user" in raw || "turns" in raw)) return raw;
  const system: readonly Message[] =
    raw.system === undefined ? [] : [{ role: "system", content: raw.system }];
  return "user" in raw ? [...system, { role: "user", content: raw.user }] : system;
}

function readScorer(
  source: Source,
  path: Path,
  item: RawTask["scorers"][number],
  { shelves, isConversation }: ScorerContext,
): readonly ScorerSpec[] {
  const faultsBefore = source.faults.length;
  const specs = scorerSpecs(source, path, item, { shelves, isConversation });
  if (source.faults.length > faultsBefore) source.spoil(path);
  return specs;
}

interface ScorerContext {
  readonly shelves: Shelves;
  /** `undefined` where the prompt does not tell. */
  readonly isConversation: boolean | undefined;
}

function scorerSpecs(
  source: Source,
  path: Path,
  item: RawTask["scorers"][number],
  { shelves, isConversation }: ScorerContext,
): readonly ScorerSpec[] {
  const entries: readonly (readonly [string, JsonObject])[] =
    typeof item === "string" ? [[item, {}]] : Object.entries(item);
  const [entry, second] = entries;
  const place = source.valuePlace(path);
  if (entry === undefined || second !== undefined) {
    source.fault(CODES.shape, "one scorer per list item", place, {
      hint: "Write - exact, or - choice: { options: [a, b] }.",
    });
    return [];
  }
  const [scorer, given] = entry;
  const onShelf = shelves.scorers.find(({ name }) => name === scorer);
  if (onShelf === undefined) {
    const names = shelves.scorers.map(({ name }) => name);
    const at = typeof item === "string" ? place : source.keyPlace([...path, scorer]);
    source.fault(CODES.unknownName, `there is no scorer "${scorer}"`, at, {
      label: didYouMean(scorer, names),
      hint: `Scorers: ${names.join(", ")}.`,
    });
    return [];
  }
  const { name: label, weight, turns: givenTurns, ...options } = given;
  const optionsPath = typeof item === "string" ? path : [...path, scorer];
  reportOptions(source, optionsPath, options, onShelf);
  const isByCase = typeof weight === "string" && wholeField(weight) !== undefined;
  const isNumber = typeof weight === "number" && Number.isFinite(weight) && weight >= 0;
  if (weight !== undefined && !isByCase && !isNumber) {
    source.fault(
      CODES.shape,
      "weight must be a number of at least 0",
      source.valuePlace([...optionsPath, "weight"]),
    );
  }
  if (
    label !== undefined &&
    (typeof label !== "string" || label === "" || templateFields(label).length > 0)
  ) {
    const message = "name must be a text, the same for every case";
    source.fault(CODES.shape, message, source.valuePlace([...optionsPath, "name"]));
  }
  const comparesBaseline = onShelf.comparesBaseline(options);
  const turns = readTurnChoice(source, optionsPath, { given: givenTurns, isConversation, comparesBaseline });
  const judges = [...new Set(onShelf.judges(options).map(({ judge }) => judge))];
  return [
    {
      scorer,
      label: typeof label === "string" ? label : scorer,
      weight: isByCase || isNumber ? weight : 1,
      options,
      ...(turns === undefined ? {} : { turns }),
      ...(judges.length > 0 ? { judges } : {}),
      ...(onShelf.readsLabels ? { readsLabels: true } : {}),
      place,
    },
  ];
}
