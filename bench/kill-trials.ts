import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { seeded } from "../src/statistics/random.ts";
import { decodeSample } from "../src/storage/sample-record.ts";
import { canonicalReport } from "./canonical-report.ts";
import { type DeliveryServer, startDeliveryServer } from "./delivery-server.ts";

/** What came of killing runs at random moments. */
export interface KillTally {
  readonly kills: number;
  /** Kills before the run had asked anything, while it asked, and after its last answer. */
  readonly moments: { readonly before: number; readonly during: number; readonly after: number };
  /** Answers in the journals when the runs were killed. */
  readonly kept: number;
  /** Kills that left half a record behind. */
  readonly torn: number;
  /** Answers that are not in the journal although the server had finished them `keptAfterMs` before the kill. */
  readonly lost: readonly string[];
  /** Of all answers that are not in a journal, the longest that one had been finished, ms. */
  readonly longestUnkeptMs: number;
  /** Answers of the journal that were asked again on resume. */
  readonly repeated: readonly string[];
  /** Kills after which the resumed run did not end with exit 0. */
  readonly unfinished: readonly string[];
  /** Kills whose report is not, byte for byte, that of an uninterrupted run. */
  readonly otherReports: readonly string[];
}

const CASES = 60;
const MODELS = ["now", "next"];
const MOST_MS = 40;

/** How often, and what counts as lost. */
export interface KillSettings {
  readonly kills: number;
  readonly seed: number;
  /** An answer that the server finished this long before the kill has to be in the journal, ms. */
  readonly keptAfterMs: number;
}

/** Kills real runs over a loopback server by SIGKILL, resumes each, and compares it with a run that was left alone. */
export async function killTrials({ kills, seed, keptAfterMs }: KillSettings): Promise<KillTally> {
  const random = seeded(seed);
  const server = await startDeliveryServer(answer, { random: seeded(seed + 1), mostMs: MOST_MS });
  const folder = mkdtempSync(join(tmpdir(), "evals-kill-"));
  try {
    writeSuite(folder, server.url);
    const started = performance.now();
    await exitOf(start(["run", "suite.yaml", "--out", "whole"], folder));
    const wholeMs = performance.now() - started;
    const expected = await reportOf("whole", folder);
    const tally = newTally(kills);
    for (let at = 0; at < kills; at++) {
      const trial = { folder, server, out: `killed-${at}`, expected };
      // Every other one is killed at one of its calls: the way to the first takes most of a short run.
      const share = random.next();
      const atCall = at % 2 === 1 ? 1 + Math.floor(share * CASES * MODELS.length) : undefined;
      await kill(trial, { afterMs: share * wholeMs, atCall, keptAfterMs, tally });
      rmSync(join(folder, trial.out), { recursive: true, force: true });
    }
    return tally;
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Right for nine cases of ten, or four of five; every seventh answer is long enough to be torn. */
function answer(model: string, prompt: string): string {
  const number = Number(/\d+/.exec(prompt)?.[0]);
  const isRight = number % (model === "now" ? 10 : 5) !== 0;
  const filler = number % 7 === 0 ? " So it is.".repeat(20_000) : "";
  return `It is ${isRight ? number + 1 : number}.${filler}`;
}

function writeSuite(folder: string, url: string): void {
  const cases = Array.from({ length: CASES }, (_, at) =>
    JSON.stringify({ id: `c${at}`, question: `What is ${at} + 1?`, expected: `It is ${at + 1}.` }),
  );
  writeFileSync(join(folder, "cases.jsonl"), `${cases.join("\n")}\n`);
  const models = MODELS.map(
    (name) => `  ${name}: { backend: openai, model: ${name}, base_url: "${url}/v1" }`,
  );
  const suite = `name: killed
models:
${models.join("\n")}
settings: { concurrency: 8 }
tasks:
  add:
    dataset: cases.jsonl
    prompt: "{{ question }}"
    scorers: [{ contains: { all: "{{ expected }}" } }]
gate: { baseline: now, candidates: [next], require: [{ metric: score, margin: 0.3 }] }
`;
  writeFileSync(join(folder, "suite.yaml"), suite);
}

/** Without the cache, which would hide an answer that the journal lost. */
function start(args: readonly string[], cwd: string) {
  const main = join(process.cwd(), "dist/cli/main.js");
  const cache = args[0] === "report" ? [] : ["--no-cache"];
  return spawn(process.execPath, [main, ...args, ...cache], { cwd, stdio: "ignore" });
}

async function exitOf(child: ReturnType<typeof start>): Promise<number | null> {
  const [code] = await once(child, "exit");
  return code;
}

type Growing<T> = { -readonly [key in keyof T]: T[key] extends readonly string[] ? string[] : T[key] };

function newTally(kills: number): Growing<KillTally> {
  const moments = { before: 0, during: 0, after: 0 };
  const wrong = { lost: [], longestUnkeptMs: 0, repeated: [], unfinished: [], otherReports: [] };
  return { kills, moments, kept: 0, torn: 0, ...wrong };
}

interface Trial {
  readonly folder: string;
  readonly server: DeliveryServer;
  readonly out: string;
  readonly expected: string;
}

interface Killing {
  /** Since the start, where no call is named. */
  readonly afterMs: number;
  /** The call, counted from 1, that is not answered any more. */
  readonly atCall: number | undefined;
  readonly keptAfterMs: number;
  readonly tally: Growing<KillTally>;
}

async function kill(
  { folder, server, out, expected }: Trial,
  { afterMs, atCall, keptAfterMs, tally }: Killing,
): Promise<void> {
  server.forget();
  const child = start(["run", "suite.yaml", "--out", out], folder);
  const exited = exitOf(child);
  await Promise.race([exited, atCall === undefined ? sleep(afterMs) : server.heard(atCall)]);
  const killedAt = performance.now();
  child.kill("SIGKILL");
  await exited;
  tally.moments = countMoment(tally.moments, server);
  const journal = journalOf(join(folder, out));
  const kept = new Set(journal.kept);
  tally.kept += kept.size;
  if (journal.isTorn) tally.torn += 1;
  for (const { asked, finishedAt } of server.delivered) {
    const age = killedAt - finishedAt;
    if (kept.has(asked) || age < 0) continue;
    tally.longestUnkeptMs = Math.max(tally.longestUnkeptMs, age);
    if (age >= keptAfterMs) tally.lost.push(`${asked}, finished ${age.toFixed(0)} ms before`);
  }
  // What was still in flight may reach the server after the kill: it belongs to the killed run.
  await sleep(2 * MOST_MS);
  server.forget();
  // A run that was killed before it had a manifest has asked nothing, and is started again.
  const args = journal.hasRun ? ["resume", "latest"] : ["run", "suite.yaml"];
  const code = await exitOf(start([...args, "--out", out], folder));
  const moment = atCall === undefined ? `after ${afterMs.toFixed(0)} ms` : `at call ${atCall}`;
  if (code !== 0) tally.unfinished.push(`${args[0]} ${moment}: exit ${code}`);
  tally.repeated.push(...server.asked.filter((asked) => kept.has(asked)));
  if ((await reportOf(out, folder)) !== expected) tally.otherReports.push(moment);
}

function countMoment(
  moments: KillTally["moments"],
  { asked, delivered }: DeliveryServer,
): KillTally["moments"] {
  if (asked.length === 0) return { ...moments, before: moments.before + 1 };
  if (delivered.length < CASES * MODELS.length) return { ...moments, during: moments.during + 1 };
  return { ...moments, after: moments.after + 1 };
}

interface KilledJournal {
  readonly hasRun: boolean;
  /** What was asked and is answered in there. */
  readonly kept: readonly string[];
  readonly isTorn: boolean;
}

function journalOf(out: string): KilledJournal {
  const files = listed(out);
  const text = files.find((name) => name.endsWith("samples.jsonl"));
  const lines = text === undefined ? [] : readFileSync(join(out, text), "utf8").split("\n");
  const isTorn = lines.length > 0 && lines.at(-1) !== "";
  const samples = lines.slice(0, -1).map((line) => decodeSample(Buffer.from(line)));
  const kept = samples.map((sample) => {
    if (typeof sample === "string") throw new Error(`a whole line of a killed journal is damaged: ${sample}`);
    return `${sample.target}/What is ${sample.caseId.slice(1)} + 1?`;
  });
  return { hasRun: files.some((name) => name.endsWith("run.json")), kept, isTorn };
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
}

/** The report of the newest run, but for its id and what the clock measured. */
function reportOf(out: string, cwd: string): string {
  const main = join(process.cwd(), "dist/cli/main.js");
  const args = [main, "report", "latest", "--format", "json", "--out", out];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  if (status !== 0) return `exit ${status}: ${stderr}`;
  return canonicalReport(stdout);
}
