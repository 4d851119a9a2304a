import fc from "fast-check";
import { expect, test } from "vitest";
import { caseIndex } from "../../src/comparison/case-index.ts";
import { codedColumn, pagedNumbers } from "../../src/comparison/columns.ts";
import { digestColumn, textColumn } from "../../src/comparison/text-column.ts";

/** Texts of every kind: of one byte a character, of two, with lone surrogates, empty, long. */
const texts = fc.array(
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.string({ maxLength: 12 }),
    fc.constantFrom("", "\0", "ÿ", "Ā", "\ud800", "x".repeat(300), "case-1", "case-10"),
  ),
  { maxLength: 60 },
);

test("a column of texts gives every text back as it was, and orders them as < does", () => {
  fc.assert(
    fc.property(texts, (all) => {
      const column = textColumn();
      for (const text of all) column.push(text);
      expect(column.length).toBe(all.length);
      expect(all.map((_, row) => column.at(row))).toEqual(all);
      expect(column.at(all.length)).toBeUndefined();
      for (const [left, one] of all.entries())
        for (const [right, other] of all.entries())
          for (const found of [column.compare(left, right), column.compareText(left, other)])
            expect(Math.sign(found)).toBe(one < other ? -1 : one > other ? 1 : 0);
    }),
  );
});

test("a column of digests gives every digest back, and every other text", () => {
  const column = digestColumn();
  const all = ["00000000000000ff", "ffffffffffffffff", "0123456789abcdef", "h", "0123456789ABCDEF", ""];
  for (const text of all) column.push(text);
  expect(all.map((_, row) => column.at(row))).toEqual(all);
  expect(column.at(all.length)).toBeUndefined();
});

test("a column of codes gives every value back, unknown ones too", () => {
  const column = codedColumn<string | undefined>();
  const values = Array.from({ length: 5000 }, (_, row) => (row % 3 === 0 ? undefined : `v${row % 7}`));
  for (const value of values) column.push(value);
  expect(values.map((_, row) => column.at(row))).toEqual(values);
  expect(column.at(5000)).toBeUndefined();
});

test("numbers stay what they are while their pages fill", () => {
  const column = pagedNumbers((length) => new Uint32Array(length));
  const values = Array.from({ length: 30_000 }, (_, row) => 0xffffffff - row);
  for (const value of values) column.push(value);
  expect(column.length).toBe(30_000);
  expect(values.every((value, row) => column.at(row) === value)).toBe(true);
  expect(column.at(30_000)).toBeUndefined();
});

test("each of 20,000 cases is found by task and id, and no other", () => {
  const cases = { task: codedColumn<string>(), id: textColumn() };
  const index = caseIndex(cases);
  const named = Array.from({ length: 20_000 }, (_, at) => [`t${at % 3}`, `case-${at >> 1}`] as const);
  for (const [task, id] of named) {
    cases.task.push(task);
    cases.id.push(id);
    index.add(task, id);
  }
  expect(named.every(([task, id], at) => index.find(task, id) === at)).toBe(true);
  expect(index.find("t0", "case-20000")).toBeUndefined();
  expect(index.find("t3", "case-1")).toBeUndefined();
});
