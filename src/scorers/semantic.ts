import { z } from "zod";
import { accepted } from "./accepted.ts";
import { readVector, similarity } from "./embedding-vector.ts";
import { scored, unscored } from "./judgement.ts";
import { defineScorer } from "./scorer.ts";

const unit = z.number().min(0).max(1);

const options = z.strictObject({
  model: z
    .string()
    .min(1)
    .describe("The model that makes the embeddings: one of the suite's `judges`, with `api: embeddings`."),
  expected: accepted.describe("The expected text, or a list of texts of which the most similar counts."),
  floor: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe(
      "Cosine that scores 0; the score rises from there to 1. Unlike texts are far above 0 in most models.",
    ),
  at_least: unit.optional().describe("1 where the cosine is at least this, else 0."),
});

/** Whether the answer means what the expected text means, as far as an embedding tells. */
export const semantic = defineScorer({
  name: "semantic",
  summary:
    "Cosine of the embeddings of the answer and the expected text: a weak metric, which sees the topic and neither a `not` nor a wrong number. An embedding that cannot be had leaves the answer unscored.",
  options,
  defaults: { expected: "{{ expected }}" },
  fixed: ["model"],
  examples: [
    {
      options: { model: "embedder" },
      fields: { expected: "The parcel is late." },
      answer: "Delivery is delayed.",
      verdicts: ["[0.6, 0.8]", "[0.8, 0.6]"],
      score: 0.96,
    },
    {
      options: { model: "embedder", floor: 0.5 },
      fields: { expected: "The parcel is late." },
      answer: "Delivery is delayed.",
      verdicts: ["[0.6, 0.8]", "[0.8, 0.6]"],
      score: 0.92,
    },
    {
      options: { model: "embedder", at_least: 0.9, expected: ["Late.", "The parcel is late."] },
      answer: "Delivery is delayed.",
      verdicts: ["[0.6, 0.8]", "[1, 0]", "[0.8, 0.6]"],
      score: 1,
    },
    {
      options: { model: "embedder" },
      fields: { expected: "The parcel is late." },
      answer: "Delivery is delayed.",
      verdicts: ["no vector"],
      score: "unscored",
    },
  ],
  judges: ({ model }) =>
    typeof model === "string" ? [{ path: ["model"], judge: model, form: "embedding" }] : [],
  async score({ answer, options: { model, expected, floor, at_least: least } }, { ask }) {
    const replies = await Promise.all(
      [answer, ...expected].map((content) =>
        ask({ judge: model, messages: [{ role: "user", content }], step: "embedding" }),
      ),
    );
    const vectors: (readonly number[])[] = [];
    for (const reply of replies) {
      if (reply.kind === "failed") return unscored(reply.code, `${model}: ${reply.reason}`);
      const vector = readVector(reply.text);
      if (vector === undefined) return unscored("no-embedding", `${model} gave no list of numbers`);
      vectors.push(vector);
    }
    const [own = [], ...others] = vectors;
    const cosines = others.map((other) => similarity(own, other));
    if (cosines.includes(undefined))
      return unscored("no-embedding", `${model} gave vectors that cannot be compared`);
    const cosine = Math.max(...cosines.map((value) => value ?? -1));
    const reason = `cosine ${cosine.toFixed(3)}${expected.length > 1 ? ` with the most similar of ${expected.length}` : ""}`;
    if (least !== undefined) return scored(cosine >= least ? 1 : 0, `${reason}, at least ${least} asked for`);
    const value = Math.min(1, Math.max(0, (cosine - floor) / (1 - floor)));
    // Rounding of the numbers must not make a text differ from itself.
    return scored(value > 1 - 1e-6 ? 1 : value, reason);
  },
});
