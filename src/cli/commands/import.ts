import { existsSync, readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type {
  ImportedSuite,
  Importer,
  ImportFailure,
  ImportNote,
  ImportSource,
} from "../../importers/importer.ts";
import { importers } from "../../importers/registry.ts";
import { NOTE_KINDS, noteLines, suiteText } from "../../importers/suite-text.ts";
import { checkedSuite } from "../checked-suite.ts";
import { type Command, UsageError } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { isSet, textFlag } from "../flag-values.ts";
import { importSource } from "../import-source.ts";
import type { Io } from "../io.ts";
import { safe } from "../safe-text.ts";
import { showFaults } from "../show-faults.ts";

/** `evals import`: the files of another tool as a suite, with a list of what could not be carried over. */
export const importCommand: Command = {
  name: "import",
  arguments: "FILE…",
  positionals: { min: 1, max: 1000 },
  summary: "Make a suite of another tool's files, and tell what could not be carried over",
  flags: {
    out: { type: "string", value: "FOLDER", help: "Where the suite goes (default: imported)" },
    force: { type: "boolean", help: "Write into a folder that has files in it" },
  },
  examples: [
    "evals import promptfooconfig.yaml",
    "evals import promptfooconfig.yaml --out evals/triage",
    "evals import gpt-4.jsonl llama-3.jsonl",
  ],
  run: async ({ positionals, flags, io }) => {
    const json = isSet(flags, "json");
    const folder = resolve(io.cwd, textFlag(flags, "out") ?? "imported");
    if (existsSync(folder) && readdirSync(folder).length > 0 && !isSet(flags, "force"))
      return refuse(
        fault(`${shown(folder, io)} has files in it`, "Use --force to write there, or --out."),
        io,
        json,
      );
    const [first, ...rest] = await openAll(positionals, folder, io);
    if (first === undefined) return EXIT.invalid;
    const importer = importers.find((one) => [first, ...rest].every((source) => one.recognises(source)));
    if (importer === undefined) return refuse(fault(unknown(positionals), known(importers)), io, json);
    const result = await importer.import([first, ...rest]);
    if (!result.ok) return refuse(result.failure, io, json);
    const from = positionals.join(", ");
    await write(folder, { ...result.imported, from });
    return finish(result.imported, folder, io, json);
  },
};

async function openAll(names: readonly string[], folder: string, io: Io): Promise<readonly ImportSource[]> {
  const sources: ImportSource[] = [];
  for (const name of names) {
    try {
      sources.push(await importSource(resolve(io.cwd, name), { cwd: io.cwd, folder }));
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      throw new UsageError(
        code === "ENOENT"
          ? `${name} is not there`
          : `${name} cannot be read${code === "" ? "" : ` (${code})`}`,
      );
    }
  }
  return sources;
}

function fault(message: string, hint: string): ImportFailure {
  return { message, hint, notes: [] };
}

function unknown(names: readonly string[]): string {
  return names.length === 1
    ? `${names[0]} is of no format that is known`
    : "the files are not all of one format that is known";
}

function known(shelf: readonly Importer[]): string {
  return `It can be: ${shelf.map(({ summary }) => summary).join("; ")}.`;
}

function refuse({ message, hint, notes }: ImportFailure, io: Io, json: boolean): ExitCode {
  io.err(notesText(notes));
  if (json)
    io.out(`${JSON.stringify({ schema: 1, command: "import", written: [], message, hint, notes })}\n`);
  io.err(`error[E1004]: ${safe(message)}\n  ${safe(hint)} Nothing was written.\n`);
  return EXIT.invalid;
}

async function write(folder: string, imported: ImportedSuite & { readonly from: string }): Promise<void> {
  const files = [{ path: "suite.yaml", text: suiteText(imported, imported.from) }, ...imported.files];
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

async function finish(imported: ImportedSuite, folder: string, io: Io, json: boolean): Promise<ExitCode> {
  const { detected, files, notes } = imported;
  const file = join(folder, "suite.yaml");
  const checked = await checkedSuite(file, undefined);
  if (!checked.ok) {
    io.err(notesText(notes));
    io.err(`${shown(file, io)} was written, and is not valid as it stands:\n\n`);
    return showFaults(checked.faults, json, io);
  }
  const written = [file, ...files.map(({ path }) => join(folder, path))].map((path) => shown(path, io));
  const isWhole = !notes.some(({ kind }) => kind === "left-out");
  const { suite, datasets } = checked.value;
  const cases = [...datasets.values()].reduce((sum, { summary }) => sum + summary.cases, 0);
  const counts = { models: suite.models.length, tasks: suite.tasks.length, cases };
  if (json)
    io.out(
      `${JSON.stringify({ schema: 1, command: "import", detected, complete: isWhole, ...counts, written, notes })}\n`,
    );
  else {
    io.out(
      `${detected}: ${number(counts.models, "model")}, ${number(counts.tasks, "task")}, ${number(cases, "case")}\n\n${notesText(notes)}`,
    );
    for (const path of written) io.out(`wrote ${safe(path)}\n`);
    io.out(`\nIt is valid. Next:\n  ${io.program} plan ${safe(shown(file, io))}\n`);
  }
  return isWhole ? EXIT.ok : EXIT.undecided;
}

function number(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function notesText(notes: readonly ImportNote[]): string {
  return NOTE_KINDS.map((kind) => noteLines(notes, kind))
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.map(safe).join("\n")}\n\n`)
    .join("");
}

function shown(path: string, io: Io): string {
  const short = relative(io.cwd, path);
  return short.startsWith("..") ? path : short;
}
