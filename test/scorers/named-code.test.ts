import { expect, test } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import { bindOptions } from "../../src/scorers/bind-options.ts";
import { scorers } from "../../src/scorers/registry.ts";

function bound(name: string, options: JsonObject, fields: JsonObject) {
  const scorer = scorers.get(name);
  if (scorer === undefined) throw new Error(`no scorer ${name}`);
  return bindOptions(scorer, options, fields);
}

test("a case cannot name code: neither by a path, nor among the scorers that it brings", () => {
  const code = { module: { path: "/tmp/evil.mjs" } };
  const refused = { ok: false, reason: "the case names code (/tmp/evil.mjs), which a suite alone may" };
  expect(bound("module", { path: "{{ file }}" }, { file: "/tmp/evil.mjs" })).toMatchObject(refused);
  expect(bound("all", { scorers: "{{ checks }}" }, { checks: [code] })).toMatchObject(refused);
  const deep = { checks: [{ any: { scorers: [code] } }] };
  expect(bound("all", { scorers: [{ all: { scorers: "{{ checks }}" } }] }, deep)).toMatchObject(refused);
});

test("what the suite names itself runs, whichever function a case picks and whatever its data look like", () => {
  const own = { module: { path: "./checks.mjs", function: "{{ check }}" } };
  expect(bound("module", own.module, { check: "one" }).ok).toBe(true);
  expect(bound("all", { scorers: [own, "exact"] }, { check: "one", expected: "x" }).ok).toBe(true);
  const checks = [{ contains: { any: "x" } }];
  expect(
    bound("all", { scorers: [own, { all: { scorers: "{{ checks }}" } }] }, { check: "one", checks }).ok,
  ).toBe(true);
  expect(bound("json", { expected: "{{ want }}" }, { want: { module: { path: "/x.mjs" } } }).ok).toBe(true);
});
