import type { JsonObject } from "../../src/domain/json.ts";
import type { AskJudge } from "../../src/domain/judge.ts";
import type { Score } from "../../src/domain/score.ts";
import { bindOptions } from "../../src/scorers/bind-options.ts";
import { scorers } from "../../src/scorers/registry.ts";
import { runScorer } from "../../src/scorers/run-scorer.ts";
import type { Rival, ScorerExample, ScorerPorts } from "../../src/scorers/scorer.ts";

/** One answer judged by a stock scorer; throws where the case cannot be scored. */
export async function judge(
  name: string,
  {
    options = {},
    fields = {},
    answer,
    toolCalls = [],
    refused = false,
    verdicts = [],
    rival,
  }: Omit<ScorerExample, "score">,
  ports: ScorerPorts,
): Promise<Score> {
  const scorer = scorers.get(name);
  if (scorer === undefined) throw new Error(`no scorer ${name}`);
  const bound = bindOptions(scorer, options, fields);
  if (!bound.ok) throw new Error(bound.reason);
  const input = { answer, toolCalls, prompt: [], rival: rivalOf(rival), refused, fields, answerNotes: [] };
  return runScorer(bound, input, verdicts.length === 0 ? ports : { ...ports, ask: saying(verdicts) });
}

/** A judge that says what it is told to, under the mark of each question. */
export function saying(verdicts: readonly (JsonObject | string)[]): AskJudge {
  let asked = 0;
  return async ({ messages }) => {
    const verdict = verdicts[asked++] ?? "nothing";
    const id = /"id": "([^"]+)"/.exec(messages.at(-1)?.content.split("\n\n").at(-1) ?? "")?.[1] ?? "";
    const text = typeof verdict === "string" ? verdict : JSON.stringify({ id, ...verdict });
    return { kind: "said", text };
  };
}

function rivalOf(text: string | undefined): Rival {
  return text === undefined
    ? { kind: "none", reason: "there is no baseline" }
    : { kind: "answer", text, outcome: "answered" };
}
