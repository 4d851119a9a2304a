import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { readCases, readIds } from "../../src/dataset/read-cases.ts";

const folder = mkdtempSync(join(tmpdir(), "evals-ids-"));
afterAll(() => rmSync(folder, { recursive: true }));
const spec = { path: "cases.jsonl", file: join(folder, "cases.jsonl"), cluster: undefined };

async function collected<T>(items: AsyncIterable<Iterable<T>>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const several of items) list.push(...several);
  return list;
}

/** Lines as several writers write them: spaces, keys in any order, escapes, ids that are numbers, no id, blank lines. */
const id = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.string({ unit: fc.constantFrom("a", '"', "\\", "é", "日", "\n", ":", " ") }),
  fc.integer(),
);
const record = fc.oneof(
  id.map((value) => ({ id: value, q: "1" })),
  id.map((value) => ({ q: { id: "inner" }, id: value })),
  fc.constant({ q: '"id":"no"' }),
);
const written = fc
  .tuple(record, fc.constantFrom("plain", "spaced", "escaped", "blank"))
  .map(([value, how]) => {
    if (how === "blank") return " \t";
    const text = JSON.stringify(value);
    if (how === "spaced") return text.replace(/^\{"id":/, '  { "id" : ').replace(/^ {2}/, "");
    return how === "escaped"
      ? text.replace(/[a-z]/, (unit) => `\\u00${unit.charCodeAt(0).toString(16)}`)
      : text;
  });

test("ids and wanted cases are those of the whole file, whatever its lines look like", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(written, { maxLength: 30 }),
      fc.constantFrom("\n", "\r\n"),
      fc.boolean(),
      async (lines, newline, isMarked) => {
        writeFileSync(spec.file, `${isMarked ? "\ufeff" : ""}${lines.join(newline)}`);
        const all = await collected(readCases(spec));
        expect((await collected(readIds(spec))).flat()).toEqual(all.map((item) => item.id));
        const isWanted = (name: string) => name.length % 2 === 0;
        expect(await collected(readCases(spec, isWanted))).toEqual(all.filter((item) => isWanted(item.id)));
      },
    ),
    { numRuns: 300 },
  );
});

test("a line longer than a chunk, and one that ends with it, are read like any other", async () => {
  const long = JSON.stringify({ id: "long", q: "x".repeat(200_000) });
  const fitting = JSON.stringify({ id: "b", q: "y".repeat(65_536 - 18) });
  writeFileSync(spec.file, `${fitting}\n${long}\n{"id":"c"}`);
  expect(Buffer.byteLength(`${fitting}\n`)).toBe(65_536);
  expect((await collected(readIds(spec))).flat()).toEqual(["b", "long", "c"]);
  const cases = await collected(readCases(spec, (name) => name !== "b"));
  expect(cases.map(({ id: name, line }) => [name, line])).toEqual([
    ["long", 2],
    ["c", 3],
  ]);
});

test("a line that is no record any more is no case of another name", async () => {
  writeFileSync(spec.file, '{"id":"a"}\n{"id":"b\n');
  await expect(collected(readIds(spec))).rejects.toThrow("changed while it was read");
});
