import type { Model } from "../domain/model.ts";
import { CODES } from "./codes.ts";
import { readModel } from "./models.ts";
import { didYouMean } from "./read-yaml.ts";
import type { RawSuite } from "./schema.ts";
import type { NamedJudge, Shelves } from "./shelves.ts";
import type { Path, Source } from "./source.ts";
import { writtenNames } from "./written-names.ts";

/** The models under `judges`: asked in one call, and named apart from the models that are measured. */
export function readJudges(source: Source, raw: RawSuite, shelves: Shelves): readonly Model[] {
  return Object.entries(raw.judges ?? {}).flatMap(([name, { workflow }]) => {
    const path = ["judges", name];
    if (workflow !== undefined) {
      source.fault(
        CODES.judge,
        `the judge "${name}" has a workflow`,
        source.keyPlace([...path, "workflow"]),
        {
          hint: "A judge answers in one call: leave it out.",
        },
      );
      return [];
    }
    if (Object.hasOwn(raw.models, name)) {
      source.fault(CODES.judge, `"${name}" is a model and a judge`, source.keyPlace(path), {
        hint: "Name the judge otherwise, or have the scorer name the model.",
      });
      return [];
    }
    return readModel(source, name, raw, shelves) ?? [];
  });
}

/** Reports every judge that a scorer names and the suite does not have, or that cannot judge. */
export function checkJudges(source: Source, raw: RawSuite, shelves: Shelves): void {
  for (const [task, { scorers }] of Object.entries(raw.tasks)) {
    for (const [at, item] of scorers.entries()) {
      if (typeof item === "string" || source.isSpoilt(["tasks", task, "scorers", at])) continue;
      for (const [name, options] of Object.entries(item)) {
        const scorer = shelves.scorers.find((one) => one.name === name);
        const path: Path = ["tasks", task, "scorers", at, name];
        if (
          raw.gate === undefined &&
          !source.isSpoilt(["gate"]) &&
          scorer?.comparesBaseline(options) === true
        )
          source.fault(
            CODES.judge,
            `"${name}" compares with the baseline, and the suite names none`,
            source.keyPlace(path),
            { hint: "Add gate: { baseline: …, require: […] }." },
          );
        for (const named of scorer?.judges(options) ?? [])
          checkJudge(source, [...path, ...named.path], named, raw);
      }
    }
  }
}

function checkJudge(
  source: Source,
  path: Path,
  { judge: name, form }: NamedJudge,
  { models, judges = {} }: RawSuite,
): void {
  const [ownNames, modelNames] = [writtenNames(source, "judges"), writtenNames(source, "models")];
  if (ownNames === undefined || modelNames === undefined) return;
  const names = [...ownNames, ...modelNames];
  const own = judges[name] ?? models[name];
  if (!names.includes(name)) {
    source.fault(CODES.unknownName, `there is no judge "${name}" in this suite`, source.valuePlace(path), {
      label: didYouMean(name, names),
      hint: `Judges and models: ${names.join(", ")}.`,
    });
  } else if (models[name]?.workflow !== undefined) {
    source.fault(CODES.judge, `"${name}" has a workflow, so it cannot judge`, source.valuePlace(path), {
      hint: "Name a model without one, or add one under judges.",
    });
  } else if (own !== undefined) checkApi(source, path, { name, form, own });
}

interface NamedUse {
  readonly name: string;
  readonly form: string;
  readonly own: unknown;
}

/** An embedding is no verdict, and a verdict no embedding. A function of the user's may give either. */
function checkApi(source: Source, path: Path, { name, form, own }: NamedUse): void {
  const given = new Map<string, unknown>(Object.entries(own ?? {}));
  if (given.get("backend") === "module") return;
  const embeds = given.get("api") === EMBEDDINGS;
  if (embeds === (form === "embedding")) return;
  const message = embeds
    ? `"${name}" makes embeddings and gives no verdict`
    : `"${name}" makes no embeddings`;
  source.fault(CODES.judge, message, source.valuePlace(path), {
    hint: embeds
      ? "Name a judge without api: embeddings."
      : "Add one under judges: { backend: openai, model: text-embedding-3-small, api: embeddings }.",
  });
}

const EMBEDDINGS = "embeddings";

/** Models that are measured must answer. */
export function refuseEmbedders(source: Source, { models }: RawSuite): void {
  for (const [name, own] of Object.entries(models)) {
    if (new Map<string, unknown>(Object.entries(own)).get("api") !== EMBEDDINGS) continue;
    source.fault(
      CODES.judge,
      `"${name}" makes embeddings and answers nothing`,
      source.valuePlace(["models", name, "api"]),
      {
        hint: "Put it under judges, for the scorer semantic.",
      },
    );
  }
}
