import { basename, dirname } from "node:path";
import type { JsonObject } from "../../domain/json.ts";
import type { ImportedSuite, Importer, ImportResult, ImportSource } from "../importer.ts";
import { field, isObject, objectField, textField } from "../json-shape.ts";
import { slug } from "../names.ts";
import { notebook } from "../notebook.ts";
import { readDocument } from "../read-document.ts";
import { codeModule } from "./code-module.ts";
import { type PromptfooContext, tellUnread } from "./config.ts";
import { makeGate } from "./gate.ts";
import { newGraders } from "./graders.ts";
import { readPrompts } from "./prompts.ts";
import { readOptions } from "./provider-config.ts";
import { type ImportedModel, readProviders } from "./providers.ts";
import { scoreTests } from "./scored-tests.ts";
import { type ImportedTask, makeTasks } from "./tasks.ts";
import { readTests } from "./tests.ts";

/** A configuration of promptfoo, in YAML or JSON. Format: https://www.promptfoo.dev/docs/configuration/reference/ */
export const promptfoo: Importer = {
  name: "promptfoo",
  summary: "a promptfoo configuration (promptfooconfig.yaml)",
  recognises({ file, bytes }) {
    if (!/\.(?:ya?ml|json)$/i.test(file)) return false;
    const read = readDocument(bytes);
    if (!read.ok) return /promptfooconfig/.test(basename(file));
    const has = (key: string) => field(read.value, key) !== undefined;
    // A suite of evals has `models` and `tasks`.
    return (has("providers") || has("targets") || has("prompts")) && !has("tasks");
  },
  async import([source, ...more]) {
    if (more.length === 0) return importConfiguration(source);
    const message = "several configurations of promptfoo make no one suite";
    return { ok: false, failure: { message, hint: "Import them one by one.", notes: [] } };
  },
};

const REVIEW = "read the code, then set REVIEWED to true in it: until then it scores nothing";

async function importConfiguration(source: ImportSource): Promise<ImportResult> {
  const notes = notebook();
  const context: PromptfooContext = { source, notes };
  const fail = (message: string, hint: string): ImportResult => ({
    ok: false,
    failure: { message, hint, notes: notes.notes },
  });
  const read = readDocument(source.bytes);
  if (!read.ok)
    return fail(`the configuration cannot be read: ${read.problem}`, "Mend it and import it again.");
  const config = read.value;
  if (!isObject(config))
    return fail("the configuration is no object", "It needs prompts, providers and tests.");
  tellUnread(config, context);
  const models = await readProviders(field(config, "providers") ?? field(config, "targets"), context);
  if (models.length === 0)
    return fail(
      "no provider of it can be reached",
      "Backends: openai (and compatible servers), anthropic, ollama.",
    );
  const prompts = await readPrompts(field(config, "prompts"), context);
  const code = codeModule();
  const graders = newGraders(context);
  const tests = await scoreTests(await readTests(config, context), config, { context, code, graders });
  const { tasks, files } = makeTasks(prompts, tests, { context, code });
  if (tasks.length === 0)
    return fail("nothing of it can be asked and scored", "A task needs a prompt, a test and an assertion.");
  tellDefaults(models, context);
  const module = code.file;
  if (module !== undefined) notes.review(module.path, REVIEW);
  const suite = makeSuite(config, { models, judges: graders.judges, tasks, context });
  const imported: ImportedSuite = {
    detected: "promptfoo configuration",
    suite,
    remarks: [],
    files: module === undefined ? files : [...files, module],
    notes: notes.notes,
  };
  return { ok: true, imported };
}

interface Parts {
  readonly models: readonly ImportedModel[];
  readonly judges: JsonObject;
  readonly tasks: readonly ImportedTask[];
  readonly context: PromptfooContext;
}

function makeSuite(config: JsonObject, { models, judges, tasks, context }: Parts): JsonObject {
  const settings = readOptions(objectField(config, "evaluateOptions"), context);
  const gate = makeGate(models, tasks, context);
  const description = textField(config, "description");
  const { file } = context.source;
  const otherwise = slug(/promptfooconfig/.test(file) ? basename(dirname(file)) : basename(file), "imported");
  return {
    name: slug(description ?? "", otherwise),
    ...(description !== undefined && { description }),
    models: Object.fromEntries(models.map(({ name, model }) => [name, model])),
    ...(Object.keys(judges).length > 0 && { judges }),
    ...(Object.keys(settings).length > 0 && { settings }),
    tasks: Object.fromEntries(tasks.map(({ name, task }) => [name, task])),
    ...(gate !== undefined && { gate }),
  };
}

/** promptfoo fills in parameters; a suite sends what it says and nothing else. */
function tellDefaults(models: readonly ImportedModel[], { notes }: PromptfooContext): void {
  for (const { name, model } of models) {
    const missing = ["temperature", "max_tokens"].filter((key) => model[key] === undefined);
    if (model["backend"] === "openai" && missing.length > 0)
      notes.changed(
        `model ${name}`,
        `${missing.join(" and ")}: promptfoo sends its own default; here nothing is sent`,
      );
  }
}
