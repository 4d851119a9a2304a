import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Trial } from "../domain/sandbox.ts";
import type { Command } from "./python-command.ts";
import type { PythonJob } from "./python-process.ts";
import type { Say, Seat, TrialEnd, Word } from "./seat.ts";

/** What the process may hold beside an answer's memory, MB: Node, Pyodide's code, and the copy of its own memory. */
const OVERHEAD_MB = 700;
const WATCH_MS = 100;
const BYTES_PER_MB = 2 ** 20;
const PAGE_BYTES = 4096;
/** A line of results is no longer than this. */
const MOST_CHARACTERS = 1_000_000;
const RESULTS = 3;

/** A seat that is a process of its own with Pyodide in it and an empty environment, killed from outside. */
export function pythonSeat({ file, args }: Command): Seat<Trial, TrialEnd> {
  // In a group of its own: Ctrl-C in a terminal is for us, and must not look like an answer's end.
  const child = spawn(file, args, { env: {}, detached: true, stdio: ["pipe", "ignore", "ignore", "pipe"] });
  let hear: Say<TrialEnd> | undefined;
  let lost: ((reason: string) => void) | undefined;
  let nonce: string | undefined;
  let failure: string | undefined;
  let watch: NodeJS.Timeout | undefined;
  const end = (reason: string) => {
    failure ??= reason;
    child.kill("SIGKILL");
  };
  const onGone = (reason: string) => {
    clearInterval(watch);
    failure ??= reason;
    lost?.(failure);
  };
  const onLine = (line: string) => {
    if (failure !== undefined) return;
    if (nonce === undefined || !line.startsWith(`${nonce} `))
      return end("it wrote where only results are written");
    const word: Word<TrialEnd> = JSON.parse(line.slice(nonce.length + 1));
    if (word.kind === "ended") {
      nonce = undefined;
      clearInterval(watch);
      hold(child, false);
    }
    hear?.(word);
  };
  readLines(child, onLine, end);
  child.once("error", (error) => onGone(error.message));
  child.once("close", () => onGone("its process ended"));
  // What is written to a process that is gone is told by its end.
  child.stdin?.on("error", () => {});
  hold(child, false);
  return {
    start(trial, onWord, onLost) {
      hear = onWord;
      lost = onLost;
      if (hasEnded(child)) return onLost(failure ?? "its process ended");
      nonce = randomUUID();
      hold(child, true);
      watch = watchMemory(child, trial.limits.memoryMb, end);
      const job: PythonJob = { nonce, trial };
      child.stdin?.write(`${JSON.stringify(job)}\n`);
    },
    async stop() {
      clearInterval(watch);
      if (hasEnded(child)) return;
      hold(child, true);
      await new Promise((resolve) => {
        child.once("close", resolve);
        child.kill("SIGKILL");
      });
    },
  };
}

function hasEnded({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

/** An idle seat does not keep the program from ending. */
function hold(child: ChildProcess, isHeld: boolean): void {
  for (const part of [child, ...child.stdio]) {
    if (part === null || part === undefined) continue;
    const change = Reflect.get(part, isHeld ? "ref" : "unref");
    if (typeof change === "function") change.call(part);
  }
}

function readLines(child: ChildProcess, onLine: (line: string) => void, end: (reason: string) => void): void {
  let text = "";
  child.stdio[RESULTS]?.on("data", (data: Buffer) => {
    text += data.toString("utf8");
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n")) {
      onLine(text.slice(0, at));
      text = text.slice(at + 1);
    }
    if (text.length > MOST_CHARACTERS) end("it wrote where only results are written");
  });
}

/** Files and objects of the process's own count as well; where /proc is not there, Python's own memory is bounded alone. */
function watchMemory(child: ChildProcess, memoryMb: number, end: (reason: string) => void): NodeJS.Timeout {
  const timer = setInterval(() => {
    try {
      const pages = readFileSync(`/proc/${child.pid}/statm`, "utf8").split(" ")[1];
      const heldMb = (Number(pages) * PAGE_BYTES) / BYTES_PER_MB;
      if (heldMb > memoryMb + OVERHEAD_MB) end("it held too much memory");
    } catch {
      clearInterval(timer);
    }
  }, WATCH_MS);
  timer.unref();
  return timer;
}
