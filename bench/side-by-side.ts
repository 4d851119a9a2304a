import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVALS, type Measured, measured } from "./measured.ts";

/** How much is asked, and of what server. */
export interface Load {
  readonly cases: number;
  readonly models: number;
  readonly delayMs: number;
  readonly concurrency: number;
}

/** What the server saw of one side. */
interface Seen {
  readonly calls: number;
  /** From the first request to the last answer. */
  readonly windowMs: number;
  /** Median time that an answer took the server. */
  readonly p50: number;
}

export type Side = Measured & Seen;

/** One round: the bare loop, then a run, over the same server. */
export interface Round {
  readonly bare: Side;
  readonly run: Side;
  /** The results folder of the run. */
  readonly out: string;
}

/** A server, a suite and a folder for the rounds of one benchmark. Close it. */
export interface Arena {
  readonly folder: string;
  round(): Promise<Round>;
  /** The same calls by Node's own `fetch`. */
  fetching(): Promise<Side>;
  /** A run alone; `--no-cache` unless it is to use the cache of the folder. */
  run(out: string, usesCache?: boolean): Promise<Side>;
  close(): void;
}

export async function openArena(load: Load): Promise<Arena> {
  const server = fork(join(import.meta.dirname, "answer-server.js"), [String(load.delayMs)], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const folder = mkdtempSync(join(tmpdir(), "evals-bench-"));
  const [line] = await once(server.stdout ?? server, "data");
  const url = String(line).trim();
  const suite = writeSuite(folder, url, load);
  const calls = load.cases * load.models;
  const side = async (program: string, args: readonly string[]) => ({
    ...(await measured(program, args)),
    ...(await seenBy(server)),
  });
  const run = (out: string, usesCache = false) =>
    side(EVALS, ["run", ...(usesCache ? [] : ["--no-cache"]), suite, "--out", join(folder, out), "--json"]);
  const bareLoop = (by: "undici" | "fetch") =>
    side(join(import.meta.dirname, "bare-loop.js"), [url, String(calls), String(load.concurrency), by]);
  let rounds = 0;
  return {
    folder,
    fetching: () => bareLoop("fetch"),
    round: async () => {
      rounds += 1;
      const bare = await bareLoop("undici");
      return { bare, run: await run(`results-${rounds}`), out: join(folder, `results-${rounds}`) };
    },
    run,
    close: () => {
      server.disconnect();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function seenBy(server: ChildProcess): Promise<Seen> {
  server.send("seen?");
  const [seen] = await once(server, "message");
  return seen;
}

function writeSuite(folder: string, url: string, { cases, models, concurrency }: Load): string {
  const lines = Array.from(
    { length: cases },
    (_, index) =>
      `${JSON.stringify({ id: `c${index}`, question: `What is ${index} + 1?`, expected: "42" })}\n`,
  );
  writeFileSync(join(folder, "cases.jsonl"), lines.join(""));
  const names = Array.from(
    { length: models },
    (_, index) => `  m${index}: { backend: openai, model: bench, base_url: "${url}/v1" }`,
  );
  const file = join(folder, "suite.yaml");
  writeFileSync(
    file,
    `name: bench
models:
${names.join("\n")}
settings: { concurrency: ${concurrency} }
tasks:
  add:
    dataset: cases.jsonl
    prompt: "{{ question }}"
    scorers: [exact]
`,
  );
  return file;
}
