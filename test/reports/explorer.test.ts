import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { caseTable } from "../../src/comparison/case-table.ts";
import { judgementDetail } from "../../src/reports/html/case-details.ts";
import { listBuilder } from "../../src/reports/html/case-list.ts";
import { addressOf, hashOf } from "../../src/reports/html/explorer/address.ts";
import { type Choice, chosenCases } from "../../src/reports/html/explorer/choice.ts";
import { allScores, type ModelScores } from "../../src/reports/html/explorer/scores.ts";
import { visible } from "../../src/reports/html/explorer/visible-text.ts";
import { type Piece, wordDiff } from "../../src/reports/html/explorer/word-diff.ts";
import { sampleOf } from "../comparison/samples.ts";
import { cpuMs } from "../cpu-time.ts";

const whole = (pieces: readonly Piece[]) => pieces.map(({ text }) => text).join("");
const shared = (pieces: readonly Piece[]) => whole(pieces.filter(({ isShared }) => isShared));

describe("the word diff", () => {
  test("marks the words that only one text has", () => {
    expect(wordDiff("the total is 900 EUR", "the sum is 900 USD")).toEqual({
      before: [
        { text: "the ", isShared: true },
        { text: "total", isShared: false },
        { text: " is 900 ", isShared: true },
        { text: "EUR", isShared: false },
      ],
      after: [
        { text: "the ", isShared: true },
        { text: "sum", isShared: false },
        { text: " is 900 ", isShared: true },
        { text: "USD", isShared: false },
      ],
    });
  });

  test("loses nothing, and what it calls shared is the same on both sides", () => {
    const text = fc.array(fc.constantFrom("a", "b", " ", "ü", "\n", ",", "word", "😀"), { maxLength: 30 });
    fc.assert(
      fc.property(text, text, (left, right) => {
        const { before, after } = wordDiff(left.join(""), right.join(""));
        expect(whole(before)).toBe(left.join(""));
        expect(whole(after)).toBe(right.join(""));
        expect(shared(before)).toBe(shared(after));
      }),
    );
  });

  test("tells very long texts apart as a whole, in no time", () => {
    const long = (word: string) => Array.from({ length: 20_000 }, (_, at) => `${word}${at}`).join(" ");
    const [left, right] = [`same ${long("a")}`, `same ${long("b")}`];
    const took = cpuMs(() => {
      expect(wordDiff(left, right).before[0]).toEqual({ text: "same ", isShared: true });
    });
    expect(took).toBeLessThan(1000);
  });
});

test("a link to a case reads back, whatever the names are", () => {
  const name = fc.string({ minLength: 1, unit: "grapheme" });
  fc.assert(
    fc.property(name, name, name, fc.nat(9), (task, id, model, repeat) => {
      const address = { task, id, baseline: model, candidate: undefined, repeat };
      expect(addressOf(hashOf(address))).toEqual(address);
    }),
  );
  expect(addressOf("#cases")).toBeUndefined();
  expect(addressOf("#task=a&case=b&repeat=-3")).toMatchObject({ repeat: 0 });
});

test("text that hides or reorders is spelt out, and what scripts and emoji need stays", () => {
  expect(visible("a\u202eb\u0000\u200b\nc\td")).toBe("a\\u{202e}b\\u{0}\\u{200b}\nc\td");
  expect(visible("👩‍💻 می‌خواهم")).toBe("👩‍💻 می‌خواهم");
});

/** Candidate scores of four cases against a baseline that has all right but `d`. */
async function exampleList() {
  const samples = [
    ...["a", "b", "c", "d"].map((caseId) =>
      sampleOf({ target: "now", caseId, score: caseId === "d" ? 0 : 1, slices: { half: "x" } }),
    ),
    sampleOf({ target: "next", caseId: "a", score: 1, slices: { half: "x" } }),
    sampleOf({ target: "next", caseId: "b", score: 0, outcome: "refused", slices: { half: "x" } }),
    sampleOf({ target: "next", caseId: "c", score: null, slices: { half: "x" } }),
    sampleOf({ target: "next", caseId: "d", score: 1, slices: { half: "x" } }),
  ];
  const models = ["now", "next"].map((name) => ({ target: name, name }));
  const source = { table: await caseTable(samples), models };
  const builder = listBuilder([source], { baseline: "now", candidates: ["next"] });
  return {
    builder,
    samples,
    list: builder.list({ inputBlocks: [0], answerBlocks: [0], judgementBlocks: [0] }),
  };
}

describe("the list of cases", () => {
  const OPEN: Choice = {
    relation: "all",
    task: undefined,
    slice: undefined,
    outcome: undefined,
    id: "",
    found: undefined,
    order: "loss",
  };

  async function chosen(choice: Partial<Choice>): Promise<string> {
    const { list } = await exampleList();
    const scores = allScores(list);
    const side = (name: string): ModelScores => {
      const found = scores.get(name);
      if (found === undefined) throw new Error(`no model ${name}`);
      return found;
    };
    const models = { baseline: side("now"), candidate: side("next") };
    return chosenCases(list, models, { ...OPEN, ...choice })
      .map((index) => list.cases.id[index])
      .join("");
  }

  test.each([
    [{}, "badc"],
    [{ order: "dataset" }, "abcd"],
    [{ relation: "lost" }, "b"],
    [{ relation: "won" }, "d"],
    [{ relation: "flipped" }, "bd"],
    [{ relation: "same" }, "a"],
    [{ relation: "missing" }, "c"],
    [{ id: "D" }, "d"],
    [{ slice: 0 }, "badc"],
    [{ outcome: 1 }, "b"],
    [{ outcome: 4 }, "c"],
    [{ task: 1 }, ""],
    [{ found: new Set([1, 3]), relation: "won" }, "d"],
  ] as const)("chosen by %j are %s", async (choice, ids) => {
    expect(await chosen(choice)).toBe(ids);
  });

  test("knows where each answer stands, and that one is not in the file", async () => {
    const { builder, samples } = await exampleList();
    const [first] = samples;
    if (first === undefined) throw new Error("no sample");
    expect(builder.place("answer", { source: 0, id: first }, 7)).toBe(true);
    expect(builder.place("answer", { source: 0, id: { ...first, repeat: 3 } }, 8)).toBe(false);
    const { models } = builder.list({ inputBlocks: [0], answerBlocks: [0], judgementBlocks: [0] });
    expect(models[0]?.answer).toEqual([7, -1, -1, -1]);
    expect(samples.slice(0, 4).map(builder.isTelling)).toEqual([false, true, true, true]);
  });

  test("takes a model of another run on the cases that are the same there", async () => {
    const own = await caseTable([
      sampleOf({ target: "next", caseId: "a" }),
      sampleOf({ target: "next", caseId: "b" }),
    ]);
    const earlier = [
      sampleOf({ target: "now", caseId: "gone" }),
      sampleOf({ target: "now", caseId: "b", score: 0 }),
      sampleOf({ target: "now", caseId: "a", caseHash: "other" }),
    ];
    const [gone, kept, changed] = earlier;
    if (gone === undefined || kept === undefined || changed === undefined) throw new Error("no sample");
    const builder = listBuilder(
      [
        { table: own, models: [{ target: "next", name: "next" }] },
        { table: await caseTable(earlier), models: [{ target: "now", name: "now (run 1)" }] },
      ],
      { baseline: "now (run 1)", candidates: ["next"] },
    );
    const placed = [gone, kept, changed].map((id, at) => builder.place("answer", { source: 1, id }, at));
    expect(placed).toEqual([false, true, false]);
    const { models } = builder.list({ inputBlocks: [0], answerBlocks: [0], judgementBlocks: [0] });
    expect(models[1]).toEqual({
      name: "now (run 1)",
      caseIndex: [1],
      repeat: [0],
      outcome: [0],
      score: [0],
      answer: [1],
      judgement: [-1],
    });
  });
});

test("what each judge said goes with the score, cut to what can be shown", () => {
  const votes = [
    { judge: "reader", score: 0.75, reasons: "It names the problem." },
    { judge: "other", score: 0.25, reasons: "x".repeat(9000) },
  ];
  const score = {
    kind: "scored",
    score: 0.5,
    fault: "wrong",
    reason: "mean of 2",
    ifFormatFixed: undefined,
    votes,
  } as const;
  const sample = sampleOf({ target: "a", caseId: "1", scores: [{ label: "judge", weight: 1, score }] });
  const [shown] = judgementDetail(sample).scores;
  expect(shown?.votes?.map(({ judge, score, reasons }) => [judge, score, reasons.length])).toEqual([
    ["reader", 0.75, 21],
    ["other", 0.25, 2000],
  ]);
});
