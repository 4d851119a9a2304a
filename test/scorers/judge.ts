import type { Score } from "../../src/domain/score.ts";
import { scorers } from "../../src/scorers/registry.ts";
import { bindOptions, runScorer } from "../../src/scorers/score-answer.ts";
import type { ScorerExample, ScorerPorts } from "../../src/scorers/scorer.ts";

/** One answer judged by a stock scorer; throws where the case cannot be scored. */
export function judge(
  name: string,
  { options = {}, fields = {}, answer, toolCalls = [], refused = false }: Omit<ScorerExample, "score">,
  ports: ScorerPorts,
): Promise<Score> {
  const scorer = scorers.get(name);
  if (scorer === undefined) throw new Error(`no scorer ${name}`);
  const bound = bindOptions(scorer, options, fields);
  if (!bound.ok) throw new Error(bound.reason);
  return runScorer(bound, { answer, toolCalls, refused, fields, answerNotes: [] }, ports);
}
