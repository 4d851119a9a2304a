import { afterAll, describe, expect, test } from "vitest";
import type { Trial } from "../../src/domain/sandbox.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { failuresOf, runTrial } from "./run-trial.ts";

const sandbox = createSandbox(1);
afterAll(() => sandbox.close());

const run = async (code: string, tests: readonly string[], more: Partial<Trial> = {}) =>
  failuresOf(await runTrial(sandbox, { code, tests, ...more }));
const add = "function add(a, b) { return a + b; }";

describe("JavaScript", () => {
  test("code that passes its tests passes, and a failing test says what it found", async () => {
    expect(await run(add, ["assert.equal(add(1, 2), 3)", "assert.equal(add(1, 2), 4)"])).toEqual([
      null,
      "expected 4, found 3",
    ]);
  });

  test("tests that name themselves are counted one by one, those that wait for a promise too", async () => {
    const result = await runTrial(sandbox, {
      code: "const later = async (x) => { await new Promise((go) => setTimeout(go, 60_000)); return x; };",
      tests: [
        `test("at once", () => assert(true));
         test("later", async () => assert.equal(await later(2), 2));
         it("rejects", () => assert.rejects(later().then(() => { throw new TypeError("no"); }), TypeError));
         test("wrong", async () => assert.deepEqual(await later([1]), [2]));`,
      ],
    });
    expect(result).toEqual({
      kind: "tested",
      tests: [
        { name: "at once", failure: undefined },
        { name: "later", failure: undefined },
        { name: "rejects", failure: undefined },
        { name: "wrong", failure: "expected [2], found [1]" },
      ],
    });
  });

  test("values are equal as they are in Node's strict assertions", async () => {
    const equal = [
      "[1, { a: new Map([['k', new Set([1])]]) }], [1, { a: new Map([['k', new Set([1])]]) }]",
      "new Date(5), new Date(5)",
      "NaN, NaN",
      "/a/g, /a/g",
      "10n, 10n",
      "new Set([{ a: 1 }]), new Set([{ a: 1 }])",
    ];
    const different = [
      "[1], { 0: 1 }",
      "0, -0",
      "1, '1'",
      "{ a: undefined }, {}",
      "new Date(5), new Date(6)",
      "new Map([[1, 2]]), new Map([[1, 3]])",
      "new (class A {})(), {}",
      "[1, 2, 3], [1, 2]",
      "/a/g, /a/i",
    ];
    expect(
      await run(
        add,
        equal.map((pair) => `assert.deepEqual(${pair})`),
      ),
    ).toEqual(equal.map(() => null));
    expect(
      await run(
        add,
        different.map((pair) => `assert.notDeepEqual(${pair})`),
      ),
    ).toEqual(different.map(() => null));
  });

  test("modules, CommonJS and TypeScript are read, and the entry point is found in each", async () => {
    const tests = ["assert.equal(candidate(20), 21)", "assert.equal(next(1), 2)"];
    const codes: readonly (readonly [string, Trial["language"]])[] = [
      ["export function next(x) { return x + 1; }", "javascript"],
      ["export default function (x) { return x + 1; }", "javascript"],
      ["const next = (x) => x + 1;\nmodule.exports = { next };", "javascript"],
      ["module.exports = (x) => x + 1;", "javascript"],
      [
        "enum By { One = 1 }\nexport const next = <T extends number>(x: T): number => x + By.One;",
        "typescript",
      ],
    ];
    for (const [code, language] of codes) {
      expect(await run(code, tests, { language, entryPoint: "next" }), code).toEqual([null, null]);
    }
  });

  test("code that does not load is broken; tests that do not parse, or are none, judge nothing", async () => {
    expect(await run("const x = ;", ["assert(1)"])).toMatch(/^broken: SyntaxError/);
    expect(await run("const x: = 1", ["assert(1)"], { language: "typescript" })).toMatch(
      /^broken: SyntaxError: .*line 1/,
    );
    expect(await run("throw new Error('at once')", ["assert(1)"])).toBe("broken: Error: at once");
    expect(await run(add, ["assert(1)"], { entryPoint: "sub" })).toBe("broken: it does not define sub");
    expect(await run(add, ["assert("])).toMatch(/^no-tests: SyntaxError/);
    expect(await run(add, [])).toBe("no-tests: there is no test");
  });

  test("what ran before an endless loop keeps its result", async () => {
    const tests = ["assert(1)", "for (;;) {}", "assert(1)"];
    const limits = { timeoutMs: 300, memoryMb: 64, outputCharacters: 100 };
    expect(await run(add, tests, { limits })).toEqual([
      null,
      "not finished after 0.3 s",
      "not finished after 0.3 s",
    ]);
  });
});

describe("JavaScript that attacks", () => {
  /** Enough for what ends by itself, however busy the machine is. */
  const attack = (code: string, tests: readonly string[] = ["assert(true)"], timeoutMs = 15_000) =>
    run(code, tests, { limits: { timeoutMs, memoryMb: 64, outputCharacters: 10_000 } });

  test.each([
    ["an endless loop", "for (;;) {}", /not finished after 0.5 s/],
    ["a loop that catches everything", "for (;;) { try { for (;;) {} } catch {} }", /not finished/],
    ["a loop inside of a built-in, which looks at no clock", "Array(2 ** 32 - 1).join('x')", /not finished/],
    [
      "a regular expression that backtracks without end",
      "/(a+)+$/.test('a'.repeat(40) + 'b')",
      /not finished/,
    ],
    ["promises without end", "(async () => { for (;;) await null; })()", /not finished/],
    ["allocation", "const a = []; for (;;) a.push(new Array(1000).fill(1));", /out of memory/],
    ["one huge allocation", "new ArrayBuffer(2 ** 30)", /out of memory/],
    ["huge output", "for (;;) console.log('x'.repeat(1000))", /printed more than 10000 characters/],
    ["endless recursion", "(function f() { return f() + 1; })()", /stack overflow/],
    ["a proxy that asks itself", "new Proxy({}, { get: (t, k, r) => r[k] }).x", /overflow|not finished/],
    [
      "a deep value",
      "let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; JSON.stringify(o)",
      /overflow|not finished/,
    ],
    ["a fork", "require('child_process').fork('x')", /sandbox has no modules/],
    ["the process", "process.exit(0)", /'process' is not defined/],
    ["the file system", "require('node:fs').readFileSync('/etc/passwd')", /sandbox has no modules/],
    ["a file by import", "export * from 'node:fs'", /sandbox has no modules/],
    ["the network", "fetch('http://127.0.0.1')", /'fetch' is not defined/],
    ["a worker", "new Worker('x')", /'Worker' is not defined/],
    ["QuickJS's own modules", "std.loadFile('/etc/passwd')", /'std' is not defined/],
  ])("%s is contained", async (_, code, reason) => {
    const timeoutMs = reason.source.includes("not finished") ? 500 : undefined;
    expect(String(await attack(code, undefined, timeoutMs))).toMatch(reason);
    expect(await attack(add, ["assert.equal(add(1, 1), 2)"])).toEqual([null]);
  });

  test("constructors of what the host hands in reach no host", async () => {
    const reach = (from: string) =>
      `${from}.constructor.constructor("return typeof process + typeof require('assert')")()`;
    for (const from of ["console.log", "require", "setTimeout", "module", "globalThis", "(() => {})"]) {
      expect(
        await attack(`const found = ${reach(from)};`, ["assert.equal(found, 'undefinedfunction')"]),
      ).toEqual([null]);
    }
    expect(
      await attack("const f = () => 1", [`assert.equal(${reach("assert")}, 'undefinedfunction')`]),
    ).toEqual([null]);
  });

  test("a dynamic import finds nothing", async () => {
    expect(String(await attack("const got = () => import('node:fs')", ["await got()"]))).toMatch(/fs/);
  });

  test("built-ins that were rewritten do not make a wrong answer right", async () => {
    const rewritten = `Object.is = Array.isArray = () => true; JSON.stringify = () => ""; Reflect.ownKeys = () => [];
      Object.getOwnPropertyDescriptor = Reflect.getPrototypeOf = () => undefined; Reflect.apply = () => true;
      WeakMap.prototype.get = () => 1; Error.prepareStackTrace = () => { throw 1; };
      globalThis.assert = globalThis.test = () => {}; globalThis.Error = class {};
      Promise.prototype.then = function () { return this; };
      const answer = () => [1, 2];`;
    const tests = [
      "assert.deepEqual(answer(), [1, 3])",
      "assert.equal(answer().length, 3)",
      "test('named', async () => assert(await false))",
    ];
    const found = await attack(rewritten, tests);
    expect(found).toHaveLength(3);
    expect(found).not.toContain(null);
  });

  test("the assertions that the code can get at cannot be changed, and a proxy learns nothing", async () => {
    const code = `const assert = require("assert");
      try { assert.equal = () => {}; assert.ok = () => {}; Object.assign(assert, { deepEqual() {} }); } catch {}
      const seen = [];
      const answer = () => new Proxy({}, { getOwnPropertyDescriptor(t, key) { seen.push(key); } });`;
    const tests = [
      "assert.equal(1, 2)",
      "assert.deepEqual(answer(), { secret: 1 })",
      "assert.deepEqual(seen, [])",
    ];
    const found = await attack(code, tests);
    expect(found).toEqual(["expected 2, found 1", expect.any(String), null]);
  });

  test("one answer leaves nothing behind for the next", async () => {
    await attack("globalThis.left = 1; Array.prototype.map = () => 'broken';");
    expect(
      await attack("const seen = typeof left", [
        "assert.deepEqual([seen, ...[1].map((x) => x)], ['undefined', 1])",
      ]),
    ).toEqual([null]);
  });

  test("an error that cannot be shown is shown as such", async () => {
    expect(await attack("throw { toString() { throw 1; } }")).toMatch(/^broken: it threw/);
    expect(
      await attack("throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 1; } })"),
    ).toMatch(/^broken: it threw something that cannot be shown/);
  });
});
