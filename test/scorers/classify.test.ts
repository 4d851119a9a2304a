import { expect, test } from "vitest";
import type { JsonValue } from "../../src/domain/json.ts";
import { type ScoredOutcome, scoreAnswer } from "../../src/scorers/score-answer.ts";
import { testPorts } from "./ports.ts";

const ports = testPorts();
const place = { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 };

async function labelsOf(
  text: string,
  expected: JsonValue,
  outcome: ScoredOutcome = "answered",
  strict = false,
) {
  const options = { labels: ["bug", "billing", "other"], strict };
  const specs = [{ scorer: "classify", label: "classify", weight: 1, options, place }];
  const item = { id: "c1", fields: { expected }, tags: [], cluster: undefined, hash: "0", line: 1 };
  const answer = { text, toolCalls: [], notes: [] };
  const rival = { kind: "none", reason: "" } as const;
  const about = { specs, case: item, prompt: [], rival, ports };
  const [judged] = await scoreAnswer({ ...about, answer, outcome });
  return judged?.score.kind === "scored" ? judged.score.labels : undefined;
}

test("a score of labels keeps what was expected and what was named", async () => {
  expect(await labelsOf("It is billing.", "bug")).toEqual({ expected: "bug", found: ["billing"] });
  expect(await labelsOf('["bug", "other"]', ["other", "bug"])).toEqual({
    expected: ["other", "bug"],
    found: ["bug", "other"],
  });
});

test("what is not accepted as a label counts as none", async () => {
  const none = { expected: "bug", found: [] };
  expect(await labelsOf("I cannot say.", "bug")).toEqual(none);
  expect(await labelsOf("bug or billing", "bug")).toEqual(none);
  expect(await labelsOf("It is a bug.", "bug", "answered", true)).toEqual(none);
  expect(await labelsOf("", "bug", "empty")).toEqual(none);
  expect(await labelsOf("", "bug", "refused")).toEqual(none);
});
