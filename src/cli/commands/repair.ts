import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { counted } from "../../domain/counted.ts";
import type { Manifest } from "../../domain/run.ts";
import { lockFolder } from "../../storage/lock.ts";
import { readManifest, writeManifest } from "../../storage/manifest.ts";
import { type Repair, repairJournal } from "../../storage/repair-journal.ts";
import { findRun, runFiles } from "../../storage/run-folder.ts";
import type { Command, Invocation } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { isSet, textFlag } from "../flag-values.ts";
import { OUT_FLAG, RESULTS } from "../results-folder.ts";
import { runArgument } from "../run-argument.ts";
import { safe } from "../safe-text.ts";
import { systemClock } from "../system-clock.ts";

/** `evals repair`: drops the damaged records of a journal and keeps them aside; `evals resume` asks them again. */
export const repair: Command = {
  name: "repair",
  arguments: "RUN",
  positionals: { min: 1, max: 1 },
  summary: "Drop the damaged records of a run's journal, so that resume asks them again",
  flags: { out: OUT_FLAG },
  examples: ["evals repair latest", "evals repair x7k2"],
  run: repairCommand,
};

const MOST_SHOWN = 20;

async function repairCommand({ positionals, flags, io }: Invocation): Promise<ExitCode> {
  const out = resolve(io.cwd, textFlag(flags, "out") ?? RESULTS);
  const directory = await findRun(out, positionals[0] ?? "latest");
  const lock = await lockFolder(directory, systemClock.wall());
  try {
    const manifest = await readManifest(directory);
    const files = runFiles(directory);
    const done = await repairJournal(files.samples);
    const judged = existsSync(files.judgements) ? await repairJournal(files.judgements) : undefined;
    if ((done.aside ?? judged?.aside) !== undefined)
      await writeManifest(directory, unfinished(manifest, done.kept));
    if (isSet(flags, "json")) {
      const judgements = judged === undefined ? null : facts(judged);
      const document = { schema: 1, command: "repair", run: manifest.id, ...facts(done), judgements };
      io.out(`${JSON.stringify(document)}\n`);
    } else {
      const run = runArgument({ id: manifest.id, directory }, io.cwd);
      io.err(words(run, done, io.cwd));
      if (judged?.aside !== undefined) io.err(`of the judges' calls: ${words(run, judged, io.cwd)}`);
    }
    return EXIT.ok;
  } finally {
    await lock.release();
  }
}

/** What a run is once records of it are gone: its totals, hashes and verdicts were those of the whole. */
function unfinished(manifest: Manifest, kept: number): Manifest {
  const { planned } = manifest.totals;
  const none = { answered: 0, refused: 0, empty: 0, truncated: 0, failed: 0, unscored: 0, costUsd: null };
  return {
    ...manifest,
    state: "interrupted",
    finishedAt: null,
    totals: { planned, ...none, skipped: Math.max(0, planned - kept) },
    hashes: { samples: null, judgements: null, scores: null },
    verdicts: null,
  };
}

function facts({ kept, dropped, aside }: Repair) {
  return { kept, dropped, keptIn: aside ?? null };
}

function words(run: string, { kept, dropped, aside }: Repair, cwd: string): string {
  if (aside === undefined)
    return `all ${counted(kept, "record")} of the journal are whole: nothing to repair\n`;
  const lines = dropped.slice(0, MOST_SHOWN).map(({ line, why }) => `  line ${line}: ${safe(why)}\n`);
  const more = dropped.length - lines.length;
  return [
    `${dropped.length} of ${counted(kept + dropped.length, "record")} dropped, kept as they were in\n  ${safe(relative(cwd, aside))}\n`,
    ...lines,
    more > 0 ? `  and ${more} more\n` : "",
    `ask them again: evals resume ${safe(run)}\n`,
  ].join("");
}
