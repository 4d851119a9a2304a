import type { Judging, PlaceVerdict } from "../domain/judge.ts";

/** What a simulated judge goes by. */
export interface SimulatedVerdict {
  readonly judging: Judging;
  /** Whether it finds an answer good. */
  finds(answer: string): boolean;
}

/** A verdict as a judge would write it: a good answer gets the best, any other the worst there is. */
export function simulatedVerdict({ judging, finds }: SimulatedVerdict): string {
  const { mark, form, answers } = judging;
  const [one = false, other = false] = answers.map(finds);
  const reasons = "simulated";
  switch (form.kind) {
    case "rubric":
      return JSON.stringify({ id: mark, reasons, score: one ? form.scale : 1 });
    case "questions":
      return JSON.stringify({ id: mark, reasons, answers: Array(form.count).fill(one ? "yes" : "no") });
    case "pair": {
      const place: PlaceVerdict = one === other ? (form.ties ? "tie" : "first") : one ? "first" : "second";
      return JSON.stringify({ id: mark, reasons, better: WORDS[place] });
    }
  }
}

const WORDS: Readonly<Record<PlaceVerdict, string>> = { first: "A", second: "B", tie: "tie" };
