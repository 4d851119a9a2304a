import { afterAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import type { SqlTable } from "../../src/domain/sandbox.ts";
import { resultDifference } from "../../src/scorers/result-set.ts";
import { hasOuterOrder } from "../../src/scorers/sql.ts";
import { judge } from "./judge.ts";
import { testPorts } from "./ports.ts";

const ports = testPorts();
afterAll(() => ports.sandbox.close());

const schema = "CREATE TABLE people (name TEXT, age INT, height REAL);";
const rows = {
  people: [
    { name: "Ada", age: 36, height: 1.6 },
    { name: "Bob", age: 50, height: 1.8 },
    { name: "Cleo", age: null, height: 1.7 },
  ],
};
const score = (answer: string, expected: string, options: JsonObject = {}) =>
  judge("sql", { answer, options: { schema, rows, expected, timeout_s: 1, ...options } }, ports);
const ages = "SELECT name, age FROM people WHERE age IS NOT NULL";

describe("sql", () => {
  test("another way to the same rows is right, in any order unless the expected query has one", async () => {
    expect(await score(`${ages} ORDER BY age DESC`, ages)).toMatchObject({ score: 1 });
    expect(await score(`${ages} ORDER BY age DESC`, `${ages} ORDER BY age`)).toMatchObject({
      score: 0,
      reason: String.raw`another result: row 1 "[\"Bob\",50]" found, "[\"Ada\",36]" expected`,
    });
    expect(
      await score(`${ages} ORDER BY age DESC`, `${ages} ORDER BY age`, { order: "never" }),
    ).toMatchObject({
      score: 1,
    });
  });

  test("other rows, other columns and a query that fails are wrong, and the reason says how", async () => {
    expect(await score("SELECT name FROM people", ages)).toMatchObject({
      fault: "wrong",
      reason: "another result: 1 columns, expected 2",
    });
    expect(await score("SELECT name, age FROM people", ages)).toMatchObject({
      reason: "another result: 3 rows, expected 2",
    });
    expect(await score("SELECT nme FROM people", ages)).toMatchObject({
      score: 0,
      reason: 'the query fails: "no such column: nme"',
    });
    expect(await score("There is none.", ages)).toMatchObject({ score: 0, fault: "wrong" });
  });

  test("names of columns count where the suite says so", async () => {
    const renamed = "SELECT name AS person, age FROM people WHERE age > 0";
    expect(await score(renamed, ages)).toMatchObject({ score: 1 });
    expect(await score(renamed, ages, { column_names: true })).toMatchObject({
      score: 0,
      reason: "another result: columns person, age, expected name, age",
    });
  });

  test("the last statement that gives rows is the result", async () => {
    expect(await score(`CREATE TEMP TABLE x AS ${ages}; SELECT * FROM x; -- done`, ages)).toMatchObject({
      score: 1,
    });
  });

  test("statements that change data are judged by what is there afterwards", async () => {
    const inspect = "SELECT * FROM people";
    expect(
      await score(
        "UPDATE people SET age = age + 1 WHERE name = 'Ada'",
        "UPDATE people SET age = 37 WHERE age = 36",
        {
          inspect,
        },
      ),
    ).toMatchObject({ score: 1 });
    expect(await score("DROP TABLE people", "DELETE FROM people WHERE age = 36", { inspect })).toMatchObject({
      score: 0,
      reason: 'the query fails: "no such table: people"',
    });
  });

  test("a schema or an expected query that fails judges nothing", async () => {
    expect(await score(ages, "SELECT nothing FROM people")).toMatchObject({
      kind: "unscored",
      code: "bad-options",
      reason: expect.stringContaining("the expected query fails"),
    });
    expect(await score(ages, ages, { schema: "CREATE TABLE" })).toMatchObject({
      kind: "unscored",
      reason: expect.stringContaining("the database cannot be made"),
    });
  });
});

describe("SQL that attacks", () => {
  const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";

  test.each([
    ["an endless query", `${endless} SELECT count(*) FROM n`, /not finished after 1 s/],
    ["a huge result", `${endless} SELECT printf('%.*c', 1000, 'x') FROM n`, /more than 100000 characters/],
    ["a huge value", "SELECT hex(zeroblob(200000000))", /memory|too big/],
    [
      "a limit that is lifted",
      "PRAGMA hard_heap_limit = 0; SELECT hex(zeroblob(200000000))",
      /memory|too big/,
    ],
    ["a file of the host", "ATTACH '/etc/passwd' AS p; SELECT * FROM p.sqlite_master", /unable to open/],
    ["an extension", "SELECT load_extension('x')", /no such function/],
    ["a file function", "SELECT readfile('/etc/passwd'), writefile('/tmp/x', 'y')", /no such function/],
  ])("%s is contained", async (_, answer, reason) => {
    const found = await score(answer, ages, { memory_mb: 64 });
    expect(found).toMatchObject({ score: 0, fault: "wrong", reason: expect.stringMatching(reason) });
    expect(await score(ages, ages)).toMatchObject({ score: 1 });
  });

  test("what an answer creates, even in a file of the sandbox, is gone for the next one", async () => {
    const keep =
      "ATTACH '/kept.db' AS k; CREATE TABLE k.t (x); INSERT INTO k.t VALUES (1); SELECT x FROM k.t";
    expect(await score(keep, "SELECT 1")).toMatchObject({ score: 1 });
    expect(await score(keep, "SELECT 1")).toMatchObject({ score: 1 });
  });
});

describe("two results", () => {
  const rules = { ordered: false, columnNames: false, tolerance: 1e-9, looseTypes: false };
  const table = (...given: SqlTable["rows"]): SqlTable => ({
    columns: (given[0] ?? []).map((_, index) => `c${index}`),
    rows: given,
  });

  test("noise in a sum does not count, a whole number that is off by one does", () => {
    expect(resultDifference(table([0.1 + 0.2], [2]), table([2], [0.3]), rules)).toBeUndefined();
    expect(resultDifference(table([10_000_000_001]), table([10_000_000_000]), rules)).toBeDefined();
    expect(resultDifference(table([1.0000001]), table([1]), rules)).toBeDefined();
  });

  test("rows whose noise sorts them apart are paired", () => {
    const noise = 1e-12;
    const found = table([1.000005 - noise, "b"], [1.000005 + noise, "a"]);
    const wanted = table([1.000005 + noise, "b"], [1.000005 - noise, "a"]);
    expect(resultDifference(found, wanted, rules)).toBeUndefined();
  });

  test("a row that is there twice is not the same as two rows", () => {
    expect(resultDifference(table([1], [1], [2]), table([1], [2], [2]), rules)).toContain("expected");
  });

  test("a text is no number, a null is no zero, and bytes are bytes", () => {
    expect(resultDifference(table(["1"]), table([1]), rules)).toBeDefined();
    expect(resultDifference(table(["1"]), table([1]), { ...rules, looseTypes: true })).toBeUndefined();
    expect(resultDifference(table([""]), table([0]), { ...rules, looseTypes: true })).toBeDefined();
    expect(resultDifference(table([null]), table([0]), rules)).toBeDefined();
    expect(resultDifference(table([{ blob: "ff" }]), table([{ blob: "ff" }]), rules)).toBeUndefined();
    expect(resultDifference(table([{ blob: "ff" }]), table([{ blob: "fe" }]), rules)).toBeDefined();
  });
});

test.each([
  ["SELECT a FROM t ORDER BY a", true],
  ["select a from t order\n by a limit 3", true],
  ["SELECT a, row_number() OVER (ORDER BY a) FROM t", false],
  ["SELECT * FROM (SELECT a FROM t ORDER BY a LIMIT 3)", false],
  ["SELECT 'order by' FROM t -- order by\n/* order by */", false],
])("%j orders its result: %j", (query, ordered) => {
  expect(hasOuterOrder(query)).toBe(ordered);
});
