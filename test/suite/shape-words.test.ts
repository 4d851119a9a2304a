import { expect, test } from "vitest";
import { shelves } from "../../src/cli/shelves.ts";
import { parseSuite } from "../../src/suite/parse-suite.ts";

const SOUND = `name: support
models:
  gpt: { backend: openai, model: gpt-4o }
  llama: { backend: ollama, model: "llama3.1:8b", timeout: 30s }
settings: { budget: { calls: 5 } }
tasks:
  qa:
    dataset: qa.jsonl
    prompt: "{{ question }}"
    scorers:
      - exact
gate:
  baseline: gpt
  confidence: 0.95
  require:
    - { metric: score, margin: 0.03 }
`;

/** `line:column message | label | hint` of every fault, with the suite changed. */
function faultsOf(from: string, to: string): readonly string[] {
  if (!SOUND.includes(from)) throw new Error(`the suite has no ${JSON.stringify(from)}`);
  const parsed = parseSuite(Buffer.from(SOUND.replace(from, to)), "/suite.yaml", shelves);
  if (parsed.ok) return [];
  return parsed.faults.map(({ message, place, label, hint }) =>
    [`${place?.line}:${place?.column} ${message}`, label, hint].filter(Boolean).join(" | "),
  );
}

const MARGIN = "Loss that you would accept, in score (0.03 is 3 points).";

test.each([
  ["margin: 0.03", "margin: 5", `16:32 "margin" must be at most 1, not 5 | did you mean 0.05? | ${MARGIN}`],
  [
    "margin: 0.03",
    "margin: 5%",
    `16:32 "margin" must be a number, not "5%" | did you mean 0.05? | ${MARGIN}`,
  ],
  ["margin: 0.03", "margin: 0", `16:32 "margin" must be above 0, not 0 | ${MARGIN}`],
  [
    "confidence: 0.95",
    "confidence: 95",
    '14:15 "confidence" must be below 1, not 95 | did you mean 0.95? | Default 0.95.',
  ],
  [
    "timeout: 30s",
    "timeout: 30 sec",
    '4:60 "timeout" must be a duration such as 500ms, 3s or 2m, not "30 sec" | did you mean 30s? | Total deadline of one call (default 2m).',
  ],
  [
    "backend: openai, model: gpt-4o",
    "backend: module, path: own.jsonl",
    '3:33 "path" cannot be "own.jsonl" | The module\'s file, relative to the suite: .js, .mjs, .cjs or .ts.',
  ],
  [
    "calls: 5",
    "usd: $5",
    '5:28 "usd" must be a number, not "$5" | did you mean 5? | USD; needs a price and a max_tokens of every model.',
  ],
  [
    "qa.jsonl",
    "[qa.jsonl]",
    '8:14 "dataset" must be a text, not a list | Path of the dataset, relative to the suite.',
  ],
  [
    "- exact",
    "- exact: true",
    /^11:16 "exact" must be a map of keys and values, not true \| Scorers: a name/,
  ],
  ["metric: score", "metric: accuracy", /^16:17 "metric" cannot be "accuracy" \| One of: score, cost/],
])("%s written as %s is told with what was expected", (from, to, fault) => {
  expect(faultsOf(from, to)).toEqual([typeof fault === "string" ? fault : expect.stringMatching(fault)]);
});

test.each([
  ["  qa:\n    dataset: qa", "  qa:\n  dataset: qa", /^this is not valid YAML: /],
  ["    dataset", "\tdataset", /a tab stands in the indentation \| YAML indents by spaces alone/],
  ["    prompt", "   prompt", /this line is indented otherwise than the keys it belongs to/],
  ['"{{ question }}"', '"{{ question }}', /^9:13 .*a text that begins here has no closing " \|/],
  ['"{{ question }}"', "Answer: yes or no", /there is a second ": " here/],
  ["gpt-4o }", "gpt-4o", /a \{ above is not closed \| Close it with \}/],
  ["dataset: qa.jsonl", "dataset:qa.jsonl", /neither a key with its value nor a list item/],
  ['"{{ question }}"', "{{ question }}", /^9:13 a template without quotes is no text \| .*"\{\{ field \}\}"/],
  [
    "model: gpt-4o",
    "model:gpt-4o",
    /^3:27 unknown key "model:gpt-4o" in model "gpt" \| write "model: " with a space/,
  ],
  [
    "- exact\n",
    "- choice:\n        options: [a, b]\n",
    /^12:9 "choice" is empty: what belongs to it is not indented/,
  ],
])("%j written as %j is one fault, in the author's words", (from, to, fault) => {
  const faults = faultsOf(from, to);
  if (faults.length !== 1) throw new Error(faults.join("\n"));
  expect(faults[0]?.replace(/^\d+:\d+ (?=this is not valid YAML: (?!a text))/, "")).toMatch(fault);
});

test("keys in the column of the task that they belong to are one fault", () => {
  const dedented = SOUND.slice(SOUND.indexOf("    dataset"), SOUND.indexOf("gate:"));
  expect(faultsOf(dedented, dedented.replace(/^ {2}/gm, ""))).toEqual([
    '8:3 "qa" is empty: what belongs to it is not indented below it | Indent dataset, prompt, scorers further than qa, by spaces.',
  ]);
});

test("models in the column of the key models are one fault", () => {
  const models = SOUND.slice(SOUND.indexOf("  gpt:"), SOUND.indexOf("settings:"));
  expect(faultsOf(models, models.replace(/^ {2}/gm, ""))).toEqual([
    '3:1 "models" is empty: what belongs to it is not indented below it | Indent gpt, llama further than models, by spaces.',
  ]);
});

test.each([
  ["{ option: [a, b] }", '11:19 unknown option "option" | did you mean "options"?'],
  ["{ strict: true }", '11:9 scorer "choice" needs "options"'],
  ["{ options: [a] }", '11:28 "options" must have at least 2 items'],
  ["{ options: a }", '11:28 "options" must be a list, not "a"'],
  ["{ options: [a, b], expected: {{ label }} }", "11:46 a template without quotes is no text"],
])("the scorer choice with %s is one fault", (options, fault) => {
  const faults = faultsOf("- exact", `- choice: ${options}`);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(fault);
});

test("half of a thing that a bound does not name is not guessed", () => {
  const [fault] = faultsOf("metric: score, margin: 0.03", "metric: cost, at_most: 50%");
  expect(fault).toBe(
    '16:32 "at_most" cannot be "50%" | Upper bound: a number, a duration, or 0.5x of the baseline.',
  );
});
