import type { Case } from "../domain/dataset.ts";
import type { JudgeQuestion, JudgeReply } from "../domain/judge.ts";
import { Refusal } from "../domain/ports.ts";
import type { Manifest } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import { judgeKey, judgementId, replyOf } from "../engine/judge-calls.ts";
import { openJournal } from "../storage/journal.ts";
import { judgesOf } from "./judge-needs.ts";

/** What judges said in a run that is over. A resource: close it. */
export interface KeptJudgements {
  ask(question: JudgeQuestion, about: { readonly task: string; readonly case: Case }): Promise<JudgeReply>;
  close(): Promise<void>;
}

/** Answers questions to judges from a run's journal; what is not there was not answered, and nobody is asked. */
export async function keptJudgements(
  { judges }: Manifest,
  suite: Suite,
  file: string,
): Promise<KeptJudgements> {
  const unasked: JudgeReply = {
    kind: "failed",
    code: "judge-not-asked",
    reason: "the judge has not answered this",
  };
  if (judges.length === 0) return { ask: async () => unasked, close: async () => undefined };
  const journal = await openJournal(file);
  if (!journal.ok) {
    const [fault] = journal.faults;
    throw new Refusal("E3101", fault?.message ?? `${file} is damaged`, fault?.hint ?? "");
  }
  const models = new Map(judgesOf(suite, suite.tasks).map(({ model }) => [model.name, model]));
  const { answered, close } = journal.value;
  return {
    ask: async (question, about) => {
      const model = models.get(question.judge);
      const id = judgementId(question, about);
      const key = model === undefined ? undefined : judgeKey(model, question);
      return key !== undefined && answered.has(id, key) ? replyOf(await answered.read(id, key)) : unasked;
    },
    close,
  };
}
