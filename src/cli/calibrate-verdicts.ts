import { type Calibration, calibrate, type RatedItem } from "../comparison/calibration.ts";
import type { Fault, Result } from "../domain/fault.ts";
import type { JsonObject } from "../domain/json.ts";
import { fieldAt } from "../domain/template.ts";
import { type LabelLine, labelFault, readLabelLines } from "./label-lines.ts";

/** Where labels and recorded verdicts stand: dotted paths of fields. */
export interface VerdictFields {
  readonly id: string;
  readonly human: string;
  readonly judge: string;
  /** Of pairs: the verdict with the answers swapped, in the words of the first order. */
  readonly swapped: string | undefined;
  /** Of pairs: the two answers, in the file of the labels. */
  readonly answers: readonly string[];
}

/** The files to compare. */
export interface VerdictFiles {
  readonly cwd: string;
  readonly labels: string;
  readonly verdicts: string;
}

interface Row {
  readonly human: string;
  readonly judge: string;
  readonly swapped: string | undefined;
  readonly lengths: readonly number[];
}

/**
 * A judge's recorded verdicts against human labels, two JSONL files joined by id. Every label must have its verdict and
 * the other way round: what was left out may have been left out for what it says.
 */
export async function calibrateVerdicts(
  { cwd, labels, verdicts }: VerdictFiles,
  fields: VerdictFields,
): Promise<Result<Calibration>> {
  const files = [await readLabelLines(cwd, labels), await readLabelLines(cwd, verdicts)] as const;
  const faults: Fault[] = files.flatMap((file) => (file.ok ? [] : file.faults));
  const [human, said] = files.map((file) => byId(file.ok ? file.value : [], fields.id, faults));
  if (faults.length > 0 || human === undefined || said === undefined) return { ok: false, faults };
  const alone = [
    ...[...human].filter(([id]) => !said.has(id)),
    ...[...said].filter(([id]) => !human.has(id)),
  ];
  for (const [id, { at }] of alone)
    faults.push(labelFault(`${at}: "${id}" is not in the other file`, "Both must be about the same items."));
  const rows = [...human].flatMap(([id, label]): Row[] => {
    const verdict = said.get(id);
    if (verdict === undefined) return [];
    return [
      {
        human: textAt(label, fields.human, faults),
        judge: textAt(verdict, fields.judge, faults),
        swapped: fields.swapped === undefined ? undefined : textAt(verdict, fields.swapped, faults),
        lengths: fields.answers.map((path) => textAt(label, path, faults).length),
      },
    ];
  });
  if (faults.length > 0) return { ok: false, faults };
  const classes = classesOf(rows.flatMap(({ human: one, judge, swapped = one }) => [one, judge, swapped]));
  const ordinal = classes.every(isNumber);
  const items = rows.map((row) => ratedItem(row, classes));
  const calibration = calibrate(items, { classes, ordinal, confidence: 0.95 });
  if (calibration === undefined) throw new Error("no item to calibrate by");
  return { ok: true, value: calibration };
}

/** Of two classes the first is the first answer; with the answers swapped it stands in the second place. */
function ratedItem({ human, judge, swapped, lengths }: Row, classes: readonly string[]): RatedItem {
  const at = classes.indexOf(judge);
  const to = swapped === undefined ? undefined : classes.indexOf(swapped);
  const [first, second] = lengths;
  const isPair = classes.length === 2;
  return {
    human: classes.indexOf(human),
    judge: at,
    swapped: to,
    places:
      isPair && to !== undefined
        ? { one: at === 0 ? "first" : "second", swapped: to === 0 ? "second" : "first" }
        : undefined,
    longer: isPair && first !== undefined && second !== undefined ? second - first : undefined,
  };
}

/** Numbers in their order, other words in the alphabet's. */
function classesOf(words: readonly string[]): readonly string[] {
  const names = [...new Set(words)].sort();
  return names.every(isNumber) ? names.sort((left, right) => Number(left) - Number(right)) : names;
}

function isNumber(name: string): boolean {
  return name.trim() !== "" && Number.isFinite(Number(name));
}

function byId(lines: readonly LabelLine[], field: string, faults: Fault[]): ReadonlyMap<string, LabelLine> {
  const records = new Map<string, LabelLine>();
  for (const line of lines) {
    const id = textAt(line, field, faults);
    const before = records.get(id);
    if (before !== undefined)
      faults.push(labelFault(`${line.at}: "${id}" stands there already (${before.at})`, "One line an item."));
    records.set(id, line);
  }
  return records;
}

function textAt(
  { record, at }: { readonly record: JsonObject; readonly at: string },
  path: string,
  faults: Fault[],
): string {
  const value = fieldAt(record, path);
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  faults.push(
    labelFault(
      `${at}: the field "${path}" is missing, or no text`,
      "Name fields with --id, --human, --judge, --swapped, --answers.",
    ),
  );
  return "";
}
