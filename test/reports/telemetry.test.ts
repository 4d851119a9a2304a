import { expect, test } from "vitest";
import { reportDocument } from "../../src/reports/json.ts";
import { telemetry } from "../../src/reports/telemetry.ts";
import { example } from "./example.ts";

/** The names of this document that the conventions define: https://github.com/open-telemetry/semantic-conventions-genai */
const DEFINED = new Set([
  "gen_ai.operation.name",
  "gen_ai.provider.name",
  "gen_ai.request.model",
  "gen_ai.request.max_tokens",
  "gen_ai.request.temperature",
  "gen_ai.request.top_p",
  "gen_ai.request.seed",
  "gen_ai.request.stop_sequences",
  "gen_ai.evaluation.name",
  "gen_ai.evaluation.score.value",
  "gen_ai.evaluation.score.label",
  "gen_ai.evaluation.explanation",
]);

test("the JSON report says in OpenTelemetry's words what was asked, and what came of it", async () => {
  const document = JSON.parse(JSON.stringify(telemetry(await example())));
  expect(document.models).toEqual([
    {
      target: "a",
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.request.max_tokens": 64,
        "gen_ai.request.stop_sequences": ["END"],
      },
    },
    {
      target: "b",
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "ollama",
        "gen_ai.request.model": "llama3.1:8b",
        "gen_ai.request.temperature": 0,
      },
    },
  ]);
  const shown = document.events.map(({ target, task, attributes }: never) => [
    target,
    task,
    attributes["gen_ai.evaluation.name"],
    attributes["gen_ai.evaluation.score.value"] ?? attributes["gen_ai.evaluation.score.label"],
  ]);
  expect(shown).toEqual([
    ["a", "qa", "score", 0.95],
    ["b", "qa", "score", 0.91],
    ["b", null, "swap", "inconclusive"],
  ]);
  const used = [...document.models, ...document.events].flatMap(({ attributes }) => Object.keys(attributes));
  expect(used.filter((name) => !DEFINED.has(name))).toEqual([]);
});

test("a report about no one run has no telemetry", async () => {
  const { models: _models, ...input } = await example();
  expect(reportDocument(input)).toMatchObject({ openTelemetry: null });
});
