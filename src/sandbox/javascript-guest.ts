/**
 * What tests are given inside of QuickJS. It runs before the code that is judged and keeps the built-ins as they are
 * then: code that rewrites `Array.prototype`, `Object.is` or `JSON` does not change what `assert` finds. Only own
 * properties of the value that is judged are listed, so that a proxy learns nothing of what is expected.
 */
export const GUEST = `(function (print) {
  "use strict";
  const { apply, ownKeys, getPrototypeOf, getOwnPropertyDescriptor } = Reflect;
  const { freeze, defineProperty } = Object;
  const is = Object.is;
  const isArray = Array.isArray;
  const text = String;
  const stringify = JSON.stringify;
  const NativeError = Error, NativePromise = Promise, NativeRegExp = RegExp, NativeWeakMap = WeakMap;
  const bind = (method) => (self, ...given) => apply(method, self, given);
  const slice = bind(String.prototype.slice);
  const join = bind(Array.prototype.join);
  const tagOf = bind(Object.prototype.toString);
  const test = bind(RegExp.prototype.test);
  const time = bind(Date.prototype.getTime);
  const has = bind(Map.prototype.has), get = bind(Map.prototype.get), size = getOwnPropertyDescriptor(Map.prototype, "size").get;
  const setHas = bind(Set.prototype.has), setSize = getOwnPropertyDescriptor(Set.prototype, "size").get;
  const mapEach = bind(Map.prototype.forEach), setEach = bind(Set.prototype.forEach);
  const weakGet = bind(WeakMap.prototype.get), weakSet = bind(WeakMap.prototype.set);

  class AssertionError extends NativeError {}

  function show(value) {
    let shown;
    try {
      if (typeof value === "string") shown = stringify(value);
      else if (typeof value === "bigint") shown = text(value) + "n";
      else if (typeof value !== "object" || value === null) shown = is(value, -0) ? "-0" : text(value);
      else shown = value instanceof NativeError ? value.name + ": " + value.message : stringify(value) || tagOf(value);
    } catch {
      shown = "a value that cannot be shown";
    }
    return slice(typeof shown === "string" ? shown : "a value that cannot be shown", 0, 200);
  }

  function kindOf(value) {
    const kind = typeof value;
    return kind === "object" ? (value === null ? "null" : "object") : kind;
  }

  const mapSize = (value) => { try { return apply(size, value, []); } catch { return -1; } };
  const sizeOfSet = (value) => { try { return apply(setSize, value, []); } catch { return -1; } };
  const timeOf = (value) => { try { return time(value); } catch { return undefined; } };

  function sameEntries(a, b, seen) {
    if (mapSize(a) !== mapSize(b) || sizeOfSet(a) !== sizeOfSet(b)) return false;
    let same = true;
    if (mapSize(a) >= 0) mapEach(a, (value, key) => { same = same && has(b, key) && equal(value, get(b, key), seen); });
    if (sizeOfSet(a) >= 0) {
      setEach(a, (value) => {
        if (!same || setHas(b, value)) return;
        let found = false;
        setEach(b, (other) => { found = found || equal(value, other, seen); });
        same = found;
      });
    }
    return same;
  }

  function equal(a, b, seen) {
    if (is(a, b)) return true;
    if (kindOf(a) !== "object" || kindOf(b) !== "object") return false;
    if (getPrototypeOf(a) !== getPrototypeOf(b) || isArray(a) !== isArray(b)) return false;
    if (weakGet(seen, a) === b) return true;
    weakSet(seen, a, b);
    if (!is(timeOf(a), timeOf(b)) || !sameEntries(a, b, seen)) return false;
    if (a instanceof NativeRegExp && text(a) !== text(b)) return false;
    if (a instanceof NativeError && (a.message !== b.message || a.name !== b.name)) return false;
    const keys = ownKeys(a), others = ownKeys(b);
    let at = 0;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      const mine = getOwnPropertyDescriptor(a, key), theirs = getOwnPropertyDescriptor(b, key);
      if (theirs === undefined) return false;
      if (a instanceof NativeError && key === "stack") { at++; continue; }
      if (!mine || mine.enumerable !== theirs.enumerable) return false;
      if (!equal(a[key], b[key], seen)) return false;
      at++;
    }
    return at === others.length;
  }
  const deepEqual = (a, b) => equal(a, b, new NativeWeakMap());

  function fail(found, message) {
    throw new AssertionError(message === undefined ? found : (message instanceof NativeError ? message.message : text(message)) + ": " + found);
  }
  function hit(error, wanted) {
    if (wanted === undefined || typeof wanted === "string") return true;
    if (wanted instanceof NativeRegExp) return test(wanted, text(error));
    if (typeof wanted === "function") return wanted.prototype !== undefined && error instanceof wanted ? true : wanted.prototype instanceof NativeError || wanted === NativeError ? false : wanted(error) === true;
    const keys = ownKeys(wanted);
    for (let i = 0; i < keys.length; i++) if (!deepEqual(error[keys[i]], wanted[keys[i]])) return false;
    return true;
  }

  const assert = (value, message) => { if (!value) fail("expected a true value, found " + show(value), message); };
  const same = (a, b, m) => { if (!is(a, b)) fail("expected " + show(b) + ", found " + show(a), m); };
  const other = (a, b, m) => { if (is(a, b)) fail("expected anything but " + show(b), m); };
  const deep = (a, b, m) => { if (!deepEqual(a, b)) fail("expected " + show(b) + ", found " + show(a), m); };
  const notDeep = (a, b, m) => { if (deepEqual(a, b)) fail("expected anything but " + show(b), m); };
  const own = {
    ok: assert,
    equal: same, strictEqual: same, notEqual: other, notStrictEqual: other,
    deepEqual: deep, deepStrictEqual: deep, notDeepEqual: notDeep, notDeepStrictEqual: notDeep,
    closeTo: (a, b, tolerance, m) => { if (!(a - b <= tolerance && b - a <= tolerance)) fail("expected " + show(b) + " within " + show(tolerance) + ", found " + show(a), m); },
    match: (value, pattern, m) => { if (!test(pattern, value)) fail("expected a text that fits " + text(pattern) + ", found " + show(value), m); },
    fail: (m) => fail("assert.fail", m),
    throws(run, wanted, m) {
      let error;
      try { run(); } catch (thrown) { error = { thrown }; }
      if (error === undefined) fail("expected a throw, found none", typeof wanted === "string" ? wanted : m);
      if (!hit(error.thrown, wanted)) fail("expected another throw, found " + show(error.thrown), m);
    },
    doesNotThrow: (run) => void run(),
    async rejects(given, wanted, m) {
      let error;
      try { await (typeof given === "function" ? given() : given); } catch (thrown) { error = { thrown }; }
      if (error === undefined) fail("expected a rejection, found none", typeof wanted === "string" ? wanted : m);
      if (!hit(error.thrown, wanted)) fail("expected another rejection, found " + show(error.thrown), m);
    },
  };
  for (const key of ownKeys(own)) assert[key] = own[key];
  assert.strict = assert;
  for (const key of ownKeys(own)) freeze(own[key]);

  const log = (...values) => {
    let line = "";
    for (let i = 0; i < values.length; i++) line += (i > 0 ? " " : "") + (typeof values[i] === "string" ? values[i] : show(values[i]));
    print(line);
  };
  const methods = { log, info: log, warn: log, error: log, debug: log, table: log };
  const timers = [];
  let clock = 0, count = 0;
  const globals = {
    console: { ...methods, assert: (value, ...rest) => { if (!value) log("Assertion failed", ...rest); } },
    setTimeout: (run, delay, ...given) => {
      timers[timers.length] = { run, given, id: ++count, at: clock + (delay > 0 ? +delay : 0) };
      return count;
    },
    clearTimeout: (id) => { for (let i = 0; i < timers.length; i++) if (timers[i].id === id) timers[i].run = undefined; },
    require: (name) => {
      if (name === "assert" || name === "node:assert" || name === "assert/strict" || name === "node:assert/strict") return assert;
      throw new NativeError("Cannot find module '" + text(name) + "': the sandbox has no modules");
    },
    module: { exports: {} },
  };
  for (const key of ownKeys(globals)) defineProperty(globalThis, key, { value: globals[key], writable: true, configurable: true });
  globalThis.exports = globals.module.exports;

  return {
    assert,
    console: { ...methods, assert },
    require: globals.require,
    describe: (error) => {
      try {
        if (error instanceof AssertionError) return slice(error.message, 0, 500);
        return error instanceof NativeError ? slice(text(error.name) + ": " + text(error.message), 0, 500) : "it threw " + show(error);
      } catch {
        return "it threw something that cannot be shown";
      }
    },
    // Time is virtual: the earliest timer runs at once when nothing else is left to do.
    tick: () => {
      let first;
      for (let i = 0; i < timers.length; i++) {
        const timer = timers[i];
        if (timer.run !== undefined && (first === undefined || timer.at < first.at)) first = timer;
      }
      if (first === undefined) return false;
      const run = first.run;
      first.run = undefined;
      clock = first.at;
      apply(run, undefined, first.given);
      return true;
    },
    adopt: (entry) => {
      const define = (key, value) => { if (!(key in globalThis)) globalThis[key] = value; };
      const exports = globalThis.module === undefined ? undefined : globalThis.module.exports;
      if ((typeof exports !== "object" || exports === null) && typeof exports !== "function") return;
      const keys = ownKeys(exports);
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i];
        if (typeof key === "string" && key !== "default" && key !== "__esModule") define(key, exports[key]);
      }
      if (entry === undefined) return;
      if (typeof exports === "function") define(entry, exports);
      if (typeof exports.default === "function") define(entry, exports.default);
    },
  };
})`;
