import { readSync, writeSync } from "node:fs";
import type { Trial } from "../domain/sandbox.ts";
import { closeRealm } from "./closed-realm.ts";
import type { Pyodide } from "./pyodide.ts";
import { keepFiles } from "./python-files.ts";
import { PYTHON_GUEST } from "./python-guest.ts";
import { type TrialEnd, testName, timeText, type Word } from "./seat.ts";

// A process that runs one trial at a time in Pyodide. It is started with an empty environment, may read nothing but
// Pyodide and this program, and takes from itself what leads out of JavaScript before it runs an answer: an answer that
// got out of Python would find no way on. After each answer the interpreter's memory is put back as it was before.

/** A line of the standard input. */
export interface PythonJob {
  /** Stands before every line of results: what does not know it cannot speak. */
  readonly nonce: string;
  readonly trial: Trial;
}

interface Step {
  readonly failure: string | null;
  readonly inTests?: boolean;
  readonly names?: readonly string[];
}

const RESULTS = 3;
const BYTES_PER_PAGE = 65_536;
const BYTES_PER_MB = 2 ** 20;
const SIGINT = 2;
const POLL_MS = 2;
/** How long after an interrupt, that code may catch, the next one comes, ms. */
const AGAIN_MS = 250;
const BROKEN = "it ended the interpreter";

const { exit } = process;
const { wait } = Atomics;
const idle = new Int32Array(new SharedArrayBuffer(4));
const { performance } = globalThis;
const toBytes = Buffer.from;
const bounds = { memoryBytes: Number.POSITIVE_INFINITY, deadline: Number.POSITIVE_INFINITY, characters: 0 };
let printed = 0;
let isBroken = false;
let interruptedAt = Number.NEGATIVE_INFINITY;

const [, , pyodide = ""] = process.argv;
// Pyodide's view of the host's files asks for it when it is loaded; none is mounted.
Object.defineProperty(process, "binding", { value: () => ({ fs: {} }), configurable: true });
const { loadPyodide } = await import(pyodide);
boundMemory();
const python: Pyodide = await loadPyodide({
  jsglobals: Object.create(null),
  env: { HOME: "/home/pyodide" },
});
const step = prepare();
const files = keepFiles(python.FS);
closeRealm();
const image = python._module.HEAPU8.slice();
const lines = inputLines();
for (let line = lines(); line !== undefined; line = lines()) {
  const { nonce, trial }: PythonJob = JSON.parse(line);
  const say = (word: Word<TrialEnd>) => {
    const text = toBytes(`${nonce} ${JSON.stringify(word)}\n`);
    for (let sent = 0; sent < text.length; ) sent += writeSync(RESULTS, text, sent);
  };
  const result = runTrial(trial, say);
  const isClean = reset();
  say({ kind: "ended", result });
  if (!isClean) break;
}
exit(0);

/** WebAssembly memory grows by this one method. */
function boundMemory(): void {
  const { prototype } = WebAssembly.Memory;
  const { grow } = prototype;
  prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * BYTES_PER_PAGE > bounds.memoryBytes)
      throw new RangeError("no memory");
    return grow.call(this, pages);
  };
}

/** Takes from Python what leads to JavaScript, and fails where anything of it is left. */
function prepare(): (job: object) => Step {
  const write = (bytes: Uint8Array) => {
    printed += bytes.length;
    return bytes.length;
  };
  python.setStdin({ stdin: () => null });
  python.setStdout({ write });
  python.setStderr({ write });
  python.runPython(PYTHON_GUEST);
  const found = python.globals.get("_found");
  if (found !== "[]") throw new Error(`Python still holds what leads to the host: ${String(found)}`);
  const run = python.globals.get("_step");
  if (typeof run !== "function") throw new Error("Python has no function that runs answers");
  // Python asks for it while it runs, and puts 0 in its place.
  python.setInterruptBuffer({
    get 0() {
      const now = performance.now();
      if (stopReason() === undefined || now < interruptedAt + AGAIN_MS) return 0;
      interruptedAt = now;
      return SIGINT;
    },
    set 0(_) {},
  });
  return (job) => JSON.parse(run(JSON.stringify(job)));
}

function stopReason(): string | undefined {
  if (printed > bounds.characters) return `it printed more than ${bounds.characters} characters`;
  return performance.now() > bounds.deadline ? "late" : undefined;
}

function runTrial(trial: Trial, say: (word: Word<TrialEnd>) => void): TrialEnd {
  const { timeoutMs, memoryMb, outputCharacters } = trial.limits;
  printed = 0;
  interruptedAt = Number.NEGATIVE_INFINITY;
  bounds.memoryBytes = Math.max(image.length, memoryMb * BYTES_PER_MB);
  bounds.characters = outputCharacters;
  bounds.deadline = performance.now() + timeoutMs;
  say({ kind: "started" });
  /** One step; after a limit nothing more is run. */
  const take = (job: object): Step => {
    const before = reason();
    if (before !== undefined || isBroken) return { failure: before ?? BROKEN };
    try {
      const took = step(job);
      return { ...took, failure: reason() ?? took.failure };
    } catch {
      // What the step itself could not catch: an end of the interpreter, or an interrupt at its very last line.
      isBroken = true;
      return { failure: reason() ?? BROKEN };
    }
  };
  const reason = () => {
    const stopped = stopReason();
    return stopped === "late" ? timeText(timeoutMs) : stopped;
  };
  const { setup, code, tests, entryPoint = null } = trial;
  const loaded = take({ do: "load", setup, code, tests, entryPoint });
  if (loaded.failure !== null)
    return { kind: loaded.inTests === true ? "no-tests" : "broken", reason: loaded.failure };
  say({ kind: "planned", tests: tests.map(testName) });
  let planned = tests.length;
  tests.forEach((_, index) => {
    const { failure, names = [] } = take({ do: "body", index });
    if (names.length === 0 || failure !== null) say({ kind: "judged", test: index, failure });
    else say({ kind: "withdrawn", test: index });
    say({ kind: "planned", tests: names });
    const first = planned;
    planned += names.length;
    names.forEach((_, at) => {
      say({ kind: "judged", test: first + at, failure: take({ do: "named", index: at }).failure });
    });
  });
  return { kind: "tested" };
}

/** The interpreter and its files as they were before the answer; false where that cannot be had. */
function reset(): boolean {
  bounds.deadline = Number.POSITIVE_INFINITY;
  const memory = python._module.HEAPU8;
  memory.set(image);
  memory.fill(0, image.length);
  return files.restore() && !isBroken;
}

/** The lines of the standard input, one at a time: nothing else happens in this process. */
function inputLines(): () => string | undefined {
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(BYTES_PER_PAGE);
  let text = "";
  return () => {
    for (let at = text.indexOf("\n"); ; at = text.indexOf("\n")) {
      if (at >= 0) {
        const line = text.slice(0, at);
        text = text.slice(at + 1);
        return line;
      }
      const size = readWhenThere(chunk);
      if (size === 0) return undefined;
      text += decoder.decode(chunk.subarray(0, size), { stream: true });
    }
  };
}

/** A pipe that does not wait for its writer says so by `EAGAIN`. */
function readWhenThere(chunk: Uint8Array): number {
  for (;;) {
    try {
      return readSync(0, chunk);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      wait(idle, 0, 0, POLL_MS);
    }
  }
}
