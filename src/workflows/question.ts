import type { Question, Reply } from "./workflow.ts";

/** One call on its own: asked with `yield*`, gives its reply. */
export function* ask(question: Question): Generator<readonly Question[], Reply, readonly Reply[]> {
  const [reply] = yield [question];
  if (reply === undefined) throw new Error(`"${question.step}" has no reply`);
  return reply;
}

/** The prompt asked of the target's own model several times, side by side: `sample 1`, `sample 2`, … */
export function samplesOf(messages: Question["messages"], count: number, word: string): readonly Question[] {
  return Array.from({ length: count }, (_, index) => ({
    step: `${word} ${index + 1}`,
    messages,
    model: undefined,
    purpose: "answer",
  }));
}

/** Whether there is a text to go on with. */
export function isSaid({ kind, answer }: Reply): boolean {
  return kind !== "refused" && kind !== "empty" && answer.text.trim() !== "";
}
