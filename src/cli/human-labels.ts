import { calibrate, type RatedItem } from "../comparison/calibration.ts";
import { caseKey } from "../comparison/case-table.ts";
import type { HumanLabels, JudgeCalibration } from "../comparison/human-labels.ts";
import type { Fault, Result } from "../domain/fault.ts";
import { oneByOne } from "../domain/one-by-one.ts";
import type { ScoredSample } from "../domain/score.ts";
import { scoreOnScale } from "../scorers/judge-scale.ts";
import { runFiles } from "../storage/run-folder.ts";
import { readScores } from "../storage/scores.ts";
import { eachDrawn } from "./draw-labels.ts";
import type { JudgedAnswer } from "./judged-answers.ts";
import { labelFault, readLabelLines } from "./label-lines.ts";
import type { StoredRun } from "./stored-run.ts";

interface SheetScore {
  readonly task: string;
  readonly id: string;
  readonly score: number;
  readonly at: string;
}

/** An answer of the run with what people said of it. */
interface LabelledAnswer {
  readonly judged: JudgedAnswer;
  /** On the scale. */
  readonly score: number;
}

/**
 * What people said of the answers of a run, on the sheet that `evals calibrate RUN --draw N` gave. The sheet must be whole
 * and of this very run: cases that somebody chose, and answers that nobody labelled, would make it say anything.
 */
export async function readHumanLabels(
  cwd: string,
  file: string,
  { manifest, directory }: Pick<StoredRun, "manifest" | "directory">,
): Promise<Result<HumanLabels>> {
  const sheet = await readSheet(cwd, file);
  if (!sheet.ok) return sheet;
  const left = new Map(sheet.value);
  const ids = idsByTask([...sheet.value.values()]);
  const labelled: LabelledAnswer[] = [];
  const faults: Fault[] = [];
  const drawn = await eachDrawn(manifest, directory, {
    count: (task) => ids.get(task)?.size ?? 0,
    see: (judged) => {
      left.delete(judged.key);
      const label = sheet.value.get(judged.key);
      if (label === undefined)
        faults.push(
          labelFault(`${file} has no label for an answer to "${judged.caseId}" of ${judged.task}`, ANEW),
        );
      else if (!isOnScale(label.score, judged))
        faults.push(
          labelFault(
            `${label.at}: ${label.score} is not on the scale from ${judged.scale.low} to ${judged.scale.high}`,
            "A whole number of the scale.",
          ),
        );
      else labelled.push({ judged, score: label.score });
    },
  });
  if (!drawn.ok) return drawn;
  for (const { at, id, task } of left.values())
    faults.push(labelFault(`${at}: this is no answer of this run to a drawn case (${task}, "${id}")`, ANEW));
  if (faults.length > 0) return { ok: false, faults: faults.slice(0, MOST_FAULTS) };
  return { ok: true, value: await withScores(labelled, oneByOne(readScores(runFiles(directory).scores))) };
}

const ANEW = "Draw a sheet from this run and label all of it: evals calibrate RUN --draw N > labels.jsonl.";
const MOST_FAULTS = 20;

async function readSheet(cwd: string, file: string): Promise<Result<ReadonlyMap<string, SheetScore>>> {
  const lines = await readLabelLines(cwd, file);
  if (!lines.ok) return lines;
  const sheet = new Map<string, SheetScore>();
  const faults: Fault[] = [];
  const open: string[] = [];
  for (const { record, at } of lines.value) {
    const { label, task, id, score } = record;
    if (typeof label !== "string" || typeof task !== "string" || typeof id !== "string")
      faults.push(labelFault(`${at}: label, task or id is missing`, ANEW));
    else if (typeof score !== "number") open.push(at);
    else if (sheet.has(label)) faults.push(labelFault(`${at}: "${label}" stands there twice`, ANEW));
    else sheet.set(label, { task, id, score, at });
  }
  if (open.length > 0) {
    const more = open.length > 1 ? `, nor have ${open.length - 1} lines more` : "";
    faults.push(
      labelFault(
        `${open[0]}: it has no score${more}`,
        "Score every line: those left out may be left out for what they say.",
      ),
    );
  }
  return faults.length > 0 ? { ok: false, faults: faults.slice(0, MOST_FAULTS) } : { ok: true, value: sheet };
}

function idsByTask(scores: readonly SheetScore[]): ReadonlyMap<string, ReadonlySet<string>> {
  const ids = new Map<string, Set<string>>();
  for (const { task, id } of scores) ids.set(task, (ids.get(task) ?? new Set()).add(id));
  return ids;
}

function isOnScale(score: number, { scale: { low, high } }: JudgedAnswer): boolean {
  return Number.isInteger(score) && score >= low && score <= high;
}

/** Puts people's word beside the judges'. */
async function withScores(
  labelled: readonly LabelledAnswer[],
  scores: AsyncIterable<ScoredSample>,
): Promise<HumanLabels> {
  const bySample = new Map<string, LabelledAnswer[]>();
  for (const one of labelled) {
    const key = sampleKey(one.judged.task, one.judged.caseId, one.judged.target);
    bySample.set(key, [...(bySample.get(key) ?? []), one]);
  }
  const labelledCases = new Set(labelled.map(({ judged }) => caseKey(judged.task, judged.caseId)));
  const human = new Map<string, Map<string, number>>();
  const rated = new Map<string, Rated>();
  for await (const sample of scores) {
    const key = caseKey(sample.task, sample.caseId);
    if (sample.repeat > 0 || !labelledCases.has(key)) continue;
    const own = bySample.get(sampleKey(sample.task, sample.caseId, sample.target)) ?? [];
    for (const one of own) rate(rated, one, sample);
    const score = humanScore(sample, own);
    if (score === undefined) continue;
    const targets = human.get(key) ?? new Map<string, number>();
    human.set(key, targets.set(sample.target, score));
  }
  return {
    tasks: new Set(labelled.map(({ judged }) => judged.task)),
    scores: human,
    calibrations: [...rated.values()].flatMap(calibrationOf),
  };
}

function sampleKey(task: string, caseId: string, target: string): string {
  return JSON.stringify([task, caseId, target]);
}

/** The score of a sample with people's word in the place of the judges'; the baseline beside itself needs none. */
function humanScore(
  { score, scores }: ScoredSample,
  labelled: readonly LabelledAnswer[],
): number | undefined {
  if (score === null) return undefined;
  const weights = scores.reduce((sum, { weight }) => sum + weight, 0);
  return labelled.reduce((sum, { judged, score: label }) => {
    const own = scores.find((one) => one.label === judged.scorer);
    if (own === undefined || own.score.kind !== "scored") return sum;
    return sum + (own.weight / weights) * (scoreOnScale(label, judged.scale) - own.score.score);
  }, score);
}

interface Rated {
  readonly task: string;
  readonly scorer: string;
  readonly judge: string;
  readonly classes: readonly string[];
  /** By content address: an answer that two models gave is one. */
  readonly items: Map<string, { readonly item: RatedItem; readonly length: number }>;
}

/** Notes every judge's vote on a labelled answer beside people's. */
function rate(rated: Map<string, Rated>, { judged, score }: LabelledAnswer, sample: ScoredSample): void {
  const own = sample.scores.find((one) => one.label === judged.scorer)?.score;
  if (own?.kind !== "scored") return;
  const { low, high } = judged.scale;
  for (const vote of own.votes ?? []) {
    const key = JSON.stringify([judged.task, judged.scorer, vote.judge]);
    const entry = rated.get(key) ?? {
      task: judged.task,
      scorer: judged.scorer,
      judge: vote.judge,
      classes: Array.from({ length: high - low + 1 }, (_, at) => String(low + at)),
      items: new Map(),
    };
    rated.set(key, entry);
    const longer = judged.beside === undefined ? undefined : judged.answer.length - judged.beside.length;
    entry.items.set(judged.key, {
      item: {
        human: score - low,
        judge: Math.round(vote.score * (high - low)),
        swapped: undefined,
        places: vote.places,
        longer,
      },
      length: judged.answer.length,
    });
  }
}

function calibrationOf({ task, scorer, judge, classes, items: byKey }: Rated): readonly JudgeCalibration[] {
  const items = [...byKey.values()];
  const lengths = items.map(({ length }) => length).sort((left, right) => left - right);
  const middle = lengths[Math.floor(lengths.length / 2)] ?? 0;
  const rated = items.map(({ item, length }) => ({ ...item, longer: item.longer ?? length - middle }));
  const calibration = calibrate(rated, { classes, ordinal: true, confidence: 0.95 });
  return calibration === undefined ? [] : [{ task, scorer, judge, ...calibration }];
}
