import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { Clock } from "../domain/ports.ts";
import { listeningLimit } from "./listening-limit.ts";

/** How one call of the user's function ended. */
export type ThreadResult =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly message: string }
  | { readonly kind: "timeout" | "lost" | "interrupted" };

/** Where a function that asks has come to. */
export type SessionTurn = ThreadResult | { readonly kind: "asks"; readonly questions: readonly unknown[] };

/** A call of a function that is given `ask`, and goes on with what it is replied. */
export interface ThreadSession {
  next(replies: readonly unknown[]): Promise<SessionTurn>;
  /** The function is not waited for any more. */
  end(): void;
}

/** A user's function in a thread of its own. A resource: stop it. */
export interface ModuleThread {
  /** What keeps the function from being called, if anything does. */
  check(): Promise<string | undefined>;
  /** Calls it; many calls may be open at once. */
  call(argument: unknown, timeoutMs: number, signal: AbortSignal): Promise<ThreadResult>;
  /** Calls it with `ask` added to its argument; the time limit holds from one turn to the next. */
  open(argument: object, timeoutMs: number, signal: AbortSignal): ThreadSession;
  stop(): Promise<void>;
}

interface Reply {
  readonly id: number;
  readonly result: SessionTurn;
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
const post = (id, result) => {
  try {
    parentPort.postMessage({ id, result });
  } catch (error) {
    const what = result.kind === "asks" ? "what it asks" : "its result";
    parentPort.postMessage({ id, result: { kind: "threw", message: what + " is not plain data: " + message(error) } });
  }
};
// A function that asks: calls wanted in one turn of the loop go out as one round, and one round is out at a time.
const sessions = new Map();
const openSession = (id) => {
  const session = { wanted: [], out: undefined, over: undefined };
  sessions.set(id, session);
  const flush = () => {
    if (session.out !== undefined || session.over !== undefined || session.wanted.length === 0) return;
    session.out = session.wanted.splice(0);
    post(id, { kind: "asks", questions: session.out.map(({ question }) => question) });
  };
  session.ask = (question) => new Promise((resolve) => {
    session.wanted.push({ question, resolve });
    setImmediate(flush);
  });
  session.reply = (replies) => {
    const round = session.out;
    session.out = undefined;
    if (session.over !== undefined) session.end(session.over);
    else round.forEach(({ resolve }, index) => resolve(replies[index]));
    setImmediate(flush);
  };
  // Nobody listens while a round is out: a result that comes then waits for the replies.
  session.end = (result) => {
    session.over = result;
    if (session.out !== undefined) return;
    sessions.delete(id);
    post(id, result);
  };
  return session;
};
const go = (id, { replies, isDropped }) => {
  if (isDropped) return void sessions.delete(id);
  const session = sessions.get(id);
  if (session === undefined) post(id, { kind: "lost" });
  else session.reply(replies);
};
parentPort.on("message", async ({ id, argument, isCheck, isAsking, turn }) => {
  if (turn !== undefined) return go(id, turn);
  const session = isAsking ? openSession(id) : undefined;
  let result;
  try {
    const found = (await loaded)[name];
    if (typeof found !== "function") throw new Error("it exports no function named " + JSON.stringify(name));
    const given = session === undefined ? argument : { ...argument, ask: session.ask };
    result = { kind: "returned", value: isCheck ? undefined : await found(given) };
  } catch (error) {
    result = { kind: "threw", message: message(error) };
  }
  if (session === undefined) post(id, result);
  else session.end(result);
});
`;

/** How long a thread may take to say that it lives before it counts as stuck in a loop, ms. */
const STUCK_MS = 1000;
/** How long a module and all that it imports may take to load, ms: seconds where it is large and the machine is busy. */
const LOAD_MS = 30_000;

/** Starts the thread with the first call, and again after it had to be stopped. */
export function moduleThread(file: string, name: string, clock: Clock): ModuleThread {
  let worker: Worker | undefined;
  let next = 0;
  const waiting = new Map<number, (result: SessionTurn) => void>();
  const settle = (id: number, result: SessionTurn) => {
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
  const send = (id: number, content: object, { timeoutMs, signal }: Waiting) =>
    new Promise<SessionTurn>((resolve) => {
      if (signal?.aborted === true) return resolve({ kind: "interrupted" });
      const onAbort = () => settle(id, { kind: "interrupted" });
      const end = listeningLimit(timeoutMs, clock, () => settle(id, { kind: "timeout" }));
      signal?.addEventListener("abort", onAbort, { once: true });
      waiting.set(id, (result) => {
        end();
        signal?.removeEventListener("abort", onAbort);
        resolve(result);
      });
      running().postMessage({ id, ...content });
    });
  const isStuck = async () =>
    (await send(next++, { isCheck: true }, { timeoutMs: STUCK_MS })).kind === "timeout";
  const patient = async (id: number, content: object, wait: Waiting) => {
    const result = await send(id, content, wait);
    // A call that only waits for its own server must not take the others down with it.
    if (result.kind === "timeout" && (await isStuck())) await end();
    return result;
  };
  return {
    check: async () => {
      const result = await send(next++, { isCheck: true }, { timeoutMs: LOAD_MS });
      if (result.kind === "returned") return undefined;
      return result.kind === "threw" ? result.message : `it did not load within ${LOAD_MS / 1000} s`;
    },
    call: async (argument, timeoutMs, signal) => {
      const result = await patient(next++, { argument }, { timeoutMs, signal });
      if (result.kind === "asks") throw new Error("a function that was not given `ask` asks");
      return result;
    },
    open: (argument, timeoutMs, signal) => {
      const id = next++;
      let isOpen = false;
      return {
        next: (replies) => {
          const content = isOpen ? { turn: { replies } } : { argument, isAsking: true };
          isOpen = true;
          return patient(id, content, { timeoutMs, signal });
        },
        end: () => worker?.postMessage({ id, turn: { isDropped: true } }),
      };
    },
    stop: end,
  };
}

interface Waiting {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}
