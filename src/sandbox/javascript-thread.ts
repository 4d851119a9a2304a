import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { parentPort } from "node:worker_threads";
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSSyncVariant,
} from "quickjs-emscripten-core";
import type { Trial } from "../domain/sandbox.ts";
import { runJavaScript } from "./javascript-run.ts";
import { loadTransform, needsTransform, type Transform } from "./javascript-source.ts";
import type { TrialEnd, Word } from "./seat.ts";

// A thread that runs one trial at a time, each on an instance of QuickJS of its own.

const VARIANT = "@jitl/quickjs-wasmfile-release-sync";
const PAGES_PER_MB = 16;
/** What QuickJS asks for to begin with. */
const FIRST_PAGES = 256;

const require = createRequire(import.meta.url);
const variant: QuickJSSyncVariant = require(VARIANT).default;
const wasmModule = await WebAssembly.compile(await readFile(require.resolve(`${VARIANT}/wasm`)));
let transform: Promise<Transform> | undefined;

const say = (word: Word<TrialEnd>) => parentPort?.postMessage(word);

async function trialEnd(trial: Trial): Promise<TrialEnd> {
  const isTypescript = trial.language === "typescript";
  const texts = [trial.setup, trial.code, ...trial.tests];
  if (texts.some((text) => needsTransform(text, isTypescript))) transform ??= loadTransform();
  // The memory is bounded here: QuickJS cannot count what it allocates in WebAssembly.
  const maximum = Math.max(FIRST_PAGES, trial.limits.memoryMb * PAGES_PER_MB);
  const wasmMemory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum });
  const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmModule, wasmMemory }));
  const loaded = await transform;
  say({ kind: "started" });
  return runJavaScript({ quickjs, transform: loaded, trial, say });
}

parentPort?.on("message", (trial: Trial) => {
  trialEnd(trial).then(
    (result) => say({ kind: "ended", result }),
    (error: unknown) => say({ kind: "ended", result: { kind: "failed", reason: String(error) } }),
  );
});
