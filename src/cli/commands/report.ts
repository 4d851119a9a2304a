import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { nearest } from "../../domain/nearest.ts";
import { reports } from "../../reports/registry.ts";
import type { Report } from "../../reports/report.ts";
import { guarded } from "../../storage/storage-fault.ts";
import { type Command, UsageError } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { isSet, textFlag } from "../flag-values.ts";
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
    format: { type: "string", value: "NAME", help: `One of ${NAMES.join(", ")} (default terminal)` },
    output: { type: "string", value: "FILE", help: "Write to a file instead of stdout" },
    ...JUDGING_FLAGS,
  },
  examples: [
    'evals report latest --format markdown >> "$GITHUB_STEP_SUMMARY"',
    "evals report latest --format junit --output evals.xml",
    "evals report latest --format csv --output scores.csv",
  ],
  run: async (invocation) => {
    const { flags, io } = invocation;
    const json = isSet(flags, "json");
    const format = formatNamed(textFlag(flags, "format") ?? (json ? "json" : "terminal"));
    const read = await judging(invocation);
    if (!read.ok) return showFaults(read.faults, json, io);
    noteDisagreement(read.value.stored, io);
    const input = wholeReport(read.value.stored, read.value.policy, read.value.baseline);
    const file = textFlag(flags, "output");
    const text = format.render(input, { color: file === undefined && io.color });
    if (file === undefined) io.out(text);
    else {
      const path = resolve(io.cwd, file);
      await guarded(path, () => writeFile(path, text));
      io.err(`wrote ${file}\n`);
    }
    return EXIT.ok;
  },
};

function formatNamed(name: string): Report {
  const found = reports.find((item) => item.name === name);
  if (found !== undefined) return found;
  const near = nearest(name, NAMES);
  throw new UsageError(
    `there is no report "${name}"`,
    near === undefined ? `Reports: ${NAMES.join(", ")}.` : `Did you mean ${near}?`,
  );
}
