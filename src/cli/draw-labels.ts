import { createHash } from "node:crypto";
import type { Result } from "../domain/fault.ts";
import { oneByOne } from "../domain/one-by-one.ts";
import { renderPrompt } from "../domain/prompt.ts";
import type { Manifest } from "../domain/run.ts";
import type { Message } from "../domain/suite.ts";
import type { PlannedTask } from "../engine/plan.ts";
import { isLabelled } from "../scorers/judge-scale.ts";
import { readJournalBySample } from "../storage/journal-reader.ts";
import { runFiles } from "../storage/run-folder.ts";
import { journalSamples } from "./compared-samples.ts";
import { type JudgedAnswer, judgedAnswers } from "./judged-answers.ts";
import { labelFault } from "./label-lines.ts";
import type { Unscored } from "./scoring.ts";
import { type StoredPlan, storedPlan } from "./stored-plan.ts";

/** A line of the sheet that people fill in: `score` is theirs. */
export interface SheetLine {
  readonly label: string;
  readonly task: string;
  readonly scorer: string;
  readonly id: string;
  readonly criteria: string;
  readonly scale: string;
  readonly prompt: string;
  readonly answer: string;
  readonly baseline?: string | undefined;
  readonly score: number | null;
  readonly note?: string | undefined;
}

/** How many cases of each task are drawn. */
export type DrawCount = (task: string) => number;

/**
 * A sheet for people to label: every model's answers to cases drawn by chance from each task that a judge scores, in an
 * order that tells nothing and without the models' names. The same run gives the same draw, and a larger one holds the
 * smaller.
 */
export async function drawLabels(
  manifest: Manifest,
  directory: string,
  count: DrawCount,
): Promise<Result<readonly SheetLine[]>> {
  const lines = new Map<string, SheetLine>();
  const seen = await eachDrawn(manifest, directory, {
    count,
    see: (one, prompt) => lines.set(one.key, sheetLine(one, prompt)),
  });
  if (!seen.ok) return seen;
  // By content address: neither the order of the models nor that of the cases shows.
  return { ok: true, value: [...lines.values()].sort((left, right) => (left.label < right.label ? -1 : 1)) };
}

/** Shows every answer that judges were asked about on the drawn cases, with the prompt that it answers. */
export async function eachDrawn(
  manifest: Manifest,
  directory: string,
  { count, see }: { readonly count: DrawCount; see(one: JudgedAnswer, prompt: string): void },
): Promise<Result<StoredPlan>> {
  const stored = await storedPlan(manifest, { concurrency: undefined, budget: (before) => before });
  if (!stored.ok) return stored;
  const { suite, plan } = stored.value;
  const judged = plan.tasks.filter(({ task }) => task.scorers.some(isLabelled));
  if (judged.length === 0) return { ok: false, faults: [nothingToLabel()] };
  const journal = await readJournalBySample(runFiles(directory).samples);
  try {
    for (const planned of judged) {
      const drawn = onlyCases(planned, await drawnIds(planned, manifest.seed, count(planned.task.name)));
      for await (const samples of journalSamples(drawn, { suite, models: plan.models, journal }))
        for (const unscored of samples) {
          const messages = saidBefore(unscored);
          const prompt = messages.map(({ content }) => content).join("\n\n");
          for (const one of judgedAnswers(unscored)) see(one, prompt);
        }
    }
  } finally {
    await journal.close();
  }
  return stored;
}

/** What the answer answers: the prompt; of a conversation, all that was said before its last turn. */
function saidBefore({ sample: { outcome }, task, case: item }: Unscored): readonly Message[] {
  const steps = outcome.kind === "failed" || outcome.kind === "skipped" ? [] : (outcome.answer.steps ?? []);
  const last = task.turns === undefined ? undefined : steps.at(-1)?.messages;
  return last ?? renderPrompt(task, item.fields).messages;
}

/** Why a run has nothing to label. */
function nothingToLabel() {
  return labelFault(
    "no task of this run is scored by judge or pairwise",
    "Labels are for those scorers; inside of all, any or mean they cannot be labelled.",
  );
}

function sheetLine(
  { key, task, scorer, caseId, scale, answer, beside, ruled }: JudgedAnswer,
  prompt: string,
): SheetLine {
  return {
    label: key,
    task,
    scorer,
    id: caseId,
    criteria: scale.criteria,
    scale: `${scale.low} to ${scale.high} (${scale.meaning})`,
    prompt,
    answer,
    ...(beside === undefined ? {} : { baseline: beside }),
    score: ruled?.score ?? null,
    ...(ruled === undefined ? {} : { note: ruled.why }),
  };
}

/** The cases of a task in the order of a hash: the first of them are a sample by chance. */
async function drawnIds({ cases }: PlannedTask, seed: number, count: number): Promise<ReadonlySet<string>> {
  let drawn: { readonly rank: string; readonly id: string }[] = [];
  const cut = () => {
    drawn = drawn.sort((left, right) => (left.rank < right.rank ? -1 : 1)).slice(0, count);
  };
  for await (const { id } of oneByOne(cases())) {
    drawn.push({
      rank: createHash("sha256")
        .update(JSON.stringify(["labels", seed, id]))
        .digest("hex"),
      id,
    });
    if (drawn.length >= 4 * count + 1000) cut();
  }
  cut();
  return new Set(drawn.map(({ id }) => id));
}

/** A planned task over some of its cases. */
function onlyCases(planned: PlannedTask, ids: ReadonlySet<string>): PlannedTask {
  return {
    ...planned,
    cases: async function* () {
      for await (const item of oneByOne(planned.cases())) if (ids.has(item.id)) yield [item];
    },
  };
}
