import { resolve } from "node:path";
import { calibrationLines, correctedLines } from "../../reports/calibration-text.ts";
import { findRun } from "../../storage/run-folder.ts";
import { calibrateRun } from "../calibrate-run.ts";
import { calibrateVerdicts } from "../calibrate-verdicts.ts";
import { type Command, type FlagValues, type Invocation, UsageError } from "../command.ts";
import { drawLabels } from "../draw-labels.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { countFlag, isSet, textFlag } from "../flag-values.ts";
import type { Io } from "../io.ts";
import { OUT_FLAG, RESULTS } from "../results-folder.ts";
import { safe } from "../safe-text.ts";
import { showFaults } from "../show-faults.ts";
import { noteDisagreement, type StoredRun, storedRun } from "../stored-run.ts";

/** `evals calibrate`: how far a judge agrees with people, and what people would make of a comparison. */
export const calibrate: Command = {
  name: "calibrate",
  arguments: "[RUN]",
  positionals: { min: 0, max: 1 },
  summary: "How far a judge agrees with people, and a comparison corrected by their labels",
  flags: {
    draw: {
      type: "string",
      value: "N",
      help: "Print a sheet to label: the answers to N cases of RUN a task",
    },
    labels: {
      type: "string",
      value: "FILE",
      help: "Human labels, JSONL: a filled sheet of RUN, or any with --verdicts",
    },
    verdicts: {
      type: "string",
      value: "FILE",
      help: "Recorded verdicts of a judge on the same items, JSONL; no RUN",
    },
    id: {
      type: "string",
      value: "FIELD",
      help: "With --verdicts: field of both that names the item (default id)",
    },
    human: { type: "string", value: "FIELD", help: "With --verdicts: field of a label (default label)" },
    judge: { type: "string", value: "FIELD", help: "With --verdicts: field of a verdict (default verdict)" },
    swapped: {
      type: "string",
      value: "FIELD",
      help: "With --verdicts, of pairs: the verdict with the answers swapped, naming the same answers",
    },
    answers: {
      type: "string",
      value: "A,B",
      help: "With --verdicts, of pairs: fields of the two answers in the labels, for the bias of length",
    },
    out: OUT_FLAG,
  },
  examples: [
    "evals calibrate latest --draw 60 > labels.jsonl",
    "evals calibrate latest --labels labels.jsonl",
    "evals calibrate --labels pairs.jsonl --verdicts judge.jsonl --judge first --swapped second",
  ],
  run: calibrateCommand,
};

const OF_VERDICTS = ["id", "human", "judge", "swapped", "answers"];

async function calibrateCommand(invocation: Invocation): Promise<ExitCode> {
  const { positionals, flags, io } = invocation;
  const [name] = positionals;
  const isVerdicts = textFlag(flags, "verdicts") !== undefined;
  const stray = OF_VERDICTS.find((flag) => !isVerdicts && textFlag(flags, flag) !== undefined);
  if (stray !== undefined) throw new UsageError(`--${stray} is for --verdicts`);
  if (isVerdicts && (name !== undefined || textFlag(flags, "draw") !== undefined))
    throw new UsageError("--verdicts are compared with --labels alone, without a run");
  if (isVerdicts) return ofVerdicts(invocation);
  if (name === undefined) throw new UsageError("which run?", "Or give --labels and --verdicts.");
  const out = resolve(io.cwd, textFlag(flags, "out") ?? RESULTS);
  const stored = await storedRun(await findRun(out, name), io);
  noteDisagreement(stored, io);
  const draw = countFlag(flags, "draw", 1);
  const labels = textFlag(flags, "labels");
  if ((draw === undefined) === (labels === undefined)) throw new UsageError("give either --draw or --labels");
  if (stored.manifest.early?.isOn === true)
    throw new UsageError(
      "labels are of no run that could stop early: it ended by what the judge said, and a correction holds for a " +
        "number of cases that was fixed before",
      "Run it with --stop never.",
    );
  return labels === undefined ? sheet(stored, draw ?? 1, invocation) : ofRun(stored, labels, invocation);
}

async function sheet(stored: StoredRun, count: number, { flags, io }: Invocation): Promise<ExitCode> {
  const json = isSet(flags, "json");
  const lines = await drawLabels(stored.manifest, stored.directory, () => count);
  if (!lines.ok) return showFaults(lines.faults, json, io);
  if (json) io.out(document({ lines: lines.value }));
  else for (const line of lines.value) io.out(`${JSON.stringify(line)}\n`);
  const open = lines.value.filter(({ score }) => score === null).length;
  io.err(`${open} answers to label: put a number of the scale in the place of each null\n`);
  return EXIT.ok;
}

async function ofRun(stored: StoredRun, labels: string, { flags, io }: Invocation): Promise<ExitCode> {
  const json = isSet(flags, "json");
  const found = await calibrateRun(stored, io.cwd, labels);
  if (!found.ok) return showFaults(found.faults, json, io);
  const { calibrations, corrected } = found.value;
  if (json) io.out(document({ run: stored.manifest.id, calibrations, corrected }));
  else
    show(io, [
      ...calibrations.flatMap((one) =>
        calibrationLines(`the judge ${one.judge} on ${one.task} (${one.scorer})`, one),
      ),
      ...corrected.flatMap(correctedLines),
    ]);
  return EXIT.ok;
}

async function ofVerdicts({ flags, io }: Invocation): Promise<ExitCode> {
  const json = isSet(flags, "json");
  const [labels, verdicts] = [textFlag(flags, "labels"), textFlag(flags, "verdicts")];
  if (labels === undefined || verdicts === undefined)
    throw new UsageError("give both --labels and --verdicts");
  const calibration = await calibrateVerdicts({ cwd: io.cwd, labels, verdicts }, verdictFields(flags));
  if (!calibration.ok) return showFaults(calibration.faults, json, io);
  if (json) io.out(document({ calibrations: [{ judge: verdicts, ...calibration.value }] }));
  else show(io, calibrationLines(verdicts, calibration.value));
  return EXIT.ok;
}

function verdictFields(flags: FlagValues) {
  const answers = textFlag(flags, "answers")?.split(",") ?? [];
  if (answers.length !== 0 && answers.length !== 2)
    throw new UsageError("--answers names two fields", "Such as --answers answer_1,answer_2.");
  return {
    id: textFlag(flags, "id") ?? "id",
    human: textFlag(flags, "human") ?? "label",
    judge: textFlag(flags, "judge") ?? "verdict",
    swapped: textFlag(flags, "swapped"),
    answers,
  };
}

function show(io: Io, lines: readonly string[]): void {
  io.out(`${lines.map(safe).join("\n")}\n`);
}

function document(facts: object): string {
  return `${JSON.stringify({ schema: 1, command: "calibrate", ...facts }, (_, value: unknown) => value ?? null)}\n`;
}
