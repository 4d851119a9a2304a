import { z } from "zod";
import { MOST_TURNS } from "../domain/prompt.ts";
import { METRIC_NAMES, STOP_CHOICES } from "../domain/suite.ts";
import { budget, price } from "./money-schema.ts";
import type { BackendShelfItem, Shelves, WorkflowShelfItem } from "./shelves.ts";

const name = z.string().min(1);
const duration = z
  .union([z.number().positive(), z.string().regex(/^\d+(?:\.\d+)?\s*(?:ms|s|m|h)$/)])
  .describe("A duration: `500ms`, `3s`, `2m`, or a number of seconds");

const parameters = {
  max_tokens: z.int().positive().optional().describe("Longest answer, in tokens"),
  temperature: z.number().min(0).max(2).optional().describe("Sampling temperature"),
  top_p: z.number().gt(0).max(1).optional().describe("Nucleus sampling"),
  seed: z.int().optional().describe("In settings: the seed of everything drawn. On a model: sent to it"),
  stop: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe("Texts that end the answer"),
  response_schema: z
    .record(z.string(), z.json())
    .optional()
    .describe("JSON Schema that the answer must follow"),
  tools: z
    .array(
      z.strictObject({
        name,
        description: z.string().optional(),
        parameters: z.record(z.string(), z.json()),
      }),
    )
    .optional()
    .describe("Tools that the model may call"),
};

const settings = {
  concurrency: z
    .int()
    .positive()
    .optional()
    .describe("Calls in flight; in settings: over all models (default 32)"),
  repeats: z.int().positive().optional().describe("How often each case is asked (default 1)"),
  timeout: duration.optional().describe("Total deadline of one call (default 2m)"),
  idle_timeout: duration.optional().describe("Longest silence within an answer (default 60s)"),
  max_attempts: z
    .int()
    .positive()
    .optional()
    .describe("Attempts for one sample, the first included (default 6)"),
  rpm: z
    .int()
    .positive()
    .optional()
    .describe("Requests a minute that the provider allows, per model (default: learnt from its headers)"),
  tpm: z
    .int()
    .positive()
    .optional()
    .describe("Tokens a minute that the provider allows, per model (default: learnt from its headers)"),
};

const batch = z
  .boolean()
  .optional()
  .describe("Asks OpenAI and Anthropic in [batches](batches.md), as `--batch` does (default false)");
const defaults = z.strictObject({ ...parameters, ...settings, budget: budget.optional(), batch });

/** The workflow of a target: one key, its name, with its options. */
function workflowSchema(workflows: readonly WorkflowShelfItem[]) {
  const items = workflows.map((item) => [item.name, item.options.optional().describe(item.summary)] as const);
  return z
    .strictObject(Object.fromEntries(items))
    .optional()
    .describe("Answers in several steps: the name of one workflow, with its options");
}
type WorkflowSchema = ReturnType<typeof workflowSchema>;

/** The keys of a model on one backend. */
export function modelSchema(backend: BackendShelfItem, workflow: WorkflowSchema) {
  return z.strictObject({
    ...backend.options.shape,
    backend: z.literal(backend.name).describe(backend.summary ?? "How the model is reached"),
    model: modelId(backend),
    ...parameters,
    ...settings,
    price: price.optional(),
    workflow,
  });
}

function modelId({ capabilities }: BackendShelfItem) {
  return capabilities.modelIdOptional === true
    ? name.optional().describe("For reports and the price table (default: the model's name in this suite)")
    : name.describe("The model id as the backend knows it");
}

/** A target that is another model of the suite, but for what is written beside it. */
function variantSchema(workflow: WorkflowSchema) {
  return z.strictObject({
    // Tells this shape from the others, which all name their backend.
    backend: z.undefined().optional(),
    model_of: name.describe("Another model of this suite, taken over but for the keys beside this one"),
    ...parameters,
    ...settings,
    workflow,
  });
}

const message = z.strictObject({ role: z.enum(["system", "user", "assistant"]), content: z.string() });
const prompt = z
  .union([
    z.string().min(1),
    z.strictObject({ system: z.string().optional(), user: z.string().min(1) }),
    z.strictObject({
      system: z.string().optional(),
      turns: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(MOST_TURNS)]),
    }),
    z.array(message).min(1),
  ])
  .describe(
    "A template, or {system, user}, or a list of {role, content}; {system, turns} is a conversation: a list of what the " +
      "user says turn by turn, or one field that holds it",
  );

const task = z.strictObject({
  dataset: name.describe("Path of the dataset, relative to the suite"),
  cluster: name.optional().describe("Field that groups dependent cases: a document, a conversation, a user"),
  prompt,
  scorers: z
    .array(z.union([name, z.record(z.string(), z.record(z.string(), z.json()))]))
    .min(1)
    .describe(
      "Scorers: a name, or {name: {options}}; every scorer also takes `name`, `weight` and, of a conversation, `turns`",
    ),
  slices: z.array(name).optional().describe("Case fields whose values are slices; tags always are"),
});

const bound = z.union([z.number(), z.string().regex(/^\d+(?:\.\d+)?\s*(?:x|ms|s|m)$/)]);

const rule = z.strictObject({
  metric: z.enum(METRIC_NAMES).describe("What is measured"),
  task: name.optional().describe("Only this task"),
  scorer: name
    .optional()
    .describe("Of `sub_score`, `macro_f1` and `micro_f1`: the scorer, by its name in the task"),
  part: name.optional().describe("Of `sub_score`: the part of that scorer's score, as reports name it"),
  where: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .describe("Only this slice"),
  margin: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe("Loss that you would accept, in score (0.03 is 3 points)"),
  at_least: bound.optional().describe("Lower bound: a number, or `0.5x` of the baseline"),
  at_most: bound.optional().describe("Upper bound: a number, a duration, or `0.5x` of the baseline"),
});

const gate = z.strictObject({
  baseline: name.describe("The model in use"),
  candidates: z.array(name).min(1).optional().describe("The models proposed (default: all others)"),
  confidence: z.number().gt(0.5).lt(1).optional().describe("Default 0.95"),
  missing: z
    .enum(["worst-case", "wrong"])
    .optional()
    .describe("What a failed call counts as (default worst-case)"),
  stop: z
    .enum(STOP_CHOICES)
    .optional()
    .describe(
      "Whether a run ends once every candidate is decided; `auto`: where every margin has 200 cases or more (default never)",
    ),
  claim: z
    .enum(["population", "dataset"])
    .optional()
    .describe(
      "What `safe` is said of: cases like these (default), or these cases only, which takes fewer of them",
    ),
  judge_kappa: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe(
      "Cohen's kappa that every judge must be shown to reach by human labels (`evals gate --labels`)",
    ),
  require: z.array(rule).min(1).describe("Rules (below); a candidate is safe when every one holds"),
});

const MODELS = "The models, each under its name (below)";
const JUDGES =
  "Models that are asked to judge and are not measured, each under its name; written as a model is, without the parameters of the settings";
const suiteKeys = {
  name: name.describe("Names the suite, and its folder of runs"),
  description: z.string().optional().describe("What the suite is for"),
  models: z.record(z.string(), z.json()).describe(MODELS),
  judges: z.record(z.string(), z.json()).optional().describe(JUDGES),
  settings: defaults.optional().describe("Defaults for every model (below)"),
  tasks: z.record(z.string(), task).describe("The tasks, each under its name (below)"),
  gate: gate.optional().describe("What makes a candidate safe (below)"),
};

/** The shape of a suite file, from what the shelves offer. */
export function suiteSchema(shelves: Shelves) {
  const workflow = workflowSchema(shelves.workflows);
  const [first, ...others] = shelves.backends.map((backend) => modelSchema(backend, workflow));
  if (first === undefined) throw new Error("there is no backend on the shelf");
  const model = z.discriminatedUnion("backend", [first, ...others, variantSchema(workflow)]);
  return z.strictObject({
    ...suiteKeys,
    models: z.record(z.string(), model).describe(MODELS),
    judges: z.record(z.string(), model).optional().describe(JUDGES),
  });
}

/** A suite as it is written, shapes checked, names not yet. */
export type RawSuite = z.infer<ReturnType<typeof suiteSchema>>;
export type RawTask = z.infer<typeof task>;
export type RawModel = z.infer<ReturnType<typeof modelSchema>>;
export type RawRule = z.infer<typeof rule>;
export type RawParameters = z.infer<z.ZodObject<typeof parameters>>;
export type RawSettings = z.infer<z.ZodObject<typeof settings>>;
export type RawPrice = z.infer<typeof price>;

/** The keys that each part knows, for did-you-mean. */
export const KNOWN = {
  suite: ["name", "description", "models", "judges", "settings", "tasks", "gate"],
  model: ["backend", "model", "price", "workflow", ...Object.keys(parameters), ...Object.keys(settings)],
  variant: ["model_of", "workflow", ...Object.keys(parameters), ...Object.keys(settings)],
  settings: Object.keys(defaults.shape),
  budget: Object.keys(budget.shape),
  price: Object.keys(price.shape),
  task: Object.keys(task.shape),
  prompt: ["system", "user", "turns"],
  message: Object.keys(message.shape),
  gate: Object.keys(gate.shape),
  rule: Object.keys(rule.shape),
} as const;

/** A part of the suite for the reference page. */
export interface SuitePart {
  readonly title: string;
  readonly text: string;
  readonly keys: z.ZodObject;
}

const modelKeys = z.strictObject({
  backend: name.describe(
    "How the model is reached: see [the backends](backends.md), each with keys of its own",
  ),
  model: name.describe("The model id as the backend knows it"),
  price: price.optional(),
});

/** Every part of a suite, from the outside in. */
export const SUITE_PARTS: readonly SuitePart[] = [
  { title: "The suite", text: "The keys of the file.", keys: z.strictObject(suiteKeys) },
  {
    title: "A model",
    text: "Under `models` (or `judges`), by name. It also takes every key of the settings below, for itself alone.",
    keys: modelKeys,
  },
  {
    title: "Settings",
    text: "Defaults for every model. Nothing is sent that the suite does not say.",
    keys: defaults,
  },
  {
    title: "A price",
    text: "Replaces the rows of the bundled price table; a price that is not known is shown as unknown, never as 0.",
    keys: price,
  },
  {
    title: "A task",
    text: "Under `tasks`, by name. Its score is the weighted mean of its [scorers](scorers.md).",
    keys: task,
  },
  { title: "The gate", text: "Read by `evals gate`, and by `evals run` for its closing words.", keys: gate },
  {
    title: "A rule of the gate",
    text: "A rule on `score`, `sub_score`, `macro_f1` or `micro_f1` takes a `margin` or an `at_least`; the other metrics an `at_least` or an `at_most`.",
    keys: rule,
  },
];

/** The JSON Schema that editors complete a suite by. */
export function suiteJsonSchema(shelves: Shelves): object {
  const schema = z.toJSONSchema(suiteSchema(shelves), { io: "input", unrepresentable: "any" });
  return { ...schema, $id: "suite.schema.json", title: "A suite of evals" };
}
