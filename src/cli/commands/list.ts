import { resolve } from "node:path";
import { z } from "zod";
import { grouped } from "../../domain/counted.ts";
import { isFolderLocked } from "../../storage/lock.ts";
import { type ListedRun, listRuns } from "../../storage/run-folder.ts";
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
    const newest = [...runs].reverse().slice(0, countFlag(flags, "limit", 1) ?? 20);
    const shown = await Promise.all(newest.map(async (run) => ({ ...run, state: await stateOf(run) })));
    if (isSet(flags, "json")) {
      const rows = shown.map(({ id, suite: name, directory, manifest, state }) => ({
        id,
        suite: name,
        directory,
        state,
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
    io.out(`${table(shown)}\n`);
    if (runs.length > shown.length)
      io.err(`${runs.length - shown.length} older runs not shown; --limit shows more\n`);
    return EXIT.ok;
  },
};

/** A run and what has become of it. */
interface StatedRun extends ListedRun {
  readonly state: string;
}

/** A run that says that it goes on, and that no process is at, was killed. */
async function stateOf({ directory, manifest }: ListedRun): Promise<string> {
  if (manifest === undefined) return "unreadable";
  return manifest.state === "running" && !(await isFolderLocked(directory)) ? "killed" : manifest.state;
}

/** One row a run, in columns; ids and suites are never cut, as they are typed again. */
function table(runs: readonly StatedRun[]): string {
  const rows = [["run", "suite", "samples", "verdict"], ...runs.map(rowOf)].map((row) => row.map(safe));
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) => `${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd())
    .join("\n");
}

function rowOf({ id, suite, manifest, state }: StatedRun): readonly string[] {
  if (manifest === undefined) return [id, suite, "", "run.json cannot be read"];
  const { totals, verdicts } = manifest;
  const open = totals.unscored + totals.skipped;
  const words = [
    ...(state === "finished" ? [] : [state]),
    ...(open === 0 ? [] : [`${grouped(open)} without a score`]),
    ...wordsOf(verdicts),
  ];
  return [id, suite, grouped(totals.planned), words.length === 0 ? "none" : words.join(", ")];
}

const judged = z.array(z.object({ verdict: z.string() }));

/** Of one candidate its word, of several how many are what. */
function wordsOf(verdicts: unknown): readonly string[] {
  const { data = [] } = judged.safeParse(verdicts);
  if (data.length === 1) return data.map(({ verdict }) => verdict);
  const names = [...new Set(data.map(({ verdict }) => verdict))];
  return names.map((name) => `${data.filter(({ verdict }) => verdict === name).length} ${name}`);
}
