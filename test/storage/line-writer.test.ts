import { appendFileSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openJournal } from "../../src/storage/journal.ts";
import { lineWriter } from "../../src/storage/line-writer.ts";

/** A file in memory that says when it was written and synced. */
function handle({ failsAt = Number.POSITIVE_INFINITY } = {}) {
  const did: {
    readonly what: "append" | "datasync" | "close";
    readonly text: string;
  }[] = [];
  const note = (what: (typeof did)[number]["what"], text = "") => void did.push({ what, text });
  return {
    did,
    appendFile: async (data: unknown) => {
      if (did.filter(({ what }) => what === "append").length + 1 >= failsAt)
        throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      note("append", String(data));
    },
    datasync: async () => note("datasync"),
    close: async () => note("close"),
  };
}

describe("in time", () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  const count = ({ did }: ReturnType<typeof handle>, kind: string) =>
    did.filter(({ what }) => what === kind).length;

  test("lines that come together are written together, and synced 25 ms later", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const file = handle();
    const writer = lineWriter(file, "samples.jsonl");
    await Promise.all(Array.from({ length: 100 }, (_, at) => writer.append(`${at}\n`)));
    await vi.advanceTimersByTimeAsync(24);
    expect(count(file, "datasync")).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(file.did.map(({ what }) => what)).toEqual(["append", "datasync"]);
    expect(file.did[0]?.text).toBe(Array.from({ length: 100 }, (_, at) => `${at}\n`).join(""));
    await writer.close();
    expect(file.did.slice(-2).map(({ what }) => what)).toEqual(["datasync", "close"]);
  });

  test("long lines that come together are written one by one, in their order", async () => {
    const file = handle();
    const writer = lineWriter(file, "samples.jsonl");
    const lines = [..."abcd"].map((unit) => `${unit.repeat(600_000)}\n`);
    await Promise.all(["first\n", ...lines, "last\n"].map((line) => writer.append(line)));
    await writer.close();
    const written = file.did.filter(({ what }) => what === "append").map(({ text }) => text);
    expect(written.map(({ length }) => length)).toEqual([600_007, 600_001, 600_001, 600_006]);
    expect(written.join("") === ["first\n", ...lines, "last\n"].join("")).toBe(true);
  });

  test("a steady stream of lines is synced every 25 ms, not at every line", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const file = handle();
    const writer = lineWriter(file, "samples.jsonl");
    for (let line = 0; line < 300; line += 1) {
      await writer.append("x\n");
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(count(file, "append")).toBe(300);
    expect(count(file, "datasync")).toBeGreaterThanOrEqual(300 / 26 - 1);
    expect(count(file, "datasync")).toBeLessThanOrEqual(300 / 25);
    await writer.close();
  });
});

test("where lines come together the next ones are gathered; a line alone is written at once", async () => {
  const file = handle();
  const writer = lineWriter(file, "samples.jsonl");
  for (let line = 0; line < 3; line += 1) await writer.append("alone\n");
  expect(file.did.map(({ text }) => text)).toEqual(["alone\n", "alone\n", "alone\n"]);
  await Promise.all([writer.append("a\n"), writer.append("b\n")]);
  const first = writer.append("c\n");
  await Promise.resolve();
  await Promise.all([first, writer.append("d\n")]);
  expect(file.did.slice(3).map(({ text }) => text)).toEqual(["a\nb\n", "c\nd\n"]);
});

test("closing writes what was being gathered, and does not wait for more", async () => {
  const file = handle();
  const writer = lineWriter(file, "samples.jsonl");
  await Promise.all([writer.append("a\n"), writer.append("b\n")]);
  const last = writer.append("c\n");
  await writer.close();
  await last;
  expect(file.did.map(({ what, text }) => text || what)).toEqual(["a\nb\n", "c\n", "datasync", "close"]);
});

test("behind the first line that could not be written nothing is written", async () => {
  const file = handle({ failsAt: 2 });
  const writer = lineWriter(file, "samples.jsonl");
  await writer.append("kept\n");
  await expect(writer.append("lost\n")).rejects.toThrow(/ENOSPC/);
  await expect(writer.append("after\n")).rejects.toThrow(/ENOSPC/);
  await expect(writer.close()).rejects.toThrow(/ENOSPC/);
  expect(file.did.filter(({ what }) => what === "append").map(({ text }) => text)).toEqual(["kept\n"]);
});

test("the zeros that a power loss leaves at the end are cut and kept aside", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "evals-power-")), "samples.jsonl");
  appendFileSync(file, `half a rec${"\0".repeat(5000)}\n${"\0".repeat(70)}`);
  const opened = await openJournal(file);
  if (!opened.ok) throw new Error(opened.faults.map(({ message }) => message).join());
  expect(opened.value.tornFile).toBe(`${file}.torn-1`);
  await opened.value.close();
  expect(readFileSync(file, "utf8")).toBe("");
  expect(readFileSync(`${file}.torn-1`)).toHaveLength(5081);
  expect(readdirSync(dirname(file))).toHaveLength(2);
});
