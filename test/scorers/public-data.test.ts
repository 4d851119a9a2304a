import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import { judge } from "./judge.ts";
import { testPorts } from "./ports.ts";

const data = new URL("../../../shared/data/", import.meta.url);
const ports = testPorts();

interface Line {
  readonly id: string;
  readonly output: string;
  readonly meta: { readonly official_correct: boolean; readonly extracted?: string };
}

interface CaseFields extends JsonObject {
  readonly id: string;
  readonly expected: string;
}

function lines<T>(path: string): readonly T[] {
  const text = readFileSync(new URL(path, data), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): T => JSON.parse(line));
}

/** Cases on which the scorer and the benchmark's own published judgement differ, per model. */
async function disagreements(
  set: string,
  name: string,
  options: JsonObject,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const cases = new Map(lines<CaseFields>(`${set}/cases.jsonl`).map((fields) => [fields.id, fields]));
  const found = new Map<string, readonly string[]>();
  for (const file of readdirSync(new URL(`${set}/outputs/`, data))) {
    const differing: string[] = [];
    for (const { id, output, meta } of lines<Line>(`${set}/outputs/${file}`)) {
      const fields = cases.get(id);
      if (fields === undefined) throw new Error(id);
      const score = await judge(name, { options, fields, answer: output }, ports);
      const isRight = score.kind === "scored" && score.score === 1;
      if (isRight !== meta.official_correct)
        differing.push(
          `${id} (published: ${meta.official_correct}, ${JSON.stringify(meta.extracted)}; expected ${JSON.stringify(fields.expected)}): ${score.reason}`,
        );
    }
    found.set(file, differing);
  }
  return found;
}

describe.skipIf(!existsSync(data))("on published answers", () => {
  test.each(["numeric", "math"])("%s agrees with ZeroEval's judgement of GSM answers", async (name) => {
    const found = await disagreements("zeroeval_gsm", name, {});
    expect(found.size).toBe(3);
    for (const [, differing] of found) expect(differing).toEqual([]);
  });
  test.each(["choice", "exact"])("%s agrees with HELM's judgement of MMLU answers", async (name) => {
    const found = await disagreements(
      "mmlu_redux",
      name,
      name === "choice" ? { options: ["A", "B", "C", "D"], choices: "{{ choices }}" } : {},
    );
    expect(found.size).toBe(3);
    for (const [, differing] of found) expect(differing).toEqual([]);
  });
});
