import { backends } from "../../backends/registry.ts";
import type { Fault } from "../../domain/fault.ts";
import type { Model } from "../../domain/model.ts";
import type { StopChoice, Suite, Task } from "../../domain/suite.ts";
import type { Plan } from "../../engine/plan.ts";
import { CODES } from "../../suite/codes.ts";
import type { Flag } from "../command.ts";

/** A plan whose models are asked in batches where their provider has them. */
export function batchedPlan(plan: Plan): Plan {
  return { ...plan, models: plan.models.map((model) => (hasBatches(model) ? batched(model) : model)) };
}

/** A model that is asked in batches. */
export function batched(model: Model): Model {
  return { ...model, isBatched: true };
}

function hasBatches({ backend, workflow }: Model): boolean {
  return workflow === undefined && backends.get(backend)?.connectBatch !== undefined;
}

/** The flag of commands that can ask in batches; the suite's settings have the same. */
export const BATCH_FLAGS: { readonly [flag: string]: Flag } = {
  batch: {
    type: "boolean",
    help: "Ask OpenAI and Anthropic in batches: half the price, within a day, no time measured",
  },
};

/** A batch is paid for whole: its gate decides over all cases, unless it can only decide case by case. */
export function batchStop({ gate }: Suite): StopChoice | undefined {
  return gate?.claim === "dataset" ? undefined : "never";
}

/** What keeps models and tasks from being asked in batches: calls that wait for one another, or no batches at all. */
export function batchFaults(models: readonly Model[], tasks: readonly Task[]): readonly Fault[] {
  const workflows = models.filter(({ workflow }) => workflow !== undefined);
  const talks = tasks.filter(({ turns }) => turns !== undefined);
  const faults = [
    ...talks.map((task) =>
      fault(
        task,
        `task "${task.name}" is a conversation, whose turns wait for one another: it cannot be asked in a batch`,
        "Leave it out with --filter task=…, or run without --batch.",
      ),
    ),
    ...workflows.map((model) =>
      fault(
        model,
        `"${model.name}" has a workflow, whose calls wait for one another: it cannot be asked in a batch`,
        "Leave it out with --filter model=…, or run without --batch.",
      ),
    ),
  ];
  const [first] = models;
  if (faults.length > 0 || first === undefined || models.some(hasBatches)) return faults;
  const names = [...new Set(models.map(({ backend }) => backend))].join(", ");
  return [fault(first, `no model of this run can be asked in a batch: ${names}`, HINT)];
}

const HINT = "Batches are OpenAI's and Anthropic's: run without --batch.";

function fault({ place }: Pick<Model, "place">, message: string, hint: string): Fault {
  return { code: CODES.batch, message, place, source: undefined, label: undefined, hint };
}
