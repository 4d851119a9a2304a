import type { JsonObject } from "../domain/json.ts";
import type { Parameters, WorkflowSpec } from "../domain/model.ts";
import { CODES } from "./codes.ts";
import { didYouMean } from "./read-yaml.ts";
import type { RawModel, RawSuite } from "./schema.ts";
import type { Shelves } from "./shelves.ts";
import type { Path, Source } from "./source.ts";
import { writtenNames } from "./written-names.ts";

/** A model of a suite with what it takes over from another one. */
export interface WholeModel {
  readonly raw: RawModel;
  /** The model that `model_of` names, else the model itself. */
  readonly of: string;
}

/** Where a name is bound: a name is either a model or a judge. */
export function partOf({ models }: RawSuite, name: string): "models" | "judges" {
  return Object.hasOwn(models, name) ? "models" : "judges";
}

/** A model or judge as it is written, or the model that `model_of` names with what is written beside it. */
export function wholeModel(source: Source, name: string, suite: RawSuite): WholeModel | undefined {
  const { models, judges } = suite;
  const own = models[name] ?? judges?.[name];
  if (own === undefined) return undefined;
  if (!("model_of" in own)) return { raw: own, of: name };
  const { model_of: of, backend: _, ...over } = own;
  const base = models[of];
  const path: Path = [partOf(suite, name), name, "model_of"];
  if (base === undefined) return unknownModel(source, path, of);
  if ("model_of" in base || base.workflow !== undefined) {
    source.fault(CODES.workflow, `"${of}" is itself made of another model`, source.valuePlace(path), {
      hint: "Name a model that has a backend and no workflow.",
    });
    return undefined;
  }
  return { raw: { ...base, ...defined(over) }, of };
}

/** An object without the keys that are there and undefined. */
export function defined<T extends object>(value: T): T {
  const kept = { ...value };
  for (const [key, item] of Object.entries(value)) if (item === undefined) Reflect.deleteProperty(kept, key);
  return kept;
}

/** A model that is written and spoilt is told of where it stands. */
function unknownModel(source: Source, path: Path, name: string): undefined {
  const names = writtenNames(source, "models") ?? [name];
  if (names.includes(name)) return undefined;
  source.fault(CODES.unknownName, `there is no model "${name}" in this suite`, source.valuePlace(path), {
    label: didYouMean(name, names),
    hint: `Models: ${names.join(", ")}.`,
  });
  return undefined;
}

/** What a workflow is bound to. */
export interface WorkflowContext {
  /** Name of the target. */
  readonly name: string;
  readonly of: string;
  readonly parameters: Parameters;
  readonly timeoutMs: number;
}

/** The workflow of a target; its options are checked already, the models that it names are checked here. */
export function readWorkflow(
  source: Source,
  raw: NonNullable<RawModel["workflow"]>,
  { name, of, parameters, timeoutMs }: WorkflowContext,
  { suite, shelves }: { readonly suite: RawSuite; readonly shelves: Shelves },
): WorkflowSpec | undefined {
  const path: Path = ["models", name, "workflow"];
  const [chosen, second] = Object.entries(raw).filter(([, options]) => options !== undefined);
  const item = shelves.workflows.find((one) => one.name === chosen?.[0]);
  if (chosen === undefined || second !== undefined || item === undefined) {
    const names = shelves.workflows.map((one) => one.name);
    source.fault(CODES.workflow, "a target has one workflow", source.keyPlace(path), {
      hint: `Write one of ${names.join(", ")}, such as workflow: { vote: { samples: 5 } }.`,
    });
    return undefined;
  }
  const options = jsonObject(chosen[1]);
  const { mostCalls, others, resamples, fields, tools, copies = 1, longestPrompt } = item.needs(options);
  for (const { option, model } of others) checkOther(source, [...path, item.name, option], model, suite);
  if (resamples) refuseSameSamples(source, path, item.name, parameters);
  if (tools !== undefined) checkTools(source, [...path, item.name, "results"], tools, parameters);
  const models = others.map(({ model }) => model);
  return {
    name: item.name,
    options,
    of,
    others: models,
    fields,
    mostCalls,
    copies,
    longestPrompt,
    stepTimeoutMs: timeoutMs,
  };
}

function checkOther(source: Source, path: Path, name: string, { models }: RawSuite): void {
  const other = models[name];
  if (other === undefined) unknownModel(source, path, name);
  else if (other.workflow !== undefined) {
    source.fault(CODES.workflow, `"${name}" has a workflow of its own`, source.valuePlace(path), {
      hint: "A workflow asks models, not other workflows.",
    });
  }
}

/** A result for a tool that is not declared is never asked for, and a declared tool without one cannot answer. */
function checkTools(source: Source, path: Path, given: readonly string[], { tools = [] }: Parameters): void {
  const declared = tools.map(({ name }) => name);
  for (const name of given.filter((one) => !declared.includes(one))) {
    const place = source.keyPlace([...path, name]);
    source.fault(CODES.workflow, `no tool "${name}" is declared for this model`, place, {
      label: didYouMean(name, declared),
      hint:
        declared.length === 0
          ? "Declare it: tools: [{ name, parameters }]."
          : `Tools: ${declared.join(", ")}.`,
    });
  }
  for (const name of declared.filter((one) => !given.includes(one))) {
    source.fault(CODES.workflow, `the tool "${name}" has no results`, source.keyPlace(path), {
      hint: `Say what its calls give back: ${name}: [{ return: … }].`,
    });
  }
}

/** Paying for the same answer several times is a mistake, not a wish. */
function refuseSameSamples(source: Source, path: Path, workflow: string, parameters: Parameters): void {
  const why =
    parameters.seed !== undefined
      ? "a seed"
      : parameters.temperature === 0
        ? "a temperature of 0"
        : undefined;
  if (why === undefined) return;
  source.fault(
    CODES.workflow,
    `${workflow} needs samples that differ; ${why} makes them the same`,
    source.keyPlace(path),
    { hint: "Leave it out, or set another temperature beside the workflow." },
  );
}

/** JSON as the schema left it: only its keys without a value go. */
function jsonObject(value: object | undefined): JsonObject {
  const plain: JsonObject = JSON.parse(JSON.stringify(value ?? {}));
  return plain;
}
