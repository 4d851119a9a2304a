import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Sample } from "../../src/domain/sample.ts";
import { openJournal, readJournal } from "../../src/storage/journal.ts";
import { readJournalBySample } from "../../src/storage/journal-reader.ts";
import { lockFolder } from "../../src/storage/lock.ts";

function sample(caseId: string, kind: "answered" | "failed" = "answered"): Sample {
  const usage = {
    inputTokens: 1,
    outputTokens: undefined,
    cachedReadTokens: undefined,
    cachedWriteTokens: undefined,
    reasoningTokens: undefined,
  };
  const timings = { latencyMs: 1.5, firstTokenMs: undefined, generationMs: undefined, loadMs: undefined };
  const answer = {
    text: "a\u0000\ud800é\n",
    toolCalls: [],
    finishReason: "stop",
    usage,
    timings,
    servedModel: undefined,
    notes: [],
  };
  const failure = {
    message: "x",
    retryable: true,
    retryAfterMs: undefined,
    httpStatus: 500,
    partialText: undefined,
  };
  return {
    task: "t",
    caseId,
    target: "m",
    repeat: 0,
    requestKey: "k",
    attempts: 1,
    outcome: kind === "answered" ? { kind, answer } : { kind, failure: { ...failure, code: "server-error" } },
    queuedMs: 0,
    cached: false,
    at: "2026-11-24T10:00:00.000Z",
  };
}

const newFile = () => join(mkdtempSync(join(tmpdir(), "evals-journal-")), "samples.jsonl");

async function opened(file: string) {
  const result = await openJournal(file);
  if (!result.ok) throw new Error(result.faults.map(({ message }) => message).join("\n"));
  return result.value;
}

async function ids(file: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { caseId } of readJournal(file)) found.push(caseId);
  return found;
}

async function written(names: readonly string[]): Promise<string> {
  const file = newFile();
  const journal = await opened(file);
  await Promise.all(names.map((name) => journal.append(sample(name))));
  await journal.close();
  return file;
}

test("a sample comes back exactly, and only answers count as answered", async () => {
  const file = newFile();
  const journal = await opened(file);
  await journal.append(sample("a"));
  await journal.append(sample("b", "failed"));
  await journal.close();
  const again = await opened(file);
  expect(again.records).toBe(2);
  expect(again.answered.has(sample("a"), "k")).toBe(true);
  expect(again.answered.has(sample("a"), "other")).toBe(false);
  expect(again.answered.has(sample("b"), "k")).toBe(false);
  expect(await again.answered.read(sample("a"), "k")).toEqual(sample("a"));
  await again.close();
});

test("a torn tail is cut, kept aside, and the journal goes on", async () => {
  const file = await written(["a", "b"]);
  appendFileSync(file, '{"schema":1,"task":"t","cas');
  const journal = await opened(file);
  expect(readFileSync(journal.tornFile ?? "", "utf8")).toBe('{"schema":1,"task":"t","cas');
  await journal.append(sample("c"));
  await journal.close();
  expect(await ids(file)).toEqual(["a", "b", "c"]);
});

test("a damaged middle is reported by line and nothing is changed", async () => {
  const file = await written(["a", "b", "c", "d"]);
  const lines = readFileSync(file, "utf8").split("\n");
  const damaged = lines
    .map((line, at) => (at === 1 || at === 2 ? line.replace('"attempts":1', '"attempts":2') : line))
    .join("\n");
  writeFileSync(file, damaged);
  const result = await openJournal(file);
  expect(result.ok ? [] : result.faults.map(({ place }) => place?.line)).toEqual([2, 3]);
  expect(readFileSync(file, "utf8")).toBe(damaged);
  await expect(ids(file)).rejects.toThrow("line 2");
});

test("a second writer is refused by name, and a dead writer's lock is taken over", async () => {
  const file = newFile();
  const directory = join(file, "..");
  const lock = await lockFolder(directory, 0);
  await expect(lockFolder(directory, 5000)).rejects.toThrow(`process ${process.pid}`);
  await lock.release();
  const held = await lockFolder(directory, 0);
  const text = readFileSync(join(directory, "lock"), "utf8");
  writeFileSync(
    join(directory, "lock"),
    text.replace(/"processStart":"\d+"/, '"processStart":"1"').replace(/"pid":\d+/, '"pid":4194304'),
  );
  await (await lockFolder(directory, 0)).release();
  await held.release();
});

test("kill -9 loses no answer that was reported as kept", { timeout: 20_000 }, async () => {
  for (let trial = 0; trial < 3; trial += 1) {
    const file = newFile();
    const root = join(import.meta.dirname, "../..");
    const script = `
      import { createJiti } from "jiti";
      const { openJournal } = await createJiti(${JSON.stringify(`${root}/`)}).import("./src/storage/journal.ts");
      const journal = (await openJournal(${JSON.stringify(file)})).value;
      const base = ${JSON.stringify(sample("x"))};
      for (let at = 0; ; at += 1) {
        await Promise.all([0, 1, 2].map(async (part) => {
          const caseId = at + "-" + part;
          await journal.append({ ...base, caseId });
          process.stdout.write(caseId + "\\n");
        }));
      }`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: root });
    let kept = "";
    let problem = "";
    child.stderr.on("data", (data) => {
      problem += String(data);
    });
    child.stdout.on("data", (data) => {
      kept += String(data);
      if (kept.length > 3000 + trial * 997) child.kill("SIGKILL");
    });
    await new Promise((resolve) => child.on("close", resolve));
    const names = kept.split("\n").slice(0, -1);
    expect(names.length, problem).toBeGreaterThan(100);
    const journal = await opened(file);
    expect(names.filter((name) => !journal.answered.has(sample(name), "k"))).toEqual([]);
    await journal.close();
  }
});

test("a failure that was written after an answer undoes no answer when scores are made again", async () => {
  const file = newFile();
  const journal = await opened(file);
  for (const kind of ["failed", "answered", "failed"] as const) await journal.append(sample("a", kind));
  await journal.append(sample("b", "failed"));
  await journal.close();
  const reader = await readJournalBySample(file);
  const read = async (id: string) => (await reader.read(sample(id)))?.outcome.kind;
  expect(await Promise.all([read("a"), read("b"), read("c")])).toEqual(["answered", "failed", undefined]);
  await reader.close();
});
