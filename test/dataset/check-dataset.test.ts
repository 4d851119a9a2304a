import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { checkDataset } from "../../src/dataset/dataset.ts";
import { readCases } from "../../src/dataset/read-cases.ts";
import type { DatasetSpec } from "../../src/domain/dataset.ts";
import type { Fault } from "../../src/domain/fault.ts";

const folder = mkdtempSync(join(tmpdir(), "evals-dataset-"));
afterAll(() => rmSync(folder, { recursive: true }));

let written = 0;
function dataset(extension: string, content: string | Uint8Array, cluster?: string): DatasetSpec {
  written += 1;
  const path = `d${written}.${extension}`;
  writeFileSync(join(folder, path), content);
  return { path, file: join(folder, path), cluster };
}

async function faultsOf(extension: string, content: string | Uint8Array): Promise<readonly string[]> {
  const checked = await checkDataset(dataset(extension, content), { fields: [] });
  return checked.ok ? [] : checked.faults.map(shown);
}

function shown({ code, place, source, label }: Fault): string {
  const part = place === undefined ? "" : (source ?? "").slice(place.column - 1, place.endColumn - 1);
  return `${code} ${place?.line}:${place?.column} ${part}${label === undefined ? "" : ` | ${label}`}`;
}

async function collected<T>(items: AsyncIterable<Iterable<T>>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const several of items) list.push(...several);
  return list;
}

async function casesOf(extension: string, content: string | Uint8Array) {
  const spec = dataset(extension, content);
  const checked = await checkDataset(spec, { fields: [] });
  if (!checked.ok) throw new Error(checked.faults.map(shown).join("\n"));
  return collected(readCases(spec));
}

describe("a sound dataset", () => {
  const expected = [
    { id: "a", tags: ["must-pass", "de"], question: "1 + 1?" },
    { id: "b", tags: [], question: "2 + 2?" },
  ];

  test.each([
    ["jsonl", '{"id":"a","question":"1 + 1?","tags":["must-pass","de"]}\n\n{"id":"b","question":"2 + 2?"}'],
    [
      "jsonl",
      '\ufeff{"id":"a","question":"1 + 1?","tags":["must-pass","de"]}\r\n{"id":"b","question":"2 + 2?"}\r\n',
    ],
    ["csv", "id,question,tags\na,1 + 1?,must-pass;de\nb,2 + 2?,\n"],
    ["csv", '\ufeff"id","question","tags"\r\n"a","1 + 1?","must-pass|de"\r\n"b","2 + 2?",\r\n'],
    ["json", '[{"id":"a","question":"1 + 1?","tags":["must-pass","de"]},{"id":"b","question":"2 + 2?"}]'],
    ["yaml", '- { id: a, question: "1 + 1?", tags: [must-pass, de] }\n- { id: b, question: "2 + 2?" }\n'],
  ])("is the same cases as %s", async (extension, content) => {
    const cases = await casesOf(extension, content);
    expect(cases.map(({ id, tags, fields }) => ({ id, tags, question: fields["question"] }))).toEqual(
      expected,
    );
  });

  test("numbers its cases where they have no id", async () => {
    const cases = await casesOf("jsonl", '{"q":1}\n{"q":2}\n');
    expect(cases.map(({ id }) => id)).toEqual(["1", "2"]);
  });

  test("keeps quoted commas, quotes and line breaks of CSV", async () => {
    const [only] = await casesOf("csv", 'id,text\na,"one, ""two""\nthree"\n');
    expect(only?.fields["text"]).toBe('one, "two"\nthree');
  });

  test("names the cluster of each case", async () => {
    const spec = dataset("jsonl", '{"id":"a","doc":7}\n{"id":"b","doc":null}\n{"id":"c"}\n', "doc");
    const cases = await collected(readCases(spec));
    expect(cases.map(({ cluster }) => cluster)).toEqual(["7", undefined, undefined]);
  });

  test("has a hash of its bytes, and each case a hash of its content whatever the order of its keys", async () => {
    const [a, b] = await casesOf("jsonl", '{"id":"x","q":1}\n{"q":1,"id":"y"}\n');
    const [again] = await casesOf("jsonl", '{"q":1,"id":"x"}\n');
    expect(again?.hash).toBe(a?.hash);
    expect(b?.hash).not.toBe(a?.hash);
  });
});

describe("every fault has its code and its place", () => {
  const level = (at: number) => `&l${at} [${Array.from({ length: 9 }, () => `*l${at - 1}`).join(", ")}]`;
  const levels = Array.from({ length: 9 }, (_, at) => `l${at}: ${at === 0 ? "&l0 x" : level(at)}`);
  const bomb = `- { id: a, ${levels.join(", ")} }\n`;
  const manyKeys = `{"id":"a"${Array.from({ length: 500_000 }, (_, at) => `,"k${at}":1`).join("")}}`;
  const wideAliases = `- &r { id: a, l: [${"0,".repeat(20_000)}0] }\n${Array.from({ length: 60 }, (_, at) => `- { id: ${at}, q: *r }\n`).join("")}`;
  const deepJson = `{"id":"a","x":${"[".repeat(300)}${"]".repeat(300)}}`;
  test.each<readonly [string, string, string | Uint8Array, readonly string[]]>([
    ["JSON that does not parse", "jsonl", '{"id":"a"}\n{"id":b}\n', ["E1300 2:7 b"]],
    ["a torn last line", "jsonl", '{"id":"a"}\n{"id":"b","q', ["E1300 2:13 "]],
    ["YAML that does not parse", "yaml", "- {a: 1\n", ["E1300"]],
    [
      "an id that stands twice",
      "jsonl",
      '{"id":"a"}\n{"id":"b"}\n{"id":"a"}\n',
      ['E1301 3:7 "a" | first used on line 1'],
    ],
    [
      "an id that stands twice in JSON",
      "json",
      '[{"id":"a"},{"id":"a"}]',
      ['E1301 1:19 "a" | first used on line 1'],
    ],
    ["an id that stands twice in CSV", "csv", "id,q\na,1\nb,2\na,3\n", ["E1301 4:1  | first used on line 2"]],
    ["a case that is no object", "jsonl", "[1]\n", ["E1302 1:1 [1]"]],
    ["a file that is no list", "json", '{"id":"a"}', ["E1302 1:1 "]],
    ["nesting beyond reason", "jsonl", deepJson, ["E1303 1:214 ["]],
    ["nesting beyond reason in JSON", "json", `[${deepJson}]`, ["E1303 1:214 ["]],
    ["nesting beyond reason in brackets of YAML", "yaml", `- x: ${"[".repeat(50_000)}\n`, ["E1303 1:206 ["]],
    ["nesting beyond reason in lines of YAML", "yaml", `- x:\n   ${"- ".repeat(300)}1\n`, ["E1303"]],
    ["nesting that overflows the reader", "yaml", `- x:\n   ${"- ".repeat(20_000)}1\n`, ["E1303"]],
    ["nesting that never ends", "json", `[${"[".repeat(1_000_000)}`, ["E1303 1:201 ["]],
    ["a record of a million keys", "jsonl", manyKeys, ["E1303 1:1 {"]],
    ["a document of a million keys", "json", `[\n${manyKeys}]`, ['E1303 2:5888877 "']],
    ["a list of a million numbers", "json", `[{"l":[${"0,".repeat(1_000_000)}0]}]`, ["E1303 1:2000000 0"]],
    ["aliases that count a million", "yaml", wideAliases, ["E1303 50:3 { id: 48, q: *r }"]],
    ["a million columns", "csv", `id${",x".repeat(1_000_000)}\n1\n`, ["E1303 1:1 "]],
    ["a key that stands twice in YAML", "yaml", "- { id: a, q: 1, q: 2 }\n", ["E1319 1:18 q"]],
    ["a key that stands twice in JSON", "json", '[{"id":"a","p":{"x":1,"x":2}}]', ['E1319 1:23 "x"']],
    ["aliases that make a bomb", "yaml", bomb, ["E1303"]],
    ["an alias that leads to itself", "yaml", "- &a { id: a, q: *a }\n", ["E1303"]],
    ["code in a YAML tag", "yaml", "- { id: a, q: !!js/function 'function () {}' }\n", ["E1300"]],
    ["a tab for an indent", "yaml", "- id: a\n\tq: b\n", ["E1300 2:2 q", "E1300 2:3 :", "E1300 2:5 b"]],
    [
      "a number that YAML would change",
      "yaml",
      "- { id: a, price: 1.10 }\n",
      ["E1304 1:19 1.10 | YAML reads this as the number 1.1"],
    ],
    ["a field that names a prototype", "jsonl", '{"__proto__":1}', ['E1305 1:1 {"__proto__":1}']],
    ["tags that are no list", "jsonl", '{"tags":"a;b"}', ['E1306 1:1 {"tags":"a;b"}']],
    ["an id that is no text", "jsonl", '{"id":[1]}', ['E1306 1:1 {"id":[1]}']],
    [
      "bytes that are not UTF-8",
      "csv",
      Uint8Array.from(Buffer.from("id,q\na,caf\xe9\n", "latin1")),
      ["E1307 2:6 \ufffd"],
    ],
    ["a format that nobody reads", "xlsx", "", ["E1308 1:1 "]],
    ["quotes in the middle of a CSV field", "csv", 'id,q\na,b"c"\n', ["E1310 2:1 "]],
    ["columns between semicolons", "csv", "id;q\na;b\nb;c,d\n", ["E1311 1:1 "]],
    ["columns between tabs", "csv", "id\tq\na\tb, c\n", ["E1311 1:1 "]],
    ["a JSON list over many lines", "jsonl", '[\n  {"id": "a"},\n  {"id": "b"}\n]\n', ["E1300 1:1 ["]],
    ["two columns of one name", "csv", "id,q,q\na,1,2\n", ["E1312 1:1 "]],
    ["a ragged row", "csv", "id,q\na,1\nb\nc,3\nd,1,2\n", ["E1313 3:1 ", "E1313 5:1 "]],
    ["no case at all", "jsonl", "\n", ["E1316 1:1 "]],
    ["a key that stands twice", "jsonl", '{"id":"a:","q":{"x":1,"\\u0078":2}}', ['E1319 1:23 "\\u0078"']],
    ["ids on some cases only", "jsonl", '{"id":"a"}\n{"q":1}\n{"q":2}\n', ["E1320 2:1 {"]],
  ])("%s (%s)", async (_, extension, content, expected) => {
    const faults = await faultsOf(extension, content);
    expect(faults.map((fault, at) => fault.slice(0, expected[at]?.length === 5 ? 5 : undefined))).toEqual(
      expected,
    );
  });

  test("a file that is not there", async () => {
    const spec = { path: "none.jsonl", file: join(folder, "none.jsonl"), cluster: undefined };
    const checked = await checkDataset(spec, { fields: [] });
    expect(checked.ok ? [] : checked.faults.map(({ code }) => code)).toEqual(["E1309"]);
  });

  test("a field that the suite reads and no case has, at its place in the suite", async () => {
    const place = { file: "/s.yaml", line: 7, column: 22, endLine: 7, endColumn: 31 };
    const spec = dataset("jsonl", '{"id":"a","input":"3"}\n');
    const checked = await checkDataset(spec, { fields: [{ path: "inptu", place }] });
    expect(checked.ok ? [] : checked.faults).toMatchObject([
      { code: "E1203", place, label: "did you mean {{ input }}?" },
    ]);
  });

  test("a field that only some cases lack, at the first that lacks it", async () => {
    const place = { file: "/s.yaml", line: 1, column: 1, endLine: 1, endColumn: 2 };
    const spec = dataset("jsonl", '{"id":"a","q":"3"}\n{"id":"b"}\n{"id":"c"}\n');
    const checked = await checkDataset(spec, { fields: [{ path: "q", place }] });
    expect(checked.ok ? [] : checked.faults.map(shown)).toEqual(["E1318 2:1 {"]);
  });

  test("twenty of a thousand, and how many more there are", async () => {
    const faults = await faultsOf("jsonl", "[]\n".repeat(1000));
    expect(faults).toHaveLength(21);
    expect(faults.at(-1)).toContain("E1317");
  });
});

test.each([["jsonl"], ["csv"], ["json"], ["yaml"]])(
  "a .%s file that is not there is told where the suite names it, with the one that is",
  async (extension) => {
    const { path } = dataset(extension, "");
    const place = { file: "/suite.yaml", line: 7, column: 14, endLine: 7, endColumn: 20 };
    const spec = { path: `x${path}`, file: join(folder, `x${path}`), cluster: undefined, place };
    expect(await checkDataset(spec, { fields: [] })).toEqual({
      ok: false,
      faults: [
        {
          code: "E1309",
          message: `the dataset "x${path}" is not there`,
          place,
          source: undefined,
          label: `did you mean "${path}"?`,
          hint: `Paths are relative to the suite file: this one is ${spec.file}.`,
        },
      ],
    });
  },
);
