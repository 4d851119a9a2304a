import { resolve } from "node:path";
import { listRuns } from "../../storage/run-folder.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { countFlag, isSet, textFlag } from "../flag-values.ts";
import { OUT_FLAG, RESULTS } from "../results-folder.ts";
import { safe } from "../safe-text.ts";

/** `evals list`: past runs, the newest first. */
export const list: Command = {
  name: "list",
  arguments: "[SUITE]",
  positionals: { min: 0, max: 1 },
  summary: "List past runs",
  flags: { out: OUT_FLAG, limit: { type: "string", value: "N", help: "Show the N newest (default 20)" } },
  examples: ["evals list", "evals list quickstart --limit 5"],
  run: async ({ positionals, flags, io }) => {
    const outDir = resolve(io.cwd, textFlag(flags, "out") ?? RESULTS);
    const [suite] = positionals;
    const runs = (await listRuns(outDir)).filter((run) => suite === undefined || run.suite === suite);
    const shown = [...runs].reverse().slice(0, countFlag(flags, "limit", 1) ?? 20);
    if (isSet(flags, "json")) {
      const rows = shown.map(({ id, suite: name, directory, manifest }) => ({
        id,
        suite: name,
        directory,
        state: manifest?.state ?? "unreadable",
        startedAt: manifest?.startedAt ?? null,
        models: manifest?.models.map((model) => model.name) ?? [],
        totals: manifest?.totals ?? null,
        verdicts: manifest?.verdicts ?? null,
      }));
      io.out(`${JSON.stringify({ schema: 1, command: "list", runs: rows })}\n`);
      return EXIT.ok;
    }
    if (shown.length === 0) {
      io.err(`no runs in ${outDir} yet; evals run SUITE makes one\n`);
      return EXIT.ok;
    }
    for (const { id, suite: name, manifest } of shown) {
      const what =
        manifest === undefined
          ? "run.json cannot be read"
          : `${manifest.state}, ${manifest.totals.planned} samples, ${manifest.models.map((model) => model.name).join(", ")}`;
      io.out(`${id}  ${safe(name)}  ${safe(what)}\n`);
    }
    if (runs.length > shown.length)
      io.err(`${runs.length - shown.length} older runs not shown; --limit shows more\n`);
    return EXIT.ok;
  },
};
