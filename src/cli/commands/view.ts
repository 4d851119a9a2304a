import { join, resolve } from "node:path";
import type { Command } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { isSet, textFlag } from "../flag-values.ts";
import { writeHtmlReport } from "../html-report.ts";
import { wholeReport } from "../judged-run.ts";
import { JUDGING_FLAGS, judging } from "../judging.ts";
import { openWithPlatform } from "../opener.ts";
import { showFaults } from "../show-faults.ts";
import { noteDisagreement } from "../stored-run.ts";

/** The page of a run, in the run's folder. */
const PAGE = "report.html";

/** `evals view`: writes the page of a run beside its files and opens it; nothing is asked, nothing is sent. */
export const view: Command = {
  name: "view",
  arguments: "RUN",
  positionals: { min: 1, max: 1 },
  summary: "A stored run as a page with charts and every answer, in the browser",
  flags: {
    output: {
      type: "string",
      value: "FILE",
      help: `Write the page here (default ${PAGE} in the run's folder)`,
    },
    "no-open": { type: "boolean", help: "Write the page and print its path only" },
    ...JUDGING_FLAGS,
  },
  examples: ["evals view latest", "evals view latest --no-open --output report.html"],
  run: async (invocation) => {
    const { flags, io } = invocation;
    const json = isSet(flags, "json");
    const read = await judging(invocation);
    if (!read.ok) return showFaults(read.faults, json, io);
    const { stored, baseline, policy } = read.value;
    noteDisagreement(stored, io);
    const file = resolve(io.cwd, textFlag(flags, "output") ?? join(stored.directory, PAGE));
    await writeHtmlReport({ input: wholeReport(stored, policy, baseline), stored, baseline }, file);
    const isWanted = !isSet(flags, "no-open") && !json && io.variables["CI"] === undefined;
    const isOpen = isWanted && (await openWithPlatform(file, io.variables));
    if (isWanted && !isOpen) io.err("nothing on this machine opens it; open the file in a browser\n");
    io.out(json ? `${JSON.stringify({ schema: 1, command: "view", file })}\n` : `${file}\n`);
    return EXIT.ok;
  },
};
