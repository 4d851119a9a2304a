/** Globals that are JavaScript's own, or lead nowhere. */
const HARMLESS = [
  ...[
    "Array",
    "ArrayBuffer",
    "BigInt",
    "BigInt64Array",
    "BigUint64Array",
    "Boolean",
    "DataView",
    "Date",
    "Error",
  ],
  ...["AggregateError", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"],
  ...[
    "FinalizationRegistry",
    "Float32Array",
    "Float64Array",
    "Function",
    "Infinity",
    "Int16Array",
    "Int32Array",
  ],
  ...[
    "Int8Array",
    "Iterator",
    "JSON",
    "Map",
    "Math",
    "NaN",
    "Number",
    "Object",
    "Promise",
    "Proxy",
    "RangeError",
  ],
  ...["Reflect", "RegExp", "Set", "String", "Symbol", "Uint16Array", "Uint32Array", "Uint8Array"],
  ...["Uint8ClampedArray", "WeakMap", "WeakRef", "WeakSet", "globalThis", "undefined", "WebAssembly"],
  ...["TextDecoder", "TextEncoder", "crypto", "performance", "isFinite", "isNaN", "parseFloat", "parseInt"],
  ...["decodeURIComponent", "encodeURIComponent"],
];

/** What makes code of WebAssembly: a library that an answer brought along would be loaded by it. */
const COMPILERS = [
  "Module",
  "Instance",
  "compile",
  "instantiate",
  "validate",
  "compileStreaming",
  "instantiateStreaming",
];

/** What of `process` leads to the machine. */
const DOORS = [
  "binding",
  "_linkedBinding",
  "dlopen",
  "kill",
  "_kill",
  "chdir",
  "env",
  "mainModule",
  "getBuiltinModule",
];

/** Takes the host out of this realm for good. Files, network and processes are kept away from outside as well. */
export function closeRealm(): void {
  for (const name of DOORS) Object.defineProperty(process, name, { value: undefined });
  for (const name of COMPILERS) Reflect.deleteProperty(WebAssembly, name);
  for (const name of Reflect.ownKeys(globalThis)) {
    if (typeof name === "string" && HARMLESS.includes(name)) continue;
    Reflect.deleteProperty(globalThis, name);
  }
}
