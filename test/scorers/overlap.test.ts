import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { judge } from "./judge.ts";
import { testPorts } from "./ports.ts";

const ports = testPorts();

type Measures = readonly [precision: number, recall: number, f1: number];

/** Computed by sacreBLEU 2.6.0 (`sentence_bleu`; again with `tokenize="char", lowercase=True`) and rouge-score 0.1.2 (`score_multi`, no stemmer). */
interface Reference {
  readonly answer: string;
  readonly expected: readonly string[];
  readonly bleu: number;
  readonly charBleu: number;
  readonly rouge1: Measures;
  readonly rouge2: Measures;
  readonly rougeL: Measures;
}

const file = new URL("../fixtures/scorers/overlap.json", import.meta.url);
const references: readonly Reference[] = JSON.parse(readFileSync(file, "utf8"));

async function value(name: string, options: { [key: string]: string | boolean }, of: Reference) {
  const { answer, expected } = of;
  const score = await judge(name, { options, fields: { expected }, answer }, ports);
  return score.kind === "scored" ? score.score : Number.NaN;
}

describe.each(references)("for $answer", (reference) => {
  test("BLEU is what sacreBLEU computes", async () => {
    expect(await value("bleu", {}, reference)).toBeCloseTo(reference.bleu / 100, 7);
    const options = { unit: "chars", ignore_case: true };
    expect(await value("bleu", options, reference)).toBeCloseTo(reference.charBleu / 100, 7);
  });

  test.each([
    ["rouge-1", reference.rouge1],
    ["rouge-2", reference.rouge2],
    ["rouge-l", reference.rougeL],
  ] as const)("%s is what rouge-score computes", async (variant, [precision, recall, f1]) => {
    expect(await value("rouge", { variant }, reference)).toBeCloseTo(f1, 5);
    // The package takes the reference with the best F1, this scorer the one with the best measure asked for.
    if (reference.expected.length > 1) return;
    expect(await value("rouge", { variant, measure: "precision" }, reference)).toBeCloseTo(precision, 5);
    expect(await value("rouge", { variant, measure: "recall" }, reference)).toBeCloseTo(recall, 5);
  });
});
