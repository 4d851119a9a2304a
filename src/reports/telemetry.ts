import { sentence } from "../comparison/sentence.ts";
import type { ReportedModel, ReportInput } from "./report.ts";

/** Attributes by the names of OpenTelemetry's conventions for generative AI. */
interface Attributes {
  readonly [name: string]: string | number | readonly string[];
}

/** The conventions that the names are taken from; they are in development and may change. */
const SCHEMA_URL = "https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev";

/** The names that the conventions have for providers; any other goes by the backend's own. */
const PROVIDERS: { readonly [backend: string]: string } = { openai: "openai", anthropic: "anthropic" };

/**
 * The report's figures under OpenTelemetry's names: what was asked of each model, and an event for each score and
 * verdict. https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-events.md
 */
export function telemetry({ models, table, gate }: ReportInput): object | undefined {
  if (models === undefined) return undefined;
  const known = new Map(models.map((model) => [model.name, modelAttributes(model)]));
  const scores = (table?.rows ?? []).flatMap(({ target, task, score }) =>
    score === undefined || score === null
      ? []
      : [
          event(target, task, {
            ...known.get(target),
            "gen_ai.evaluation.name": "score",
            "gen_ai.evaluation.score.value": score.estimate,
          }),
        ],
  );
  const verdicts = (gate?.verdicts ?? []).map((verdict) =>
    event(verdict.candidate, undefined, {
      ...known.get(verdict.candidate),
      "gen_ai.evaluation.name": "swap",
      "gen_ai.evaluation.score.label": verdict.verdict,
      "gen_ai.evaluation.explanation": sentence(verdict),
    }),
  );
  return {
    schema: 1,
    schemaUrl: SCHEMA_URL,
    models: [...known].map(([target, attributes]) => ({ target, attributes })),
    events: [...scores, ...verdicts],
  };
}

function event(target: string, task: string | undefined, attributes: Attributes) {
  return { name: "gen_ai.evaluation.result", target, task: task ?? null, attributes };
}

function modelAttributes({ backend, model, parameters }: ReportedModel): Attributes {
  const numbers = {
    "gen_ai.request.max_tokens": parameters["maxTokens"],
    "gen_ai.request.temperature": parameters["temperature"],
    "gen_ai.request.top_p": parameters["topP"],
    "gen_ai.request.seed": parameters["seed"],
  };
  const stop = parameters["stop"];
  const texts = Array.isArray(stop) ? stop.filter((text) => typeof text === "string") : [];
  return {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": PROVIDERS[backend] ?? backend,
    "gen_ai.request.model": model,
    ...Object.fromEntries(
      Object.entries(numbers).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
    ),
    ...(texts.length > 0 && { "gen_ai.request.stop_sequences": texts }),
  };
}
