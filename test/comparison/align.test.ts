import fc from "fast-check";
import { expect, test } from "vitest";
import { align } from "../../src/comparison/align.ts";
import { type CaseTable, caseTableOf } from "../../src/comparison/case-table.ts";
import { sampleOf } from "./samples.ts";

/** A case of a run: its task, id and content, and which of its two models were asked. */
interface Asked {
  readonly task: string;
  readonly id: string;
  readonly hash: string;
  readonly now: boolean;
  readonly next: boolean;
}

/** In every run, so that no table is without a model. */
const LAST: Asked = { task: "\uffff", id: "z", hash: "h", now: true, next: true };

const cases = fc.uniqueArray(
  fc
    .record({
      task: fc.constantFrom("a", "b", "é"),
      id: fc.constantFrom("", "1", "10", "2", "ÿ", "Ā", "\ud800", "case-1", "case-10"),
      hash: fc.constantFrom("0123456789abcdef", "h"),
      now: fc.boolean(),
      next: fc.boolean(),
    })
    .filter(({ now, next }) => now || next),
  { selector: ({ task, id }) => JSON.stringify([task, id]), maxLength: 25 },
);

function tableOf(asked: readonly Asked[]): CaseTable {
  const all = [...asked, LAST];
  return caseTableOf(
    all.flatMap(({ task, id, hash, ...models }) =>
      (["now", "next"] as const)
        .filter((target) => models[target])
        .map((target) => sampleOf({ task, caseId: id, caseHash: hash, target })),
    ),
  );
}

function sideOf(table: CaseTable, name: string) {
  const samples = table.targets.get(name);
  if (samples === undefined) throw new Error(`no target ${name}`);
  return { name, table, samples, simulated: false };
}

const keyOf = ({ task, id }: Pick<Asked, "task" | "id">) => JSON.stringify([task, id]);

test("two runs are aligned by name and content, whatever the order in which their cases came", () => {
  fc.assert(
    fc.property(cases, cases, (before, after) => {
      const alignment = align(sideOf(tableOf(before), "now"), sideOf(tableOf(after), "next"));
      const others = new Map(after.map((item) => [keyOf(item), item]));
      const own = new Set(before.map(keyOf));
      const changed = before.filter((item) => (others.get(keyOf(item))?.hash ?? item.hash) !== item.hash);
      const union = [...before, ...after.filter((item) => !own.has(keyOf(item)))];
      const expected = union
        .filter((item) => !changed.some((one) => keyOf(one) === keyOf(item)))
        .map((item) => ({
          task: item.task,
          id: item.id,
          now: before.some((one) => one.now && keyOf(one) === keyOf(item)),
          next: others.get(keyOf(item))?.next === true,
        }))
        .filter(({ now, next }) => now || next)
        .sort((left, right) => order(left.task, right.task) || order(left.id, right.id));
      const found = Array.from(alignment.pairs, ({ task, id, baseline, candidate }) => ({
        task,
        id,
        now: baseline.scored === 1,
        next: candidate.scored === 1,
      }));
      expect(found).toEqual([...expected, { task: LAST.task, id: LAST.id, now: true, next: true }]);
      expect(alignment.changed).toEqual(changed.map(({ id }) => id).sort());
      expect(alignment.onlyBaseline).toBe(expected.filter(({ next }) => !next).length);
      expect(alignment.onlyCandidate).toBe(expected.filter(({ now }) => !now).length);
    }),
    { numRuns: 300 },
  );
});

test("two models of one run are aligned on the cases of both", () => {
  fc.assert(
    fc.property(cases, (asked) => {
      const table = tableOf(asked);
      const { pairs, changed, onlyBaseline } = align(sideOf(table, "now"), sideOf(table, "next"));
      expect(pairs.length).toBe(asked.length + 1);
      expect(new Set(Array.from(pairs, keyOf))).toEqual(new Set([...asked.map(keyOf), keyOf(LAST)]));
      expect(changed).toEqual([]);
      expect(onlyBaseline).toBe(asked.filter(({ next }) => !next).length);
      for (const { task, id, baselineIndex, candidateIndex } of pairs)
        expect(table.byName.find(task, id)).toBe(baselineIndex ?? candidateIndex);
      expect(table.byName.find("a", "no such case")).toBeUndefined();
    }),
  );
});

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
