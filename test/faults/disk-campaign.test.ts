import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeliveryServer, startDeliveryServer } from "../../bench/delivery-server.ts";
import type { Io } from "../../src/cli/io.ts";
import { evals } from "../../src/cli/program.ts";
import { seeded } from "../../src/statistics/random.ts";
import { decodeSample } from "../../src/storage/sample-record.ts";
import { DISK_FAULT_KINDS, type DiskFault, type FaultyDisk, faultyDisk } from "./faulty-disk.ts";

// Every operation of a command on its files fails in turn, once and from there on. Kinds of fault take turns;
// EVALS_ALL_DISK_FAULTS=1 tries every kind at every operation.
const ALL = process.env["EVALS_ALL_DISK_FAULTS"] === "1";
const CONCURRENCY = 2;
const ANSWERS = 12;
/** The calls in flight of both models, and as many answers again in the write that failed. */
const MOST_LOST = 2 * (2 * CONCURRENCY);

let server: DeliveryServer;
let disk: FaultyDisk;
const work = mkdtempSync(join(tmpdir(), "evals-disk-"));

beforeAll(async () => {
  const answer = (model: string, prompt: string) =>
    model === "b" && prompt.includes("3") ? "wrong" : "right";
  server = await startDeliveryServer(answer, { random: seeded(1), mostMs: 3 });
  disk = faultyDisk();
  const cases = Array.from({ length: 6 }, (_, at) => JSON.stringify({ id: `c${at}`, q: `question ${at}` }));
  writeFileSync(join(work, "cases.jsonl"), `${cases.join("\n")}\n`);
  writeFileSync(
    join(work, "suite.yaml"),
    `name: disk
models:
  a: { backend: openai, model: a, base_url: "${server.url}/v1" }
  b: { backend: openai, model: b, base_url: "${server.url}/v1" }
settings: { concurrency: ${CONCURRENCY} }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ exact: { expected: right } }] }
gate: { baseline: a, candidates: [b], require: [{ metric: score, margin: 0.5 }] }
`,
  );
});
afterAll(async () => {
  disk.restore();
  await server.close();
  rmSync(work, { recursive: true, force: true });
});

/** One command in this process, on the real files. */
async function command(...args: readonly string[]) {
  let [stdout, stderr] = ["", ""];
  const io: Io = {
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
    cwd: work,
    variables: {},
    program: "evals",
    isTty: false,
    color: false,
    columns: 80,
  };
  const code = await evals(args, io);
  return { code, stdout, stderr };
}

function runFolder(out: string): string | undefined {
  try {
    const runs = join(out, "disk");
    return readdirSync(runs).map((id) => join(runs, id))[0];
  } catch {
    return undefined;
  }
}

/** The process that held the lock would be dead by now. */
function endProcess(out: string): void {
  disk.arm(out, undefined);
  const folder = runFolder(out);
  if (folder !== undefined) rmSync(join(folder, "lock"), { force: true });
}

function filesOf(out: string): readonly string[] {
  const folder = runFolder(out);
  return folder === undefined ? [] : readdirSync(folder);
}

/** What was asked and is answered in the journal; half a record is not. */
function kept(out: string): readonly string[] {
  if (!filesOf(out).includes("samples.jsonl")) return [];
  const lines = readFileSync(join(runFolder(out) ?? "", "samples.jsonl"), "utf8").split("\n");
  return lines
    .map((line) => decodeSample(Buffer.from(line)))
    .flatMap((sample) => {
      if (typeof sample === "string") return [];
      return [`${sample.target}/question ${sample.caseId.slice(1)}`];
    });
}

const verdictOf = async (out: string) => {
  const { code, stdout, stderr } = await command("gate", "latest", "--out", out);
  return { code, stdout: stdout.replaceAll(/\d{8}-\d{6}-[a-z2-7]{4}/g, "ID"), stderr };
};

/** Half of the faults, so that the suite stays quick: once and for good by turns. */
function byTurns(all: readonly DiskFault[]): readonly DiskFault[] {
  return ALL ? all : all.filter(({ at, forever }) => forever === (at % 2 === 0));
}

/** Every fault of the campaign over a command that takes `operations` operations. */
function faults(operations: number): readonly DiskFault[] {
  return Array.from({ length: operations }, (_, index) => index + 1).flatMap((at) =>
    [false, true].flatMap((forever) =>
      DISK_FAULT_KINDS.filter((_, index) => ALL || index === (at + Number(forever) * 2) % 5).map((kind) => ({
        kind,
        at,
        forever,
      })),
    ),
  );
}

const words = ({ kind, at, forever }: DiskFault) =>
  `${kind} at operation ${at}${forever ? " and after" : ""}`;

/** A stopped command: exit 4, with a code, a place and what to do. */
function expectRefusal(said: { readonly code: number; readonly stderr: string }, fault: DiskFault) {
  const context = `${words(fault)} (${disk.failures().join(", ")})\n${said.stderr}`;
  expect(said.code, context).toBe(4);
  expect(said.stderr, context).toMatch(/error\[E3\d\d\d\]: .+\n {2}.+/);
}

describe("each operation on the files of a run fails in turn", () => {
  test("a run stops with exit 4, keeps its answers, and is finished by resume without asking them again", {
    timeout: 900_000,
  }, async () => {
    const clean = join(work, "clean");
    disk.arm(clean, undefined);
    expect(await command("run", "suite.yaml", "--out", clean)).toMatchObject({ code: 0 });
    const operations = disk.operations();
    const verdict = await verdictOf(clean);
    expect(operations).toBeGreaterThan(30);
    let stopped = 0;
    for (const fault of faults(operations)) {
      const out = join(work, "faulty");
      rmSync(out, { recursive: true, force: true });
      server.forget();
      disk.arm(out, fault);
      const said = await command("run", "suite.yaml", "--out", out);
      const failures = disk.failures().length;
      const delivered = server.asked.length;
      endProcess(out);
      const saved = new Set(kept(out));
      if (said.code !== 0) {
        expectRefusal(said, fault);
        stopped += 1;
      } else if (failures > 0) expect(await verdictOf(out), words(fault)).toEqual(verdict);
      // What was in flight or in the write that failed cannot be kept; nothing is asked behind it.
      expect(delivered - saved.size, `${words(fault)}: answers lost`).toBeLessThanOrEqual(MOST_LOST);
      server.forget();
      const hasRun = filesOf(out).includes("run.json");
      const after = hasRun
        ? await command("resume", "latest", "--no-cache", "--out", out)
        : await command("run", "suite.yaml", "--out", out);
      expect(after.code, `${words(fault)}, then ${hasRun ? "resume" : "run"}\n${after.stderr}`).toBe(0);
      expect(server.asked.filter((asked) => saved.has(asked))).toEqual([]);
      if (hasRun) expect(await verdictOf(out), words(fault)).toEqual(verdict);
    }
    expect(stopped).toBeGreaterThan(operations);
  });

  /** A finished run with some of its files spoilt. */
  async function spoilt(name: string, spoil: (folder: string) => void): Promise<string> {
    const out = join(work, name);
    disk.arm(out, undefined);
    await command("run", "suite.yaml", "--out", out);
    spoil(runFolder(out) ?? "");
    return out;
  }
  const cutJournal = (folder: string) => {
    const file = join(folder, "samples.jsonl");
    writeFileSync(file, readFileSync(file, "utf8").split("\n").slice(0, 5).join("\n").slice(0, -9));
  };
  const damageJournal = (folder: string) => {
    const file = join(folder, "samples.jsonl");
    writeFileSync(file, readFileSync(file, "utf8").replace('"attempts":1', '"attempts":2'));
  };
  const loseScores = (folder: string) => rmSync(join(folder, "scores.jsonl"));

  test.each([
    ["resume", cutJournal, ["resume", "latest", "--no-cache"]],
    ["gate", loseScores, ["gate", "latest"]],
    ["repair", damageJournal, ["repair", "latest"]],
  ] as const)(
    "%s stops with exit 4 or does its work, and can be done again",
    { timeout: 900_000 },
    async (name, spoil, args) => {
      const before = await spoilt(`${name}-before`, spoil);
      const run = async (out: string) => command(...args, "--out", out);
      const copy = (to: string) => {
        rmSync(to, { recursive: true, force: true });
        cpSync(before, to, { recursive: true });
      };
      const clean = join(work, `${name}-clean`);
      copy(clean);
      disk.arm(clean, undefined);
      const expected = await run(clean);
      const operations = disk.operations();
      const verdict = await finished(clean);
      for (const fault of byTurns(faults(operations))) {
        const out = join(work, `${name}-faulty`);
        copy(out);
        const saved = new Set(kept(out));
        disk.arm(out, fault);
        server.forget();
        const said = await run(out);
        if (said.code === 4 && expected.code !== 4) expectRefusal(said, fault);
        else expect(said.code, words(fault) + said.stderr).toBe(expected.code);
        endProcess(out);
        expect(await finished(out), words(fault)).toEqual(verdict);
        expect(
          server.asked.filter((asked) => saved.has(asked)),
          words(fault),
        ).toEqual([]);
      }
    },
  );

  /** The verdict once the run is finished by whatever it needs. */
  async function finished(out: string) {
    const stuck = await command("resume", "latest", "--no-cache", "--out", out);
    if (stuck.code === 4) await command("repair", "latest", "--out", out);
    if (stuck.code !== 0) {
      const again = await command("resume", "latest", "--no-cache", "--out", out);
      expect(again.code, stuck.stderr + again.stderr).toBe(0);
    }
    expect(kept(out)).toHaveLength(ANSWERS);
    return verdictOf(out);
  }
});
