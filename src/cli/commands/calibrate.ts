import { calibrationLines } from "../../reports/calibration-text.ts";
import { calibrateVerdicts } from "../calibrate-verdicts.ts";
import { type Command, type Invocation, UsageError } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { isSet, textFlag } from "../flag-values.ts";
import { safe } from "../safe-text.ts";
import { showFaults } from "../show-faults.ts";

/** `evals calibrate`: how far a judge agrees with people. */
export const calibrate: Command = {
  name: "calibrate",
  arguments: "",
  positionals: { min: 0, max: 0 },
  summary: "How far a judge agrees with people: agreement, kappa, bias of place and of length",
  flags: {
    labels: { type: "string", value: "FILE", help: "Human labels, JSONL" },
    verdicts: {
      type: "string",
      value: "FILE",
      help: "Recorded verdicts of a judge on the same items, JSONL",
    },
    id: { type: "string", value: "FIELD", help: "Field of both files that names the item (default id)" },
    human: { type: "string", value: "FIELD", help: "Field of a label (default label)" },
    judge: { type: "string", value: "FIELD", help: "Field of a verdict (default verdict)" },
    swapped: {
      type: "string",
      value: "FIELD",
      help: "Of pairs: field of the verdict with the answers swapped, naming the same answers",
    },
    answers: {
      type: "string",
      value: "A,B",
      help: "Of pairs: fields of the two answers in the labels, for the bias of length",
    },
  },
  examples: [
    "evals calibrate --labels labels.jsonl --verdicts judge.jsonl",
    "evals calibrate --labels pairs.jsonl --verdicts judge.jsonl --judge first --swapped second",
  ],
  run: calibrateCommand,
};

async function calibrateCommand({ flags, io }: Invocation): Promise<ExitCode> {
  const json = isSet(flags, "json");
  const labels = textFlag(flags, "labels");
  const verdicts = textFlag(flags, "verdicts");
  if (labels === undefined || verdicts === undefined)
    throw new UsageError("give both --labels and --verdicts");
  const answers = textFlag(flags, "answers")?.split(",") ?? [];
  if (answers.length !== 0 && answers.length !== 2)
    throw new UsageError("--answers names two fields", "Such as --answers answer_1,answer_2.");
  const calibration = await calibrateVerdicts(
    { cwd: io.cwd, labels, verdicts },
    {
      id: textFlag(flags, "id") ?? "id",
      human: textFlag(flags, "human") ?? "label",
      judge: textFlag(flags, "judge") ?? "verdict",
      swapped: textFlag(flags, "swapped"),
      answers,
    },
  );
  if (!calibration.ok) return showFaults(calibration.faults, json, io);
  if (json)
    io.out(
      `${JSON.stringify({ schema: 1, command: "calibrate", calibrations: [{ judge: verdicts, ...calibration.value }] }, (_, value: unknown) => value ?? null)}\n`,
    );
  else io.out(`${calibrationLines(verdicts, calibration.value).map(safe).join("\n")}\n`);
  return EXIT.ok;
}
