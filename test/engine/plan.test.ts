import { expect, test } from "vitest";
import type { Case } from "../../src/domain/dataset.ts";
import type { Selection } from "../../src/domain/run.ts";
import type { Suite, Task } from "../../src/domain/suite.ts";
import { type CaseSource, planRun } from "../../src/engine/plan.ts";
import { aModel } from "./models.ts";

const place = { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 };
const everything: Selection = {
  tasks: undefined,
  models: undefined,
  cases: undefined,
  limit: undefined,
  shard: undefined,
};

function aTask(name: string): Task {
  return {
    name,
    dataset: { path: `${name}.jsonl`, file: `/${name}.jsonl`, cluster: undefined },
    prompt: [{ role: "user", content: "Q" }],
    scorers: [],
    reads: [],
    slices: [],
    place,
  };
}

const settings = { ...aModel("m").settings, repeats: 3 };
const suite: Suite = {
  name: "s",
  description: undefined,
  file: "/suite.yaml",
  hash: "sha256:0",
  text: "",
  seed: 11,
  models: [aModel("gpt-4"), aModel("llama-3", { settings })],
  tasks: [aTask("qa"), aTask("extract")],
  concurrency: 8,
  judges: [],
  budget: { usd: undefined, calls: undefined },
  batch: false,
  gate: undefined,
};

/** Counts how often it is read. */
function source(task: string, count: number): CaseSource & { reads: number } {
  const counted = {
    reads: 0,
    summary: { hash: "sha256:1", cases: count, fields: [] },
    async *ids() {
      counted.reads += 1;
      yield Array.from({ length: count }, (_, at) => `${task}-${at}`);
    },
    async *cases(isWanted: (id: string) => boolean = () => true): AsyncGenerator<readonly Case[]> {
      counted.reads += 1;
      for (let at = 0; at < count; at += 1) {
        const id = `${task}-${at}`;
        if (isWanted(id))
          yield [{ id, fields: {}, tags: [], cluster: undefined, hash: `h${at}`, line: at + 1 }];
      }
    },
  };
  return counted;
}

const datasets = () =>
  new Map([
    ["qa", source("qa", 40)],
    ["extract", source("extract", 10)],
  ]);

async function planned(selection: Partial<Selection>, sources = datasets()) {
  return planRun({ suite, selection: { ...everything, ...selection }, datasets: sources });
}

async function ids(selection: Partial<Selection>): Promise<readonly string[]> {
  const plan = await planned(selection);
  if (!plan.ok) throw new Error(plan.faults.map(({ message }) => message).join());
  const found: string[] = [];
  for (const task of plan.value.tasks)
    for await (const several of task.cases()) for (const { id } of several) found.push(id);
  return found;
}

test("without a selection every case is asked as often as each model repeats, and no dataset is read for it", async () => {
  const sources = datasets();
  const plan = await planned({}, sources);
  expect(plan).toMatchObject({ ok: true, value: { samples: 50 + 150 } });
  expect([...sources.values()].map(({ reads }) => reads)).toEqual([0, 0]);
});

test("a limit holds per task, and yields what it counts", async () => {
  const chosen = await ids({ limit: 15 });
  expect(chosen.filter((id) => id.startsWith("qa-"))).toHaveLength(15);
  expect(chosen.filter((id) => id.startsWith("extract-"))).toHaveLength(10);
  expect(await planned({ limit: 15 })).toMatchObject({ value: { samples: 25 + 75 } });
});

test("a limited plan is the same each time", async () => {
  expect(await ids({ limit: 5 })).toEqual(await ids({ limit: 5 }));
});

test("filters name models, tasks and cases, with stars", async () => {
  expect(await planned({ models: ["llama*"], tasks: ["qa"] })).toMatchObject({ value: { samples: 120 } });
  expect(await ids({ cases: ["qa-3", "extract-*"] })).toHaveLength(11);
});

test("a filter that matches nothing is a fault, each one told", async () => {
  const plan = await planned({ models: ["gpt-5"], tasks: ["sql"] });
  expect(plan.ok ? [] : plan.faults.map(({ message }) => message)).toEqual([
    'no model of the suite matches "gpt-5"',
    'no task of the suite matches "sql"',
  ]);
});

test("a case that does not exist is a fault, even beside one that does", async () => {
  const plan = await planned({ cases: ["qa-3", "qa-99"] });
  expect(plan.ok ? [] : plan.faults.map(({ message }) => message)).toEqual([
    'no case of the chosen tasks matches "qa-99"',
  ]);
});

test("a limit of zero plans nothing and says so", async () => {
  const plan = await planned({ limit: 0 });
  expect(plan.ok ? "" : plan.faults[0]?.message).toBe("nothing to ask: --limit 0 leaves no case");
});
