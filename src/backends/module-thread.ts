import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";

/** How one call of the user's function ended. */
export type ThreadResult =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly message: string }
  | { readonly kind: "timeout" | "lost" | "interrupted" };

/** A user's function in a thread of its own. A resource: stop it. */
export interface ModuleThread {
  /** What keeps the function from being called, if anything does. */
  check(): Promise<string | undefined>;
  /** Calls it; many calls may be open at once. */
  call(argument: unknown, timeoutMs: number, signal: AbortSignal): Promise<ThreadResult>;
  stop(): Promise<void>;
}

interface Reply {
  readonly id: number;
  readonly result: ThreadResult;
}

// Plain JavaScript, because a worker is started from text and no loader has seen it.
const WORKER = `
const { parentPort, workerData } = require("node:worker_threads");
const { pathToFileURL } = require("node:url");
const message = (error) => String((error && error.message) || error);
const { file, name, jiti } = workerData;
const loaded = jiti === undefined
  ? import(pathToFileURL(file).href)
  : require(jiti).createJiti(file, { fsCache: false, moduleCache: false }).import(file);
loaded.catch(() => {});
parentPort.on("message", async ({ id, argument, isCheck }) => {
  let result;
  try {
    const found = (await loaded)[name];
    if (typeof found !== "function") throw new Error("it exports no function named " + JSON.stringify(name));
    result = { kind: "returned", value: isCheck ? undefined : await found(argument) };
  } catch (error) {
    result = { kind: "threw", message: message(error) };
  }
  try {
    parentPort.postMessage({ id, result });
  } catch (error) {
    parentPort.postMessage({ id, result: { kind: "threw", message: "its result is not plain data: " + message(error) } });
  }
});
`;

/** How long a thread may take to say that it lives before it counts as stuck in a loop, ms. */
const STUCK_MS = 1000;
const CHECK_MS = 1900;

/** Starts the thread with the first call, and again after it had to be stopped. */
export function moduleThread(file: string, name: string): ModuleThread {
  let worker: Worker | undefined;
  let next = 0;
  const waiting = new Map<number, (result: ThreadResult) => void>();
  const settle = (id: number, result: ThreadResult) => {
    const done = waiting.get(id);
    waiting.delete(id);
    done?.(result);
  };
  const end = async () => {
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
    for (const id of [...waiting.keys()]) settle(id, { kind: "lost" });
  };
  const running = () => {
    if (worker !== undefined) return worker;
    const jiti = /\.[cm]?ts$/.test(file) ? createRequire(import.meta.url).resolve("jiti") : undefined;
    const started = new Worker(WORKER, {
      eval: true,
      workerData: { file, name, jiti },
      stdout: true,
      execArgv: [],
    });
    // What the application prints must not get among the machine output.
    started.stdout.on("data", () => {});
    started.on("message", ({ id, result }: Reply) => settle(id, result));
    started.on("error", () => void end());
    started.on("exit", () => {
      if (worker === started) void end();
    });
    worker = started;
    return started;
  };
  const send = (content: object, timeoutMs: number, signal: AbortSignal | undefined) =>
    new Promise<ThreadResult>((resolve) => {
      if (signal?.aborted === true) return resolve({ kind: "interrupted" });
      const id = next++;
      const onAbort = () => settle(id, { kind: "interrupted" });
      const timer = setTimeout(() => settle(id, { kind: "timeout" }), timeoutMs);
      signal?.addEventListener("abort", onAbort, { once: true });
      waiting.set(id, (result) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        resolve(result);
      });
      running().postMessage({ id, ...content });
    });
  const isStuck = async () => (await send({ isCheck: true }, STUCK_MS, undefined)).kind === "timeout";
  return {
    check: async () => {
      const result = await send({ isCheck: true }, CHECK_MS, undefined);
      if (result.kind === "returned") return undefined;
      return result.kind === "threw" ? result.message : `it did not load within ${CHECK_MS} ms`;
    },
    call: async (argument, timeoutMs, signal) => {
      const result = await send({ argument }, timeoutMs, signal);
      // A call that only waits for its own server must not take the others down with it.
      if (result.kind === "timeout" && (await isStuck())) await end();
      return result;
    },
    stop: end,
  };
}
