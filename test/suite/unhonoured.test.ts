import { expect, test } from "vitest";
import { shelves } from "../../src/cli/shelves.ts";
import { parseSuite } from "../../src/suite/parse-suite.ts";

function faults(model: string, settings = "{}") {
  const text = `name: s
models:
  m: ${model}
settings: ${settings}
tasks:
  t:
    dataset: cases.jsonl
    prompt: "{{ q }}"
    scorers:
      - contains: { any: [a] }
`;
  const parsed = parseSuite(Buffer.from(text), "s.yaml", shelves);
  return parsed.ok
    ? []
    : parsed.faults.map(({ code, message, place, hint }) => ({
        code,
        message,
        line: place?.line,
        column: place?.column,
        hint,
      }));
}

test("a parameter that a backend never honours is a fault at its place", () => {
  expect(faults("{ backend: anthropic, model: claude, temperature: 0 }")).toEqual([
    {
      code: "E1121",
      message: 'anthropic cannot honour temperature, which "m" would be sent',
      line: 3,
      column: 43,
      hint: "Leave it out.",
    },
  ]);
});

test("a parameter or option that the Responses API does not have is a fault only with it", () => {
  const rest = "backend: openai, model: m-1, seed: 1, stop: [z], max_tokens_field: max_tokens";
  expect(faults(`{ ${rest} }`)).toEqual([]);
  expect(faults(`{ ${rest}, api: chat }`)).toEqual([]);
  expect(faults(`{ ${rest}, api: responses }`).map(({ message }) => message)).toEqual([
    'openai with api: responses cannot honour seed, which "m" would be sent',
    'openai with api: responses cannot honour stop, which "m" would be sent',
    'openai with api: responses cannot honour max_tokens_field, which "m" would be sent',
  ]);
});

test("a parameter of the settings is told there, and the run's own seed is sent to nobody", () => {
  const model = "{ backend: openai, model: m-1, api: responses }";
  expect(faults(model, "{ seed: 7, stop: z }")).toEqual([
    {
      code: "E1121",
      message: 'openai with api: responses cannot honour stop, which "m" would be sent',
      line: 4,
      column: 22,
      hint: "Set it on the models that know it instead.",
    },
  ]);
});

test("what both APIs have is fine with both", () => {
  for (const api of ["chat", "responses"])
    expect(
      faults(
        `{ backend: openai, model: m-1, api: ${api}, max_tokens: 64, temperature: 0, top_p: 1, strict_schema: true }`,
        "{ response_schema: { type: object } }",
      ),
    ).toEqual([]);
});

test("an API that does not exist is a fault", () => {
  expect(faults("{ backend: openai, model: m-1, api: completions }")).toHaveLength(1);
});
