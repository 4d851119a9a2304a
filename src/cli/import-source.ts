import { lstatSync, readdirSync, realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { JsonObject } from "../domain/json.ts";
import type { ImportSource, ScoredAnswer } from "../importers/importer.ts";
import { scorers } from "../scorers/registry.ts";
import { scoreAnswer } from "../scorers/score-answer.ts";
import { systemClock } from "./system-clock.ts";

const MOST_FILES = 10_000;

/** Where an import is done. */
export interface ImportPlace {
  /** Files are read in here and beside the source, nowhere else: what they hold may be sent to a model. */
  readonly cwd: string;
  /** Absolute folder of the suite to be. */
  readonly folder: string;
}

/** The door of an importer to one file and those that it names. Throws where the file cannot be read. */
export async function importSource(file: string, { cwd, folder }: ImportPlace): Promise<ImportSource> {
  const home = dirname(file);
  const roots = [realpathSync(cwd), realpathSync(home)];
  const isInside = (path: string) => roots.some((root) => path === root || path.startsWith(root + sep));
  return {
    file,
    bytes: await readFile(file),
    async read(path) {
      try {
        const real = realpathSync(resolve(home, path));
        return isInside(real) ? await readFile(real) : undefined;
      } catch {
        return undefined;
      }
    },
    match: async (pattern) => matching(home, pattern),
    fromSuite: (path) => relative(folder, resolve(home, path)).split(sep).join("/"),
    refuses,
    scores,
  };
}

/** Files under a folder that match `*` (within a name) and `**` (over folders). */
function matching(home: string, pattern: string): readonly string[] {
  const clean = pattern.replace(/^\.\//, "");
  const base = clean.replace(/[^/]*[*?].*$/, "");
  if (isAbsolute(clean)) return [];
  const source = clean
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*\/?|\*|\?/g, (wild) => (wild === "?" ? "[^/]" : wild === "*" ? "[^/]*" : "(?:.*/)?"));
  const wanted = new RegExp(`^${source}$`);
  return filesUnder(home, base)
    .filter((path) => wanted.test(path))
    .toSorted();
}

function filesUnder(home: string, base: string): readonly string[] {
  const found: string[] = [];
  const open = [base.replace(/\/$/, "")];
  for (let folder = open.pop(); folder !== undefined && found.length < MOST_FILES; folder = open.pop()) {
    for (const name of namesIn(join(home, folder))) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const stats = lstatSync(join(home, path));
      if (stats.isDirectory() && name !== "node_modules" && !name.startsWith(".")) open.push(path);
      else if (stats.isFile()) found.push(path);
    }
  }
  return found;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Why a scorer cannot take options whose values stand in them. */
function refuses(name: string, options: JsonObject): string | undefined {
  const scorer = scorers.get(name);
  if (scorer === undefined) return `there is no scorer "${name}"`;
  const bound = scorer.bind(scorer.complete(options));
  return bound.ok ? undefined : bound.reason;
}

const SCORER_MS = 1000;
const NOWHERE = { file: "", line: 1, column: 1, endLine: 1, endColumn: 1 };

/** What a scorer gives one answer. No scorer is handed anything to run code or to ask a model by. */
async function scores(name: string, options: JsonObject, { answer, fields }: ScoredAnswer) {
  const [labelled] = await scoreAnswer({
    specs: [{ scorer: name, label: name, weight: 1, options, place: NOWHERE }],
    case: { id: "", fields, tags: [], cluster: undefined, hash: "", line: 1 },
    prompt: [],
    rival: { kind: "none", reason: "there is none on import" },
    answer: { text: answer, toolCalls: [], notes: [] },
    outcome: answer.trim() === "" ? "empty" : "answered",
    ports: {
      clock: systemClock,
      directory: "",
      timeoutMs: SCORER_MS,
      modules: { run: nothingRuns, close: nothingOpen },
      sandbox: { test: nothingRuns, query: nothingRuns, close: nothingOpen },
      threads: undefined,
      ask: nothingRuns,
    },
  });
  return labelled?.score.kind === "scored" ? labelled.score.score : undefined;
}

const nothingRuns = () => Promise.reject(new Error("nothing is run or asked on import"));
const nothingOpen = () => Promise.resolve();
