import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { module } from "../../src/backends/module.ts";
import { type ModuleThread, moduleThread } from "../../src/backends/module-thread.ts";
import { systemClock } from "../../src/cli/system-clock.ts";
import type { Backend, Request } from "../../src/domain/ports.ts";
import { aModel } from "../engine/models.ts";

const open: Backend[] = [];
afterEach(async () => {
  for (const backend of open.splice(0)) await backend.close();
});

const { parameters, settings } = aModel("app");
const never = new AbortController().signal;
const request = (question: string): Request => ({
  messages: [{ role: "user", content: question }],
  parameters: { ...parameters, maxTokens: 7 },
  task: "qa",
  case: { id: "c1", fields: { topic: "sums" }, tags: [], cluster: undefined, hash: "0", line: 1 },
  repeat: 2,
});

async function connect(code: string, { name = "app.mjs", timeoutMs = 50_000, options = {} } = {}) {
  const directory = mkdtempSync(join(tmpdir(), "evals-module-"));
  writeFileSync(join(directory, name), code);
  const model = aModel("app", {
    backend: "module",
    options: { path: name, ...options },
    settings: { ...settings, timeoutMs },
  });
  const backend = await module.connect(model, { clock: systemClock, variables: {}, directory, seed: 1 });
  open.push(backend);
  return backend;
}

describe("a function as a target", () => {
  test("is called with messages, parameters, task, case and repeat, and its text is the answer", async () => {
    const backend = await connect("export default async (given) => JSON.stringify(given);");
    expect(await backend.probe(never)).toEqual({ ok: true, notes: [] });
    const outcome = await backend.ask(request("1+1"), never);
    if (outcome.kind !== "answered") throw new Error(outcome.kind);
    expect(JSON.parse(outcome.answer.text)).toEqual({
      messages: [{ role: "user", content: "1+1" }],
      parameters: { maxTokens: 7 },
      task: "qa",
      case: { id: "c1", fields: { topic: "sums" } },
      repeat: 2,
    });
    expect(outcome.answer.timings.latencyMs).toBeGreaterThan(0);
  });

  test("may say its tokens, its tool calls, the model, and how it ended", async () => {
    const backend = await connect(
      `export const app = () => ({ text: "no", outcome: "refused", model: "gpt-4", usage: { inputTokens: 3, outputTokens: 1 },
         toolCalls: [{ name: "find", arguments: { id: 1 } }] });`,
      { options: { function: "app" } },
    );
    expect(await backend.ask(request("?"), never)).toMatchObject({
      kind: "refused",
      answer: {
        text: "no",
        servedModel: "gpt-4",
        usage: { inputTokens: 3, outputTokens: 1 },
        toolCalls: [{ name: "find", arguments: { id: 1 } }],
      },
    });
  });

  test("may be TypeScript, and what it prints goes nowhere near our output", async () => {
    const backend = await connect(
      `interface Given { readonly task: string }
       export default (given: Given): string => { console.log("noise"); return given.task; };`,
      { name: "app.ts" },
    );
    expect(await backend.ask(request("?"), never)).toMatchObject({
      kind: "answered",
      answer: { text: "qa" },
    });
  });

  test("with nothing to say is empty", async () => {
    const backend = await connect('export default () => " ";');
    expect((await backend.ask(request("?"), never)).kind).toBe("empty");
  });
});

describe("a function that fails is missing, never wrong", () => {
  test.each([
    ["throws", 'export default () => { throw new Error("no database"); };', "app.mjs: no database"],
    ["returns a number", "export default () => 4;", "returned neither a text nor"],
    ["misspells a key", 'export default () => ({ text: "x", tokens: 3 });', "returned neither a text nor"],
    ["returns what is not data", "export default () => () => 1;", "its result is not plain data"],
  ])("where it %s", async (_, code, message) => {
    const backend = await connect(code);
    const outcome = await backend.ask(request("?"), never);
    expect(outcome).toMatchObject({ kind: "failed", failure: { code: "module-error", retryable: false } });
    expect(outcome.kind === "failed" && outcome.failure.message).toContain(message);
  });

  test("an answer that comes too late is a timeout", async () => {
    const backend = await connect("export default () => new Promise(() => {});", { timeoutMs: 300 });
    expect(await backend.ask(request("?"), never)).toMatchObject({
      kind: "failed",
      failure: { code: "timeout", retryable: true },
    });
  });

  test("an endless loop is stopped", async () => {
    const backend = await connect("export default () => { while (true); };", { timeoutMs: 300 });
    expect(await backend.ask(request("?"), never)).toMatchObject({ failure: { code: "timeout" } });
  });

  test("a process.exit in it ends the call, not the run", async () => {
    const backend = await connect("export default () => process.exit(3);");
    expect(await backend.ask(request("?"), never)).toMatchObject({ failure: { code: "connection-lost" } });
  });

  test("the caller's signal stops a call", async () => {
    const backend = await connect("export default () => new Promise(() => setInterval(() => {}, 1000));");
    expect(await backend.ask(request("?"), AbortSignal.timeout(50))).toEqual({
      kind: "skipped",
      reason: "interrupted",
    });
  });
});

describe("the thread that it runs in", () => {
  const PATIENT_MS = 50_000;
  async function thread<T>(code: string, use: (thread: ModuleThread) => Promise<T>): Promise<T> {
    const file = join(mkdtempSync(join(tmpdir(), "evals-thread-")), "app.mjs");
    writeFileSync(file, code);
    const started = moduleThread(file, "default", systemClock);
    try {
      return await use(started);
    } finally {
      await started.stop();
    }
  }

  test("goes on with its other calls when one is given up", async () => {
    const code = `const waiting = [];
      export default (what) => {
        if (what === "hang") return new Promise(() => {});
        if (what === "wait") return new Promise((done) => waiting.push(done));
        for (const done of waiting) done("waited");
        return "went";
      };`;
    await thread(code, async ({ check, call }) => {
      expect(await check()).toBeUndefined();
      const slow = call("wait", PATIENT_MS, never);
      expect(await call("hang", 100, never)).toEqual({ kind: "timeout" });
      expect(await call("go", PATIENT_MS, never)).toEqual({ kind: "returned", value: "went" });
      expect(await slow).toEqual({ kind: "returned", value: "waited" });
    });
  });

  test("is stopped in an endless loop, and begins anew with the next call", async () => {
    const code = `export default async ({ hang, ask }) => {
        if (hang) for (;;);
        return await ask({ step: "1" });
      };`;
    await thread(code, async ({ open }) => {
      expect(await open({ hang: true }, 100, never).next([])).toEqual({ kind: "timeout" });
      const next = open({ hang: false }, PATIENT_MS, never);
      expect(await next.next([])).toEqual({ kind: "asks", questions: [{ step: "1" }] });
      expect(await next.next(["fine"])).toEqual({ kind: "returned", value: "fine" });
    });
  });
});

describe("before the first case", () => {
  test("a file that is not there is told", async () => {
    await expect(connect("", { options: { path: "other.mjs" } })).rejects.toMatchObject({
      code: "E2013",
      message: "There is no module other.mjs.",
    });
  });

  test.each([
    ["does not parse", "export default (", "app.mjs: "],
    ["exports something else", "export const other = 1;", 'it exports no function named "default"'],
  ])("a module that %s is told", async (_, code, message) => {
    const probe = await (await connect(code)).probe(never);
    expect(probe).toMatchObject({ ok: false, failure: { code: "module-error" } });
    expect(!probe.ok && probe.failure.message).toContain(message);
  });
});
