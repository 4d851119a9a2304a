import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const directory = join(import.meta.dirname, "..", "datasets");
const difficulty = z.enum(["easy", "hard", "adversarial"]);
const tags = z.array(z.string().regex(/^[a-z][a-z-]*$/));
const text = z.string().trim().min(10);
const isoDate = z.iso.date();

const shapes: { readonly [name: string]: z.ZodType<Row> } = {
  "support-tickets": z.strictObject({
    id: z.string().regex(/^t-\d{3}$/),
    body: text,
    label: z.enum(["billing", "bug", "account", "feature", "other"]),
    language: z.enum(["en", "de", "fr", "es"]),
    difficulty,
    tags,
  }),
  "invoice-extraction": z.strictObject({
    id: z.string().regex(/^i-\d{3}$/),
    text,
    expected: z.strictObject({
      vendor: z.string().min(1),
      date: isoDate,
      total: z.number().positive(),
      currency: z.string().regex(/^[A-Z]{3}$/),
      due_date: isoDate.nullable(),
      items: z.int().positive(),
    }),
    difficulty,
    tags,
  }),
  "passage-qa": z.strictObject({
    id: z.string().regex(/^q-\d{3}$/),
    document: z.string().regex(/^d-\d{2}$/),
    passage: text,
    question: z.string().endsWith("?"),
    expected: z.array(z.string().min(1)).min(1),
    answerable: z.boolean(),
    difficulty,
    tags,
  }),
};

interface Row {
  readonly id: string;
  readonly difficulty: string;
  readonly tags: readonly string[];
  readonly [field: string]: unknown;
}

function read(name: string): readonly Row[] {
  const schema = shapes[name];
  if (schema === undefined) throw new Error(`no shape for ${name}`);
  const lines = readFileSync(join(directory, `${name}.jsonl`), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => schema.parse(JSON.parse(line)));
}

function tally(values: readonly string[]): { readonly [value: string]: number } {
  const counts: { [value: string]: number } = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

it("every dataset in the folder has a shape here and a card beside it", () => {
  const files = readdirSync(directory);
  const named = (ending: string) => files.filter((f) => f.endsWith(ending)).map((f) => f.replace(ending, ""));
  expect(named(".jsonl").sort()).toEqual(Object.keys(shapes).sort());
  expect(named(".md").sort()).toEqual(Object.keys(shapes).sort());
});

describe.each(Object.keys(shapes))("%s", (name) => {
  const bytes = readFileSync(join(directory, `${name}.jsonl`));
  const card = readFileSync(join(directory, `${name}.md`), "utf8");
  const rows = read(name);

  it("has at least 60 cases, each with an id and an input of its own", () => {
    expect(rows.length).toBeGreaterThanOrEqual(60);
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
    const inputs = rows.map((row) =>
      JSON.stringify([row["body"], row["text"], row["passage"], row["question"]]),
    );
    expect(new Set(inputs).size).toBe(rows.length);
  });

  it("is the file that its card describes, to the byte", () => {
    expect(card).toContain(`| sha256 | \`${createHash("sha256").update(bytes).digest("hex")}\` |`);
    expect(card).toContain(`| bytes | ${bytes.length} |`);
    expect(card).toContain(`| cases | ${rows.length} |`);
  });

  it("has the slices that its card counts, with easy, hard and adversarial cases", () => {
    const difficulties = tally(rows.map((row) => row.difficulty));
    expect(Object.keys(difficulties).sort()).toEqual(["adversarial", "easy", "hard"]);
    for (const [value, count] of Object.entries(difficulties))
      expect(card).toContain(`\`${value}\` ${count}`);
    const tagged = tally(rows.flatMap((row) => row.tags));
    expect(tagged["injection"]).toBeGreaterThanOrEqual(4);
    for (const [tag, count] of Object.entries(tagged)) expect(card).toContain(`\`${tag}\` ${count}`);
  });

  it("has tags without repetition, and calls no must-pass case hard", () => {
    for (const row of rows) {
      expect(new Set(row.tags).size, row.id).toBe(row.tags.length);
      if (row.tags.includes("must-pass")) expect(row.difficulty, row.id).toBe("easy");
    }
  });
});

describe("support-tickets", () => {
  const rows = read("support-tickets");

  it("has every label and language often enough to look at", () => {
    expect(Math.min(...Object.values(tally(rows.map((row) => String(row["label"])))))).toBeGreaterThanOrEqual(
      10,
    );
    expect(
      Math.min(...Object.values(tally(rows.map((row) => String(row["language"]))))),
    ).toBeGreaterThanOrEqual(8);
    expect(rows.filter((row) => row.tags.includes("must-pass"))).toHaveLength(10);
  });
});

describe("invoice-extraction", () => {
  it("never asks for payment before the invoice", () => {
    const dates = z.object({ date: z.string(), due_date: z.string().nullable() });
    for (const row of read("invoice-extraction")) {
      const { date, due_date } = dates.parse(row["expected"]);
      expect(due_date === null || due_date >= date, row.id).toBe(true);
    }
  });
});

describe("passage-qa", () => {
  const rows = read("passage-qa");

  it("expects unknown exactly where the passage does not say", () => {
    for (const row of rows) {
      expect(row["answerable"], row.id).toBe(!row.tags.includes("unanswerable"));
      expect(JSON.stringify(row["expected"]) === '["unknown"]', row.id).toBe(!row["answerable"]);
    }
    expect(rows.filter((row) => row["answerable"] === false).length).toBeGreaterThanOrEqual(15);
  });

  it("tags as numeric only what is a plain number in every accepted form but words", () => {
    for (const row of rows.filter((each) => each.tags.includes("numeric"))) {
      const [first] = z.array(z.string()).parse(row["expected"]);
      expect(Number.isFinite(Number(first)), row.id).toBe(true);
    }
  });

  it("names one passage by one document", () => {
    const passages = new Map<unknown, unknown>();
    for (const row of rows) {
      expect(passages.get(row["document"]) ?? row["passage"], row.id).toBe(row["passage"]);
      passages.set(row["document"], row["passage"]);
    }
    expect(new Set(passages.values()).size).toBe(passages.size);
  });
});

test.each(Object.keys(shapes))(
  "in its suite, the expected answers of %s score 1 and wrong ones do not",
  (name) => {
    const folder = mkdtempSync(join(tmpdir(), "evals-datasets-"));
    const suite: { tasks: { [task: string]: { dataset: string } } } = parse(
      readFileSync(join(directory, "..", "evals", `${name}.yaml`), "utf8"),
    );
    for (const task of Object.values(suite.tasks)) task.dataset = join(directory, `${name}.jsonl`);
    const model = (accuracy: number) => ({ backend: "simulated", accuracy });
    const changed = { name, models: { right: model(1), wrong: model(0) }, tasks: suite.tasks };
    writeFileSync(join(folder, "suite.json"), JSON.stringify(changed));
    const program = join(directory, "..", "dist", "cli", "main.js");
    const { stdout } = spawnSync(process.execPath, [program, "run", "suite.json", "--json"], {
      cwd: folder,
      encoding: "utf8",
    });
    const run = z
      .object({
        report: z.object({
          table: z.object({
            rows: z.array(z.object({ target: z.string(), score: z.object({ estimate: z.number() }) })),
          }),
        }),
      })
      .parse(JSON.parse(stdout));
    const scores = new Map(run.report.table.rows.map(({ target, score }) => [target, score.estimate]));
    expect(scores.get("right")).toBe(1);
    expect(scores.get("wrong")).toBeLessThan(0.9);
  },
);
