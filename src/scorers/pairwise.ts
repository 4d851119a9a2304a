import { z } from "zod";
import type { JsonObject } from "../domain/json.ts";
import type { AskJudge, JudgeVote, PlaceVerdict } from "../domain/judge.ts";
import type { Score } from "../domain/score.ts";
import { askForVerdict } from "./judge-frame.ts";
import { judgeNames, namedJudges } from "./judge-names.ts";
import { scored, unscored } from "./judgement.ts";
import { defineScorer, type Rival, type ScoringInput } from "./scorer.ts";

const options = z.strictObject({
  model: judgeNames,
  criteria: z
    .string()
    .min(1)
    .default("The better answer is right, complete, and in the form that the task asks for.")
    .describe("What the judge goes by."),
  ties: z.boolean().default(true).describe("The judge may find the answers equally good."),
  reference: z.json().optional().describe("A right answer, for the judge to compare with."),
});

/** Which of two answers is better: the candidate's, or the baseline's to the same case. */
export const pairwise = defineScorer({
  name: "pairwise",
  summary:
    "Whether a judge prefers the answer to the baseline's on the same case, asked in both orders: 1 when it wins in both, 0 when it loses in both, 0.5 otherwise and for the baseline itself; see [judges](judges.md).",
  options,
  examples: [
    {
      options: { model: "gpt-4" },
      answer: "Paris, on the Seine.",
      rival: "Lyon.",
      verdicts: [
        { reasons: "A is right.", better: "A" },
        { reasons: "B is right.", better: "B" },
      ],
      score: 1,
    },
    {
      options: { model: "gpt-4" },
      answer: "Paris.",
      rival: "It is Paris.",
      verdicts: [
        { reasons: "A comes first.", better: "A" },
        { reasons: "A comes first.", better: "A" },
      ],
      score: 0.5,
    },
    {
      options: { model: "gpt-4" },
      answer: "Paris, in France.",
      rival: "Paris.",
      verdicts: [
        { reasons: "Both are right.", better: "tie" },
        { reasons: "Both are right.", better: "tie" },
      ],
      score: 0.5,
    },
  ],
  comparesBaseline: true,
  judges: ({ model }) => namedJudges(model, "pair"),
  async score({ options, ...input }, { ask }) {
    const { rival } = input;
    if (rival.kind === "itself")
      return scored(0.5, "the baseline's own answer, which the others are compared with");
    if (rival.kind === "none") return unscored("no-baseline", rival.reason);
    if (rival.outcome === "refused" || rival.outcome === "empty")
      // The baseline scores 0 for it: half a point above that is a win, as elsewhere.
      return scored(0.5, `a win: the baseline's answer is ${rival.outcome}, which scores 0`);
    if (rival.text === input.answer) return scored(0.5, "the same answer as the baseline's");
    const criteria = `${options.criteria}${options.ties ? "" : " Name one of them, however alike they are."}`;
    const pair = { input, rival, criteria, ties: options.ties, reference: options.reference };
    const votes: JudgeVote[] = [];
    for (const vote of await Promise.all(options.model.map((judge) => voteOf(judge, pair, ask)))) {
      if ("code" in vote) return unscored(vote.code, vote.reason);
      votes.push(vote);
    }
    return preferred(votes, { own: input.answer.length, rival: rival.text.length });
  },
});

/** Two answers to one prompt. */
export interface Pair {
  readonly input: Pick<ScoringInput, "prompt" | "answer">;
  readonly rival: Pick<Extract<Rival, { kind: "answer" }>, "text">;
  readonly criteria: string;
  readonly ties: boolean;
  readonly reference: JsonObject[string] | undefined;
}

/** Asks one judge in both orders; a verdict that the swap changes is a tie. */
export async function voteOf(
  judge: string,
  pair: Pair,
  ask: AskJudge,
): Promise<JudgeVote | { readonly code: string; readonly reason: string }> {
  const [one, swapped] = await Promise.all([
    inOrder(judge, pair, ask, { isFirst: true }),
    inOrder(judge, pair, ask, { isFirst: false }),
  ]);
  for (const verdict of [one, swapped])
    if (verdict.kind === "none") return { code: verdict.code, reason: `${judge}: ${verdict.reason}` };
  if (one.kind === "none" || swapped.kind === "none") throw new Error("a verdict is missing");
  const places = { one: one.value, swapped: swapped.value };
  const wins = places.one === "first" && places.swapped === "second";
  const loses = places.one === "second" && places.swapped === "first";
  return {
    judge,
    score: wins ? 1 : loses ? 0 : 0.5,
    reasons: `${one.reasons} | swapped: ${swapped.reasons}`,
    places,
  };
}

function inOrder(
  judge: string,
  { input, rival, criteria, ties, reference }: Pair,
  ask: AskJudge,
  { isFirst }: { readonly isFirst: boolean },
) {
  const [a, b] = isFirst ? [input.answer, rival.text] : [rival.text, input.answer];
  const task = input.prompt.map(({ role, content }) => ({ role, content }));
  const words = ties ? ["A", "B", "tie"] : ["A", "B"];
  const verdict = z
    .strictObject({ better: z.enum(words) })
    .transform(({ better }): PlaceVerdict => (better === "A" ? "first" : better === "B" ? "second" : "tie"));
  return askForVerdict(
    {
      judge,
      instructions: [
        "Which of two answers to the task is better, A or B? Their order means nothing.",
        criteria,
      ].join("\n\n"),
      data: { task, ...(reference === undefined ? {} : { reference }), answers: { A: a, B: b } },
      form: `"better": ${words.map((word) => `"${word}"`).join(" or ")}`,
      step: `pair, ${isFirst ? "this answer" : "the other"} first`,
      asked: { kind: "pair", ties },
      answers: [a, b],
    },
    verdict,
    ask,
  );
}

const WORDS = new Map([
  [1, "better in both orders"],
  [0, "worse in both orders"],
]);

function preferred(
  votes: readonly JudgeVote[],
  lengths: { readonly own: number; readonly rival: number },
): Score {
  const value = votes.reduce((sum, { score }) => sum + score, 0) / votes.length;
  const reason = votes
    .map(({ judge, score, places, reasons }) => {
      const isTie = places?.one === "tie" && places.swapped === "tie";
      const words = WORDS.get(score) ?? (isTie ? "equally good" : "no winner that both orders agree on");
      return `${judge}: ${words} (${reasons})`;
    })
    .join("; ");
  return { ...scored(value, reason), votes, lengths };
}
