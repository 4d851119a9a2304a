import { expect, test } from "vitest";
import type { AnsweredKind } from "../../src/domain/outcome.ts";
import { toScoredSample } from "../../src/engine/scored-sample.ts";
import { combine } from "../../src/scorers/combine.ts";
import { scoreAnswer } from "../../src/scorers/score-answer.ts";
import { testPorts } from "../scorers/ports.ts";
import { said } from "../workflows/members.ts";

const place = { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 };
const item = { id: "c1", fields: { expected: "4" }, tags: [], cluster: undefined, hash: "0", line: 1 };
const rival = { kind: "none", reason: "there is no baseline" } as const;

async function scoreOf(scorer: string, kind: AnsweredKind) {
  const outcome = said("");
  if (outcome.kind === "failed" || outcome.kind === "skipped") throw new Error("no answer");
  const specs = [{ scorer, label: scorer, weight: 1, options: {}, place }];
  const about = { specs, case: item, prompt: [], rival, ports: testPorts() };
  const scores = await scoreAnswer({ ...about, answer: outcome.answer, outcome: kind });
  const id = { task: "t", caseId: "c1", target: "m", repeat: 0, requestKey: "k" };
  const sample = { ...id, attempts: 1, outcome: { ...outcome, kind }, queuedMs: 0, cached: false, at: "" };
  const rest = { case: item, prices: new Map(), sliceFields: [] };
  return toScoredSample({ sample, scores, combined: combine(scores), steps: undefined, ...rest }).score;
}

test("a refused or an empty answer scores 0, and a refusal 1 where that is what is asked for", async () => {
  expect(await scoreOf("exact", "refused")).toBe(0);
  expect(await scoreOf("exact", "empty")).toBe(0);
  expect(await scoreOf("refusal", "refused")).toBe(1);
  expect(await scoreOf("refusal", "empty")).toBe(0);
});
