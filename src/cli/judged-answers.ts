import { createHash } from "node:crypto";
import type { AnsweredKind } from "../domain/outcome.ts";
import { renderPrompt, withTurn } from "../domain/prompt.ts";
import { type JudgeScale, judgeScale } from "../scorers/judge-scale.ts";
import type { Unscored } from "./scoring.ts";

/** An answer that judges were asked about, as people are asked about it. */
export interface JudgedAnswer {
  /** Content address: the same answer to the same case has the same label, whoever gave it. */
  readonly key: string;
  readonly task: string;
  readonly scorer: string;
  readonly caseId: string;
  readonly target: string;
  readonly scale: JudgeScale;
  readonly answer: string;
  /** Of a pair: the answer that it is compared with. */
  readonly beside: string | undefined;
  /** Decided by rule, without a judge: on the scale, and why. */
  readonly ruled: { readonly score: number; readonly why: string } | undefined;
}

/** What people are asked about a sample, scorer by scorer; only of first repeats, and only what was answered. */
export function judgedAnswers({ sample, task, case: item, rival }: Unscored): readonly JudgedAnswer[] {
  const { outcome } = sample;
  if (sample.repeat > 0 || outcome.kind === "failed" || outcome.kind === "skipped") return [];
  const { text, steps = [] } = outcome.answer;
  const { turns } = renderPrompt(task, item.fields);
  // The same words after another conversation are another answer.
  const saidBefore = turns === undefined ? [] : [steps.at(-1)?.messages ?? null];
  const fields = turns === undefined ? item.fields : withTurn(item.fields, turns, turns.length - 1);
  return task.scorers.flatMap((spec): JudgedAnswer[] => {
    const scale = spec.judges === undefined ? undefined : judgeScale(spec, fields);
    if (scale === undefined) return [];
    const isPair = spec.scorer === "pairwise";
    if (isPair && rival?.kind !== "answer") return [];
    const beside = isPair && rival?.kind === "answer" ? rival : undefined;
    const address = JSON.stringify([
      task.name,
      spec.label,
      item.id,
      text,
      beside?.text ?? null,
      ...saidBefore,
    ]);
    return [
      {
        key: createHash("sha256").update(address).digest("hex").slice(0, 16),
        task: task.name,
        scorer: spec.label,
        caseId: item.id,
        target: sample.target,
        scale,
        answer: text,
        beside: beside?.text,
        ruled: ruledBy(outcome.kind, text, { scale, beside }),
      },
    ];
  });
}

function ruledBy(
  kind: AnsweredKind,
  text: string,
  {
    scale: { low },
    beside,
  }: {
    readonly scale: JudgeScale;
    readonly beside: { readonly text: string; readonly outcome: AnsweredKind } | undefined;
  },
): JudgedAnswer["ruled"] {
  if (kind === "refused" || kind === "empty") return { score: low, why: `the answer is ${kind}` };
  if (beside === undefined) return undefined;
  if (beside.outcome === "refused" || beside.outcome === "empty")
    return { score: 0, why: `the baseline's answer is ${beside.outcome}, which scores 0` };
  return beside.text === text ? { score: 0, why: "the same answer as the baseline's" } : undefined;
}
