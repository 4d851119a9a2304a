import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import type { SandboxLanguage, Trial } from "../src/domain/sandbox.ts";
import { createSandbox } from "../src/sandbox/sandbox.ts";

const TRIALS = 1000;
/** Plain processes take long enough that fewer tell as much. */
const PLAIN = 200;
const SEATS = 2;
const WARM_UP = 8;

/** 1,000 short answers with one test each, two at a time: in the sandbox, and the first 200 each in a plain process. */
export async function sandbox(): Promise<readonly string[]> {
  return [
    `${TRIALS} answers, ${SEATS} at a time, on ${cpus().length} cores`,
    await lineOf("python", python, [pythonProgram(), "-c"]),
    await lineOf("javascript", javascript, [process.execPath, "-e"]),
  ];
}

/** The interpreter itself: what stands in the PATH may be a script that looks for it first. */
function pythonProgram(): string {
  return execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
}

interface Program {
  readonly code: string;
  readonly tests: string;
}

function python(index: number): Program {
  return {
    code: `def solve(items):\n    return sorted(item * ${index} for item in items)`,
    tests: `assert solve([2, 1]) == [${index}, ${2 * index}]`,
  };
}

function javascript(index: number): Program {
  return {
    code: `const solve = (items) => items.map((item) => item * ${index}).sort((a, b) => a - b);`,
    tests: `if (solve([2, 1])[0] !== ${index}) throw new Error("wrong");`,
  };
}

async function lineOf(
  language: SandboxLanguage,
  program: (index: number) => Program,
  [command = "", flag = ""]: readonly string[],
): Promise<string> {
  const port = createSandbox(SEATS);
  const { signal } = new AbortController();
  const run = async (index: number) => {
    const { code, tests } = program(index);
    const limits = { timeoutMs: 10_000, memoryMb: 256, outputCharacters: 1000 };
    const trial: Trial = { language, setup: "", code, tests: [tests], entryPoint: "solve", limits };
    const result = await port.test(trial, signal);
    if (result.kind !== "tested" || result.tests.some(({ failure }) => failure !== undefined))
      throw new Error(`trial ${index} ended as ${JSON.stringify(result)}`);
  };
  const runPlain = async (index: number) => {
    const { code, tests } = program(index);
    const child = spawn(command, [flag, `${code}\n${tests}`], { stdio: "ignore" });
    const [status] = await once(child, "exit");
    if (status !== 0) throw new Error(`${command} exited with ${status}`);
  };
  try {
    const opening = await timeOf(WARM_UP, run);
    const contained = await timeOf(TRIALS, run);
    const plain = await timeOf(PLAIN, runPlain);
    const each = { contained: contained / TRIALS, plain: plain / PLAIN };
    return (
      `${language}: ${(contained / 1000).toFixed(1)} s in the sandbox, opened in ${(opening / 1000).toFixed(1)} s; an answer takes ` +
      `${each.contained.toFixed(1)} ms, in a plain process ${each.plain.toFixed(1)} ms: ratio ${(each.contained / each.plain).toFixed(2)}`
    );
  } finally {
    await port.close();
  }
}

async function timeOf(count: number, run: (index: number) => Promise<void>): Promise<number> {
  const start = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: SEATS }, worker));
  return performance.now() - start;
}
