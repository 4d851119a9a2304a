import { expect, test } from "vitest";
import type { Case } from "../../src/domain/dataset.ts";
import type { Task } from "../../src/domain/suite.ts";
import { type AskedUnit, askOrder } from "../../src/engine/ask-order.ts";
import type { PlannedTask } from "../../src/engine/plan.ts";
import { unitKey } from "../../src/statistics/random-order.ts";

const place = { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 };

function task(
  name: string,
  ids: readonly string[],
  clusterOf: (at: number) => string | undefined,
): PlannedTask {
  const cases = ids.map((id, at): Case => {
    return { id, fields: { id }, tags: [], cluster: clusterOf(at), hash: id, line: at + 1 };
  });
  const own: Task = {
    name,
    dataset: { path: "d.jsonl", file: "/d.jsonl", cluster: undefined },
    prompt: [],
    scorers: [],
    reads: [],
    slices: [],
    place,
  };
  return {
    task: own,
    dataset: { cases: cases.length, hash: "", fields: [] },
    matching: cases.length,
    planned: cases.length,
    cases: async function* () {
      yield cases;
    },
  };
}

const ids = Array.from({ length: 300 }, (_, at) => `c${at}`);
const alone = () => undefined;

async function orderOf(input: Partial<Parameters<typeof askOrder>[0]> & { tasks: readonly PlannedTask[] }) {
  const units: AskedUnit[] = [];
  for await (const unit of askOrder({ seed: 3, first: new Set(), ...input })) units.push(unit);
  return units;
}

const named = (units: readonly AskedUnit[]) =>
  units.flatMap(({ cases }) => cases.map(({ task: { name }, case: { id } }) => `${name}/${id}`));

test("every case comes once, the tasks mixed, in an order that is not the file's", async () => {
  const order = named(await orderOf({ tasks: [task("a", ids, alone), task("b", ids, alone)] }));
  expect(new Set(order).size).toBe(600);
  expect(order.toSorted()).toEqual([...ids.map((id) => `a/${id}`), ...ids.map((id) => `b/${id}`)].toSorted());
  const early = order.slice(0, 100);
  expect(early.filter((name) => name.startsWith("a/")).length).toBeGreaterThan(30);
  expect(early.filter((name) => name.startsWith("b/")).length).toBeGreaterThan(30);
  const fromFirstHalf = early.filter((name) => Number(name.slice(3)) < 150).length;
  expect(fromFirstHalf).toBeGreaterThan(30);
  expect(fromFirstHalf).toBeLessThan(70);
});

test("the same seed gives the same order whatever the order of the file, another seed another", async () => {
  const order = named(await orderOf({ tasks: [task("a", ids, alone)] }));
  expect(named(await orderOf({ tasks: [task("a", ids.toReversed(), alone)] }))).toEqual(order);
  expect(named(await orderOf({ tasks: [task("a", ids, alone)], seed: 4 }))).not.toEqual(order);
});

test("held a few at a time, the order is the same", async () => {
  const tasks = [task("a", ids, alone), task("b", ids, (at) => `doc${at % 40}`)];
  const whole = named(await orderOf({ tasks }));
  expect(named(await orderOf({ tasks, held: 37 }))).toEqual(whole);
});

test("never many more are held than said", async () => {
  const many = Array.from({ length: 5000 }, (_, at) => `c${at}`);
  let pass = 0;
  let held = 0;
  let most = 0;
  const own = task("a", many, alone);
  const cases = () => {
    pass += 1;
    held = 0;
    return own.cases();
  };
  for await (const _ of askOrder({ seed: 1, tasks: [{ ...own, cases }], first: new Set(), held: 500 })) {
    held += 1;
    most = Math.max(most, held);
  }
  expect(pass).toBe(10);
  expect(most).toBeLessThan(620);
});

test("the cases of a cluster come together, and clusters of one name in two tasks are two", async () => {
  const tasks = [task("a", ids, (at) => `doc${at % 30}`), task("b", ids, (at) => `doc${at % 30}`)];
  const units = await orderOf({ tasks });
  expect(units).toHaveLength(60);
  for (const { cases } of units) expect(cases).toHaveLength(10);
});

test("units that are to come first do, and are not asked again", async () => {
  const first = new Set(["c7", "c70", "c270"].map((id) => unitKey("a", undefined, id)));
  const order = named(await orderOf({ tasks: [task("a", ids, alone)], first, held: 50 }));
  expect(order.slice(0, 3).toSorted()).toEqual(["a/c270", "a/c7", "a/c70"]);
  expect(new Set(order).size).toBe(300);
  const rest = named(await orderOf({ tasks: [task("a", ids, alone)] })).filter(
    (name) => !["a/c7", "a/c70", "a/c270"].includes(name),
  );
  expect(order.slice(3)).toEqual(rest);
});
