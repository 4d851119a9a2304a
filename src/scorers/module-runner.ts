import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";

/** How one call of a user's function ended. */
export type ModuleResult =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly message: string }
  | { readonly kind: "stopped" };

/** Runs functions of a user's modules where an endless loop can be stopped. A resource: close it. */
export interface ModuleRunner {
  /** Calls `exportName` of the module `file` (absolute; `.js`, `.mjs`, `.cjs`, `.ts`) with one JSON argument. */
  run(file: string, exportName: string, argument: unknown, signal: AbortSignal): Promise<ModuleResult>;
  close(): Promise<void>;
}

interface Reply {
  readonly id: number;
  readonly result: ModuleResult;
}

// Plain JavaScript, because a worker is started from text and no loader has seen it.
const WORKER = `
const { parentPort, workerData } = require("node:worker_threads");
const { pathToFileURL } = require("node:url");
const message = (error) => String((error && error.message) || error);
const loaded = workerData.typescript
  ? require(workerData.jiti).createJiti(workerData.file, { fsCache: false, moduleCache: false }).import(workerData.file)
  : import(pathToFileURL(workerData.file).href);
loaded.catch(() => {});
parentPort.on("message", async ({ id, exportName, argument }) => {
  let result;
  try {
    const found = (await loaded)[exportName];
    if (typeof found !== "function") throw new Error("the module has no function named " + JSON.stringify(exportName));
    result = { kind: "returned", value: await found(argument) };
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

const ATTEMPTS = 3;

/** Starts no thread until a module is called; one thread per module file after that. */
export function createModuleRunner(): ModuleRunner {
  const threads = new Map<string, ModuleThread>();
  return {
    async run(file, exportName, argument, signal) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const running = threads.get(file);
        const thread = running?.isAlive ? running : new ModuleThread(file);
        threads.set(file, thread);
        const result = await thread.call(exportName, argument, signal);
        // A call that only shared the thread of the one that was stopped runs again.
        if (result.kind !== "stopped" || signal.aborted) return result;
      }
      return { kind: "threw", message: "the module ended its thread" };
    },
    async close() {
      const open = [...threads.values()];
      threads.clear();
      await Promise.all(open.map((thread) => thread.stop()));
    },
  };
}

class ModuleThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (result: ModuleResult) => void>();
  #next = 0;
  #alive = true;

  constructor(file: string) {
    const jiti = createRequire(import.meta.url).resolve("jiti");
    const typescript = /\.[cm]?ts$/.test(file);
    this.#worker = new Worker(WORKER, {
      eval: true,
      workerData: { file, jiti, typescript },
      stdout: true,
      execArgv: [],
    });
    // A user's console.log must not get among the machine output.
    this.#worker.stdout.on("data", () => {});
    this.#worker.on("message", ({ id, result }: Reply) => this.#settle(id, result));
    this.#worker.on("error", (error) => this.#settleAll({ kind: "threw", message: error.message }));
    this.#worker.on("exit", () => this.#settleAll({ kind: "stopped" }));
    this.#worker.unref();
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  call(exportName: string, argument: unknown, signal: AbortSignal): Promise<ModuleResult> {
    if (signal.aborted) return Promise.resolve({ kind: "stopped" });
    const id = this.#next++;
    return new Promise((resolve) => {
      const onAbort = () => void this.stop();
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.set(id, (result) => {
        signal.removeEventListener("abort", onAbort);
        resolve(result);
      });
      this.#worker.ref();
      this.#worker.postMessage({ id, exportName, argument });
    });
  }

  async stop(): Promise<void> {
    this.#alive = false;
    await this.#worker.terminate();
    this.#settleAll({ kind: "stopped" });
  }

  #settle(id: number, result: ModuleResult): void {
    const done = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    done?.(result);
  }

  #settleAll(result: ModuleResult): void {
    this.#alive = false;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, result);
  }
}
