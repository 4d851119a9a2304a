import type { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from "quickjs-emscripten-core";
import type { Trial } from "../domain/sandbox.ts";
import { GUEST } from "./javascript-guest.ts";
import { needsTransform, type Script, type Transform } from "./javascript-source.ts";
import { type Say, type TrialEnd, testName, timeText } from "./seat.ts";

/** What one trial runs on: an instance of QuickJS of its own, which is thrown away afterwards. */
export interface JavaScriptRun {
  readonly quickjs: QuickJSWASMModule;
  readonly transform: Transform | undefined;
  readonly trial: Trial;
  readonly say: Say<TrialEnd>;
}

/** Bytes of guest stack, below what the thread's own stack and that of the WebAssembly program hold. */
const STACK_BYTES = 256_000;
const JOBS_AT_ONCE = 1000;

/** What a piece of guest code came to. */
type Did =
  | { readonly ok: true; readonly value: QuickJSHandle }
  | { readonly ok: false; readonly reason: string };

/** Loads the code, then runs its tests one by one. */
export function runJavaScript({ quickjs, transform, trial, say }: JavaScriptRun): TrialEnd {
  const guest = openGuest(quickjs, trial);
  const isTypescript = trial.language === "typescript";
  const script = (text: string): Script =>
    transform !== undefined && needsTransform(text, isTypescript)
      ? transform(text, isTypescript)
      : { ok: true, text };
  for (const text of [trial.setup, trial.code]) {
    const parsed = script(text);
    const loaded = parsed.ok ? guest.settle(guest.evaluate(parsed.text)) : parsed;
    if (!loaded.ok) return { kind: "broken", reason: loaded.reason };
  }
  const adopted = guest.adopt(trial.entryPoint);
  if (!adopted.ok) return { kind: "broken", reason: adopted.reason };
  const bodies: QuickJSHandle[] = [];
  for (const text of trial.tests) {
    // A function of the host's making: what the code left in the global scope cannot stand in for `test` or `assert`.
    // The inner block lets the tests declare an `assert` of their own.
    const parsed = script(`(async function (test, it, assert, require, console, candidate) {{\n${text}\n}})`);
    const compiled = parsed.ok ? guest.evaluate(parsed.text) : parsed;
    if (!compiled.ok) return { kind: "no-tests", reason: compiled.reason };
    bodies.push(compiled.value);
  }
  runTests({ guest, bodies, say, names: trial.tests.map(testName), candidate: adopted.value });
  return { kind: "tested" };
}

interface Testing {
  readonly guest: Guest;
  readonly bodies: readonly QuickJSHandle[];
  readonly names: readonly string[];
  readonly candidate: QuickJSHandle;
  readonly say: Say<TrialEnd>;
}

function runTests({ guest, bodies, names, candidate, say }: Testing): void {
  let planned = names.length;
  say({ kind: "planned", tests: names });
  const judge = (test: number, did: Did) =>
    say({ kind: "judged", test, failure: did.ok ? null : did.reason });
  bodies.forEach((body, index) => {
    const named: { readonly name: string; readonly run: QuickJSHandle }[] = [];
    const register = guest.registrar((name, run) => named.push({ name, run }));
    const did = guest.settle(guest.call(body, [register, register, ...guest.testScope, candidate]));
    if (named.length === 0 || !did.ok) judge(index, did);
    else say({ kind: "withdrawn", test: index });
    say({ kind: "planned", tests: named.map(({ name }) => name) });
    const first = planned;
    planned += named.length;
    named.forEach(({ run }, at) => {
      judge(first + at, guest.settle(guest.call(run, [])));
    });
  });
}

interface Guest {
  readonly testScope: readonly QuickJSHandle[];
  evaluate(text: string): Did;
  call(run: QuickJSHandle, given: readonly QuickJSHandle[]): Did;
  /** Runs what is left to do until a promise is settled; other values are as they are. */
  settle(did: Did): Did;
  /** Makes what the code exports global, and finds the entry point. */
  adopt(entryPoint: string | undefined): Did;
  registrar(add: (name: string, run: QuickJSHandle) => void): QuickJSHandle;
}

function openGuest(quickjs: QuickJSWASMModule, { limits }: Trial): Guest {
  const runtime = quickjs.newRuntime();
  runtime.setMaxStackSize(STACK_BYTES);
  const context = runtime.newContext();
  const deadline = performance.now() + limits.timeoutMs;
  let printed = 0;
  const stopReason = () => {
    if (printed > limits.outputCharacters)
      return `it printed more than ${limits.outputCharacters} characters`;
    return performance.now() > deadline ? timeText(limits.timeoutMs) : undefined;
  };
  runtime.setInterruptHandler(() => stopReason() !== undefined);
  const print = context.newFunction("print", (line) => {
    printed += context.getString(line).length + 1;
  });
  const made = context.unwrapResult(context.evalCode(GUEST, "sandbox.js"));
  const kit = context.unwrapResult(context.callFunction(made, context.undefined, print));
  const member = (name: string) => context.getProp(kit, name);
  const [describe, tick, adopt] = [member("describe"), member("tick"), member("adopt")];
  const reasonOf = (error: QuickJSHandle) => stopReason() ?? describeError(context, describe, error);
  const guarded = (work: () => ReturnType<QuickJSContext["evalCode"]> | undefined): Did => {
    const stopped = stopReason();
    if (stopped !== undefined) return { ok: false, reason: stopped };
    try {
      const result = work();
      if (result?.error !== undefined) return { ok: false, reason: reasonOf(result.error) };
      return { ok: true, value: result?.value ?? context.undefined };
    } catch (error) {
      return { ok: false, reason: stopReason() ?? `the interpreter gave up: ${String(error)}` };
    }
  };
  const call: Guest["call"] = (run, given) =>
    guarded(() => context.callFunction(run, context.undefined, ...given));
  const runJobs = (): Did => {
    let done = 0;
    const did = guarded(() => {
      const result = runtime.executePendingJobs(JOBS_AT_ONCE);
      if (result.error === undefined) done = result.value;
      return result.error === undefined ? undefined : result;
    });
    if (!did.ok || done > 0) return did;
    const ticked = call(tick, []);
    return ticked.ok && context.dump(ticked.value) !== true ? { ok: false, reason: NEVER } : ticked;
  };
  return {
    testScope: [member("assert"), member("require"), member("console")],
    evaluate: (text) => guarded(() => context.evalCode(text, "answer.js")),
    call,
    settle(did) {
      if (!did.ok) return did;
      for (;;) {
        const state = context.getPromiseState(did.value);
        if (state.type === "fulfilled") return { ok: true, value: state.value };
        if (state.type === "rejected") return { ok: false, reason: reasonOf(state.error) };
        const worked = runJobs();
        if (!worked.ok) return worked;
      }
    },
    adopt(entryPoint) {
      const name = entryPoint === undefined ? context.undefined : context.newString(entryPoint);
      const adopted = call(adopt, [name]);
      if (!adopted.ok || entryPoint === undefined) return adopted;
      const found = guarded(() =>
        context.evalCode(`typeof ${entryPoint} === "undefined" ? undefined : ${entryPoint}`),
      );
      return found.ok && context.typeof(found.value) === "undefined"
        ? { ok: false, reason: `it does not define ${entryPoint}` }
        : found;
    },
    registrar: (add) =>
      context.newFunction("test", (name, run) => {
        add(context.getString(name), run.dup());
      }),
  };
}

const NEVER = "it waits for a promise that nothing settles";

function describeError(context: QuickJSContext, describe: QuickJSHandle, error: QuickJSHandle): string {
  try {
    const told = context.callFunction(describe, context.undefined, error);
    return told.error === undefined
      ? context.getString(told.value)
      : "it threw something that cannot be shown";
  } catch {
    return "it threw something that cannot be shown";
  }
}
