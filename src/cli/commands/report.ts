import { writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { nearest } from "../../domain/nearest.ts";
import { html } from "../../reports/html.ts";
import { reports } from "../../reports/registry.ts";
import type { Report } from "../../reports/report.ts";
import { makeFolders } from "../../storage/make-folders.ts";
import { guarded } from "../../storage/storage-fault.ts";
import { type Command, UsageError } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { isSet, textFlag, textFlags } from "../flag-values.ts";
import { htmlReport, type ShownRun } from "../html-report.ts";
import type { Io } from "../io.ts";
import { wholeReport } from "../judged-run.ts";
import { JUDGING_FLAGS, judging } from "../judging.ts";
import { showFaults } from "../show-faults.ts";
import { noteDisagreement } from "../stored-run.ts";

const NAMES = reports.map(({ name }) => name);

/** `evals report`: a stored run in another form; nothing is asked. */
export const report: Command = {
  name: "report",
  arguments: "RUN",
  positionals: { min: 1, max: 1 },
  summary: "A stored run as text, HTML, Markdown, JUnit XML, badge, JSON or CSV",
  flags: {
    format: {
      type: "string",
      value: "NAME",
      multiple: true,
      help: `${NAMES.join(", ")} (default terminal); may be repeated`,
    },
    output: { type: "string", value: "FILE", help: "Write to a file, or several formats into a folder" },
    ...JUDGING_FLAGS,
  },
  examples: [
    'evals report latest --format markdown >> "$GITHUB_STEP_SUMMARY"',
    "evals report latest --format junit --output evals.xml",
    "evals report latest --format html --output report.html",
    "evals report latest --format csv --output scores.csv",
    "evals report latest --format html --format junit --output reports",
  ],
  run: async (invocation) => {
    const { flags, io } = invocation;
    const json = isSet(flags, "json");
    const names = textFlags(flags, "format");
    const formats = (names.length > 0 ? names : [json ? "json" : "terminal"]).map(formatNamed);
    const output = textFlag(flags, "output");
    if (formats.length > 1 && output === undefined)
      throw new UsageError("several formats need --output FOLDER", "Each becomes a file of its name in it.");
    const read = await judging(invocation);
    if (!read.ok) return showFaults(read.faults, json, io);
    noteDisagreement(read.value.stored, io);
    const input = wholeReport(read.value.stored, read.value.policy, read.value.baseline);
    for (const format of formats) {
      const shown = piecesOf(format, { input, ...read.value }, output === undefined && io.color);
      if (output !== undefined)
        await write(formats.length > 1 ? join(output, fileOf(format)) : output, shown, io);
      else for await (const piece of shown) io.out(piece);
    }
    return EXIT.ok;
  },
};

function fileOf({ name, extension }: Report): string {
  return `${name}.${extension}`;
}

/** The page alone holds the answers, which are read as a stream. */
function piecesOf(
  format: Report,
  shown: ShownRun,
  color: boolean,
): AsyncIterable<string> | readonly string[] {
  return format === html ? htmlReport(shown) : [format.render(shown.input, { color })];
}

async function write(file: string, pieces: ReturnType<typeof piecesOf>, io: Io): Promise<void> {
  const path = resolve(io.cwd, file);
  await guarded(path, async () => {
    await makeFolders(dirname(path));
    await writeFile(path, pieces);
  });
  io.err(`wrote ${file}\n`);
}

function formatNamed(name: string): Report {
  const found = reports.find((item) => item.name === name);
  if (found !== undefined) return found;
  const near = nearest(name, NAMES);
  throw new UsageError(
    `there is no report "${name}"`,
    near === undefined ? `Reports: ${NAMES.join(", ")}.` : `Did you mean ${near}?`,
  );
}
